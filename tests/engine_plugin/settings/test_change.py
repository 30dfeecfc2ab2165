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


def test_change_pins_go_if_they_are_of_an_earlier_release():
    ours = vm(pins={0: "0-3"}, properties={"numa_restore": "migratable,cpu_tune"})
    made = change.stored(ours, NumaRequest.parse("auto"), unpin=True)
    assert (made.tunes, made.wanted.pins) == (True, {})
    assert made.wanted.properties["numa_restore"] == "migratable"
    kept = change.stored(ours, NumaRequest.parse("auto"))
    assert (kept.tunes, kept.wanted.pins) == (False, {0: "0-3"})
    assert kept.wanted.properties["numa_restore"] == "migratable"


def test_change_without_tune_still_remembers_that_pins_are_ours():
    """The user may not remove them: who may, will."""
    ours = vm(pins={0: "0-3"}, properties={"numa_restore": "migratable,cpu_tune"})
    less = change.stored(ours, NumaRequest.parse("0"), unpin=True).without_tune()
    assert less.wanted.properties["numa_restore"] == "migratable,cpu_tune"
    assert (less.tunes, less.wanted.pins) == (False, {0: "0-3"})


def test_removal_undoes_storing():
    before = vm(affinity="user_migratable", properties={"a": "b"}, host_ids=("h",))
    made = change.stored(before, NumaRequest.parse("0", "2"))
    assert change.removed(made.wanted).wanted == before
