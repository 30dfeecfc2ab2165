# SPDX-License-Identifier: Apache-2.0
"""The guest's NUMA cells: which vCPUs and how much memory each of them gets."""
