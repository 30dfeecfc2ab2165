# SPDX-License-Identifier: Apache-2.0
"""Dates in a search: `time>Yesterday`, `creationdate<"Nov 27, 2026"`.

Decides which texts are dates: Java's English forms, and the engine's words for the last days.
Knows no field.

    >>> seconds("Nov 27, 1970") - seconds("Nov 26, 1970")
    86400.0
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

_FORMS = ("%b %d, %Y", "%B %d, %Y", "%A, %B %d, %Y", "%m/%d/%y")
_TIMES = ("", ", %I:%M:%S %p", ", %I:%M %p")
_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_DAY = 86400.0


def seconds(value: str) -> float | None:
    """The beginning of the day or moment that a text names; None where it names none."""
    today = datetime.fromtimestamp(time.time()).replace(hour=0, minute=0, second=0, microsecond=0)
    if value.upper() in ("TODAY", "YESTERDAY"):
        back = 0 if value.upper() == "TODAY" else 1
        return (today - timedelta(days=back)).timestamp()
    if value.upper() in _DAYS:
        back = (today.weekday() - _DAYS.index(value.upper())) % 7 or 7
        return (today - timedelta(days=back)).timestamp()
    for form in (f"{date}{clock}" for date in _FORMS for clock in _TIMES):
        try:
            return datetime.strptime(value, form).timestamp()
        except ValueError:
            continue
    return None


def condition(column: str, relation: str, value: str) -> tuple[str, list[Any]]:
    """`=` means that day."""
    begin = seconds(value)
    if begin is None:
        return "0", []
    if relation == "=":
        return f"{column} BETWEEN ? AND ?", [begin, begin + _DAY]
    return f"{column} {relation} ?", [begin]
