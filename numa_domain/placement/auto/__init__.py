# SPDX-License-Identifier: Apache-2.0
"""`numa_nodeset = auto`: the host chooses the nodes when the VM starts.

There are three stages; the first that succeeds decides.

1. own: each cell has a node of its own (`one_node_each.py`). 2. shared: each cell is on one node,
and nodes hold several cells (`shared_nodes.py`). 3. spread: a cell that fits on no single node is
on several (`spread.py`).

Within a stage these count, in this order: as few vCPUs as possible beyond the CPUs of their nodes;
memory-only cells on nodes without CPUs; nodes close to passed-through devices; nodes close to each
other; free memory left evenly. docs/how-auto-decides.md is the whole rule.
"""
