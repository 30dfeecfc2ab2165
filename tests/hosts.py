# SPDX-License-Identifier: Apache-2.0
"""The captured hosts of tests/data/hosts.json as values.

Where each capture comes from, and what is special about it, stands in the file beside it; its
form is that of `numa_domain.host.capture_format`.

    >>> load_hosts()["numactl:powervm-0-2"].memory_nodes
    Nodeset(bits=4)
"""

from __future__ import annotations

import json
from pathlib import Path

from numa_domain.host.json_format import read_json
from numa_domain.host.model import HostTopology

PATH = Path(__file__).parent / "data" / "hosts.json"


def load_hosts() -> dict[str, HostTopology]:
    """Every captured host by its name, such as "numactl:cxl-2s"."""
    captured = json.loads(PATH.read_text())
    return {name: read_json(json.dumps(host)) for name, host in captured.items()}
