# SPDX-License-Identifier: Apache-2.0
"""The machine that a command runs on, as the hook sees it when a VM starts.

`numa-hook host --json` answers with what VMs were promised and have not touched, with their vCPUs
and with the margins of hook.conf. Without the hooks' package it is this machine alone.
"""

from __future__ import annotations

import json
import os

from ...host.default_page import default_page_kib
from ...host.json_format import read_json
from ...host.margins import with_margins
from ...host.model import HostTopology
from ...host.sysfs import read_sysfs
from ...host.usable_cpus import with_unusable
from ...observed.cgroup import read_file
from .hook_state import HooksUnknown, ask_hooks

_LARGEST = 1 << 24


def this_machine() -> HostTopology:
    """Raises `HostError` if sysfs cannot be read."""
    try:
        return read_json(json.dumps(ask_hooks("host")))
    except HooksUnknown:
        return alone()


def alone(root: str | os.PathLike[str] = "/sys", proc: str = "/proc") -> HostTopology:
    """Without what VMs were promised."""
    host = with_unusable(read_sysfs(root), root)
    host = host.replace(default_page_kib=default_page_kib(proc))
    zones = read_file(f"{proc}/zoneinfo", _LARGEST)
    return with_margins(host, zones, os.sysconf("SC_PAGE_SIZE") // 1024, 100, 100)
