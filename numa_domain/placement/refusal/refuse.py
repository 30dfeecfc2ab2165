# SPDX-License-Identifier: Apache-2.0
"""The error that an admin sees, made from what was found out when the VM was tried.

MemoryShort(host, demands, result) -> NoRoom: the VM needs 32 GiB on node 1, where ...
"""

from __future__ import annotations

from ..auto.beside_fixed import NoNodesFound
from ..model import MemoryShort
from .auto_refusal import auto_refusal
from .memory_refusal import memory_refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ...guest.model import Guest
    from ...request.model import NumaRequest
    from ..model import DoesNotFit, PlacementError


def refuse(guest: Guest, request: NumaRequest, reason: DoesNotFit) -> PlacementError:
    """The error for this reason."""
    if isinstance(reason, NoNodesFound):
        return auto_refusal(guest, request, reason)
    assert isinstance(reason, MemoryShort)  # there are only these two
    return memory_refusal(guest, request, reason)
