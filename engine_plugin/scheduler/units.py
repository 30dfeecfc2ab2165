# SPDX-License-Identifier: Apache-2.0
"""The two policy units that the engine discovers here.

FILTER is told at each start which hosts are left; WEIGHT, how well they suit, the less the better.
A load balancer is not among them: VMs with NUMA settings do not migrate.
"""

from __future__ import annotations

FILTER = "numa_fit"
WEIGHT = "numa_room"

DISCOVERED = {
    "filters": {
        FILTER: [
            "Hosts on which the VM's NUMA settings fit now, and which have the hook for them",
            "",
        ]
    },
    "scores": {
        WEIGHT: ["Prefers the host whose NUMA nodes suit the VM best, and have most left", ""]
    },
    "balance": {},
}
"""Kind -> name -> [description, definition of its properties]. An unknown kind makes the engine
throw the whole answer away."""
