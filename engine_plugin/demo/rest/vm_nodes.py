# SPDX-License-Identifier: Apache-2.0
"""`/vms/{id}/numanodes`: the engine's native virtual NUMA nodes.

Decides after BackendVmNumaNodesResource and its commands: nodes are added and removed one by
one, and after each step the whole must be legal, so indexes rise when adding and fall when
removing. Knows no rule of its own: `rules.vnuma` has them.

    POST /ovirt-engine/api/vms/{id}/numanodes  <vm_numa_node><index>0</index>...
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from starlette.routing import Route

from ..faults import forbidden, unset
from ..model import Vm, VmNode
from ..rules import permissions, vnuma
from .element import Element, reference, texts
from .places import BASE
from .web import Answer, Call, complete, endpoint, many, missing, one

_NEEDED = {"index": "index", "memory": "memory", "cpu": "cpu.cores.index"}


def element(vm_id: str, node: VmNode) -> Element:
    cores: list[Element] = [("core", [("index", i)]) for i in node.cpus]
    pins: list[Element] = [("numa_node_pin", [("index", i)]) for i in node.pins]
    content = texts(
        ("cpu", [("cores", cores)] if cores else None),
        ("index", node.index),
        ("memory", node.memory_mb),
        ("numa_node_pins", pins or None),
        ("numa_tune_mode", node.mode),
    )
    href = f"{BASE}/vms/{vm_id}"
    content.append(reference("vm", href, vm_id))
    return reference("vm_numa_node", f"{href}/numanodes/{node.id}", node.id, content)


def list_nodes(call: Call) -> Answer:
    """Of a VM that does not exist there are none: the engine does not look."""
    call.follows()
    vm = call.engine.store.vm(call.id)
    return many("vm_numa_nodes", [element(call.id, n) for n in (vm.config.nodes if vm else ())])


def get_node(call: Call) -> Answer:
    vm = call.engine.vm_for(call.user, call.id)
    return one(element(vm.id, _node(vm, call.guid("node"))))


def add_node(call: Call) -> Answer:
    sent = call.read("vm_numa_node")
    for name, path in _NEEDED.items():
        if getattr(sent, name) is None:
            raise unset(f"node.{path}")
    node = changed(VmNode(str(uuid.uuid4()), 0, 0), sent)
    vm = call.engine.vm_for(call.user, call.id)
    _store(call, vm.id, lambda nodes: (*nodes, node), "NUMA_ADD_VM_NUMA_NODE_SUCCESS")
    made = element(vm.id, node)
    return Answer(made, 201)


def put_node(call: Call) -> Answer:
    sent = call.read("vm_numa_node")
    vm = call.engine.vm_for(call.user, call.id)
    node = changed(_node(vm, call.guid("node")), sent)

    def replaced(nodes: Sequence[VmNode]) -> Sequence[VmNode]:
        return [node if n.id == node.id else n for n in nodes]

    _store(call, vm.id, replaced, "NUMA_UPDATE_VM_NUMA_NODE_SUCCESS")
    return one(element(vm.id, node))


def delete_node(call: Call) -> Answer:
    vm = call.engine.vm_for(call.user, call.id)
    gone = _node(vm, call.guid("node")).id

    def without(nodes: Sequence[VmNode]) -> Sequence[VmNode]:
        return [n for n in nodes if n.id != gone]

    _store(call, vm.id, without, "NUMA_REMOVE_VM_NUMA_NODE_SUCCESS")
    return complete()


def changed(node: VmNode, sent: Any) -> VmNode:
    """The node with what a request says about it."""
    new: dict[str, Any] = {}
    if sent.index is not None:
        new["index"] = sent.index
    if sent.memory is not None:
        new["memory_mb"] = sent.memory
    if sent.cpu is not None:
        cores = sent.cpu.cores or []
        new["cpus"] = tuple(c.index for c in cores if c.index is not None)
    if sent.numa_tune_mode is not None:
        new["mode"] = sent.numa_tune_mode.value
    if sent.numa_node_pins is not None:
        new["pins"] = tuple(p.index for p in sent.numa_node_pins)
    return replace(node, **new)


def _store(call: Call, vm_id: str, change: Any, event: str) -> None:
    """One step: allowed, legal as a whole, stored; at once, even for a running VM."""
    engine = call.engine
    vm = engine.vm_for(call.user, vm_id)
    if not engine.may(call.user, permissions.EDIT_VM, vm):
        raise forbidden()
    with engine.locked(vm):
        vm = engine.vm_for(call.user, vm_id)
        nodes = tuple(change(vm.config.nodes))
        hosts = [h for h in map(engine.store.host, vm.config.host_ids) if h is not None]
        vnuma.check(vm.config, nodes, hosts)
        ordered = tuple(sorted(nodes, key=lambda n: n.index))
        engine.store.save_vm(replace(vm, config=replace(vm.config, nodes=ordered)))
    engine.store.log(event, user=call.user, vm=vm)


def _node(vm: Vm, node_id: str) -> VmNode:
    return next((n for n in vm.config.nodes if n.id == node_id), None) or missing()


_ONE = "/vms/{id}/numanodes/{node}"
ROUTES = [
    Route("/vms/{id}/numanodes", endpoint(list_nodes), methods=["GET"]),
    Route("/vms/{id}/numanodes", endpoint(add_node), methods=["POST"]),
    Route(_ONE, endpoint(get_node), methods=["GET"]),
    Route(_ONE, endpoint(put_node), methods=["PUT"]),
    Route(_ONE, endpoint(delete_node), methods=["DELETE"]),
]
