# SPDX-License-Identifier: Apache-2.0
"""The examples in each command's help; a test runs those that ask an engine.

EXAMPLES["clear"]
"""

from __future__ import annotations

EXAMPLES = {
    "": """examples:
  ovirt-numa suggest db1
  ovirt-numa set db1 --nodeset auto --topology host
  ovirt-numa get

ovirt-numa COMMAND --help tells more. The engine's address and login are OVIRT_URL,
OVIRT_USERNAME and OVIRT_PASSWORD, or stand in ~/.ovirt-numa.conf.
""",
    "get": """examples:
  ovirt-numa get                            every VM that has settings
  ovirt-numa get --search name=db*
  ovirt-numa get --kind template            every template that has settings
  ovirt-numa get db1 --json
""",
    "set": """examples:
  ovirt-numa set db1 --nodeset auto --topology host
  ovirt-numa set db1 --nodeset preferred:1
  ovirt-numa set db1 --topology "cpus=0-3 mem=8G nodes=0 / cpus=4-7 mem=8G nodes=1"
  ovirt-numa set desktops --kind pool --nodeset auto
  ovirt-numa set --search tag=db --nodeset auto     all VMs that oVirt's search finds

They count from the VM's next start.
""",
    "clear": """examples:
  ovirt-numa clear db1
  ovirt-numa clear desktops --kind pool
  ovirt-numa clear --search tag=db
""",
    "adopt": """examples:
  ovirt-numa get legacy-db                  shows the virtual NUMA nodes of oVirt's own
  ovirt-numa adopt legacy-db
""",
    "fit": """examples:
  ovirt-numa fit db1                        with the settings that it has
  ovirt-numa fit db1 --nodeset auto --topology 2 --diff
""",
    "suggest": """examples:
  ovirt-numa suggest db1
  ovirt-numa suggest db1 --json
""",
    "why": """examples:
  ovirt-numa why db1                        its last start, host by host
  ovirt-numa why db1 --all
""",
    "health": """examples:
  ovirt-numa health
  ovirt-numa health Default
""",
    "serve": """examples:
  OVIRT_NUMA_ENGINE_URL=https://engine.example.org ovirt-numa serve
  ovirt-numa serve --port 9000
""",
    "setup": """examples:
  ovirt-numa setup --check                  what is missing; changes nothing
  ovirt-numa setup                          does it, and asks before each restart
  ovirt-numa setup --undo
  ovirt-numa setup --scheduler --scheduler-user ovirt-numa@internal
""",
    "scheduler": """examples:
  ovirt-numa scheduler                      systemd runs it, beside the engine
""",
    "demo": """examples:
  ovirt-numa demo
  ovirt-numa demo --port 9090 --fresh
  ovirt-numa demo --what-it-is-not
""",
}
