# SPDX-License-Identifier: Apache-2.0
"""The service's connection to libvirt: how it logs in, which events it gets, when it counts as
lost.

After VDSM's lib/vdsm/common/libvirtconnection.py (4.50): qemu:///system, SASL user vdsm@ovirt,
and the password from a file that the group kvm can read. A read-only connection needs no
password, but cannot pin. VDSM does not ask for VIR_DOMAIN_EVENT_ID_TUNABLE, which reports pins;
this does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libvirt

from numa_domain.base.errors import HostError

USER = "vdsm@ovirt"
KEEPALIVE_SECONDS, KEEPALIVE_COUNT = 5, 3
"""A daemon that answers nothing for 20 s is gone: the connection is closed and opened anew."""


class LibvirtUnreachable(HostError):
    what = "libvirt cannot be reached at {uri}: {reason}"
    todo = "look at libvirtd or virtqemud, and at libvirt_uri in hook.conf; it is tried again"


class PasswordUnreadable(HostError):
    what = "libvirt asks for a password, and it cannot be read: {reason}"
    todo = "run as user vdsm and group kvm; see libvirt_password_file in hook.conf"


class Connection:
    """An open connection."""

    def __init__(self, uri: str, password_file: str, on_event: Callable[[Any, Any], None]) -> None:
        """`on_event(domain, changes)`: the tunables that have changed; None where the VM itself
        has started or ended. Raises `LibvirtUnreachable` or `PasswordUnreadable`."""
        self._on_event = on_event
        self.lost = ""
        """Why it is closed; empty while it is not."""
        self.libvirt = _open(uri, password_file)
        try:
            self._register()
        except libvirt.libvirtError as error:
            self.close()
            raise LibvirtUnreachable(uri=uri, reason=str(error)) from None

    def _register(self) -> None:
        self.libvirt.registerCloseCallback(self._closed, None)
        try:
            self.libvirt.setKeepAlive(KEEPALIVE_SECONDS, KEEPALIVE_COUNT)
        except libvirt.libvirtError as error:
            if error.get_error_code() != libvirt.VIR_ERR_NO_SUPPORT:  # a driver in this process
                raise
        for event, handler in (
            (libvirt.VIR_DOMAIN_EVENT_ID_TUNABLE, self._tunable),
            (libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE, self._lifecycle),
        ):
            self.libvirt.domainEventRegisterAny(None, event, handler, None)

    def _tunable(self, _: Any, domain: Any, changes: Any, __: Any) -> None:
        self._on_event(domain, changes)

    def _lifecycle(self, _: Any, domain: Any, event: int, __: int, ___: Any) -> None:
        if event in (libvirt.VIR_DOMAIN_EVENT_STARTED, libvirt.VIR_DOMAIN_EVENT_STOPPED):
            self._on_event(domain, None)

    def _closed(self, _: Any, reason: int, __: Any) -> None:
        self.lost = _REASONS.get(reason, "it was closed")

    def is_alive(self) -> bool:
        """Whether it still is; it may end between any two calls."""
        return not self.lost and self.libvirt.isAlive() == 1

    def domains(self) -> list[Any]:
        """Those that run."""
        found: list[Any] = self.libvirt.listAllDomains(libvirt.VIR_CONNECT_LIST_DOMAINS_ACTIVE)
        return found

    def close(self) -> None:
        """Let go of it; what it is worth then does not matter."""
        try:
            self.libvirt.close()
        except libvirt.libvirtError as error:
            self.lost = self.lost or str(error)


_REASONS = {
    libvirt.VIR_CONNECT_CLOSE_REASON_ERROR: "an error",
    libvirt.VIR_CONNECT_CLOSE_REASON_EOF: "the daemon has ended",
    libvirt.VIR_CONNECT_CLOSE_REASON_KEEPALIVE: "the daemon does not answer",
    libvirt.VIR_CONNECT_CLOSE_REASON_CLIENT: "closed here",
}


def _open(uri: str, password_file: str) -> Any:
    unreadable: list[str] = []

    def credentials(asked: list[list[Any]], _: Any) -> int:
        for each in asked:
            if each[0] == libvirt.VIR_CRED_AUTHNAME:
                each[4] = USER
            elif each[0] == libvirt.VIR_CRED_PASSPHRASE:
                try:
                    each[4] = _password(password_file)
                except OSError as error:
                    unreadable.append(str(error.strerror))
                    return -1
        return 0

    kinds = [libvirt.VIR_CRED_AUTHNAME, libvirt.VIR_CRED_PASSPHRASE]
    try:
        return libvirt.openAuth(uri, [kinds, credentials, None], 0)
    except libvirt.libvirtError as error:
        if unreadable:
            raise PasswordUnreadable(password_file, reason=unreadable[0]) from None
        raise LibvirtUnreachable(uri=uri, reason=str(error)) from None


def _password(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.readline().rstrip("\n")
