# SPDX-License-Identifier: Apache-2.0
"""Changes, versions, adoption, hosts' figures, settings and definitions, without an engine."""

from __future__ import annotations

import json
import re

import pytest
from lxml import etree
from ovirtsdk4 import types
from ovirtsdk4.writer import Writer

from engine_plugin import properties
from engine_plugin.service import adopt, change, health, version
from engine_plugin.service.cache import Cache
from engine_plugin.service.hosts import HostNodeless, HostUnreadable, read_nodes, with_pages
from engine_plugin.service.records import NativeNode, Owner
from engine_plugin.service.settings import Settings, SettingWrong
from numa_domain.request.model import NumaRequest


def owner(**fields) -> Owner:
    given = {
        "kind": "vms",
        "id": "1",
        "name": "db1",
        "cluster_id": "c",
        "memory_kib": 8 << 20,
        "max_memory_kib": 8 << 20,
        "sockets": 4,
        "properties": {},
        "pins": {},
    }
    return Owner(**{**given, **fields})


def test_change_former_names_go_and_others_stay():
    before = owner(properties={"numa": "strict:1", "numaset": "x", "sap_agent": "true"})
    made = change.stored(before, NumaRequest.parse("0"))
    assert made.wanted.properties == {
        "sap_agent": "true",
        "numa_nodeset": "0",
        "numa_restore": "migratable",
    }
    assert made.taken_over == ("numa", "numaset")


def test_change_body_is_the_smallest_that_says_it():
    made = change.stored(owner(host_ids=("h1", "h2")), NumaRequest.parse("0"))
    document = etree.fromstring(Writer.write(made.body(types.Vm)))
    assert sorted(child.tag for child in document) == ["custom_properties", "placement_policy"]
    hosts = [host.get("id") for host in document.iterfind("placement_policy/hosts/host")]
    assert hosts == ["h1", "h2"]
    assert document.findtext("placement_policy/affinity") == "pinned"


def test_change_our_pins_go_with_the_request_that_made_them():
    ours = owner(pins={0: "0-3"}, properties={"numa_restore": "migratable,cpu_tune"})
    assert change.stored(ours, NumaRequest.parse("auto")).wanted.pins == {}
    theirs = owner(pins={0: "0-3"}, properties={"numa_restore": "migratable"})
    assert change.stored(theirs, NumaRequest.parse("auto")).wanted.pins == {0: "0-3"}


def test_change_without_tune_forgets_that_pins_were_ours():
    made = change.stored(owner(), NumaRequest.parse("0"), pins={0: "0-3"})
    assert made.wanted.properties["numa_restore"] == "migratable,cpu_tune"
    less = made.without_tune()
    assert less.wanted.properties["numa_restore"] == "migratable"
    assert less.wanted.pins == {}


def test_removal_undoes_storing():
    before = owner(affinity="user_migratable", properties={"a": "b"}, host_ids=("h",))
    made = change.stored(before, NumaRequest.parse("0", "2"), pins={0: "1"})
    assert change.removed(made.wanted).wanted == before


def test_version_is_of_our_fields_only():
    one = owner(properties={"numa_nodeset": "0", "sap_agent": "true"})
    assert version.etag(one) == version.etag(owner(properties={"numa_nodeset": "0"}))
    assert version.etag(one) != version.etag(owner(properties={"numa_nodeset": "1"}))
    assert version.etag(one) != version.etag(owner(**{**vars(one), "affinity": "pinned"}))
    assert version.etag(one) != version.etag(owner(**{**vars(one), "id": "2"}))


@pytest.mark.parametrize(
    ("header", "matches"),
    [("*", True), ('"x", {etag}', True), ("W/{etag}", False), ('"x"', False), ("", False)],
)
def test_version_match_is_strong(header, matches):
    one = owner(properties={"numa_nodeset": "0"})
    assert version.matches(header.format(etag=version.etag(one)), one) is matches


def native(index: int, mib: int, cpus: tuple[int, ...], pins: tuple[int, ...], mode: str):
    return NativeNode(str(index), index, mib * 1024, cpus, mode, pins)


@pytest.mark.parametrize(
    ("nodes", "topology", "notes"),
    [
        (
            [native(0, 4096, (0, 1), (0,), "strict"), native(1, 4096, (2, 3), (1,), "strict")],
            "cpus=0-1 mem=4G nodes=0 / cpus=2-3 mem=4G nodes=1",
            [],
        ),
        (
            [native(0, 4096, (0, 1), (0, 1), "interleave"), native(1, 4096, (2, 3), (), "strict")],
            "cpus=0-1 mem=4G nodes=0-1 mode=interleave / cpus=2-3 mem=4G",
            [],
        ),
        (
            [native(0, 1024, (0,), (2,), "preferred"), native(1, 1024, (), (3,), "preferred")],
            "cpus=0-1,3 mem=1G nodes=2 mode=preferred / cpus=2 mem=7G nodes=3 mode=preferred",
            [
                "vCPUs 1-3 were in no node: they are dealt to the cells",
                "the nodes had 6 GiB less than the VM: cell 1 has it now",
            ],
        ),
    ],
)
def test_adopt_nodes_become_cells(nodes, topology, notes):
    request, said = adopt.as_request(owner(), nodes)
    assert request.to_properties() == {"numa_topology": topology}
    assert said == notes
    assert NumaRequest.parse(None, topology) == request


def host_document(memory: int, free: float, total: float | None, distance: str = "10 21") -> object:
    figures = [("memory.free", free), ("memory.total", total)]
    text = "".join(
        f"<statistic><name>{name}</name><values><value><datum>{value}</datum></value></values>"
        "</statistic>"
        for name, value in figures
        if value is not None
    )
    node = (
        "<host_numa_node><index>{i}</index><memory>{memory}</memory>"
        "<node_distance>{distance}</node_distance><cpu><cores><core><index>{i}</index></core>"
        "</cores></cpu><statistics>{text}</statistics></host_numa_node>"
    )
    nodes = "".join(node.format(i=i, memory=memory, distance=distance, text=text) for i in (8, 0))
    return etree.fromstring(f"<host_numa_nodes>{nodes}</host_numa_nodes>")


@pytest.mark.parametrize(
    ("free", "total"), [(32768.0, 65536.0), (32768.0 * 2**20, 65536.0 * 2**20), (32768.0, None)]
)
def test_host_free_memory_is_read_in_the_unit_that_the_total_tells(free, total):
    host = read_nodes(host_document(65536, free, total), "hosts/1/numanodes").topology
    assert [node.free_kib for node in host.nodes.values()] == [32 << 20, 32 << 20]
    assert list(host.nodes) == [0, 8]
    assert host.distance(0, 8) == 21


def test_host_free_memory_that_agrees_with_no_unit_is_refused():
    with pytest.raises(HostUnreadable) as caught:
        read_nodes(host_document(65536, 1.0, 65536.0 * 2**30), "hosts/1/numanodes")
    assert str(caught.value) == (
        "hosts/1/numanodes: node 0 of the host: its memory is 65536 MiB, and its statistics say"
        " 70368744177664; look at hosts/1/numanodes on the engine; refresh the host's capabilities"
    )


def test_host_zero_distances_are_unknown_ones():
    host = read_nodes(host_document(1024, 1.0, 1024.0, "10 0"), "").topology
    assert host.nodes[0].distances == {}


def test_host_without_nodes_is_refused():
    with pytest.raises(HostNodeless):
        read_nodes(etree.fromstring("<host_numa_nodes/>"), "")


def test_host_pages_of_the_host_bound_each_node():
    host = read_nodes(host_document(1024, 512.0, 1024.0), "").topology
    paged = with_pages(host, {"hugepages.2048.free": 700.0, "hugepages.2048.total": 800.0})
    assert {i: (p.total, p.free) for i in paged.nodes for p in [paged.nodes[i].pages[2048]]} == {
        0: (512, 512),
        8: (512, 512),
    }


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://e.example.org", "https://e.example.org/ovirt-engine/api"),
        ("https://e.example.org/ovirt-engine/", "https://e.example.org/ovirt-engine/api"),
        ("http://localhost:8080/ovirt-engine/api/", "http://localhost:8080/ovirt-engine/api"),
    ],
)
def test_settings_engine_url_leads_to_the_api(given, url):
    assert Settings.from_environment({"OVIRT_NUMA_ENGINE_URL": given}).engine_url == url


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        (
            {},
            "OVIRT_NUMA_ENGINE_URL: '' is not the address of an engine, https://...;"
            " set it in the environment, or in the file that systemd reads it from",
        ),
        (
            {"OVIRT_NUMA_ENGINE_URL": "https://e", "OVIRT_NUMA_THREADS": "many"},
            "OVIRT_NUMA_THREADS: 'many' is not a number from 0 up;"
            " set it in the environment, or in the file that systemd reads it from",
        ),
        (
            {"OVIRT_NUMA_ENGINE_URL": "https://e", "OVIRT_NUMA_CA_FILE": "/nowhere.pem"},
            "OVIRT_NUMA_CA_FILE: '/nowhere.pem' is not a file with a certificate;"
            " set it in the environment, or in the file that systemd reads it from",
        ),
    ],
)
def test_settings_wrong_name_the_variable(environment, message):
    with pytest.raises(SettingWrong) as caught:
        Settings.from_environment(environment)
    assert str(caught.value) == message


def test_definitions_hold_no_delimiter_and_are_merged_beside_others():
    assert all(";" not in expression for expression in properties.DEFINITIONS.values())
    merged = properties.merged("color=^(a|b)$;numa_nodeset=^old$;note")
    found = properties.parse(merged)
    assert found == {"color": "^(a|b)$", "note": None, **properties.DEFINITIONS}
    assert properties.merged(merged) == merged


@pytest.mark.parametrize(
    ("nodeset", "topology"),
    [
        ("0-1", None),
        ("preferred:2", "2"),
        ("auto:16", "host"),
        ("all", None),
        ("^3,^5", None),
        ("restrictive:0,8-9", "cpus=0-3,8 mem=8G nodes=0,3 mode=preferred page=1G dist=10,21"),
        (None, "mem=4097M / cpus=0-16383 mem=1T access=shared"),
    ],
)
def test_definitions_take_whatever_is_stored(nodeset, topology):
    stored = NumaRequest.parse(nodeset, topology).to_properties()
    for name, value in stored.items():
        assert re.fullmatch(properties.DEFINITIONS[name], value), (name, value)


@pytest.mark.parametrize(
    ("option", "states"),
    [
        ("", {"missing"}),
        (properties.merged("note"), {"ok"}),
        ("numa_nodeset;numa_topology=.*;numa_restore=^.*$", {"other"}),
        ("numa_nodeset=^[0-9]$;numa_topology=^(;numa_restore=^x$", {"wrong"}),
    ],
)
def test_health_judges_expressions_by_what_they_take(option, states):
    assert {definition.state for definition in health.definitions(option)} == states


def test_cache_keeps_the_newest_until_their_time_is_over():
    now = [0.0]
    cache = Cache(2, clock=lambda: now[0])
    for name in ("a", "b", "c"):
        cache.put(("me", "nodes", name), name, seconds=5)
    assert [cache.get(("me", "nodes", name)) for name in ("a", "b", "c")] == [None, "b", "c"]
    assert cache.get(("you", "nodes", "c")) is None
    now[0] = 5.1
    assert cache.get(("me", "nodes", "c")) is None


def test_openapi_examples_are_requests():
    from engine_plugin.service.schemas import Settings as Body

    for example in json.loads(json.dumps(Body.model_json_schema()["examples"])):
        body = Body(**example)
        assert not NumaRequest.parse(body.nodeset, body.topology).empty
