# SPDX-License-Identifier: Apache-2.0
"""A request for a domain on a host, as the hook carries it out: placed, and written into the XML.

Hook, `check`, `fit`, `suggest` and `rewrite` all ask here, so that each refuses what the others
refuse: what the host cannot hold, and what the rest of the domain does not allow.

    place_domain(parse(xml), NumaRequest.parse("auto", "2"), host).xml
"""

from __future__ import annotations

from ..base.frozen import Value
from ..placement.model import DoesNotFit, Placement
from ..placement.place import decide, worded
from .read import read_guest
from .rewrite import rewrite_document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from ..host.model import HostTopology
    from ..request.model import NumaRequest
    from .tree import Document


class PlacedDomain(Value):
    """The result."""

    placement: Placement
    xml: bytes


def place_domain(
    document: Document,
    request: NumaRequest,
    host: HostTopology,
    *,
    exclusive: bool = False,
    spread: bool = True,
) -> PlacedDomain:
    """Place the domain and write it. Raises `NumaError`; `Problems` with all of them."""
    guest = read_guest(document.root)
    try:
        return decide_domain(document, request, host, exclusive=exclusive, spread=spread)
    except DoesNotFit as reason:
        raise worded(guest, request, reason) from None


def decide_domain(
    document: Document,
    request: NumaRequest,
    host: HostTopology,
    *,
    exclusive: bool = False,
    spread: bool = True,
) -> PlacedDomain:
    """The same, but `DoesNotFit` is raised where there is no room (`placement.place.worded`)."""
    placement = decide(read_guest(document.root), request, host, exclusive, spread)
    return PlacedDomain(placement, rewrite_document(document, placement))


def legality(document: Document) -> Callable[[Placement], object]:
    """For `suggest`: raises what writing a placement into this domain would raise."""
    return lambda placement: rewrite_document(document, placement)
