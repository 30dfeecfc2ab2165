# SPDX-License-Identifier: Apache-2.0
"""A token for who has a name and a password; given back at the end.

with logged_in(config, "admin@internal", "...") as token:
    Session.of(client, token, "cli-1")
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import ovirtsdk4 as sdk
import pycurl

from numa_domain.base.errors import NumaError

from .config import EngineConfig
from .connection import TransferFailed
from .errors import EngineSlow, LoginFailed
from .failures import Asked, error_of

_LOGIN_SECONDS = 15.0
_ACTION = "log in"


@contextlib.contextmanager
def logged_in(config: EngineConfig, username: str, password: str) -> Iterator[str]:
    """Raises `LoginFailed`, or what else of `errors` is the reason."""
    connection = sdk.Connection(
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
    if not answer:
        raise EngineSlow("engine", action=_ACTION, seconds=f"{_LOGIN_SECONDS:g}")
    if answer[0][1] is not None:
        raise _failed(answer[0][1], username) from answer[0][1]
    return answer[0][0]


def _failed(error: Exception, username: str) -> NumaError:
    """Whose fault it is: the network's, the certificate's, or the name's and the password's."""
    if isinstance(error, sdk.AuthError):
        reason = " ".join(str(error).split()).rstrip(".")
        return LoginFailed("engine", user=username, reason=reason)
    curl = next((e for e in (error, error.__context__) if isinstance(e, pycurl.error)), None)
    if curl is not None and not isinstance(error, sdk.TimeoutError):
        error = TransferFailed(int(curl.args[0]), str(curl.args[-1]))
    found = error_of(error, Asked(_ACTION, "login"))
    return found or EngineSlow("engine", action=_ACTION, seconds=f"{_LOGIN_SECONDS:g}")
