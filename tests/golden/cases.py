# SPDX-License-Identifier: Apache-2.0
"""The golden pairs: a domain's XML and two inputs in, a domain's XML out, on one host.

Decides which pairs there are; `in/` and `out/` beside this file hold the XML. They are
written anew with `python -m tests.golden`, and the diff is what a reviewer reads.

    CASES["default-cell"].rewritten()       # the bytes of out/default-cell.xml
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from numa_domain.domxml.read import parse_guest
from numa_domain.domxml.rewrite import rewrite
from numa_domain.host.json_format import read_json
from numa_domain.placement.model import Placement
from numa_domain.placement.place import place
from numa_domain.request.model import NumaRequest

HERE = Path(__file__).parent
HOST = read_json((HERE / "host.json").read_text())
"""Nodes 0 to 2 have eight CPUs each, node 3 has memory alone; huge pages on 0 and 1."""


@dataclass(frozen=True)
class Case:
    """One pair. `domain` is a file of in/, or of out/ where it says so."""

    domain: str
    nodeset: str | None = None
    topology: str | None = None

    @property
    def before(self) -> bytes:
        return (HERE / self.domain).read_bytes()

    def placement(self) -> Placement:
        request = NumaRequest.parse(nodeset=self.nodeset, topology=self.topology)
        return place(parse_guest(self.before), request, HOST)

    def rewritten(self) -> bytes:
        return rewrite(self.before, self.placement())


TWO_OF_16 = "cpus=0-1,4-9 mem=2G nodes=0 / cpus=2-3,10-15 mem=2G nodes=1"

CASES = {
    "default-cell": Case("in/engine-default-cell.xml", "0-1", TWO_OF_16),
    "default-cell-count": Case("in/engine-default-cell.xml", "0-1", "2"),
    "default-cell-preferred": Case("in/engine-default-cell.xml", "preferred:2"),
    "default-cell-interleave": Case("in/engine-default-cell.xml", "interleave:all"),
    "default-cell-restrictive": Case("in/engine-default-cell.xml", "restrictive:0-1", TWO_OF_16),
    "no-cell": Case(
        "in/engine-no-cell.xml",
        "0-1",
        "cpus=0-3 mem=2G nodes=0 dist=10,21,31 / cpus=4-7 mem=1G nodes=1 mode=preferred"
        " dist=21,10,31 / mem=1G nodes=3 dist=31,31,10",
    ),
    "no-cell-nodeset": Case("in/engine-no-cell.xml", "0,2"),
    "no-cell-topology": Case(
        "in/engine-no-cell.xml", None, "cpus=0-3 mem=1G access=shared / cpus=4-7 mem=3G"
    ),
    "nvdimm": Case("in/engine-nvdimm.xml", "0-1", TWO_OF_16),
    "hugepages-one": Case("in/engine-hugepages.xml", "1"),
    "hugepages-sizes": Case(
        "in/engine-hugepages.xml",
        "0-1",
        "cpus=0-1,4-9 mem=2G nodes=0 / cpus=2-3,10-15 mem=2G nodes=1 page=1G",
    ),
    "hugepages-ordinary": Case(
        "in/engine-hugepages.xml",
        "0-1",
        "cpus=0-1,4-9 mem=2G nodes=0 / cpus=2-3,10-15 mem=2G nodes=1 page=4K",
    ),
    "hugepages-new": Case(
        "in/engine-default-cell.xml",
        "0-1",
        "cpus=0-1,4-9 mem=2G nodes=0 page=2M / cpus=2-3,10-15 mem=2G nodes=1",
    ),
    "native-numa-nodeset": Case("in/engine-native-numa.xml", "strict:2"),
    "native-numa-topology": Case(
        "in/engine-native-numa.xml", None, "cpus=0-1,4-9 mem=1G / cpus=2-3,10-15 mem=3G"
    ),
    "pinned": Case(
        "in/engine-pinned.xml",
        "0-1",
        "cpus=0-1,4-9 mem=2G nodes=0 / cpus=2-3,10-15 mem=2G nodes=0-1",
    ),
    "vdsm-reserialised": Case("in/vdsm-reserialised.xml", "0-1", TWO_OF_16),
    "virt-manager": Case(
        "in/virt-manager.xml", "0-1", "cpus=0-3 mem=4G nodes=0 / cpus=4-7 mem=4G nodes=1"
    ),
    "no-cpu": Case("in/no-cpu.xml", "0-1", "cpus=0,2 mem=1G nodes=0 / cpus=1,3 mem=1G nodes=1"),
    "hmat": Case("in/hmat.xml", "0-1", "cpus=0-1 mem=1G nodes=0 / cpus=2-3 mem=2G nodes=1"),
    "hmat-nodeset": Case("in/hmat.xml", "2"),
    "one-line": Case("in/one-line.xml", "0-1", TWO_OF_16),
    "tabs-crlf": Case("in/tabs-crlf.xml", "0-1", TWO_OF_16),
    "again-other-nodes": Case("out/default-cell.xml", "2", "cpus=0-15 mem=4G"),
    "again-one-cell-moved": Case(
        "out/hugepages-new.xml", "0", TWO_OF_16.replace("nodes=1", "nodes=2")
    ),
}
