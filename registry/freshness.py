"""Whether a database still says what the registry says: a newer ledger, a changed draft, or another version of its tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import OutcomesError
from registry.ledger.store import LEDGER, STORE, FolderStore
from registry.packages.finding import DATAPACKAGES, DESCRIPTOR, read_entry

if TYPE_CHECKING:
    import duckdb

__all__ = ["OutdatedError", "is_outdated", "stale"]


class OutdatedError(OutcomesError):
    """The database was made by another version, and lacks what is asked of it."""

    def __init__(self, lacks: object) -> None:
        super().__init__(f"the database was built by another version of this program ({lacks}); run `outcomes build`")


def stale(con: duckdb.DuckDBPyConnection, root: Path) -> str | None:
    """In what the database is behind the registry in that folder, in a line; None if it isn't. The ledger's last record is read and nothing
    before it: `outcomes verify` checks all of it.
    """
    import duckdb

    try:
        built = con.execute("SELECT ledger FROM build").fetchall()
        drafts = con.execute("SELECT name, digest FROM packages WHERE standing = 'draft'").fetchall()
    except (duckdb.CatalogException, duckdb.BinderException):
        built = []
    if len(built) != 1:
        return "the database was built by another version; run `outcomes build`"
    if built != [(_head(root),)]:
        return "the ledger has changed since the database was built; run `outcomes build`"
    if drafts:
        from registry.ledger.answering import digest_of_draft
        from registry.packages.frozen import hashes_of
    for name, digest in drafts:
        folder = root / DATAPACKAGES / name
        if not (folder / DESCRIPTOR).is_file() or digest_of_draft(hashes_of(read_entry(folder))) != digest:
            return f"the draft {name} has changed since the database was built; run `outcomes build --drafts`"
    return None


def is_outdated(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the database has other tables or views than this version makes."""
    import duckdb

    from registry.form import form

    try:
        return con.execute("SELECT form FROM build").fetchall() != [(form(),)]
    except (duckdb.CatalogException, duckdb.BinderException):
        return True


def _head(root: Path) -> str | None:
    """The hash of the ledger's last record; the empty ledger's where there is none; None where it can't be read."""
    from registry.ledger.records import FIRST

    try:
        lines = FolderStore(root / STORE).read(LEDGER).splitlines()
    except FileNotFoundError:
        return FIRST
    try:
        return str(json.loads(lines[-1])["hash"]) if lines else FIRST
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
