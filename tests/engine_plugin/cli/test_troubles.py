# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa` where something is wrong: one line, its true cause, no traceback."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from engine_plugin.cli.examples import EXAMPLES
from engine_plugin.cli.main import COMMANDS
from numa_domain import __version__

ROOT = Path(__file__).parents[3]
LOGIN = {"OVIRT_USERNAME": "admin@internal", "OVIRT_PASSWORD": "demo"}


def run(
    *words: str, more: str = "", home: Path = Path("/"), **environment: str
) -> subprocess.CompletedProcess[str]:
    line = f"{shlex.join([sys.executable, '-m', 'engine_plugin.cli', *words])} {more}"
    kept = {name: text for name, text in os.environ.items() if not name.startswith("OVIRT_")}
    return subprocess.run(
        line,
        shell=True,
        cwd=ROOT,
        env={**kept, "HOME": str(home), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def code_of(done: subprocess.CompletedProcess[str]) -> str:
    """Of the error that is told in JSON."""
    assert done.returncode == 2, done.stderr
    found = json.loads(done.stderr)
    assert found["version"] == __version__
    assert found["blames"]
    assert 400 <= found["status"] < 600
    assert found["instance"].startswith("urn:ovirt-numa:request:cli-")
    return str(found["code"])


class Answer(BaseHTTPRequestHandler):
    """Always the same one."""

    status, kind, body = 200, "text/html", b"<html>hello</html>"

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Type", self.kind)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    do_POST = do_PUT = do_GET  # named by http.server

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextlib.contextmanager
def answering(
    status: int, kind: str = "text/html", body: bytes = b"<html/>", tls: Path | None = None
) -> Iterator[str]:
    """A server that is no engine."""
    handler = type("Handler", (Answer,), {"status": status, "kind": kind, "body": body})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}/ovirt-engine/api"
    finally:
        server.shutdown()
        server.server_close()


def certificate(folder: Path, name: str) -> Path:
    """Key and certificate of a server with this name, by no CA that is known."""
    path = folder / f"{name.replace(':', '-')}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", path,
         "-out", f"{path}.crt", "-days", "2", "-subj", "/CN=engine",
         "-addext", f"subjectAltName={name}"],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.mark.parametrize(
    "words",
    [(), ("frob",), ("get", "--frob"), ("suggest",), ("get", "a", "--kind", "host"),
     ("get", "--seconds", "0"), ("get", "--seconds", "nan"), ("serve", "--port", "99999"),
     ("demo", "--port", "99999"), ("demo", "--port", "-1"), ("demo", "--vms", "0")],
    ids=" ".join,
)  # fmt: skip
def test_usage_error_is_one_line(words: tuple[str, ...]) -> None:
    done = run(*words)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    command = f" {words[0]}" if words and words[0] in COMMANDS else ""
    assert done.stderr.startswith(f"ovirt-numa{command}: ")
    assert done.stderr.endswith(" --help\n")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_each_command_has_examples(name: str) -> None:
    assert f"ovirt-numa {name}" in EXAMPLES[name]
    assert f"\nexamples:\n{EXAMPLES[name].splitlines()[1]}\n" in run(name, "--help").stdout


def test_connection_that_is_refused_is_no_refused_login() -> None:
    done = run("get", "--json", OVIRT_URL=f"https://127.0.0.1:{free_port()}", **LOGIN)
    assert code_of(done) == "EngineUnreachable"
    assert "nothing listens at its address" in done.stderr
    assert "password" not in done.stderr


def test_name_that_cannot_be_resolved_is_no_refused_login() -> None:
    done = run("get", "--json", OVIRT_URL="https://engine.invalid", **LOGIN)
    assert code_of(done) == "EngineUnreachable"


@pytest.mark.parametrize("login", [LOGIN, {"OVIRT_TOKEN": "abc"}], ids=["password", "token"])
def test_certificate_that_is_not_trusted_is_no_refused_login(
    tmp_path: Path, login: dict[str, str]
) -> None:
    own, other = (certificate(tmp_path, n) for n in ("IP:127.0.0.1", "DNS:other.example.org"))
    with answering(200, tls=own) as url:
        unknown = run("get", "--json", OVIRT_URL=url, **login)
        absent = run("get", "--json", "--ca-file", "/absent.pem", OVIRT_URL=url, **login)
        trusted = run("get", "--json", "--ca-file", f"{own}.crt", OVIRT_URL=url, **login)
    with answering(200, tls=other) as url:
        named = run("get", "--json", "--ca-file", f"{other}.crt", OVIRT_URL=url, **login)
    codes = [code_of(done) for done in (unknown, absent, trusted, named)]
    assert codes == ["EngineUnreachable", "CaUnreadable", "EngineUnreadable", "EngineUnreachable"]
    assert "its certificate was not issued by the configured CA" in unknown.stderr
    assert "its certificate is for another host name" in named.stderr


@pytest.mark.parametrize(
    ("status", "kind", "body", "code"),
    [
        (200, "text/html", b"<html/>", "EngineUnreadable"),
        (404, "text/html", b"<html/>", "EngineUnreadable"),
        (200, "application/json", b"{}", "EngineUnreadable"),
        (200, "application/json", b"{", "EngineUnreadable"),
        (503, "text/html", b"<html/>", "EngineStarting"),
        (500, "text/html", b"<html/>", "EngineBroke"),
        (401, "text/html", b"<html/>", "LoginFailed"),
        (400, "application/json", b'{"error": "Cannot authenticate user", "error_code": "x"}',
         "LoginFailed"),
    ],
)  # fmt: skip
def test_answer_to_the_login_is_told_by_its_cause(
    status: int, kind: str, body: bytes, code: str
) -> None:
    with answering(status, kind, body) as url:
        assert code_of(run("get", "--json", OVIRT_URL=url, **LOGIN)) == code


@pytest.mark.parametrize("words", [("get",), ("health",), ("get", "--kind", "template")])
def test_address_without_an_engine_has_no_list(words: tuple[str, ...]) -> None:
    with answering(404) as url:
        done = run(*words, OVIRT_URL=url, OVIRT_TOKEN="abc")
    assert done.returncode == 2
    assert "nothing is there (HTTP 404)" in done.stderr
    assert "check that the configured address leads to the REST API" in done.stderr


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file or directory"),
        ("password = secret\n", "line 1 stands before any [section]"),
        ("[engine]\n\nsecret\n", "line 3 is not KEY = VALUE"),
        ("[engine]\n[engine]\n", "line 2 repeats a section"),
        ("[ovirt]\nurl = https://engine.example.org\n", "it has no section [engine]"),
        ("[engine]\npassword = secret\npassword = b\n", "line 3 gives password a second time"),
    ],
)
def test_config_that_cannot_be_used_is_an_error(
    tmp_path: Path, content: str | None, reason: str
) -> None:
    path = tmp_path / "engine.conf"
    if content is not None:
        path.write_text(content)
    done = run("get", "--config", str(path), OVIRT_URL="https://engine.invalid", **LOGIN)
    assert done.returncode == 2
    assert done.stderr.startswith(f"ovirt-numa: {path}: the file cannot be read: ")
    assert reason in done.stderr
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.stderr


def test_config_that_is_a_folder_or_no_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"[engine]\n\xff\xfe")
    for path, reason in ((tmp_path, "Is a directory"), (tmp_path / "bytes", "not text in UTF-8")):
        done = run("get", "--config", str(path), **LOGIN)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert reason in done.stderr


def test_port_in_use_and_address_of_another_machine_are_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        engine = {"OVIRT_NUMA_ENGINE_URL": "https://engine.invalid"}
        for words in (("demo", "--data", str(tmp_path)), ("serve",)):
            used = run(*words, "--port", port, **engine)
            away = run(*words, "--host", "192.0.2.1", **engine)
            for done, host in ((used, f"127.0.0.1:{port}"), (away, "192.0.2.1:")):
                assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
                assert done.stderr.startswith(f"ovirt-numa: {host}")


def test_disk_that_is_full_gives_no_traceback(demo: str) -> None:
    for words in (("get",), ("get", "db-strict"), ("health",), ("get", "--json"), ("--help",)):
        done = run(*words, more=">/dev/full", OVIRT_URL=demo, **LOGIN)
        said = "ovirt-numa: the output cannot be written: No space left on device\n"
        assert (done.returncode, done.stderr) == (2, said)


def test_reader_that_has_gone_gives_no_traceback(demo: str) -> None:
    done = run("get", more="| true", OVIRT_URL=demo, **LOGIN)
    assert done.stderr == ""


def test_lists_have_every_name_whole_and_a_row_a_line(demo: str) -> None:
    """Also where nobody sees them: grep does."""
    done = run("get", OVIRT_URL=demo, COLUMNS="40", **LOGIN)
    listed = json.loads(run("get", "--json", OVIRT_URL=demo, **LOGIN).stdout)["vms"]
    rows = done.stdout.splitlines()[1:]
    assert len(rows) == len(listed) > 5
    for row, vm in zip(rows, listed):
        assert row.startswith(vm["name"])
        for key in ("nodeset", "topology"):
            assert ((vm["request"] or {}).get(key) or "-") in row


def test_templates_and_pools_are_listed_too(demo: str) -> None:
    login = {"OVIRT_URL": demo, **LOGIN}
    lines = run("get", "--kind", "template", **login).stdout.splitlines()
    assert lines[0].split()[0] == "TEMPLATE"
    assert [line.split()[0] for line in lines[1:]] == ["rhel9-numa"]
    none = run("get", "--kind", "template", "--search", "name=x*", "--json", **login)
    assert json.loads(none.stdout)["templates"] == []
    assert (
        run("set", "desktops", "--kind", "pool", "--nodeset", "0", "--force", **login).returncode
        == 0
    )
    listed = json.loads(run("get", "--kind", "pool", "--json", **login).stdout)["pools"]
    assert [(each["name"], each["request"]["nodeset"]) for each in listed] == [("desktops", "0")]
    assert run("clear", "desktops", "--kind", "pool", **login).returncode == 0


@pytest.mark.parametrize(
    "words",
    [("get",), ("get", "db-strict"), ("fit", "db-strict"), ("suggest", "db-auto"), ("health",)],
    ids=" ".join,
)
def test_json_begins_with_the_version(demo: str, words: tuple[str, ...]) -> None:
    answer = json.loads(run(*words, "--json", OVIRT_URL=demo, **LOGIN).stdout)
    assert next(iter(answer.items())) == ("version", __version__)


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (">/dev/full", 2, "ovirt-numa: the output cannot be written: No space left on device\n"),
        ("| head -c 0; exit ${PIPESTATUS[0]}", 141, ""),
    ],
)
def test_setup_whose_output_cannot_be_written_blames_no_file(
    more: str, code: int, said: str
) -> None:
    line = f"{shlex.quote(sys.executable)} -m engine_plugin.cli setup --check {more}"
    done = subprocess.run(
        ["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (code, said)
