# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa set`: store settings, and say where the VM will fit."""

from __future__ import annotations

import argparse

from ...engine_api.target import Target
from ...settings.errors import NothingAsked
from ...settings.storing import Result
from ...settings.version import Expected
from .. import inputs, output
from ..changing import change
from ..context import connected


def run(args: argparse.Namespace) -> int:
    request = inputs.request_of(args)
    if request.empty:
        raise NothingAsked("nodeset")
    with connected(args) as context, output.progress(context.session, "asking hosts"):

        def write(vm: Target, expected: Expected) -> Result:
            return context.writer.store(vm, request, expected=expected, force=args.force)

        found = change(context, args, write)
    output.document(found) if args.json else output.changed(found)
    return 0
