# SPDX-License-Identifier: Apache-2.0
"""The command that starts the stand-in's hosts.

Decides the hosts' folders, and how all of it ends. Each start is like the hosts' boot: what ran on
them is gone.

    python -m engine_plugin.demo.vdsm_host --host epyc-nps4=127.0.0.2 \
        --key vdsm.key --cert vdsm.cer --ca ca.pem
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import shutil
import signal
import ssl
import sys
from collections.abc import Sequence

from .. import topologies
from ..machines import Machines
from ..settings import Settings
from . import host_methods, storage_methods, vm_methods
from .host import VdsmHost
from .libvirt_domain import Libvirt, LibvirtRefused
from .methods import Methods
from .network import Place
from .options import parsed
from .server import Server, tls
from .storage import Storage

METHODS = Methods(host_methods.METHODS, vm_methods.METHODS, storage_methods.METHODS)


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until interrupted; exit 0 then, 2 where a host cannot be made."""
    args = parsed(argv)
    level = logging.DEBUG if args.verbose else logging.INFO
    form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
    logging.basicConfig(level=level, format=form, stream=sys.stderr)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_serve(args, tls(args.key, args.cert, args.ca)))
    except (OSError, LibvirtRefused) as error:
        print(f"vdsm_host: {_said(error)}", file=sys.stderr)
        return 2
    return 0


async def _serve(args: argparse.Namespace, context: ssl.SSLContext) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    neighbours: dict[str, VdsmHost] = {}
    libvirt = Libvirt(args.libvirt) if args.libvirt else None
    async with contextlib.AsyncExitStack() as stack:
        if libvirt is not None:
            stack.callback(libvirt.close)
        for wanted, host in zip(args.host, make_hosts(args, libvirt)):
            server = Server(host, METHODS, context)
            where = server.listening(wanted.address, wanted.port)
            address, port = await stack.enter_async_context(where)
            host.neighbours = neighbours
            neighbours[f"{address}:{port}"] = host
            print(f"{host.name}: {address}:{port}", flush=True)
        print("ready", flush=True)
        await ended.wait()


def make_hosts(args: argparse.Namespace, libvirt: Libvirt | None) -> list[VdsmHost]:
    """The hosts, with fresh folders."""
    data = args.data.absolute()
    for folder in ("hook", *(f"hosts/{wanted.name}" for wanted in args.host)):
        shutil.rmtree(data / folder, ignore_errors=True)
    machines = Machines(Settings(data=data), hooks=args.hooks)
    storage = Storage()
    hosts = []
    for wanted in args.host:
        topology = topologies.load(wanted.topology)
        place = Place(wanted.name, wanted.address, args.network)
        machine = machines.of(topologies.host(topology, wanted.name, cluster_id=""))
        hosts.append(VdsmHost(place, topology, machine, storage, libvirt))
    return hosts


def _said(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return f"key and certificates cannot be used together: {error}"
    if isinstance(error, OSError):
        return f"{error.filename or ''}: {error.strerror}".lstrip(": ")
    return str(error)


if __name__ == "__main__":
    sys.exit(main())
