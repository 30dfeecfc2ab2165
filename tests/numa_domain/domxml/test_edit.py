# SPDX-License-Identifier: Apache-2.0
"""How new elements look beside old ones, and that all else stays."""

from __future__ import annotations

import pytest

from numa_domain.domxml.edit import Editor, Node
from numa_domain.domxml.tree import Element, parse

PIN = Node("emulatorpin", {"cpuset": "0-3"})


def editor(xml: str) -> Editor:
    return Editor(parse(xml))


def at(edit: Editor, *path: str) -> Element:
    found = edit.document.root.find(*path)
    assert found is not None
    return found


def test_no_change_gives_the_same_bytes() -> None:
    head = "<?xml version='1.0'?>\r\n<domain  a = '&#10;&quot;' >"
    xml = head + "<b></b><![CDATA[ ]]></domain>\n<!-- -->"
    assert editor(xml).apply() == xml.encode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<cputune/>", "<cputune>\n    <emulatorpin cpuset='0-3'/>\n  </cputune>"),
        ("<cputune />", "<cputune>\n    <emulatorpin cpuset='0-3'/>\n  </cputune>"),
        ("<cputune\n />", "<cputune>\n    <emulatorpin cpuset='0-3'/>\n  </cputune>"),
        ("<cputune></cputune>", "<cputune>\n    <emulatorpin cpuset='0-3'/>\n  </cputune>"),
        ("<cputune>\n  </cputune>", "<cputune>\n    <emulatorpin cpuset='0-3'/>\n  </cputune>"),
        (
            "<cputune><!-- x --></cputune>",
            "<cputune><!-- x -->\n    <emulatorpin cpuset='0-3'/>\n  </cputune>",
        ),
        (
            "<cputune>\n      <shares>2</shares>\n  </cputune>",
            "<cputune>\n      <shares>2</shares>\n      <emulatorpin cpuset='0-3'/>\n  </cputune>",
        ),
        (
            "<cputune><shares>2</shares></cputune>",
            "<cputune><shares>2</shares><emulatorpin cpuset='0-3'/></cputune>",
        ),
    ],
)
def test_append_indents_as_the_siblings_or_one_step_further(before: str, after: str) -> None:
    text = "<domain type='kvm'>\n  <vcpu>4</vcpu>\n  {}\n</domain>"
    edit = editor(text.format(before))
    edit.append(at(edit, "cputune"), [PIN])
    assert edit.apply().decode() == text.format(after)


def test_append_of_nothing_changes_nothing() -> None:
    edit = editor("<domain><cputune/></domain>")
    edit.append(at(edit, "cputune"), [])
    assert edit.apply() == b"<domain><cputune/></domain>"


def test_append_to_one_line_stays_on_it() -> None:
    edit = editor("<domain><vcpu>4</vcpu><cputune/></domain>")
    edit.append(at(edit, "cputune"), [PIN, PIN])
    pins = '<emulatorpin cpuset="0-3"/><emulatorpin cpuset="0-3"/>'
    assert edit.apply().decode() == f"<domain><vcpu>4</vcpu><cputune>{pins}</cputune></domain>"


def test_append_keeps_tabs_and_line_ends() -> None:
    edit = editor("<domain>\r\n\t<vcpu>4</vcpu>\r\n\t<cputune/>\r\n</domain>")
    edit.append(at(edit, "cputune"), [PIN])
    assert edit.apply() == (
        b"<domain>\r\n\t<vcpu>4</vcpu>\r\n\t<cputune>\r\n"
        b'\t\t<emulatorpin cpuset="0-3"/>\r\n\t</cputune>\r\n</domain>'
    )


def test_append_closes_an_element_by_its_prefixed_name() -> None:
    edit = editor("<domain xmlns:n='urn:ovirt-numa:1'><metadata><n:a x='1'/></metadata></domain>")
    edit.append(at(edit, "metadata", "urn:ovirt-numa:1}a"), [PIN])
    assert b"<n:a x='1'><emulatorpin cpuset='0-3'/></n:a>" in edit.apply()


@pytest.mark.parametrize("names", [("cputune", "vcpu"), ("nothing", "vcpu")])
def test_insert_after_takes_the_first_that_is_there(names: tuple[str, ...]) -> None:
    edit = editor("<domain>\n <vcpu>4</vcpu>\n <os/>\n</domain>")
    edit.insert_after(names, Node("numatune", {}, [PIN]))
    assert edit.apply().decode() == (
        '<domain>\n <vcpu>4</vcpu>\n <numatune>\n  <emulatorpin cpuset="0-3"/>\n </numatune>'
        "\n <os/>\n</domain>"
    )


def test_insert_after_none_goes_to_the_end() -> None:
    edit = editor("<domain>\n  <os/>\n</domain>")
    edit.insert_after(["vcpu"], PIN)
    assert edit.apply().decode() == '<domain>\n  <os/>\n  <emulatorpin cpuset="0-3"/>\n</domain>'


def test_insertions_at_one_place_keep_their_order() -> None:
    edit = editor("<domain><vcpu/></domain>")
    for name in ("one", "two", "three"):
        edit.insert_after(["vcpu"], Node(name, {}))
    assert edit.apply() == b"<domain><vcpu/><one/><two/><three/></domain>"


def test_insert_first_beside_a_removal_of_the_first() -> None:
    edit = editor("<domain>\n  <numatune>\n    <a/>\n    <b/>\n  </numatune>\n</domain>")
    edit.remove(at(edit, "numatune", "a"))
    edit.insert_first(at(edit, "numatune"), PIN)
    assert edit.apply().decode() == (
        '<domain>\n  <numatune>\n    <emulatorpin cpuset="0-3"/>\n    <b/>\n'
        "  </numatune>\n</domain>"
    )


def test_append_beside_a_removal_of_the_last() -> None:
    edit = editor("<domain>\n  <numatune>\n    <a/>\n    <b/>\n  </numatune>\n</domain>")
    edit.remove(at(edit, "numatune", "b"))
    edit.append(at(edit, "numatune"), [PIN])
    assert edit.apply().decode() == (
        '<domain>\n  <numatune>\n    <a/>\n    <emulatorpin cpuset="0-3"/>\n'
        "  </numatune>\n</domain>"
    )


def test_remove_takes_the_line_and_no_comment() -> None:
    edit = editor("<domain>\n  <a/>\n  <!-- x -->\n\n  <b/>\n  <c/>\n</domain>")
    edit.remove(at(edit, "b"))
    assert edit.apply() == b"<domain>\n  <a/>\n  <!-- x -->\n  <c/>\n</domain>"


def test_replace_keeps_children_that_are_bytes() -> None:
    edit = editor("<domain>\n  <cpu>\n    <x  y = '1'/>\n  </cpu>\n</domain>")
    cpu = at(edit, "cpu")
    edit.replace(cpu, Node("cpu", {"a": "b"}, [edit.source(cpu.children[0]), PIN]))
    assert edit.apply().decode() == (
        '<domain>\n  <cpu a="b">\n    <x  y = \'1\'/>\n    <emulatorpin cpuset="0-3"/>\n'
        "  </cpu>\n</domain>"
    )


def test_quotes_are_those_of_the_root() -> None:
    for quote in "'\"":
        edit = editor(f"<domain type={quote}kvm{quote}><vcpu/></domain>")
        edit.append(at(edit, "vcpu"), [PIN])
        assert f"<emulatorpin cpuset={quote}0-3{quote}/>".encode() in edit.apply()


def test_values_are_escaped_in_ascii() -> None:
    value = "a<b>&\"'\n\té😀"
    edit = editor("<domain><vcpu/></domain>")
    edit.append(at(edit, "vcpu"), [Node("x", {"y": value})])
    new = edit.apply()
    assert new.isascii()
    child = parse(new).root.find("vcpu", "x")
    assert child is not None
    assert child.get("y") == value


@pytest.mark.parametrize("empty", ["<cputune/>", "<cputune></cputune>"])
def test_children_added_one_after_another_to_an_empty_element(empty: str) -> None:
    edit = editor(f"<domain>{empty}</domain>")
    edit.append(at(edit, "cputune"), [Node("b", {})])
    edit.append(at(edit, "cputune"), [Node("c", {})])
    edit.insert_first(at(edit, "cputune"), Node("a", {}))
    assert edit.apply() == b"<domain><cputune><a/><b/><c/></cputune></domain>"
