# SPDX-License-Identifier: Apache-2.0
"""A host's message broker: who has subscribed to what, and who gets a message.

Decides after VDSM's own: subscriptions belong to the host and not to a connection, so that
an answer goes to everyone who listens at its reply-to, and an event to everyone who listens
at the queue of events. Knows no TLS and no method.

    broker.subscribe(connection, "jms.queue.events", "id-1")
    broker.publish("jms.queue.events", b'{"jsonrpc": "2.0", ...}')
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Protocol

from .stomp import Frame

EVENTS = "jms.queue.events"
REQUESTS = ("jms.topic.vdsm_requests", "jms.topic.vdsm_irs_requests")

_log = logging.getLogger(__name__)


class Listener(Protocol):
    """A connection, as far as a broker knows it."""

    def send(self, frame: Frame) -> None: ...


class Broker:
    """One host's."""

    def __init__(self) -> None:
        self._subscribed: dict[tuple[Listener, str], str] = {}
        """Destinations by connection and the id that it chose."""

    def subscribe(self, listener: Listener, destination: str, sub_id: str) -> bool:
        """False where the connection has used this id already."""
        key = (listener, sub_id)
        if key in self._subscribed:
            return False
        self._subscribed[key] = destination
        return True

    def unsubscribe(self, listener: Listener, sub_id: str) -> None:
        self._subscribed.pop((listener, sub_id), None)

    def forget(self, listener: Listener) -> None:
        """The connection is gone."""
        for key in [key for key in self._subscribed if key[0] is listener]:
            del self._subscribed[key]

    def publish(self, destination: str, body: bytes) -> None:
        """A message of the host's own, to those who listen at exactly this destination."""
        found = [key for key, where in self._subscribed.items() if where == destination]
        if not found:
            _log.warning("nobody listens at %s", destination)
        for listener, sub_id in found:
            headers = {
                "destination": destination,
                "content-type": "application/json",
                "subscription": sub_id,
            }
            listener.send(Frame("MESSAGE", headers, body))

    def forward(self, frame: Frame) -> bool:
        """A client's message, to those who listen at its destination or above; False: nobody."""
        destination = frame.headers.get("destination", "")
        above = set(_upwards(destination))
        found = [key for key, where in self._subscribed.items() if where in above]
        for listener, sub_id in found:
            headers = {**frame.headers, "subscription": sub_id}
            listener.send(Frame("MESSAGE", headers, frame.body))
        return bool(found)


def for_the_host(destination: str) -> bool:
    """Whether a message is a call, for the host to answer."""
    return any(destination == queue or destination.startswith(f"{queue}.") for queue in REQUESTS)


def _upwards(destination: str) -> Iterator[str]:
    parts = destination.split(".")
    return (".".join(parts[: i + 1]) for i in range(len(parts)))
