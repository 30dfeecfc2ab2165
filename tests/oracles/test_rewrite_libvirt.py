# SPDX-License-Identifier: Apache-2.0
"""The golden XML, and domains of every odd shape, before the installed libvirt: its schema,
its test driver, and its QEMU driver, which also says what QEMU would be told.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from numa_domain.base.errors import XMLError
from numa_domain.domxml.read import parse_guest
from numa_domain.guest.model import Guest
from tests.golden.cases import CASES, HERE
from tests.oracles import odd_domains
from tests.oracles.embedded import Embedded, Refused
from tests.tools import missing, need

SCHEMA = Path("/usr/share/libvirt/schemas/domain.rng")
POLICIES = {"strict": "bind", "preferred": "preferred", "interleave": "interleave"}
"""libvirt's mode -> QEMU's policy. For restrictive QEMU is told nothing: cgroups do it."""
NAMES = sorted(CASES)
INPUTS = sorted(path.name for path in (HERE / "in").iterdir())


@pytest.fixture(scope="module")
def libvirt() -> Iterator[Embedded]:
    need("qemu-system-x86_64")
    if importlib.util.find_spec("libvirt") is None:
        missing("libvirt's Python binding (package libvirt-python)")
    # Not pytest's own directory, which is for this user alone: the worker may be nobody
    with tempfile.TemporaryDirectory(prefix="numa-libvirt-") as root:
        os.chmod(root, 0o711)
        try:
            with Embedded(Path(root)) as connected:
                yield connected
        except Refused as error:
            missing(f"libvirt's QEMU driver (Debian: libvirt-daemon-driver-qemu): {error}")


@cache
def schema() -> etree.RelaxNG:
    if not SCHEMA.exists():
        missing(f"{SCHEMA} (Debian: libvirt0 or libvirt-daemon)")
    return etree.RelaxNG(etree.parse(str(SCHEMA)))


def here(xml: bytes) -> str:
    """For this machine: no KVM, no RHEL machine types, and no cgroups for `shares`."""
    text = re.sub(r"(<domain\b[^>]* type=)(['\"])kvm\2", r"\1\2qemu\2", xml.decode())
    text = re.sub(r"pc-q35-rhel[\d.]+", "q35", text)
    text = re.sub(r"<shares>\d+</shares>", "", text)
    return re.sub(r"^<\?xml[^>]*\?>", "", text)


def for_test_driver(xml: bytes) -> str:
    text = re.sub(r"(<domain\b[^>]* type=)(['\"])qemu\2", r"\1\2test\2", here(xml))
    text = re.sub(r"<cpu\b[^>]*>\s*<model.*?</model>", "<cpu>", text, flags=re.DOTALL)
    text = re.sub(r"<feature\b[^>]*?(/>|></feature>)", "", text)
    return re.sub(r"<type arch=(['\"])x86_64\1[^>]*>", "<type>", text)


def assert_valid(xml: bytes) -> None:
    tree = etree.fromstring(xml)
    assert schema().validate(tree), schema().error_log.last_error


def guest(xml: str | bytes) -> Guest:
    return parse_guest(xml).replace(uuid="")


@pytest.mark.parametrize("name", INPUTS)
def test_golden_input_is_valid_in_the_schema(name: str) -> None:
    assert_valid((HERE / "in" / name).read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_golden_output_is_valid_in_the_schema(name: str) -> None:
    assert_valid(CASES[name].rewritten())


def test_golden_output_passes_virt_xml_validate(tmp_path: Path) -> None:
    program, path = need("virt-xml-validate"), tmp_path / "new.xml"
    path.write_bytes(CASES["no-cell"].rewritten())
    done = subprocess.run([program, str(path), "domain"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, f"{path} validates\n")


@pytest.mark.parametrize("name", NAMES)
def test_golden_output_is_read_alike_by_the_test_driver(name: str, tmp_path: Path) -> None:
    virsh, path = need("virsh"), tmp_path / "new.xml"
    xml = for_test_driver(CASES[name].rewritten())
    path.write_text(xml)
    vm = guest(xml).name
    script = f"define {path}; dumpxml {vm}"
    done = subprocess.run(
        [virsh, "-q", "-c", "test:///default", script], capture_output=True, text=True
    )
    assert done.stderr == ""
    theirs = guest(done.stdout[done.stdout.index("<domain") :])
    assert theirs == guest(xml).replace(arch=theirs.arch)


@pytest.mark.parametrize("name", INPUTS)
def test_golden_input_is_read_as_libvirt_reads_it(libvirt: Embedded, name: str) -> None:
    xml = here((HERE / "in" / name).read_bytes())
    assert guest(libvirt.define(xml)) == guest(xml)


@pytest.mark.parametrize("name", NAMES)
def test_golden_output_is_kept_by_libvirt_as_it_is_meant(libvirt: Embedded, name: str) -> None:
    xml = here(CASES[name].rewritten())
    assert guest(libvirt.define(xml)) == guest(xml)


@pytest.mark.parametrize("name", NAMES)
def test_golden_output_binds_memory_as_placed(libvirt: Embedded, name: str) -> None:
    case = CASES[name]
    placement, xml = case.placement(), here(case.rewritten())
    pages = {page.size_kib for page in guest(xml).hugepages}
    if not pages <= {*libvirt.facts["pages"], 0}:
        missing("huge page mounts for the embedded libvirt (root may make them)")
    backends = {found["id"]: found for found in memory_backends(libvirt.argv(xml))}
    expected = {
        f"ram-node{placed.cell.id}": (placed.cell.memory_kib, placed.cell.mode, placed.nodes)
        for placed in placement.cells
    }
    if not placement.cells:
        expected = {"pc.ram": (guest(xml).memory_kib, placement.mode, placement.nodes)}
    for name, (kib, mode, nodes) in expected.items():
        told = backends[name]
        bound = nodes is not None and mode != "restrictive"
        assert told["size"] == kib * 1024
        assert told.get("host-nodes") == (list(nodes) if nodes is not None and bound else None)
        assert told.get("policy") == (POLICIES[mode] if bound else None)


@pytest.mark.parametrize("name", NAMES)
def test_golden_output_gives_the_guest_the_same_cpu(libvirt: Embedded, name: str) -> None:
    """Above all where there was no `cpu`, and one is made for the cells."""
    before = here(CASES[name].before).replace("<memory placement='auto'/>", "")  # needs numad
    after = here(CASES[name].rewritten())
    assert processor(libvirt.argv(before)) == processor(libvirt.argv(after))


@pytest.mark.parametrize("name", sorted(odd_domains.ACCEPTED))
def test_odd_domain_is_read_as_libvirt_reads_it(libvirt: Embedded, name: str) -> None:
    xml = odd_domains.ACCEPTED[name]
    assert guest(libvirt.define(xml)) == guest(xml)


@pytest.mark.parametrize("name", sorted(odd_domains.REFUSED))
def test_odd_domain_that_libvirt_refuses_is_refused(libvirt: Embedded, name: str) -> None:
    xml = odd_domains.REFUSED[name]
    with pytest.raises(Refused):
        libvirt.define(xml)
    with pytest.raises(XMLError):
        guest(xml)


def memory_backends(argv: str) -> list[dict[str, object]]:
    return [
        json.loads(text) for text in re.findall(r"-object '(\{\"qom-type\":\"memory-[^']*)'", argv)
    ]


def processor(argv: str) -> list[str]:
    return re.findall(r"-(?:cpu|smp|machine) \S+", argv.replace(",memory-backend=pc.ram", ""))
