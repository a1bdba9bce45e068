"""The cells of one CSV file, read by the first gate's reader on whichever machine the file's bytes are."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.sql import identifier
from schemas.tables import TABLES
from schemas.wording import counted
from validation.arrow import FILE, LINE, arrow_schema
from validation.files import Scan, scan
from validation.opening import Within
from validation.reading import Ragged, TextTable, cast, read_header, read_tables, unreadable
from validation.spark.refusing import RefusedError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["cells_of", "columns_of"]


def columns_of(name: str, path: str, content: bytes) -> list[str]:
    """The columns of the table that a CSV file has. Raises ``RefusedError`` where it can't be read."""
    with _file(content) as file:
        header = _header(path, file)
    return [f.name for f in TABLES[name].fields() if f.name in header]


def cells_of(name: str, path: str, content: bytes, words: Mapping[str, str | None]) -> pa.Table:
    """The rows of a CSV file in the table's columns and types, with ``_file`` and ``_line``; ``words`` are the cells that its folder gives every row, by column.

    Raises ``RefusedError`` where the first gate would find something to read wrong: a row of another length, or a cell that isn't of its type.
    """
    import pyarrow as pa

    with _file(content) as file:
        header = _header(path, file)
        found = _typed(name, path, TextTable(0, name, file, tuple(header), TABLES[name].fields(), scan(file)))
    rows = len(found)
    for field in arrow_schema(name):
        if field.name in words or field.name not in found.column_names:
            said = pa.array([words.get(field.name)] * rows, field.type)
            found = found.drop_columns([field.name]) if field.name in found.column_names else found
            found = found.append_column(field, said)
    return found.append_column(FILE, pa.array([path] * rows, pa.string()))


@contextmanager
def _file(content: bytes) -> Iterator[Within]:
    with tempfile.TemporaryDirectory(prefix="outcomes-") as folder:
        (Path(folder) / "table.csv").write_bytes(content)
        yield Within(Path(folder), "table.csv")


def _header(path: str, file: Within) -> list[str]:
    seen: Scan = scan(file)
    line = next((n for n in (seen.nul_on_line, seen.not_utf8_on_line, seen.long_line) if n is not None), None)
    if seen.byte_order_mark or line is not None:
        where = "it begins with a byte-order mark" if line is None else f"line {line} can't be read"
        raise RefusedError(f"{path}: {where}; a file must be plain UTF-8. `outcomes validate` says more")
    header: list[str] | Ragged = read_header(file)
    if isinstance(header, Ragged):
        raise RefusedError(f"{path}: the header can't be read: {header.message}")
    if len(set(header)) < len(header):
        raise RefusedError(f"{path}: two columns have one name")
    return header


def _typed(name: str, path: str, text: TextTable) -> pa.Table:
    import datetime

    from validation.workspace import workspace

    fields = [f for f in text.fields if f.name in text.kept]
    kinds = arrow_schema(name)
    with workspace(text.scan.size, datetime.date(2000, 1, 1)) as room:
        (read,) = read_tables(room, [text]) if text.kept else [text]
        if read.ragged:
            first = read.ragged[0]
            fault = first.message or f"{counted(first.found or 0, 'cell')}; the header has {first.expected}"
            raise RefusedError(f"{path}:{first.line}: {fault}")
        rows = f"FROM {read.fill(room.con)}"
        typed = [f for f in fields if f.duckdb_type != "VARCHAR"]
        for f in typed:
            query = f"SELECT _line, {identifier(f.name)} {rows} WHERE {unreadable(f)} ORDER BY _line LIMIT 1"
            for line, cell in room.con.execute(query).fetchall():
                raise RefusedError(f"{path}:{line}: {f.name} is {cell!r}, which is not a {f.kind}")
        cells = ", ".join(f"{cast(f) if f in typed else identifier(f.name)} AS {identifier(f.name)}" for f in fields)
        found = room.con.sql(f"SELECT _line AS {LINE}, {cells} {rows} ORDER BY _line").to_arrow_table()
    import pyarrow as pa

    return found.cast(pa.schema([(LINE, pa.int64()), *((f.name, kinds.field(f.name).type) for f in fields)]))
