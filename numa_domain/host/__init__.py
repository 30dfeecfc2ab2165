# SPDX-License-Identifier: Apache-2.0
"""The host: its NUMA nodes, their CPUs, memory and huge pages, and the readers of a host."""
