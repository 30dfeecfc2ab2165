# SPDX-License-Identifier: Apache-2.0
"""numa-affinity in the hooks' package: its command, unit and preset, and when it is started.

There is no systemd in a root of the tests. What the scriptlets ask of it is kept by a systemctl
that says yes; whether the preset enables the unit is asked of the real one, for a root that is
not running (--root).
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.packaging.build import HOOKS, SITE, SOURCE, Root, query
from tests.packaging.test_install import small_package
from tests.packaging.test_rpm import listed, unpacked
from tests.tools import need

Packages = dict[str, Path]

UNIT = "ovirt-numa-affinity.service"
UNITS = "usr/lib/systemd/system"
PRESETS = "usr/lib/systemd/system-preset"
PAIR = ("python3-numa-domain", "vdsm-hook-numa")


def test_hooks_package_has_command_unit_and_preset(packages: Packages, tmp_path: Path) -> None:
    root = unpacked(packages["vdsm-hook-numa"], tmp_path / "hook")
    assert (root / "usr/bin/numa-affinity").stat().st_mode & 0o777 == 0o755
    unit = root / UNITS / UNIT
    assert unit.stat().st_mode & 0o777 == 0o644
    assert unit.read_bytes() == (SOURCE / "vdsm_hook/affinity" / UNIT).read_bytes()
    assert "ExecStart=/usr/bin/numa-affinity\n" in unit.read_text()
    for name in (f"{UNITS}/{UNIT}", f"{PRESETS}/85-ovirt-numa-affinity.preset"):
        assert f"/{name}" in listed(packages["vdsm-hook-numa"])


def test_hooks_package_needs_libvirts_bindings_and_vdsms_user(packages: Packages) -> None:
    """VDSM's package makes the user; it is there before the scriptlet that starts the service."""
    needs = query(packages["vdsm-hook-numa"], "--requires").splitlines()
    assert {"python3-libvirt", "systemd", "vdsm >= 4.40"} <= set(needs)


def test_preset_enables_the_service_unless_the_admins_own_says_otherwise(
    packages: Packages, tmp_path: Path
) -> None:
    root = unpacked(packages["vdsm-hook-numa"], tmp_path / "hook")
    last = root / PRESETS / "99-default-disable.preset"  # as EL has it
    last.write_text("disable *\n")
    assert (preset(root), enabled(root)) == (0, "enabled")
    own = root / "etc/systemd/system-preset/10-own.preset"
    own.parent.mkdir(parents=True)
    own.write_text(f"disable {UNIT}\n")
    assert (preset(root), enabled(root)) == (0, "disabled")


def preset(root: Path) -> int:
    command = [need("systemctl"), f"--root={root}", "preset", UNIT]
    return subprocess.run(command, capture_output=True, check=False).returncode


def enabled(root: Path) -> str:
    command = [need("systemctl"), f"--root={root}", "is-enabled", UNIT]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def test_command_runs_and_says_what_it_lacks(root: Root, local_packages: Packages) -> None:
    root.install(*(local_packages[name] for name in PAIR))
    assert root.run("/usr/bin/numa-affinity", "--version").stdout.startswith("ovirt-numa ")
    done = root.run("/usr/bin/numa-affinity")
    assert done.returncode == 2
    assert done.stderr == (
        "numa-affinity: No module named 'libvirt': install python3-libvirt, for /usr/bin/python3\n"
    )


def test_numa_hook_leaves_the_packages_unit_in_its_place(
    root: Root, local_packages: Packages
) -> None:
    root.install(*(local_packages[name] for name in PAIR))
    before = root.files()
    done = root.run("/usr/bin/numa-hook", "install")
    assert (done.returncode, done.stderr) == (0, "")
    assert root.files() == before
    root.run("/usr/bin/numa-hook", "uninstall")
    assert (root.path / UNITS / UNIT).exists()
    assert not (root.path / HOOKS / "before_vm_start/50_numa").exists()


@pytest.fixture
def systemd(root: Root) -> Root:
    """A root in which systemd seems to run."""
    (root.path / "run/systemd/system").mkdir(parents=True)
    script = root.path / "usr/bin/systemctl"
    script.write_text('#!/bin/sh\necho "$*" >> /tmp/asked\n')
    script.chmod(0o755)
    return root


def asked(root: Root) -> list[str]:
    """Of systemd, since the last time."""
    path = root.path / "tmp/asked"
    lines = path.read_text().splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    return lines


FIRST = [
    f"--no-reload preset {UNIT}",
    "daemon-reload",
    f"--quiet is-enabled {UNIT}",
    f"start {UNIT}",
]


def test_service_is_started_when_its_package_is_first_installed(
    systemd: Root, local_packages: Packages, newer_packages: Packages
) -> None:
    """And only then: afterwards it is enabled or not as the administrator wants it."""
    systemd.install(*(local_packages[name] for name in PAIR))
    assert asked(systemd) == FIRST
    systemd.install(*(newer_packages[name] for name in PAIR), upgrade=True)
    assert asked(systemd) == ["daemon-reload", f"try-restart {UNIT}"]
    assert not (systemd.path / "run/ovirt-numa-affinity.new").exists()
    systemd.rpm("-e", *PAIR)
    assert asked(systemd) == [f"--no-reload disable --now {UNIT}"]


def test_service_comes_and_goes_with_an_update_from_and_to_a_release_without_it(
    systemd: Root, local_packages: Packages, tmp_path: Path
) -> None:
    old = small_package(tmp_path, "vdsm-hook-numa", "0.0.9", "Epoch: 1")
    systemd.install(old)
    systemd.install(*(local_packages[name] for name in PAIR), upgrade=True)
    assert asked(systemd) == FIRST
    done = systemd.rpm("-U", "--nodeps", "--oldpackage", old)
    assert (done.returncode, done.stderr) == (0, "")
    assert asked(systemd) == ["daemon-reload", f"--no-reload disable --now {UNIT}"]


def test_service_is_enabled_in_an_image_that_is_made(
    systemd: Root, local_packages: Packages
) -> None:
    """systemd is there, and does not run."""
    (systemd.path / "run/systemd/system").rmdir()
    systemd.install(*(local_packages[name] for name in PAIR))
    assert asked(systemd) == FIRST[:1]
    assert not (systemd.path / "run/ovirt-numa-affinity.new").exists()


def test_service_that_presets_leave_disabled_is_not_started(
    systemd: Root, local_packages: Packages
) -> None:
    script = systemd.path / "usr/bin/systemctl"
    script.write_text(f'{script.read_text()}[ "$2" != is-enabled ]\n')
    systemd.install(*(local_packages[name] for name in PAIR))
    assert asked(systemd) == FIRST[:3]


def test_bytecode_is_there_before_the_service_starts(
    systemd: Root, local_packages: Packages
) -> None:
    """The user vdsm cannot write it, and would compile every module at each start."""
    script = systemd.path / "usr/bin/systemctl"
    script.write_text(f"#!/bin/sh\nls /{SITE}/vdsm_hook/affinity/__pycache__ >> /tmp/asked\n")
    systemd.install(*(local_packages[name] for name in PAIR))
    assert any(line.startswith("service.cpython-") for line in asked(systemd))
