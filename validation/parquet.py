"""A table in a Parquet file: what the file is, judged before anything relies on it, and its cells as text.

The cells are written as they would be in CSV: a whole number by its digits, another number by the fewest digits that mean it, without an
exponent. So one reader types both, and every rule finds the same in either. Arrow's reader is used: of a file that is damaged on purpose
it says so, where others end the process. A few bytes of Parquet can stand for any number of cells; so all are counted before they are taken into
memory, and a text that is repeated is held once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from validation.arrow import LINE, arrow_schema, is_of
from validation.files import LONGEST_LINE, MOST_COLUMNS
from validation.hints import printable, shortened
from validation.opening import Within

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

__all__ = ["MOST_CELLS", "MOST_TEXT", "Looked", "Unfit", "first_rows", "look", "texts"]

MOST_CELLS = 1_000_000_000
"""Rows times columns of the table that a file may have."""

MOST_TEXT = 64 << 30
"""Bytes that the cells of a file may have as text."""

_ROWS = 20_000
_TEXT = 64 << 20
"""Rows that are turned into text at once, and about how many bytes of it."""

_DAYS = -719_162, 2_932_896
"""The first day of the year 1 and the last of 9999, counted from 1970."""

_DIGITS = 20
"""As many bytes as the text of a number may have, as a rule."""


@dataclass(frozen=True)
class Unfit:
    """A column of a type that can't hold what the table's column holds: its type, and the one that it must have, in Arrow's words."""

    column: str
    found: str
    wanted: str


@dataclass(frozen=True)
class Looked:
    """What one pass over a file shows: why it can't be read, or its columns in their order and how many rows it has; ``unfit`` are the
    table's columns of another type, and ``weight`` the bytes of the table's cells as text.
    """

    fault: str | None = None
    header: tuple[str, ...] = ()
    unfit: tuple[Unfit, ...] = ()
    rows: int = 0
    weight: int = 0


class _RefusedError(ValueError):
    """The file is Parquet, but no such file can be a table here."""


def look(file: Within, table: str) -> Looked:
    """Read all that is in the file for the registry's table of that name. Raises ``OSError`` where the file can't be opened."""
    import pyarrow as pa

    try:
        return _looked(file, table)
    except _RefusedError as error:
        return Looked(str(error))
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        said = str(error).partition("\n")[0].rstrip(".")
        return Looked(f"it can't be read as Parquet: {printable(shortened(said, 200))}")


def _looked(file: Within, table: str) -> Looked:
    with _opened(file) as parquet:
        rows, schema = parquet.metadata.num_rows, parquet.schema_arrow
    header = tuple(schema.names)
    if len(header) > MOST_COLUMNS:
        raise _RefusedError(f"it has {len(header):,} columns; at most {MOST_COLUMNS:,} are allowed")
    wanted = [f for f in arrow_schema(table) if f.name in header]
    if rows < 0 or rows * len(wanted) > MOST_CELLS:
        raise _RefusedError(f"it has {rows:,} rows of {len(wanted)} columns; at most {MOST_CELLS:,} cells are allowed")
    found = ((f, one.type) for f in wanted for one in schema if one.name == f.name)
    unfit = tuple(Unfit(f.name, shortened(str(kind)), str(f.type)) for f, kind in found if not is_of(kind, f.type))
    once = len({name.casefold() for name in header}) == len(header)
    weight = _weighed(file, [f.name for f in wanted], rows) if once and not unfit else 0
    return Looked(None, header, unfit, rows, weight)


def _weighed(file: Within, columns: Sequence[str], rows: int) -> int:
    """The bytes of the cells as text, all of which can be read. Raises ``_RefusedError`` for a cell that no file of the registry holds."""
    if not columns:
        return 0
    seen = weight = 0
    with _batches(file, columns) as batches:
        for batch in batches:
            batch.validate(full=True)
            weight += sum(_weight(name, batch[name], seen) for name in columns)
            seen += batch.num_rows
            if seen > rows or weight > MOST_TEXT:
                what = f"more rows than the {rows:,} it says" if seen > rows else f"more than {MOST_TEXT:,} bytes of text"
                raise _RefusedError(f"it has {what}")
    if seen < rows:
        raise _RefusedError(f"it has {seen:,} rows, but says {rows:,}")
    return weight


def _weight(name: str, cells: pa.Array, before: int) -> int:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_date32(cells.type):
        days = pc.min_max(cells.cast(pa.int32())).as_py()
        if days["min"] is not None and not _DAYS[0] <= days["min"] <= days["max"] <= _DAYS[1]:
            raise _RefusedError(f"`{name}` has a date that no calendar has, in row {before + 1:,} or below")
    words = cells.dictionary if pa.types.is_dictionary(cells.type) else cells
    if not _is_text(words.type):
        return _DIGITS * len(cells)
    lengths = pc.fill_null(pc.binary_length(words), 0)
    if (pc.max(lengths).as_py() or 0) > LONGEST_LINE:
        raise _RefusedError(f"`{name}` has a text of more than {LONGEST_LINE:,} bytes, in row {before + 1:,} or below")
    if pc.any(pc.match_substring(words, "\0")).as_py():
        raise _RefusedError(f"`{name}` has a text with a NUL, in row {before + 1:,} or below")
    return int(pc.sum(lengths.take(cells.indices) if words is not cells else lengths).as_py() or 0)


def texts(file: Within, columns: Sequence[str]) -> pa.RecordBatchReader:
    """The cells of some columns as text, with the number of each row from 1 as ``_line``, of a file at which :func:`look` found no fault."""
    import pyarrow as pa

    schema = pa.schema([(LINE, pa.int64()), *((name, pa.string()) for name in columns)])
    return pa.RecordBatchReader.from_batches(schema, _as_text(file, columns, schema))


def _as_text(file: Within, columns: Sequence[str], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa

    seen = 0
    with _batches(file, columns) as batches:
        for batch in batches:
            weight = sum(_weight(name, batch[name], seen) for name in columns)
            step = max(1, batch.num_rows * _TEXT // max(weight, _TEXT))
            for start in range(0, batch.num_rows, step):
                part = batch.slice(start, step)
                line = pa.array(range(seen + 1, seen + 1 + part.num_rows), pa.int64())
                yield pa.RecordBatch.from_arrays([line, *(_written(part[name]) for name in columns)], schema=schema)
                seen += part.num_rows


def first_rows(file: Within, columns: Sequence[str], count: int) -> Iterator[list[str]]:
    """The cells of some columns in the first rows, as text, of a file at which :func:`look` found no fault."""
    for batch in texts(file, columns):
        for row in zip(*(batch[name].to_pylist() for name in columns), strict=True):
            if count <= 0:
                return
            count -= 1
            yield [cell or "" for cell in row]


def _written(cells: pa.Array) -> pa.Array:
    """Cells of a column as they are written in CSV."""
    import pyarrow as pa
    import pyarrow.compute as pc

    words = pc.cast(cells, pa.string())
    if not pa.types.is_float64(cells.type) or not pc.any(pc.match_substring(words, "e")).as_py():
        return words
    return pa.array([w if w is None or "e" not in w else f"{Decimal(w):f}" for w in words.to_pylist()], pa.string())


@contextmanager
def _opened(file: Within, dictionaries: Sequence[str] = ()) -> Iterator[pq.ParquetFile]:
    import pyarrow.parquet as pq

    with file.open() as content, pq.ParquetFile(content, read_dictionary=list(dictionaries)) as parquet:
        yield parquet


@contextmanager
def _batches(file: Within, columns: Sequence[str]) -> Iterator[Iterator[pa.RecordBatch]]:
    with _opened(file) as parquet:
        words = [name for name in columns if _is_text(parquet.schema_arrow.field(name).type)]
    with _opened(file, words) as parquet:
        yield parquet.iter_batches(_ROWS, columns=list(columns), use_threads=False)


def _is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))
