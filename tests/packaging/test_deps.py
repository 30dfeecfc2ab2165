# SPDX-License-Identifier: Apache-2.0
"""The system's packages (.ci/deps): what is asked for, under which names, and that it waits.

apt is the machine's own, with lists, locks and state in a folder of the test's: there everything
is installed already, so that it takes its locks and changes nothing.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.packaging.build import SOURCE
from tests.tools import need

DEPS = SOURCE / ".ci/deps"
TOOLS = (
    *("apt-cache", "apt-get", "bash", "cat", "dpkg", "env", "grep", "id", "sed", "sh"),
    *("sleep", "tail", "uname"),
)
OF_THE_LAB = ("libvirt-daemon", "numactl", "sasl2-bin", "libsasl2-modules", "python3-libvirt")
HELD_SECONDS = 6
RHEL = 'NAME="Red Hat Enterprise Linux"\nVERSION="9.6 (Plow)"\nID="rhel"\nVERSION_ID="9.6"\n'
ORACLE = 'NAME="Oracle Linux Server"\nVERSION="9.5"\nID="ol"\nVERSION_ID="9.5"\n'
ALMA = 'NAME="AlmaLinux"\nVERSION="9.6 (Sage Margay)"\nID="almalinux"\nVERSION_ID="9.6"\n'
STREAM = 'NAME="CentOS Stream"\nVERSION="10 (Coughlan)"\nID="centos"\nVERSION_ID="10"\n'
FEDORA = 'NAME="Fedora Linux"\nID=fedora\nVERSION_ID=42\n'


@pytest.fixture
def apt(tmp_path: Path) -> dict[str, str]:
    """An environment with few programs and an apt that has a folder of its own."""
    if shutil.which("apt-get") is None:
        pytest.skip("apt is of Debian and its relatives")
    for name in ("bin", "lists/partial", "cache/archives/partial", "state"):
        (tmp_path / name).mkdir(parents=True)
    for name in TOOLS:
        (tmp_path / "bin" / name).symlink_to(need(name))
    (tmp_path / "state/status").write_text(
        "".join(
            f"Package: {name}\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n"
            "Maintainer: x\nDescription: x\n\n"
            for name in OF_THE_LAB
        )
    )
    (tmp_path / "apt.conf").write_text(
        f'Dir::State "{tmp_path}";\nDir::State::status "{tmp_path}/state/status";\n'
        f'Dir::State::lists "{tmp_path}/lists";\nDir::State::extended_states "{tmp_path}/ext";\n'
        f'Dir::Cache "{tmp_path}/cache";\nDir::Etc::sourcelist "/dev/null";\n'
        'Dir::Etc::sourceparts "/dev/null";\nDir::Log "/dev/null";\n'
    )
    return {
        "PATH": str(tmp_path / "bin"),
        "APT_CONFIG": str(tmp_path / "apt.conf"),
        "LC_ALL": "C.UTF-8",
    }


@contextmanager
def held(lock: Path) -> Iterator[None]:
    """As another apt holds it, for some seconds."""
    with open(lock, "w") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        timer = threading.Timer(HELD_SECONDS, fcntl.lockf, (file, fcntl.LOCK_UN))
        timer.start()
        yield
        timer.join()


def run(*words: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload, no-any-return]  # options of any kind
        [str(DEPS), *words], capture_output=True, text=True, timeout=120, check=False, **options
    )


@pytest.mark.parametrize("lock", ["state/lock-frontend", "lists/lock"])
def test_lock_that_another_apt_holds_is_waited_for(
    apt: dict[str, str], tmp_path: Path, lock: str
) -> None:
    """That of the packages, and that of the lists, which apt itself does not wait for."""
    if os.geteuid() != 0:
        pytest.skip("only root installs packages")
    begun = time.monotonic()
    with held(tmp_path / lock):
        done = run("lab", env=apt)
    assert "E: " not in done.stdout + done.stderr
    assert "numactl is already the newest version" in done.stdout
    assert time.monotonic() - begun > HELD_SECONDS - 1


def test_package_that_brings_no_program_is_told(apt: dict[str, str]) -> None:
    """Rather than a failure later on, of what needs it."""
    if os.geteuid() != 0:
        pytest.skip("only root installs packages")
    done = run("lab", env=apt)
    assert done.returncode == 1
    assert "installed, and yet not found: numastat" in done.stderr.splitlines()


def test_node_that_is_not_to_be_had_is_told_with_the_way_to_it(apt: dict[str, str]) -> None:
    """Debian 12's own is 18, and EL 9's 16: neither is installed for nothing."""
    done = run("node", env=apt)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "Node.js 20.19 or newer of release 20, or 22.12 or newer, with npm, is needed to build"
        " the tab in WebAdmin; here is none, and this system's packages have none.\n"
        "EL 9:    dnf module reset nodejs && dnf module enable nodejs:22 && dnf install nodejs"
        " npm\n"
        "others:  unpack a release from https://nodejs.org/en/download and put its bin/ first in"
        " PATH\n"
    )


@pytest.mark.parametrize(
    ("version", "enough"),
    [
        *(("v16.20.2", False), ("v18.19.0", False), ("v20.18.3", False), ("v20.19.0", True)),
        *(("v20.20.2", True), ("v21.7.3", False), ("v22.11.0", False), ("v22.12.0", True)),
        *(("v24.1.0", True), ("none", False), ("", False)),
    ],
)
def test_node_is_new_enough_or_not(version: str, enough: bool) -> None:
    assert run("new-enough", version).returncode == (0 if enough else 1)


def test_node_that_is_needed_is_what_vite_says() -> None:
    """The versions above are of this."""
    ui = SOURCE / "engine_plugin/ui"
    wanted = "^20.19.0 || >=22.12.0"
    assert json.loads((ui / "package.json").read_text())["engines"] == {"node": wanted}
    locked = json.loads((ui / "package-lock.json").read_text())["packages"]
    assert locked["node_modules/vite"]["engines"] == {"node": wanted}


@pytest.mark.parametrize(
    ("release", "name"),
    [
        (RHEL, f"codeready-builder-for-rhel-9-{os.uname().machine}-rpms\n"),
        (ORACLE, "ol9_codeready_builder\n"),
        *((ALMA, "crb\n"), (STREAM, "crb\n"), (FEDORA, "")),
    ],
    ids=["rhel", "oracle", "alma", "stream", "fedora"],
)
def test_repository_of_development_packages_has_its_name_there(release: str, name: str) -> None:
    done = run("builder", input=release)
    assert (done.returncode, done.stdout) == (0, name)


def test_unknown_part_is_told() -> None:
    done = run("kernel")
    assert done.returncode == 2
    assert re.fullmatch(r".*/deps: .* is expected, not kernel\n", done.stderr)
