# SPDX-License-Identifier: Apache-2.0
"""The host's capabilities, on their way to the engine: adds all NUMA nodes to them, as names of
hooks, with what kernel and QEMU need there; whether the service numa-affinity runs; settings of the
host that count for NUMA; and on which nodes each VM with NUMA settings lies.

VDSM runs this whenever the engine asks for the capabilities, and passes them as JSON
(lib/vdsm/common/hooks.py, after_get_caps). The engine's REST API leaves out nodes without CPUs, so
they are put into the list of hooks (`numa_domain.host.hook_list`). VDSM reads the file again
whatever this hook answers, and could not answer the engine if it were damaged: so it is replaced as
a whole or not at all, and nothing else in it changes.
"""

from __future__ import annotations

import json
import time

from numa_domain.base.errors import HostError
from numa_domain.host import told_affinity, told_settings, told_vms
from numa_domain.host.hook_list import write
from numa_domain.host.settings import HostSettings
from numa_domain.host.told_settings import ToldSettings
from numa_domain.release import DIRECTORY

from ..affinity.summary import told
from ..contract import read_handed, write_new
from ..this_host import bare_host
from ..vm_places import places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..config import Config
    from ..contract import Call
    from ..report import Report


class CapabilitiesUnreadable(HostError):
    what = "the host's capabilities are not what VDSM hands over: {reason}"
    todo = "look what another hook at after_get_caps has made of them"


def after_get_caps(call: Call, config: Config, report: Report) -> bool:
    """Add a name for each node and each VM to the capabilities, and what else the engine's side
    cannot know.
    """
    report.doing(f"reading the {call.content} {call.path}", "check the disk that it is on")
    text = read_handed(call.path, call.content)
    report.doing(f"reading the host's nodes under {config.sysfs}", "check that sysfs answers")
    now = time.time()
    at = int(now)
    host = bare_host(config)
    settings = HostSettings.read_at(config.sysfs, config.proc)
    names = write(host, at)
    names.append(told_affinity.write(told(config, now)))
    names.append(told_settings.write(ToldSettings(settings, told_settings.pools_of(host), at)))
    report.doing(f"looking for VMs in {config.proc}", "check the load of this host")
    names += [told_vms.write(each) for each in places(config, at)]
    write_new(call, with_names(text, names))
    return True


def with_names(text: bytes, names: list[str]) -> bytes:
    """The capabilities, with these names in their list of hooks. Raises
    `CapabilitiesUnreadable`.
    """
    try:
        capabilities = json.loads(text)
        hooks = capabilities.setdefault("hooks", {})
        hooks.setdefault(DIRECTORY, {}).update((name, {"checksum": ""}) for name in names)
    except (ValueError, AttributeError, TypeError) as error:
        raise CapabilitiesUnreadable("after_get_caps", reason=str(error)) from None
    return json.dumps(capabilities).encode("ascii")
