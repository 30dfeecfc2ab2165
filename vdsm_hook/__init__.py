# SPDX-License-Identifier: Apache-2.0
"""VDSM's hooks for VMs with NUMA settings: they read, call `numa_domain`, and write."""
