# SPDX-License-Identifier: Apache-2.0
"""What every refusal keeps to, whatever the reason: time, memory, one line, and the old file.

Decides the bounds that are tested. Never knows why a hook refuses.

    line = check_refused(machine.start(xml, "0"))
"""

from __future__ import annotations

from tests.vdsm_hook.vdsm import Answer

SECONDS, MEGABYTES = 10, 190
"""The bounds: 10 s, and 200 MB (of a million bytes), which are 190.7 MiB."""


def check_refused(answer: Answer, *, rc: int = 2) -> str:
    """The line of a refusal that keeps every bound."""
    assert answer.rc == rc
    assert answer.out == b""
    assert answer.line.endswith("\n")
    assert answer.line.count("\n") == 1
    assert len(answer.line) <= 300
    assert answer.line[:-1].isprintable()
    assert answer.line.startswith("numa: ")
    assert "internal error" not in answer.line
    assert answer.after == answer.before
    assert answer.beside == ()
    assert answer.seconds < SECONDS
    assert answer.rss_mb < MEGABYTES
    return answer.line
