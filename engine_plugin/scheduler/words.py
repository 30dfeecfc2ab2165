# SPDX-License-Identifier: Apache-2.0
"""Why a VM starts nowhere, in the one line that the engine writes into its log (event 10500).

"web-small fits no host: epyc-2of8: the VM needs 48 GiB on node 1, where 36 GiB are free: 12 GiB
missing; xeon-full: the hook ... is not on this host: ... (3 hosts; all of them: ovirt-numa why
web-small, or the NUMA tab of the VM)"
"""

from __future__ import annotations

from collections.abc import Sequence

from numa_domain.base.errors import NumaError

from .judging import Asked, Verdict, left_kib, reason

_TOLD = 3
_LONGEST = 900
_LONGEST_OF_HOST = 220


def nowhere(asked: Asked, verdicts: Sequence[Verdict]) -> str:
    """Of verdicts that are all no."""
    name = asked.vm.name
    told = "; ".join(
        f"{verdict.name}: {_short(reason(asked, verdict))}" for verdict in telling(verdicts)
    )
    count = f"{len(verdicts)} host{'s' * (len(verdicts) != 1)}"
    rest = f"({count} asked; all of them: ovirt-numa why {name}, or the NUMA tab of the VM)"
    return f"{name} fits no host: {told[:_LONGEST]} {rest}"


def nothing_to_place(name: str, error: NumaError) -> str:
    """Where the settings themselves are wrong, so that every hook would refuse them."""
    return f"{name} cannot start on any host: {str(error)[:_LONGEST]}"


def telling(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Those that tell most: with most room, and one that lacks something else than room."""
    full = [each for each in verdicts if each.problem is None]
    full.sort(key=lambda v: (-left_kib(v.topology) if v.topology else 0, v.name))
    other = sorted((each for each in verdicts if each.problem is not None), key=lambda v: v.name)
    near = full[: _TOLD - 1] if other else full[:_TOLD]
    return near + other[: _TOLD - len(near)]


def _short(error: NumaError) -> str:
    """What is wrong, of several the first, on one line."""
    text = " ".join(error.problems[0].message.split())
    return text if len(text) <= _LONGEST_OF_HOST else f"{text[: _LONGEST_OF_HOST - 3]}..."
