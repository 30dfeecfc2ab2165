# SPDX-License-Identifier: Apache-2.0
"""httpd with the configuration that setup writes: our path goes to the service, others do not."""

from __future__ import annotations

import http.server
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.packaging.build import SOURCE
from tests.tools import missing

CONF = SOURCE / "engine_plugin/setup/files/httpd.conf"
MODULES = Path("/usr/lib/apache2/modules"), Path("/usr/lib64/httpd/modules")
NAMES = ("mpm_event", "unixd", "authz_core", "proxy", "proxy_http")


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    def do_GET(self) -> None:
        body = f"{self.path} {self.headers.get('Authorization')}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def httpd(tmp_path: Path) -> Iterator[str]:
    program = shutil.which("apache2") or shutil.which("httpd") or "/usr/sbin/apache2"
    modules = next((path for path in MODULES if path.is_dir()), None)
    if not Path(program).exists() or modules is None:
        missing("apache2 (Debian: apache2-bin)")
    echo = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=echo.serve_forever, daemon=True).start()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    ours = CONF.read_text().replace("127.0.0.1:8723", f"127.0.0.1:{echo.server_port}")
    conf = tmp_path / "httpd.conf"
    conf.write_text(
        "\n".join(
            f"LoadModule {name}_module {modules}/mod_{name}.so"
            for name in NAMES
            if (modules / f"mod_{name}.so").exists()  # some are built in
        )
        + f"\nServerName localhost\nListen 127.0.0.1:{port}\nPidFile {tmp_path}/pid\n"
        f"ErrorLog {tmp_path}/log\nDefaultRuntimeDir {tmp_path}\nDocumentRoot {tmp_path}\n"
        f"User nobody\nGroup nogroup\n{ours}"
    )
    with subprocess.Popen([program, "-f", str(conf), "-D", "FOREGROUND"]) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            echo.shutdown()


def asked(url: str) -> str:
    request = urllib.request.Request(url, headers={"Authorization": "Bearer token"})
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            return str(error.code)
        except (ConnectionError, urllib.error.URLError):
            assert time.monotonic() < until, "httpd does not answer"
            time.sleep(0.1)


def test_httpd_hands_our_path_to_the_service(httpd: str) -> None:
    """Without the prefix, and with the user's token."""
    assert (
        asked(f"{httpd}/ovirt-engine-numa/api/v1/vms?page=2") == "/api/v1/vms?page=2 Bearer token"
    )
    assert asked(f"{httpd}/ovirt-engine-numa/healthz") == "/healthz Bearer token"


def test_httpd_hands_no_other_path_to_the_service(httpd: str) -> None:
    for path in ("/ovirt-engine/api", "/ovirt-engine-numabc"):
        assert asked(f"{httpd}{path}") in ("403", "404")  # httpd's own, as it may read its files
