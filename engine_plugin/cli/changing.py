# SPDX-License-Identifier: Apache-2.0
"""A change of a VM, a template or a whole pool, and the document that says what it did."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from ..documents import settings
from ..engine_api.target import POOLS, Target
from ..settings.pools import change_pool
from ..settings.storing import Result
from ..settings.version import ANY, Expected
from .context import CommandContext
from .inputs import expected
from .target import target_of
from .wording import WORDING

Write = Callable[[Target, Expected], Result]


def change(context: CommandContext, args: argparse.Namespace, write: Write) -> dict[str, Any]:
    target = target_of(context.session, args)
    versions = expected(args, target.read(context.session))
    if target.kind != POOLS:
        return settings.stored(write(target, versions), WORDING)
    result = change_pool(context.inventory, target, versions, lambda vm: write(vm, ANY))
    return settings.pool_stored(result, WORDING)
