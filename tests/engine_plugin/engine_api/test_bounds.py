# SPDX-License-Identifier: Apache-2.0
"""Answers that are small in bytes and large in a parser."""

from __future__ import annotations

import time

import pytest

from engine_plugin.engine_api.bounds import LONG, SHORT, Overgrown, require_bounded

TAGS = "<vm>" + "<a/>" * SHORT + "</vm>"


def attributes(count: int, value: str = "") -> bytes:
    return b"<vm " + b" ".join(b'a%d="%s"' % (i, value.encode()) for i in range(count)) + b"/>"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (TAGS.encode(), "it has more than 100,000 tags and attributes"),
        (attributes(SHORT), "it has more than 100,000 tags and attributes"),
        (attributes(90_000), "a tag in it has more than 1,000 attributes"),
        (attributes(9_000, ">"), "a tag in it has more than 1,000 attributes"),
        (b"<vm>" * 500 + attributes(3_000) + b"</vm>" * 500, "a tag in it has more than"),
        (attributes(3_000)[:-2], "a tag in it has more than"),
        (TAGS.encode("utf-16"), "it is not in UTF-8"),
        (TAGS.encode("utf-16-be"), "it is not in UTF-8"),
        (TAGS.encode("utf-32-le"), "it is not in UTF-8"),
        (f"<?xml version='1.0'?>{TAGS}".encode("cp037"), "it is not in UTF-8"),
        (b"<?xml version='1.0' encoding='UTF-7'?>" + TAGS.encode("utf-7"), "it is not in UTF-8"),
    ],
)
def test_answer_that_is_too_much_for_a_parser_is_refused_at_once(body: bytes, reason: str) -> None:
    begun = time.monotonic()
    with pytest.raises(Overgrown, match=reason):
        require_bounded(body, SHORT)
    assert time.monotonic() - begun < 1.0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<vms/>",
        b"<?xml version='1.0' encoding=\"utf-8\"?>\n<vms/>",
        "<vm><name>größe</name></vm>".encode(),
        b"<vm><script>" + b"x = 1\n" * 900 + b"</script></vm>",
        b"<vms>" + b'<vm href="/x" id="1"><name>n</name></vm>' * 100_000 + b"</vms>",
    ],
)
def test_answer_as_the_engine_has_it_passes(body: bytes) -> None:
    require_bounded(body, LONG)
