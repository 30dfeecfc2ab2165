# SPDX-License-Identifier: Apache-2.0
"""systemd: the step that has our service run, and the restarts that are due.

Decides what each restart means to users, which is asked before it. VMs go on running through
all of them.
"""

from __future__ import annotations

import subprocess

from numa_domain.base.errors import NumaError

from .files import SERVICE
from .record import Record
from .step import Step

MEANS = {
    SERVICE: ("restart", "the NUMA tab is away for a second"),
    "httpd": ("reload", "nobody notices"),
    "ovirt-engine": ("restart", "WebAdmin and API are away for a minute or two; VMs go on running"),
}
"""Service -> systemctl's word, and what users notice; in the order in which they are done."""


class SystemctlRefused(NumaError):
    blames = "engine"
    what = "systemctl {words}: {reason}"
    todo = "see journalctl -u {service}"


class Service(Step):
    """Ours is enabled and runs."""

    title = "service"

    def __init__(self, record: Record) -> None:
        self._record = record

    def missing(self) -> list[str]:
        states = (("is-enabled", "enabled"), ("is-active", "running"))
        return [f"{SERVICE} is not {text}" for word, text in states if not _is(word)]

    def apply(self) -> None:
        runs = _is("is-active")
        systemctl("daemon-reload")
        systemctl("enable", "--now", SERVICE)
        if not runs:  # it has read what there is
            self._record.settle(SERVICE)

    def undo(self) -> list[str]:
        if not self.missing() or _is("is-active") or _is("is-enabled"):
            systemctl("disable", "--now", SERVICE)
            return [f"{SERVICE} runs"]
        return []


def _is(word: str) -> bool:
    command = ["systemctl", word, "--quiet", SERVICE]
    try:
        return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def restart(service: str) -> None:
    systemctl(MEANS[service][0], service)


def systemctl(*words: str) -> None:
    """Raises `SystemctlRefused` with its last word."""
    try:
        done = subprocess.run(
            ["systemctl", *words], capture_output=True, text=True, timeout=600, check=False
        )
        reason = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        failed = done.returncode != 0
    except (OSError, subprocess.TimeoutExpired) as error:
        reason, failed = str(error), True
    if failed:
        raise SystemctlRefused(
            "systemd", words=" ".join(words), reason=reason, service=words[-1]
        ) from None
