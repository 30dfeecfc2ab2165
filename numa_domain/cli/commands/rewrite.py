# SPDX-License-Identifier: Apache-2.0
"""numa-domain rewrite: the domain XML that the hook would hand to libvirt on this host."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from ...domxml.placed_domain import place_domain
from ...placement.model import PlacementError
from ..answer import as_json, told_all
from ..streams import print_error
from ..table import colours, difference
from ..xml_lines import laid_out
from .fit import refused
from .inputs import domain_arguments, host_argument, read_document, read_host, read_request

EXAMPLES = """\
examples:
  numa-domain rewrite vm.xml --nodeset 0-1 --topology 2 --host host.json > new.xml
  numa-domain rewrite vm.xml --nodeset auto --diff

With --diff an XML of long lines, as the engine sends it, is laid out with an element a line.

Exits with 1, and writes no XML, where the VM does not fit the host.
"""


def arguments(parser: ArgumentParser) -> None:
    domain_arguments(parser)
    host_argument(parser)
    parser.add_argument("--diff", action="store_true", help="print what changes instead")


def run(args: Namespace) -> int:
    document, _ = read_document(args)
    request, host = read_request(args, document.raw), read_host(args)
    try:
        placed = place_domain(document, request, host)
    except PlacementError as error:
        if args.json:
            return refused(args, error)
        print_error(f"numa-domain rewrite: {error}")
        return 1
    placement, before, after = placed.placement, document.raw, placed.xml
    for warning in placement.warnings:
        print_error(f"numa-domain rewrite: warning: {warning}")
    old, new = (xml.decode("utf-8", "replace") for xml in (before, after))
    if args.json:
        lines = list(difference(*laid_out(old, new), colour=False))
        print(as_json({"xml": new, "diff": lines, "warnings": told_all(placement.warnings)}))
    elif args.diff:
        for line in difference(*laid_out(old, new), colour=colours(sys.stdout)):
            print(line)
    else:
        sys.stdout.buffer.write(after)
    return 0
