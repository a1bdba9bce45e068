"""Options that several commands share, and what completes them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["PackageNames", "Root", "complete_package"]

Root = Annotated[
    Path | None,
    typer.Option(
        "--root",
        metavar="DIR",
        help="Folder of the registry; else OUTCOMES_ROOT, else the nearest upwards that has `datapackages/`.",
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


PackageNames = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PACKAGE]…",
        help="Names of packages, or folders that hold one; all of the registry if none is given.",
        autocompletion=complete_package,
        show_default=False,
    ),
]
