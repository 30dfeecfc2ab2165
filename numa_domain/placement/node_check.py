# SPDX-License-Identifier: Apache-2.0
"""Whether the host has the nodes that something is bound to.

check_nodes(Nodeset.parse("7"), host, "numa_nodeset")       raises NodeUnknown
"""

from __future__ import annotations

from ..base.idset import Nodeset
from ..host.model import MAX_NODES
from .model import NodesUnbindable, NodeUnknown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..host.model import HostTopology


def check_nodes(nodes: Nodeset, host: HostTopology, where: str) -> None:
    """Raise `NodeUnknown` if a node does not exist: libvirt refuses that in every mode, also
    preferred. Raise `NodesUnbindable` if QEMU cannot bind to it.
    """
    if all(node in host.nodes and node < MAX_NODES for node in nodes):
        return
    known = Nodeset.of(host.nodes)
    if not nodes <= known:
        raise NodeUnknown(where, missing=str(nodes - known), nodes=str(known))
    beyond = Nodeset.of(node for node in nodes if node >= MAX_NODES)
    if beyond:
        able = host.bindable
        raise NodesUnbindable(where, missing=str(beyond), last=MAX_NODES - 1, nodes=str(able))
