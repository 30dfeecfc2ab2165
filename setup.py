# SPDX-License-Identifier: Apache-2.0
"""What the checkout installs: three packages, three commands, and the hooks as data.

The metadata stands here and not in pyproject.toml, since version, licence and data follow the
tree: a snapshot has a version of its own, and the built tab brings others' licences with it.
"""

import json
import re
from pathlib import Path

from setuptools import find_packages, setup

PACKAGES = ["numa_domain", "vdsm_hook", "engine_plugin"]
UI = Path("engine_plugin/ui")
TAB = UI / "dist"
BUNDLED = TAB / "bundled.json"
LICENSES = ["LICENSE", str(TAB / "ovirt-numa-resources/third-party-licenses.txt")]
SNAPSHOT = Path("packaging/snapshot.json")

# Below the next major version of each, which may break what works; the very versions that are
# tested stand in packaging/requirements.txt and .ci/constraints.txt (make constraints).
SERVICE = [
    "fastapi>=0.110,<1",
    "uvicorn>=0.29,<1",
    "httpx>=0.27,<1",
    "ovirt-engine-sdk-python==4.6.3",
    "prometheus-client>=0.20,<1",
    "rich>=13,<16",
]
TEST = [
    "ansible-core>=2.17,<3",
    "ansible-lint>=25,<27",
    "hypothesis>=6.100,<7",
    "libvirt-python>=9.0,<13",
    "lxml-stubs>=0.5.1,<1",
    "mkdocs-material>=9.6,<10",
    "mypy>=1.10,<3",
    "pre-commit>=4,<5",
    "pytest>=8.2,<10",
    "pytest-xdist>=3.8,<4",
    "reuse>=5,<7",
    "ruff>=0.8,<1",
    "scipy>=1.11,<2",
    "schemathesis>=4.0,<5",
    "vermin>=1.6,<2",
    "virtme-ng>=1.30,<2",
]


def version() -> str:
    """The release's; of a snapshot that make dist packages, with which one it is."""
    text = Path("numa_domain/__init__.py").read_text(encoding="utf-8")
    found: str = re.findall('__version__ = "(.+)"', text)[0]
    if SNAPSHOT.exists():
        _, _, which = json.loads(SNAPSHOT.read_text(encoding="utf-8"))["release"].partition(".")
        return f"{found}+{which}" if ".g" in which else found
    return found


def licenses() -> str:
    """Ours, and those of what is built into the tab."""
    bundled = json.loads(BUNDLED.read_text(encoding="utf-8")) if BUNDLED.exists() else []
    return " AND ".join(["Apache-2.0", *sorted({each["license"] for each in bundled})])


def data(package: str) -> "list[str]":
    """All that is no module: of the user interface, what is built and not what it is built from."""
    found = []
    for path in sorted(Path(package).rglob("*")):
        if path.is_dir() or path.suffix in (".py", ".pyc"):
            continue
        if UI not in path.parents or TAB in path.parents:
            found.append(str(path.relative_to(package)))
    return found


setup(
    name="ovirt-numa",
    version=version(),
    description="Host NUMA placement and virtual NUMA topology for oVirt virtual machines",
    long_description=Path("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license=licenses(),
    license_files=[name for name in LICENSES if Path(name).exists()],
    python_requires=">=3.9",
    packages=find_packages(include=[f"{name}{end}" for name in PACKAGES for end in ("", ".*")]),
    package_data={name: data(name) for name in PACKAGES},
    install_requires=["lxml>=4.6,<7"],
    extras_require={"service": SERVICE, "test": TEST},
    entry_points={
        "console_scripts": [
            "numa-domain = numa_domain.cli.main:main",
            "numa-hook = vdsm_hook.install:main",
            "numa-affinity = vdsm_hook.affinity.command:main",
            "ovirt-numa = engine_plugin.cli:main",
        ],
    },
    zip_safe=False,
)
