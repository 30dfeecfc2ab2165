# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa demo`: an embedded engine and the service before it, on one port."""

from __future__ import annotations

import argparse

from ...demo.main import add_options
from ...servers.demo import demo


def arguments(parser: argparse.ArgumentParser) -> None:
    add_options(parser)


def run(args: argparse.Namespace) -> int:
    demo(args)
    return 0
