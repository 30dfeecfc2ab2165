# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa set`: store settings, and say where the VM will fit; or those of many VMs."""

from __future__ import annotations

import argparse

from ...settings.batch import Asked
from ...settings.errors import NothingAsked
from .. import inputs, output
from ..changing import change
from ..context import connected


def run(args: argparse.Namespace) -> int:
    request = inputs.request_of(args)
    if request.empty:
        raise NothingAsked("nodeset")
    with connected(args) as context, output.progress(context.session, "asking hosts"):
        return change(context, args, Asked(request, args.force, args.overwrite))
