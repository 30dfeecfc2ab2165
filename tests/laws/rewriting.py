# SPDX-License-Identifier: Apache-2.0
"""Domains and requests at random, and what of a domain is not ours.

Decides what Hypothesis tries: domains of every indentation and quoting, with cells, pins, huge
pages, DIMMs and numatune of an admin's or none, and requests that the golden host can meet
more often than not.
"""

from __future__ import annotations

from hypothesis import strategies as st
from lxml import etree

from numa_domain.domxml.tree import OURS
from numa_domain.request.model import NumaRequest

GIB = 1024 * 1024
NOISE = (
    "<description  a = 'b' >&lt;&#10;&quot;'\"<![CDATA[<numatune/>]]><!-- </domain> --><e></e >"
    "<?p <cputune/>?></description>"
)
NAMESPACED = "<x:numatune xmlns:x='urn:x'><memory/></x:numatune>"
MODES = ("", "strict:", "preferred:", "interleave:", "restrictive:")


@st.composite
def domains(draw: st.DrawFn) -> str:
    """A domain that libvirt would take, and that is not placed yet."""
    most = draw(st.integers(1, 12))
    current = draw(st.integers(1, most))
    memory = draw(st.integers(1, 8)) * GIB
    count = draw(st.integers(0, min(3, most)))
    parts = [
        f"<memory>{memory}</memory>",
        f"<vcpu{_cpuset(draw)} current='{current}'>{most}</vcpu>",
        *draw(st.lists(st.sampled_from([NOISE, NAMESPACED, "<!-- x -->", "<title>é</title>"]))),
        _one(draw, f"<iothreads>{draw(st.integers(0, 3))}</iothreads>"),
        _cpu(draw, count, most, memory),
        _one(draw, f"<cputune>{_pins(draw, most)}</cputune>", "<cputune/>", "<cputune></cputune>"),
        _numatune(draw, count),
        _one(draw, f"<memoryBacking>{_hugepages(draw, count)}</memoryBacking>"),
        _devices(draw, count),
        _one(draw, "<metadata/>", "<metadata><a:b xmlns:a='urn:a'>x</a:b></metadata>"),
    ]
    order = draw(st.permutations([part for part in parts if part]))
    return _spelled(draw, order)


def _spelled(draw: st.DrawFn, parts: list[str]) -> str:
    quote = draw(st.sampled_from("'\""))
    joint = draw(st.sampled_from(["", "\n  ", "\r\n\t", "\n\n    "]))
    head = draw(st.sampled_from(["", "<?xml version='1.0' encoding='UTF-8'?>\n", "<!-- a -->"]))
    tail = draw(st.sampled_from(["", "\n", "\n<!-- z -->\n"]))
    body = "".join(joint + part for part in parts)
    end = joint.rstrip(" \t") if joint else ""
    return f"{head}<domain type={quote}kvm{quote}>{body}{end}</domain>{tail}"


def _one(draw: st.DrawFn, *choices: str) -> str:
    return draw(st.sampled_from(["", *choices]))


def _cpuset(draw: st.DrawFn) -> str:
    return draw(st.sampled_from(["", "", "", " cpuset='0-23'", " cpuset='0-15,^3'"]))


def _cpu(draw: st.DrawFn, count: int, most: int, memory: int) -> str:
    attrs = draw(st.sampled_from(["", " mode='host-passthrough'"]))
    inside = _one(draw, "<model>EPYC</model>", "<!-- cpu -->")
    if not count:
        return draw(st.sampled_from(["", f"<cpu{attrs}>{inside}</cpu>", f"<cpu{attrs}/>"]))
    given = list(range(count)) if draw(st.booleans()) else list(range(count))[::-1]
    named = draw(st.booleans()) or given[0] != 0
    cells = "".join(
        f"<cell{f' id={chr(39)}{i}{chr(39)}' if named else ''} cpus='{_share(i, count, most)}'"
        f" memory='{memory // GIB * GIB // count // 1024 * 1024}'/>"
        for i in given
    )
    comment = _one(draw, "<!-- cells -->")
    return f"<cpu{attrs}>{inside}<numa>{comment}{cells}</numa></cpu>"


def _share(cell: int, count: int, most: int) -> str:
    return ",".join(str(vcpu) for vcpu in range(most) if vcpu % count == cell)


def _pins(draw: st.DrawFn, most: int) -> str:
    cpus = st.sampled_from(["0-23", "0-3,8-11,16-19", "1", "9", "17", "60"])
    pinned = draw(st.dictionaries(st.integers(0, most + 1), cpus, max_size=3))
    pins = "".join(f"<vcpupin cpuset='{c}' vcpu='{v}'/>" for v, c in pinned.items())
    emulator = _one(draw, "<emulatorpin cpuset='60-61'></emulatorpin>")
    return pins + _one(draw, "<shares>9</shares>", "<!-- pins -->") + emulator


def _numatune(draw: st.DrawFn, count: int) -> str:
    memory = _one(
        draw,
        "<memory nodeset='0-2'/>",
        "<memory mode='preferred' nodeset='1'/>",
        "<memory mode='strict' placement='auto'/>",
    )
    cells = draw(st.sets(st.integers(0, count - 1))) if count and "auto" not in memory else ()
    memnodes = "".join(
        f"<memnode cellid='{cell}' mode='interleave' nodeset='0-1'/>" for cell in cells
    )
    return f"<numatune>{memory}{memnodes}</numatune>" if draw(st.booleans()) else ""


def _hugepages(draw: st.DrawFn, count: int) -> str:
    rows = ["", "<page size='2048'/>"]
    if count:
        rows += ["<page size='2' unit='M' nodeset='0'/>", "<page size='2048' nodeset='0,'/>"]
    pages = draw(st.sampled_from(rows))
    return draw(st.sampled_from(["<locked/>", f"<hugepages>{pages}</hugepages><locked/>"]))


def _devices(draw: st.DrawFn, count: int) -> str:
    if not count or not draw(st.booleans()):
        return "<devices><disk type='file'/></devices>"
    cell = draw(st.integers(0, count - 1))
    return (
        "<devices><disk type='file'/><memory model='dimm'><target><size unit='GiB'>1</size>"
        f"<node>{cell}</node></target></memory></devices>"
    )


@st.composite
def requests(draw: st.DrawFn) -> NumaRequest:
    """A request without auto, whose answer may change with what is free."""
    targets = st.sampled_from(["0", "1", "0-1", "0-2", "all", "^2", "2-3", "1,3"])
    nodeset = draw(st.sampled_from(MODES)) + draw(targets) if draw(st.integers(0, 4)) else None
    topology = draw(st.sampled_from([None, "1", "2", "2", "3", "host"]))
    if nodeset is None:
        topology = topology if topology not in (None, "host") else "2"
    return NumaRequest.parse(nodeset=nodeset, topology=topology)


def not_ours(xml: bytes | str) -> bytes:
    """The canonical form of what a rewriting may not touch; blanks between elements left out."""
    tree = etree.fromstring(xml.encode() if isinstance(xml, str) else xml)
    for path in (
        f"metadata/{{{OURS}}}placement",
        "cpu/numa/cell",
        "numatune",
        "cputune/vcpupin",
        "cputune/iothreadpin",
        "cputune/emulatorpin",
        "memoryBacking/hugepages",
    ):
        for element in tree.findall(path):
            _drop(element)
    for path in ("cpu/numa", "cpu", "cputune", "memoryBacking", "metadata"):
        for element in tree.findall(path):
            if len(element) == 0 and not element.attrib and not (element.text or "").strip():
                _drop(element)
    for element in tree.iter():
        element.tail = (element.tail or "").strip()
        if isinstance(element.tag, str):
            element.text = (element.text or "").strip()
    return bytes(etree.tostring(tree.getroottree(), method="c14n", with_comments=True))


def _drop(element: etree._Element) -> None:
    """Take an element out; comments in it stay, before the child of `domain` that it is in."""
    parent = element.getparent()
    assert parent is not None
    top = next(e for e in [element, *element.iterancestors()] if e.getparent() is tree_of(element))
    for comment in list(element.iter(etree.Comment)):
        top.addprevious(comment)
    parent.remove(element)


def tree_of(element: etree._Element) -> etree._Element:
    return element.getroottree().getroot()
