# SPDX-License-Identifier: Apache-2.0
"""The engine's REST API for setup, with Python's own library alone.

rest = Rest("https://engine.example.org/ovirt-engine/api", "/etc/pki/ovirt-engine/ca.pem")
rest.login("admin@internal", "...")
rest.ask("GET", "/schedulingpolicies")
"""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from numa_domain.base.errors import NumaError

_SECONDS = 30.0
_REST = "/api"


class EngineAway(NumaError):
    blames = "engine"
    what = "the engine does not answer at {url}: {reason}"
    todo = "see that it runs (systemctl status ovirt-engine), then run this again"


class LoginRefused(NumaError):
    blames = "request"
    what = "the engine refuses the login of {user}: {reason}"
    todo = "check the name (with its domain: admin@internal) and the password"


class AskedInVain(NumaError):
    blames = "engine"
    what = "the engine answers {code} to {method} {path}: {detail}"
    todo = "see what it says; the user may lack the right to it"


class Rest:
    """Of one engine, as one user."""

    def __init__(self, url: str, ca_file: str | None) -> None:
        self.url = url.rstrip("/")
        self._context = ssl.create_default_context(cafile=ca_file)
        self._token = ""

    def login(self, user: str, password: str) -> Rest:
        """The same, as this user. Raises `LoginRefused`."""
        found = Rest.__new__(Rest)
        found.url, found._context = self.url, self._context
        fields = {"grant_type": "password", "scope": "ovirt-app-api"}
        body = urllib.parse.urlencode({**fields, "username": user, "password": password}).encode()
        sso = self.url.removesuffix(_REST) + "/sso/oauth/token"
        request = urllib.request.Request(sso, body, {"Accept": "application/json"})
        code, text = self._sent(request)
        answer = _json(text)
        token = answer.get("access_token")
        if code != 200 or not token:
            reason = str(answer.get("error") or f"it answers {code}").rstrip(".")
            raise LoginRefused("engine", user=user, reason=reason)
        found._token = str(token)
        return found

    def logout(self) -> None:
        """The token is of no use to anybody any more."""
        form = urllib.parse.urlencode({"scope": "ovirt-app-api", "token": self._token}).encode()
        where = self.url.removesuffix(_REST) + "/services/sso-logout"
        self._sent(urllib.request.Request(where, form, {"Accept": "application/json"}))

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """The document. Raises `AskedInVain` where it is a refusal."""
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "Authorization": f"Bearer {self._token}",
            "Version": "4",
        }
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", data, headers, method=method)
        code, text = self._sent(request)
        if code >= 300:
            fault = _json(text)
            fault = fault.get("fault", fault)
            detail = fault.get("detail") or fault.get("reason") or "it gives no reason"
            where = path.partition("?")[0]
            raise AskedInVain("engine", code=code, method=method, path=where, detail=detail)
        return _json(text)

    def _sent(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            https = urllib.request.HTTPSHandler(context=self._context)
            direct = urllib.request.ProxyHandler({})  # a token is no matter of a proxy's
            opener = urllib.request.build_opener(https, direct, _NoRedirect())
            with opener.open(request, timeout=_SECONDS) as answer:
                return answer.status, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode("utf-8", "replace")
        except (OSError, ValueError) as error:
            reason = str(getattr(error, "reason", error))
            raise EngineAway("engine", url=self.url, reason=reason) from None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The token stays with the engine that was named."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _json(text: str) -> dict[str, Any]:
    """Empty where it is none: httpd's own pages are HTML."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
