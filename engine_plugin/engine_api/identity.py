# SPDX-License-Identifier: Apache-2.0
"""Whose a token is, and with whom they share what the engine shows.

The engine answers every administrator, of whatever kind, with all hosts, VMs, clusters and events,
and every other user with what their permissions reach (its filter). It shows the summary of the
system to administrators alone, which tells the two apart.

    Identity("0d5f3a52-...", admin=True)
"""

from __future__ import annotations

from dataclasses import dataclass

UNKNOWN = "unknown"
ADMINISTRATORS = "administrators"
"""Who see all, and so may share what one of them was answered."""


@dataclass(frozen=True)
class Identity:
    """Of the user whose token it is. Who is logged in twice is shown the same."""

    user_id: str
    admin: bool

    def viewers(self, user_key: str) -> str:
        """Stands for those who are shown the same: all administrators, or this user alone, with
        whichever token; `user_key` where the engine does not say whose it is."""
        if self.admin:
            return ADMINISTRATORS
        return user_key if self.user_id == UNKNOWN else f"user {self.user_id}"
