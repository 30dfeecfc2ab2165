# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa demo`: an embedded engine and the service before it, on one port."""

from __future__ import annotations

import argparse

from ...servers.demo import demo


def run(args: argparse.Namespace) -> int:
    demo(args)
    return 0
