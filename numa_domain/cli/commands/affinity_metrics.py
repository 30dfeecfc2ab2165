# SPDX-License-Identifier: Apache-2.0
"""The metrics of the service numa-affinity, for numa-domain metrics.

They are made from "affinity" in the answer of `numa-hook journal`
(vdsm_hook/affinity/summary.py), which older hooks do not give.

    ovirt_numa_affinity_vcpus{state="held"} 12
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..prometheus import Family

_COUNTERS = (
    ("pins", "Pins that the service put right, since it began."),
    ("events", "Changes of pins that libvirt told the service of, its own among them."),
    ("failures", "Pins that libvirt refused the service."),
)

_MOMENTS = (
    ("last_pass", "Since it looked at all VMs."),
    ("last_pin", "Since it put a pin right; absent if it never did."),
)


def affinity_families(found: Mapping[str, Any] | None, now: float) -> Iterator[Family]:
    """All of them; of a service that does not run, that it does not, and no more."""
    runs = found is not None and found["running"]
    known = found if found is not None and runs else {}
    yield _one("running", "gauge", "1 where the service runs that holds vCPUs.", int(runs))
    connected = int(bool(known.get("connected")))
    yield _one("connected", "gauge", "1 where it is connected to libvirt.", connected)
    vcpus = Family("affinity_vcpus", "gauge", "vCPUs of placed VMs, by what is done to them.")
    for state, count in known.get("vcpus", {}).items():
        vcpus.add(count, state=state)
    yield vcpus
    for name, text in _COUNTERS:
        yield _one(f"{name}_total", "counter", text, known.get(name))
    for name, text in _MOMENTS:
        at = known.get(name)
        age = max(0.0, round(now - at, 3)) if at else None
        yield _one(f"{name}_age_seconds", "gauge", text, age)


def _one(name: str, kind: str, text: str, value: float | None) -> Family:
    family = Family(f"affinity_{name}", kind, text)
    if value is not None:
        family.add(value)
    return family
