# SPDX-License-Identifier: Apache-2.0
"""The stand-in's hosts as a process, as an admin starts them.

with Hosts.started(tmp_path, pki, "epyc-nps4", "xeon-cxl") as hosts:
    hosts.address("xeon-cxl")                   # ("127.0.0.1", 40123)
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.engine_plugin.demo.vdsm_host.client import Client
from tests.engine_plugin.demo.vdsm_host.pki import Pki

ROOT = Path(__file__).resolve().parents[4]
COMMAND = (sys.executable, "-m", "engine_plugin.demo.vdsm_host")


class Hosts:
    """A running process."""

    def __init__(
        self,
        data: Path,
        pki: Pki,
        names: tuple[str, ...],
        options: tuple[str, ...],
        user: int | None,
    ) -> None:
        self.data, self.pki = data, pki
        self.log = data / "log"
        hosts = [text for name in names for text in ("--host", f"{name}=127.0.0.1:0")]
        command = [*COMMAND, *hosts, *pki.options(), "--data", str(data), "--verbose", *options]
        self._log = self.log.open("w")
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            env=None if user is None else {**os.environ, "HOME": str(data.parent)},
        )
        self._addresses = dict(self._said())

    @classmethod
    @contextlib.contextmanager
    def started(
        cls,
        data: Path,
        pki: Pki,
        *names: str,
        options: tuple[str, ...] = (),
        user: int | None = None,
    ) -> Iterator[Hosts]:
        """`user` is another than the tests' own; its files are those beside `data`."""
        data.mkdir(exist_ok=True)
        if user is not None:
            for path in (data.parent, *data.parent.rglob("*")):
                os.chown(path, user, user)
        hosts = cls(data, pki, names, options, user)
        try:
            yield hosts
        finally:
            hosts.stop()

    def address(self, name: str) -> tuple[str, int]:
        return self._addresses[name]

    def engine(self, name: str) -> Client:
        """An engine that is connected to a host."""
        return Client(self.address(name), self.pki.context())

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        self._process.terminate()
        try:
            return self._process.wait(20)
        finally:
            self._process.kill()
            self._log.close()
            if self._process.stdout is not None:
                self._process.stdout.close()

    def _said(self) -> Iterator[tuple[str, tuple[str, int]]]:
        """ "NAME: ADDRESS:PORT" for each host, then "ready"."""
        killer = threading.Timer(60, self._process.kill)
        killer.start()
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line == "ready\n":
                killer.cancel()
                return
            name, where = line.strip().split(": ")
            address, _, port = where.rpartition(":")
            yield name, (address, int(port))
        raise AssertionError(self.log.read_text())
