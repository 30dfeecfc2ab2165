# SPDX-License-Identifier: Apache-2.0
"""Who sees to it that a VM starts where it fits: the engine with our filter, or who names hosts.

filtered(inventory, cluster)        True: the engine asks before it chooses a host
"""

from __future__ import annotations

from numa_domain.base.errors import NumaError

from ..engine_api.cluster import Cluster
from ..engine_api.errors import EngineUnreadable
from ..engine_api.inventory import Inventory
from ..engine_api.queries import UNTOLD
from ..engine_api.scheduling import Scheduling


def scheduling(inventory: Inventory, cluster: Cluster) -> Scheduling | NumaError:
    """What the engine says of it; the refusal, where the user is no administrator."""
    try:
        return inventory.scheduling(cluster)
    except (*UNTOLD, EngineUnreadable) as error:
        return error


def filtered(inventory: Inventory, cluster: Cluster) -> bool:
    """Whether the filter is in force; False where that is not told."""
    found = scheduling(inventory, cluster)
    return isinstance(found, Scheduling) and found.filters
