"""``diff``."""

from __future__ import annotations

import os
import tempfile
import warnings
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.answers import ANSWERS, render
from registry.cli.exits import Exit, fail
from registry.cli.naming import is_path, package_folder
from registry.cli.options import Root, complete_release, how_many, one_of
from registry.cli.since import ChangedSince, changed_since
from registry.cli.streams import answer, deliver, say

if TYPE_CHECKING:
    from registry.access import Package
    from registry.packages.committed import Since

__all__ = ["diff"]


_WORD = "`name@version` for an accepted one, a name for what is in `datapackages/`, or a folder."


def diff(  # noqa: PLR0917  each is an option of the command
    old: Annotated[
        str | None,
        typer.Argument(metavar="A", help=f"The earlier version: {_WORD}", autocompletion=complete_release, show_default=False),
    ] = None,
    new: Annotated[
        str | None,
        typer.Argument(
            metavar="B", help="The later version, in the same form.", autocompletion=complete_release, show_default=False
        ),
    ] = None,
    format_: Annotated[str, one_of("--format", ANSWERS["difference"], "How the comparison is written.")] = "text",
    max_changes: Annotated[int, how_many("--max-changes", "Changes listed for each table; all are counted.")] = 20,
    changed: ChangedSince = None,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="Exit 1 where they differ.")] = False,
    root: Root = None,
) -> None:
    """Compare two versions of a package row by row, and show which version number the changes need.

    **Examples**

    - `outcomes diff linde-2015@1.0.0 linde-2015` – the accepted version and the present files
    - `outcomes diff linde-2015@1.0.0 linde-2015@1.1.0 --format json` – two accepted versions, for a program
    - `outcomes diff ./before ./after --exit-code` – two folders, in a script
    - `outcomes diff --changed-since origin/main --format markdown` – what a pull request changes

    White space, the order of rows and columns, and ways of writing a number don't count as changes. `docs/versions.md` says which change needs which version.

    With --changed-since each package that changed is compared with what it was where the branch left; in JSON the answer is a list.

    Exit code 1: they differ, and `--exit-code` was given.
    """
    from registry.diffing import difference

    if changed is None:
        if old is None or new is None:
            fail("give the two versions to compare, or --changed-since REF", Exit.USAGE)
        found = difference(_package(old, root), _package(new, root))
        answer("difference", format_, found, None, max_changes=max_changes)
        differ, unread = not found.empty, False
    else:
        differ, unread = _since(changed_since(changed, (old, new), root), format_, max_changes)
    if unread:
        raise typer.Exit(Exit.COULD_NOT_RUN)
    if exit_code and differ:
        raise typer.Exit(Exit.FINDINGS)


def _since(since: Since, format_: str, limit: int) -> tuple[bool, bool]:
    """Compare each package that changed with what it was. Says whether any differs, and whether one couldn't be read."""
    from registry.diffing import UnreadableError, difference
    from registry.packages.finding import DATAPACKAGES, read_entry
    from registry.packages.package import draft, without_rows

    found, unread = [], False
    with tempfile.TemporaryDirectory(prefix="outcomes-") as scratch:
        for name in since.changed:
            now = draft(read_entry(since.root / DATAPACKAGES / name))
            then = since.before(name, Path(scratch))
            try:
                found.append(difference(without_rows(now) if then is None else draft(read_entry(then)), now))
            except UnreadableError as error:
                say(f"outcomes: {error}", err=True)
                unread = True
        if format_ == "json":
            words = ",\n".join(render("difference", format_, one, max_changes=limit).rstrip() for one in found)
            deliver([f"[\n{words}\n]\n"], None)
        else:
            for number, one in enumerate(found):
                deliver(["\n"] if number else [], None)
                answer("difference", format_, one, None, max_changes=limit)
    return any(not one.empty for one in found), unread


def _package(word: str, root: Path | None) -> Package:
    """The package that a word means: a path, ``name@version`` in the store, or a name in ``datapackages/``."""
    from registry.packages.finding import DESCRIPTOR, read_entry, release_named
    from registry.packages.package import draft

    name, version = (word, None) if is_path(word) else release_named(word)
    if version is not None:
        return _accepted(name, version, root)
    folder = package_folder(word, root)
    if not os.path.lexists(folder / DESCRIPTOR):
        fail(f"there is no package at {word}: a package is a folder with a datapackage.json", Exit.USAGE)
    return draft(replace(read_entry(folder), name=folder.resolve().name))


def _accepted(name: str, version: str, root: Path | None) -> Package:
    from registry.access import open as open_registry

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        package = open_registry(root).load(name, version=version)
    for warning in told:  # that it was retracted, and why, in somebody's words
        say(f"outcomes: {warning.message}", err=True)
    return package
