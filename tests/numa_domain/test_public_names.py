# SPDX-License-Identifier: Apache-2.0
"""What `import numa_domain` offers, and what it costs a hook: nothing that is not asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

import numa_domain
from numa_domain import NumaRequest, parse_guest, place, read_json, rewrite

HOST = '{"nodes": [{"id": 0, "cpus": "0-3", "memory_kib": 4194304}]}'
DOMAIN = """<domain type='kvm'><name>vm</name><memory>1048576</memory><vcpu>2</vcpu>
<os><type>hvm</type></os></domain>"""


def test_public_names_place_and_rewrite_a_domain() -> None:
    host, request = read_json(HOST), NumaRequest.parse(nodeset="0")
    written = rewrite(DOMAIN, place(parse_guest(DOMAIN), request, host))
    assert b"<memory mode='strict' nodeset='0'/>" in written


@pytest.mark.parametrize("name", sorted(numa_domain._HOMES))
def test_public_name_is_that_of_its_module(name: str) -> None:
    assert getattr(numa_domain, name).__name__ == name
    assert name in dir(numa_domain)


def test_name_that_is_not_there_is_refused() -> None:
    with pytest.raises(AttributeError) as caught:
        numa_domain.__getattr__("Cellset")
    assert str(caught.value) == "module 'numa_domain' has no attribute 'Cellset'"


def test_package_alone_imports_no_other_module() -> None:
    code = "import sys; old = set(sys.modules); import numa_domain; print(set(sys.modules) - old)"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "{'numa_domain'}\n"
