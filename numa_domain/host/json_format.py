# SPDX-License-Identifier: Apache-2.0
"""A host as JSON: what `numa-domain host --json` prints and every option `--host` reads.

    >>> read_json('{"nodes": [{"id": 0, "cpus": "0-3"}]}')
    Traceback (most recent call last):
    numa_domain.host.json_values.KeyMissing: nodes[0]: memory_kib is missing; add it

If free_kib is missing, all memory outside of huge page pools is free. `null` means the same as a
missing key. Distances and devices that refer to nodes which are not listed are ignored, so that a
node can be deleted from a captured host to see what becomes of its VMs. Captures made elsewhere are
read too (`capture_format.py`).

What kernel and QEMU need of the free memory is `kept_kib` of a node, and `qemu_percent`. A text
with neither does not say it: to `read_margined` it is what the hooks would keep by default.
"""

from __future__ import annotations

import json
import re

from ..base.errors import HostError
from ..base.idset import MAX_ID, Nodeset
from ..base.units import MAX_KIB
from .capture_format import from_capture
from .json_values import check_keys, cpus_of, kib_of, mapping, nodes_of, number, shown, whole, wrong
from .margins import MOST_PERCENT, estimated
from .model import Claim, HostTopology, Node, PagePool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_LENGTH = 4 << 20
"""In characters. A host with 8 nodes takes 2,000, one with 256 nodes 800,000."""

_PCI = re.compile(r"[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")
"""The domain has five or more digits behind Intel's VMD, which counts from 10000."""

_HOST_KEYS = ("nodes", "devices", "claims", "vcpus", "qemu_percent", "default_page_kib")
_NODE_KEYS = (
    "id",
    "cpus",
    "memory_kib",
    "free_kib",
    "reclaimable_kib",
    "promised_kib",
    "distances",
    "pages",
    "kept_kib",
    "unusable_cpus",
)
_POOL_KEYS = ("total", "free", "promised")


class NotJSON(HostError):
    what = "the host's description is not JSON: {reason}"
    todo = "give it what `numa-domain host --json` prints"


class TooLong(HostError):
    what = "the host's description has {length} characters, more than {max}"
    todo = "give it what `numa-domain host --json` prints"


class KeyTwice(HostError):
    what = "the key {key} is there twice in one object"
    todo = "remove one"


class NodeTwice(HostError):
    what = "node {id} is described twice"
    todo = "remove one"


class MoreThanAll(HostError):
    what = "{part} is more than the {whole} of {key}"
    todo = "check both figures"


def read_json(text: str | bytes) -> HostTopology:
    """The host that a JSON text describes. Raises one of the errors above."""
    return _host(from_capture(_load(text)))


def read_margined(text: str | bytes) -> HostTopology:
    """The same as its hooks would see it: with margins, where the text says nothing of them."""
    document = from_capture(_load(text))
    host = _host(document)
    nodes = document["nodes"]
    told = [document.get("qemu_percent"), *(node.get("kept_kib") for node in nodes)]
    return estimated(host) if told.count(None) == len(told) else host


def _host(document: Any) -> HostTopology:
    if isinstance(document, dict):
        document.pop("version", None)  # of the release that wrote it: the rest counts
    check_keys(document, "the host", _HOST_KEYS, ("nodes",))
    listed = document["nodes"]
    if not isinstance(listed, list) or not listed:
        raise wrong("nodes", listed, "a list of nodes", "describe at least one node")
    nodes: dict[int, Node] = {}
    for index, value in enumerate(listed):
        node = _node(value, f"nodes[{index}]")
        if node.id in nodes:
            raise NodeTwice(f"nodes[{index}].id", id=node.id)
        nodes[node.id] = node
    host = HostTopology.of(nodes.values(), _devices(document.get("devices")))
    percent = document.get("qemu_percent")
    return host.replace(
        claims=_claims(document.get("claims")),
        vcpus=_vcpus(document.get("vcpus")),
        qemu_percent=whole(percent or 0, "qemu_percent", MOST_PERCENT, "write per cent"),
        default_page_kib=kib_of(document, "the host", "default_page_kib"),
    )


def write_json(host: HostTopology, version: str = "", *, margined: bool = False) -> str:
    """A host as JSON, one line per node. Keys with their default value are left out; `margined`
    says that there are no margins, where there are none.
    """
    head = f'"version": {json.dumps(version)}, ' if version else ""
    nodes = ",\n  ".join(json.dumps(_plain_node(node)) for node in host.nodes.values())
    devices = f', "devices": {json.dumps(dict(host.devices))}' if host.devices else ""
    return f'{{{head}"nodes": [\n  {nodes}\n]{devices}{_plain_promises(host, margined)}}}'


def _plain_promises(host: HostTopology, margined: bool) -> str:
    """What is on several nodes, and what QEMU needs, as far as there is any."""
    plain: dict[str, Any] = {}
    if host.claims:
        plain["claims"] = [
            {"nodes": str(claim.nodes), "kib": claim.kib, "page_kib": claim.page_kib}
            for claim in host.claims
        ]
    if host.vcpus:
        plain["vcpus"] = {str(nodes): count for nodes, count in host.vcpus.items()}
    if host.qemu_percent or margined:
        plain["qemu_percent"] = host.qemu_percent
    if host.default_page_kib:
        plain["default_page_kib"] = host.default_page_kib
    return "".join(f", {json.dumps(key)}: {json.dumps(value)}" for key, value in plain.items())


def _plain_node(node: Node) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "id": node.id,
        "cpus": str(node.cpus),
        "memory_kib": node.memory_kib,
        "free_kib": node.free_kib,
    }
    if node.reclaimable_kib:
        plain["reclaimable_kib"] = node.reclaimable_kib
    if node.promised_kib:
        plain["promised_kib"] = node.promised_kib
    if node.kept_kib:
        plain["kept_kib"] = node.kept_kib
    if node.unusable:
        plain["unusable_cpus"] = str(node.unusable)
    plain["distances"] = {str(n): d for n, d in node.distances.items()}
    plain["pages"] = {str(size): _plain_pool(pool) for size, pool in node.pages.items()}
    return plain


def _plain_pool(pool: PagePool) -> dict[str, int]:
    promised = {"promised": pool.promised} if pool.promised else {}
    return {"total": pool.total, "free": pool.free, **promised}


def _load(text: str | bytes) -> Any:
    if len(text) > MAX_LENGTH:
        raise TooLong(length=len(text), max=MAX_LENGTH)
    try:
        return json.loads(text, object_pairs_hook=_object, parse_int=_int, parse_constant=str)
    except RecursionError:
        raise NotJSON(reason="it is nested too deeply") from None
    except UnicodeDecodeError as e:
        raise NotJSON(reason=f"byte {e.start + 1} is not text") from None
    except json.JSONDecodeError as e:
        raise NotJSON(reason=f"{e.msg} in line {e.lineno}, column {e.colno}") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise KeyTwice(key=shown(twice))
    return found


def _int(digits: str) -> int:
    """A number; of a very long one only the first digits, which make it too large in any case.
    Python needs time that grows with the square of the length to read all of them.
    """
    return int(digits[:30])


def _node(value: Any, where: str) -> Node:
    check_keys(value, where, _NODE_KEYS, ("id", "cpus", "memory_kib"))
    memory = kib_of(value, where, "memory_kib")
    pages = _pages(value.get("pages"), f"{where}.pages")
    pooled = sum(size * pool.total for size, pool in pages.items())
    free = max(0, memory - pooled)
    if value.get("free_kib") is not None:
        free = kib_of(value, where, "free_kib")
    if free > memory:
        raise MoreThanAll(f"{where}.free_kib", part=free, whole=memory, key="memory_kib")
    return Node(
        whole(value["id"], f"{where}.id", MAX_ID, "write the id that the host gives it"),
        cpus_of(value["cpus"], f"{where}.cpus"),
        memory,
        free,
        kib_of(value, where, "reclaimable_kib"),
        kib_of(value, where, "promised_kib"),
        _distances(value.get("distances"), f"{where}.distances"),
        pages,
        kib_of(value, where, "kept_kib"),
        cpus_of(value.get("unusable_cpus") or "", f"{where}.unusable_cpus"),
    )


def _distances(value: Any, where: str) -> dict[int, int]:
    remedy = "write a distance as the host's firmware has it, 10 for the node itself"
    return {
        number(node, where, MAX_ID, "the id of a node", "0 or 8"): whole(
            distance, f"{where}.{node}", 255, remedy, low=1
        )
        for node, distance in mapping(value, where, '{"0": 10, "1": 21}').items()
    }


def _pages(value: Any, where: str) -> dict[int, PagePool]:
    found = {}
    example = '{"2048": {"total": 512, "free": 512}}'
    for size, pool in mapping(value, where, example).items():
        kib = number(size, where, MAX_KIB, "a page size in KiB", "2048 for 2 MiB")
        found[kib] = _pool(pool, f"{where}.{size}")
    return found


def _pool(value: Any, where: str) -> PagePool:
    check_keys(value, where, _POOL_KEYS, ("total", "free"))
    counts = {
        key: whole(value[key], f"{where}.{key}", MAX_KIB, "write a number of pages")
        for key in _POOL_KEYS
        if value.get(key) is not None
    }
    if counts["free"] > counts["total"]:
        raise MoreThanAll(f"{where}.free", part=counts["free"], whole=counts["total"], key="total")
    return PagePool(**counts)


def _devices(value: Any) -> dict[str, int]:
    found = {}
    for address, node in mapping(value, "devices", '{"0000:3b:00.0": 1}').items():
        if not _PCI.fullmatch(address):
            remedy = "write domain:bus:slot.function, as in 0000:3b:00.0"
            raise wrong("devices", address, "a PCI address", remedy)
        remedy = "write the id of its node, or leave the device out"
        found[address] = whole(node, f"devices.{address}", MAX_ID, remedy)
    return found


def _claims(value: Any) -> tuple[Claim, ...]:
    found = []
    if value is not None and not isinstance(value, list):
        raise wrong("claims", value, "a list", 'write {"nodes": "0-1", "kib": 1024} for each')
    for index, claim in enumerate(value or ()):
        where = f"claims[{index}]"
        check_keys(claim, where, ("nodes", "kib", "page_kib"), ("nodes", "kib"))
        nodes = nodes_of(claim["nodes"], f"{where}.nodes")
        found.append(Claim(nodes, kib_of(claim, where, "kib"), kib_of(claim, where, "page_kib")))
    return tuple(found)


def _vcpus(value: Any) -> dict[Nodeset, int]:
    return {
        nodes_of(nodes, "vcpus"): whole(count, f"vcpus.{nodes}", MAX_ID, "write how many")
        for nodes, count in mapping(value, "vcpus", '{"0-1": 4}').items()
    }
