# SPDX-License-Identifier: Apache-2.0
"""Claims and the clocks: one that the engine's log is compared with, and one that nobody sets."""

from __future__ import annotations

from engine_plugin.scheduler.claims import Claims

GIB = 1 << 20


class Clocks:
    """The wall's, and the machine's own."""

    def __init__(self) -> None:
        self.wall, self.own = 1_800_000_000.0, 5000.0

    def pass_by(self, seconds: float) -> None:
        self.wall += seconds
        self.own += seconds

    def claims(self) -> Claims:
        return Claims(lambda: self.wall, lambda: self.own)


def test_claim_ends_after_its_time() -> None:
    clocks = Clocks()
    claims = clocks.claims()
    claims.put("vm", {"host": {0: {4: GIB}}})
    clocks.pass_by(59)
    assert claims.pending == 1
    clocks.pass_by(2)
    assert claims.pending == 0
    assert claims.possible("host") == {}


def test_clock_that_is_set_back_does_not_keep_claims() -> None:
    clocks = Clocks()
    claims = clocks.claims()
    claims.put("vm", {"host": {0: {4: GIB}}})
    clocks.wall -= 3600
    clocks.pass_by(61)
    assert claims.pending == 0


def test_clock_that_is_set_forward_does_not_drop_claims() -> None:
    clocks = Clocks()
    claims = clocks.claims()
    claims.put("vm", {"host": {0: {4: GIB}}})
    clocks.wall += 3600
    assert claims.possible("host") == {0: {4: GIB}}
    assert claims.end("vm", before=clocks.wall) is not None


def test_failure_before_the_claim_is_another_starts() -> None:
    clocks = Clocks()
    claims = clocks.claims()
    claims.put("vm", {"host": {0: {4: GIB}}})
    assert claims.end("vm", before=clocks.wall - 1) is None
    assert claims.pending == 1
