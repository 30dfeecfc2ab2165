# SPDX-License-Identifier: Apache-2.0
"""The live XML of several VMs from one virsh, asked of libvirt's own test driver."""

from __future__ import annotations

import os
from pathlib import Path
from xml.etree import ElementTree

import pytest

from numa_domain.cli.commands.live_xml import LiveXmlUnreadable, dump, live_xmls
from numa_domain.observed.proc import Vm
from tests.tools import need

UUID = "00000000-0000-4000-8000-0000000000a{}"
DOMAIN = """\
<domain type='test'><name>vm{0}</name><uuid>00000000-0000-4000-8000-0000000000a{0}</uuid>
<memory>1048576</memory><metadata><x:domain xmlns:x='urn:x'>
</x:domain></metadata><os><type>hvm</type></os></domain>"""


@pytest.fixture
def uri(tmp_path: Path) -> str:
    """A libvirt with three VMs that run."""
    need("virsh")
    path = tmp_path / "node.xml"
    path.write_text(f"<node>{''.join(DOMAIN.format(i) for i in range(3))}</node>")
    return f"test://{path}"


def vm(number: int) -> Vm:
    return Vm(f"vm{number}", UUID.format(number), number)


def test_dump_gives_every_vm_its_own_xml(uri: str) -> None:
    found = dump([vm(2), vm(0), vm(1)], uri)
    assert list(found) == [UUID.format(i) for i in (2, 0, 1)]
    for uuid, xml in found.items():
        assert isinstance(xml, bytes)
        assert ElementTree.fromstring(xml).findtext("uuid") == uuid


def test_dump_of_a_vm_that_libvirt_does_not_know_hides_no_other(uri: str) -> None:
    found = dump([vm(0), vm(7), vm(1)], uri)
    unknown = found.pop(UUID.format(7))
    assert str(unknown) == (
        "libvirt does not give its XML: failed to get domain "
        f"'{UUID.format(7)}'; try virsh -r -c qemu:///system dumpxml vm7"
    )
    assert all(isinstance(xml, bytes) for xml in found.values())


def test_dump_without_a_libvirt_says_its_words() -> None:
    need("virsh")
    found = dump([vm(0), vm(1)], "qemu+unix:///system?socket=/nowhere/none")
    for error in found.values():
        assert isinstance(error, LiveXmlUnreadable)
        assert error.message == (
            "libvirt does not give its XML: failed to connect to the hypervisor: "
            "Failed to connect socket to '/nowhere/none': No such file or directory"
        )


def test_dump_without_virsh_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (error,) = dump([vm(0)]).values()
    assert isinstance(error, LiveXmlUnreadable)
    assert error.message == "libvirt does not give its XML: there is no virsh here"


@pytest.mark.parametrize("kind", ["fifo", "directory", "link", "device"])
def test_state_file_that_is_none_is_told_and_not_waited_for(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "run/libvirt/qemu/vm0.xml"
    path.parent.mkdir(parents=True)
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "directory":
        path.mkdir()
    else:
        (tmp_path / "other").write_text(DOMAIN.format(0))
        path.symlink_to("/dev/zero" if kind == "device" else tmp_path / "other")
    error = live_xmls([vm(0)], str(tmp_path))[UUID.format(0)]
    assert isinstance(error, LiveXmlUnreadable)


@pytest.mark.parametrize("name", ["../../../tmp/x", "/etc/x", "..", "", "a/b"])
def test_state_file_is_never_looked_for_elsewhere(tmp_path: Path, name: str) -> None:
    elsewhere = tmp_path / f"run/libvirt/qemu/{name}.xml"
    elsewhere.parent.mkdir(parents=True, exist_ok=True)
    if tmp_path in elsewhere.resolve().parents:
        elsewhere.write_text(DOMAIN.format(0))
    found = live_xmls([vm(0).replace(name=name)], str(tmp_path))[UUID.format(0)]
    assert isinstance(found, LiveXmlUnreadable)
    assert "no VM can have this name" in str(found)
