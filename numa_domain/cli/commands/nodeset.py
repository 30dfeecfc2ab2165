# SPDX-License-Identifier: Apache-2.0
"""numa-domain nodeset: the nodes that a text means.

Without a host only libvirt's notation is understood. With one, `all` and a lone `^3` are too, and
nodes that the host does not have are an error.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ...base.errors import NumaError, RequestError
from ...base.idset import Nodeset
from ...placement.given_nodes import resolve
from ...placement.model import PlacementError
from ...request.model import NumaRequest
from ..answer import as_json, told
from .inputs import host_argument, read_host

EXAMPLES = """\
examples:
  numa-domain nodeset 0-3,^1            0,2-3
  numa-domain nodeset all --host h.json
  numa-domain nodeset ^3 --host h.json  every node with memory but 3
"""


class NodesetIsChosen(RequestError):
    what = "{text!r} is chosen by the host when the VM starts"
    todo = "ask with numa-domain fit, which needs the VM"


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", help="the set: 0-3,^1")
    host_argument(parser, absent="no host is asked")


def run(args: Namespace) -> int:
    try:
        nodes = Nodeset.parse(args.text) if args.host is None else _on_host(args)
    except PlacementError as error:
        print(as_json({"error": told(error)}) if args.json else str(error))
        return 1
    except NumaError as error:
        raise error.within("TEXT") if not error.where else error from None
    print(as_json({"nodeset": str(nodes), "nodes": list(nodes)}) if args.json else nodes)
    return 0


def _on_host(args: Namespace) -> Nodeset:
    target = NumaRequest.parse(nodeset=args.text).target
    if target is None:
        return Nodeset.parse(args.text)  # which refuses it: it is blank
    if target.kind == "auto":
        raise NodesetIsChosen(text=args.text)
    return resolve(target, read_host(args))
