# SPDX-License-Identifier: Apache-2.0
"""The CPUs of the host on which VMs can run, and those of each node.

A CPU is not usable if it is offline, if the kernel's scheduler does not use it (isolcpus=, or an
isolated partition), if it is set apart for threads that are pinned to it alone (nohz_full=), or if
the control group of all VMs does not have it.

    >>> HostCpus({0: Cpuset.parse("0-3"), 1: Cpuset.parse("4-7")}, Cpuset.parse("1-7")).of(
    ...     Nodeset.parse("0")
    ... )
    Cpuset(bits=14)

The kernel does not balance load between isolated CPUs, so threads pinned to several of them share
one; and libvirt refuses a pin to CPUs outside the control group.
"""

from __future__ import annotations

import os

from ..base.frozen import Value
from ..base.idset import Cpuset, Nodeset
from .sysfs import cpu_list, node_cpus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from os import PathLike

    from .model import HostTopology

_GROUPS = (
    "machine.slice/cpuset.cpus.effective",
    "cpuset.cpus.effective",
    "cpuset/machine.slice/cpuset.effective_cpus",
    "cpuset/cpuset.effective_cpus",
)
"""Of version 2 and of version 1, from libvirt's own group up: the first that is there counts. A
group without the controller has no such file, and what the one above has."""


class HostCpus(Value):
    """Which CPUs there are, where, and which of them VMs can use."""

    nodes: Mapping[int, Cpuset]
    """The online CPUs of each node; empty for a node without."""
    usable: Cpuset

    @classmethod
    def from_sysfs(cls, root: str | PathLike[str] = "/sys") -> HostCpus:
        """Of the running host. Raises `HostError` with the path of what cannot be read."""
        return cls(node_cpus(root), usable_cpus(root))

    @property
    def online(self) -> Cpuset:
        return _union(self.nodes.values())

    def of(self, nodes: Nodeset) -> Cpuset:
        """The usable CPUs of these nodes, of which some may not be there."""
        return self.near(nodes) & self.usable

    def near(self, nodes: Nodeset) -> Cpuset:
        """The online CPUs of these nodes, usable or not."""
        return _union(self.nodes.get(node, Cpuset()) for node in nodes)


def usable_cpus(root: str | PathLike[str] = "/sys") -> Cpuset:
    """The CPUs on which VMs can run: online, not isolated, and in the group of all VMs.

    Raises `HostError` with the path of what cannot be read.
    """
    return _of_vms(_union(node_cpus(root).values()), root)


def with_unusable(host: HostTopology, root: str | PathLike[str] = "/sys") -> HostTopology:
    """The host with its nodes' CPUs on which VMs cannot run. Raises like `usable_cpus`."""
    online = _union(node.cpus for node in host.nodes.values())
    unusable = online - _of_vms(online, root)
    if not unusable:
        return host
    nodes = {i: n.replace(unusable=n.cpus & unusable) for i, n in host.nodes.items()}
    return host.replace(nodes=nodes)


def _of_vms(cpus: Cpuset, root: str | PathLike[str]) -> Cpuset:
    for name in ("isolated", "nohz_full"):
        apart = cpu_list(f"{os.fspath(root)}/devices/system/cpu/{name}")
        if apart is not None:
            cpus = cpus - apart
    group = next(_effective(os.fspath(root)), None)
    return cpus if group is None else cpus & group


def _effective(root: str) -> Iterator[Cpuset]:
    for name in _GROUPS:
        cpus = cpu_list(f"{root}/fs/cgroup/{name}")
        if cpus is not None:
            yield cpus


def _union(sets: Iterable[Cpuset]) -> Cpuset:
    cpus = Cpuset()
    for each in sets:
        cpus = cpus | each
    return cpus
