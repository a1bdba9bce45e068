"""``init`` and ``import``: making packages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.exits import Exit, fail
from registry.cli.options import Root
from registry.cli.streams import refuse_store, say

__all__ = ["destination", "import_table", "init"]


def init(  # noqa: PLR0917  each is an option of the command
    name: Annotated[str, typer.Argument(help="Name of the package: lower-case letters, digits and `-`.", show_default=False)],
    table: Annotated[
        list[str] | None,
        typer.Option("--table", "-t", metavar="TABLE", help="Another table to add, such as scores or harms. May be repeated."),
    ] = None,
    licence: Annotated[str | None, typer.Option(metavar="SPDX", help="Open licence of the data, such as CC-BY-4.0.")] = None,
    title: Annotated[str | None, typer.Option(metavar="TEXT", help="What the package is called.")] = None,
    contributor: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Who made it. May be repeated.")] = None,
    root: Root = None,
) -> None:
    """Make an empty package to fill in.

    **Examples**

    - `outcomes init my-trial --licence CC-BY-4.0`
    - `outcomes init my-trial --table scores --table harms`
    - `outcomes init my-trial --title "A trial of this against that" --contributor "A. Reader"`
    """
    from registry.packages.finding import find_root
    from registry.packages.initialising import fault_of_name, initialise

    # Before it becomes part of a path: `../elsewhere` would lead out of the registry.
    if fault := fault_of_name(name):
        fail(fault, Exit.USAGE)
    folder = find_root(root) / "datapackages" / name
    made = initialise(folder, tables=table or [], licence=licence, title=title, contributors=contributor or [])
    say(f"Made {folder}:")
    for path in made:
        say(f"  {path}")
    say(f"Fill in the tables (docs/dictionary.md says what each column holds), then run `outcomes validate {name}`.")


def import_table(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help="The original files, or the folder with them.", show_default=False),
    ],
    mapping: Annotated[Path, typer.Option("--mapping", "-m", metavar="M.yaml", help="The mapping.", show_default=False)],
    to: Annotated[
        Path,
        typer.Option("--to", metavar="DIR", help="The package: its folder, or its name in the registry.", show_default=False),
    ],
) -> None:
    """Make a package from somebody else's table, with a mapping that is kept in the package.

    **Examples**

    - `outcomes import original.xlsx --mapping mapping.yaml --to datapackages/my-trial`
    - `outcomes import originals/ -m datapackages/my-trial/mapping.yaml --to datapackages/my-trial`

    docs/writing-a-mapping.md explains how to write a mapping. Every row left out is counted, with the reason.
    """
    to = destination(to)
    refuse_store(to)
    from registry.importing import ImportProblem, OutOfReachError, WrongPathError, import_package

    try:
        report = import_package(files, mapping, to)
    except WrongPathError as error:
        fail(str(error), Exit.USAGE)
    except OutOfReachError as error:
        fail(str(error))
    except ImportProblem as error:
        fail(str(error), Exit.FINDINGS)
    say(*str(report).split("\n"))


def destination(to: Path) -> Path:
    """Where the package is to be: a bare name means one of the registry, unless there is a folder of that name here, or no registry."""
    from registry.errors import NotFoundError
    from registry.packages.finding import DATAPACKAGES, find_root

    if len(to.parts) != 1 or str(to).startswith(".") or to.exists():
        return to
    try:
        return find_root() / DATAPACKAGES / to
    except NotFoundError:
        return to
