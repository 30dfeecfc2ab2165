# SPDX-License-Identifier: Apache-2.0
"""What the embedded engine can be told at its start.

Decides names and defaults. Knows nothing of how they are used.

    Settings(data=Path("/var/tmp/numa-demo"), boot="none")
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

BOOTS = ("full", "define", "none")


@dataclass(frozen=True)
class Settings:
    """One embedded engine."""

    data: Path
    """Its folder: engine.db, and a folder for each simulated host."""
    fresh: bool = False
    """Forget everything at the start."""
    vms: int = 12
    hosts: int = 6
    """How many there are at least when the database is made."""
    boot: str = "define"
    """What becomes of a started VM in libvirt's embedded QEMU driver: `full` boots it where
    its nodes exist on this machine, `define` only asks libvirt, `none` asks nothing."""
    token_seconds: float = 30 * 60
    """How long a token lives without being used (oVirt: UserSessionTimeOutInterval)."""
    guest_seconds: float = 120
    """How long a booted guest may take to report."""
    hook_seconds: float = 60
    """VDSM waits for a hook for ever; a demo does not."""
    update_seconds: float = 0.0
    """How long the update of a VM holds its lock before it counts: seen of a real engine, 90 ms in
    the median of 195. Nobody needs to wait for that in a demo."""
    pool_seconds: float = 1.3
    """How long after the answer the update of a pool's VM goes on: seen of a real engine, 1-2 s."""
    down_seconds: float = 0.5
    """How long a VM is down before its next-run configuration counts: seen, 0.3-0.6 s."""
    definitions: dict[str, str] | None = None
    """UserDefinedVMProperties by compatibility level, as set with engine-config before this start:
    in place of the seed's, and in place of what an earlier start had."""
    options: dict[str, str] | None = None
    """Options without a level, as set with engine-config before this start: ExternalScheduler..."""

    @property
    def database(self) -> Path:
        return self.data / "engine.db"
