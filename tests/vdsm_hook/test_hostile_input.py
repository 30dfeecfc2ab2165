# SPDX-License-Identifier: Apache-2.0
"""Documents and properties that nobody means well with: refused, and in bounds."""

from __future__ import annotations

import os
import random

import pytest

from tests.vdsm_hook.bounds import check_refused
from tests.vdsm_hook.domains import engine_domain
from tests.vdsm_hook.machine import Machine

XML = engine_domain(vcpus=4, memory_gib=4)
LAUGHS = "".join(
    f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' if i else '<!ENTITY l0 "lol">' for i in range(12)
)
DOCUMENTS = {
    "50 MB": XML + b" " * 50_000_000,
    "8 MB of elements": b"<domain>" + b"<a/>" * 2_000_000 + b"</domain>",
    "8 MB of attributes": b"<domain " + b" ".join(b'a%d=""' % i for i in range(600_000)) + b"/>",
    "8 MB of text": b"<domain><name>" + b"x" * 8_000_000 + b"</name></domain>",
    "8 MB deep": b"<a>" * 2_700_000,
    "8 MB of namespaces": b"<domain "
    + b" ".join(b'xmlns:n%d="u%d"' % (i, i) for i in range(380_000))
    + b"/>",
    "billion laughs": f"<!DOCTYPE domain [{LAUGHS}]><domain><name>&l11;</name></domain>".encode(),
    "quadratic blow-up": b'<!DOCTYPE domain [<!ENTITY a "%s">]><domain><name>%s</name></domain>'
    % (b"x" * 1_000_000, b"&a;" * 1_000_000),
    "external entity": b'<!DOCTYPE domain [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    b"<domain><name>&e;</name></domain>",
    "external document type": b'<!DOCTYPE domain SYSTEM "http://127.0.0.1:9/d.dtd">' + XML[39:],
    "parameter entity": b'<!DOCTYPE d [<!ENTITY %% p SYSTEM "file:///dev/zero"> %%p;]>' + XML[39:],
    "empty": b"",
    "zeros": bytes(100_000),
    "cut short": XML[:2000],
    "no XML": b"hello",
    "another root": b"<network/>",
    "bare domain": b"<domain/>",
    "latin-1 in utf-8": XML.replace(b"oVirt", b"\xe9"),
    "unknown encoding": XML.replace(b"utf-8", b"utf-99"),
    "memory of words": XML.replace(b"4194304", b"much"),
    "memory beyond all": XML.replace(b"4194304", b"9" * 400),
    "vcpus beyond all": XML.replace(b'current="4">16', b'current="4">99999999999'),
}


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("topology", ["", "2"])
def test_document_that_is_not_a_vm_is_refused(machine: Machine, name: str, topology: str) -> None:
    check_refused(machine.start(DOCUMENTS[name], "0", topology))
    assert machine.promises == {}


def test_properties_of_4000_random_characters_are_refused(machine: Machine) -> None:
    chance = random.Random(2)
    for _ in range(12):
        text = "".join(chr(chance.randrange(1, 0xD7FF)) for _ in range(4000))
        likely = "".join(
            chance.choice("0123456789-,^:= /autohsmecpun\u0660\t\n") for _ in range(4000)
        )
        for nodeset, topology in ((text, ""), ("0", text), (likely, ""), ("0", likely)):
            check_refused(machine.start(XML, nodeset, topology))


def test_property_of_4000_bytes_that_are_no_text_is_refused(machine: Machine) -> None:
    noise = os.fsdecode(random.Random(3).randbytes(4000).replace(b"\0", b"\1"))
    check_refused(machine.start(XML, noise))
    check_refused(machine.start(XML, "0", noise))


@pytest.mark.parametrize(
    "topology", ["99999", "cpus=0-3 mem=4G" + " / mem=1K" * 400, "cpus=0-16383 mem=4G", "host"]
)
def test_properties_that_ask_for_much_are_bounded(machine: Machine, topology: str) -> None:
    answer = machine.start(XML, "0-16383", topology)
    check_refused(answer)


def test_configuration_that_is_wrong_is_refused_with_its_line(machine: Machine) -> None:
    machine.config_file.write_text("sysfs = /sys\nlimit = 3\n")
    line = check_refused(machine.start(XML, "0"))
    assert line.startswith(f"numa: {machine.config_file}, line 2: there is no key 'limit'")


def test_vm_id_that_is_none_is_refused(machine: Machine) -> None:
    answer = machine.start(XML, "0", vm_id="../../etc\npasswd")
    assert check_refused(answer) == (
        "numa: '../../etc\\npasswd' is not the id of a VM; this program is run by VDSM, which "
        "names the VM in vmId\n"
    )


def test_packages_that_are_gone_give_one_line(machine: Machine) -> None:
    script = machine.script("before_vm_start")
    text = script.read_text()
    begin = text.index("PATHS = ")
    script.write_text(text[:begin] + "PATHS = []" + text[text.index("\n", begin) :])
    line = check_refused(machine.start(XML, "0"))
    assert line == ("numa: \"No module named 'vdsm_hook'\"; run numa-hook status on this host\n")
