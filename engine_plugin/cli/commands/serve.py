# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa serve`: the service, set by the environment, until interrupted."""

from __future__ import annotations

import argparse

from ...servers.service import serve


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (8723)")


def run(args: argparse.Namespace) -> int:
    serve(args.host, args.port)
    return 0
