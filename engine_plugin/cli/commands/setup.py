# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa setup`: what the engine's machine needs, done or taken back."""

from __future__ import annotations

import argparse

from ...setup import command


def run(args: argparse.Namespace) -> int:
    return command.run(args)
