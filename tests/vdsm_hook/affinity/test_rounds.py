# SPDX-License-Identifier: Apache-2.0
"""All that VDSM does, again and again, with the service killed and libvirtd restarted in between.

ROUNDS=50 goes round more often, and -s shows what was counted; the lab has the same on four nodes.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Mapping

from tests.vdsm_hook.affinity.world import AT_HOME, WITHIN, Vm, World

ROUNDS = int(os.environ.get("ROUNDS", "2"))
_LATEST = 10.0
"""Seconds after which it is wrong and not late."""
_NARROW = {0: "0", 1: "0", 2: "0", 3: "0"}
"""CPU 1 belongs to a VM with CPUs of its own: VDSM's pins stay."""


class Rounds:
    """What was seen of one VM."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.held = world.vm("held")
        self.world.vdsm.started("held")
        self.took: list[float] = []

    def see(self, vm: Vm, wanted: Mapping[int, str], since: float | None = None) -> None:
        """The kernel has each vCPU there, and how long that took after VDSM's last pin."""
        since = self.world.vdsm.last_pin if since is None else since
        assert self.world.wait(lambda: vm.threads() == wanted, _LATEST), self.world.log()
        self.took.append(time.monotonic() - since)

    def dedicated(self, number: int) -> None:
        """A VM with CPU 1 to itself starts and ends."""
        world, name = self.world, f"rich{number}"
        rich = world.vm(name, "dedicated", pins=dict.fromkeys(range(4), "1"), record="")
        world.vdsm.started(name)
        self.see(self.held, _NARROW)
        if number % 2:
            world.end_service(signal.SIGKILL)
            world.vdsm.recovered_at_once()
            world.serve()
        rich.domain.destroy()
        world.vdsm.ended(name)
        self.see(self.held, AT_HOME)

    def plugged(self, number: int) -> None:
        """vCPUs of a VM of this round."""
        vm = self.world.vm(f"grows{number}")
        self.world.vdsm.started(vm.name)
        self.see(vm, AT_HOME)
        vm.domain.setVcpusFlags(6, 1)
        self.world.vdsm.changed(vm.name)
        self.see(vm, {**AT_HOME, 4: "0", 5: "0"})
        vm.domain.destroy()
        self.world.vdsm.ended(vm.name)

    def restarted(self, number: int) -> None:
        """libvirtd, in good order or not."""
        world = self.world
        passes = world.state()["passes"]
        world.daemon.end(signal.SIGKILL if number % 2 else signal.SIGTERM)
        world.daemon.start()
        world.connection = world.vdsm.connection = world.daemon.connect()
        self.held.domain = world.connection.lookupByName("held")
        for name, known in world.vdsm.vms.items():
            known.domain = world.connection.lookupByName(name)
        world.vdsm.recovered()
        assert world.wait(lambda: world.state()["passes"] > passes, 60)
        self.see(self.held, AT_HOME, time.monotonic())

    def mortal(self, number: int) -> None:
        """Another VM is killed in the middle of VDSM's pins."""
        world = self.world
        vm = world.vm(f"mortal{number}")
        world.vdsm.started(vm.name)
        self.see(vm, AT_HOME)
        os.kill(vm.pid, signal.SIGKILL)
        for _ in range(3):
            world.vdsm.recovered_at_once()
        world.vdsm.ended(vm.name)
        self.see(self.held, AT_HOME)


def test_every_vcpu_is_back_in_every_round(world: World) -> None:
    world.serve()
    rounds = Rounds(world)
    for number in range(ROUNDS):
        world.vdsm.recovered()
        rounds.see(rounds.held, AT_HOME)
        rounds.dedicated(number)
        rounds.plugged(number)
        rounds.restarted(number)
        rounds.mortal(number)
    took = sorted(rounds.took)
    late = sum(seconds > WITHIN for seconds in took)
    print(
        f"{ROUNDS} rounds, {len(took)} times looked, 0 wrong, {late} later than a second; "
        f"median {took[len(took) // 2] * 1000:.0f} ms, slowest {took[-1] * 1000:.0f} ms"
    )
    assert len(took) >= 7 * ROUNDS
    assert world.state()["failures"] == 0
    assert world.service is not None
    assert world.service.poll() is None
