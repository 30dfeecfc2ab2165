# SPDX-License-Identifier: Apache-2.0
"""A page with the plugin API of oVirt's WebAdmin, for the embedded engine.

Decides the paths: those of WebAdmin, so that the plugin runs there unchanged. Knows neither the
engine nor the plugin: one is asked by the page, the other is a folder of built files.

    create_app(settings, beside=shell_routes())      then /ovirt-engine/webadmin/ has the page
"""

from __future__ import annotations

import json
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

STATIC = Path(__file__).parent / "static"
PLUGIN = Path(__file__).parents[2] / "ui" / "dist"
BASE = "/ovirt-engine/webadmin"
_HEADERS = {
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
"""As the engine's HeaderFilter and PluginResourceServlet send them."""
_NEEDED = {"name", "url", "resourcePath"}


def shell_routes(plugin: Path = PLUGIN) -> list[BaseRoute]:
    """Routes of the page; `plugin` is the folder with the descriptor and the resources."""

    def plugins(_: Request) -> Response:
        """What the engine writes into WebAdmin.html: every plugin's descriptor and config."""
        return JSONResponse(_definitions(plugin), headers=_HEADERS)

    def resource(request: Request) -> Response:
        folders = {d["name"]: plugin / str(d["resourcePath"]) for d in _definitions(plugin)}
        folder = folders.get(request.path_params["name"])
        if folder is None:
            raise HTTPException(404)
        return _file(folder, request.path_params["path"])

    def static(request: Request) -> Response:
        return _file(STATIC, request.path_params["path"])

    def page(_: Request) -> Response:
        return _file(STATIC, "index.html")

    def entry(_: Request) -> Response:
        return RedirectResponse(f"{BASE}/")

    return [
        Route(BASE, entry, methods=["GET"]),
        Route(f"{BASE}/", page, methods=["GET"]),
        Route(f"{BASE}/plugins.json", plugins, methods=["GET"]),
        Route(f"{BASE}/plugin/{{name}}/{{path:path}}", resource, methods=["GET"]),
        Route(f"{BASE}/shell/{{path:path}}", static, methods=["GET"]),
    ]


def _definitions(folder: Path) -> list[dict[str, object]]:
    """Descriptors with the user's configuration merged into them, as PluginDataManager does.

    A file that is no descriptor is passed over: the build's list of what it bundles is JSON, too.
    """
    found = []
    for path in sorted(folder.glob("*.json")):
        if path.stem.endswith("-config"):
            continue
        descriptor = json.loads(path.read_text())
        if not (isinstance(descriptor, dict) and descriptor.keys() >= _NEEDED):
            continue
        config = folder / f"{path.stem}-config.json"
        own = json.loads(config.read_text()) if config.exists() else {}
        if own.get("enabled", True):
            merged = {**descriptor.get("config", {}), **own.get("config", {})}
            found.append({**descriptor, "config": merged})
    return found


def _file(folder: Path, name: str) -> Response:
    """A file of the folder; 404 for what the engine's servlet refuses, too."""
    path = (folder / name).resolve()
    if ".." in name or "//" in name or not path.is_relative_to(folder.resolve()):
        raise HTTPException(404)
    if not path.is_file():
        raise HTTPException(404)
    return FileResponse(path, headers=_HEADERS)
