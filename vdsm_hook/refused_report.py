# SPDX-License-Identifier: Apache-2.0
"""numa-hook journal --xml: which of the XMLs that are kept of refused starts is meant.

refused(config, "web1").xml         b"<domain ...", of its latest refusal
"""

from __future__ import annotations

import re
import time

from numa_domain.base.errors import HostError, RequestError
from numa_domain.base.frozen import Value

from .config import Config
from .kept_file import read_kept
from .refused_xml import KEPT, LARGEST, kept

LAST = "last"
_NAME = re.compile(rb"<(?:\w+:)?name>\s*([^<]*?)\s*</")


class NoneKept(HostError):
    what = "no XML of a refused start is kept here"
    todo = "the last {kept} since this host's boot are; a VM that runs has virsh -r dumpxml"


class RunUnknown(RequestError):
    what = "no refused start of {run} is kept here"
    todo = "name one of: {known}"


class RefusedUnreadable(HostError):
    what = "it cannot be read: {reason}"
    todo = "run it as root: only root and VDSM's user may"


class Refused(Value):
    """A start that the hook refused."""

    at: int
    """Seconds since 1970."""
    vm_id: str
    name: str
    xml: bytes


def refused(config: Config, run: str) -> Refused:
    """The latest that is meant by a VM's name or id, by the time as the journal shows it, or by
    the word last.
    """
    found = _all(config)
    if not found:
        raise NoneKept(kept=KEPT)
    for each in reversed(found):
        if run in (LAST, each.name, each.vm_id, _time(each.at)) or run.lower() == each.vm_id:
            return each
    names = dict.fromkeys(each.name or each.vm_id for each in reversed(found))
    raise RunUnknown(run=run, known=", ".join((LAST, *names)))


def _all(config: Config) -> list[Refused]:
    try:
        texts = [(at, vm_id, read_kept(path, LARGEST)) for at, vm_id, path in kept(config)]
    except OSError as error:
        raise RefusedUnreadable(str(error.filename), reason=error.strerror) from None
    return [Refused(at, vm_id, _name(xml), xml) for at, vm_id, xml in texts if xml]


def _name(xml: bytes) -> str:
    """The first name in a domain is its own."""
    found = _NAME.search(xml)
    return found[1].decode("utf-8", "replace") if found else ""


def _time(at: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at))
