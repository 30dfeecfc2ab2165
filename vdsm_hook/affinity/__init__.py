# SPDX-License-Identifier: Apache-2.0
"""The service numa-affinity: keeps vCPUs on the CPUs beside their memory, after VDSM pins them."""
