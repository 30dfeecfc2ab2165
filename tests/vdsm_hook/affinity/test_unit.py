# SPDX-License-Identifier: Apache-2.0
"""The service's unit: what systemd thinks of it, and numa-hook, which sets it up by itself."""

from __future__ import annotations

import json
import pwd
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.tools import need
from vdsm_hook import install
from vdsm_hook.affinity import unit
from vdsm_hook.executables import Settings

RUN_DIR = "/run/vdsm/ovirt-numa"


def has_user(name: str) -> bool:
    return name in {entry.pw_name for entry in pwd.getpwall()}


def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    """With a user and a program that this machine has; the rest as it is."""
    source = Path(unit.__file__).with_name(unit.NAME).read_text()
    path = tmp_path / unit.NAME
    replaced = source.replace("User=vdsm", "User=daemon").replace("Group=kvm", "Group=daemon")
    path.write_text(replaced.replace("/usr/bin/numa-affinity", "/bin/true"))
    done = subprocess.run(
        [need("systemd-analyze"), "verify", "--man=no", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_unit_exposes_next_to_nothing(tmp_path: Path) -> None:
    source = Path(unit.__file__).with_name(unit.NAME)
    command = ["security", "--offline=yes", "--threshold=20", str(source)]
    done = subprocess.run(
        [need("systemd-analyze"), *command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-400:]


def test_unit_is_made_for_the_hosts_python_and_packages() -> None:
    settings = Settings("/usr/bin/python3.9", ("/opt/a", "/opt/b"), "/etc/hook.conf")
    text = unit.render(settings, RUN_DIR)
    assert "Environment=PYTHONPATH=/opt/a:/opt/b\n" in text
    command = "/usr/bin/python3.9 -s -m vdsm_hook.affinity --config /etc/hook.conf"
    assert f"ExecStart={command}\n" in text
    assert text.count("ExecStart=") == 1
    assert "ReadWritePaths" not in text
    assert {"ProtectHome=yes", "PrivateTmp=yes"} <= set(text.splitlines())


def test_unit_has_signs_in_paths_as_systemd_reads_them(tmp_path: Path) -> None:
    settings = Settings("/usr/bin/env", ("/opt/a b", "/opt/100%"), '/etc/a "$b".conf')
    text = unit.render(settings, "/run/my own")
    assert 'Environment="PYTHONPATH=/opt/a b:/opt/100%%"\n' in text
    assert ' --config "/etc/a \\"$$b\\".conf"\n' in text
    assert 'ReadWritePaths="-/run/my own"\n' in text
    path = tmp_path / unit.NAME
    path.write_text(text.replace("User=vdsm", "User=daemon").replace("Group=kvm", "Group=daemon"))
    command = [need("systemd-analyze"), "verify", "--man=no", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("paths", "config", "run_dir", "gone"),
    [
        (("/home/admin/ovirt-numa",), "/etc/h.conf", "/run/x", "ProtectHome=yes"),
        (("/opt/a", "/root/lxml"), "/etc/h.conf", "/run/x", "ProtectHome=yes"),
        (("/opt/a",), "/root/h.conf", "/run/x", "ProtectHome=yes"),
        (("/opt/a",), "/tmp/h.conf", "/run/x", "PrivateTmp=yes"),
        (("/opt/a",), "/etc/h.conf", "/var/tmp/x", "PrivateTmp=yes"),
    ],
)
def test_unit_does_not_hide_what_it_runs_from(
    paths: tuple[str, ...], config: str, run_dir: str, gone: str
) -> None:
    text = unit.render(Settings("/usr/bin/python3", paths, config), run_dir)
    kept = {"ProtectHome=yes", "PrivateTmp=yes"} - {gone}
    assert gone not in text.splitlines()
    assert kept <= set(text.splitlines())


@pytest.fixture
def where(tmp_path: Path) -> list[str]:
    """Directories for hooks and unit, and a configuration."""
    (tmp_path / "hook.conf").write_text(f"run_dir = {tmp_path}/run\n")
    (tmp_path / "hooks").mkdir()
    return ["--hooks-dir", str(tmp_path / "hooks"), "--units", str(tmp_path / "units")]


def test_install_sets_it_up_and_uninstall_takes_it_away(
    tmp_path: Path, where: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    if not has_user("vdsm"):
        pytest.skip("there is no user vdsm here; the lab has one")
    assert install.main(["install", *where, "--config", str(tmp_path / "hook.conf")]) == 0
    assert unit.is_ours(tmp_path / "units" / unit.NAME)
    assert (
        f"warning: numa-affinity: systemd does not run here, or reads no units in {tmp_path}/units;"
        " where it does: systemctl daemon-reload; "
    ) in capsys.readouterr().err
    assert install.main(["uninstall", *where]) == 0
    assert list((tmp_path / "units").iterdir()) == []


def test_install_says_what_the_host_lacks(
    tmp_path: Path, where: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    if has_user("vdsm"):
        pytest.skip("there is a user vdsm here")
    assert install.main(["install", *where, "--config", str(tmp_path / "hook.conf")]) == 0
    assert capsys.readouterr().err.endswith(
        "warning: numa-affinity is not set up: there is no user vdsm; "
        "install VDSM and run numa-hook install again\n"
    )
    assert not (tmp_path / "units").exists()


def test_python_without_libvirts_bindings_is_named(tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(
        "#!/bin/sh\necho \"ModuleNotFoundError: No module named 'libvirt'\" >&2; exit 1\n"
    )
    python.chmod(0o755)
    lacking = list(unit.lacks(Settings(str(python), (), "")))
    assert str(lacking[0]) == (
        f"numa-affinity is not set up: {python} cannot import libvirt (ModuleNotFoundError: "
        "No module named 'libvirt'); install python3-libvirt and run numa-hook install again"
    )


def test_hooks_that_are_tried_out_have_no_service(
    tmp_path: Path, where: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    hooks = where[:2]
    assert install.main(["install", *hooks, "--config", str(tmp_path / "hook.conf")]) == 0
    capsys.readouterr()
    install.main(["status", *hooks, "--json"])
    found = json.loads(capsys.readouterr().out)
    affinity = found["affinity"]
    assert "numa-affinity" not in str(found["problems"])
    assert (affinity["unit"], affinity["running"]) == ("", False)


def test_unit_of_a_service_that_does_not_run_is_a_problem(
    tmp_path: Path, where: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    install.main(["install", *where[:2], "--config", str(tmp_path / "hook.conf")])
    settings = Settings(sys.executable, (), "")
    unit.put(tmp_path / "units", settings, RUN_DIR)
    capsys.readouterr()
    assert install.main(["status", *where, "--json"]) == 1
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert found["problems"][-1]["code"] == "AffinityStopped"
    assert found["problems"][-1]["text"] == (
        "numa-affinity does not run; systemctl status ovirt-numa-affinity.service says why"
    )


def test_unit_of_somebody_else_is_not_taken_away(tmp_path: Path, where: list[str]) -> None:
    path = tmp_path / "units" / unit.NAME
    path.parent.mkdir()
    path.write_text("[Service]\n")
    install.main(["uninstall", *where])
    assert path.exists()
