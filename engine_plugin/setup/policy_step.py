# SPDX-License-Identifier: Apache-2.0
"""The step that makes a scheduling policy with our units, and gives it to clusters that are named.

Decides that nothing is given to a cluster unless that is asked for. Needs an administrator of the
engine, whose password is kept nowhere; and that the engine has discovered the units, so that the
step has its turn after the engine's restart, in a second run.

    Policy(record, connect, "none", ["Default"]).apply()
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from numa_domain.base.errors import NumaError

from . import policy
from .record import Record
from .rest import Rest
from .step import Step

Connect = Callable[[], Rest]
"""A session of an administrator; None of it is kept."""


class Policy(Step):
    """A copy of the policy `name`."""

    title = "scheduling policy"

    def __init__(
        self, record: Record, connect: Connect, name: str, clusters: Sequence[str]
    ) -> None:
        self._record, self._connect = record, connect
        self._name, self._clusters = name, clusters
        self._kept: list[str] = []

    @property
    def _new(self) -> str:
        return self._name + policy.SUFFIX

    def missing(self) -> list[str]:
        try:
            rest = self._connect()
            made = policy.policies(rest).get(self._new)
            if made is None:
                return [f"the policy {self._new}"]
            lacks = policy.complete(rest, made, policy.units(rest))
            said = [f"{unit} in {self._new}" for unit in lacks]
            found = policy.clusters(rest)
            for name in self._clusters:
                has = found.get(name, {}).get("scheduling_policy", {}).get("id")
                if has != made["id"]:
                    said.append(f"{self._new} in cluster {name}")
        except NumaError as error:
            return [str(error)]
        return said

    def apply(self) -> None:
        rest = self._connect()
        made = policy.copied(rest, self._name, self._new)
        if self._new not in self._record.policies:
            self._record.policies[self._new] = {}
            self._record.write()
        for name in self._clusters:
            former = policy.assign(rest, name, str(made["id"]))
            if former != made["id"]:
                self._record.policies[self._new].setdefault(name, former)
                self._record.write()

    def undo(self) -> list[str]:
        if not self._record.policies:
            return []
        try:
            rest = self._connect()
        except NumaError as error:
            self._kept = [f"{', '.join(self._record.policies)}, since {error}"]
            return []
        said: list[str] = []
        known = policy.policies(rest)
        for new, clusters in self._record.policies.items():
            for name, former in clusters.items():
                policy.assign(rest, name, former)
                said.append(f"{new} of cluster {name}")
            if new in known:
                rest.ask("DELETE", f"/schedulingpolicies/{known[new]['id']}")
                said.append(f"the policy {new}")
        self._record.policies.clear()
        self._record.write()
        return said

    def left(self) -> list[str]:
        """It does no harm there: the engine leaves out units that are disabled."""
        return self._kept
