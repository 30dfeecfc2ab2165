# SPDX-License-Identifier: Apache-2.0
"""What commands on VMs have in common: who may, on which hosts, and what the log says of it.

Decides that work goes on in a few threads after the answer, and that a VM whose thread broke
down is down. Knows no command.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from .compute import Compute
from .correlation import carried
from .engine import Engine
from .faults import Fault, forbidden, messages
from .model import Host, User, Vm
from .rules import nextrun, scheduling
from .scheduler import Scheduler

MOST_TRIES = 3
"""MaxRerunVmOnVdsCount."""


def in_status(vm: Vm, action: str) -> Fault:
    status = vm.state.status.title().replace("_", "")
    return messages(409, f"Cannot {action} VM because the VM is in {status} status.")


class Commands:
    """Of one engine. Work that takes time runs in a few threads, as VDSM has a few slots."""

    def __init__(self, engine: Engine, compute: Compute) -> None:
        self.engine, self.compute = engine, compute
        self.scheduler = Scheduler(engine)
        self._store = engine.store
        self._workers = ThreadPoolExecutor(4, thread_name_prefix="host")

    def close(self) -> None:
        self._workers.shutdown(wait=True, cancel_futures=True)
        self.engine.locks.close()

    def _submit(self, vm: Vm, work: Callable[..., None], *args: Any) -> None:
        """Work on a thread; a VM whose thread broke down is down, and the log says why."""

        def ended(future: Future[None]) -> None:
            error = future.exception()
            if error is not None:
                logging.getLogger(__name__).error("VM %s", vm.config.name, exc_info=error)
                self._store.alter_vm(vm, nextrun.powered_off)

        self._workers.submit(carried(work), *args).add_done_callback(ended)

    @contextmanager
    def _told(self, vm: Vm, user: User, event: str) -> Iterator[None]:
        """A command that is refused is in the log, with why."""
        try:
            yield
        except Fault as fault:
            host = self._store.host(vm.state.host_id or "") if vm.running else None
            self._log(event, vm, user, host, due=f" due to a failed validation: {fault.detail}")
            raise

    def _alter(self, vm: Vm, **state: Any) -> Vm:
        """Another state; whatever was stored meanwhile stays."""
        return self._store.alter_vm(vm, lambda now: now.with_state(**state))

    def _allowed(self, user: User, vm_id: str, group: int) -> Vm:
        vm = self.engine.vm_for(user, vm_id)
        if not self.engine.may(user, group, vm):
            raise forbidden()
        return vm

    def _hosts_for(
        self, vm: Vm, only: str | None, action: str = "run", but: Collection[str] = ()
    ) -> list[Host]:
        """Those that the engine's own filters leave. Raises a fault where there are none."""
        hosts = [h for h in self._store.hosts_in(vm.config.cluster_id) if h.id not in but]
        if only is not None:
            hosts = [h for h in hosts if h.id == only]
        if action == "migrate":
            hosts = [h for h in hosts if h.id != vm.state.host_id]
            if not hosts:
                raise scheduling.no_hosts(action)
        return scheduling.choose(vm, hosts, self._store.committed_mb(), action)

    def _host(self, vm: Vm) -> Host:
        found = self._store.host(vm.state.host_id or "")
        if found is None:
            raise Fault(409, "Operation Failed", f"[VM {vm.config.name} is on no host]")
        return found

    def _log(self, name: str, vm: Vm, user: User, host: Host | None, **facts: Any) -> None:
        self._store.log(name, user=user, vm=vm, host=host, **facts)
