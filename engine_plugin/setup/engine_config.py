# SPDX-License-Identifier: Apache-2.0
"""engine-config: reads an option's value of every cluster level, and writes one.

Decides how its answers are read. Its -m would append a second definition of a name beside an
older one, so only -s is used, with the whole value; and always with --cver, since it asks
otherwise. Knows nothing of what the value says.

    config.values("UserDefinedVMProperties")      {"4.6": "", "4.7": "color=^(red|blue)$"}
"""

from __future__ import annotations

import os
import re
import signal
import subprocess

from numa_domain.base.errors import NumaError

PROGRAM = "engine-config"
_GENERAL = "general"
"""The version of options without a level."""
_LEVEL = re.compile(r"\d+\.\d+")


class EngineConfigAbsent(NumaError):
    blames = "engine"
    what = "{program} cannot be run: {reason}"
    todo = "run this on the engine's machine, as root"


class EngineConfigRefused(NumaError):
    blames = "engine"
    what = "{program} {action} ended with {code}: {said}"
    todo = "see that the engine's database runs, then run ovirt-numa setup again"


class ValueNotKept(NumaError):
    blames = "engine"
    what = "{option} of level {level} is not what was written"
    todo = "compare engine-config -g {option}; somebody else may be changing it"


class EngineConfig:
    """The program."""

    def __init__(self, program: str = PROGRAM, seconds: float = 120) -> None:
        self._program, self._seconds = program, seconds

    def values(self, option: str) -> dict[str, str]:
        """By level, those without a cluster level left out."""
        said = self._run("-g", option)
        found = re.compile(rf"^{re.escape(option)}: (.*?) version: (\S+)$", re.M | re.S)
        pairs = ((level, value) for value, level in found.findall(said))
        return {level: value for level, value in pairs if _LEVEL.fullmatch(level)}

    def value(self, option: str) -> str | None:
        """Of one without a cluster level; None where the engine has no such option."""
        try:
            said = self._run("-g", option)
        except EngineConfigRefused:
            return None
        found = re.search(rf"^{re.escape(option)}: (.*?) version: {_GENERAL}$", said, re.M | re.S)
        return found[1] if found else None

    def put_general(self, option: str, value: str) -> None:
        """One without a cluster level."""
        self._run("-s", f"{option}={value}", f"--cver={_GENERAL}")
        if self.value(option) != value:
            raise ValueNotKept("engine-config", option=option, level=_GENERAL)

    def put(self, option: str, level: str, value: str) -> None:
        """Write it, and see that it is there."""
        self._run("-s", f"{option}={value}", f"--cver={level}")
        if self.values(option).get(level) != value:
            raise ValueNotKept("engine-config", option=option, level=level)

    def _run(self, *words: str) -> str:
        try:
            code, said = self._answer([self._program, *words])
        except (OSError, subprocess.TimeoutExpired) as error:
            reason = str(error)
            if isinstance(error, subprocess.TimeoutExpired):
                reason = f"it did not answer in {self._seconds:g} seconds"
            raise EngineConfigAbsent(
                "engine-config", program=self._program, reason=reason
            ) from None
        if code:
            raise EngineConfigRefused(
                "engine-config",
                program=self._program, action=words[0], code=code,
                said=" ".join(said.split()) or "nothing",
            )  # fmt: skip
        return said

    def _answer(self, command: list[str]) -> tuple[int, str]:
        """Exit code and stdout; where it failed stderr too, though its errors are on stdout."""
        # In UTF-8, or Java would read others' definitions as question marks and write them back.
        environ = {**os.environ, "LC_ALL": "C.UTF-8"}
        with subprocess.Popen(
            command, env=environ, encoding="utf-8", errors="surrogateescape",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process:  # fmt: skip
            try:
                said, wrong = process.communicate(timeout=self._seconds)
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)  # it is a script, and Java its child
                raise
        return process.returncode, said + wrong if process.returncode else said
