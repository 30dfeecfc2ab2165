# SPDX-License-Identifier: Apache-2.0
"""The RPMs: what is in them, what they need, and what rpmlint thinks."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from numa_domain import __version__
from numa_domain.release import DIRECTORY
from numa_domain.request.grammar_level import LEVEL
from tests.packaging.build import HOOKS, SOURCE, Checkout, query
from tests.tools import need
from vdsm_hook.executables import POINTS, settings_in

Packages = dict[str, Path]


def listed(path: Path) -> list[str]:
    return query(path, "-l").split()


def unpacked(path: Path, into: Path) -> Path:
    into.mkdir()
    with subprocess.Popen([need("rpm2cpio"), str(path)], stdout=subprocess.PIPE) as source:
        command = [need("cpio"), "-id", "--quiet", "--no-absolute-filenames"]
        subprocess.run(command, stdin=source.stdout, cwd=into, check=True)
    return into


def test_packages_are_three_and_fit_every_architecture(packages: Packages) -> None:
    assert {name: query(path, "--qf", "%{ARCH}") for name, path in packages.items()} == {
        "python3-numa-domain": "noarch",
        "vdsm-hook-numa": "noarch",
        "ovirt-engine-numa": "noarch",
    }


def test_core_is_where_el9s_python_looks(packages: Packages) -> None:
    files = listed(packages["python3-numa-domain"])
    assert "/usr/lib/python3.9/site-packages/numa_domain/placement/place.py" in files
    assert "/usr/bin/numa-domain" in files
    needs = query(packages["python3-numa-domain"], "--requires").splitlines()
    assert "python(abi) = 3.9" in needs
    assert "python3-lxml" in needs  # numa-domain report would end in a traceback without it


def test_every_module_is_packaged(packages: Packages, checkout: Checkout) -> None:
    """And has a place for its bytecode, which otherwise would stay behind."""
    for name, package in (("python3-numa-domain", "numa_domain"), ("vdsm-hook-numa", "vdsm_hook")):
        files = listed(packages[name])
        prefix = "/usr/lib/python3.9/site-packages"
        wanted = {Path(prefix, path) for path in checkout.tracked(package)}
        assert {str(path) for path in wanted} <= set(files)
        compiled = {
            str(at.parent / "__pycache__" / f"{at.stem}.cpython-39.pyc")
            for at in wanted
            if at.suffix == ".py"
        }
        assert compiled == {path for path in files if path.endswith(".pyc")}


def test_hook_executables_are_fixed_to_the_systems_python(
    packages: Packages, tmp_path: Path
) -> None:
    root = unpacked(packages["vdsm-hook-numa"], tmp_path / "hook")
    for point in POINTS:
        path = root / HOOKS / point / "50_numa"
        settings = settings_in(path.read_bytes())
        assert settings is not None
        assert settings.python == "/usr/bin/python3"
        assert settings.paths == ("/usr/lib/python3.9/site-packages",)
        assert settings.config == "/etc/ovirt-numa/hook.conf"
        assert path.stat().st_mode & 0o777 == 0o755


def test_hook_package_tells_the_engine_its_release(packages: Packages, tmp_path: Path) -> None:
    label = Path(HOOKS, DIRECTORY, f"hooks-{__version__}-grammar-{LEVEL}")
    path = unpacked(packages["vdsm-hook-numa"], tmp_path / "hook") / label
    assert path.stat().st_mode & 0o777 == 0o755
    assert f"/{HOOKS}/{DIRECTORY}" in listed(packages["vdsm-hook-numa"])
    assert query(packages["vdsm-hook-numa"], "--qf", "%{VERSION}") == __version__


def test_hook_directories_are_owned(packages: Packages) -> None:
    files = listed(packages["vdsm-hook-numa"])
    for point in POINTS:
        assert f"/{HOOKS}/{point}" in files


def test_only_the_configuration_is_kept_when_changed(packages: Packages) -> None:
    """Anything else that rpm would keep as .rpmsave in VDSM's directories, VDSM would run."""
    assert query(packages["vdsm-hook-numa"], "-c").split() == ["/etc/ovirt-numa/hook.conf"]
    assert query(packages["ovirt-engine-numa"], "-c") == ""


def test_packages_bring_documentation_manual_pages_and_completion(packages: Packages) -> None:
    """And what a unit's `Documentation=` names is in the package beside it."""
    core = listed(packages["python3-numa-domain"])
    engine = listed(packages["ovirt-engine-numa"])
    every = {name for path in packages.values() for name in listed(path)}
    for program in ("numa-domain", "numa-hook", "numa-affinity", "ovirt-numa"):
        assert any(name.startswith(f"/usr/share/man/man1/{program}.1") for name in every)
        assert f"/usr/share/bash-completion/completions/{program}" in every
    for page in (SOURCE / "docs").glob("*.md"):
        assert f"/usr/share/doc/python3-numa-domain/docs/{page.name}" in core
        assert f"/usr/share/doc/ovirt-engine-numa/docs/{page.name}" in engine
    for unit in (
        "engine_plugin/setup/files/ovirt-engine-numa.service",
        "engine_plugin/setup/files/ovirt-engine-numa-scheduler.service",
        "vdsm_hook/affinity/ovirt-numa-affinity.service",
    ):
        said = re.search(r"^Documentation=man:(\S+)\(1\) file://(\S+)$",
                         (SOURCE / unit).read_text(), re.M)  # fmt: skip
        assert said is not None
        assert said[2] in every
        assert any(name.startswith(f"/usr/share/man/man1/{said[1]}.1") for name in every)


def test_hook_needs_the_very_same_core(packages: Packages) -> None:
    needs = query(packages["vdsm-hook-numa"], "--requires").splitlines()
    version = query(packages["python3-numa-domain"], "--qf", "%{VERSION}-%{RELEASE}")
    assert f"python3-numa-domain = {version}" in needs


def test_engine_package_has_plugin_service_and_unit(packages: Packages) -> None:
    files = listed(packages["ovirt-engine-numa"])
    for name in (
        "/usr/lib/systemd/system/ovirt-engine-numa.service",
        "/usr/lib/systemd/system/ovirt-engine-numa-scheduler.service",
        "/usr/share/ovirt-engine-numa/requirements.txt",
        "/usr/share/ovirt-engine-numa/python/engine_plugin/service/app.py",
        "/usr/share/ovirt-engine-numa/python/numa_domain/placement/place.py",
        "/usr/bin/ovirt-numa",
    ):
        assert name in files
    assert not [name for name in files if "node_modules" in name or name.endswith(".ts")]


def test_plugin_links_point_into_the_package(packages: Packages, tmp_path: Path) -> None:
    root = unpacked(packages["ovirt-engine-numa"], tmp_path / "engine")
    for name in ("ovirt-numa.json", "ovirt-numa-resources"):
        link = root / "usr/share/ovirt-engine/ui-plugins" / name
        assert link.is_symlink()
        assert link.resolve() == root / "usr/share/ovirt-engine-numa/ui" / name
        assert link.exists()


def test_packages_say_what_is_bundled_and_under_which_licences(packages: Packages) -> None:
    path = packages["ovirt-engine-numa"]
    assert query(path, "--qf", "%{LICENSE}") == "Apache-2.0 AND 0BSD AND MIT AND OFL-1.1"
    for name in ("python3-numa-domain", "vdsm-hook-numa"):
        assert query(packages[name], "--qf", "%{LICENSE}") == "Apache-2.0"
    bundled = re.findall(r"^bundled\((.*)\)(?: = (.*))?$", query(path, "--provides"), re.M)
    locked = json.loads((SOURCE / "engine_plugin/ui/package-lock.json").read_text())["packages"]
    for name, version in bundled:
        if name.startswith("npm("):
            assert version == locked[f"node_modules/{name[4:-1]}"]["version"]
    assert {"npm(react)", "npm(react-dom)", "npm(@patternfly/react-core)", "red-hat-fonts"} <= {
        name for name, _ in bundled
    }


def test_package_has_the_text_of_each_licence(packages: Packages, tmp_path: Path) -> None:
    """Where rpm keeps them, and beside the files themselves."""
    path = packages["ovirt-engine-numa"]
    licences = [name for name in query(path, "-L").split() if name.endswith(".txt")]
    assert [Path(name).name for name in licences] == ["third-party-licenses.txt"]
    root = unpacked(path, tmp_path / "engine")
    text = (root / licences[0][1:]).read_text()
    served = root / "usr/share/ovirt-engine-numa/ui/ovirt-numa-resources/third-party-licenses.txt"
    assert served.read_text() == text
    for name in re.findall(r"^bundled\((?:npm\()?([^()]+)\)", query(path, "--provides"), re.M):
        assert re.search(rf"^{re.escape(name)}( [\d.]+)?: (MIT|0BSD|OFL-1.1)$", text, re.M), name


def test_requirements_are_the_services(packages: Packages) -> None:
    """What setup.py asks for is pinned in what the engine's package installs."""
    asked = re.findall(r'^    "([a-z-]+)[>=]=', (SOURCE / "setup.py").read_text(), re.M)
    pinned = re.findall(
        r"^([a-z0-9-]+)==", (SOURCE / "packaging/requirements.txt").read_text(), re.M
    )
    service = asked[: asked.index("rich") + 1]
    assert {*service, "lxml"} <= set(pinned)


def test_spec_has_what_it_needs_to_be_built(packages: Packages) -> None:
    """Beyond bash and rpm itself; EL's rpmbuild refuses to begin without."""
    (path,) = (packages["vdsm-hook-numa"].parent / "source").glob("*.src.rpm")
    needs = {line.split()[0] for line in query(path, "--requires").splitlines()}
    spec = (SOURCE / "packaging/rpm/ovirt-numa.spec.in").read_text()
    (build,) = re.findall(r"^%prep\n(.*?)^%post", spec, re.M | re.S)
    used = {"find": "findutils", "grep": "grep", "python3": "python3", "sed": "sed", "tar": "tar"}
    for program, package in used.items():
        assert re.search(rf"(^|[|( ]){program} ", build, re.M)
        assert package in needs
    assert {"coreutils", "gzip", "systemd-rpm-macros"} <= needs


def test_rpmlint_finds_no_error(packages: Packages) -> None:
    sources = sorted((packages["vdsm-hook-numa"].parent / "source").iterdir())
    command = [need("rpmlint"), "-c", str(SOURCE / "packaging/rpm/rpmlint.toml")]
    done = subprocess.run(
        [*command, *map(str, [*packages.values(), *sources])],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert re.findall(r"^\S+ [EW]: .*$", done.stdout, re.M) == []
    assert " 0 errors, 0 warnings" in done.stdout


def test_service_answers_from_the_engines_package(packages: Packages, tmp_path: Path) -> None:
    """As its unit starts it, with the libraries of this environment in place of setup's."""
    root = unpacked(packages["ovirt-engine-numa"], tmp_path / "engine")
    code = root / "usr/share/ovirt-engine-numa/python"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = {"OVIRT_NUMA_ENGINE_URL": "https://engine.example.org/ovirt-engine/api"}
    environ = {**os.environ, **settings, "PYTHONPATH": str(code)}
    words = ["-sP", "-m", "engine_plugin.cli", "serve", "--port", str(port)]
    where = subprocess.run(
        [sys.executable, "-sP", "-c", "import engine_plugin as e; print(e.__file__)"],
        env=environ, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert where.startswith(str(code))
    with subprocess.Popen([sys.executable, *words], env=environ, cwd=tmp_path) as service:
        try:
            assert (
                answered(f"http://127.0.0.1:{port}/openapi.json")["info"]["title"] == "oVirt NUMA"
            )
        finally:
            service.terminate()


def answered(url: str) -> Any:
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return json.load(answer)
        except (ConnectionError, urllib.error.URLError):
            assert time.monotonic() < until, "the service does not answer"
            time.sleep(0.2)
