# SPDX-License-Identifier: Apache-2.0
"""The network of a stand-in's host: one card, one bridge for the management network, both up.

Decides what an engine is told of them: a host without its cluster's management network does
not come up. Knows no NUMA node.

    network(Place("epyc-nps4", "127.0.0.2"))["networks"]["ovirtmgmt"]["southbound"]     # "eth0"
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from .. import topologies

_CARD = "eth0"


@dataclass(frozen=True)
class Place:
    """Where a host is, and how its network is called."""

    name: str
    address: str
    network: str = "ovirtmgmt"


def network(place: Place) -> dict[str, Any]:
    """One card, and the management network's bridge on it."""
    ipv4 = {
        "addr": place.address,
        "netmask": "255.0.0.0",
        "gateway": "",
        "ipv4addrs": [f"{place.address}/8"],
        "ipv4defaultroute": True,
    }
    none = {"addr": "", "netmask": "", "gateway": "", "ipv4addrs": [], "ipv4defaultroute": False}
    common = {
        "mtu": 1500,
        "ipv6addrs": [],
        "ipv6gateway": "::",
        "dhcpv4": False,
        "dhcpv6": False,
        "ipv6autoconf": False,
    }
    bridge = {**common, **ipv4, "ports": [_CARD], "stp": "off", "opts": {}}
    logical = {"iface": place.network, "bridged": True, "switch": "legacy"}
    south = {"southbound": _CARD}
    mac = _mac(place)
    return {
        "networks": {place.network: {**bridge, **logical, **south}},
        "bridges": {place.network: bridge},
        "nics": {_CARD: {**common, **none, "hwaddr": mac, "speed": 10000}},
        "bondings": {},
        "vlans": {},
        "nameservers": [],
        "supportsIPv6": True,
        "lastClientIface": place.network,
    }


def interfaces(place: Place) -> dict[str, dict[str, str | float]]:
    """Their statistics."""
    figures = ("rx", "tx", "rxErrors", "txErrors", "rxDropped", "txDropped")
    now = time.time()
    return {
        name: {
            "name": name,
            "state": "up",
            "speed": "10000",
            "sampleTime": now,
            **dict.fromkeys(figures, "0"),
        }
        for name in (_CARD, place.network)
    }


def _mac(place: Place) -> str:
    digits = topologies.identity("nic", place.name).replace("-", "")[:8]
    return "52:54:" + ":".join(digits[i : i + 2] for i in range(0, 8, 2))
