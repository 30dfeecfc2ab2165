# SPDX-License-Identifier: Apache-2.0
"""The service: waits for events of libvirt and the kernel, and looks at each VM that they
concern.

It registers for events before it looks at all VMs, so that it misses none. What it is about to
pin is in its file first, so that it can be killed at any moment. When libvirt's daemon or the
connection ends, it connects again and looks at all VMs.

It is one thread in libvirt's event loop: callbacks only note what happened, and the work is done
between two rounds of the loop. Without events only libvirt's keepalive wakes it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

import libvirt

from numa_domain.base.errors import HostError, NumaError
from numa_domain.base.idset import Cpuset
from numa_domain.host.cores import read_cores
from numa_domain.host.usable_cpus import HostCpus

from ..config import Config
from . import state
from .bursts import Bursts
from .connection import Connection
from .cpu_events import CpuEvents
from .holder import Holder, Plan
from .ready import ready, ready_at_last
from .say import Say

_HOST = ""
"""Stands for all VMs among those that are to be looked at."""
_TELL_SECONDS = 1.0
"""After the last event the file is brought up to date: our own pins are events too."""
_PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds between two attempts to connect."""


class Service:
    """One host's service."""

    def __init__(self, config: Config, say: Say, before: state.State | None) -> None:
        """`before` is what a service before this one held."""
        self._config, self._say = config, say
        self._bursts: Bursts[str] = Bursts()
        self._domains: dict[str, Any] = {}
        """libvirt's, of the VMs that had events."""
        self._holder = Holder(say, before)
        self._forgetful = before is None
        """Whether it is not known what VDSM allowed the VMs that run."""
        self._tell_at: float | None = None
        self._told = state.State(
            pid=os.getpid(), ticks=state.process_ticks(os.getpid()), started=int(time.time())
        )
        self._untold = False
        self._attempt = 0
        """Of connections in a row that failed, or were lost before all VMs were looked at."""
        libvirt.registerErrorHandler(_silent, None)
        libvirt.virEventRegisterDefaultImpl()
        self._timer = libvirt.virEventAddTimeout(-1, _wake, None)
        self._cpus = CpuEvents()
        readable = libvirt.VIR_EVENT_HANDLE_READABLE
        libvirt.virEventAddHandle(self._cpus.fileno(), readable, self._cpu_event, None)

    def run(self) -> None:
        """For ever."""
        # A daemon that hangs does not refuse a connection, and does not open it either
        self._tell(problem=f"waits for an answer of libvirt at {self._config.libvirt_uri}")
        ready_at_last(os.environ)
        while True:
            connection = self._connect()
            passes = self._told.passes
            self._bursts.note(_HOST, float("-inf"))
            try:
                while connection.is_alive():
                    self._work(connection)
                    self._set_timer()
                    libvirt.virEventRunDefaultImpl()
            except libvirt.libvirtError as error:  # those about one VM do not come here
                connection.lost = connection.lost or str(error)
            self._lose(connection, useless=self._told.passes == passes)

    def _connect(self) -> Connection:
        while True:
            try:
                config = self._config
                found = Connection(config.libvirt_uri, config.libvirt_password_file, self._event)
            except HostError as error:
                if str(error) != self._told.problem:
                    self._say("error", str(error))
                    self._tell(connected=False, problem=str(error))
                ready(os.environ)
                self._pause()
            else:
                self._say("info", f"connected to {self._config.libvirt_uri}")
                self._tell(connected=True, problem="")
                ready(os.environ)
                return found

    def _pause(self) -> None:
        time.sleep(_PAUSES[min(self._attempt, len(_PAUSES) - 1)])
        self._attempt += 1

    def _lose(self, connection: Connection, *, useless: bool) -> None:
        self._say("warning", f"the connection to libvirt is lost: {connection.lost}")
        connection.close()
        self._domains.clear()
        self._bursts = Bursts()
        self._holder.disconnected()
        self._tell(connected=False, problem=f"the connection is lost: {connection.lost}")
        if useless:  # it would be lost again at once, and each time tell so
            self._pause()
        else:
            self._attempt = 0

    # What others call, within libvirt's loop: it is only noted.

    def _event(self, domain: Any, changes: Any) -> None:
        vm_id, now = domain.UUIDString(), time.monotonic()
        self._tell_at = now + _TELL_SECONDS
        if changes is None or self._holder.event(vm_id, changes):
            self._domains[vm_id] = domain
            self._bursts.note(vm_id, now)

    def _cpu_event(self, *_: object) -> None:
        if self._cpus.read():
            self._bursts.note(_HOST, time.monotonic())

    # What is done between two rounds.

    def _work(self, connection: Connection) -> None:
        due = self._bursts.take(time.monotonic())
        if due:
            # One that failed may be gone from there, if its event came while no node could be read
            domains = {vm_id: self._domains.pop(vm_id) for vm_id in due if vm_id in self._domains}
            if _HOST in due:
                domains = {domain.UUIDString(): domain for domain in connection.domains()}
                self._holder.only(domains)
            self._look(domains, whole=_HOST in due)
        if self._tell_at is not None and self._tell_at <= time.monotonic():
            self._tell_at = None
            self._tell()

    def _look(self, domains: Mapping[str, Any], *, whole: bool) -> None:
        now = int(time.time())
        try:
            cpus = HostCpus.from_sysfs(self._config.sysfs)
            cores = read_cores(cpus.online, self._config.sysfs) if self._forgetful else None
        except NumaError as error:
            if str(error) != self._told.problem:
                self._say("error", str(error))
            self._tell(problem=str(error))
            self._bursts.failed(_HOST, time.monotonic())
            return
        plans = []
        pool = Cpuset()
        if cores is not None:
            pool = self._holder.shared_pool(domains.values(), cpus, cores)
            self._forgetful = False
        for vm_id, domain in domains.items():
            plan = self._holder.look(domain, cpus, pool)
            if plan is not None:
                plans.append(plan)
            else:
                self._bursts.settled(vm_id)
        self._bursts.settled(_HOST)
        passes = {"passes": self._told.passes + 1, "last_pass": now} if whole else {}
        self._tell(problem="", **passes)
        for plan in plans:
            self._carry_out(plan, now)

    def _carry_out(self, plan: Plan, now: int) -> None:
        vm_id, began = plan.vm.id, time.monotonic()
        if self._holder.carry_out(plan, now):
            self._bursts.settled(vm_id)
        else:
            self._domains[vm_id] = plan.domain
            ended = time.monotonic()
            self._bursts.failed(vm_id, ended, ended - began)
        self._tell_at = time.monotonic() + _TELL_SECONDS

    def _set_timer(self) -> None:
        now = time.monotonic()
        waits = [self._bursts.wait(now)]
        waits.append(None if self._tell_at is None else max(0.0, self._tell_at - now))
        known = [wait for wait in waits if wait is not None]
        # A millisecond more, or it would come just before the time
        libvirt.virEventUpdateTimeout(self._timer, int(min(known) * 1000) + 1 if known else -1)

    def _tell(self, **changes: Any) -> None:
        """Into the file; a service that cannot write it holds vCPUs all the same."""
        holder = self._holder
        self._told = self._told.replace(
            events=holder.events,
            pins=holder.pins,
            failures=holder.failures,
            last_pin=holder.last_pin,
            written=int(time.time()),
            vms=tuple(holder.vms.values()),
            **changes,
        )
        try:
            state.write(self._told, self._config.run_dir)
        except OSError as error:
            if not self._untold:
                self._say("error", f"{error.filename}: {error.strerror}")
            self._untold = True
        else:
            self._untold = False


def _silent(*_: object) -> None:
    """Every error is an exception too, and libvirt would write each on stderr."""


def _wake(*_: object) -> None:
    """The loop goes on, and the work is done."""
