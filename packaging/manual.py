# SPDX-License-Identifier: Apache-2.0
"""Man pages and bash completion of every command, from the commands' own parsers.

They are tracked, since a package is built without the libraries that some parsers need; a test
holds them to the parsers.

    python packaging/manual.py          packaging/man/*.1, packaging/completion/*
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from engine_plugin.cli.main import parser as ovirt_numa  # noqa: E402  # the path comes first
from numa_domain import __version__  # noqa: E402
from numa_domain.cli.main import parser as numa_domain  # noqa: E402
from numa_domain.cli.parser import commands_of, options_of  # noqa: E402
from vdsm_hook.affinity.command import parser as numa_affinity  # noqa: E402
from vdsm_hook.options import parser as numa_hook  # noqa: E402

Parsers = Callable[[str], argparse.ArgumentParser]
"""The program's parser in which this command has its options."""

PROGRAMS: dict[str, tuple[str, Parsers]] = {
    "numa-domain": ("NUMA placement and topology of libvirt domains", numa_domain),
    "numa-hook": ("install and watch VDSM's hooks for NUMA", lambda _: numa_hook()),
    "numa-affinity": ("hold vCPUs beside their memory", lambda _: numa_affinity()),
    "ovirt-numa": ("NUMA settings of oVirt's virtual machines", ovirt_numa),
}
STATUS = """.SH EXIT STATUS
0; 1 where the answer is no; 2 where something is wrong, with one line on
stderr."""
FILES = {
    "numa-hook": "/etc/ovirt-numa/hook.conf, /var/log/vdsm/numa-hook.log, /run/vdsm/ovirt-numa/",
    "numa-affinity": "/etc/ovirt-numa/hook.conf, /run/vdsm/ovirt-numa/",
    "ovirt-numa": "~/.ovirt-numa.conf, /etc/ovirt-numa/service.conf",
}
DOCS = "/usr/share/doc/python3-numa-domain/docs/ on hosts"
COMPLETION = """\
# bash completion of {program}; written by packaging/manual.py from the command's own parser
_{name}() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} command={program} i
    for ((i = 1; i < COMP_CWORD; i++)); do
        case ${{COMP_WORDS[i]}} in -*) ;; *) command=${{COMP_WORDS[i]}}; break ;; esac
    done
    case "$command $before" in
{values}
    esac
    case "$command" in
{words}
    esac
}}
complete -o default -F _{name} {program}
"""


def main() -> None:
    for folder in ("man", "completion"):
        (ROOT / "packaging" / folder).mkdir(exist_ok=True)
    for path, text in files():
        path.write_text(text, encoding="utf-8")


def files() -> Iterator[tuple[Path, str]]:
    """All of them as they have to be."""
    for program in PROGRAMS:
        yield ROOT / "packaging" / "man" / f"{program}.1", man_page(program)
        yield ROOT / "packaging" / "completion" / program, completion(program)


def whole(program: str) -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """A program's parser, and each command's with its options."""
    _, parsers = PROGRAMS[program]
    top = parsers("")
    return top, {name: commands_of(parsers(name))[name] for name in commands_of(top)}


def man_page(program: str) -> str:
    """In the macros of man(7)."""
    summary, _ = PROGRAMS[program]
    top, commands = whole(program)
    title = f'.TH {program.upper()} 1 "" "ovirt-numa {__version__}" "ovirt-numa"'
    parts = [
        title,
        f".SH NAME\n{_roff(program)} \\- {_roff(summary)}",
        f".SH SYNOPSIS\n{_usage(top)}",
        f".SH DESCRIPTION\n{_roff(top.description or '')}",
        ".SH OPTIONS",
        *_options(top),
    ]
    if commands:
        parts.append(".SH COMMANDS")
    for name, parser in commands.items():
        parts += [f".SS {name}", _roff(parser.description or ""), ".PP", _usage(parser)]
        parts += [*_options(parser), ".PP", _examples(parser.epilog or "")]
    parts += [".SH EXAMPLES", _examples(top.epilog or ""), STATUS]
    if program in FILES:
        parts.append(f".SH FILES\n{_roff(FILES[program])}")
    others = ",\n".join(f".BR {_roff(other)} (1)" for other in PROGRAMS if other != program)
    parts.append(f".SH SEE ALSO\n{others}\n.PP\n{_roff(DOCS)}")
    return "\n".join([*filter(None, parts), ""])


def _usage(parser: argparse.ArgumentParser) -> str:
    usage = " ".join(parser.format_usage().removeprefix("usage: ").split())
    return f".nh\n.B {_roff(usage)}\n.hy"


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    formatter = parser._get_formatter()
    for action in options_of(parser):
        said = formatter._expand_help(action) if action.help else ""
        invocation = formatter._format_action_invocation(action)
        yield f".TP\n.B {_roff(invocation)}\n{_roff(said)}"


def _examples(epilog: str) -> str:
    text = epilog.removeprefix("examples:\n").rstrip()
    return f".nf\n{_roff(text)}\n.fi" if text else ""


def _roff(text: str) -> str:
    """Plain text: no line begins with a control character, and a hyphen stays one."""
    escaped = text.replace("\\", "\\e")
    for sign, name in (("-", "\\-"), ("~", "\\(ti"), ("^", "\\(ha")):
        escaped = escaped.replace(sign, name)
    lines = escaped.split("\n")
    return "\n".join(f"\\&{line}" if line[:1] in (".", "'") else line for line in lines)


def completion(program: str) -> str:
    """Commands, then the options of each; the choices of an option that has some."""
    top, commands = whole(program)
    values, words = [], []
    for name, parser in {program: top, **commands}.items():
        flags = [flag for action in options_of(parser) for flag in action.option_strings]
        mine = [*flags, *(commands if name == program else ())]
        words.append(_case(name, mine))
        for action in options_of(parser):
            if action.choices and action.option_strings:
                pattern = "|".join(f'"{name} {flag}"' for flag in action.option_strings)
                values.append(_case(pattern, [str(c) for c in action.choices], quoted=False))
    body = {"values": "\n".join(values) or "    *) ;;", "words": "\n".join(words)}
    return COMPLETION.format(program=program, name=program.replace("-", "_"), **body)


def _case(pattern: str, words: list[str], *, quoted: bool = True) -> str:
    shown = f'"{pattern}"' if quoted else pattern
    found = f'mapfile -t COMPREPLY < <(compgen -W "{" ".join(words)}" -- "$word")'
    return f"    {shown}) {found}; return ;;"


if __name__ == "__main__":
    main()
