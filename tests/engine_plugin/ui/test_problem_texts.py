# SPDX-License-Identifier: Apache-2.0
"""The browser says of a mistake what the hook and the service say of it."""

from __future__ import annotations

import runpy
from pathlib import Path

from . import service_texts

UI = Path(__file__).parents[3] / "engine_plugin" / "ui"


def test_problem_texts_of_the_browser_are_those_of_the_core() -> None:
    tool = runpy.run_path(str(UI / "tools" / "problem_texts.py"))
    assert tool["OUT"].read_text() == tool["texts"]()


def test_problem_texts_of_the_service_are_those_that_pages_translate() -> None:
    assert service_texts.OUT.read_text() == service_texts.texts()
