# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa clear`: remove the settings of a VM, or of many."""

from __future__ import annotations

import argparse

from ...settings.batch import Asked
from ..changing import change
from ..context import connected


def run(args: argparse.Namespace) -> int:
    with connected(args) as context:
        return change(context, args, Asked(None, overwrite=args.overwrite))
