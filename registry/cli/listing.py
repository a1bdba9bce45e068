"""``list``, ``show`` and ``doctor``."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer

from registry.cli.options import Root, complete_package

__all__ = ["doctor", "installed_version", "list_packages", "show"]


def installed_version() -> str:
    """The distribution's version, or ``unknown`` where it isn't installed."""
    try:
        return version("trial-outcomes")
    except PackageNotFoundError:
        return "unknown"


def list_packages(root: Root = None) -> None:
    """List the packages of the registry.

    **Example**: `outcomes list`
    """
    from registry.root import entries, find_root

    listed = entries(find_root(root))
    if not listed:
        typer.echo("The registry holds no package yet; `outcomes init NAME` makes one.")
        return
    names = max(len(e.name) for e in listed)
    versions = max(len(e.version or "–") for e in listed)
    for entry in listed:
        title = entry.title or "its descriptor can't be read: `outcomes validate` says why"
        typer.echo(f"{entry.name:<{names}}  {entry.version or '–':<{versions}}  {title}")


def show(
    package: Annotated[
        str, typer.Argument(metavar="PACKAGE", help="Name of a package.", autocompletion=complete_package, show_default=False)
    ],
    root: Root = None,
) -> None:
    """Show what a package is, where it came from, what it holds and what is waived.

    **Example**: `outcomes show linde-2015`
    """
    from registry.root import find_entry, find_root

    entry = find_entry(find_root(root), package)
    d = entry.descriptor
    typer.echo(f"{entry.name} {entry.version or '(no version)'}")
    typer.echo(f"  {entry.title}")
    if isinstance(d.get("description"), str):
        typer.echo(f"\n{_filled(d['description'])}")
    typer.echo(f"\nLicence   {', '.join(str(x.get('name')) for x in _objects(d.get('licenses'))) or 'none stated'}")
    for source in _objects(d.get("sources")):
        typer.echo(f"Source    {source.get('title', '')} {source.get('path', '')}".rstrip())
        for name in ("version", "sha256"):
            if name in source:
                typer.echo(f"          {name} {source[name]}")
    typer.echo("\nTables")
    for resource in _objects(d.get("resources")):
        path = entry.folder / str(resource.get("path"))
        rows = f"{_rows(path):>7,} rows" if path.is_file() else "missing"
        typer.echo(f"  {resource.get('name')!s:<13}{rows}  {resource.get('path')}")
    waivers = _objects(d.get("waivers"))
    if waivers:
        typer.echo("\nWaivers")
        for w in waivers:
            where = ", ".join(f"{k} {v}" for k, v in (w.get("where") or {}).items())
            typer.echo(f"  {w.get('rule')}  {where or 'everywhere'}, until {w.get('until')}, by {w.get('approver')}")
            typer.echo(_filled(str(w.get("reason")), "          "))


def _objects(listed: object) -> list[dict[str, object]]:
    return [x for x in listed if isinstance(x, dict)] if isinstance(listed, list) else []


def _filled(words: str, indent: str = "  ") -> str:
    import textwrap

    return textwrap.fill(" ".join(words.split()), 98, initial_indent=indent, subsequent_indent=indent)


def _rows(path: Path) -> int:
    """Rows of a table: its records less the header."""
    import csv

    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return max(sum(1 for _ in csv.reader(file)) - 1, 0)


def doctor(root: Root = None) -> None:
    """Say which versions are in use and where things are, and what is missing.

    **Example**: `outcomes doctor`
    """
    from importlib.util import find_spec

    from registry.root import DATABASE, NotFoundError, entries, find_root

    well = True
    typer.echo(f"trial-outcomes  {installed_version()}")
    typer.echo(f"Python          {sys.version.split()[0]} ({sys.executable})")
    for name in ("duckdb", "frictionless", "pandera", "polars", "pyarrow", "rich", "typer"):
        try:
            typer.echo(f"{name:<16}{version(name)}")
        except PackageNotFoundError:
            well = False
            typer.echo(f"{name:<16}missing: install trial-outcomes anew in an environment of its own")
    home = Path(__file__).parents[2]
    for name in ("registry", "schemas", "validation"):
        spec = find_spec(name)
        found = Path(spec.origin).parent if spec and spec.origin else None
        if found != home / name:
            well = False
            typer.echo(f"{name:<16}shadowed by {found}: run outcomes from another folder, or rename that one")
    try:
        folder = find_root(root)
    except NotFoundError as error:
        typer.echo(f"registry        {error}")
        raise typer.Exit(1) from error
    typer.echo(f"registry        {folder.resolve()} ({len(entries(folder))} packages)")
    database = folder.resolve() / DATABASE
    built = f"{database} ({database.stat().st_size:,} bytes)" if database.is_file() else "not built; run `outcomes build`"
    typer.echo(f"database        {built}")
    typer.echo("network         never used")
    if not well:
        raise typer.Exit(1)
