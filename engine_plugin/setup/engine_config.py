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
import subprocess

from numa_domain.errors import NumaError

PROGRAM = "engine-config"
_SECONDS = 120
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

    def __init__(self, program: str = PROGRAM) -> None:
        self._program = program

    def values(self, option: str) -> dict[str, str]:
        """By level, those without a cluster level left out."""
        said = self._run("-g", option)
        found = re.compile(rf"^{re.escape(option)}: (.*?) version: (\S+)$", re.M | re.S)
        pairs = ((level, value) for value, level in found.findall(said))
        return {level: value for level, value in pairs if _LEVEL.fullmatch(level)}

    def put(self, option: str, level: str, value: str) -> None:
        """Write it, and see that it is there."""
        self._run("-s", f"{option}={value}", f"--cver={level}")
        if self._run("-g", option, f"--cver={level}").removesuffix("\n") != value:
            raise ValueNotKept("engine-config", option=option, level=level)

    def _run(self, *words: str) -> str:
        # In UTF-8, or Java would read others' definitions as question marks and write them back.
        environ = {**os.environ, "LC_ALL": "C.UTF-8"}
        command = [self._program, *words]
        try:
            done = subprocess.run(
                command, env=environ, stdin=subprocess.DEVNULL, capture_output=True,
                encoding="utf-8", timeout=_SECONDS, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise EngineConfigAbsent(
                "engine-config", program=self._program, reason=str(error)
            ) from None
        if done.returncode:
            # Its errors are on stdout.
            said = " ".join((done.stdout + done.stderr).split()) or "nothing"
            raise EngineConfigRefused(
                "engine-config",
                program=self._program, action=words[0], code=done.returncode, said=said,
            )  # fmt: skip
        return done.stdout
