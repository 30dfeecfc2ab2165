# SPDX-License-Identifier: Apache-2.0
"""The CPUs that VDSM shares among VMs, computed as VDSM does.

All that are online, less those of VMs whose CPU policy gives them CPUs of their own; with two of
these policies, less the other threads of the same cores (lib/vdsm/virt/cpumanagement.py,
_shared_pool).

    pool = online - taken(xml, cores)        of each VM on the host
    decide(vm, cpus, assumed(vm, cpus, pool))

It stands for what VDSM allowed where nobody remembers that: a pin that is just what would have been
made of the pool was made of it.
"""

from __future__ import annotations

from ..base.idset import Cpuset
from ..domxml.cpu_policy import read_cpu_policy
from ..domxml.cputune import VCPU, read_pins
from ..domxml.tree import parse
from .holding import Held, hold, home_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..host.usable_cpus import HostCpus
    from .placed_vm import PlacedVm

_WHOLE_CORES = ("isolate-threads", "siblings")


def taken(xml: bytes | str, cores: Iterable[Cpuset]) -> Cpuset:
    """The CPUs that a running VM has to itself. Raises `XMLError`."""
    domain = parse(xml).root
    pins = [pin for pin in read_pins(domain) if pin.kind == VCPU]
    policy = read_cpu_policy(domain, Cpuset.of(pin.id for pin in pins))
    if policy.shared:
        return Cpuset()
    own = Cpuset.of(cpu for pin in pins for cpu in pin.cpus)
    if policy.name in _WHOLE_CORES:
        own = Cpuset.of([*own, *(cpu for core in cores if core & own for cpu in core)])
    return own


def assumed(vm: PlacedVm, cpus: HostCpus, pool: Cpuset) -> Mapping[int, Held]:
    """What would be remembered of a VM's vCPUs if VDSM had pinned them to the pool."""
    if not pool:
        return {}
    return {vcpu: Held(pool, hold(pool, home_of(vm, vcpu, cpus))) for vcpu in vm.vcpus}
