# SPDX-License-Identifier: Apache-2.0
"""The methods of XML-RPC that the engine calls: parameters in, documents out.

    calls.methods["runFilters"]([["numa_fit"], ["8f0e..."], "0d5f...", {}])
    {"result_code": 0, "result": ["8f0e..."], "plugin_errors": {}, "errors": []}

With a `result_code` other than 0 the engine writes each text of `plugin_errors` into its log, as
event 10500, and uses the result all the same. So it is 0 unless nothing is let through.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ..engine_api.ids import is_id
from .scheduler import Scheduler
from .units import DISCOVERED, FILTER, WEIGHT
from .xmlrpc.errors import ParametersWrong

_MOST_HOSTS = 5000


class Calls:
    """Of one scheduler."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self.methods: dict[str, Callable[[list[Any]], Any]] = {
            "discover": self._counted("discover", self._discover),
            "runFilters": self._counted("runFilters", self._run_filters),
            "runCostFunctions": self._counted("runCostFunctions", self._run_cost_functions),
        }

    def _counted(self, name: str, method: Callable[[list[Any]], Any]) -> Callable[[list[Any]], Any]:
        def run(parameters: list[Any]) -> Any:
            began = time.perf_counter()
            found = method(parameters)
            self._scheduler.counters.called(name, time.perf_counter() - began)
            return found

        return run

    def _discover(self, parameters: list[Any]) -> Any:
        return DISCOVERED

    def _run_filters(self, parameters: list[Any]) -> Any:
        names, hosts, vm_id = _asked("runFilters", parameters)
        if FILTER not in _texts("runFilters", names):
            return _answer(hosts)
        found = self._scheduler.filtered([*dict.fromkeys(map(str.lower, hosts))], vm_id.lower())
        return _answer(found.hosts, found.error)

    def _run_cost_functions(self, parameters: list[Any]) -> Any:
        units, hosts, vm_id = _asked("runCostFunctions", parameters)
        if not all(isinstance(unit, list) and len(unit) == 2 for unit in units):
            reason = "the units are not pairs of a name and a factor"
            raise ParametersWrong("call", method="runCostFunctions", reason=reason)
        if WEIGHT not in [unit[0] for unit in units]:
            return _answer([])
        scores = self._scheduler.scored([*dict.fromkeys(map(str.lower, hosts))], vm_id.lower())
        return _answer([[host, score, WEIGHT] for host, score in scores])


def _answer(result: list[Any], error: str | None = None) -> dict[str, Any]:
    return {
        "result_code": 0 if error is None else 1,
        "result": result,
        "plugin_errors": {} if error is None else {FILTER: [error]},
        "errors": [],
    }


def _asked(method: str, parameters: list[Any]) -> tuple[list[Any], list[str], str]:
    """Units, hosts and VM. Raises `ParametersWrong`; the policy's properties do not count."""
    if len(parameters) not in (3, 4) or not isinstance(parameters[0], list):
        raise ParametersWrong("call", method=method, reason=f"there are {len(parameters)} of them")
    hosts = _texts(method, parameters[1])
    if len(hosts) > _MOST_HOSTS:
        reason = f"{len(hosts)} hosts are more than {_MOST_HOSTS}"
        raise ParametersWrong("call", method=method, reason=reason)
    vm_id = parameters[2]
    for each in (vm_id, *hosts):
        if not isinstance(each, str) or not is_id(each):
            raise ParametersWrong("call", method=method, reason=f"{str(each)[:40]!r} is no id")
    return parameters[0], hosts, vm_id


def _texts(method: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise ParametersWrong("call", method=method, reason="a list of texts is none")
    return value
