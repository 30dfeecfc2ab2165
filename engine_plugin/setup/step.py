# SPDX-License-Identifier: Apache-2.0
"""A step of setup: something that has to be so on the engine's machine.

Decides what a step can be asked. Steps are independent of each other and each can be done again
at any time, so a run that was cut off is repaired by the next.

    for step in steps:
        if step.missing(): step.apply()
"""

from __future__ import annotations

from numa_domain.base.errors import NumaError


class FileForeign(NumaError):
    blames = "engine"
    what = "the file there was not written by ovirt-numa"
    todo = "look at it, and move it away"


class Step:
    """One step."""

    title = ""

    def missing(self) -> list[str]:
        """What is not as it should be; nothing where all is well."""
        raise NotImplementedError

    def remember(self) -> None:
        """Note down what `undo` will need, before anything is done."""

    def apply(self) -> None:
        """Make it so."""
        raise NotImplementedError

    def undo(self) -> list[str]:
        """Take back what `apply` did; says what was taken."""
        raise NotImplementedError

    def left(self) -> list[str]:
        """What of ours is still there after `undo`, and why."""
        return []

    def forget(self) -> None:
        """Drop what `remember` noted: all is taken back."""
