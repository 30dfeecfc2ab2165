# SPDX-License-Identifier: Apache-2.0
"""The embedded engine's own pages: what this is, and what became of a started VM.

Decides their words. They are no part of oVirt's API, and say so.

    GET /demo                      in plain words
    GET /demo/vms/{id}/domain      the engine's XML, the hooks' XML, QEMU's and the guest's view
"""

from __future__ import annotations

import difflib
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from .engine import Engine
from .seed import PASSWORD, USERS
from .sso import Sessions

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Embedded engine</title>
<style>body{{font:16px/1.5 sans-serif;max-width:46em;margin:2em auto;padding:0 1em}}
code{{background:#eee;padding:0 .2em}}td,th{{text-align:left;padding:.1em 1em .1em 0}}</style>
</head><body>
<h1>This is not oVirt</h1>
<p>It is a stand-in for an oVirt engine, made for a first look at ovirt-numa and for its tests.
It answers the part of oVirt's REST API and login that ovirt-numa uses, by the same rules and in
the same words, and keeps its VMs in one file. Nothing here runs in a data centre.</p>
<ul>
<li>Its <b>hosts</b> are real machines' NUMA layouts, captured and replayed; no such machine is
here. <code>this-machine</code> is the exception: it is the one you look at.</li>
<li>When a VM <b>starts</b>, the installed hooks run as VDSM would run them, and the result is
handed to libvirt. {boot}</li>
<li>Guests never touch memory: what a node has free stays as it was captured.</li>
<li>Disks, networks and consoles do not exist, and neither do storage, quota or high
availability. <code>ovirt-numa demo --what-it-is-not</code> lists all that is otherwise.</li>
</ul>
<p>There are {vms} VMs ({up} up) and {hosts} hosts. REST API: <code>/ovirt-engine/api</code>,
login: <code>/ovirt-engine/sso/oauth/token</code>. All passwords are <code>{password}</code>:</p>
<table><tr><th>user</th><th>role</th></tr>{users}</table>
<pre>curl -u admin@internal:{password} {base}/ovirt-engine/api/vms?max=5</pre>
</body></html>
"""
_BOOTS = {
    "full": "A domain whose nodes and CPUs are on this machine is booted, with emulated CPUs; "
    "any other is only defined, and <code>/demo/vms/{id}/domain</code> says why.",
    "define": "It is only defined there.",
    "none": "That is switched off (<code>--boot none</code>).",
}


def front(request: Request) -> Response:
    engine: Engine = request.app.state.engine
    rows = "".join(
        f"<tr><td><code>{escape(name)}</code></td>"
        f"<td>{escape(', '.join(role for role, _ in roles))}</td></tr>"
        for name, roles in USERS
    )
    page = _PAGE.format(
        boot=_BOOTS[engine.settings.boot],
        vms=engine.store.count("vm"),
        up=engine.store.count("vm", "up"),
        hosts=engine.store.count("host"),
        password=PASSWORD,
        users=rows,
        base=escape(str(request.base_url).rstrip("/")),
    )
    return HTMLResponse(page)


def domain(request: Request) -> Response:
    """What oVirt does not show: the domain before and after the hooks, as of the last start."""
    sessions: Sessions = request.app.state.sessions
    if sessions.user_of(request.headers.get("authorization", "")) is None:
        return Response(status_code=401, headers={"WWW-Authenticate": 'Basic realm="RESTAPI"'})
    engine: Engine = request.app.state.engine
    vm = engine.store.vm(request.path_params["id"])
    if vm is None or not vm.state.domain_xml:
        return JSONResponse({"error": "this VM has not been started here"}, 404)
    before, after = vm.state.engine_xml, vm.state.domain_xml
    diff = difflib.unified_diff(
        before.splitlines(), after.splitlines(), "engine", "hooks", lineterm="", n=2
    )
    return JSONResponse(
        {
            "vm": vm.config.name,
            "status": vm.state.status,
            "engine_xml": before,
            "domain_xml": after,
            "diff": "\n".join(diff),
            **vm.state.report,
        }
    )


ROUTES = [
    Route("/demo", front, methods=["GET"]),
    Route("/demo/vms/{id}/domain", domain, methods=["GET"]),
]
