# SPDX-License-Identifier: Apache-2.0
"""What can go wrong beside NUMA: the request's form, the user's rights, the engine.

Decides the words, the HTTP status and who must act. Each is a `NumaError`, so that the
service, like the other shells, catches one base class once. Never knows how a problem is sent.

    raise VmUnknown("vms/{id}", id="0d5f...")      404, blames "request"
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from numa_domain.base.errors import NumaError, Problems


class ServiceError(NumaError):
    """`status` is that of the HTTP answer; blames "request", "user", "engine" or "setup"."""

    status = 500
    blames = "service"
    extra: dict[str, Any] = {}
    """More members of the problem, for programs."""


class TokenMissing(ServiceError):
    status, blames = 401, "user"
    what = "the request has no bearer token that oVirt could have made"
    todo = "log in to oVirt and send its token: Authorization: Bearer ..."


class TokenRejected(ServiceError):
    status, blames = 401, "user"
    what = (
        "the engine does not take the token: it has expired, was made elsewhere, or the engine has"
        " been restarted since"
    )
    todo = "log in to oVirt again"


class EngineForbids(ServiceError):
    status, blames = 403, "user"
    what = "the engine does not allow {action}: {detail}"
    todo = "{way_out}"


class EntityUnknown(ServiceError):
    status, blames = 404, "request"
    what = "the engine has no {entity}, or does not show it to this user"
    todo = "check the id, and the user's permissions"


class IdMalformed(ServiceError):
    status, blames = 422, "request"
    what = "{value!r} is not an id of the engine"
    todo = "write an id such as 0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e90"


class SearchMalformed(ServiceError):
    status, blames = 422, "request"
    what = "{value!r} cannot be searched for: {reason}"
    todo = "write conditions such as: name=db* and cluster=Default"


class BodyTooLarge(ServiceError):
    status, blames = 413, "request"
    what = "the request is larger than {limit} bytes"
    todo = "send less: the longest settings that the engine stores are 4000 characters"


class BodySlow(ServiceError):
    status, blames = 408, "request"
    what = "the request's body did not arrive within {seconds} s"
    todo = "send it again"


class BodyMalformed(ServiceError):
    status, blames = 422, "request"
    what = "{reason}"
    todo = "see /openapi.json for what is expected"


class NotJson(ServiceError):
    status, blames = 415, "request"
    what = "the body is {kind}, and JSON is expected"
    todo = "send it with Content-Type: application/json"


class NothingAsked(ServiceError):
    status, blames = 422, "request"
    what = "neither a nodeset nor a topology is given"
    todo = "give one, or remove the settings with DELETE"


class MatchMissing(ServiceError):
    status, blames = 428, "request"
    what = "the settings of {name} exist, and the request does not say which version it replaces"
    todo = "read them, and send their ETag in If-Match (or * to replace whatever is there)"


class MatchFailed(ServiceError):
    status, blames = 412, "request"
    what = "the settings of {name} have changed since they were read"
    todo = "look at the newer ones, which are in `current`, and decide again with their ETag"


class ChangedMeanwhile(ServiceError):
    """The write went out, and something else stands there now."""

    status, blames = 409, "request"
    what = "somebody else wrote {name} at the same moment: {differences}"
    todo = "read the settings again, and decide anew"


class HostedEngine(ServiceError):
    """The engine's builder of domains fails over custom properties there."""

    status, blames = 409, "request"
    what = "the engine itself runs in {name}, and such a VM must have no custom properties"
    todo = "leave it as it is: it could not be started any more"


class PolicyHidden(ServiceError):
    """oVirt neither shows nor takes a placement policy from who is no administrator."""

    status, blames = 403, "user"
    what = "the engine does not let this user set the migration mode of {name}"
    todo = (
        "ask an administrator: CHANGE_VM_CUSTOM_PROPERTIES, which is needed, belongs to roles of"
        " administrators"
    )


class NativeNodes(ServiceError):
    status, blames = 409, "request"
    what = "{name} has {count} virtual NUMA node(s) of oVirt's own, which ours would contradict"
    todo = "take them over with POST {path}/adopt, or remove them in oVirt (Host, NUMA)"


class NoNativeNodes(ServiceError):
    status, blames = 409, "request"
    what = "{name} has no virtual NUMA nodes of oVirt's own to take over"
    todo = "set its NUMA settings with PUT"


class VmRuns(ServiceError):
    status, blames = 409, "request"
    what = "{name} is {vm_status}: oVirt removes virtual NUMA nodes only while a VM is down"
    todo = "shut it down first"


class PoolEmpty(ServiceError):
    status, blames = 409, "request"
    what = "the pool {name} has no VM that could keep its settings"
    todo = "set them on its template, or give the pool VMs first"


class PoolPartly(ServiceError):
    """Its status, and who must act, are those of the error that ended it."""

    what = (
        "{done} of the {of:VM} of the pool {name} are changed ({vms}), and the next, {failed}, is"
        " not: {reason}"
    )
    todo = "{way_out}; then send the same again: what is changed stays so"


class PropertiesGone(ServiceError):
    status, blames = 409, "setup"
    what = (
        "{name} has {properties}, which the engine no longer knows as custom properties at level"
        " {level}: it can neither be started nor edited"
    )
    todo = "define them again with ovirt-numa setup on the engine, or remove the settings"


class PropertiesUndefined(ServiceError):
    status, blames = 409, "setup"
    what = "the engine does not know {properties} as custom properties at level {level}"
    todo = "define them on the engine with the line in `command`, which also restarts it"


class HooksMissing(ServiceError):
    status, blames = 409, "setup"
    what = "{name} could start without its NUMA settings on {hosts}: no {hook} of ours there"
    todo = (
        "install vdsm-hook-numa there, or allow the VM other hosts only, or store all the same"
        " with ?force=true"
    )


class HooksOld(ServiceError):
    status, blames = 409, "setup"
    what = (
        "no host of {name} has a hook that can read these settings, which are of level {needs}:"
        " {hosts} would refuse to start it"
    )
    todo = "update vdsm-hook-numa there, or store all the same with ?force=true"


class EngineRefused(ServiceError):
    status, blames = 409, "engine"
    what = "the engine refuses {action}: {detail}"
    todo = "{way_out}"


class EngineOccupied(EngineRefused):
    """It holds a lock on the entity, which the update of a pool's VM keeps for seconds after its
    answer (UpdateVmCommand; seen on 4.5)."""

    what = "the engine refuses {action} for the moment: {detail}"
    todo = "it is busy with the same object: try again when that is over"


class EngineStarting(ServiceError):
    """From httpd before an engine that is being (re)started, or too busy to answer it."""

    status, blames = 503, "engine"
    retry_after = 30
    """Seconds; an engine takes one to three minutes to start."""
    what = "the engine is not there behind its web server, which answers {code} to {action}"
    todo = (
        "try again in a minute: it is starting or restarting; if it stays so, look at the service"
        " ovirt-engine on the engine's machine"
    )


class EngineUnreachable(ServiceError):
    status, blames = 502, "engine"
    what = "the engine cannot be reached: {reason}"
    todo = "check that it runs, and engine_url and ca_file in the service's settings"


class EngineBroke(ServiceError):
    status, blames = 502, "engine"
    what = "the engine answers {code} instead of {action}{reason}"
    todo = "look into its engine.log; Correlation-Id is {request_id}"


class EngineUnreadable(ServiceError):
    status, blames = 502, "engine"
    what = "the engine's answer about {action} cannot be read: {reason}"
    todo = "check that engine_url leads to the REST API of an oVirt engine"


class EngineSlow(ServiceError):
    status, blames = 504, "engine"
    what = "the engine did not answer about {action} within {seconds} s"
    todo = "try again; if it stays so, look into its engine.log"


class Busy(ServiceError):
    status, blames = 503, "service"
    retry_after = 1
    what = "{waiting} requests are waiting already"
    todo = "try again in a moment"


class Broken(ServiceError):
    what = "the service failed over this request"
    todo = "tell its administrator the request id {request_id}, which is in the log"


class PathUnknown(ServiceError):
    status, blames = 404, "request"
    what = "there is nothing at {path}"
    todo = "see /openapi.json for what there is"


class MethodUnknown(ServiceError):
    status, blames = 405, "request"
    what = "{method} is not possible at {path}"
    todo = "see /openapi.json for what is"


class ManyMalformed(Problems):
    """Several findings about the request's form."""

    status = 422


def many(found: Iterable[NumaError]) -> ManyMalformed:
    """All of them as one."""
    return ManyMalformed(found)
