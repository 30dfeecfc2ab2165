# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa serve`: the service, set by the environment, until interrupted."""

from __future__ import annotations

import argparse

from ...servers.service import serve


def run(args: argparse.Namespace) -> int:
    serve(args.host, args.port)
    return 0
