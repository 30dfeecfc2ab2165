# SPDX-License-Identifier: Apache-2.0
"""What can be wrong with a request as HTTP has it, before anybody asks what it means."""

from __future__ import annotations

from numa_domain.base.errors import NumaError, Problems


class HttpError(NumaError):
    """The base class; `blames` is "request", or "service" for our own failures."""


class BodyTooLarge(HttpError):
    what = "the request is larger than {limit} bytes"
    todo = "send less: the longest settings that the engine stores are 4000 characters"


class BodySlow(HttpError):
    what = "the request's body did not arrive within {seconds} s"
    todo = "send it again"


class BodyMalformed(HttpError):
    what = "{reason}"
    todo = "see /openapi.json for what is expected"


class ManyMalformed(Problems):
    """Several findings about the request's form."""


class NotJson(HttpError):
    what = "the body is {kind}, and JSON is expected"
    todo = "send it with Content-Type: application/json"


class TagsMalformed(HttpError):
    what = "{value!r} is no version"
    todo = "send the ETag that came with the settings, in its quotes, or * for whatever is there"


class PathUnknown(HttpError):
    what = "there is nothing at {path}"
    todo = "see /openapi.json for what there is"


class MethodUnknown(HttpError):
    what = "{method} is not possible at {path}"
    todo = "see /openapi.json for what is"


class Broken(HttpError):
    blames = "service"
    what = "the service failed over this request"
    todo = "tell its administrator the request id {request_id}, which is in the log"
