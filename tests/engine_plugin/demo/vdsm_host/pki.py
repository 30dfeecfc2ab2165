# SPDX-License-Identifier: Apache-2.0
"""An authority as an engine has one, and certificates from it: made with openssl.

pki = Pki.make(tmp_path)
pki.context()                   # for a client that shows its certificate
"""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.tools import need


@dataclass(frozen=True)
class Pki:
    """A folder with ca.pem, and NAME.key and NAME.pem for host, engine and stranger."""

    folder: Path

    @classmethod
    def make(cls, folder: Path) -> Pki:
        pki = cls(folder)
        pki._authority("ca")
        pki._issue("host", "ca")
        pki._issue("engine", "ca")
        pki._authority("other")
        pki._issue("stranger", "other")
        return pki

    def path(self, name: str) -> Path:
        return self.folder / name

    def options(self) -> list[str]:
        """For the command that starts the hosts."""
        files = {"--key": "host.key", "--cert": "host.pem", "--ca": "ca.pem"}
        return [text for option, name in files.items() for text in (option, str(self.path(name)))]

    def context(self, who: str | None = "engine") -> ssl.SSLContext:
        """As an engine connects: it checks the host's authority, not its name."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.load_verify_locations(self.path("ca.pem"))
        if who is not None:
            context.load_cert_chain(self.path(f"{who}.pem"), self.path(f"{who}.key"))
        return context

    def _authority(self, name: str) -> None:
        _openssl(
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", f"/CN={name}", "-keyout", self.path(f"{name}.key")),
            *("-out", self.path(f"{name}.pem")),
        )

    def _issue(self, name: str, authority: str) -> None:
        request = self.path(f"{name}.csr")
        _openssl(
            *("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}"),
            *("-keyout", self.path(f"{name}.key"), "-out", request),
        )
        _openssl(
            *("x509", "-req", "-in", request, "-days", "2", "-CAcreateserial"),
            *("-CA", self.path(f"{authority}.pem"), "-CAkey", self.path(f"{authority}.key")),
            *("-out", self.path(f"{name}.pem")),
        )


def _openssl(*words: str | Path) -> None:
    subprocess.run([need("openssl"), *map(str, words)], check=True, capture_output=True)
