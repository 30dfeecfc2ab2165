# SPDX-License-Identifier: Apache-2.0
"""Hosts as JSON: what is read, what is left out, and the path of each mistake."""

from __future__ import annotations

import json
from typing import Any

import pytest

from numa_domain.base.errors import HostError, NumaError
from numa_domain.base.idset import Cpuset, Nodeset
from numa_domain.host.json_format import read_json, read_margined, write_json
from numa_domain.host.model import Claim, HostTopology, Node, PagePool
from tests.hosts import load_hosts

NODE: dict[str, Any] = {"id": 0, "cpus": "0-3", "memory_kib": 8388608}
DOCUMENTED = """{"nodes": [{"id": 0, "cpus": "0-7,16-23", "memory_kib": 65909760,
  "free_kib": 60817408, "distances": {"0": 10, "1": 21},
  "pages": {"2048": {"total": 1024, "free": 1024}}}]}"""
ALL_KEYS = (
    "id, cpus, memory_kib, free_kib, reclaimable_kib, promised_kib, distances, pages, kept_kib,"
    " unusable_cpus"
)
HOST_KEYS = "nodes, devices, claims, vcpus, qemu_percent, default_page_kib"


def host(**changes: Any) -> HostTopology:
    return read_json(json.dumps({"nodes": [{**NODE, **changes}]}))


@pytest.mark.parametrize("name", load_hosts())
def test_every_captured_host_reads_back_the_same(name: str) -> None:
    captured = load_hosts()[name]
    assert read_json(write_json(captured)) == captured


def test_every_field_reads_back_the_same() -> None:
    whole = host(
        free_kib=4000000,
        reclaimable_kib=2000000,
        promised_kib=1000000,
        distances={"0": 10},
        pages={"1048576": {"total": 4, "free": 3, "promised": 2}},
    ).replace(devices={"0000:3b:00.0": 0, "10000:e1:00.7": 0})
    again = read_json(write_json(whole))
    assert again == whole
    assert again.nodes[0].pages == {1048576: PagePool(4, 3, 2)}
    assert write_json(again) == write_json(whole)


def test_documented_format_is_read() -> None:
    node = read_json(DOCUMENTED).nodes[0]
    assert (str(node.cpus), node.memory_kib, node.free_kib) == ("0-7,16-23", 65909760, 60817408)
    assert node.pages == {2048: PagePool(1024, 1024)}


def test_written_text_is_a_node_a_line() -> None:
    assert write_json(host()) == (
        '{"nodes": [\n'
        '  {"id": 0, "cpus": "0-3", "memory_kib": 8388608, "free_kib": 8388608, '
        '"distances": {}, "pages": {}}\n'
        "]}"
    )


def test_free_memory_not_given_is_all_that_no_pool_has() -> None:
    assert host().nodes[0].free_kib == 8388608
    assert host(free_kib=None).nodes[0].free_kib == 8388608
    assert host(pages={"2048": {"total": 1024, "free": 0}}).nodes[0].free_kib == 6291456
    assert host(pages={"1048576": {"total": 9, "free": 0}}).nodes[0].free_kib == 0


def test_margins_that_a_text_does_not_tell_are_those_of_the_hooks() -> None:
    bare = {"nodes": [NODE, {**NODE, "id": 1, "kept_kib": None}]}
    found = read_margined(json.dumps(bare))
    assert [node.kept_kib for node in found.nodes.values()] == [65536 + 16384] * 2
    assert found.qemu_percent == 100
    assert read_json(json.dumps(bare)).nodes[0].kept_kib == 0


@pytest.mark.parametrize("told", ["qemu_percent", "kept_kib"])
@pytest.mark.parametrize("amount", [0, 50])
def test_margins_that_a_text_tells_are_taken_as_they_are(told: str, amount: int) -> None:
    nodes = [NODE, {**NODE, "id": 1}]
    text = json.dumps({"nodes": nodes, "qemu_percent": amount})
    if told == "kept_kib":
        text = json.dumps({"nodes": [nodes[0], {**nodes[1], "kept_kib": amount}]})
    assert read_margined(text) == read_json(text)


def test_host_without_margins_says_so_where_it_is_asked() -> None:
    assert read_margined(write_json(host(), margined=True)) == host()
    assert read_margined(write_json(host())) != host()


def test_node_without_cpus_and_memory_is_read() -> None:
    node = host(cpus="", memory_kib=0).nodes[0]
    assert (len(node.cpus), node.memory_kib, node.available_kib) == (0, 0, 0)


def test_node_struck_out_of_a_host_leaves_nothing_behind() -> None:
    document = json.loads(write_json(load_hosts()["numactl:cxl-2s"]))
    document["devices"] = {"0000:3b:00.0": 3, "0000:5e:00.0": 0}
    del document["nodes"][3]
    left = read_json(json.dumps(document))
    assert [list(node.distances) for node in left.nodes.values()] == [[0, 1, 2]] * 3
    assert left.devices == {"0000:5e:00.0": 0}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"id": None}, "nodes[0]: id is missing; add it"),
        ({"cpus": None}, "nodes[0]: cpus is missing; add it"),
        ({"memory_kib": None}, "nodes[0]: memory_kib is missing; add it"),
        (
            {"memory": 5},
            f'nodes[0]: the key "memory" is not known; remove it, or write one of: {ALL_KEYS}',
        ),
        (
            {"memory_kib": -1},
            "nodes[0].memory_kib: -1 is not a whole number from 0 to 9007199254740992; "
            "write KiB without a unit",
        ),
        (
            {"memory_kib": True},
            "nodes[0].memory_kib: true is not a whole number from 0 to 9007199254740992; "
            "write KiB without a unit",
        ),
        (
            {"memory_kib": "8G"},
            'nodes[0].memory_kib: "8G" is not a whole number from 0 to 9007199254740992; '
            "write KiB without a unit",
        ),
        (
            {"free_kib": 1.5},
            "nodes[0].free_kib: 1.5 is not a whole number from 0 to 9007199254740992; "
            "write KiB without a unit",
        ),
        (
            {"promised_kib": []},
            "nodes[0].promised_kib: a list is not a whole number from 0 to 9007199254740992; "
            "write KiB without a unit",
        ),
        (
            {"free_kib": 8388609},
            "nodes[0].free_kib: 8388609 is more than the 8388608 of memory_kib; check both figures",
        ),
        (
            {"id": 16384},
            "nodes[0].id: 16384 is not a whole number from 0 to 16383; "
            "write the id that the host gives it",
        ),
        (
            {"cpus": 4},
            'nodes[0].cpus: 4 is not a text; write the CPUs as "0-7,16-23", or "" for none',
        ),
        (
            {"cpus": "0-x"},
            "nodes[0].cpus: \"0-x\" is not a set of CPUs; in '0-x', an id is expected at "
            "character 3, not 'x'; write ids and ranges with commas, ^ before one to leave "
            "out: 0-3,^1,8",
        ),
        (
            {"distances": [10, 21]},
            'nodes[0].distances: a list is not an object; write it as {"0": 10, "1": 21}',
        ),
        (
            {"distances": {"one": 10}},
            'nodes[0].distances: "one" is not the id of a node; write a number, like 0 or 8',
        ),
        (
            {"distances": {"01": 10}},
            'nodes[0].distances: "01" is not the id of a node; write a number, like 0 or 8',
        ),
        (
            {"distances": {"0": 256}},
            "nodes[0].distances.0: 256 is not a whole number from 1 to 255; "
            "write a distance as the host's firmware has it, 10 for the node itself",
        ),
        (
            {"pages": {"2M": {"total": 1, "free": 1}}},
            'nodes[0].pages: "2M" is not a page size in KiB; write a number, like 2048 for 2 MiB',
        ),
        ({"pages": {"2048": {"total": 1}}}, "nodes[0].pages.2048: free is missing; add it"),
        (
            {"pages": {"2048": 1}},
            "nodes[0].pages.2048: 1 is not an object; "
            "write one with the keys total, free, promised",
        ),
        (
            {"pages": {"2048": {"total": 1, "free": 2}}},
            "nodes[0].pages.2048.free: 2 is more than the 1 of total; check both figures",
        ),
        (
            {"pages": {"2048": {"total": -1, "free": 0}}},
            "nodes[0].pages.2048.total: -1 is not a whole number from 0 to 9007199254740992; "
            "write a number of pages",
        ),
    ],
)
def test_wrong_node_says_its_path(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(HostError) as caught:
        host(**changes)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "",
            "the host's description is not JSON: Expecting value in line 1, column 1; "
            "give it what `numa-domain host --json` prints",
        ),
        (
            '{"nodes": [\n}',
            "the host's description is not JSON: Expecting value in line 2, column 1; "
            "give it what `numa-domain host --json` prints",
        ),
        (
            b"\xff\xfe\xfd",
            "the host's description is not JSON: byte 3 is not text; "
            "give it what `numa-domain host --json` prints",
        ),
        (
            "[" * 100_000,
            "the host's description is not JSON: it is nested too deeply; "
            "give it what `numa-domain host --json` prints",
        ),
        (
            " " * (4 << 20) + "{}",
            "the host's description has 4194306 characters, more than 4194304; "
            "give it what `numa-domain host --json` prints",
        ),
        (
            "[]",
            f"the host: a list is not an object; write one with the keys {HOST_KEYS}",
        ),
        ("NaN", f'the host: "NaN" is not an object; write one with the keys {HOST_KEYS}'),
        ("{}", "the host: nodes is missing; add it"),
        ('{"nodes": []}', "nodes: a list is not a list of nodes; describe at least one node"),
        ('{"nodes": 3}', "nodes: 3 is not a list of nodes; describe at least one node"),
        (
            '{"nodes": [3]}',
            f"nodes[0]: 3 is not an object; write one with the keys {ALL_KEYS}",
        ),
        (
            '{"hosts": 1}',
            f'the host: the key "hosts" is not known; remove it, or write one of: {HOST_KEYS}',
        ),
        ('{"nodes": 1, "nodes": 2}', 'the key "nodes" is there twice in one object; remove one'),
    ],
)
def test_wrong_document_is_refused(text: str | bytes, said: str) -> None:
    with pytest.raises(HostError) as caught:
        read_json(text)
    assert str(caught.value) == said


def test_same_node_twice_is_refused() -> None:
    with pytest.raises(HostError) as caught:
        read_json(json.dumps({"nodes": [NODE, {**NODE, "id": 1}, NODE]}))
    assert str(caught.value) == "nodes[2].id: node 0 is described twice; remove one"


@pytest.mark.parametrize(
    ("devices", "said"),
    [
        (
            {"3b:00.0": 0},
            'devices: "3b:00.0" is not a PCI address; '
            "write domain:bus:slot.function, as in 0000:3b:00.0",
        ),
        (
            {"0000:3b:00.0": -1},
            "devices.0000:3b:00.0: -1 is not a whole number from 0 to 16383; "
            "write the id of its node, or leave the device out",
        ),
        ([], 'devices: a list is not an object; write it as {"0000:3b:00.0": 1}'),
    ],
)
def test_wrong_devices_say_their_path(devices: Any, said: str) -> None:
    with pytest.raises(HostError) as caught:
        read_json(json.dumps({"nodes": [NODE], "devices": devices}))
    assert str(caught.value) == said


def test_number_of_a_million_digits_is_refused_at_once() -> None:
    with pytest.raises(HostError) as caught:
        read_json('{"nodes": [{"id": ' + "7" * 1_000_000 + "}]}")
    assert str(caught.value) == "nodes[0]: cpus is missing; add it"
    with pytest.raises(HostError) as caught:
        read_json(json.dumps({"nodes": [NODE]}).replace("8388608", "7" * 1_000_000))
    assert str(caught.value).startswith("nodes[0].memory_kib: 777777777777777777777777777777 is")


def test_promises_and_margins_round_trip() -> None:
    both = Nodeset.parse("0-1")
    host = HostTopology(
        {
            i: Node(i, Cpuset.parse("0-3"), 8, 8, kept_kib=3, unusable=Cpuset.parse("2-3"))
            for i in (0, 1)
        },
        claims=(Claim(both, 5), Claim(both, 2048, 2048)),
        vcpus={both: 4},
        qemu_percent=100,
    )
    assert read_json(write_json(host)) == host


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"claims": {}}, 'claims: an object is not a list; write {"nodes": "0-1", "kib": 1024}'),
        ({"claims": [{"nodes": "x", "kib": 1}]}, 'claims[0].nodes: "x" is not a nodeset; '),
        ({"claims": [{"nodes": "0-1"}]}, "claims[0]: kib is missing; add it"),
        ({"vcpus": {"": 1}}, 'vcpus: "" is not a nodeset; '),
        ({"qemu_percent": 1001}, "qemu_percent: 1001 is not a whole number from 0 to 1000; "),
    ],
)
def test_wrong_promises_say_where(more: dict[str, Any], said: str) -> None:
    node = {"id": 0, "cpus": "0", "memory_kib": 1}
    with pytest.raises(NumaError) as caught:
        read_json(json.dumps({"nodes": [node], **more}))
    assert str(caught.value).startswith(said)
