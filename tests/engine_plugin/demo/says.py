# SPDX-License-Identifier: Apache-2.0
"""An external scheduler that says what a test wants to be said: Python's own server of XML-RPC."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xmlrpc.server import SimpleXMLRPCServer

from ovirtsdk4 import types

from engine_plugin.demo.scheduler import ENABLED, URL
from engine_plugin.demo.settings import Settings

from .conftest import Served

UNITS: dict[str, Any] = {
    "filters": {"only": ["Lets the named ones through", ""]},
    "scores": {"by_name": ["Likes some more", "size=^[0-9]+$"]},
    "balance": {},
}


class Says:
    """An external scheduler."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[Any]]] = []
        self.filter: Callable[[list[str]], Any] = lambda hosts: spoken(hosts)
        self.score: Callable[[list[str]], Any] = lambda hosts: spoken([])
        self.units: Any = UNITS
        self.open()

    def open(self, port: int = 0) -> None:
        self._server = SimpleXMLRPCServer(("127.0.0.1", port), logRequests=False)
        self._server.register_function(self._discover, "discover")
        self._server.register_function(self._filters, "runFilters")
        self._server.register_function(self._scores, "runCostFunctions")
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.port = self._server.server_address[1]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _discover(self) -> Any:
        self.asked.append(("discover", []))
        return self.units

    def _filters(self, *arguments: Any) -> Any:
        self.asked.append(("runFilters", [*arguments]))
        return self.filter(arguments[1])

    def _scores(self, *arguments: Any) -> Any:
        self.asked.append(("runCostFunctions", [*arguments]))
        return self.score(arguments[1])

    def calls(self, method: str) -> list[list[Any]]:
        return [arguments for name, arguments in self.asked if name == method]


def spoken(result: Any, **errors: Any) -> dict[str, Any]:
    code = 1 if errors else 0
    return {"result_code": code, "result": result, "plugin_errors": {}, "errors": [], **errors}


def served_with(folder: Path, says: Says, **more: str) -> Served:
    options = {ENABLED: "true", URL: f"http://127.0.0.1:{says.port}/", **more}
    served = Served(Settings(data=folder, fresh=True, boot="none", options=options))
    assert served.app.state.lifecycle.scheduler.discovered.wait(10)
    return served


def in_force(served: Served) -> str:
    """A policy with both units, in the lab; its id."""
    system = served.sdk().system_service()
    units = {unit.name: unit for unit in system.scheduling_policy_units_service().list()}
    policies = system.scheduling_policies_service()
    policy = policies.add(types.SchedulingPolicy(name="numa"))
    own = policies.policy_service(policy.id)
    only = types.SchedulingPolicyUnit(id=units["only"].id)
    own.filters_service().add(types.Filter(scheduling_policy_unit=only, position=0))
    by_name = types.SchedulingPolicyUnit(id=units["by_name"].id)
    own.weights_service().add(types.Weight(scheduling_policy_unit=by_name, factor=3))
    lab = system.clusters_service().list(search="name=numa-lab")[0]
    system.clusters_service().cluster_service(lab.id).update(
        types.Cluster(scheduling_policy=types.SchedulingPolicy(id=policy.id))
    )
    return str(policy.id)
