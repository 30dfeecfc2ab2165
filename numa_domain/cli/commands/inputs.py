# SPDX-License-Identifier: Apache-2.0
"""Arguments that several commands have: a host, a domain, and the two inputs.

The file name "-" means standard input.

    numa-domain fit vm.xml --host - --nodeset auto < host.json
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import TypeVar

from ...base.errors import NumaError, RequestError
from ...domxml.read import parse_guest
from ...domxml.read import read_guest as domain_guest
from ...domxml.tree import VDSM, Document, parse
from ...guest.model import Guest
from ...host.json_format import read_margined
from ...host.model import HostTopology
from ...request.model import NumaRequest
from ...request.parts import NODESET, TOPOLOGY
from .this_machine import this_machine

Value = TypeVar("Value")

_LARGEST = 64 << 20


class InputUnreadable(RequestError):
    what = "the file cannot be read: {reason}"
    todo = "check the name, or give - for standard input"


class NothingAsked(RequestError):
    what = "neither --nodeset nor --topology is given, and the XML has no such custom properties"
    todo = "give one of them, as the VM's custom properties have it"


class StdinTwice(RequestError):
    what = "two inputs are read from standard input"
    todo = "give a file name for one of them"


def domain_arguments(parser: ArgumentParser, *, optional: bool = False) -> None:
    """Add DOMAIN.xml and the two inputs."""
    nargs = "?" if optional else None
    parser.add_argument(
        "domain", metavar="DOMAIN.xml", nargs=nargs, help="libvirt's XML; - is stdin"
    )
    parser.add_argument(
        "--nodeset",
        metavar="TEXT",
        help="numa_nodeset: 0-1, auto; absent, as --topology: as the XML has it",
    )
    parser.add_argument(
        "--topology", metavar="TEXT", help='numa_topology: 2, host, "cpus=0-3 mem=8G / ..."'
    )


def host_argument(parser: ArgumentParser, absent: str = "this machine") -> None:
    """Add --host."""
    parser.add_argument(
        "--host", metavar="FILE", help=f"a host as JSON; - is stdin; absent: {absent}"
    )


def read_host(args: Namespace) -> HostTopology:
    """The host in --host, with the hooks' margins if it does not tell its own; or this machine."""
    if args.host is None:
        return this_machine()
    if args.host == "-" and getattr(args, "domain", None) == "-":
        raise StdinTwice()
    return parsed(args.host, read(args.host), read_margined)


def read_guest(args: Namespace) -> tuple[bytes, Guest]:
    """The domain's XML, and the VM in it."""
    xml = read(args.domain)
    return xml, parsed(args.domain, xml, parse_guest)


def read_document(args: Namespace) -> tuple[Document, Guest]:
    """The domain's XML as a tree, and the VM in it."""
    document = parsed(args.domain, read(args.domain), parse)
    return document, parsed(args.domain, document.raw, lambda _: domain_guest(document.root))


def read_request(args: Namespace, xml: bytes) -> NumaRequest:
    """The two inputs; where neither is given, those that the engine has written into the XML.
    Raises `NothingAsked` where there are none.
    """
    nodeset, topology = args.nodeset, args.topology
    if nodeset is None and topology is None:
        nodeset, topology = _property(xml, NODESET), _property(xml, TOPOLOGY)
    request = NumaRequest.parse(nodeset=nodeset, topology=topology)
    if request.empty:
        raise NothingAsked()
    return request


def _property(xml: bytes, name: str) -> str | None:
    """A custom property of the VM, which VDSM gives to the hook. An emptied one is "null"."""
    from lxml import etree  # here: 10 ms that a command with its inputs given does not need

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    root = etree.fromstring(xml, parser)
    text = root.findtext(f"metadata/{{{VDSM}}}vm/{{{VDSM}}}custom/{{{VDSM}}}{name}")
    return None if text in (None, "null") else str(text)


def read(name: str) -> bytes:
    """The contents of a file or of standard input, up to a limit."""
    try:
        if name == "-":
            return sys.stdin.buffer.read(_LARGEST)
        with open(name, "rb") as file:
            return file.read(_LARGEST)
    except OSError as error:
        raise InputUnreadable(_shown(name), reason=error.strerror) from None


def parsed(name: str, text: bytes, parse: Callable[[bytes], Value]) -> Value:
    """The result of `parse`; its errors get the file's name in front."""
    try:
        return parse(text)
    except NumaError as error:
        raise error.within(_shown(name)) from None


def _shown(name: str) -> str:
    return "standard input" if name == "-" else name
