# SPDX-License-Identifier: Apache-2.0
"""NUMA placement and topology of libvirt domains: the core that hook, service and commands use."""

__version__ = "0.1.0"
"""Of all that is in this repository, which is released as one."""
