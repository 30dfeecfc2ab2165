# SPDX-License-Identifier: Apache-2.0
"""The host: its NUMA nodes with CPUs, memory, huge pages and distances, and what reads them."""
