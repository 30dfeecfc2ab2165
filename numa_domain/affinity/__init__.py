# SPDX-License-Identifier: Apache-2.0
"""On which CPUs the vCPUs of a running VM are to be held, within what VDSM allows them."""
