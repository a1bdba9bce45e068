"""Asking the database from the command line: one way in, with a word on stderr where the database is behind the registry."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from registry.cli.streams import heard_or_not, say

if TYPE_CHECKING:
    import duckdb

__all__ = ["asking", "say_drafts", "say_if_stale"]


@contextmanager
def asking(root: Path | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the registry's database, closed afterwards. One that another version built is an ``OutdatedError``."""
    from registry.access import open as open_registry
    from registry.packages.finding import find_root

    folder = find_root(root)
    with open_registry(folder).asking() as con:
        say_if_stale(con, folder)
        yield con


def say_if_stale(con: duckdb.DuckDBPyConnection, root: Path) -> None:
    """Say on stderr in what the database is behind the ledger or its drafts, if it is."""
    from registry.freshness import stale

    if behind := stale(con, root):
        with heard_or_not():
            say(f"outcomes: {behind}", err=True)


def say_drafts(con: duckdb.DuckDBPyConnection) -> None:
    """Say on stderr which drafts the database has: for what is written without a line of its own about them."""
    import duckdb

    from registry.strata.drafts import drafts_in, with_drafts

    with suppress(duckdb.CatalogException, duckdb.BinderException), heard_or_not():  # another version built it
        if told := with_drafts(drafts_in(con)):
            say(told, err=True)
