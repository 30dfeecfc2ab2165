# SPDX-License-Identifier: Apache-2.0
"""What an engine may have defined, level by level, and what setup makes of it."""

from engine_plugin.properties import DEFINITIONS

OURS = ";".join(f"{name}={expression}" for name, expression in DEFINITIONS.items())
OTHERS = "color=^(red|blue)$;vgpu=^[^ ]+=.*$;color=^red$"
OLDER = "numa_nodeset=^[0-9,-]*$"
ROWS = {"4.5": "", "4.6": OTHERS, "4.7": f"{OLDER};{OTHERS}", "4.8": f"a=b;{OURS}"}
WANTED = {
    "4.5": OURS,
    "4.6": f"{OTHERS};{OURS}",
    "4.7": ";".join([OURS.split(";")[0], OTHERS, *OURS.split(";")[1:]]),
    "4.8": f"a=b;{OURS}",
}
