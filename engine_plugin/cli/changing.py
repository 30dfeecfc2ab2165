# SPDX-License-Identifier: Apache-2.0
"""A change of a VM or a template, of a whole pool, or of all VMs that a search finds.

change(context, args, Asked(request))       0; 1 where a VM was left as it is
"""

from __future__ import annotations

import argparse
from typing import Any

from ..documents import batch as documents
from ..documents import settings
from ..engine_api.search import choice
from ..engine_api.target import POOLS
from ..settings.batch import Asked, Batch, found_by
from ..settings.pools import pool_batch
from . import output
from .context import CommandContext
from .inputs import TargetUnclear, expected
from .target import target_of
from .wording import WORDING


def change(context: CommandContext, args: argparse.Namespace, asked: Asked) -> int:
    _require_one(args)
    if args.search is not None:
        items = found_by(context.session, choice(args.search))
        return _run(context, args, Batch(items, asked), {"search": args.search})
    target = target_of(context.session, args)
    versions = expected(args, target.read(context.session))
    if target.kind == POOLS:
        vm, batch = pool_batch(context.inventory, target, versions, asked)
        return _run(context, args, batch, {"id": vm.id, "name": vm.name, "kind": POOLS})
    if asked.request is None:
        result = context.writer.remove(target, expected=versions)
    else:
        result = context.writer.store(target, asked.request, expected=versions, force=asked.force)
    found = settings.stored(result, WORDING)
    output.document(found) if args.json else output.changed(found)
    return 0


def _require_one(args: argparse.Namespace) -> None:
    """A search finds VMs, each of a version of its own."""
    if args.search is not None and (args.kind != "vm" or args.if_match is not None):
        raise TargetUnclear("--search", given="--kind or --if-match")


def _run(
    context: CommandContext, args: argparse.Namespace, batch: Batch, about: dict[str, Any]
) -> int:
    """1 where a VM failed, or has other settings that were not overwritten."""
    with output.counting("changing VMs", len(batch.items)) as told:
        batch.run(context.writer_of, told=lambda item: told(batch.ended))
    found = {**about, **documents.batch(batch, WORDING)}
    output.document(found) if args.json else output.batch(found)
    counts = found["counts"]
    return 1 if counts["failed"] or counts["differs"] or counts["waiting"] else 0
