# SPDX-License-Identifier: Apache-2.0
"""A user's own conditions: values are values, whatever they look like."""

from __future__ import annotations

import pytest

from engine_plugin.engine_api.errors import SearchMalformed
from engine_plugin.engine_api.search import conditions


@pytest.mark.parametrize(
    "search",
    [
        "name=page-1",
        "name=page",
        "name = sortby",
        "name!=limit",
        "name=landing-page and cluster=Default",
        'description="the first page of all"',
        'name="a sortby b" and status=up',
        "webpage*",
        "name=ü* or name=数据库",
        'comment="50% & more, it\'s (all) of it 😀"',
        "page-1",
    ],
)
def test_words_of_clauses_are_taken_as_values(search):
    assert conditions(search) == search


@pytest.mark.parametrize(
    "search",
    [
        "name=db* page 2",
        "name=it's",
        'a"\n"',
        '"' * 399 + "\0",
        "a" * 501,
        'name="a',
        "sortby name",
        "name=a SORTBY name asc",
        'name="a" page 3',
        "a limit 5",
    ],
)
def test_clauses_are_refused(search):
    with pytest.raises(SearchMalformed):
        conditions(search)
