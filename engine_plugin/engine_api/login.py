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

from numa_domain.base.errors import NumaError

from .config import EngineConfig
from .errors import LoginFailed

_LOGIN_SECONDS = 15.0


@contextlib.contextmanager
def logged_in(config: EngineConfig, username: str, password: str) -> Iterator[str]:
    """Raises `LoginFailed`."""
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
    error = answer[0][1] if answer else TimeoutError(f"no answer within {_LOGIN_SECONDS:g} s")
    if error is not None:
        reason = " ".join(str(error).split()).rstrip(".")
        raise LoginFailed("engine", user=username, reason=reason) from error
    return answer[0][0]
