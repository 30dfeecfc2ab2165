# SPDX-License-Identifier: Apache-2.0
"""What the checkout installs: three packages, two commands, and the hooks as data.

The metadata stands here and not in pyproject.toml, since the hosts' RPMs are built with
EL9's own setuptools, which is older than the [project] table.
"""

import re
from pathlib import Path

from setuptools import find_packages, setup

CORE = Path("numa_domain/__init__.py").read_text(encoding="utf-8")

SERVICE = [
    "fastapi>=0.110",
    "uvicorn>=0.29",
    "httpx>=0.27",
    "ovirt-engine-sdk-python==4.6.3",
    "prometheus-client>=0.20",
    "rich>=13",
]
TEST = [
    "ansible-core>=2.17",
    "hypothesis>=6.100",
    "libvirt-python>=9.0",
    "lxml-stubs>=0.5.1",
    "mkdocs-material>=9.6",
    "mypy>=1.10",
    "pytest>=8.2",
    "pytest-xdist>=3.6",
    "ruff>=0.8",
    "scipy>=1.11",
    "schemathesis>=4.0",
    "vermin>=1.6",
    "virtme-ng>=1.30",
]

setup(
    name="ovirt-numa",
    version=re.findall('__version__ = "(.+)"', CORE)[0],
    description="Host NUMA placement and virtual NUMA topology for oVirt virtual machines",
    long_description=Path("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.9",
    packages=find_packages(include=["numa_domain*", "vdsm_hook*", "engine_plugin*"]),
    package_data={
        "vdsm_hook": ["hooks/*", "hooks/*/*"],
        "engine_plugin": [f"ui/dist/{depth}*" for depth in ("", "*/", "*/*/")],  # where it is built
        "engine_plugin.demo": ["*.xml", "*.json", "hosts/*", "initramfs/init"],
        "engine_plugin.demo.shell": ["static/*", "static/*/*"],
        "engine_plugin.setup": ["files/*"],
    },
    install_requires=["lxml>=4.6"],
    extras_require={"service": SERVICE, "test": TEST},
    entry_points={
        "console_scripts": [
            "numa-domain = numa_domain.cli.main:main",
            "numa-hook = vdsm_hook.install:main",
            "ovirt-numa = engine_plugin.cli:main",
        ],
    },
    zip_safe=False,
)
