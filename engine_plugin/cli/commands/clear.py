# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa clear`: remove the settings."""

from __future__ import annotations

import argparse

from ...engine_api.target import Target
from ...settings.storing import Result
from ...settings.version import Expected
from .. import inputs, output, target
from ..changing import change
from ..context import connected
from .asking import asking_arguments


def arguments(parser: argparse.ArgumentParser) -> None:
    asking_arguments(parser)
    target.add_options(parser)
    inputs.add_change_options(parser, force=False)


def run(args: argparse.Namespace) -> int:
    with connected(args) as context:

        def write(vm: Target, expected: Expected) -> Result:
            return context.writer.remove(vm, expected=expected)

        found = change(context, args, write)
    output.document(found) if args.json else output.changed(found)
    return 0
