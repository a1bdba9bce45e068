"""``export``: a package in a form that others read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from registry.cli.edge import Exit, fail
from registry.cli.options import Root, complete_package
from registry.cli.streams import deliver, heard_or_not, place

__all__ = ["export"]


def export(
    package: Annotated[
        str,
        typer.Argument(
            metavar="PACKAGE[@VERSION]",
            help="Name of a package: the latest accepted version, else the draft; or @VERSION, or @draft.",
            autocompletion=complete_package,
            show_default=False,
        ),
    ],
    prov: Annotated[bool, typer.Option("--prov", help="Where it comes from, as W3C PROV-JSON.")] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where it is written; else stdout.", show_default=False)
    ] = None,
    root: Root = None,
) -> None:
    """Write a package in a form that others read.

    **Examples**

    - `outcomes export linde-2015 --prov`
    - `outcomes export linde-2015@1.0.0 --prov -o linde-2015.prov.json`

    Exit codes: 0 written; 2 usage, or there is no such package; 3 could not run.
    """
    forms = {"--prov": prov}
    chosen = [form for form, wanted in forms.items() if wanted]
    if len(chosen) != 1:
        fail(f"say in which form, and in one: {', '.join(forms)}", Exit.USAGE)
    where = place(output)
    name, _, version = package.partition("@")
    words = _provenance(name, version or None, root)
    with heard_or_not():
        deliver([words], where)


def _provenance(name: str, version: str | None, root: Path | None) -> str:
    from importlib.util import find_spec

    if find_spec("prov") is None:
        fail("provenance is written by the library prov, which isn't installed: pip install 'trial-outcomes[prov]'")
    from registry.access import open as open_registry
    from registry.ledger.records import LedgerError
    from registry.ledger.store import DamagedError
    from registry.provenance import UnreadableTableError, provenance

    try:
        return provenance(open_registry(root), name, version)
    except (LedgerError, DamagedError) as error:
        fail(f"the registry's store was changed: {error}; `outcomes verify` looks at all of it")
    except UnreadableTableError as error:
        fail(str(error))
