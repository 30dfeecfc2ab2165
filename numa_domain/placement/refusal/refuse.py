# SPDX-License-Identifier: Apache-2.0
"""The error for a VM that does not fit, from what was found out when it was tried.

MemoryShort(host, demands, result) -> NoRoom: the VM needs 32 GiB on node 1, where ...
"""

from __future__ import annotations

from ..auto.place_auto import NoNodesFound
from ..model import MemoryShort
from .auto_refusal import auto_refusal
from .memory_refusal import memory_refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...guest.model import Guest
    from ...request.model import NumaRequest
    from ..model import DoesNotFit, PlacementError


def refuse(guest: Guest, request: NumaRequest, reason: DoesNotFit) -> PlacementError:
    """What an admin is told."""
    if isinstance(reason, NoNodesFound):
        return auto_refusal(guest, request, reason)
    assert isinstance(reason, MemoryShort)  # there is no third kind
    return memory_refusal(guest, request, reason)
