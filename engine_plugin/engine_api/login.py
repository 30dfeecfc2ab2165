# SPDX-License-Identifier: Apache-2.0
"""A token for who has a name and a password; given back at the end.

with logged_in(config, "admin@internal", "...") as token:
    Session.of(client, token, "cli-1")
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import ovirtsdk4 as sdk
import pycurl

from numa_domain.base.errors import NumaError

from .config import EngineConfig
from .connection import AWAY, Away
from .errors import EngineError, EngineSlow, EngineUnreachable, EngineUnreadable, LoginFailed
from .failures import Asked, error_of, transfer_reason

_LOGIN_SECONDS = 15.0
_ASKED = Asked("log in", "list of logins")
_TOO_SLOW = 28
_STATUS = re.compile(r"HTTP/\S+ (\d{3})")


class _Connection(sdk.Connection):  # type: ignore[misc]  # the SDK has no types
    """Says with which status an answer came that is no answer of the SSO."""

    def _check_content_type(self, expected_re: Any, expected_name: str, headers: Any) -> None:
        found = _STATUS.match(headers[0]) if headers else None
        kind = self._get_header_value(headers, "content-type") or "nothing"
        if not expected_re.match(kind):
            code = int(found[1]) if found else None
            if code in AWAY:
                raise Away(code, None)
            raise sdk.Error(f"it answers with {kind}, and {expected_name} is expected", code=code)


@contextlib.contextmanager
def logged_in(config: EngineConfig, username: str, password: str) -> Iterator[str]:
    """Raises `LoginFailed` where the engine knows no such user and password; the other errors of
    an engine that is not there, is not one, or is not trusted.
    """
    connection = _Connection(
        url=config.url,
        username=username,
        password=password,
        ca_file=config.ca_file,
        insecure=config.insecure,
    )
    try:
        token: str = _in_time(connection.authenticate, username)
        yield token
    finally:
        with contextlib.suppress(NumaError):
            logout = connection._sso_token is not None
            _in_time(lambda: connection.close(logout=logout), username)


def _in_time(work: Callable[[], Any], username: str) -> Any:
    """The SDK's calls of the SSO have no time limit."""
    answer: list[Any] = []

    def run() -> None:
        try:
            answer.append((work(), None))
        except Exception as error:  # the SDK raises what pycurl raises, too
            answer.append((None, error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(_LOGIN_SECONDS)
    error = answer[0][1] if answer else TimeoutError(f"no answer within {_LOGIN_SECONDS:g} s")
    if error is not None:
        raise _translated(error, username) from error
    return answer[0][0]


def _translated(error: Exception, username: str) -> EngineError:
    """What the SDK raises, by whose fault it is: only the SSO's own refusal is the login's."""
    broke = error if isinstance(error, pycurl.error) else error.__context__
    if isinstance(broke, pycurl.error):
        number, text = int(broke.args[0]), str(broke.args[-1])
        if number != _TOO_SLOW:
            return EngineUnreachable("engine", reason=transfer_reason(number, text))
    code = getattr(error, "code", None)
    if isinstance(error, sdk.AuthError) or code in (401, 403):
        reason = " ".join(str(error).split()).rstrip(".")
        return LoginFailed("engine", user=username, reason=reason)
    if isinstance(error, (TimeoutError, sdk.TimeoutError)):
        return EngineSlow("engine", action=_ASKED.action, seconds=f"{_LOGIN_SECONDS:g}")
    if isinstance(error, (KeyError, ValueError)):
        reason = "it is not what an oVirt SSO says"
        return EngineUnreadable("engine", action=_ASKED.action, reason=reason)
    return error_of(error, _ASKED) or EngineSlow(
        "engine", action=_ASKED.action, seconds=f"{_LOGIN_SECONDS:g}"
    )
