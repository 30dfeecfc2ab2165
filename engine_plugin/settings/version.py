# SPDX-License-Identifier: Apache-2.0
"""Versions of stored settings, so that nobody overwrites what they have not seen.

A version is of all that we write, and of nothing else: a new description of the VM is no
conflict.

    Expected.of(version_of(vm)).includes(vm)        True
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from ..engine_api.vm_config import FORMER, OURS, VmConfig


@dataclass(frozen=True)
class Expected:
    """Which versions a change may replace: `ANY`, or these."""

    versions: frozenset[str] | None

    @classmethod
    def of(cls, *versions: str) -> Expected:
        return cls(frozenset(versions))

    def includes(self, vm: VmConfig) -> bool:
        return self.versions is None or version_of(vm) in self.versions


ANY = Expected(None)


def fields(vm: VmConfig) -> dict[str, object]:
    """What a version is of, by name."""
    names = (*OURS, *FORMER)
    return {
        **{name: vm.properties[name] for name in names if vm.properties.get(name)},
        "migration": vm.affinity,
        "hosts": sorted(vm.host_ids),
        "cpu_tune": {str(vcpu): cpus for vcpu, cpus in sorted(vm.pins.items())},
    }


def version_of(vm: VmConfig) -> str:
    """24 hexadecimal digits."""
    text = json.dumps([vm.id, fields(vm)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def differences(wanted: Mapping[str, object], found: Mapping[str, object]) -> list[str]:
    """What two versions differ in, in words."""
    said = []
    for name in sorted(wanted.keys() | found.keys()):
        old, new = wanted.get(name), found.get(name)
        if old != new:
            said.append(f"{name} is {_text(new)} instead of {_text(old)}")
    return said


def _text(value: object) -> str:
    return "absent" if value in (None, {}, []) else json.dumps(value)
