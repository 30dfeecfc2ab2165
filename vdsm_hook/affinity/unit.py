# SPDX-License-Identifier: Apache-2.0
"""The service's systemd unit on hosts without packages: installed, removed, found.

The file beside this one is the unit, as the RPM installs it.

    /etc/systemd/system/ovirt-numa-affinity.service
"""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Iterator
from pathlib import Path

from ..config import Config
from ..executables import Settings
from ..host_problems import SetUpIncomplete
from ..interpreter import PythonUnusable, run

NAME = "ovirt-numa-affinity.service"
UNITS = Path("/etc/systemd/system")
"""Where an administrator's units are."""
PACKAGED = Path("/usr/lib/systemd/system")
_MARK = "# Installed by numa-hook (ovirt-numa)\n"
_EXEC = "ExecStart=/usr/bin/numa-affinity\n"
_SYSTEMD = Path("/run/systemd/system")
"""Is there where systemd runs."""


_HIDING = {
    "ProtectHome=yes\n": ("ProtectHome=read-only\n", ("/home", "/root", "/run/user")),
    "PrivateTmp=yes\n": ("", ("/tmp", "/var/tmp")),
}
"""What hides directories in which a checkout may lie, and what does in its place."""


def render(settings: Settings, run_dir: str) -> str:
    """The unit for this Python, these packages, this configuration and its run directory."""
    text = Path(__file__).with_name(NAME).read_text(encoding="utf-8")
    assert _EXEC in text  # or the package's own would be started
    words = [settings.python, "-s", "-m", "vdsm_hook.affinity", "--config", settings.config]
    lines = [
        f"Environment={_quoted('PYTHONPATH=' + ':'.join(settings.paths))}",
        f"ExecStart={' '.join(_quoted(word).replace('$', '$$') for word in words)}",
    ]
    if run_dir != Config().run_dir:
        lines.append(f"ReadWritePaths={_quoted('-' + run_dir)}")
    text = text.replace(_EXEC, "".join(f"{line}\n" for line in lines))
    given = (*settings.paths, settings.python, settings.config, run_dir)
    needed = [Path(path) for each in given for path in (each, os.path.realpath(each))]
    for line, (instead, hidden) in _HIDING.items():
        assert line in text
        if any(Path(top) in path.parents for top in hidden for path in needed):
            text = text.replace(line, instead)
    return _MARK + text


def _quoted(text: str) -> str:
    """As one word of a unit (systemd.syntax(7), systemd.unit(5)); plain words stay plain."""
    text = text.replace("%", "%%")
    if not set(text) & set(" \t\"'\\;"):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def lacks(settings: Settings) -> Iterator[SetUpIncomplete]:
    """What the service needs and the host has not."""
    try:
        run([settings.python, "-s", "-c", "import libvirt"])
    except PythonUnusable as error:
        reason = f"{settings.python} cannot import libvirt ({error.message})"
        remedy = "install python3-libvirt and run numa-hook install again"
        yield SetUpIncomplete("numa-affinity is not set up", reason=reason, remedy=remedy)
    try:
        pwd.getpwnam("vdsm")
    except KeyError:
        yield SetUpIncomplete(
            "numa-affinity is not set up",
            reason="there is no user vdsm",
            remedy="install VDSM and run numa-hook install again",
        )


def put(units: Path, settings: Settings, run_dir: str) -> Path:
    """Write it in one step."""
    units.mkdir(parents=True, exist_ok=True)
    path = units / NAME
    new = path.with_name(f".{NAME}.new")
    new.write_text(render(settings, run_dir), encoding="utf-8")
    new.chmod(0o644)
    new.replace(path)
    return path


def take(units: Path) -> Path | None:
    """Remove it if it is ours."""
    path = units / NAME
    if not is_ours(path):
        return None
    path.unlink()
    return path


def is_ours(path: Path) -> bool:
    """Whether `put` wrote it."""
    try:
        return path.read_text(encoding="utf-8").startswith(_MARK)
    except OSError:
        return False


def find(units: Path) -> Path | None:
    """The unit that counts: an administrator's, else the package's."""
    packaged = [PACKAGED] if units == UNITS else []
    return next((d / NAME for d in (units, *packaged) if (d / NAME).exists()), None)


def tell_systemd(units: Path, *commands: str) -> Iterator[SetUpIncomplete]:
    """systemctl with each of these, where systemd runs and reads that directory; what is left
    for the administrator to do."""
    where = "numa-affinity"
    if units == UNITS and _SYSTEMD.exists():
        for command in commands:
            done = subprocess.run(
                ["systemctl", *command.split()], capture_output=True, text=True, check=False
            )
            if done.returncode:
                reason = f"systemctl {command} fails: {' '.join(done.stderr.split())}"
                remedy = f"run it again when systemctl status {NAME} says why"
                yield SetUpIncomplete(where, reason=reason, remedy=remedy)
    else:
        todo = "; ".join(f"systemctl {each}" for each in commands)
        reason = f"systemd does not run here, or reads no units in {units}"
        yield SetUpIncomplete(where, reason=reason, remedy=f"where it does: {todo}")
