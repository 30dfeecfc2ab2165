# SPDX-License-Identifier: Apache-2.0
"""Versions of stored settings."""

from __future__ import annotations

import pytest

from engine_plugin.settings import version

from .owners import owner


def test_version_is_of_our_fields_only():
    one = owner(properties={"numa_nodeset": "0", "sap_agent": "true"})
    assert version.etag(one) == version.etag(owner(properties={"numa_nodeset": "0"}))
    assert version.etag(one) != version.etag(owner(properties={"numa_nodeset": "1"}))
    assert version.etag(one) != version.etag(owner(**{**vars(one), "affinity": "pinned"}))
    assert version.etag(one) != version.etag(owner(**{**vars(one), "id": "2"}))


@pytest.mark.parametrize(
    ("header", "matches"),
    [("*", True), ('"x", {etag}', True), ("W/{etag}", False), ('"x"', False), ("", False)],
)
def test_version_match_is_strong(header, matches):
    one = owner(properties={"numa_nodeset": "0"})
    assert version.matches(header.format(etag=version.etag(one)), one) is matches
