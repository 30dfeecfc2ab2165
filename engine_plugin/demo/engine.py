# SPDX-License-Identifier: Apache-2.0
"""The embedded engine itself: what all its resources share.

Decides which definitions are in force (those of the engine's start, as in oVirt), who has a
lock on a VM, and how a VM is updated. Knows no HTTP and no XML.

    engine.update_vm(user, vm_id, change, next_run=True)
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

from .faults import NotFound, forbidden, messages, refused
from .locks import BUSY, Lock, Locks
from .model import Cluster, Host, User, Vm, VmConfig
from .policies import Policies
from .rules import cpu_tune, nextrun, permissions, vnuma
from .rules.properties import Definitions, joined, sent_text
from .settings import Settings
from .store import Store

OPTION = "UserDefinedVMProperties"
_DEVICE = "mdev_type"
Change = Callable[[VmConfig], VmConfig]


class Engine:
    """Store, definitions and locks; the commands that change VMs' configuration."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings = settings
        self.store = store
        self.locks = Locks()
        self.policies = Policies(store)
        self._definitions = {
            level: Definitions.parse(text, level)
            for level, text in (store.option(OPTION) or {}).items()
        }

    def options(self) -> dict[str, str]:
        """Those that no compatibility level has; they count from the engine's start."""
        return {each["name"]: each["value"] for each in self.store.documents("config")}

    def cluster_of(self, config: VmConfig) -> Cluster:
        found = self.store.cluster(config.cluster_id)
        if found is None:
            raise messages(400, "Cluster: id=" + config.cluster_id)
        return found

    def level_of(self, config: VmConfig) -> str:
        """The compatibility level that counts for a VM."""
        return config.compatibility or self.cluster_of(config).level

    def definitions(self, config: VmConfig) -> Definitions:
        """The properties that are defined for a VM, since the engine's last start."""
        level = self.level_of(config)
        return self._definitions.get(level) or Definitions.parse("", level)

    def may(self, user: User, group: int, vm: Vm) -> bool:
        return permissions.may(user, group, vm.id, vm.config.cluster_id)

    def vm_for(self, user: User, vm_id: str, *, filtered: bool | None = None) -> Vm:
        """A VM that the user can see; 404 for all others. Administrators see all."""
        vm = self.store.vm(vm_id)
        if filtered is None:
            filtered = not permissions.administrator(user)
        seen = permissions.visible(user) if filtered else None
        if vm is None or (seen is not None and not {vm.id, vm.config.cluster_id} & set(seen)):
            raise NotFound
        return vm

    def locked(
        self, vm: Vm, action: str = "edit", text: str = BUSY
    ) -> AbstractContextManager[Lock]:
        """Exclusive work on a VM; who comes meanwhile is refused, as by the engine's locks."""
        return self.locks.held(vm.id, action, text)

    def update_vm(self, user: User, vm_id: str, change: Change, *, next_run: bool) -> Vm:
        """UpdateVm: permissions first, then validation, then at once or at the next run."""
        seen = self.vm_for(user, vm_id)
        base = (seen.pending or seen.config) if next_run else seen.config
        new = self.without_devices(cpu_tune.fix_policy(change(base), base))
        with self.locked(seen) as lock, self._counting():
            vm = self.vm_for(user, vm_id)
            kept = self.kept_properties(new)
            self._authorize(user, vm, kept)
            self._validate(vm, new, hot=not next_run)
            after = nextrun.update(vm, kept, hot=not next_run)
            self.store.save_vm(after)
            self._updated(user, after)
            if vm.pool_id:
                lock.keep(self.settings.pool_seconds, lambda: self._updated(user, after))
        return self.store.vm(vm_id) or after

    @contextmanager
    def _counting(self) -> Iterator[None]:
        """A transaction that begins when the lock has been held for as long as an engine needs."""
        if self.settings.update_seconds:
            time.sleep(self.settings.update_seconds)
        with self.store.transaction():
            yield

    def _updated(self, user: User, vm: Vm) -> None:
        """Logged twice for a VM of a pool: when it is done, and when its command has ended."""
        self.store.log("USER_UPDATE_VM", vm=vm, host=self.host_of(vm), user=user)

    def host_of(self, vm: Vm) -> Host | None:
        """The host that it runs on."""
        return self.store.host(vm.state.host_id) if vm.state.host_id else None

    def change_cluster(self, user: User, vm_id: str, cluster: Cluster) -> Vm:
        """ChangeVMCluster: of a VM that is down; the hosts that it was dedicated to go."""
        seen = self.vm_for(user, vm_id)
        here = permissions.may(user, permissions.EDIT_VM, seen.id, seen.config.cluster_id)
        if not here or not permissions.may(user, permissions.CREATE_VM, cluster.id):
            raise forbidden()
        with self.locked(seen, text=BUSY):
            vm = self.vm_for(user, vm_id)
            if vm.state.status != "down":
                text = "Cannot update a VM in this status. Try stopping the VM first."
                raise messages(409, text)
            if cluster.architecture != self.cluster_of(vm.config).architecture:
                text = "The VM and the destination cluster architectures do not match."
                raise refused(text, action="update", type_="VM Cluster", status=400)
            config = replace(vm.config, cluster_id=cluster.id, host_ids=())
            after = replace(vm, config=config)
            self.store.save_vm(after)
        cleared = "_CLUSTER_DEFAULT_HOST_CLEARED" if vm.config.host_ids else ""
        self.store.log(f"USER_UPDATE_VM{cleared}", vm=after, user=user)
        return after

    def without_devices(self, config: VmConfig) -> VmConfig:
        """`mdev_type` was a property once; the engine makes devices of it, and drops it."""
        kept = tuple(pair for pair in config.custom_properties if pair[0] != _DEVICE)
        return replace(config, custom_properties=kept)

    def kept_properties(self, config: VmConfig) -> VmConfig:
        """With the properties that the engine keeps, in its order."""
        taken = self.definitions(config).taken(joined(config.custom_properties))
        return replace(config, custom_properties=taken)

    def check_properties(self, config: VmConfig, action: str, type_: str = "VM") -> None:
        text = sent_text(config.custom_properties)
        definitions = self.definitions(config)
        found = definitions.problems(text, action=action, type_=type_)
        if found:
            raise messages(400, *found)
        if definitions.too_long(joined(config.custom_properties)):
            path = "Attribute: vmStatic.userDefinedProperties"
            raise messages(400, "size must be between 0 and 4000", path)

    def check_hosts(self, config: VmConfig, action: str = "edit") -> None:
        """The hosts of a placement policy exist and belong to the VM's cluster."""
        for host_id in config.host_ids:
            host = self.store.host(host_id)
            if host is None:
                text = "VM is pinned to a specific host. The required host doesn't exist."
                raise refused(text, action=action)
            if host.cluster_id != config.cluster_id:
                raise refused(
                    "VM is pinned to a specific host. The host's cluster must be the same as the"
                    " selected VM cluster.",
                    action=action,
                )

    def _authorize(self, user: User, vm: Vm, new: VmConfig) -> None:
        """Compared with the current configuration, even where the change is to a pending one."""
        old = self.kept_properties(vm.config)
        needed = {permissions.EDIT_VM}
        if old.custom_properties != new.custom_properties:
            needed.add(permissions.PROPERTIES)
        if set(old.host_ids) != set(new.host_ids) or old.cpu_pinning != new.cpu_pinning:
            needed.add(permissions.EDIT_ADMIN)
        if not all(self.may(user, group, vm) for group in needed):
            raise forbidden()

    def _validate(self, vm: Vm, new: VmConfig, *, hot: bool) -> None:
        if new.name != vm.config.name and self.store.vm_named(new.name):
            raise refused(
                "The VM name is already in use, please choose a unique name and try again."
            )
        self.check_properties(new, "edit")
        self.check_hosts(new)
        cpu_tune.check(new)
        if hot and vm.running:
            _check_hotplug(vm.config, new)
        _check_dedicated(vm, new, self.store)
        if new.guaranteed_mb > new.memory_mb:
            raise refused("Physical Memory Guaranteed cannot exceed Memory Size.", status=400)
        hosts = [h for h in map(self.store.host, new.host_ids) if h is not None]
        vnuma.check(new, new.nodes, hosts)


def _check_hotplug(old: VmConfig, new: VmConfig) -> None:
    more = new.memory_mb - old.memory_mb
    if more > 0 and more % nextrun.HOTPLUG_STEP_MB:
        raise refused(
            f"Amount of added memory ({more}MiB) is not dividable by {nextrun.HOTPLUG_STEP_MB}MiB.",
            status=400,
        )


def _check_dedicated(vm: Vm, new: VmConfig, store: Store) -> None:
    """A running VM that becomes pinned has to be where it is pinned to."""
    running_on = vm.state.host_id
    if new.affinity != "pinned" or not running_on or not new.host_ids:
        return
    if running_on not in new.host_ids:
        host = store.host(running_on)
        name = host.name if host else running_on
        raise refused(
            f"Running VM is hosted on {name}. Include {name} in dedicated hosts, or migrate VM to"
            " dedicated host prior to pinning."
        )
