# SPDX-License-Identifier: Apache-2.0
"""Nodes chosen by the host: `numa_nodeset = auto`."""
