"""``deposit``: an accepted version as a folder for an archive and other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.naming import release_of
from registry.cli.options import Root, complete_accepted
from registry.cli.streams import refuse_store, say

__all__ = ["deposit"]


def deposit(
    package: Annotated[
        str,
        typer.Argument(
            metavar="PACKAGE[@VERSION]",
            help="The name or path of a package (latest accepted version), or NAME@VERSION.",
            autocompletion=complete_accepted,
            show_default=False,
        ),
    ],
    to: Annotated[
        Path, typer.Option("--to", metavar="DIR", help="The folder to make; it must be new or empty.", show_default=False)
    ],
    root: Root = None,
) -> None:
    """Write an accepted version as a folder to upload to an archive, or to open with another tool.

    **Examples**

    - `outcomes deposit linde-2015 --to linde-2015`
    - `outcomes deposit linde-2015@1.0.0 --to deposit/linde-2015`

    It holds the files as they were accepted, a `datapackage.json` that R's frictionless reads too, and metadata: Croissant and schema.org (JSON-LD),
    RO-Crate, DataCite, Zenodo and a citation file. `outcomes export NAME --prov` has its provenance.
    """
    from registry.access import open as open_registry
    from registry.depositing import deposit as run

    refuse_store(to)
    name, version = release_of(package, root)
    files = run(open_registry(root), name, version, to)
    say(f"Made {to}:", *(f"  {path}" for path in files))
