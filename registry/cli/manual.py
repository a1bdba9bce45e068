"""The manual page, written from the commands: ``python -m registry.cli.manual`` writes it again, and a test fails when it is out of date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from registry.cli.exits import MEANINGS

__all__ = ["manual"]


def manual() -> str:
    """The page in man(7)'s macros: what each command does, its arguments, options and examples."""
    import typer

    from registry.cli.app import app_for

    group: Any = typer.main.get_group(app_for())
    lines = [
        '.TH OUTCOMES 1 "" "trial-outcomes" "User commands"',
        ".SH NAME",
        "outcomes \\- a registry of clinical-trial outcomes",
        ".SH SYNOPSIS",
        ".B outcomes",
        ".I COMMAND",
        "[ARGUMENTS] [OPTIONS]",
        ".SH DESCRIPTION",
        *_text(group.help or ""),
        *_text(str(group.epilog).partition("\n\n")[0]),  # the rest is the exit codes, which have a section
        ".SH COMMANDS",
    ]
    for name, command in group.commands.items():
        lines += [f".SS outcomes {_escaped(name)}", *_text(command.help or ""), *_parameters(command)]
    lines += [".SH EXIT STATUS"]
    for code, meaning in MEANINGS.items():
        lines += [".TP", f"{code:d}", meaning]
    return "\n".join([*lines, ".SH SEE ALSO", "docs/environment.md has the environment variables.", ""])


def _parameters(command: Any) -> Iterator[str]:
    for parameter in command.params:
        if getattr(parameter, "hidden", False):
            continue
        names = ", ".join([*parameter.opts, *parameter.secondary_opts]) if parameter.param_type_name == "option" else ""
        takes = parameter.param_type_name == "argument" or not parameter.is_flag
        metavar = f"{parameter.metavar or ''}" if takes else ""
        yield from (".TP", f".B {_escaped(' '.join(filter(None, [names, metavar])))}", *_text(parameter.help or ""))


def _text(words: str) -> Iterator[str]:
    """Markdown's paragraphs and lists, without its marks."""
    for part in re.split(r"\n\s*\n", words.replace("\b", "").strip()):
        lines = [line.strip() for line in part.splitlines()]
        if lines and all(line.startswith("- ") for line in lines):
            for line in lines:
                yield from (".IP \\(bu 2", _plain(line[2:]))
        elif lines:
            yield from (".PP", _plain(" ".join(lines)))


def _plain(words: str) -> str:
    return _escaped(re.sub(r"\*\*|`", "", words))


def _escaped(words: str) -> str:
    found = words.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{found}" if found.startswith((".", "'")) else found


def main() -> None:
    (Path(__file__).parents[2] / "docs" / "outcomes.1").write_text(manual(), encoding="utf-8")


if __name__ == "__main__":
    main()
