# SPDX-License-Identifier: Apache-2.0
"""Models of clusters that are kept warm in the background, for who must answer at once.

A scheduler has 100 ms. So a thread makes the model of each cluster anew every few seconds, as a
user of its own: figures of hosts are asked when they are no longer fresh, and of VMs only those
to which the engine's log says that something has happened.

    models = WarmModels(lambda: Inventory(session(), cache), every=2.0)
    models.get(cluster_id, oldest=10.0)         None until the first is there, or if it is too old
    models.close()
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from numa_domain.base.errors import NumaError

from ..engine_api.inventory import Inventory
from .cluster_model import ClusterModel, model_of


class WarmModels:
    """Of the clusters that have been asked for; closed by its owner."""

    def __init__(self, inventory: Callable[[], Inventory], every: float = 2.0) -> None:
        """`inventory` is called for each round: a session has a time limit."""
        self._inventory, self._every = inventory, every
        self._models: dict[str, ClusterModel] = {}
        self._failures: dict[str, NumaError] = {}
        self._wanted: frozenset[str] = frozenset()
        self._wake, self._ended = threading.Event(), False
        self._thread = threading.Thread(target=self._keep, name="warm models", daemon=True)
        self._thread.start()

    def get(self, cluster_id: str, oldest: float) -> ClusterModel | None:
        """The last one that is not older than so many seconds; never waits."""
        if cluster_id not in self._wanted:
            self._wanted |= {cluster_id}
            self._wake.set()
        found = self._models.get(cluster_id)
        if found is None or time.monotonic() - found.taken > oldest:
            return None
        return found

    def failure(self, cluster_id: str) -> NumaError | None:
        """Why the last try to make it anew failed."""
        return self._failures.get(cluster_id)

    def close(self) -> None:
        self._ended = True
        self._wake.set()
        self._thread.join()

    def _keep(self) -> None:
        while not self._ended:
            for cluster_id in self._wanted:
                self._renew(cluster_id)
            self._wake.wait(self._every)
            self._wake.clear()

    def _renew(self, cluster_id: str) -> None:
        try:
            inventory = self._inventory()
            found = model_of(inventory, inventory.cluster(cluster_id), pages=True)
        except NumaError as error:
            self._failures[cluster_id] = error
            return
        self._models[cluster_id] = found
        self._failures.pop(cluster_id, None)
