# SPDX-License-Identifier: Apache-2.0
"""What can be amiss with the hooks on a host without an error: `numa-hook status` and `install`
tell it, and go on.

    str(AffinityStopped(unit="ovirt-numa-affinity.service"))
"""

from __future__ import annotations

from numa_domain.base.errors import HostError


class ExecutableLeft(HostError):
    what = "{path} is executable: VDSM runs it as well"
    todo = "take it away, or its permission to be executed"


class PathUnreadable(HostError):
    what = "{path} cannot be read by the user vdsm"
    todo = "install where everyone can read"


class ModulesUncompiled(HostError):
    what = "the modules in {path} are not compiled: each hook will run slower"
    todo = "check that root may write there"


class LabelMislaid(HostError):
    what = (
        "{folder} holds {there} and not {name} as it was installed: the engine is told another"
        " release"
    )
    todo = "run numa-hook install"


class AffinityStopped(HostError):
    what = "numa-affinity does not run"
    todo = "systemctl status {unit} says why"


class AffinityTroubled(HostError):
    what = "numa-affinity: {problem}"
    todo = "journalctl -u ovirt-numa-affinity has more"


class SetUpIncomplete(HostError):
    what = "{reason}"
    todo = "{remedy}"


class StateAmiss(HostError):
    what = "{reason}"
    todo = "{remedy}"

    @property
    def message(self) -> str:
        """Never cut: what is wrong is behind the path."""
        return str(self.facts["reason"])

    @property
    def remedy(self) -> str:
        """Never cut: it is to be copied."""
        return str(self.facts["remedy"])
