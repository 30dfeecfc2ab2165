# SPDX-License-Identifier: Apache-2.0
"""A host as JSON: what `numa-domain host --json` prints and every option `--host` reads.

    >>> read_json('{"nodes": [{"id": 0, "cpus": "0-3"}]}')
    Traceback (most recent call last):
    numa_domain.host.json_format.KeyMissing: nodes[0]: memory_kib is missing; add it

If free_kib is missing, all memory outside of huge page pools is free. `null` means the same as a
missing key. Distances and devices that refer to nodes which are not listed are ignored, so that a
node can be deleted from a captured host to see what becomes of its VMs. Captures made elsewhere are
read too (`capture_format.py`).
"""

from __future__ import annotations

import json
import re

from ..base.errors import HostError, TextError, excerpt
from ..base.idset import MAX_ID, Cpuset
from ..base.units import MAX_KIB
from .capture_format import from_capture
from .model import HostTopology, Node, PagePool

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MAX_LENGTH = 4 << 20
"""In characters. A host with 8 nodes takes 2,000, one with 256 nodes 800,000."""

_PCI = re.compile(r"[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]")
"""The domain has five or more digits behind Intel's VMD, which counts from 10000."""

_HOST_KEYS = ("nodes", "devices", "default_page_kib")
_NODE_KEYS = (
    "id",
    "cpus",
    "memory_kib",
    "free_kib",
    "reclaimable_kib",
    "promised_kib",
    "distances",
    "pages",
)
_POOL_KEYS = ("total", "free", "promised")


class NotJSON(HostError):
    what = "the host's description is not JSON: {reason}"
    todo = "give it what `numa-domain host --json` prints"


class TooLong(HostError):
    what = "the host's description has {length} characters, more than {max}"
    todo = "give it what `numa-domain host --json` prints"


class KeyMissing(HostError):
    what = "{key} is missing"
    todo = "add it"


class KeyUnknown(HostError):
    what = "the key {key} is not known"
    todo = "remove it, or write one of: {known}"


class KeyTwice(HostError):
    what = "the key {key} is there twice in one object"
    todo = "remove one"


class ValueWrong(HostError):
    what = "{value} is not {expected}"
    todo = "{write}"


class NodeTwice(HostError):
    what = "node {id} is described twice"
    todo = "remove one"


class MoreThanAll(HostError):
    what = "{part} is more than the {whole} of {key}"
    todo = "check both figures"


def read_json(text: str | bytes) -> HostTopology:
    """The host that a JSON text describes. Raises one of the errors above."""
    document = from_capture(_load(text))
    if isinstance(document, dict):
        document.pop("version", None)  # of the release that wrote it: the rest counts
    _keys(document, "the host", _HOST_KEYS, ("nodes",))
    listed = document["nodes"]
    if not isinstance(listed, list) or not listed:
        raise _wrong("nodes", listed, "a list of nodes", "describe at least one node")
    nodes: dict[int, Node] = {}
    for index, value in enumerate(listed):
        node = _node(value, f"nodes[{index}]")
        if node.id in nodes:
            raise NodeTwice(f"nodes[{index}].id", id=node.id)
        nodes[node.id] = node
    host = HostTopology.of(nodes.values(), _devices(document.get("devices")))
    return host.replace(default_page_kib=_kib(document, "the host", "default_page_kib"))


def write_json(host: HostTopology, version: str = "") -> str:
    """A host as JSON, one line per node. Keys with their default value are left out."""
    head = f'"version": {json.dumps(version)}, ' if version else ""
    nodes = ",\n  ".join(json.dumps(_plain_node(node)) for node in host.nodes.values())
    devices = f', "devices": {json.dumps(dict(host.devices))}' if host.devices else ""
    page = f', "default_page_kib": {host.default_page_kib}' if host.default_page_kib else ""
    return f'{{{head}"nodes": [\n  {nodes}\n]{devices}{page}}}'


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
        raise KeyTwice(key=_shown(twice))
    return found


def _int(digits: str) -> int:
    """A number; of a very long one only the first digits, which make it too large in any case.
    Python needs time that grows with the square of the length to read all of them.
    """
    return int(digits[:30])


def _node(value: Any, where: str) -> Node:
    _keys(value, where, _NODE_KEYS, ("id", "cpus", "memory_kib"))
    memory = _kib(value, where, "memory_kib")
    pages = _pages(value.get("pages"), f"{where}.pages")
    pooled = sum(size * pool.total for size, pool in pages.items())
    free = max(0, memory - pooled)
    if value.get("free_kib") is not None:
        free = _kib(value, where, "free_kib")
    if free > memory:
        raise MoreThanAll(f"{where}.free_kib", part=free, whole=memory, key="memory_kib")
    return Node(
        _whole(value["id"], f"{where}.id", MAX_ID, "write the id that the host gives it"),
        _cpus(value["cpus"], f"{where}.cpus"),
        memory,
        free,
        _kib(value, where, "reclaimable_kib"),
        _kib(value, where, "promised_kib"),
        _distances(value.get("distances"), f"{where}.distances"),
        pages,
    )


def _cpus(value: Any, where: str) -> Cpuset:
    if not isinstance(value, str):
        raise _wrong(where, value, "a text", 'write the CPUs as "0-7,16-23", or "" for none')
    try:
        return Cpuset.parse(value) if value else Cpuset()
    except TextError as e:
        raise ValueWrong(where, value=_shown(value), expected="a set of CPUs", write=str(e)) from e


def _distances(value: Any, where: str) -> dict[int, int]:
    remedy = "write a distance as the host's firmware has it, 10 for the node itself"
    return {
        _number(node, where, MAX_ID, "the id of a node", "0 or 8"): _whole(
            distance, f"{where}.{node}", 255, remedy, low=1
        )
        for node, distance in _mapping(value, where, '{"0": 10, "1": 21}').items()
    }


def _pages(value: Any, where: str) -> dict[int, PagePool]:
    found = {}
    example = '{"2048": {"total": 512, "free": 512}}'
    for size, pool in _mapping(value, where, example).items():
        kib = _number(size, where, MAX_KIB, "a page size in KiB", "2048 for 2 MiB")
        found[kib] = _pool(pool, f"{where}.{size}")
    return found


def _pool(value: Any, where: str) -> PagePool:
    _keys(value, where, _POOL_KEYS, ("total", "free"))
    counts = {
        key: _whole(value[key], f"{where}.{key}", MAX_KIB, "write a number of pages")
        for key in _POOL_KEYS
        if value.get(key) is not None
    }
    if counts["free"] > counts["total"]:
        raise MoreThanAll(f"{where}.free", part=counts["free"], whole=counts["total"], key="total")
    return PagePool(**counts)


def _devices(value: Any) -> dict[str, int]:
    found = {}
    for address, node in _mapping(value, "devices", '{"0000:3b:00.0": 1}').items():
        if not _PCI.fullmatch(address):
            remedy = "write domain:bus:slot.function, as in 0000:3b:00.0"
            raise _wrong("devices", address, "a PCI address", remedy)
        remedy = "write the id of its node, or leave the device out"
        found[address] = _whole(node, f"devices.{address}", MAX_ID, remedy)
    return found


def _mapping(value: Any, where: str, example: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _wrong(where, value, "an object", f"write it as {example}")
    return value


def _keys(value: Any, where: str, known: tuple[str, ...], needed: tuple[str, ...]) -> None:
    if not isinstance(value, dict):
        raise _wrong(where, value, "an object", f"write one with the keys {', '.join(known)}")
    for key in value:
        if key not in known:
            raise KeyUnknown(where, key=_shown(key), known=", ".join(known))
    for key in needed:
        if value.get(key) is None:
            raise KeyMissing(where, key=key)


def _kib(value: dict[str, Any], where: str, key: str) -> int:
    given = 0 if value.get(key) is None else value[key]
    return _whole(given, f"{where}.{key}", MAX_KIB, "write KiB without a unit")


def _number(text: str, where: str, high: int, expected: str, example: str) -> int:
    """An object's key as a number."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else -1
    if 0 <= number <= high and str(number) == text:
        return number
    raise _wrong(where, text, expected, f"write a number, like {example}")


def _whole(value: Any, where: str, high: int, remedy: str, *, low: int = 0) -> int:
    # In Python a bool is an int, but `true` is no amount
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return value
    raise _wrong(where, value, f"a whole number from {low} to {high}", remedy)


def _wrong(where: str, value: Any, expected: str, write: str) -> ValueWrong:
    return ValueWrong(where, value=_shown(value), expected=expected, write=write)


def _shown(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    return excerpt(json.dumps(value))
