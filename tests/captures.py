# SPDX-License-Identifier: Apache-2.0
"""Running VMs captured in the lab, put back as files: /proc, the cgroup, libvirt's state.

Decides how a capture is unpacked and changed. The captures are those of `tests/lab` (make
test-lab writes them), with the fields of /proc/PID/status that are read.

    root = Capture("cells").write(tmp_path)       # for numa-domain verify --root
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from numa_domain.base.idset import Cpuset
from numa_domain.host.model import HostTopology, Node
from tests.sysfs_tree import write_sysfs

HOST = HostTopology.of(
    Node(id, Cpuset.parse(cpus) if cpus else Cpuset(), mib << 10, mib << 9)
    for id, (cpus, mib) in enumerate([("0-1", 2048), ("2-3", 1536), ("4-5", 1024), ("", 1536)])
)
"""The lab's, on which they were captured."""
FOLDER = Path(__file__).with_name("data") / "running"


class Capture:
    """The files of one VM by path."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.files: dict[str, str] = json.loads((FOLDER / f"{name}.json").read_text())
        path = next(path for path in self.files if path.endswith("/numa_maps"))
        self.pid = int(path.split("/")[2])

    @property
    def xml(self) -> str:
        """The domain in libvirt's state."""
        state = self.files[f"/run/libvirt/qemu/{self.name}.xml"]
        found = re.search(r"<domain .*</domain>", state, re.DOTALL)
        assert found is not None
        return found.group()

    def change(self, ending: str, old: str, new: str) -> Capture:
        """Replace a text in the files whose path ends so; it has to be there."""
        paths = [path for path in self.files if path.endswith(ending)]
        assert any(old in self.files[path] for path in paths), f"{old!r} is not in {paths}"
        for path in paths:
            self.files[path] = self.files[path].replace(old, new)
        return self

    def rename(self, name: str, uuid: str, pid: int) -> Capture:
        """The same VM as another one."""
        uuids = re.findall(r"-uuid\0([^\0]+)", self.files[f"/proc/{self.pid}/cmdline"])
        files = {}
        for path, text in self.files.items():
            path = path.replace(f"/proc/{self.pid}/", f"/proc/{pid}/")
            path = path.replace(f"/{self.name}.", f"/{name}.").replace(
                f"-{self.name}.", f"-{name}."
            )
            path = path.replace(f"/task/{self.pid}/", f"/task/{pid}/")
            for old, new in ((uuids[0], uuid), (f"guest={self.name},", f"guest={name},")):
                text = text.replace(old, new)
            text = text.replace(f"-{self.name}.libvirt", f"-{name}.libvirt")
            files[path] = text
        self.name, self.pid, self.files = name, pid, files
        return self

    def write(self, root: Path) -> Path:
        """Write the files below `root`, with the sysfs of the host, and return it."""
        write_sysfs(HOST, root / "sys")
        for path, text in self.files.items():
            target = root / path.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        return root
