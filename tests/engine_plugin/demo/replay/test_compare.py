# SPDX-License-Identifier: Apache-2.0
"""What the comparison of two answers lets pass, and what it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from .compare import Answered, differences

ONE, TWO = "0a1b2c3d-0000-4000-8000-00000000000a", "0a1b2c3d-0000-4000-8000-00000000000b"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
BODY = f"""<vms>
    <vm href="/ovirt-engine/api/vms/{ONE}" id="{ONE}">
        <name>db1</name>
        <creation_time>2026-07-25T20:01:02.003Z</creation_time>
        <link href="/ovirt-engine/api/vms/{ONE}/nics" rel="nics"/>
        <link href="/ovirt-engine/api/vms/{ONE}/tags" rel="tags"/>
        <comment></comment>
        <memory>1024</memory>
    </vm>
</vms>
"""


def answered(body: str, head: str = HEAD) -> Answered:
    return Answered(200, {"content-type": "application/xml"}, (head + body).encode())


REAL = answered(BODY)


def found(old: str, new: str) -> list[tuple[str, str]]:
    assert old in BODY
    return [(d.path, d.kind) for d in differences(REAL, answered(BODY.replace(old, new)))]


def test_ids_and_moments_may_differ() -> None:
    assert found(ONE, TWO) == []
    assert found("20:01:02.003Z", "21:00:00.000Z") == []


@pytest.mark.parametrize(
    ("old", "new", "path", "kind"),
    [
        ("<name>db1</name>", "<name>db2</name>", "vms/vm/name", "text"),
        ("1024", "1024.0", "vms/vm/memory", "text"),
        ("20:01:02.003Z", "20:01:02Z", "vms/vm/creation_time", "text"),
        ("20:01:02.003Z", "20:01:02.003+00:00", "vms/vm/creation_time", "text"),
        (f' id="{ONE}"', "", "vms/vm", "attributes"),
        (f' id="{ONE}"', f' id="{TWO}"', "vms/vm@id", "text"),
        ("/nics", "/nic", "vms/vm/link@href", "text"),
        ('rel="nics"', 'rel="nic"', "vms/vm/link:nics", "missing"),
        ("        <memory>", "      <memory>", "vms/vm/comment", "layout"),
    ],
)
def test_what_differs_is_found_where_it_is(old: str, new: str, path: str, kind: str) -> None:
    assert (path, kind) in found(old, new)


def test_what_is_missing_and_what_is_more_are_named() -> None:
    line = "        <memory>1024</memory>\n"
    assert ("vms/vm/memory", "missing") in found(line, "")
    assert ("vms/vm/memory", "more") in found(line, line + line)
    assert found("<comment></comment>", "<comment>x</comment>") == [("vms/vm/comment", "text")]


def test_order_counts() -> None:
    name = "        <name>db1</name>\n"
    moved = BODY.replace(name, "").replace("    </vm>", f"{name}    </vm>")
    kinds = {(d.path, d.kind) for d in differences(REAL, answered(moved))}
    assert kinds >= {("vms/vm/name", "missing"), ("vms/vm/name", "more")}


def test_status_headers_and_declaration_count() -> None:
    other = replace(answered(BODY, HEAD.replace(' standalone="yes"', "")), status=202)
    other.headers["content-type"] = "application/xml;charset=utf-8"
    assert [d.kind for d in differences(REAL, other)] == ["status", "content-type", "declaration"]


def test_pages_of_html_are_compared_as_they_are() -> None:
    page = Answered(401, {}, b"<html>a</html>")
    assert differences(page, page) == []
    assert [d.kind for d in differences(page, replace(page, body=b"<html>b</html>"))] == ["body"]
    assert [d.kind for d in differences(page, replace(page, body=REAL.body))] == ["body"]
