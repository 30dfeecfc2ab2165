# SPDX-License-Identifier: Apache-2.0
"""The options that all commands have which ask an engine."""

from __future__ import annotations

import argparse

from .. import access


def asking_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    access.add_options(parser)
