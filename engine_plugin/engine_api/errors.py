# SPDX-License-Identifier: Apache-2.0
"""What can go wrong with the engine: it is not there, does not allow it, has no such thing.

A class owns the words and says who must act ("user", "request", "engine"); what is to be typed
or sent instead, each adapter adds itself.
"""

from __future__ import annotations

from numa_domain.base.errors import NumaError


class EngineError(NumaError):
    """The base class; `blames` adds "user" and "engine" to the core's."""

    blames = "engine"
    unanswered = False
    """Whether the request went out and no answer of the engine came: it may do it yet."""


class TokenMissing(EngineError):
    blames = "user"
    what = "there is no token, or none that oVirt could have issued"
    todo = "log in to oVirt, and give the token that it issues"


class TokenRejected(EngineError):
    blames = "user"
    what = (
        "the engine does not accept the token: it has expired, was issued elsewhere, or the engine"
        " has been restarted since"
    )
    todo = "log in to oVirt again"


class LoginFailed(EngineError):
    blames = "user"
    what = "the engine refuses the login of {user}: {reason}"
    todo = "check the name (with its domain: admin@internal) and the password"


class EngineForbids(EngineError):
    blames = "user"
    what = "the engine does not let this user {action}: {detail}"
    todo = "{way_out}"


class EntityUnknown(EngineError):
    blames = "request"
    what = "the engine has no {entity}, or does not show it to this user"
    todo = "check the name or id, and the user's permissions"


class IdMalformed(EngineError):
    blames = "request"
    what = "{value!r} is not an id of the engine"
    todo = "write an id such as 0d5f3a52-6b1c-4f0e-9a43-1f2b6c7d8e90"


class SearchMalformed(EngineError):
    blames = "request"
    what = "{value!r} cannot be searched for: {reason}"
    todo = "write conditions such as: name=db* and cluster=Default"


class EngineRefused(EngineError):
    what = "the engine refuses to {action}: {detail}"
    todo = "{way_out}"


class EngineOccupied(EngineRefused):
    """It holds a lock on the entity, which the update of a pool's VM keeps for seconds after its
    answer (UpdateVmCommand; seen on 4.5)."""

    what = "the engine cannot {action} at the moment: {detail}"
    todo = "it is busy with the same object: try again when that is over"


class EngineAway(EngineError):
    """For now."""

    retry_after: int | None = None
    """Seconds, where it says so."""


class EngineOverloaded(EngineAway):
    what = "the engine has too many requests, it says {code}, to {action}"
    todo = "try again in a moment; if it stays so, ask who else sends it so many"


class EngineStarting(EngineAway):
    """From httpd before an engine that is being (re)started, or too busy to answer it."""

    what = "the engine does not answer its web server, which says {code} when asked to {action}"
    todo = (
        "try again in a minute: it is starting or restarting; if it stays so, look at the service"
        " ovirt-engine on the engine's machine"
    )


class EngineUnreachable(EngineError):
    what = "the engine cannot be reached: {reason}"
    todo = "check that it runs, and the address and CA certificate that are configured for it"


class EngineBroke(EngineError):
    what = "the engine fails with {code} when asked to {action}{reason}"
    todo = "look into its engine.log; Correlation-Id is {request_id}"


class EngineUnreadable(EngineError):
    what = "the engine was asked to {action}, and its answer cannot be read: {reason}"
    todo = "check that the configured address leads to the REST API of an oVirt engine"


class EngineSlow(EngineError):
    what = "the engine was asked to {action}, and did not answer within {seconds} s"
    todo = "try again; if it stays so, look into its engine.log"


class TimeOver(EngineError):
    """Our own limit, and perhaps nobody's fault."""

    blames = "service"
    what = "the {seconds} s that a request may take were over when the engine was to {action}"
    todo = "try again: what is known by then is not asked again"


class HostUnasked(EngineError):
    what = "{name} was not asked: {reason}"
    todo = "try again in {again} s; if it stays so, look at this host in oVirt"
