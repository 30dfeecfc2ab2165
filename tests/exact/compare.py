# SPDX-License-Identifier: Apache-2.0
"""An answer of `choose` against the other opinion: every way in which it can be wrong.

Decides what counts as wrong: a yes for a no or a no for a yes, nodes that a cell may not
have, more promised than is free, another stage, a worse (or better!) value of the objective.

    >>> wrong(case, choose(...), best(case))       # "" where all is right
"""

from __future__ import annotations

from collections.abc import Sequence

from numa_domain.base.idset import Nodeset
from numa_domain.placement.auto.stage_order import Rules, choose

from . import brute, solver
from .brute import Best
from .cases import Case


def ours(case: Case) -> list[Nodeset] | None:
    return choose(case.host, case.demands, case.rules, case.devices)


def wrong(case: Case, chosen: Sequence[Nodeset] | None, expected: Best) -> str:
    """What is wrong with our answer, or ""."""
    if chosen is None:
        return "" if expected.stage == "none" else f"no, but {expected}"
    if expected.stage == "none":
        return f"{_shown(chosen)}, but there is none"
    places = [frozenset(nodes) for nodes in chosen]
    for demand, nodes in zip(case.demands, places):
        if not nodes or not nodes <= frozenset(demand.nodes):
            return f"cell {demand.cell} on {sorted(nodes)}, which it may not"
    holds = brute.holds if len(case.host.nodes) <= 6 else solver.holds
    if not holds(case, places):
        return f"{_shown(chosen)}: more than is free"
    return _worse(case, chosen, expected)


def _worse(case: Case, chosen: Sequence[Nodeset], expected: Best) -> str:
    cost: tuple[int, ...]
    if expected.stage == "own" and _has_better(case, chosen):
        chosen = choose(case.host, case.demands, ALONE, case.devices) or chosen
    firsts = [min(nodes) for nodes in chosen]
    if expected.stage == "several":
        with_cpus = {i for i, node in case.host.nodes.items() if node.cpus}
        must = expected.cost == brute.BESIDE_CPUS
        for demand, nodes in zip(case.demands, chosen if must else ()):
            if demand.vcpus and with_cpus & set(demand.nodes) and not with_cpus & set(nodes):
                return f"{_shown(chosen)}: cell {demand.cell} has no CPU, but could"
        union = set().union(*(set(nodes) for nodes in chosen))
        if case.rules.count is not None and len(union) != case.rules.count:
            return f"{_shown(chosen)}: not {case.rules.count} nodes"
        return ""
    if expected.stage == "one":
        cost = brute.one_cost(case, set(chosen[0]))
    elif any(len(nodes) > 1 for nodes in chosen):
        return f"{_shown(chosen)}: cells spread, but {expected}"
    elif expected.stage == "shared":
        cost = brute.shared_cost(case, firsts)
    elif len(set(firsts)) < len(firsts):
        return f"{_shown(chosen)}: cells share nodes, but {expected}"
    else:
        cost = brute.own_cost(case, firsts)
    return "" if cost == expected.cost else f"{_shown(chosen)} costs {cost}, but {expected}"


ALONE = Rules(exclusive=True)


def _has_better(case: Case, chosen: Sequence[Nodeset]) -> bool:
    """Whether our answer is not a node for each cell, and better than any such: several nodes for
    cells with too many vCPUs, or shared nodes that are much closer. Then the best of one node each
    is compared, which is what our answer has been better than.
    """
    own = choose(case.host, case.demands, ALONE, case.devices)
    if own is None or case.rules.count is not None or case.rules.exclusive:
        return False
    if any(len(nodes) > 1 for nodes in chosen):
        return _short(case, chosen) < _short(case, own)
    return len(set(chosen)) < len(chosen) and _width(case, own) >= 1.5 * _width(case, chosen)


def _short(case: Case, chosen: Sequence[Nodeset]) -> int:
    """vCPUs beyond the CPUs of their nodes, if no cell shares any."""
    cpus = [sum(len(case.host.nodes[i].cpus) for i in nodes) for nodes in chosen]
    return sum(max(0, d.vcpus - has) for d, has in zip(case.demands, cpus) if d.vcpus)


def _width(case: Case, chosen: Sequence[Nodeset]) -> int:
    used = {i for nodes in chosen for i in nodes}
    apart = case.host.distance
    return max(apart(a, b) + apart(b, a) for a in used for b in used)


def _shown(chosen: Sequence[Nodeset]) -> str:
    return " ".join(map(str, chosen))
