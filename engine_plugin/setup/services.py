# SPDX-License-Identifier: Apache-2.0
"""systemd: the step that has our service run, and the restarts that are due.

Decides what each restart means to users, which is asked before it. VMs go on running through
all of them.
"""

from __future__ import annotations

import subprocess

from numa_domain.base.errors import NumaError

from .files import SCHEDULER, SERVICE
from .record import Record
from .step import Step

MEANS = {
    SERVICE: ("restart", "the NUMA tab is away for a second"),
    SCHEDULER: ("restart", "for a second the engine would choose hosts without it"),
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

    def __init__(self, record: Record, name: str = SERVICE, title: str = "service") -> None:
        self._record, self._name, self.title = record, name, title

    def missing(self) -> list[str]:
        states = (("is-enabled", "enabled"), ("is-active", "running"))
        return [f"{self._name} is not {text}" for word, text in states if not self._is(word)]

    def apply(self) -> None:
        runs = self._is("is-active")
        systemctl("daemon-reload")
        systemctl("enable", "--now", self._name)
        if not runs:  # it has read what there is
            self._record.settle(self._name)

    def undo(self) -> list[str]:
        if not self.missing() or self._is("is-active") or self._is("is-enabled"):
            systemctl("disable", "--now", self._name)
            return [f"{self._name} runs"]
        return []

    def _is(self, word: str) -> bool:
        return _is(word, self._name)


def _is(word: str, name: str) -> bool:
    command = ["systemctl", word, "--quiet", name]
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
