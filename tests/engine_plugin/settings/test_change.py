# SPDX-License-Identifier: Apache-2.0
"""What a change writes, made from what is there."""

from __future__ import annotations

from lxml import etree
from ovirtsdk4 import types
from ovirtsdk4.writer import Writer

from engine_plugin.engine_api import updates
from engine_plugin.settings import change
from numa_domain.request.model import NumaRequest

from .vms import vm


def test_change_former_names_go_and_others_stay():
    before = vm(properties={"numa": "strict:1", "numaset": "x", "sap_agent": "true"})
    made = change.stored(before, NumaRequest.parse("0"))
    assert made.wanted.properties == {
        "sap_agent": "true",
        "numa_nodeset": "0",
        "numa_restore": "migratable",
    }
    assert made.taken_over == ("numa", "numaset")


def test_change_body_is_the_smallest_that_says_it():
    made = change.stored(vm(host_ids=("h1", "h2")), NumaRequest.parse("0"))
    document = etree.fromstring(Writer.write(updates.body(made.wanted, types.Vm, tunes=made.tunes)))
    assert sorted(child.tag for child in document) == ["custom_properties", "placement_policy"]
    hosts = [host.get("id") for host in document.iterfind("placement_policy/hosts/host")]
    assert hosts == ["h1", "h2"]
    assert document.findtext("placement_policy/affinity") == "pinned"


def test_change_our_pins_go_with_the_request_that_made_them():
    ours = vm(pins={0: "0-3"}, properties={"numa_restore": "migratable,cpu_tune"})
    assert change.stored(ours, NumaRequest.parse("auto")).wanted.pins == {}
    theirs = vm(pins={0: "0-3"}, properties={"numa_restore": "migratable"})
    assert change.stored(theirs, NumaRequest.parse("auto")).wanted.pins == {0: "0-3"}


def test_change_without_tune_forgets_that_pins_were_ours():
    made = change.stored(vm(), NumaRequest.parse("0"), pins={0: "0-3"})
    assert made.wanted.properties["numa_restore"] == "migratable,cpu_tune"
    less = made.without_tune()
    assert less.wanted.properties["numa_restore"] == "migratable"
    assert less.wanted.pins == {}


def test_removal_undoes_storing():
    before = vm(affinity="user_migratable", properties={"a": "b"}, host_ids=("h",))
    made = change.stored(before, NumaRequest.parse("0", "2"), pins={0: "1"})
    assert change.removed(made.wanted).wanted == before
