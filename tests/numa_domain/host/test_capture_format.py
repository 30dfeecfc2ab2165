# SPDX-License-Identifier: Apache-2.0
"""Captured hosts: their form is read, and what is wrong in one is refused as anywhere."""

from __future__ import annotations

import json
from typing import Any

import pytest

from numa_domain.base.errors import HostError
from numa_domain.host.capture_format import from_capture
from numa_domain.host.json_format import read_json, write_json

NODE: dict[str, Any] = {
    "id": 8,
    "cpus": "0-7",
    "mem_total_mib": 64,
    "mem_free_kib": 4096,
    "distances": [10],
    "hugepages": {"2048": {"nr": "3", "free": "2"}},
}


def capture(**changes: Any) -> dict[str, Any]:
    remarks = {"source": "numactl -H", "note": "sparse", "node_online": "8", "cpu_online": "0-3"}
    return {**remarks, "pci_numa_node_counts": None, "nodes": [{**NODE, **changes}]}


def test_capture_is_read_in_our_form() -> None:
    assert from_capture(capture()) == {
        "nodes": [
            {
                "id": 8,
                "cpus": "0-3",
                "memory_kib": 65536,
                "free_kib": 4096,
                "distances": {"8": 10},
                "pages": {"2048": {"total": 3, "free": 2}},
            }
        ]
    }


def test_capture_without_cpus_distances_and_pages_is_read() -> None:
    host = read_json(json.dumps(capture(cpus="", distances=None, hugepages=None)))
    assert write_json(host) == (
        '{"nodes": [\n'
        '  {"id": 8, "cpus": "", "memory_kib": 65536, "free_kib": 4096, '
        '"distances": {}, "pages": {}}\n'
        "]}"
    )


@pytest.mark.parametrize("document", [None, [], {}, {"nodes": 1}, {"nodes": [{"id": 0}, 1]}])
def test_what_is_no_capture_stays_as_it_is(document: Any) -> None:
    assert from_capture(document) is document


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        (
            {"distances": [10, 21]},
            'nodes[0].distances: a list is not an object; write it as {"0": 10, "1": 21}',
        ),
        (
            {"mem_total_mib": True},
            "nodes[0].memory_kib: true is not a whole number from 0 to 9007199254740992; write KiB"
            " without a unit",
        ),
        (
            {"cpus": "0-x"},
            "nodes[0].cpus: \"0-x\" is not a set of CPUs; in '0-x', an id is expected at character"
            " 3, not 'x'; write ids and ranges with commas, ^ before one to leave out: 0-3,^1,8",
        ),
        (
            {"hugepages": {"2048": {"nr": "many", "free": "0"}}},
            'nodes[0].pages.2048.total: "many" is not a whole number from 0 to 9007199254740992;'
            " write a number of pages",
        ),
        (
            {"hugepages": {"2048": 1}},
            "nodes[0].pages.2048: 1 is not an object; write one with the"
            " keys total, free, promised",
        ),
        (
            {"mem": 1},
            'nodes[0]: the key "mem" is not known; remove it, or write one of: id, cpus,'
            " memory_kib, free_kib, reclaimable_kib, promised_kib, distances, pages, kept_kib,"
            " unusable_cpus",
        ),
    ],
)
def test_capture_that_is_wrong_is_refused(changes: dict[str, Any], error: str) -> None:
    with pytest.raises(HostError) as caught:
        read_json(json.dumps(capture(**changes)))
    assert str(caught.value) == error


def test_capture_beside_a_node_of_our_form_is_read() -> None:
    ours = {"id": 9, "cpus": "", "memory_kib": 1024}
    both = {"nodes": [NODE, ours, 7]}
    assert from_capture(both)["nodes"][1:] == [ours, 7]
