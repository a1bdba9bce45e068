"""``diff``."""

from __future__ import annotations

import os
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.answers import ANSWERS
from registry.cli.exits import Exit, fail
from registry.cli.naming import is_path, package_folder
from registry.cli.options import Root, complete_package, one_of
from registry.cli.streams import answer, say

if TYPE_CHECKING:
    from registry.access import Package

__all__ = ["diff"]


_WORD = "`name@version` for an accepted one, a name for what is in `datapackages/`, or a folder."


def diff(  # noqa: PLR0917  each is an option of the command
    old: Annotated[
        str,
        typer.Argument(metavar="A", help=f"The earlier version: {_WORD}", autocompletion=complete_package, show_default=False),
    ],
    new: Annotated[
        str,
        typer.Argument(
            metavar="B", help="The later version, in the same form.", autocompletion=complete_package, show_default=False
        ),
    ],
    format_: Annotated[str, one_of("--format", ANSWERS["difference"], "How the comparison is written.")] = "text",
    max_changes: Annotated[
        int, typer.Option("--max-changes", metavar="N", min=0, help="Changes listed for each table; all are counted.")
    ] = 20,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 1 where they differ.")] = False,
    root: Root = None,
) -> None:
    """Compare two versions of a package row by row, and show which version number the changes need.

    **Examples**

    - `outcomes diff linde-2015@1.0.0 linde-2015` – the accepted version and the present files
    - `outcomes diff linde-2015@1.0.0 linde-2015@1.1.0 --format json` – two accepted versions, for a program
    - `outcomes diff ./before ./after --exit-code` – two folders, in a script

    White space, the order of rows and columns, and ways of writing a number don't count as changes. `docs/versions.md` says which change needs which version.

    Exit codes: 0 compared, 1 they differ and `--exit-code` was given, 2 usage, 3 could not be compared, 4 a bug.
    """
    from registry.diffing import difference

    found = difference(_package(old, root), _package(new, root))
    answer("difference", format_, found, None, max_changes=max_changes)
    if exit_code and not found.empty:
        raise typer.Exit(Exit.FINDINGS)


def _package(word: str, root: Path | None) -> Package:
    """The package that a word means: a path, ``name@version`` in the store, or a name in ``datapackages/``."""
    from registry.packages.finding import DESCRIPTOR, read_entry
    from registry.packages.package import draft

    name, at, version = word.partition("@")
    if at and not is_path(word):
        return _accepted(name, version, root)
    folder = package_folder(word, root)
    if not os.path.lexists(folder / DESCRIPTOR):
        fail(f"there is no package at {word}: a package is a folder with a datapackage.json", Exit.USAGE)
    return draft(replace(read_entry(folder), name=folder.resolve().name))


def _accepted(name: str, version: str, root: Path | None) -> Package:
    from registry.access import open as open_registry

    if not name or not version:
        fail(f"{name}@{version} has no version; give `name@version`, such as linde-2015@1.0.0", Exit.USAGE)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        package = open_registry(root).load(name, version=version)
    for warning in told:  # that it was retracted, and why, in somebody's words
        say(f"outcomes: {warning.message}", err=True)
    return package
