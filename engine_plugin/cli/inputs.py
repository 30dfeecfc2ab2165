# SPDX-License-Identifier: Apache-2.0
"""The two inputs as options, and what a change replaces."""

from __future__ import annotations

import argparse

from numa_domain.request.model import NumaRequest

from ..engine_api.vm_config import VmConfig
from ..settings.version import ANY, Expected, version_of


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--nodeset", metavar="N", help="host nodes: 0-1, preferred:2, auto")
    parser.add_argument("--topology", metavar="T", help="cells: 2, host, 'cpus=0-3 mem=8G / ...'")


def request_of(args: argparse.Namespace) -> NumaRequest:
    return NumaRequest.parse(args.nodeset, args.topology)


def add_change_options(parser: argparse.ArgumentParser, *, force: bool) -> None:
    if force:
        parser.add_argument("--force", action="store_true", help="although a host lacks the hook")
    parser.add_argument("--if-match", metavar="ETAG", help="only if it is still this version")


def expected(args: argparse.Namespace, vm: VmConfig) -> Expected:
    """The version that was named, else that which is there now."""
    if args.if_match is None:
        return Expected.of(version_of(vm))
    return ANY if args.if_match == "*" else Expected.of(args.if_match.strip('"'))
