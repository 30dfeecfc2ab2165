# SPDX-License-Identifier: Apache-2.0
"""The domain XML of VMs that the hook refused to start: libvirt has never heard of them, and a VM
that does not exist cannot be asked for its XML.

The last few are kept beside the journal, each as VDSM handed it over, readable by root and VDSM's
user alone, and gone after a boot. A hook never fails because one cannot be kept.

    /run/vdsm/ovirt-numa/refused/1772355377123456789-9a43...
"""

from __future__ import annotations

import os
import time

from numa_domain.base.errors import NumaError

from .contract import read_handed
from .kept_file import clear, replace, usable_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from .config import Config
    from .contract import Call

KEPT = 16
"""Refusals; a VM that is tried again and again has one each time."""
LARGEST = 1 << 20
"""Bytes of one; a VM with 1,000 disks has less. They are in memory, as all of /run."""
POINT = "before_vm_start"


def keep(config: Config, call: Call) -> None:
    """Keep a copy of what VDSM handed over, in place of the oldest ones."""
    if call.point != POINT or not call.vm_id:
        return
    folder = f"{config.run_dir}/refused"
    try:
        if os.stat(call.path).st_size > LARGEST:
            return
        xml = read_handed(call.path)
        usable_directory(folder, 0o700)
        replace(f"{folder}/{time.time_ns()}-{call.vm_id}", xml, 0o600)
        for name in _names(os.listdir(folder))[:-KEPT]:
            clear(f"{folder}/{name}", keep=False)
    except (NumaError, OSError, MemoryError):
        return  # the refusal itself is on its way


def kept(config: Config) -> list[tuple[int, str, str]]:
    """(seconds since 1970, VM's id, path), the oldest first. Raises `OSError`."""
    folder = f"{config.run_dir}/refused"
    try:
        names = _names(os.listdir(folder))
    except FileNotFoundError:
        return []
    parts = [(name, *name.split("-", 1)) for name in names]
    return [(int(at) // 10**9, vm_id, f"{folder}/{name}") for name, at, vm_id in parts]


def _names(found: Iterable[str]) -> list[str]:
    """Those that `keep` gives; nanoseconds have 19 digits until the year 2286."""
    return sorted(name for name in found if name[:19].isdigit() and name[19:20] == "-")
