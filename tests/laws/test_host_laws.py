# SPDX-License-Identifier: Apache-2.0
"""Laws of hosts: every host reads back the same, and every text is a host or a refusal."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from numa_domain.base.errors import HostError, NumaError
from numa_domain.base.idset import Cpuset
from numa_domain.host.json_format import read_json, write_json
from numa_domain.host.model import HostTopology, Node, PagePool
from numa_domain.host.sysfs import read_sysfs
from tests.hosts import load_hosts
from tests.sysfs_tree import write_sysfs

CAPTURED = [write_json(host) for host in load_hosts().values()]
ADDRESSES = ("0000:3b:00.0", "0000:5e:00.1", "10000:e1:00.0")


@st.composite
def pools(draw: st.DrawFn) -> PagePool:
    total = draw(st.integers(0, 1 << 20))
    return PagePool(total, draw(st.integers(0, total)))


@st.composite
def hosts(draw: st.DrawFn) -> HostTopology:
    ids = sorted(draw(st.sets(st.integers(0, 300), min_size=1, max_size=4)))
    told = draw(st.booleans())
    row = st.lists(st.integers(1, 255), min_size=len(ids), max_size=len(ids))
    nodes = []
    for id in ids:
        memory = draw(st.just(0) | st.integers(0, 1 << 32))
        free = draw(st.integers(0, memory))
        nodes.append(
            Node(
                id,
                Cpuset.of(draw(st.sets(st.integers(0, 200), min_size=id == ids[-1], max_size=6))),
                memory,
                free,
                draw(st.integers(0, memory - free)),
                0,
                dict(zip(ids, draw(row))) if told else {},
                draw(st.dictionaries(st.sampled_from([64, 2048, 1048576]), pools())),
            )
        )
    devices = draw(st.dictionaries(st.sampled_from(ADDRESSES), st.sampled_from(ids)))
    return HostTopology.of(nodes, devices)


@given(hosts())
def test_json_reads_back_the_same(host: HostTopology) -> None:
    assert read_json(write_json(host)) == host


@settings(max_examples=40)
@given(hosts())
def test_sysfs_reads_back_the_same(host: HostTopology) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert read_sysfs(write_sysfs(host, Path(folder))) == host


@given(st.sampled_from(CAPTURED), st.data())
def test_any_json_text_is_a_host_or_a_refusal(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(at, min(at + 20, len(text))))
    changed = text[:at] + data.draw(st.text(max_size=8)) + text[end:]
    answer = _answer(changed)
    if isinstance(answer, HostTopology):
        assert read_json(write_json(answer)) == answer
    else:
        assert len(str(answer)) < 500


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    ),
    st.sampled_from(["nodes", "devices", "id", "cpus", "memory_kib", "distances", "pages", "2048"]),
)
def test_any_value_anywhere_is_a_host_or_a_refusal(value: Any, key: str) -> None:
    pool = {"total": 1, "free": 1}
    node = {"id": 0, "cpus": "0", "memory_kib": 4096, "distances": {}, "pages": {"2048": pool}}
    document = {"nodes": [node], "devices": {}}
    for place in (document, node, node["pages"]):
        if isinstance(place, dict) and key in place:
            place[key] = value
    assert isinstance(_answer(json.dumps(document)), (HostTopology, HostError))


@settings(max_examples=150)
@given(
    st.sampled_from(
        [
            "node/online",
            "node/possible",
            "node/node0/cpulist",
            "node/node0/meminfo",
            "node/node1/distance",
            "node/node1/hugepages/hugepages-2048kB/nr_hugepages",
            "cpu/online",
        ]
    ),
    st.binary(max_size=30) | st.text(alphabet="0123456789-,^ \n", max_size=12).map(str.encode),
)
def test_any_file_in_sysfs_is_read_or_refused(name: str, content: bytes) -> None:
    host = load_hosts()["hwloc:32em64t-2n8c+dax+nvme+mic+dimms"]
    with tempfile.TemporaryDirectory() as folder:
        root = write_sysfs(host, Path(folder))
        (root / "devices" / "system" / name).write_bytes(content)
        try:
            found: object = read_sysfs(root)
        except HostError as e:
            found = str(e).isprintable()
        assert found


def _answer(text: str) -> HostTopology | NumaError:
    try:
        return read_json(text)
    except NumaError as e:
        return e
