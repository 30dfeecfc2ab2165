# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa fit`: where a VM fits, with its settings or with others; 1 where it fits nowhere."""

from __future__ import annotations

import argparse

from ...documents import fit
from ...settings.errors import NothingAsked
from ...settings.preview import preview
from .. import inputs, output, target
from ..context import connected
from ..wording import WORDING


def run(args: argparse.Namespace) -> int:
    request = inputs.request_of(args)
    with connected(args) as context, output.progress(context.session, "asking hosts"):
        about = target.target_of(context.session, args)
        vm = about.read(context.session)
        if request.empty:
            request = vm.request()
        if request.empty:
            raise NothingAsked("nodeset")
        nodes = about.native_nodes(context.session)
        found = fit.preview(preview(context.inventory, vm, request, None, nodes), WORDING)
    if args.json:
        output.document(found)
    else:
        output.fits(found)
        if args.diff and found["diff"]:
            output.line(found["diff"])
    return 0 if found["fitting"] else 1
