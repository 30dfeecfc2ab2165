# SPDX-License-Identifier: Apache-2.0
"""An argument parser whose errors are one line, for every command of this project.

>>> Parser(prog="numa-hook").parse_args(["--frob"])  # doctest: +SKIP
numa-hook: unrecognized arguments: --frob; see numa-hook --help
"""

from __future__ import annotations

import argparse
from argparse import ArgumentTypeError
from collections.abc import Sequence
from typing import Any, NoReturn

_LARGEST_PORT = 65535
_LONGEST = 86400.0


class Parser(argparse.ArgumentParser):
    """Help is printed as it was written: examples keep their lines. Options are not abbreviated: a
    script that writes --js would stop with the release that has a second one, and errors are JSON
    where --json is written.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("allow_abbrev", False)
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(*args, **options)

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """What a command does not know is its own error, not its program's."""
        found, left = self.parse_known_args(args, namespace)
        if left:
            command = getattr(found, "command", None)
            prog = f"{self.prog} {command}" if command else self.prog
            self.exit(2, f"{prog}: unrecognized arguments: {' '.join(left)}; see {prog} --help\n")
        return found


def port(text: str) -> int:
    """A TCP port as an option's type; 0 is any that is free."""
    if not (text.isascii() and text.isdecimal() and int(text[:6]) <= _LARGEST_PORT):
        raise ArgumentTypeError(f"{text!r} is not a port: write a number from 0 to {_LARGEST_PORT}")
    return int(text)


def seconds(text: str) -> float:
    """A time as an option's type."""
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found <= _LONGEST:  # not a number is not within either
        raise ArgumentTypeError(f"{text!r} is not a time: write seconds, up to a day (86400)")
    return found


def count(text: str) -> int:
    """A whole number from 1 up as an option's type."""
    if not (text.isascii() and text.isdecimal() and int(text[:10])):
        raise ArgumentTypeError(f"{text!r} is not a count: write a whole number from 1 up")
    return int(text[:10])


def commands_of(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The subcommands of a parser by their names, in its order; none where it has none."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def options_of(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """Options and positional arguments that help shows, without the subcommands."""
    found: Sequence[argparse.Action] = parser._actions
    return [
        action
        for action in found
        if action.help != argparse.SUPPRESS and not isinstance(action, argparse._SubParsersAction)
    ]
