# SPDX-License-Identifier: Apache-2.0
"""Running VMs: where their memory and threads are, and where they should be."""
