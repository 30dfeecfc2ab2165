# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa scheduler`: what the engine asks which hosts suit a VM, until interrupted."""

from __future__ import annotations

import argparse

from ...servers.scheduler import schedule


def run(args: argparse.Namespace) -> int:
    schedule()
    return 0
