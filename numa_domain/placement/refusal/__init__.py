# SPDX-License-Identifier: Apache-2.0
"""What an admin is told where a VM does not fit. Loaded only then."""
