# SPDX-License-Identifier: Apache-2.0
"""numa-domain suggest: the two inputs that suit a VM on a host, and why."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from ...base.errors import NumaError
from ...domxml.placed_domain import legality
from ...placement.model import PlacementError
from ...placement.suggest import Suggestion, suggest
from ...request.model import NumaRequest
from ..answer import as_json, told_all
from .fit import legal_input, refused
from .inputs import host_argument, read_document, read_host

EXAMPLES = """\
examples:
  numa-domain suggest vm.xml --host host.json
  virsh -r dumpxml --inactive vm | numa-domain suggest - --json

Exits with 1 where the VM has no place on the host.
"""


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("domain", metavar="DOMAIN.xml", help="libvirt's XML; - is stdin")
    host_argument(parser)


def run(args: Namespace) -> int:
    document, guest = read_document(args)
    host = read_host(args)
    try:
        suggestion = suggest(guest, host, legality(document))
    except PlacementError as error:
        return refused(args, error)
    except NumaError as error:
        if not legal_input(error):
            raise
        return refused(args, error)
    if args.json:
        warnings = told_all(suggestion.placement.warnings)
        print(as_json({**suggestion.to_dict(), "warnings": warnings}))
    else:
        print(_shown(suggestion))
    return 0


def _shown(suggestion: Suggestion) -> str:
    parts = [
        *suggestion.why,
        "",
        "The host chooses at each start:",
        *_texts(suggestion.request),
        "",
        "The same, with the nodes that this is today:",
        *_texts(suggestion.pinned),
        *(f"warning: {warning}" for warning in suggestion.placement.warnings),
    ]
    return "\n".join(parts)


def _texts(request: NumaRequest) -> list[str]:
    return [f"  {name} = {text}" for name, text in request.to_properties().items()]
