# SPDX-License-Identifier: Apache-2.0
"""`ovirt-numa suggest`: what would suit a VM; 1 where nothing does."""

from __future__ import annotations

import argparse
from typing import Any

from ...documents import fit
from ...settings.preview import suggestions
from .. import output, target
from ..context import connected
from ..wording import WORDING, sentence


def run(args: argparse.Namespace) -> int:
    with connected(args) as context, output.progress(context.session, "asking hosts"):
        vm = target.target_of(context.session, args).read(context.session)
        found = fit.suggestions(suggestions(context.inventory, vm), WORDING)
    made = found["suggestion"]
    if args.json:
        output.document(found)
    elif made is None:
        for refusal in found["refusals"]:
            output.line(f"{refusal['host']}: {sentence(refusal)}", "yellow")
    else:
        _show(made, found["host"]["name"], args.name)
        output.fits(found)
    return 0 if made else 1


def _show(made: dict[str, Any], host: str, name: str) -> None:
    output.line(f"the host chooses:  ovirt-numa set {name} {_options(made['request'])}", "bold")
    output.line(f"always the same:   ovirt-numa set {name} {_options(made['pinned'])}")
    output.line(f"by what is free on {host} now:")
    for why in made["why"]:
        output.line(f"  {why}")
    for warning in made["warnings"]:
        output.line(f"  {sentence(warning)}", "yellow")


def _options(properties: dict[str, str]) -> str:
    words = []
    for name, option in (("numa_nodeset", "--nodeset"), ("numa_topology", "--topology")):
        if name in properties:
            value = properties[name]
            words.append(f"{option} '{value}'" if " " in value else f"{option} {value}")
    return " ".join(words)
