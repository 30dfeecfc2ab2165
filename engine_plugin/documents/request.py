# SPDX-License-Identifier: Apache-2.0
"""What a VM asks for, as a document: its two inputs, and what they are of.

request(vm)["nodeset"]          "0-1"
"""

from __future__ import annotations

from typing import Any

from numa_domain.base.errors import NumaError
from numa_domain.request.parts import NODESET, TOPOLOGY

from ..engine_api.vm_config import VmConfig


def guest(vm: VmConfig) -> dict[str, Any]:
    """What a picture of the VM needs without a look at any host."""
    page = vm.properties.get("hugepages", "")
    return {
        "memory_kib": vm.memory_kib,
        "max_memory_kib": vm.max_memory_kib,
        "vcpus": vm.vcpus,
        "threads": vm.threads,
        "cores": vm.cores,
        "arch": vm.arch,
        "page_kib": int(page) if page.isdigit() and int(page) else None,
    }


def request(vm: VmConfig) -> dict[str, Any] | None:
    """The two inputs as stored, and in canonical form where they can be read."""
    nodeset, topology = vm.request_texts
    if nodeset is None and topology is None:
        return None
    try:
        found = vm.request().to_properties()
        canonical = {"nodeset": found.get(NODESET), "topology": found.get(TOPOLOGY)}
    except NumaError:
        canonical = None
    return {
        "nodeset": nodeset,
        "topology": topology,
        "property": vm.nodeset_name,
        "canonical": canonical,
    }
