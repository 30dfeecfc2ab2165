# SPDX-License-Identifier: Apache-2.0
"""The world in which the recording was made, in an embedded engine's store.

Decides how `world.json` (which clusters, hosts, VMs, templates, pools and events there were)
becomes entities. Hosts have the topologies that are captured in the demo; properties and hooks
are given in no order of their own, so that theirs is the engine's.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from engine_plugin.demo import topologies
from engine_plugin.demo.app import create_app
from engine_plugin.demo.engine import OPTION
from engine_plugin.demo.model import BLANK, Cluster, Host, Pool, User, Vm, VmConfig, VmState
from engine_plugin.demo.rules.properties import Definitions
from engine_plugin.demo.settings import Settings
from engine_plugin.demo.store import Store

DATA = Path(__file__).parents[3] / "data/real-engine"
PASSWORD = "demo"
MANAGER = "embman@internal"
Facts = dict[str, Any]


def recorded_engine(folder: Path) -> Any:
    """The embedded engine with what the recorded one had."""
    return _engine(folder, json.loads((DATA / "world.json").read_text("utf-8")))


def conversing_engine(folder: Path) -> Any:
    """Where the conversation took place: a fresh engine, all hosts in its one cluster, and a
    user who manages that cluster's VMs."""
    world = json.loads((DATA / "world.json").read_text("utf-8"))
    cluster = {**world["clusters"][0], "cpu": "Intel Sapphire Rapids Server Family"}
    hosts = [{**host, "cluster": cluster["id"]} for host in world["hosts"]]
    blank = next(each for each in world["templates"] if each["id"] == BLANK)
    manager = {
        "id": str(uuid.uuid4()),
        "name": MANAGER,
        "roles": [("UserVmManager", cluster["id"])],
    }
    lists = {"vms": [], "pools": [], "events": [], "templates": [blank], "hosts": hosts}
    users = [*world["users"], manager]
    return _engine(folder, {**world, **lists, "clusters": [cluster], "users": users})


def _engine(folder: Path, world: Facts) -> Any:
    settings = Settings(data=folder, boot="none")
    folder.mkdir(parents=True, exist_ok=True)
    _fill(Store(str(settings.database)), world)
    return create_app(settings)


def _fill(store: Store, world: Facts) -> None:
    clusters = {facts["id"]: Cluster(**facts) for facts in world["clusters"]}
    definitions: dict[str, str] = world["definitions"]
    with store.transaction():
        store.save_clusters(clusters.values())
        store.save_option(OPTION, definitions)
        hooks = {point: dict.fromkeys(names, "") for point, names in world["hooks"].items()}
        store.save_hosts(_host(facts, world["told"], hooks) for facts in world["hosts"])
        for facts in world["templates"]:
            store.save_template(facts["id"], _config(facts, clusters, definitions))
        vms = [_vm(facts, clusters, definitions) for facts in world["vms"]]
        store.save_vms(vms)
        for pool in world["pools"]:
            store.save_pool(_pool(pool, vms))
        for user in world["users"]:
            roles = tuple(map(tuple, user.get("roles", [("SuperUser", "system")])))
            store.save_user(User(user["id"], user["name"], PASSWORD, roles))
        for event in world["events"]:
            store.add_event(_event(event))


def _host(facts: Facts, told: dict[str, str], hooks: dict[str, dict[str, str]]) -> Host:
    """A captured topology, under the id that it had there."""
    host = topologies.host(topologies.load(facts["name"]), facts["name"], facts["cluster"])
    own = {"cpu": facts["name"], **told}
    return replace(
        host,
        id=facts["id"],
        address=facts["address"],
        cpu_type=facts["cpu_type"],
        spm=facts.get("spm", False),
        told=own,
        hooks=hooks,
    )


def _config(facts: Facts, clusters: dict[str, Cluster], definitions: dict[str, str]) -> VmConfig:
    given = {
        name: value
        for name, value in facts.items()
        if name not in ("id", "cluster", "properties", "state", "pool", "next_run")
    }
    given |= {
        "template_id": facts["template_id"] or BLANK,
        "host_ids": tuple(facts.get("host_ids", ())),
        "boot": (facts.get("boot", "network"),),
        "created": _seconds(facts["created"]),
        "os": "other",
    }
    cluster = clusters.get(facts["cluster"])
    text = ";".join(f"{n}={v}" for n, v in facts.get("properties", {}).items())
    kept = (
        Definitions.parse(definitions[cluster.level], cluster.level).taken(text) if cluster else ()
    )
    return VmConfig(cluster_id=facts["cluster"], custom_properties=kept, **given)


def _vm(facts: Facts, clusters: dict[str, Cluster], definitions: dict[str, str]) -> Vm:
    config = _config(facts, clusters, definitions)
    state = dict(facts["state"])
    for name in ("started", "stopped"):
        if name in state:
            state[name] = _seconds(state[name])
    pending = None
    if "next_run" in facts:
        changes = {name: value or "" for name, value in facts["next_run"].items()}
        if "properties" in changes:
            del changes["properties"]
            changes["custom_properties"] = ()
        if "cpu_pinning" in changes:
            changes["cpu_pinning_policy"] = "none"
        pending = replace(config, **changes)
    return Vm(facts["id"], config, VmState(**state), pending, facts.get("pool"))


def _pool(facts: Facts, vms: list[Vm]) -> Pool:
    members = [vm for vm in vms if vm.pool_id == facts["id"]]
    return Pool(facts["id"], facts["name"], facts["template_id"], len(members), members[0].config)


def _event(facts: Facts) -> Facts:
    row = {name: facts[name] for name in ("id", "code", "severity", "text")}
    row["time"] = _seconds(facts["time"])
    row["correlation"] = facts.get("correlation", "")
    row["user_id"], row["user"] = facts.get("user", (None, ""))
    for kind in ("vm", "host"):
        row[kind], row[f"{kind}_name"] = facts.get(kind, (None, None))
    for kind in ("template", "cluster"):
        row[kind] = facts.get(kind, (None, None))[0]
    return row


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
