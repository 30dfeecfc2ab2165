# SPDX-License-Identifier: Apache-2.0
"""One process with several hosts for all tests of a file, and an engine for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.engine_plugin.demo.vdsm_host.client import Client
from tests.engine_plugin.demo.vdsm_host.hosts import Hosts
from tests.engine_plugin.demo.vdsm_host.pki import Pki

NAMES = ("epyc-nps4", "xeon-full", "power9", "xeon-cxl", "epyc-2of8", "spr-snc4")


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return Pki.make(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory, pki: Pki) -> Iterator[Hosts]:
    with Hosts.started(tmp_path_factory.mktemp("hosts"), pki, *NAMES) as found:
        yield found


@pytest.fixture
def engine(hosts: Hosts) -> Iterator[Callable[[str], Client]]:
    """An engine's connection to a host, by the host's name."""
    with ExitStack() as stack:
        yield lambda name: stack.enter_context(hosts.engine(name))


@pytest.fixture
def hook(hosts: Hosts) -> Iterator[Callable[[str, str, str], Path]]:
    """Puts a script of a test's own at a hook point of a host; it is gone afterwards."""
    made: list[Path] = []

    def put(host: str, point: str, text: str) -> Path:
        script = hosts.data / "hosts" / host / "hooks" / point / "60_test"
        script.parent.mkdir(exist_ok=True)
        script.write_text("#!/bin/sh\n" + text)
        script.chmod(0o755)
        made.append(script)
        return script

    yield put
    for script in made:
        script.unlink()
