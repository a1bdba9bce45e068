"""The drafts that a database holds: they answer along with what was accepted, and every answer says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

__all__ = ["drafts_in", "with_drafts"]


def drafts_in(con: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """The drafts in the database that the connection is in, each with its version."""
    query = "SELECT concat_ws(' ', name, version) FROM packages WHERE standing = 'draft' AND verdict = 'valid' ORDER BY name"
    return tuple(name for (name,) in con.execute(query).fetchall())


def with_drafts(drafts: Sequence[str]) -> str:
    """That there are drafts in an answer, in a sentence; empty if there are none."""
    return f"With drafts that nobody has accepted: {', '.join(drafts)}." if drafts else ""
