# SPDX-License-Identifier: Apache-2.0
"""The CPUs on which the vCPUs of a running VM are held, within what VDSM allows."""
