"""``doctor``: what is installed and where, and what is missing, shadowed or out of date."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import typer

from registry.cli.listing import installed_version
from registry.cli.options import Root
from registry.cli.streams import say
from registry.extras import EXTRAS
from registry.packages.finding import find_root

__all__ = ["doctor"]


def doctor(root: Root = None) -> None:
    """Show installed versions, where things are, and what is missing, shadowed or out of date.

    **Example**: `outcomes doctor`

    Exit code 1: something is wrong, and its line says what to do.
    """
    from registry.errors import NotFoundError
    from registry.packages.finding import package_names

    say(f"trial-outcomes  {installed_version()}", f"Python          {sys.version.split()[0]} ({sys.executable})")
    faults = [_tell_installed(), shadowed := _tell_shadowed()]
    try:
        folder = find_root(root)
    except NotFoundError as error:
        say(f"registry        {error}")
        raise typer.Exit(1) from error
    say(f"registry        {folder.resolve()} (packages: {len(package_names(folder))})")
    if not shadowed:  # reading it needs what is shadowed
        faults.append(_tell_ledger(folder.resolve()))
    faults.append(_tell_database(folder.resolve()))
    say("network         never used")
    if any(faults):
        raise typer.Exit(1)


def _tell_installed() -> bool:
    """Show the version of each library. Returns whether one that is always needed is missing."""
    from importlib.metadata import PackageNotFoundError, requires, version

    try:
        needed = requires("trial-outcomes") or []
    except PackageNotFoundError:
        say("trial-outcomes  runs from its sources without being installed: `pip install -e .` there")
        return True
    lacking = False
    for name, extra in {re.split(r"[^\w.-]", line, maxsplit=1)[0]: _extra_of(line) for line in needed}.items():
        if extra not in {None, *EXTRAS}:
            continue
        try:
            say(f"{name + ' ':<16}{version(name)}")
        except PackageNotFoundError:
            lacking |= extra is None
            do = (
                "reinstall trial-outcomes in its own environment"
                if extra is None
                else f"`pip install 'trial-outcomes[{extra}]'` for {EXTRAS[extra]}"
            )
            say(f"{name + ' ':<16}missing; {do}")
    return lacking


def _extra_of(requirement: str) -> str | None:
    found = re.search(r"extra == ['\"]([\w-]+)", requirement)
    return found[1] if found else None


def _tell_shadowed() -> bool:
    """Show what else is found where the packages of this program should be. Returns whether something is."""
    from importlib.util import find_spec

    shadowed = False
    above = __name__.split(".")[:-3]  # what the packages are below, in the wheel
    home = Path(__file__).parents[2]
    for name in ("registry", "schemas", "validation"):
        spec = find_spec(".".join([*above, name]))
        found = Path(spec.origin).resolve() if spec and spec.origin else None
        if found != (home / name / "__init__.py").resolve():
            shadowed = True
            say(f"{name + ' ':<16}shadowed by {found}: run outcomes from another folder, or rename that one")
    return shadowed


def _tell_ledger(folder: Path) -> bool:
    """Show how many records the ledger has. Returns whether it can't be read."""
    from registry.errors import ChangedError
    from registry.ledger.store import STORE, FolderStore, ledger_of
    from schemas.wording import counted

    try:
        told = counted(len(ledger_of(FolderStore(folder / STORE)).records), "record")
    except (ChangedError, OSError) as error:
        say(f"ledger          {error}; run `outcomes verify`")
        return True
    say(f"ledger          {told}")
    return False


def _tell_database(folder: Path) -> bool:
    """Show what the database is, and the copy of it for the web. Returns whether one is behind the registry, or is something else."""
    from registry.packages.finding import DATABASE, is_database

    well, databases = True, (folder / DATABASE, (folder / DATABASE).with_suffix(".web.duckdb"))
    for label, path in zip(("database", "for the web"), databases, strict=True):
        if not path.exists():
            told = "not built; run `outcomes build`" if label == "database" else None
        elif is_database(path):
            behind = _behind(path, folder)
            well, told = well and not behind, f"{path} ({path.stat().st_size:,} bytes{behind})"
        else:
            well, told = False, f"{path} is not a database; move it away and run `outcomes build`"
        if told is not None:
            say(f"{label:<16}{told}")
    return not well


def _behind(database: Path, folder: Path) -> str:
    """In what the database is behind the registry, if it is."""
    from registry.database import open_database
    from registry.freshness import stale

    try:
        with open_database(database) as con:
            behind = stale(con, folder)
    except OSError as error:
        behind = str(error)
    return f"; {behind}" if behind else ""
