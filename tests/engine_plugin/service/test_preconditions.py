# SPDX-License-Identifier: Apache-2.0
"""If-Match and If-None-Match as RFC 9110 has them."""

from __future__ import annotations

import pytest

from engine_plugin.documents.settings import etag
from engine_plugin.service.errors import TagsMalformed
from engine_plugin.service.preconditions import expected, unchanged
from engine_plugin.settings.version import ANY

from ..settings.vms import vm


@pytest.mark.parametrize(
    ("header", "matches"),
    [
        ("*", True),
        ("{etag}", True),
        ('"x", {etag}', True),
        ("W/{etag}", False),
        ('"x"', False),
    ],
)
def test_if_match_is_strong(header, matches):
    one = vm(properties={"numa_nodeset": "0"})
    found = expected(header.format(etag=etag(one), bare=etag(one).strip('"')))
    assert found is not None
    assert found.includes(one) is matches


@pytest.mark.parametrize(
    "header", ["", "5f0c", "null", '"x', '"x" "y"', '*, "x"', '"a\tb"', 'w/"x"']
)
def test_if_match_that_is_no_list_of_tags_is_refused(header):
    with pytest.raises(TagsMalformed):
        expected(header)


def test_if_match_absent_says_nothing_and_a_star_says_any():
    assert expected(None) is None
    assert expected("*") == ANY


@pytest.mark.parametrize(
    ("header", "same"), [("*", True), ("W/{etag}", True), ("{etag}", True), ('"x"', False)]
)
def test_if_none_match_is_weak(header, same):
    one = vm(properties={"numa_nodeset": "0"})
    assert unchanged(header.format(etag=etag(one)), one) is same
    assert not unchanged(None, one)
