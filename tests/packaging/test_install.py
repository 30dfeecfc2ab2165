# SPDX-License-Identifier: Apache-2.0
"""Install, run, upgrade, erase: in a root of its own, with the scriptlets, by chroot."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.packaging.build import HOOKS, PYTHON_TAG, SITE, Root
from tests.sysfs_tree import write_sysfs
from tests.tools import need
from tests.vdsm_hook.domains import engine_domain
from tests.vdsm_hook.machine import two_nodes
from tests.vdsm_hook.vdsm import VM_ID
from vdsm_hook.config import Config

Packages = dict[str, Path]


@pytest.fixture
def host(root: Root, local_packages: Packages) -> Root:
    """With both of a host's packages."""
    root.install(local_packages["python3-numa-domain"], local_packages["vdsm-hook-numa"])
    return root


def start(host: Root, properties: dict[str, str]) -> tuple[subprocess.CompletedProcess[str], str]:
    """before_vm_start as VDSM runs it, inside the root."""
    write_sysfs(two_nodes(), host.path / "fake" / "sys")
    boot = host.path / "fake/proc/sys/kernel/random/boot_id"
    boot.parent.mkdir(parents=True, exist_ok=True)
    boot.write_text("5d0c2a54-0000-4000-8000-000000000001\n")
    settings = host.path / "etc/ovirt-numa/hook.conf"
    settings.write_text("sysfs = /fake/sys\nproc = /fake/proc\ncgroup = /fake/cgroup\n")
    file = host.path / "tmp" / "domain.xml"
    file.write_bytes(engine_domain())
    environ = {"vmId": VM_ID, "_hook_domxml": "/tmp/domain.xml", **properties}
    done = host.run(f"/{HOOKS}/before_vm_start/50_numa", environ=environ)
    return done, file.read_text()


def test_hook_runs_from_the_package(host: Root) -> None:
    done, xml = start(host, {"numa_nodeset": "1"})
    assert (done.returncode, done.stderr) == (0, "")
    assert '<memory mode="strict" nodeset="1"/>' in xml
    assert f"{VM_ID}: placed" in (host.path / "var/log/vdsm/numa-hook.log").read_text()


def test_hook_refuses_in_one_line(host: Root) -> None:
    done, xml = start(host, {"numa_nodeset": "7"})
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert xml == engine_domain().decode()


def test_hook_finds_its_bytecode(host: Root) -> None:
    """Compiled when installed, since the user vdsm cannot; fresh, or Python would not use it."""
    tag = PYTHON_TAG.replace(".", "")
    cache = host.path / SITE / "vdsm_hook" / "__pycache__" / f"supervisor.cpython-{tag}.pyc"
    assert cache.stat().st_size > 1000
    program = "import vdsm_hook.supervisor as s; print(s.__cached__)"
    done = host.run("/usr/bin/python3", "-v", "-c", program)
    assert f"matches /{SITE}/vdsm_hook/supervisor.py" in done.stderr


def test_status_is_well_after_install_but_for_the_service_without_systemd(host: Root) -> None:
    done = host.run("/usr/bin/numa-hook", "status", "--json")
    answer = json.loads(done.stdout)
    assert {entry["state"] for entry in answer["points"].values()} == {"installed"}
    assert answer["affinity"]["unit"] == "/usr/lib/systemd/system/ovirt-numa-affinity.service"
    problems = [(problem["code"], problem["text"]) for problem in answer["problems"]]
    assert [code for code, _ in problems] == ["AffinityStopped"], problems
    assert done.returncode == 1


def test_core_answers_after_install(host: Root) -> None:
    done = host.run("/usr/bin/numa-domain", "nodeset", "0-3,^1")
    assert (done.returncode, done.stdout) == (0, "0,2-3\n")


def test_installed_files_are_verified_by_rpm(host: Root) -> None:
    done = host.rpm("-V", "--nodeps", "python3-numa-domain", "vdsm-hook-numa")
    assert (done.returncode, done.stdout) == (0, "")


def test_erase_leaves_nothing(root: Root, local_packages: Packages) -> None:
    before = root.files()
    root.install(*local_packages.values())
    assert root.files() > before
    done = root.rpm("-e", *local_packages)
    assert (done.returncode, done.stderr) == (0, "")
    assert root.files() == before


def test_erase_takes_what_setup_and_the_service_made(root: Root, local_packages: Packages) -> None:
    before = root.files()
    root.install(local_packages["ovirt-engine-numa"])
    for name in ("usr/lib/ovirt-engine-numa/environment", "var/cache/ovirt-engine-numa/usr"):
        (root.path / name).mkdir(parents=True)
    (root.path / "etc/httpd/conf.d/ovirt-engine-numa.conf").write_text("<Location>\n")
    (root.path / "etc/ovirt-numa/service.conf").write_text("OVIRT_NUMA_PORT=8723\n")
    root.rpm("-e", "ovirt-engine-numa")
    assert root.files() == before


def test_upgrade_over_a_changed_executable_leaves_no_copy(
    root: Root, local_packages: Packages, newer_packages: Packages
) -> None:
    """VDSM runs every executable in its directories, .rpmsave and .rpmnew too."""
    pair = ("python3-numa-domain", "vdsm-hook-numa")
    root.install(*(local_packages[name] for name in pair))
    script = root.path / HOOKS / "before_vm_start" / "50_numa"
    whole = script.read_bytes()
    script.write_bytes(whole + b"# changed by somebody\n")
    root.install(*(newer_packages[name] for name in pair), upgrade=True)
    assert script.read_bytes() == whole
    assert sorted(path.name for path in script.parent.iterdir()) == ["50_numa", "50_vhostmd"]
    done, _ = start(root, {"numa_nodeset": "0"})
    assert (done.returncode, done.stderr) == (0, "")


def test_upgrade_keeps_the_admins_configuration(
    root: Root, local_packages: Packages, newer_packages: Packages
) -> None:
    pair = ("python3-numa-domain", "vdsm-hook-numa")
    root.install(*(local_packages[name] for name in pair))
    settings = root.path / "etc/ovirt-numa/hook.conf"
    settings.write_text("time_limit = 5\n")
    root.install(*(newer_packages[name] for name in pair), upgrade=True)
    assert settings.read_text() == "time_limit = 5\n"


def test_update_of_vdsm_leaves_the_hook_installed(
    root: Root, local_packages: Packages, tmp_path: Path
) -> None:
    """VDSM's package obsoletes the hook of our name that was its own; see the spec file."""
    root.install(local_packages["python3-numa-domain"], local_packages["vdsm-hook-numa"])
    root.install(stand_in_vdsm(tmp_path, "4.50.7"), upgrade=True)
    root.install(stand_in_vdsm(tmp_path, "4.50.8"), upgrade=True)
    assert root.has("vdsm-hook-numa")
    assert (root.path / HOOKS / "before_vm_start" / "50_numa").exists()


def test_update_of_vdsm_removes_a_hook_without_an_epoch(root: Root, tmp_path: Path) -> None:
    """So that the test above is known to test something."""
    root.install(small_package(tmp_path, "vdsm-hook-numa", "0.1.0"))
    root.install(stand_in_vdsm(tmp_path, "4.50.8"), upgrade=True)
    assert not root.has("vdsm-hook-numa")


def stand_in_vdsm(folder: Path, version: str) -> Path:
    """A package with no files, and the one line of VDSM's that concerns us."""
    line = "Obsoletes: %{name}-hook-numa < %{version}-%{release}"
    return small_package(folder, "vdsm", version, line)


def small_package(folder: Path, name: str, version: str, line: str = "") -> Path:
    spec = folder / f"{name}-{version}.spec"
    spec.write_text(
        f"Name: {name}\nVersion: {version}\nRelease: 1\nSummary: x\nLicense: x\n"
        f"BuildArch: noarch\n{line}\n%description\nx\n%files\n"
    )
    command = [need("rpmbuild"), "--quiet", "-bb", "--define", f"_topdir {folder}", str(spec)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    return folder / "RPMS" / "noarch" / f"{name}-{version}-1.noarch.rpm"


def test_example_configuration_says_the_defaults(tmp_path: Path) -> None:
    source = Path(__file__).parents[2] / "packaging/hook/hook.conf"
    text = source.read_text().replace("\n#", "\n").replace("\n ", "\n# ")
    file = tmp_path / "hook.conf"
    lines = [line for line in text.splitlines() if " = " in line or line.endswith("=")]
    file.write_text("\n".join(lines) + "\n")
    assert Config.read(str(file)) == Config()
    assert [line.split(" = ")[0] for line in lines] == list(Config._fields)
