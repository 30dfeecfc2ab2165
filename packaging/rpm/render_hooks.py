# SPDX-License-Identifier: Apache-2.0
"""The hooks' executables as the package has them: fixed to the system's Python and its directory.

Decides what `numa-hook install` would find out on a host. Run by the spec file, in the source.

    render_hooks.py BUILDROOT/usr/libexec/vdsm/hooks /usr/lib/python3.9/site-packages
"""

from __future__ import annotations

import sys
from pathlib import Path

from vdsm_hook.config import DEFAULT
from vdsm_hook.executables import POINTS, Settings, put, put_label
from vdsm_hook.label import path as label_path

PYTHON = "/usr/bin/python3"


def main(hooks_dir: Path, packages: str) -> None:
    settings = Settings(PYTHON, (packages,), DEFAULT)
    for point in POINTS:
        (hooks_dir / point).mkdir(parents=True)
        put(hooks_dir, point, settings, force=False)
    label_path(hooks_dir).parent.mkdir()
    put_label(hooks_dir)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
