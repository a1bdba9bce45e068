"""``list``, ``show`` and ``doctor``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from registry.cli.naming import package_name
from registry.cli.options import Root, complete_package
from registry.cli.streams import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from registry.packages.finding import Entry

__all__ = ["doctor", "installed_version", "list_packages", "show"]

_UNREADABLE = "its descriptor can't be read; `outcomes validate` shows why"


def installed_version() -> str:
    """The distribution's version, or ``unknown`` where it isn't installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("trial-outcomes")
    except PackageNotFoundError:
        return "unknown"


def list_packages(root: Root = None) -> None:
    """List the packages of the registry.

    **Example**: `outcomes list`
    """
    from registry.packages.finding import entries, find_root

    told = [(e.name, e.version or "–", _title(e)) for e in entries(find_root(root))]
    if not told:
        say("The registry has no package yet; `outcomes init NAME` makes one.", err=True)
        return
    names = max(len(name) for name, _, _ in told)
    versions = max(len(version) for _, version, _ in told)
    for name, version_, title in told:
        say(f"{name:<{names}}  {version_:<{versions}}  {title}")


def _title(entry: Entry) -> str:
    return entry.title or ("(no title)" if entry.descriptor else f"({_UNREADABLE})")


def show(
    package: Annotated[
        str,
        typer.Argument(
            metavar="PACKAGE", help="A package: its name, or a path.", autocompletion=complete_package, show_default=False
        ),
    ],
    root: Root = None,
) -> None:
    """Show a package: its source, tables, waivers and accepted versions.

    **Example**: `outcomes show linde-2015`
    """
    from registry.packages.finding import find_entry, find_root

    folder = find_root(root)
    entry = find_entry(folder, package_name(package, root))
    say(*_shown(entry), *_released(folder, entry))


def _shown(entry: Entry) -> Iterator[str]:
    from registry.packages.descriptor import licences, objects, resources, waivers

    d = entry.descriptor
    yield f"{entry.name} {entry.version or '(no version)'}"
    yield f"  {_title(entry)}"
    if isinstance(d.get("description"), str) and d["description"].strip():
        yield from ("", *_filled(d["description"]))
    yield from ("", f"Licence   {', '.join(licences(d)) or 'none stated'}")
    for source in objects(d.get("sources")):
        yield f"Source    {source.get('title', '')} {source.get('path', '')}".rstrip()
        yield from (f"          {name} {source[name]}" for name in ("version", "sha256") if name in source)
    yield from ("", "Tables")
    for resource in resources(d):
        yield f"  {resource.get('name')!s:<13}{_rows(entry.folder, resource.get('path'))}  {resource.get('path')}"
    waived = waivers(d)
    if waived:
        yield from ("", "Waivers")
    for w in waived:
        stated = w.get("where")
        where = ", ".join(f"{k} {v}" for k, v in stated.items()) if isinstance(stated, dict) else ""
        yield f"  {w.get('rule')}  {where or 'everywhere'}, until {w.get('until')}, by {w.get('approver')}"
        yield from _filled(str(w.get("reason")), "          ")


def _released(root: Path, entry: Entry) -> Iterator[str]:
    """What the ledger says about the package, and whether its folder matches."""
    from registry.errors import ChangedError
    from registry.ledger.standing import standing
    from registry.ledger.store import STORE, FolderStore, ledger_of

    store = FolderStore(root / STORE)
    try:
        ledger = ledger_of(store)
    except ChangedError as error:
        yield from ("", f"Accepted  unknown: {error}; run `outcomes verify`")
        return
    accepted = ledger.accepted(entry.name)
    if not accepted:
        yield from ("", "Accepted  not yet: this is a draft; `outcomes accept` accepts it")
        return
    yield from ("", "Accepted")
    for number, record in accepted.items():
        retraction = ledger.retraction(entry.name, number)
        said = f", retracted on {retraction.data['at'][:10]}: {retraction.data['reason']}" if retraction is not None else ""
        yield f"  {number:<10}{record.data['at'][:10]} by {record.data['by']}{said}"
    try:
        yield f"  what is here is {standing(store, ledger, entry).value}"
    except ChangedError as error:
        yield f"  can't tell whether this folder matches the ledger: {error}; run `outcomes verify`"


def _filled(words: str, indent: str = "  ") -> list[str]:
    import textwrap

    return textwrap.wrap(" ".join(words.split()), 98, initial_indent=indent, subsequent_indent=indent)


def _rows(folder: Path, stated: object) -> str:
    """How many rows a table has, its records less the header; or why that isn't known."""
    import csv

    from registry.packages.opening import IrregularError, Within

    try:
        with Within(folder, str(stated)).text() as file:
            return f"{max(sum(1 for _ in csv.reader(file)) - 1, 0):>7,} rows"
    except (FileNotFoundError, NotADirectoryError):
        return "missing"
    except IrregularError:
        return "not a file of the package"
    except (OSError, csv.Error):
        return "unreadable"


def doctor(root: Root = None) -> None:
    """Show installed versions, where things are, and what is missing.

    **Example**: `outcomes doctor`
    """
    from importlib.metadata import PackageNotFoundError, version
    from importlib.util import find_spec

    from registry.errors import NotFoundError
    from registry.packages.finding import DATABASE, find_root, is_database, package_names

    well = True
    say(f"trial-outcomes  {installed_version()}")
    say(f"Python          {sys.version.split()[0]} ({sys.executable})")
    for name in ("duckdb", "frictionless", "pandera", "polars", "pyarrow", "rich", "typer"):
        try:
            say(f"{name:<16}{version(name)}")
        except PackageNotFoundError:
            well = False
            say(f"{name:<16}missing; reinstall trial-outcomes in its own environment")
    home = Path(__file__).parents[2]
    for name in ("registry", "schemas", "validation"):
        spec = find_spec(name)
        found = Path(spec.origin).parent if spec and spec.origin else None
        if found != home / name:
            well = False
            say(f"{name:<16}shadowed by {found}: run outcomes from another folder, or rename that one")
    try:
        folder = find_root(root)
    except NotFoundError as error:
        say(f"registry        {error}")
        raise typer.Exit(1) from error
    say(f"registry        {folder.resolve()} ({len(package_names(folder))} packages)")
    database = folder.resolve() / DATABASE
    if not database.exists():
        built = "not built; run `outcomes build`"
    elif is_database(database):
        built = f"{database} ({database.stat().st_size:,} bytes)"
    else:
        well = False
        built = f"{database} is not a database; move it away and run `outcomes build`"
    say(f"database        {built}")
    say("network         never used")
    if not well:
        raise typer.Exit(1)
