# SPDX-License-Identifier: Apache-2.0
"""The two inputs as options, and what a change replaces."""

from __future__ import annotations

import argparse

from numa_domain.base.errors import NumaError
from numa_domain.request.model import NumaRequest

from ..engine_api.vm_config import VmConfig
from ..settings.version import ANY, Expected, version_of


class TargetUnclear(NumaError):
    what = "a search finds VMs, each with a version of its own, and {given} is given beside it"
    todo = "leave that out, or give a name instead of the search"


def request_of(args: argparse.Namespace) -> NumaRequest:
    return NumaRequest.parse(args.nodeset, args.topology)


def expected(args: argparse.Namespace, vm: VmConfig) -> Expected:
    """The version that was named, else that which is there now."""
    if args.if_match is None:
        return Expected.of(version_of(vm))
    return ANY if args.if_match == "*" else Expected.of(args.if_match.strip('"'))
