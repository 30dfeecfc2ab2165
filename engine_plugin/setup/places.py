# SPDX-License-Identifier: Apache-2.0
"""Where things are on an engine's machine.

Decides paths, below a root that is / but for tests and images, and whether the package's files
are there or we run from a wheel. Touches nothing.

    Places(Path("/")).httpd        /etc/httpd/conf.d/ovirt-engine-numa.conf
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_FILES = Path(__file__).with_name("files")
_SETTING = re.compile(r"""^\s*(ENGINE_\w+)\s*=\s*["']?([^"'\s]+)""", re.MULTILINE)
_SERVICE_SETTING = re.compile(r"""^\s*OVIRT_NUMA_(\w+)\s*=\s*["']?([^"'\s]*)""", re.MULTILINE)
_HTTPS = "443"


@dataclass(frozen=True)
class Places:
    """Of one machine."""

    root: Path = Path("/")

    @property
    def settings(self) -> Path:
        return self.root / "etc/ovirt-numa/service.conf"

    @property
    def account(self) -> Path:
        """The scheduler's user of the engine."""
        return self.root / "etc/ovirt-numa/scheduler.account"

    @property
    def httpd(self) -> Path:
        return self.root / "etc/httpd/conf.d/ovirt-engine-numa.conf"

    @property
    def record(self) -> Path:
        return self.root / "var/lib/ovirt-engine-numa/setup.json"

    @property
    def environment(self) -> Path:
        return self.root / "usr/lib/ovirt-engine-numa/environment"

    @property
    def packaged(self) -> Path:
        """Of the RPM; is not there where we were installed as a wheel."""
        return self.root / "usr/share/ovirt-engine-numa"

    @property
    def packaged_unit(self) -> Path:
        return self.root / "usr/lib/systemd/system/ovirt-engine-numa.service"

    @property
    def unit(self) -> Path:
        return self.root / "etc/systemd/system/ovirt-engine-numa.service"

    @property
    def packaged_scheduler(self) -> Path:
        return self.packaged_unit.with_name("ovirt-engine-numa-scheduler.service")

    @property
    def scheduler(self) -> Path:
        return self.unit.with_name("ovirt-engine-numa-scheduler.service")

    @property
    def plugins(self) -> Path:
        return self.root / "usr/share/ovirt-engine/ui-plugins"

    @property
    def built_tab(self) -> Path:
        """In our own package, where the tab was built before the wheel."""
        return Path(__file__).parents[1] / "ui" / "dist"

    def engine_address(self) -> str | None:
        """Name and, where it is not HTTPS's own, port of the engine, as engine-setup wrote them
        (its plugin config/protocols.py): of httpd before it, or of the engine itself where there
        is none. A later file counts more than an earlier one."""
        found: dict[str, str] = {}
        for path in sorted((self.root / "etc/ovirt-engine/engine.conf.d").glob("*.conf")):
            text = path.read_text(encoding="utf-8", errors="replace")
            found.update((match[1], match[2]) for match in _SETTING.finditer(text))
        if "ENGINE_FQDN" not in found:
            return None
        direct = found.get("ENGINE_PROXY_ENABLED") == "false"
        port = found.get("ENGINE_HTTPS_PORT" if direct else "ENGINE_PROXY_HTTPS_PORT", _HTTPS)
        return found["ENGINE_FQDN"] if port == _HTTPS else f"{found['ENGINE_FQDN']}:{port}"

    def service(self) -> dict[str, str]:
        """The service's settings without their prefix, as systemd reads them."""
        if not self.settings.exists():
            return {}
        text = self.settings.read_text(encoding="utf-8", errors="replace")
        return {match[1]: match[2] for match in _SERVICE_SETTING.finditer(text)}

    def ca_file(self) -> Path | None:
        """The CA of httpd's certificate: the engine's own, unless an admin changed it."""
        for name in ("apache-ca.pem", "ca.pem"):
            path = Path("/etc/pki/ovirt-engine") / name
            if (self.root / path.relative_to("/")).exists():
                return path
        return None


def template(name: str) -> str:
    """One of the files that setup writes."""
    return (_FILES / name).read_text(encoding="utf-8")
