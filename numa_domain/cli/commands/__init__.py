# SPDX-License-Identifier: Apache-2.0
"""The commands of numa-domain. Each has EXAMPLES, `arguments(parser)` and `run(args)`."""
