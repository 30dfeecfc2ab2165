# SPDX-License-Identifier: Apache-2.0
"""The scheduler beside the service, as far as it tells what it knows.

Both are on the engine's machine and share no secret: it is asked over loopback, without a token,
and what it says of a VM is shown to who may see the VM, and of hosts those that the user sees.
Where it does not answer, that is the answer.

    Scheduler("http://127.0.0.1:18781").decisions("0d5f...")
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Collection
from typing import Any

_SECONDS = 1.0
_LARGEST = 4 << 20
Document = dict[str, Any]


class Scheduler:
    """At one address."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        handlers = urllib.request.ProxyHandler({}), _NoRedirect()
        self._opener = urllib.request.build_opener(*handlers)

    def state(self) -> Document | None:
        """None where it does not answer."""
        return self._read("/state")

    def decisions(self, vm_id: str) -> list[Document] | None:
        """The newest first; None where it does not answer."""
        found = self._read(f"/decisions/{vm_id}")
        return None if found is None else list(found.get("decisions", []))

    def _read(self, path: str) -> Document | None:
        try:
            with self._opener.open(f"{self._url}{path}", timeout=_SECONDS) as answer:
                found = json.loads(answer.read(_LARGEST))
        except (OSError, ValueError):  # URLError and HTTPError are OSErrors
            return None
        return found if isinstance(found, dict) else None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def seen(decision: Document, host_ids: Collection[str]) -> Document:
    """A decision with those hosts that a user sees; `hidden_hosts` are the others."""
    hosts = [host for host in decision["hosts"] if host["id"] in host_ids]
    chosen = decision["chosen"]
    if chosen is not None and chosen["id"] not in host_ids:
        chosen = None
    hidden = len(decision["hosts"]) - len(hosts)
    return {**decision, "hosts": hosts, "chosen": chosen, "hidden_hosts": hidden}
