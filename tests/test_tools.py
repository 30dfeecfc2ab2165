# SPDX-License-Identifier: Apache-2.0
"""A missing tool must never look like a passed test in CI."""

from __future__ import annotations

import pytest

from tests import tools


def test_need_missing_program_skips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception) as caught:
        tools.need("no-such-program")
    assert str(caught.value) == "missing tool: no-such-program (Debian: no-such-program)"


def test_need_missing_program_in_ci_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception) as caught:
        tools.need("no-such-program")
    assert str(caught.value) == (
        "missing tool: no-such-program (Debian: no-such-program); CI must have it, see .ci/deps"
    )


def test_need_program_gives_its_path() -> None:
    assert tools.need("sh").endswith("/sh")
