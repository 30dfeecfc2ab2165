# SPDX-License-Identifier: Apache-2.0
"""httpd with the configuration that setup writes: our path goes to the service, others do not."""

from __future__ import annotations

import http.server
import shutil
import socket
import ssl
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine_plugin.setup.files import SettingOdd, httpd_text
from tests.tools import missing, need

MODULES = Path("/usr/lib/apache2/modules"), Path("/usr/lib64/httpd/modules")
UNCHECKED = ssl._create_unverified_context()
NAMES = ("mpm_event", "unixd", "authz_core", "proxy", "proxy_http", "socache_shmcb", "ssl")


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


class Httpd:
    """With our part of its configuration, on a port with TLS and one without."""

    def __init__(self, tls: int, plain: int) -> None:
        self.tls, self.plain = f"https://127.0.0.1:{tls}", f"http://127.0.0.1:{plain}"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture(params=["with mod_ssl", "without mod_ssl"])
def httpd(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Httpd]:
    program = shutil.which("apache2") or shutil.which("httpd") or "/usr/sbin/apache2"
    modules = next((path for path in MODULES if path.is_dir()), None)
    if not Path(program).exists() or modules is None:
        missing("apache2 (Debian: apache2-bin)")
    echo = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=echo.serve_forever, daemon=True).start()
    found = Httpd(free_port(), free_port())
    safe = request.param == "with mod_ssl"
    lines = [
        f"LoadModule {name}_module {modules}/mod_{name}.so"
        for name in NAMES
        if (modules / f"mod_{name}.so").exists() and (safe or name != "ssl")  # some are built in
    ]
    lines += ["ServerName localhost", f"Listen {found.plain.removeprefix('http://')}"]
    lines += [f"PidFile {tmp_path}/pid", f"ErrorLog {tmp_path}/log", f"DocumentRoot {tmp_path}"]
    lines += [f"DefaultRuntimeDir {tmp_path}", "User nobody", "Group nogroup"]
    lines.append(httpd_text({"PORT": str(echo.server_port)}))
    if safe:
        lines += _tls(tmp_path, found.tls.removeprefix("https://"))
    conf = tmp_path / "httpd.conf"
    conf.write_text("\n".join([*lines, ""]))
    with subprocess.Popen([program, "-f", str(conf), "-D", "FOREGROUND"]) as process:
        try:
            yield found if safe else Httpd(0, int(found.plain.rpartition(":")[2]))
        finally:
            process.terminate()
            echo.shutdown()


def _tls(folder: Path, address: str) -> list[str]:
    key, pem = folder / "key", folder / "pem"
    command = [need("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=127.0.0.1", "-keyout", str(key), "-out", str(pem)]
    subprocess.run(command, check=True, capture_output=True)
    lines = [f"Listen {address}", f"<VirtualHost {address}>", "SSLEngine on"]
    lines += [f"SSLCertificateFile {pem}", f"SSLCertificateKeyFile {key}", "</VirtualHost>"]
    return lines


def asked(url: str) -> str:
    request = urllib.request.Request(url, headers={"Authorization": "Bearer token"})
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(request, timeout=10, context=UNCHECKED) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            return str(error.code)
        except (ConnectionError, urllib.error.URLError):
            assert time.monotonic() < until, "httpd does not answer"
            time.sleep(0.1)


def test_httpd_hands_our_path_to_the_service(httpd: Httpd) -> None:
    """Without the prefix, and with the user's token; over TLS alone, and not at all without."""
    for path in ("/api/v1/vms?page=2", "/healthz"):
        if httpd.tls.endswith(":0"):
            assert asked(f"{httpd.plain}/ovirt-engine-numa{path}") == "403"
        else:
            assert asked(f"{httpd.tls}/ovirt-engine-numa{path}") == f"{path} Bearer token"
            assert asked(f"{httpd.plain}/ovirt-engine-numa{path}") == "403"


def test_httpd_hands_no_other_path_to_the_service(httpd: Httpd) -> None:
    for path in ("/ovirt-engine/api", "/ovirt-engine-numabc"):
        assert asked(f"{httpd.plain}{path}") in ("403", "404")  # its own, as it may read its files


@pytest.mark.parametrize(
    ("settings", "lines"),
    [
        ({}, ["<Location /ovirt-engine-numa>", "ProxyPass http://127.0.0.1:8723 "]),
        ({"PORT": "9000"}, ["ProxyPass http://127.0.0.1:9000 "]),
        ({"HOST": "0.0.0.0"}, ["ProxyPass http://127.0.0.1:8723 "]),
        ({"HOST": "::1"}, ["ProxyPassReverse http://[::1]:8723"]),
        ({"ROOT_PATH": "/a/numa"}, ["<Location /a/numa>"]),
    ],
)
def test_httpd_follows_the_services_settings(settings: dict[str, str], lines: list[str]) -> None:
    text = httpd_text(settings)
    assert all(line in text for line in lines)


@pytest.mark.parametrize("settings", [{"PORT": "x y"}, {"ROOT_PATH": "/a>b"}, {"HOST": "a;b"}])
def test_setting_that_is_no_address_is_not_written(settings: dict[str, str]) -> None:
    with pytest.raises(SettingOdd):
        httpd_text(settings)
