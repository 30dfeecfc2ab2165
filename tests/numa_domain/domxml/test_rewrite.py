# SPDX-License-Identifier: Apache-2.0
"""What holds for the whole document; each element has a file of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

from numa_domain.base.errors import Problems, RequestError, XMLError
from numa_domain.domxml.read import parse_guest
from numa_domain.domxml.rewrite import rewrite
from tests.numa_domain.domxml.made import TWO_CELLS, domain, placed, placement, two

NOISE = (
    "<description  a = 'b' >&lt;&#10;&quot;'\"<![CDATA[<x>]]><!-- c -->"
    "<e></e ><?p i?></description>"
)


def test_everything_else_keeps_its_bytes() -> None:
    head = "<?xml version='1.0' encoding='utf-8' standalone='yes'?>\n<!-- before -->\n"
    xml = head + domain(NOISE) + "\n<!-- after --><?x?>\n\n"
    new = rewrite(xml, two()).decode()
    assert new.startswith(head + "<domain>\n")
    assert NOISE in new
    assert new.endswith("</domain>\n\n<!-- after --><?x?>\n\n")


def test_rewriting_twice_is_rewriting_once() -> None:
    once = rewrite(domain(NOISE), two())
    assert rewrite(once, two()) == once


def test_text_and_bytes_give_the_same() -> None:
    assert rewrite(domain(NOISE), two()) == rewrite(domain(NOISE).encode(), two())


def test_result_is_utf8_and_says_so() -> None:
    xml = '<?xml version="1.0" encoding="latin1"?>' + domain("<title>é</title>")
    new = rewrite(xml.encode("latin1"), two())
    assert new.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    assert "<title>é</title>" in new.decode()


def test_memory_is_never_touched() -> None:
    xml = domain().replace("<memory>4194304<", "<memory unit='GiB'>4<")
    assert "<memory unit='GiB'>4</memory>" in rewrite(xml, two()).decode()


def test_result_has_the_cells_of_the_placement() -> None:
    guest = parse_guest(rewrite(domain(), two()))
    assert [(str(cell.cpus), cell.memory_kib) for cell in guest.cells] == [
        ("0-1", 2097152),
        ("2-3", 2097152),
    ]


def test_placement_of_other_memory_is_refused() -> None:
    with pytest.raises(RequestError) as caught:
        rewrite(domain(memory=1048576), two())
    assert str(caught.value) == (
        "placement: the cells have 4 GiB together, and the VM has 1 GiB;"
        " place this VM anew: the placement was made for another domain XML"
    )


@pytest.mark.parametrize("vcpus", ["2", "5"])
def test_placement_of_other_vcpus_is_refused(vcpus: str) -> None:
    with pytest.raises(RequestError) as caught:
        rewrite(domain(vcpu=f"<vcpu>{vcpus}</vcpu>"), two())
    assert str(caught.value) == (
        f"placement: the cells have vCPUs 0-3, and the VM has vCPUs 0-{int(vcpus) - 1};"
        " place this VM anew: the placement was made for another domain XML"
    )


def test_vcpu_in_two_cells_is_refused() -> None:
    given = placement(placed(0, "0-3", 2, "0"), placed(1, "3", 2, "1"), nodes="0-1")
    with pytest.raises(RequestError):
        rewrite(domain(), given)


def test_every_problem_is_told() -> None:
    xml = domain(
        TWO_CELLS,
        "<cputune><vcpupin vcpu='0' cpuset='60'/></cputune>",
        "<memoryBacking><hugepages><page size='2048' nodeset='5'/></hugepages></memoryBacking>",
        "<numatune><memnode cellid='7' mode='strict' nodeset='0'/></numatune>",
        "<devices><memory model='dimm'><target><size>1024</size><node>3</node></target></memory>"
        "</devices>",
    )
    with pytest.raises(Problems) as caught:
        rewrite(xml, two())
    assert [problem.code for problem in caught.value.problems] == [
        "PinContradicts",
        "PageCellMissing",
        "MemnodeCellMissing",
        "DeviceCellMissing",
    ]
    assert all(isinstance(problem, XMLError) for problem in caught.value.problems)


def test_import_loads_none_of_what_costs_a_hook_time() -> None:
    heavy = ["typing", "dataclasses", "json", "argparse", "inspect", "re", "lxml", "xml.etree"]
    code = (
        "before = set(sys.modules); import numa_domain.domxml.rewrite,"
        " numa_domain.domxml.metadata, numa_domain.guest.model\n"
        f"print(sorted(set({heavy}) & (set(sys.modules) - before)))"
    )
    program = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:0] = {sys.path}; {code}"]
    done = subprocess.run(program, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")
