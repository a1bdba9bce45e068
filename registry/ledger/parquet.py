"""Reading a table's Parquet file as one that a stranger may have made.

Arrow's reader is used and not polars' own: of a file that is damaged on purpose it says so, where the other ends the process.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from registry.ledger.memory import must_have_room
from registry.ledger.store import DamagedError

if TYPE_CHECKING:
    import polars as pl
    import pyarrow.parquet as pq

__all__ = ["table_in"]

_TYPES = {"string", "int64", "double", "bool", "date32[day]"}
"""What `accept` writes, by Arrow's names."""

_DAYS = -719_528, 2_932_896
"""The first day of the year 0 and the last of 9999, counted from 1970."""

_CELL = 16
"""Minimum bytes of a cell in memory."""


def table_in(content: bytes, rows: int, where: str) -> pl.DataFrame:
    """The table in a Parquet file that is at ``where``, which must have that many rows.

    Raises :class:`registry.ledger.store.DamagedError`, and ``MemoryError`` before it is read where there is no room for it.
    """
    import polars as pl
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(io.BytesIO(content)) as file:
            _look_at(file, rows, where)
            table = file.read()
        # What isn't UTF-8, and a date that no calendar has, would end the process much later.
        table.validate(full=True)
        frame = pl.DataFrame(table)
        dates = frame.select(pl.col(pl.Date).to_physical())
        dated = all(dates.select(pl.all().is_between(*_DAYS).all()).row(0)) if dates.width else True
    except MemoryError:
        raise
    except (pa.ArrowException, pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise DamagedError(f"{where} can't be read as Parquet: {str(error).partition(chr(10))[0][:200]}") from error
    if frame.height != rows:
        raise DamagedError(f"{where} has {frame.height:,} rows, but the ledger says {rows:,}")
    if not dated:
        raise DamagedError(f"{where} has an impossible date")
    return frame


def _look_at(file: pq.ParquetFile, rows: int, where: str) -> None:
    """Judge the file by what it says about itself, before any of it is taken into memory."""
    said, names = file.metadata, file.schema_arrow.names
    sizes = [said.row_group(n).total_byte_size for n in range(said.num_row_groups)]
    if said.num_rows != rows:
        raise DamagedError(f"{where} has {said.num_rows:,} rows, but the ledger says {rows:,}")
    if odd := sorted({str(kind) for kind in file.schema_arrow.types} - _TYPES):
        raise DamagedError(f"{where} has a column of the type {odd[0][:60]}, which releases don't use")
    if len(set(names)) < len(names) or min(sizes, default=0) < 0:
        raise DamagedError(f"{where} has two columns with the same name, or a negative size")
    must_have_room(rows * len(names) * _CELL + sum(sizes), where)
