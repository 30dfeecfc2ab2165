# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa clear`: remove the settings."""

from __future__ import annotations

import argparse

from ...engine_api.target import Target
from ...settings.storing import Result
from ...settings.version import Expected
from .. import output
from ..changing import change
from ..context import connected


def run(args: argparse.Namespace) -> int:
    with connected(args) as context:

        def write(vm: Target, expected: Expected) -> Result:
            return context.writer.remove(vm, expected=expected)

        found = change(context, args, write)
    output.document(found) if args.json else output.changed(found)
    return 0
