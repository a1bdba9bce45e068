"""Reading a table's Parquet file as one that a stranger may have made.

Arrow's reader is used and not polars' own: of a file that is damaged on purpose it says so, where the other ends the process.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from registry.packages.memory import must_have_room

if TYPE_CHECKING:
    import polars as pl
    import pyarrow.parquet as pq

__all__ = ["UnreadableParquetError", "frame_in"]

_DAYS = -719_528, 2_932_896
"""The first day of the year 0 and the last of 9999, counted from 1970."""

_CELL = 16
"""Minimum bytes of a cell in memory."""

_SMALL = 1 << 20
"""Bytes of a file that are sooner read than shared out among threads."""

_OTHER_ROWS = "has {:,} as its number of rows, but the ledger says {:,}"


class UnreadableParquetError(ValueError):
    """The bytes aren't a table in Parquet that can be read. The message says why, and not where they are."""


def frame_in(content: bytes, where: str, *, types: Sequence[str] | None = None, rows: int | None = None) -> pl.DataFrame:
    """The table in a Parquet file. ``types`` are those that a column may have, by Arrow's names, and ``rows`` how many rows it must say that it
    has: both are judged before any of it is taken into memory.

    Raises :class:`UnreadableParquetError`, and ``MemoryError``, which names ``where`` the file is, before it is read where there is no room for it.
    """
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(pa.BufferReader(content)) as file:
            _must_fit(file, where, types, rows)
            table = file.read(use_threads=len(content) > _SMALL)
        # What isn't UTF-8, and a date that no calendar has, would end the process much later.
        table.validate(full=True)
        # A table of Arrow's polars takes column by column, a reader at once.
        frame = pl.DataFrame(table.to_reader())
        days = [frame[name].to_physical() for name, kind in frame.schema.items() if kind == pl.Date]
        dated = all(((some >= _DAYS[0]) & (some <= _DAYS[1])).all() for some in days)
    except (MemoryError, UnreadableParquetError):
        raise
    except (pa.ArrowException, pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise UnreadableParquetError(f"can't be read as Parquet: {str(error).partition(chr(10))[0][:200]}") from error
    if rows is not None and frame.height != rows:
        raise UnreadableParquetError(_OTHER_ROWS.format(frame.height, rows))
    if not dated:
        raise UnreadableParquetError("has an impossible date")
    return frame


def _must_fit(file: pq.ParquetFile, where: str, types: Sequence[str] | None, rows: int | None) -> None:
    """Judge the file by what it says about itself."""
    said, names = file.metadata, file.schema_arrow.names
    sizes = [said.row_group(n).total_byte_size for n in range(said.num_row_groups)]
    if rows is not None and said.num_rows != rows:
        raise UnreadableParquetError(_OTHER_ROWS.format(said.num_rows, rows))
    if types is not None and (odd := sorted({str(kind) for kind in file.schema_arrow.types} - set(types))):
        raise UnreadableParquetError(f"has a column of the type {odd[0][:60]}, which releases don't use")
    if len(set(names)) < len(names) or min(sizes, default=0) < 0:
        raise UnreadableParquetError("has two columns with the same name, or a negative size")
    must_have_room(said.num_rows * len(names) * _CELL + sum(sizes), where)
