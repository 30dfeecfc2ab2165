# SPDX-License-Identifier: Apache-2.0
"""VDSM's side of a hook: runs what is installed for a hook point, exactly as VDSM would.

Decides the order of scripts, their environment, and which exit code means what, after
VDSM 4.50 (lib/vdsm/common/hooks.py) as an admin can observe it. Never knows what a hook is
for. VDSM's quirks are kept, since the hooks have to live with them: they are marked below.

    run_hooks("/usr/libexec/vdsm/hooks", "before_vm_start", xml,
              properties={"numa_nodeset": "0-1"}, vm_id="0d5f...")
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

VDSM_HOOK_LIBRARY = "/usr/lib/python3.9/site-packages/vdsm/hook"
"""What VDSM appends to PYTHONPATH, so that `import hooking` works; ours never need it."""

NEVER_FAILS = frozenset(
    {
        "after_vm_start",
        "after_vm_pause",
        "after_vm_cont",
        "before_vm_destroy",
        "after_vm_destroy",
        "after_vm_migrate_source",
        "after_vm_migrate_destination",
        "after_vm_dehibernate",
        "after_get_caps",
        "after_get_stats",
        "after_get_vm_stats",
        "after_get_all_vm_stats",
    }
)
"""Points at which a failure is logged and nothing more."""

JSON_POINTS = frozenset(
    f"{when}_get_{what}"
    for when in ("before", "after")
    for what in ("caps", "stats", "vm_stats", "all_vm_stats")
)
"""Points at which the file holds JSON, and not a VM's domain."""

_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TMPDIR")


@dataclass(frozen=True)
class ScriptRun:
    """One script that was run, as VDSM logs it."""

    script: str
    rc: int
    stderr: bytes
    seconds: float

    def __str__(self) -> str:
        return f"{self.script}: rc={self.rc} err={self.stderr!r}"


@dataclass(frozen=True)
class HookResult:
    """What came out of a hook point."""

    data: str
    runs: tuple[ScriptRun, ...]


class HookFailed(Exception):
    """A hook stopped the operation. `data` is what the file then held (VDSM keeps it)."""

    def __init__(self, stderr: bytes, result: HookResult) -> None:
        super().__init__(stderr)
        self.stderr = stderr
        self.result = result

    @property
    def exit_message(self) -> str:
        """What the admin reads in the engine: VDSM shows the bytes as Python prints them."""
        return f"Hook Error: ({self.stderr!r},)"


def run_hooks(
    hooks_dir: str | Path,
    point: str,
    data: str,
    *,
    vm_id: str = "",
    properties: Mapping[str, str] | None = None,
    params: Mapping[str, str] | None = None,
    environ: Mapping[str, str] = os.environ,
    timeout: float | None = None,
) -> HookResult:
    """Run every script of a hook point on `data`, and give the text that is then in the file.

    `timeout` is ours, for tests: VDSM waits for ever.
    """
    scripts = scripts_of(hooks_dir, point)
    if not scripts:
        return HookResult(data, ())
    fd, path = tempfile.mkstemp()  # mode 0600
    try:
        with open(fd, "wb") as file:
            file.write(data.encode("utf-8"))
        variable = "_hook_json" if point in JSON_POINTS else "_hook_domxml"
        env = environment(environ, {**(params or {}), **(properties or {})}, vm_id)
        env[variable] = path
        runs = _run_all(scripts, env, timeout)
        result = HookResult(Path(path).read_text(encoding="utf-8"), runs)
    finally:
        os.unlink(path)
    failure = failure_of(point, runs)
    if failure is not None:
        raise HookFailed(failure, result)
    return result


def vdsmd_environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What vdsmd itself has; the rest of the caller's own must not reach the hooks."""
    return {name: environ[name] for name in _ENVIRONMENT if name in environ}


def edited_by_vdsm(xml: str) -> str:
    """What VDSM changes before the hooks run: words that only the host knows."""
    for word, text in (
        ("OS-NAME:", "oVirt Node"),
        ("OS-VERSION:", "4.5.7"),
        ("HOST-SERIAL:", "00000000-0000-0000-0000-0cc47a000000"),
    ):
        xml = xml.replace(word, text)
    return re.sub(r"\s*<on_reboot>[^<]*</on_reboot>", "", xml)


def scripts_of(hooks_dir: str | Path, point: str) -> list[str]:
    """The executable files of a point in the order of their paths; hidden files do not count."""
    found = (str(path) for path in Path(hooks_dir, point).glob("[!.]*"))
    return sorted(path for path in found if os.path.isfile(path) and os.access(path, os.X_OK))


def environment(
    environ: Mapping[str, str], properties: Mapping[str, str], vm_id: str
) -> dict[str, str]:
    """VDSM's own environment, overridden by the properties: a property PATH would count."""
    env = {**environ, **properties}
    if vm_id:
        env["vmId"] = vm_id
    # A quirk: without a PYTHONPATH this begins with ":", and so names the working directory.
    env["PYTHONPATH"] = ":".join([env.get("PYTHONPATH", ""), VDSM_HOOK_LIBRARY])
    return env


def failure_of(point: str, runs: tuple[ScriptRun, ...]) -> bytes | None:
    """The message with which an operation fails; None where it goes on.

    A quirk: at before_vm_start it is the last failed script's, elsewhere the last script's
    that ran, which may be one that succeeded.
    """
    failed = [run for run in runs if run.rc != 0]
    if not failed or point in NEVER_FAILS:
        return None
    return (failed if point == "before_vm_start" else runs)[-1].stderr


def _run_all(
    scripts: list[str], env: Mapping[str, str], timeout: float | None
) -> tuple[ScriptRun, ...]:
    runs: list[ScriptRun] = []
    for script in scripts:
        runs.append(_run(script, env, timeout))
        if runs[-1].rc == 2:  # 1 and the rest are failures too, but the next script still runs
            break
    return tuple(runs)


def _run(script: str, env: Mapping[str, str], timeout: float | None) -> ScriptRun:
    started = time.monotonic()
    done = subprocess.run(
        [script],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        env=env,
        cwd="/",
        timeout=timeout,
        check=False,
    )
    return ScriptRun(script, done.returncode, done.stderr, time.monotonic() - started)
