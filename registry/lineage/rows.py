"""Rows that were worked out in Python, as a table beside those of the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

__all__ = ["make_table"]


def make_table(
    con: duckdb.DuckDBPyConnection,
    name: str,
    columns: Mapping[str, str],
    rows: Sequence[Sequence[Any]],
    query: str = "FROM _rows",
) -> None:
    """Make a temporary table of what a query gives of the rows, which it knows as ``_rows``, with ``columns`` of these types: put in one by one, those of
    a large registry would take minutes.
    """
    import polars as pl

    kinds = {"VARCHAR": pl.String, "BIGINT": pl.Int64, "BOOLEAN": pl.Boolean}
    frame = pl.DataFrame(rows, schema={column: kinds[kind] for column, kind in columns.items()}, orient="row")
    con.register("_rows", frame.to_arrow())
    con.execute(f"CREATE TEMP TABLE {name} AS {query}")
    con.unregister("_rows")
