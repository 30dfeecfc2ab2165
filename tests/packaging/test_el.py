# SPDX-License-Identifier: Apache-2.0
"""rpmbuild with what EL's adds to it: macros of its own, and scripts that run over what was built.

Decides nothing about EL itself: there is none here. What its redhat-rpm-config does to packages
like these is done in its place: each module below /usr/lib/python3.N is compiled twice (-o 0 -o 1),
and /bin in the first line of an executable becomes /usr/bin. What is built is unpacked, too.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.packaging.build import PYTHON_TAG, Checkout, query, rpms
from tests.packaging.test_rpm import unpacked

COMPILE = r"""#!/bin/bash
set -e
find "$RPM_BUILD_ROOT" -type d -regex '.*/usr/lib/python3\.[0-9]*' | while read -r folder; do
    python=/usr/bin/$(basename "$folder")
    "$python" -m compileall -q -f -o 0 -o 1 -s "$RPM_BUILD_ROOT" -p / "$folder"
done
"""
MANGLE = r"""#!/bin/bash
set -e
find "$RPM_BUILD_ROOT" -type f -perm /111 | while read -r path; do
    sed -i '1s,^#!/bin/,#!/usr/bin/,' "$path"
done
"""
MACROS = """\
%rhel 9
%dist .el9
%python3_version 3.9
%python3_sitelib /usr/lib/python3.9/site-packages
%_python_bytecompile_extra 1
%__brp_python_bytecompile {compile}
%__brp_mangle_shebangs {mangle}
%__os_install_post %{{?__brp_python_bytecompile}} \\
    %{{?__brp_mangle_shebangs}}
%_unpackaged_files_terminate_build 1
"""


@pytest.fixture
def macros(tmp_path: Path) -> Path:
    """A file of macros, and the scripts that they name."""
    for name, text in (("compile", COMPILE), ("mangle", MANGLE)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    path = tmp_path / "macros.el"
    path.write_text(MACROS.format(compile=tmp_path / "compile", mangle=tmp_path / "mangle"))
    return path


def test_scripts_do_to_a_package_what_they_are_to(tmp_path: Path, macros: Path) -> None:
    """So that the test below is known to test something."""
    site = f"/usr/lib/python{PYTHON_TAG}"
    (tmp_path / "x.spec").write_text(
        "Name: x\nVersion: 1\nRelease: 1%{dist}\nSummary: x\nLicense: x\nBuildArch: noarch\n"
        "%description\nx\n%install\n"
        f"mkdir -p %{{buildroot}}{site}; echo 'x = 1' > %{{buildroot}}{site}/x.py\n"
        f"printf '#!/bin/sh\\n' > %{{buildroot}}{site}/run; chmod 755 %{{buildroot}}{site}/run\n"
        f"%files\n{site}/x.py\n{site}/run\n"
    )
    command = ["rpmbuild", "-bb", f"--load={macros}", "--define", f"_topdir {tmp_path}"]
    done = subprocess.run(
        [*command, str(tmp_path / "x.spec")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "Installed (but unpackaged) file(s) found" in done.stdout + done.stderr
    kinds = set(re.findall(r"x\.cpython-3\d+(\S*)\.pyc", done.stdout + done.stderr))
    assert kinds == {"", ".opt-1"}
    (script,) = (tmp_path / "BUILDROOT").rglob("run")
    assert script.read_text() == "#!/usr/bin/sh\n"


def test_packages_are_the_same_with_els_own_macros(
    archive: Checkout, local_packages: dict[str, Path], macros: Path, tmp_path: Path
) -> None:
    """With this machine's Python in place of EL's, so that there is one to compile with."""
    flags = f"RPMFLAGS=--load='{macros}' --define 'host_python {PYTHON_TAG}'"
    archive.make(tmp_path / "made", "rpm", "EL=9", flags)
    found = rpms(tmp_path / "made")
    assert {name: path.read_bytes() for name, path in found.items()} == {
        name: path.read_bytes() for name, path in local_packages.items()
    }
    assert query(found["vdsm-hook-numa"], "--qf", "%{RELEASE}").endswith(".el9")
    root = unpacked(found["ovirt-engine-numa"], tmp_path / "engine")
    (init,) = root.rglob("initramfs/init")
    assert init.read_text().startswith("#!/bin/sh\n")


def test_release_that_is_asked_for_is_built_on_another_and_leaves_its_packages(
    packages: dict[str, Path], archive: Checkout, macros: Path, tmp_path: Path
) -> None:
    """EL=10 on EL 9, whose own macros say 9."""
    shutil.copytree(packages["vdsm-hook-numa"].parent, tmp_path / "rpm/el9")
    archive.make(tmp_path, "rpm", "EL=10", f"RPMFLAGS=--load='{macros}'")
    nine, ten = rpms(tmp_path, 9), rpms(tmp_path, 10)
    assert len(nine) == len(ten) == 3
    assert "python(abi) = 3.9\n" in query(nine["python3-numa-domain"], "--requires")
    assert "python(abi) = 3.12\n" in query(ten["python3-numa-domain"], "--requires")
    assert query(ten["vdsm-hook-numa"], "--qf", "%{RELEASE}").endswith(".el10")
    files = query(ten["python3-numa-domain"], "-l").split()
    assert "/usr/lib/python3.12/site-packages/numa_domain/__init__.py" in files
