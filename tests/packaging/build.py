# SPDX-License-Identifier: Apache-2.0
"""The packages as `make` builds them, once for all tests; and a root to install them in.

Decides what a host's root has: a shell, the machine's Python, VDSM's directories. Scriptlets and
hooks run in it by chroot, so they find nothing but what is installed there.

    root = Root(tmp_path); root.rpm("-i", package); root.run("/usr/bin/numa-hook", "status")
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.tools import need

SOURCE = Path(__file__).parents[2]
PYTHON = "/usr/bin/python3"
MINUTES = 300
HOOKS = "usr/libexec/vdsm/hooks"
PYTHON_TAG = subprocess.run(
    [PYTHON, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
    capture_output=True,
    text=True,
    check=True,
).stdout.strip()

SITE = f"usr/lib/python{PYTHON_TAG}/site-packages"
DIRECTORIES = (
    *("tmp", "proc", "dev", "etc/httpd/conf.d", "run/vdsm", "var/log/vdsm", "var/cache"),
    *("usr/share/doc", "usr/share/licenses", "usr/share/ovirt-engine/ui-plugins"),
    *("usr/share/man/man1", "usr/share/bash-completion/completions"),
    *("usr/lib/systemd/system", "usr/lib/systemd/system-preset", "usr/lib/python3/dist-packages"),
    f"{HOOKS}/before_vm_start",
)
"""What is there before us."""

OF_MAKE = ("MAKE", "MFLAGS", "BUILD", "EL", "LAB", "RPMFLAGS")
ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith(OF_MAKE)}
"""Without what the `make test` that these tests run under hands on to each make below it."""

NOT_OURS = re.compile(
    r"(root|var/lib|var/tmp)\b|usr/lib/python[\d.]+/(?!site-packages).*__pycache__"
)

# Debian's rpm refuses to install, for fear that its system be meant.
DEBIAN = ("--force-debian",) if Path("/etc/debian_version").exists() else ()


class Checkout:
    """A fresh clone of what is tracked here, changes that are not committed yet included.

    Without git (in an unpacked archive) it is a copy. npm's modules are this checkout's.
    """

    def __init__(self, path: Path, of: Path = SOURCE) -> None:
        self.path = path
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        if (of / ".git").exists():
            changed = _run(["git", "-C", str(of), "stash", "create"], umask=0o022)
            # With that repository's objects, among which is what "stash create" made.
            _run(["git", "clone", "--quiet", "--shared", str(of), str(path)])
            _run(["git", "-C", str(path), "checkout", "--quiet", changed.strip() or "HEAD"])
        else:
            skip = shutil.ignore_patterns(".venv", "build", "node_modules", ".*_cache")
            shutil.copytree(of, path, ignore=skip)
        modules = path / "engine_plugin/ui/node_modules"
        if not modules.exists():
            modules.symlink_to(SOURCE / "engine_plugin/ui/node_modules")

    def make(self, build: Path | str, target: str, *variables: str) -> str:
        """What `make TARGET` says; everything is made below `build`. The umask is a careful one."""
        lock = "engine_plugin/ui/node_modules/.package-lock.json"  # not to be installed anew
        words = ["make", "--no-print-directory", "--old-file", lock, target]
        return self._said([*words, f"BUILD={build}", *variables])

    def dist(self, build: Path) -> None:
        """As `make dist` does, with this environment instead of one that takes minutes to make."""
        self._said([sys.executable, "packaging/dists.py", "--into", str(build / "dist")])

    def _said(self, command: list[str]) -> str:
        return _run(command, cwd=self.path)

    def tracked(self, *folders: str) -> list[str]:
        said = _run(["git", "-C", str(self.path), "ls-files", "-z", *folders])
        return [name for name in said.split("\0") if name]


def _run(command: list[str], cwd: Path | None = None, umask: int = 0o077) -> str:
    done = subprocess.run(
        command, cwd=cwd, env=ENVIRON, umask=umask,
        capture_output=True, text=True, timeout=MINUTES, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rpms(build: Path, el: int = 9) -> dict[str, Path]:
    """The packages by name."""
    found = {}
    for path in sorted((build / "rpm" / f"el{el}").glob("*.rpm")):
        found[query(path, "--qf", "%{NAME}")] = path
    return found


def query(path: Path, *options: str) -> str:
    command = [need("rpm"), "-qp", *options, str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


class Root:
    """A file system root with little in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        umask = os.umask(0o022)  # a host's, whatever this process has
        try:
            for name in DIRECTORIES:
                (path / name).mkdir(parents=True)
            os.mknod(path / "dev/null", 0o666 | stat.S_IFCHR, os.makedev(1, 3))
            (path / "dev/null").chmod(0o666)
            (path / HOOKS / "before_vm_start/50_vhostmd").touch()
            self._take(need("busybox"), "bin/sh")
            self._python()
        finally:
            os.umask(umask)

    def _take(self, source: str, at: str) -> None:
        target = self.path / at
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(os.path.realpath(source), target)

    def _python(self) -> None:
        self._take(PYTHON, PYTHON[1:])
        library = Path(f"/usr/lib/python{PYTHON_TAG}")
        skip = shutil.ignore_patterns("test", "tests", "__pycache__", "config-*", "idlelib")
        shutil.copytree(library, self.path / str(library)[1:], ignore=skip, symlinks=True)
        (self.path / SITE).mkdir(exist_ok=True)
        # EL's Python looks there by itself, Debian's does not.
        (self.path / "usr/lib/python3/dist-packages/el.pth").write_text(f"/{SITE}\n")
        listed = subprocess.run(["ldd", PYTHON], capture_output=True, text=True, check=True).stdout
        for path in re.findall(r"(/\S+)", listed):
            self._take(path, path[1:])

    def rpm(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        command = ["rpm", "--root", str(self.path), *DEBIAN, *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    def install(self, *packages: Path, upgrade: bool = False) -> None:
        """Without dependencies: there is no VDSM in this root."""
        done = self.rpm("-U" if upgrade else "-i", "--nodeps", *packages)
        assert (done.returncode, done.stderr) == (0, "")

    def has(self, package: str) -> bool:
        done = self.rpm("-q", package)
        assert done.returncode == 0 or f"package {package} is not installed" in done.stdout
        return done.returncode == 0

    def run(
        self, *command: str, environ: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [need("chroot"), str(self.path), *command],
            env={"PATH": "/usr/bin:/bin", **(environ or {})},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def files(self) -> set[str]:
        """Everything in it, but for rpm's own database and what Python compiles of its own."""
        found = {str(path.relative_to(self.path)) for path in self.path.rglob("*")}
        return {name for name in found if not NOT_OURS.match(name)}


def no_root() -> bool:
    return os.geteuid() != 0 or sys.platform != "linux"
