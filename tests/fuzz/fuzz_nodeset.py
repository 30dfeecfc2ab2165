# SPDX-License-Identifier: Apache-2.0
"""Nodesets at random, read by us and by libvirt: both must give the same answer.

Decides which texts are tried, and how libvirt is asked: a domain with that nodeset is
defined in its test driver, and the canonical text read back. The oracle tests use both.

    $ .venv/bin/python tests/fuzz/fuzz_nodeset.py --seconds 60
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator

try:
    import libvirt
except ImportError:
    libvirt = None

from numa_domain.base.errors import NumaError
from numa_domain.base.idset import Nodeset

DOMAIN = """<domain type='test'><name>nodeset</name><memory>1024</memory><vcpu>1</vcpu>
<os><type>hvm</type></os><numatune><memory mode='strict' nodeset='{}'/></numatune></domain>"""

PIECES = (
    *("0", "1", "2", "3", "7", "8", "00", "15", "63", "64", "255", "16382", "16383", "16384"),
    *("2147483647", "2147483648", "4294967295", "4294967296", "18446744073709551616"),
    *(",", ",", ",", ",", "-", "-", "-", "^", "^", " ", " ", "\t", "\n", "\r", "+"),
    *("\v", "\f", "\0", "x", "0x1", "a", "all", ";", ":", "/", ".", "'", "<", "&", "_"),
    *("\u00a0", "\u2003", "\uff11", "\u0661", "\ud800", "\U0001f600"),
)
"""What texts are made of: the grammar's own pieces more often than others."""


class Libvirt:
    """The oracle: libvirt's test driver, over one connection."""

    def __init__(self) -> None:
        libvirt.registerErrorHandler(lambda *_: None, None)
        self._connection = libvirt.open("test:///default")
        self._refusals = (
            libvirt.VIR_ERR_INVALID_ARG,  # no bitmap
            libvirt.VIR_ERR_CONFIG_UNSUPPORTED,  # an empty one
            libvirt.VIR_ERR_XML_DETAIL,  # characters that XML cannot hold
        )

    def read(self, text: str) -> str | None:
        """The canonical text; None where libvirt refuses it."""
        # As character references: a bare tab in an attribute is read as a space
        written = "".join(f"&#{ord(char)};" for char in text)
        try:
            domain = self._connection.defineXML(DOMAIN.format(written))
        except libvirt.libvirtError as e:
            if e.get_error_code() not in self._refusals:
                raise
            return None
        found = domain.XMLDesc().split("nodeset='")[1].split("'")[0]
        domain.undefine()
        return str(found)

    def close(self) -> None:
        self._connection.close()


def read(text: str) -> str | None:
    """Our own canonical text; None where we refuse it. Any other error is a finding."""
    nodes, refusal = None, "refused"
    try:
        nodes = Nodeset.parse(text)
    except NumaError as e:
        refusal = str(e)
    if nodes is None:
        assert refusal.isprintable()
        assert len(refusal) < 400
        return None
    assert Nodeset.parse(str(nodes)) == nodes
    return str(nodes)


def texts(chance: random.Random) -> Iterator[str]:
    """Texts without end: legal ones, legal ones with a mistake, and noise."""
    while True:
        text = ",".join(_item(chance) for _ in range(chance.randint(1, 6)))
        yield text
        for _ in range(chance.randint(1, 3)):
            text = _changed(text, chance)
        yield text
        yield "".join(chance.choices(PIECES, k=chance.randint(0, 9)))


def _item(chance: random.Random) -> str:
    low = chance.choice((chance.randint(0, 12), chance.randint(0, 16383)))
    kind = chance.random()
    if kind < 0.25:
        return f"^{low}"
    if kind < 0.6:
        return f"{low}-{low + chance.choice((0, 1, 5, 200))}"
    return str(low)


def _changed(text: str, chance: random.Random) -> str:
    at = chance.randint(0, len(text))
    kind = chance.random()
    if kind < 0.6:
        return text[:at] + chance.choice(PIECES) + text[at:]
    if kind < 0.8:
        return text[:at] + text[at + 1 :]
    return text[:at] + text[chance.randint(0, len(text)) :]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=10, help="how long (default: 10)")
    parser.add_argument("--seed", type=int, default=None, help="to see a finding again")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(1 << 32)
    oracle = Libvirt() if libvirt else None
    print(f"seed {seed}, {'against libvirt' if oracle else 'without libvirt: none is installed'}")
    end = time.monotonic() + options.seconds
    tried = accepted = 0
    for text in texts(random.Random(seed)):
        if time.monotonic() >= end:
            break
        ours = read(text)
        if oracle and ours != (theirs := oracle.read(text)):
            print(f"{text!a}: we read {ours!r}, libvirt {theirs!r}", file=sys.stderr)
            return 1
        tried += 1
        accepted += ours is not None
    print(f"{tried} texts, {accepted} of them sets: every answer the same")
    return 0


if __name__ == "__main__":
    sys.exit(main())
