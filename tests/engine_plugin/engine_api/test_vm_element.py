# SPDX-License-Identifier: Apache-2.0
"""A VM read from a list's element, as the SDK reads it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from ovirtsdk4.reader import Reader

from engine_plugin.engine_api.vm_config import VmConfig
from engine_plugin.engine_api.vm_element import config, relevant, with_settings

ANSWERS = Path(__file__).parents[2] / "data" / "real-engine"
BARE = """<vm id="0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e90"><name>a&amp;b</name>
<memory>1073741824</memory><cpu><architecture>ppc64</architecture><cpu_tune><vcpu_pins><vcpu_pin><cpu_set>0-3,^2</cpu_set>
<vcpu>1</vcpu></vcpu_pin></vcpu_pins></cpu_tune></cpu><custom_compatibility_version><major>4</major>
<minor>6</minor></custom_compatibility_version><custom_properties><custom_property>
<name>numaset</name><value></value></custom_property></custom_properties><io><threads>2</threads></io>
<placement_policy><affinity>pinned</affinity><hosts><host id="h1"/><host id="h2"/></hosts>
</placement_policy><vm_pool id="p"/></vm>"""


def recorded() -> list[etree._Element]:
    """Every VM of the real engine's recorded answers."""
    found: list[etree._Element] = [etree.fromstring(BARE)]
    for path in sorted(ANSWERS.glob("*.xml")):
        text = path.read_bytes()
        if b"<vm" in text and text.startswith(b"<?xml"):
            root = etree.fromstring(text)
            found += [root] if root.tag == "vm" else root.findall("vm")
    return found


@pytest.mark.parametrize("vm", recorded())
def test_vm_of_a_list_is_read_as_the_sdk_reads_it(vm):
    whole = VmConfig.of_vm(Reader.read(etree.tostring(vm)))
    assert config(vm) == replace(whole, others={})


def test_vms_with_settings_are_found_by_any_name_of_ours():
    other = BARE.replace("numaset", "sndbuf")
    vms = etree.fromstring(f"<vms>{BARE}{other}</vms>")
    assert with_settings(vms) == [vms[0]]


PART = st.sampled_from(
    [
        '<vm id="1"><name>numa-1</name></vm>',
        '<vm id="2"><custom_properties><custom_property><name>numa_nodeset</name><value>0</value>'
        "</custom_property></custom_properties></vm>",
        '<vm id="3"><custom_properties><custom_property><name>numaset</name></custom_property>'
        '</custom_properties><of><vm id="4"><name>in it</name></vm></of></vm>',
        '<vm id="5"><of><vm id="6"><name>in it</name></vm></of><custom_properties>'
        "<custom_property><name>numa</name></custom_property></custom_properties></vm>",
        '<vm id="7"/>',
        '<vm id="8"><custom_properties><custom_property><name>&#110;uma</name></custom_property>'
        "</custom_properties></vm>",
        "<vm><name>none</name></vm>",
        *(etree.tostring(vm, encoding="unicode") for vm in recorded()[:4]),
        "\n  ",
    ]
)


def alone(vms: etree._Element) -> list[bytes]:
    """The texts of those with settings, without what stands between them."""
    return [etree.tostring(vm, with_tail=False) for vm in with_settings(vms)]


@given(st.lists(PART, max_size=6))
def test_what_is_left_out_of_a_list_has_no_settings(parts):
    """Whatever else a list may have, which an engine's has not."""
    whole = f"<vms>{''.join(parts)}</vms>".encode()
    found = alone(etree.fromstring(whole))
    assert alone(etree.fromstring(relevant(whole))) == found


def test_list_without_settings_is_nearly_empty():
    other = BARE.replace("numaset", "sndbuf")
    assert relevant(f"<vms>\n{other}{BARE}{other}\n</vms>".encode()).count(b"<vm ") == 1
    assert relevant(b"<vms/>") == b"<vms/>"
