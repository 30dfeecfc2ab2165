# SPDX-License-Identifier: Apache-2.0
"""Whether the hooks of a host are an RPM's: `numa-hook` leaves what a package has put there.

owner(Path("/usr/libexec/vdsm/hooks/before_vm_start/50_numa"))      "vdsm-hook-numa"
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

from numa_domain.base.errors import HostError


class PackagedHooks(HostError):
    what = "it is a file of the package {package}, and nothing is changed"
    todo = "use dnf to update or remove that; --force goes over it until the package's next update"


def owner(path: Path) -> str:
    """The package that a file belongs to; empty where it is no package's, or there is no rpm."""
    try:
        done = subprocess.run(
            ["rpm", "-qf", "--qf", "%{NAME}\n", str(path)],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.split("\n")[0] if done.returncode == 0 else ""


def packaged(paths: Iterable[Path]) -> PackagedHooks | None:
    """About the first that is a package's; None where none is."""
    for path in paths:
        package = owner(path) if path.exists() else ""
        if package:
            return PackagedHooks(str(path), package=package)
    return None
