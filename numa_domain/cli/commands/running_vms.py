# SPDX-License-Identifier: Apache-2.0
"""The running VMs of this host, each with its live XML and where its memory and threads are.

A VM that cannot be looked at yields its error, and does not hide the others.

    for vm, found in observe(args, None): ...
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence

from ...base.errors import NumaError, RequestError
from ...base.frozen import Value
from ...host.usable_cpus import HostCpus
from ...observed.proc import ProcessGone, Sample, Vm, sample, vms
from ...observed.requested import Requested
from .live_xml import LiveXmlUnreadable, live_xmls


class VmNotRunning(RequestError):
    what = "no VM {vm} runs here"
    todo = "give the name or the id of one that does: {names}"


class Observation(Value):
    """A VM: what was requested for it, and where its memory and threads are."""

    xml: bytes
    requested: Requested
    sample: Sample
    cpus: HostCpus
    """The host's, for all VMs read once."""


def running_arguments(parser: ArgumentParser) -> None:
    """Add --root, for captures and tests."""
    parser.add_argument(
        "--root", metavar="DIR", default="/", help="where proc, sys and run are (/)"
    )


def observe(
    args: Namespace, names: Sequence[str] | None
) -> Iterator[tuple[Vm, Observation | NumaError]]:
    """The VMs with these names or ids, or all if `names` is None; each with what was found or its
    error. A VM that ends meanwhile is an error only if it was named.
    """
    chosen = _find(args, names)
    if not chosen:
        return
    cpus = HostCpus.from_sysfs(f"{_root(args)}/sys")
    xmls = live_xmls(chosen, args.root)
    for vm in chosen:
        try:
            yield vm, _observed(vm, xmls[vm.uuid], cpus, args)
        except ProcessGone as error:
            if names is not None:
                yield vm, error
        except NumaError as error:
            yield vm, error


def _find(args: Namespace, names: Sequence[str] | None) -> list[Vm]:
    found = vms(f"{_root(args)}/proc")
    if names is None:
        return list(found.values())
    ids = {vm.uuid: vm for vm in found.values()}
    chosen = []
    for name in names:
        vm = found.get(name) or ids.get(name.lower())
        if vm is None:
            raise VmNotRunning(vm=name, names=", ".join(found) or "there is none")
        chosen.append(vm)
    return chosen


def _observed(
    vm: Vm, xml: bytes | LiveXmlUnreadable, cpus: HostCpus, args: Namespace
) -> Observation:
    """The process comes first: if the VM has ended, libvirt has no XML of it either."""
    root = _root(args)
    where = sample(vm.pid, f"{root}/proc", f"{root}/sys/fs/cgroup")
    if isinstance(xml, LiveXmlUnreadable):
        raise xml
    return Observation(xml, Requested.from_domain(xml), where, cpus)


def _root(args: Namespace) -> str:
    return "" if args.root == "/" else str(args.root).rstrip("/")
