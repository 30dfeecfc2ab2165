# SPDX-License-Identifier: Apache-2.0
"""The hooks' configuration file.

The path is fixed when the hooks are installed. Nothing is taken from the environment, where VDSM
puts the custom properties of VMs. An unknown key is an error: an admin must not believe in a limit
that is not set because its name is misspelt.

    # /etc/ovirt-numa/hook.conf
    sysfs = /sys
    time_limit = 8
"""

from __future__ import annotations

import os
from stat import S_ISREG

from numa_domain.base.errors import HostError
from numa_domain.base.frozen import Value

DEFAULT = "/etc/ovirt-numa/hook.conf"
"""This file may be missing; one that was named when the hooks were installed may not."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LEVELS = ("error", "warning", "info", "debug")

_LARGEST = 65536


class ConfigUnreadable(HostError):
    what = "the hook's configuration cannot be read: {reason}"
    todo = "restore the file, or run numa-hook install --config with another"


class ConfigMalformed(HostError):
    what = "{line!r} is not key = value"
    todo = "correct the line, or put a # before it"


class ConfigKeyUnknown(HostError):
    what = "there is no key {key!r}"
    todo = "the keys are {known}"


class ConfigValueBad(HostError):
    what = "{value!r} cannot be {key}"
    todo = "write {expected}"


class Config(Value):
    """All settings, with their defaults."""

    sysfs: str = "/sys"
    """Where the host's nodes and their free memory are read."""
    proc: str = "/proc"
    """Where running VMs are looked for."""
    cgroup: str = "/sys/fs/cgroup"
    """Where it is read how much memory a VM has touched."""
    run_dir: str = "/run/vdsm/ovirt-numa"
    """For the reservations. The user vdsm can write there, and it is empty after a boot."""
    log_file: str = "/var/log/vdsm/numa-hook.log"
    log_level: str = "info"
    time_limit: float = 8.0
    """Seconds after which a hook refuses rather than keep VDSM waiting."""
    kernel_percent: int = 100
    """How much of what the kernel keeps of a node's free memory (/proc/zoneinfo) is left to it."""
    qemu_percent: int = 100
    """How much of what QEMU usually needs is added to a VM's memory."""
    start_grace: int = 300
    """Seconds from the start hook to the QEMU process; after that, a reservation without one
    lapses.
    """
    libvirt_uri: str = "qemu:///system"
    """Where the service numa-affinity connects to."""
    libvirt_password_file: str = "/etc/pki/vdsm/keys/libvirt_password"
    """VDSM's own, for its user vdsm@ovirt."""

    @classmethod
    def read(cls, path: str) -> Config:
        """The settings in a file. Raises `HostError` with file and line."""
        text = _text(path)
        if text is None:
            return cls()
        given: dict[str, Any] = {}
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip() and not line.lstrip().startswith("#"):
                key, value = _setting(line, f"{path}, line {number}")
                given[key] = value
        return cls(**given)


def _text(path: str) -> str | None:
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        if path == DEFAULT:
            return None
        raise ConfigUnreadable(path, reason="it is not there") from None
    except OSError as error:
        raise ConfigUnreadable(path, reason=error.strerror) from None
    try:
        if not S_ISREG(os.fstat(fd).st_mode):
            raise ConfigUnreadable(path, reason="not a regular file")
        return os.read(fd, _LARGEST).decode("utf-8", "replace")
    except OSError as error:
        raise ConfigUnreadable(path, reason=error.strerror) from None
    finally:
        os.close(fd)


def _setting(line: str, where: str) -> tuple[str, str | float | int]:
    key, equals, text = (part.strip() for part in line.partition("="))
    if not equals:
        raise ConfigMalformed(where, line=line.strip())
    if key not in Config._fields:
        raise ConfigKeyUnknown(where, key=key, known=", ".join(Config._fields))
    return key, _value(key, text, where)


def _value(key: str, text: str, where: str) -> str | float | int:
    if key == "log_level":
        if text in LEVELS:
            return text
        expected = f"one of {', '.join(LEVELS)}"
    elif key == "time_limit":
        if text.replace(".", "", 1).isdigit() and text.isascii() and 0.1 <= float(text) <= 9:
            return float(text)
        expected = "seconds from 0.1 to 9"
    elif key == "start_grace":
        if text.isdigit() and text.isascii() and len(text) <= 6 and int(text) >= 10:
            return int(text)
        expected = "whole seconds, at least 10"
    elif key in ("kernel_percent", "qemu_percent"):
        if text.isdigit() and text.isascii() and len(text) <= 4 and int(text) <= 1000:
            return int(text)
        expected = "per cent from 0 to 1000"
    elif key == "libvirt_uri":
        if ":" in text and text.isascii() and text.isprintable() and " " not in text:
            return text
        expected = "an address as libvirt has it, such as qemu:///system"
    else:
        if text.startswith("/") or (key == "log_file" and not text):
            return text
        expected = "an absolute path"
    raise ConfigValueBad(where, key=key, value=text, expected=expected)
