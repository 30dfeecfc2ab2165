# SPDX-License-Identifier: Apache-2.0
"""Our own service, behind the same web server as the engine: asked with the user's own token.

service_says(session, "/vms/0d5f.../numa/decisions")
"""

from __future__ import annotations

import json
import ssl
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from . import errors
from .session import Session

_PATH = "/ovirt-engine-numa/api/v1"
_LARGEST = 16 << 20


class ServiceAway(errors.EngineError):
    what = "our service does not answer at {url}: {reason}"
    todo = "see that ovirt-engine-numa runs on the engine's machine, and httpd leads to it"


def service_says(session: Session, path: str) -> dict[str, Any]:
    """The document at a path below /api/v1. Raises `ServiceAway`, `EntityUnknown`, ..."""
    config = session.client.config
    parts = urlsplit(config.url)
    url = f"{parts.scheme}://{parts.netloc}{_PATH}{path}"
    context = ssl.create_default_context(cafile=config.ca_file)
    if config.insecure:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    opener = urllib.request.build_opener(
        urllib.request.HTTPSHandler(context=context), urllib.request.ProxyHandler({}), _NoRedirect()
    )
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {session.token}"})
    try:
        left = max(0.1, session.deadline - time.monotonic())
        with opener.open(request, timeout=min(left, config.call_seconds)) as answer:
            found = json.loads(answer.read(_LARGEST))
    except urllib.error.HTTPError as error:
        raise _refusal(error, url, path) from None
    except (OSError, ValueError) as error:
        reason = str(getattr(error, "reason", error))
        raise ServiceAway("service", url=url, reason=reason) from None
    assert isinstance(found, dict)  # the service's documents are objects
    return found


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The token goes to the engine's machine and nowhere else."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _refusal(error: urllib.error.HTTPError, url: str, path: str) -> errors.EngineError:
    if error.code == 401:
        return errors.TokenRejected("token")
    try:
        found = json.loads(error.read(_LARGEST))
        reason = str(found.get("message") or found.get("detail") or error.code)
    except (OSError, ValueError, AttributeError):
        reason = f"it answers {error.code}"
    return ServiceAway("service", url=url, reason=reason)
