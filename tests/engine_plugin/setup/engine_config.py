#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A program that behaves like oVirt's engine-config, for one option with levels and the four of
the external scheduler, which have none; the rows are a JSON file.

Decides nothing of its own: after EngineConfigLogic, EngineConfigCLIParser, ConfigDaoImpl and
CustomPropertiesUtils of ovirt-engine 4.5. Errors go to stdout with exit code 1, as there. Two
things are for tests: every call is logged, and it can be told to die at the n-th -s.

    ENGINE_ROWS=rows.json engine-config -g UserDefinedVMProperties --cver=4.7
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

OPTION = "UserDefinedVMProperties"
GENERAL = {
    "ExternalSchedulerEnabled": "false",
    "ExternalSchedulerServiceURL": "http://localhost:18781/",
    "ExternalSchedulerConnectionTimeout": "100",
    "ExternalSchedulerResponseTimeout": "120000",
}
KEY_VALUE = r"[a-z_A-Z0-9]+=[^;]*"
SYNTAX = re.compile(f"({KEY_VALUE}(;{KEY_VALUE})*;?)?", re.S)

rows_file = Path(os.environ["ENGINE_ROWS"])


class Refused(Exception):
    pass


def main(words: list[str]) -> None:
    with open(rows_file.with_suffix(".log"), "a", encoding="utf-8") as log:
        log.write(json.dumps(words) + "\n")
    if not words:
        raise Refused("Error: at least 1 argument needed for configuration utility to run.")
    action, given = words[0], words[1:]
    version = next((w.partition("=")[2] for w in given if w.startswith("--cver=")), None)
    rows = json.loads(rows_file.read_text(encoding="utf-8"))
    if action in ("-g", "--get"):
        show(rows, given[0], version)
    elif action in ("-s", "--set", "-m", "--merge"):
        key, equals, value = given[0].partition("=")
        if not equals:
            raise Refused("Argument for set/merge action must be in format of key=value.")
        version = version or asked(rows)
        if action in ("-m", "--merge"):
            value = appended(value, rows.get(version, ""))
        store(rows, key, value, version)
    else:
        raise Refused(f"Action verb must come first, and '{action}' is not an action.")


def show(rows: dict[str, str], key: str, version: str | None) -> None:
    if key in GENERAL:
        print(f"{key}: {rows.get(key, GENERAL[key])} version: general")
        return
    rows = {level: value for level, value in rows.items() if level not in GENERAL}
    if key != OPTION:
        raise Refused(
            f"Error fetching {key} value: no such entry. Please verify key name and property file"
            " support."
        )
    if version is None:
        for level, value in rows.items():
            print(f"{key}: {value} version: {level}")
    elif version in rows:
        print(rows[version])
    else:
        raise Refused(f"Error fetching {key} value: no such entry with version '{version}'.")


def asked(rows: dict[str, str]) -> str:
    """The dialog that comes without --cver; it has no end where nobody answers."""
    while True:
        print("Please select a version:")
        for number, level in enumerate(rows, 1):
            print(f"{number}. {level}")
        answer = sys.stdin.readline()
        if not answer:
            raise Refused("null")
        if answer.strip().isdigit() and 1 <= int(answer) <= len(rows):
            return list(rows)[int(answer) - 1]


def appended(values: str, current: str) -> str:
    for value in values.split(";"):
        if value not in current.split(";"):
            current = f"{current}{'' if current.endswith(';') or not current else ';'}{value}"
    return current


def store(rows: dict[str, str], key: str, value: str, version: str) -> None:
    if key in GENERAL:
        if version != "general":
            raise Refused(f"Error setting {key}'s value. No such entry with version {version}.")
        rows_file.write_text(json.dumps({**rows, key: value}), encoding="utf-8")
        return
    if not SYNTAX.fullmatch(value):
        raise Refused(
            "Invalid syntax, user defined VM properties specification should conform to "
            + SYNTAX.pattern
        )
    if version not in rows:
        raise Refused(f"Error setting {key}'s value. No such entry with version {version}.")
    left = os.environ.get("ENGINE_DIES_AT")
    if left:
        done = sum(
            '"-s"' in line for line in rows_file.with_suffix(".log").read_text().splitlines()
        )
        if done >= int(left):
            raise Refused("Connection to the Database failed.")
    rows[version] = value
    rows_file.write_text(json.dumps(rows), encoding="utf-8")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Refused as error:
        print(error)
        sys.exit(1)
