# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with a call. Its number is the fault's that the caller gets.

raise Malformed("call", reason="it has a DTD")
"""

from __future__ import annotations

from numa_domain.base.errors import NumaError


class CallError(NumaError):
    """The base class; numbers as in "Specification for Fault Code Interoperability"."""

    number = -32603


class Malformed(CallError):
    number = -32700
    what = "the call cannot be read: {reason}"
    todo = "send a methodCall of XML-RPC"


class MethodUnknown(CallError):
    number = -32601
    what = "there is no method {method!r}"
    todo = "call discover, runFilters or runCostFunctions"


class ParametersWrong(CallError):
    number = -32602
    what = "the parameters of {method} cannot be used: {reason}"
    todo = "send them as oVirt's engine does"


class Failed(CallError):
    blames = "service"
    what = "the scheduler failed over this call"
    todo = "see its log, at {at}"
