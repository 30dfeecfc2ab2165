# SPDX-License-Identifier: Apache-2.0
"""numa-domain host: what it prints is what --host takes."""

from __future__ import annotations

from typing import Any


def test_host_as_json_is_a_host_again(numa_domain: Any) -> None:
    printed = numa_domain("host", "--json")
    assert printed.code == 0
    again = numa_domain("nodeset", "all", "--host", "-", stdin=printed.out)
    assert again.code == 0


def test_host_from_capabilities_as_a_table(numa_domain: Any) -> None:
    capabilities = (
        "<capabilities><host><topology><cells num='2'>"
        "<cell id='0'><memory unit='KiB'>8388608</memory>"
        "<distances><sibling id='0' value='10'/><sibling id='8' value='40'/></distances>"
        "<cpus num='2'><cpu id='0'/><cpu id='1'/></cpus></cell>"
        "<cell id='8'><memory unit='KiB'>4194304</memory>"
        "<distances><sibling id='0' value='40'/><sibling id='8' value='10'/></distances>"
        "<cpus num='0'/></cell>"
        "</cells></topology></host></capabilities>"
    )
    assert numa_domain("host", "--capabilities", "-", stdin=capabilities) == (
        0,
        "node   CPUs   count   memory    free   available   huge pages\n"
        "0      0-1        2    8 GiB   8 GiB       8 GiB   -\n"
        "8      -          0    4 GiB   4 GiB       4 GiB   -\n"
        "\n"
        "distances\n"
        "node    0    8\n"
        "0      10   40\n"
        "8      40   10\n",
        "",
    )
