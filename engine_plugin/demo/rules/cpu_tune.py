# SPDX-License-Identifier: Apache-2.0
"""CPU pinning: the engine's notation, and when it takes one.

Decides after CpuPinningValidator, CpuPinningHelper and BackendVmsResource. Knows no host: a
CPU that the chosen host lacks is the scheduler's business.

    >>> parse("0#0-3_1#4-7,^5")
    {0: '0-3', 1: '4-7,^5'}
"""

from __future__ import annotations

import re
from dataclasses import replace

from ..faults import Fault, messages
from ..model import VmConfig

_ONE = r"\d+#(\^?\d+|\d+-\d+)(,(\^?\d+|\d+-\d+))*"
_ALL = re.compile(f"{_ONE}(_{_ONE})*")


def parse(pinning: str) -> dict[int, str]:
    """vCPU -> the host CPUs as written; the last of a vCPU wins, as in the engine's map."""
    parts = (part.split("#") for part in pinning.split("_") if part)
    return {int(vcpu): cpus for vcpu, cpus in parts}


def cpus_of(text: str) -> frozenset[int]:
    """The host CPUs that a set names; exclusions count wherever they stand."""
    out: set[int] = set()
    into: set[int] = set()
    for part in text.split(","):
        if part.startswith("^"):
            out.add(int(part[1:]))
        else:
            low, _, high = part.partition("-")
            into |= set(range(int(low), int(high or low) + 1))
    return frozenset(into - out)


def fix_policy(new: VmConfig, old: VmConfig) -> VmConfig:
    """A pinning without a policy makes it manual; taking the pinning away undoes that."""
    if new.cpu_pinning and new.cpu_pinning_policy == "none":
        return replace(new, cpu_pinning_policy="manual")
    both = new.cpu_pinning_policy == old.cpu_pinning_policy == "manual"
    if not new.cpu_pinning and both:
        return replace(new, cpu_pinning_policy="none")
    return new


def check(config: VmConfig, action: str = "edit") -> None:
    """Raise the engine's fault about a pinning that it does not take."""
    whole = f"Cannot {action} VM. "
    pinning, manual = config.cpu_pinning, config.cpu_pinning_policy == "manual"
    if manual and not pinning:
        policy = "The CPU Pinning policy is set to 'Manual' but no cpu pinning string is provided."
        raise _bad(whole + policy)
    if not pinning:
        return
    if not manual:
        text = (
            "Manual CPU pinning string is defined but the CPU Pinning Policy is not set to Manual"
        )
        raise _bad(whole + text)
    if not _ALL.fullmatch(pinning):
        raise _bad("CPU pinning format invalid.")
    if not config.host_ids:
        raise _bad("Cannot set host CPU pinning when a host is not selected")
    _check_each(config, pinning)


def _check_each(config: VmConfig, pinning: str) -> None:
    seen: set[int] = set()
    for part in pinning.split("_"):
        number, _, cpus = part.partition("#")
        if int(number) >= config.vcpus:
            raise _bad("CPU pinning validation failed - virtual CPU does not exist in vm.")
        if int(number) in seen:
            raise _bad("Cannot configure CPU pinning twice to the same vCPU.")
        seen.add(int(number))
        if not cpus_of(cpus):
            raise _bad("Cannot pin a vCPU to no pCPU.")


def _bad(text: str) -> Fault:
    return messages(400, text)
