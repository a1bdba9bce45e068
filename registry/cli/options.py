"""Options that several commands share, and what completes them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

__all__ = ["ListFormat", "Output", "PackageName", "PackageNames", "Root", "Verbose", "complete_package", "one_of"]


def one_of(option: str, words: Iterable[str], told: str, **more: Any) -> Any:
    """An option that takes one of these words: what is added to them is at once in the help, in completion and in the message."""
    known = tuple(words)

    def checked(word: str | None) -> str | None:
        if word is not None and word not in known:
            raise typer.BadParameter(f"{word!r} is not one of {', '.join(known)}.")
        return word

    def begun(incomplete: str) -> list[str]:
        return [word for word in known if word.startswith(incomplete)]

    return typer.Option(option, metavar=f"[{'|'.join(known)}]", callback=checked, autocompletion=begun, help=told, **more)


ListFormat = Annotated[str, one_of("--format", ("text", "json"), "How the list is written.")]

Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file, not to stdout.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show full lists.")]

Root = Annotated[
    Path | None,
    typer.Option(
        "--root",
        metavar="DIR",
        help="Folder of the registry; by default OUTCOMES_ROOT, or else the nearest folder above with `datapackages/`.",
        show_default=False,
    ),
]


def complete_package(incomplete: str) -> list[str]:
    """Names of packages that begin so."""
    from registry.errors import NotFoundError
    from registry.packages.finding import find_root, package_names

    try:
        return [name for name in package_names(find_root()) if name.startswith(incomplete)]
    except (NotFoundError, OSError):
        return []


PackageName = Annotated[
    str,
    typer.Argument(
        metavar="PACKAGE", help="A package: its name, or a path.", autocompletion=complete_package, show_default=False
    ),
]
PackageNames = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PACKAGE",
        help="Names of packages, or paths of them or of files in them; without any, all packages of the registry.",
        autocompletion=complete_package,
        show_default=False,
    ),
]
