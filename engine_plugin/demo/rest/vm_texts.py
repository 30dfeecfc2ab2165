# SPDX-License-Identifier: Apache-2.0
"""VMs as they are shown, made once for each state that they are in and kept.

Decides how long what is made stays: until the VM is another, and no more than so many of
them. A list of ten thousand VMs has some 90 MB of XML, which is not made for every request.

    texts.element(vm, next_run=False, filtered=False)
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from ..engine import Engine
from ..model import Vm, VmNode
from . import devices
from .element import Element, Kept
from .vm_body import vm_element

_MOST = 12_000
_Key = tuple[str, bool, bool, bool]


class VmTexts:
    """The elements of this engine's VMs; the least recently used go first."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: OrderedDict[_Key, tuple[Vm, Kept]] = OrderedDict()
        self._lock = threading.Lock()

    def element(
        self, vm: Vm, *, next_run: bool = False, filtered: bool = False, alone: bool = True
    ) -> Element:
        """`alone`: not in a list, where the engine does not look at native nodes."""
        key = (vm.id, next_run, filtered, alone)
        with self._lock:
            found = self._kept.get(key)
            if found is not None and (found[0] is vm or found[0] == vm):
                self._kept.move_to_end(key)
                return found[1]
        made = Kept(self._made(vm, next_run=next_run, filtered=filtered, alone=alone))
        with self._lock:
            self._kept[key] = (vm, made)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)
        return made

    def whole(
        self, vm: Vm, *, next_run: bool = False, filtered: bool = False, alone: bool = True
    ) -> Element:
        """With devices, and with the OVF of what is not to be only: made each time."""
        return self._made(vm, next_run=next_run, filtered=filtered, alone=alone, whole=True)

    def _made(
        self, vm: Vm, *, next_run: bool, filtered: bool, alone: bool, whole: bool = False
    ) -> Element:
        config = (vm.pending or vm.config) if next_run else vm.config
        cluster = self._engine.cluster_of(config)
        more: list[Element] | None = None
        if whole:
            more = devices.OF_ALL if next_run else devices.of_vm(vm, config, cluster)
        tune = _tune_mode(config.nodes) if alone else None
        return vm_element(vm, config, cluster, filtered=filtered, tune_mode=tune, more=more)


def _tune_mode(nodes: tuple[VmNode, ...]) -> str | None:
    """The mode of all native nodes, where they have the same."""
    modes = {node.mode for node in nodes}
    return modes.pop() if len(modes) == 1 else None
