# SPDX-License-Identifier: Apache-2.0
"""The options of the command that starts the stand-in's hosts.

Decides what can be said of a host and what is wrong with it. Knows no host.

    parsed(["--host", "left/xeon-cxl=127.0.0.2:54321", ...]).host[0].name       # "left"
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .. import topologies

PORT = 54321
_DATA = Path("/var/tmp/ovirt-numa-hosts")
_EXAMPLE = """example:
  python -m engine_plugin.demo.vdsm_host --host epyc-nps4=127.0.0.2 --host xeon-cxl=127.0.0.3 \\
      --key vdsm.key --cert vdsm.cer --ca /etc/pki/ovirt-engine/ca.pem
"""
_FILES = {
    "key": "the hosts' private key",
    "cert": "their certificate, from the engine's authority",
    "ca": "the engine's authority, usually /etc/pki/ovirt-engine/ca.pem",
}


@dataclass(frozen=True)
class Wanted:
    """One --host."""

    name: str
    topology: str
    address: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Wanted:
        found = re.fullmatch(r"(?:([\w.-]+)/)?([\w.-]+)=(\[[^]]+\]|[^:=]+)(?::(\d+))?", text)
        if found is None:
            what = f"{text!r} is not [NAME/]TOPOLOGY=ADDRESS[:PORT]"
            raise argparse.ArgumentTypeError(f"{what}; write epyc-nps4=127.0.0.2")
        name, topology, address, port = found.groups()
        if topology not in topologies.names():
            known = ", ".join(topologies.names())
            raise argparse.ArgumentTypeError(f"there is no topology {topology!r}; {known}")
        return cls(name or topology, topology, address.strip("[]"), int(port or PORT))


def parsed(argv: Sequence[str] | None) -> argparse.Namespace:
    """What was said; ends the program with exit 2 where it cannot be."""
    options = parser()
    found = options.parse_args(argv)
    names = [wanted.name for wanted in found.host]
    for name in names:
        if names.count(name) > 1:
            options.error(f"two hosts are called {name}; write left/{name}=ADDRESS")
    return found


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(
        prog="python -m engine_plugin.demo.vdsm_host",
        description="Hosts for a real oVirt engine, without a hypervisor: a stand-in for VDSM"
        " with captured NUMA nodes, which runs the hooks at each start of a VM.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.add_argument(
        "--host",
        action="append",
        required=True,
        type=Wanted.parse,
        metavar="[NAME/]TOPOLOGY=ADDRESS[:PORT]",
        help=f"a host, as often as you like; topologies: {', '.join(topologies.names())}",
    )
    for name, text in _FILES.items():
        found.add_argument(f"--{name}", required=True, type=Path, metavar="FILE", help=text)
    _add_more(found)
    return found


def _add_more(found: argparse.ArgumentParser) -> None:
    """What has a default."""
    found.add_argument(
        "--hooks",
        type=Path,
        metavar="DIR",
        help="hooks to run, as numa-hook install --hooks-dir DIR leaves them; each host gets a"
        " copy that reads its own nodes (default: those of this checkout)",
    )
    found.add_argument(
        "--libvirt",
        metavar="URI",
        help="where VMs are started, as test:///default or qemu:///embed?root=DIR (default:"
        " nowhere, they are only up)",
    )
    found.add_argument("--data", type=Path, default=_DATA, metavar="DIR", help=f"folder ({_DATA})")
    found.add_argument(
        "--network", default="ovirtmgmt", metavar="NAME", help="management network (ovirtmgmt)"
    )
    found.add_argument("--verbose", action="store_true", help="log every call")
