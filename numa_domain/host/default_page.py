# SPDX-License-Identifier: Apache-2.0
"""The host's default size of huge pages: what `<hugepages/>` without a size means.

2 MiB on x86_64 and arm64 as the kernel comes, 16 MiB or 2 MiB on POWER, 1 MiB on s390x, and
anything that the machine has with `default_hugepagesz=1G` on the kernel's command line. Only
/proc/meminfo tells.

    default_page_kib("/proc")       2048
"""

from __future__ import annotations

import os

_LARGEST = 65536
_NAME = b"Hugepagesize:"


def default_page_kib(proc: str = "/proc") -> int:
    """KiB; 0 where the kernel does not say, as without huge pages."""
    try:
        fd = os.open(f"{proc}/meminfo", os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return 0
    try:
        text = os.read(fd, _LARGEST)
    except OSError:
        return 0
    finally:
        os.close(fd)
    for line in text.splitlines():
        words = line.split()
        if len(words) == 3 and words[0] == _NAME and words[1].isdigit():
            return int(words[1])
    return 0
