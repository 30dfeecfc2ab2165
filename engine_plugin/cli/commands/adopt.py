# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa adopt`: a VM's virtual NUMA nodes of oVirt's own become our settings."""

from __future__ import annotations

import argparse

from ...documents import settings
from ...settings.adopting import adopt
from .. import inputs, output, target
from ..context import connected
from ..wording import WORDING


def run(args: argparse.Namespace) -> int:
    with connected(args) as context, output.progress(context.session, "asking hosts"):
        vm = target.target_of(context.session, args)
        expected = inputs.expected(args, vm.read(context.session))
        result = adopt(context.writer, vm, expected=expected, force=args.force)
    found = settings.stored(result, WORDING)
    output.document(found) if args.json else output.changed(found)
    return 0
