"""A table of a release, in the Parquet file that ``accept`` made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.ledger.store import DamagedError
from registry.packages.parquet import UnreadableParquetError, frame_in

if TYPE_CHECKING:
    import polars as pl

__all__ = ["table_in"]

_TYPES = ("string", "int64", "double", "bool", "date32[day]")
"""What `accept` writes, by Arrow's names."""


def table_in(content: bytes, rows: int, where: str) -> pl.DataFrame:
    """The table in a Parquet file that is at ``where``, which must have that many rows.

    Raises :class:`registry.ledger.store.DamagedError`, and ``MemoryError`` before it is read where there is no room for it.
    """
    try:
        return frame_in(content, where, types=_TYPES, rows=rows)
    except UnreadableParquetError as error:
        raise DamagedError(f"{where} {error}") from error
