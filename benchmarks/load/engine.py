# SPDX-License-Identifier: Apache-2.0
"""An embedded engine's folder in which nearly all VMs run, as on an engine at work.

Each VM of the lab is up on one of the cluster's hosts, dealt out in turn: a third of them have
settings of ours. The first dozen stay down, to be looked at and stored to.

    fill(Path("/var/tmp/full"), vms=10_000, hosts=500)      9975
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path

from engine_plugin.demo.machines import Machines
from engine_plugin.demo.model import Vm, VmState
from engine_plugin.demo.search import Search
from engine_plugin.demo.seed import LAB, seed
from engine_plugin.demo.settings import Settings
from engine_plugin.demo.store import Store

_DOWN = 12


def fill(folder: Path, vms: int, hosts: int) -> int:
    """How many run."""
    settings = Settings(folder, vms=vms, hosts=hosts, boot="none")
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(str(settings.database))
    seed(store, settings, Machines(settings))
    running = list(_running(store))
    store.save_vms(running)
    return len(running)


def _running(store: Store) -> Iterator[Vm]:
    hosts = cycle(host.id for host in store.hosts_in(LAB))
    many = store.vms(Search.parse("vm", "name = vm-*"), -1)[_DOWN:]
    now = time.time()
    for vm, host_id in zip(many, hosts):
        properties = vm.config.custom_properties
        yield replace(vm, state=VmState("up", host_id, now, running_properties=properties))
