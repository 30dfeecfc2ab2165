# SPDX-License-Identifier: Apache-2.0
"""Errors of a document as a whole. Errors of single elements are beside the elements.

domain XML line 2: the document has a DOCTYPE, which may hold entities; ...
"""

from __future__ import annotations

from ..base.errors import XMLError


class DocumentTooLarge(XMLError):
    what = "the document has {size} bytes, and {limit} is the most that is read"
    todo = "give the XML of one domain, as `virsh -r dumpxml` prints it"


class DocumentMalformed(XMLError):
    what = "the document is not well-formed XML ({reason})"
    todo = "mend it there, or take it anew from `virsh -r dumpxml`"


class DoctypeRefused(XMLError):
    what = "the document has a DOCTYPE, which may hold entities"
    todo = "remove it: a domain needs none"


class NotADomain(XMLError):
    what = "the root element is {root!r}, not a domain"
    todo = "give the XML of one domain, as `virsh -r dumpxml` prints it"


class ElementsTooMany(XMLError):
    what = "the domain has more than {limit} elements about CPUs, memory and metadata"
    todo = "give the XML of one domain, as `virsh -r dumpxml` prints it"


class TooDeep(XMLError):
    what = "elements are nested more than {limit} deep"
    todo = "take the document anew from `virsh -r dumpxml`: libvirt would refuse it too"


class EncodingRefused(XMLError):
    what = "the document cannot be read in its encoding {encoding!r}"
    todo = "save it as UTF-8"
