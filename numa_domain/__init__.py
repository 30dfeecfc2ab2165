# SPDX-License-Identifier: Apache-2.0
"""NUMA placement and topology for libvirt domains: the core that hooks, service and commands use.

These are the public names. Each is imported when it is first used, since a VM's start pays for
every module that a hook imports.

    >>> from numa_domain import Nodeset
    >>> str(Nodeset.parse("0-3,^1"))
    '0,2-3'
"""

__version__ = "0.1.0"
"""The version of everything in this repository, which is released as one."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .base.errors import HostError as HostError
    from .base.errors import NumaError as NumaError
    from .base.errors import Problems as Problems
    from .base.errors import RequestError as RequestError
    from .base.errors import XMLError as XMLError
    from .base.idset import Nodeset as Nodeset
    from .domxml.read import parse_guest as parse_guest
    from .domxml.rewrite import rewrite as rewrite
    from .guest.model import Guest as Guest
    from .host.capabilities import read_capabilities as read_capabilities
    from .host.json_format import read_json as read_json
    from .host.json_format import write_json as write_json
    from .host.model import HostTopology as HostTopology
    from .host.sysfs import read_sysfs as read_sysfs
    from .placement.model import Placement as Placement
    from .placement.model import PlacementError as PlacementError
    from .placement.place import place as place
    from .request.model import NumaRequest as NumaRequest

_HOMES = {
    "Guest": "guest.model",
    "HostError": "base.errors",
    "HostTopology": "host.model",
    "Nodeset": "base.idset",
    "NumaError": "base.errors",
    "NumaRequest": "request.model",
    "Placement": "placement.model",
    "PlacementError": "placement.model",
    "Problems": "base.errors",
    "RequestError": "base.errors",
    "XMLError": "base.errors",
    "parse_guest": "domxml.read",
    "place": "placement.place",
    "read_capabilities": "host.capabilities",
    "read_json": "host.json_format",
    "read_sysfs": "host.sysfs",
    "rewrite": "domxml.rewrite",
    "write_json": "host.json_format",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # here: 0.3 ms that the hook does not need

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> "list[str]":
    return sorted([*globals(), *_HOMES])
