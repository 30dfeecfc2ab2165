# SPDX-License-Identifier: Apache-2.0
"""All that the engine tells of one host: its nodes, hooks, huge pages, and VMs with settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from numa_domain.base.errors import HostError, NumaError
from numa_domain.host.model import HostTopology

from .hidden_nodes import NONE, HiddenNodes, ShownNodes, complete
from .hosts import Hooks, HostRecord, with_pages
from .running_vms import Vms


@dataclass(frozen=True)
class HostFacts:
    """A host, and what the engine told of it, or why it did not."""

    record: HostRecord
    nodes: HostTopology | NumaError
    """With those that the host itself told of."""
    hooks: Hooks | NumaError
    hidden: HiddenNodes = NONE
    """What is not in `nodes`, or only as the host told it."""
    vms: Vms = ()
    """Those with our settings that run there."""

    @classmethod
    def of(
        cls,
        record: HostRecord,
        shown: ShownNodes | NumaError,
        hooks: Hooks | NumaError,
        figures: Mapping[str, float] | NumaError,
        vms: Vms | NumaError,
    ) -> HostFacts:
        """From the engine's answers; `figures` are the host's huge pages, empty without them."""
        for answer in (shown, figures, vms):
            if isinstance(answer, NumaError):
                return cls(record, answer, hooks)
        assert isinstance(shown, ShownNodes)
        assert not isinstance(figures, NumaError)
        assert not isinstance(vms, NumaError)
        told = None if isinstance(hooks, NumaError) else hooks.nodes
        nodes, hidden = complete(shown, told, record.memory_kib)
        nodes = with_pages(nodes, figures) if figures else nodes
        return cls(record, nodes, hooks, hidden, vms)

    @property
    def warnings(self) -> list[HostError]:
        """What the engine does not know of the nodes."""
        if isinstance(self.nodes, NumaError):
            return []
        return self.hidden.warnings(self.record.name, self.nodes.nodes)
