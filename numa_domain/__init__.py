# SPDX-License-Identifier: Apache-2.0
"""NUMA placement and topology of libvirt domains: the core that hook, service and commands use.

The public names stand here; each is imported when it is first asked for, since a VM's start
pays for every module that a hook loads.

    >>> from numa_domain import Nodeset
    >>> str(Nodeset.parse("0-3,^1"))
    '0,2-3'
"""

__version__ = "0.1.0"
"""Of all that is in this repository, which is released as one."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .domxml.rewrite import rewrite as rewrite
    from .errors import HostError as HostError
    from .errors import NumaError as NumaError
    from .errors import Problems as Problems
    from .errors import RequestError as RequestError
    from .errors import XMLError as XMLError
    from .guest import Guest as Guest
    from .host import HostTopology as HostTopology
    from .nodeset import Nodeset as Nodeset
    from .placement import Placement as Placement
    from .placement import PlacementError as PlacementError
    from .placement import place as place
    from .request import NumaRequest as NumaRequest

_HOMES = {
    "Guest": "guest",
    "HostError": "errors",
    "HostTopology": "host",
    "Nodeset": "nodeset",
    "NumaError": "errors",
    "NumaRequest": "request",
    "Placement": "placement",
    "PlacementError": "placement",
    "Problems": "errors",
    "RequestError": "errors",
    "XMLError": "errors",
    "place": "placement",
    "rewrite": "domxml.rewrite",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> "list[str]":
    return sorted([*globals(), *_HOMES])
