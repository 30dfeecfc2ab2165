# SPDX-License-Identifier: Apache-2.0
"""The kernel's messages: which are about CPUs, as the kernel sends them."""

from __future__ import annotations

import pytest

from vdsm_hook.affinity.cpu_events import CpuEvents, is_about_cpu


def message(action: str, path: str, subsystem: str) -> bytes:
    fields = [
        f"{action}@{path}",
        f"ACTION={action}",
        f"DEVPATH={path}",
        f"SUBSYSTEM={subsystem}",
        "DRIVER=processor",
        "SEQNUM=4711",
    ]
    return "\0".join([*fields, ""]).encode()


@pytest.mark.parametrize(
    ("action", "path", "subsystem", "about"),
    [
        ("offline", "/devices/system/cpu/cpu3", "cpu", True),
        ("online", "/devices/system/cpu/cpu3", "cpu", True),
        ("add", "/devices/system/cpu/cpu3", "cpu", False),
        ("offline", "/devices/system/memory/memory3", "memory", False),
        ("change", "/devices/pci0000:00/0000:00:01.0", "pci", False),
    ],
)
def test_cpu_that_comes_or_goes_is_heard(
    action: str, path: str, subsystem: str, about: bool
) -> None:
    assert is_about_cpu(message(action, path, subsystem)) is about


def test_socket_opens_for_everybody_and_has_nothing_to_say() -> None:
    events = CpuEvents()
    try:
        events.read()  # whatever this machine had to say
        assert events.read() is False
    finally:
        events.close()
