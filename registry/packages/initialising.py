"""A new package to fill in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from registry.errors import RequestError
from schemas.grammar import LONGEST_NAME, NAME_IN_WORDS, is_package_name
from schemas.tables import TABLES
from schemas.vocabulary import terms
from validation.hints import did_you_mean, term_meant

__all__ = ["check_wishes", "fault_of_name", "initialise", "is_template", "readme", "tables_of"]

USUAL = ("sources", "studies", "arms", "outcomes")

_README = """# {name}

*What this package is: which trials, and who chose them how.*

## Where the figures come from

*Each document is a row of `data/sources.csv`; describe here how they were read, and by how many people.*

## What is unstated

*Which definitions, populations, time points or denominators the sources don't give.*

## Waivers

*Which findings are waived, and why. None yet.*
"""


def fault_of_name(name: str) -> str | None:
    """Why a package can't be called so; ``None`` where it can."""
    if is_package_name(name):
        return None
    return f"{name[:LONGEST_NAME]!r} can't be the name of a package: use {NAME_IN_WORDS}"


def readme(name: str) -> bytes:
    """The README of a new package, to be written over."""
    return _README.format(name=name).encode()


def is_template(content: bytes, name: str) -> bool:
    """Whether a README is as it was written for a new package, but for white space."""
    return content.split() == readme(name).split()


def initialise(
    folder: Path,
    *,
    tables: Sequence[str] = (),
    licence: str | None = None,
    title: str | None = None,
    contributors: Sequence[str] = (),
) -> list[Path]:
    """Write an empty package: a descriptor, a README and a file with a header for each table.

    The tables are the usual four, those asked for, and those that they refer to. Without a licence the descriptor has none, which
    is the first finding to fix. Returns the files written. Raises ``RequestError`` for a name, table or licence that can't be, and
    if the folder already exists; nothing is written then.
    """
    import polars as pl

    from registry.packages.writing import write_package

    check_wishes(folder, tables=tables, licence=licence)
    wanted = tables_of(tables)
    frames = {name: pl.DataFrame(schema={f.name: pl.String for f in TABLES[name].fields()}) for name in TABLES if name in wanted}
    metadata: dict[str, Any] = {
        "name": folder.name,
        "version": "0.1.0",
        "title": title or "",
        "description": "",
        "licenses": [{"name": licence}] if licence else [],
        "contributors": [{"title": person} for person in contributors],
        "waivers": [],
    }
    write_package(folder, frames, metadata, beside={"README.md": readme(folder.name)}, sealed=False)
    return sorted(p for p in folder.rglob("*") if p.is_file())


def check_wishes(folder: Path, *, tables: Sequence[str], licence: str | None) -> None:
    """Raise ``RequestError`` for what can't be made: a name, table or licence that can't be, or a folder that already exists."""
    if fault := fault_of_name(folder.name):
        raise RequestError(fault)
    if folder.exists() or folder.is_symlink():
        raise RequestError(f"{folder} already exists; choose another name")
    if folder.parent.is_symlink():
        raise RequestError(f"{folder.parent} is a link; go to the folder it points to and make the package there")
    for name in tables:
        if name not in TABLES:
            hint = did_you_mean(name, TABLES, otherwise=f"there are {', '.join(TABLES)}", cutoff=0.5)
            raise RequestError(f"{name!r} is not a known table; {hint}")
    if licence is not None and licence not in terms("licences"):
        hint = term_meant(licence, "licences", otherwise="`outcomes vocab licences` lists them")
        raise RequestError(f"{licence!r} is not a known open licence; {hint}")


def tables_of(wanted: Sequence[str]) -> set[str]:
    """The tables of a new package: the usual four, those that are wanted, and those that they refer to."""
    return _with_parents([*USUAL, *wanted])


def _with_parents(names: list[str]) -> set[str]:
    """The tables and all that they refer to."""
    from schemas.rendering import foreign_keys

    wanted: set[str] = set()
    while names:
        name = names.pop()
        if name not in wanted:
            wanted.add(name)
            names += foreign_keys(TABLES[name])
    return wanted
