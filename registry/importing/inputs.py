"""Finding the original files, holding them to their hashes, and loading them as text into DuckDB.

Every input becomes a table of the schema ``original``: ``_row`` (its data rows counted from 1) and those of its
columns that the mapping may name, all text, with empty cells as NULL. A sheet may have a thousand others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from registry.importing.archives import unpack
from registry.importing.bounds import MOST_BYTES, MOST_CELLS, is_of_machine
from registry.importing.delimited import load_csv
from registry.importing.header import column_names
from registry.importing.mapping import ARCHIVE, Input
from registry.importing.mapping import Mapping as Written
from registry.importing.problems import (
    ImportProblem,
    OutOfReachError,
    Problems,
    WrongPathError,
    check_regular,
    is_pointer,
    listed,
)
from registry.importing.r_data import read_data_frame
from registry.importing.records import Records, read_records
from registry.importing.spreadsheet import read_sheet
from registry.importing.statistical import read_statistical
from registry.packages.opening import IS_POINTER
from schemas.sql import identifier, literal

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

__all__ = ["FORMAT_NAMES", "Loaded", "find_files", "load"]

_ROWS_AT_ONCE = 10_000
FORMAT_NAMES = {"csv": "CSV", "xlsx": "an XLSX workbook", "parquet": "Parquet", "json": "JSON", "r": "a file of R"} | {
    "stata": "a Stata file",
    "spss": "an SPSS file",
    "sas": "a SAS transport file",
}
_WITH_NUMBERS = {"xlsx", "json", "r", "stata", "spss", "sas"}
"""Formats whose reader numbers the rows: a sheet may have rows without anything in them."""


@dataclass(frozen=True)
class Loaded:
    """A loaded input: its columns in order, those of them that its table holds, its number of rows, and notes on its header."""

    columns: tuple[str, ...]
    held: frozenset[str]
    rows: int
    notes: tuple[str, ...]


def find_files(mapping: Written, given: Iterable[Path], problems: Problems) -> dict[str, Path]:
    """The file of each input: one of the files given, or a file in a folder given, by the name that the
    mapping uses.

    A single file for a single input may have any name, since its hash tells whether it is the right one.
    Raises ``WrongPathError`` for a path that isn't there or that no input names, ``MappingError`` for an input
    without its file or with another hash.
    """
    found: dict[str, Path] = {}
    given = list(given)
    for path in given:
        if not path.is_dir():
            check_regular(path, "the file")
        if path.is_dir():
            here = {name: path / i.file for name, i in mapping.inputs.items() if (path / i.file).is_file()}
        elif len(mapping.inputs) == 1 and len(given) == 1:
            here = dict.fromkeys(mapping.inputs, path)
        else:
            here = {name: path for name, i in mapping.inputs.items() if Path(i.file).name == path.name}
            if not here:
                names = listed(i.file for i in mapping.inputs.values())
                raise WrongPathError(f"{path}: the mapping has no input with this name. It has {names}.")
        found = here | found
    for name, spec in mapping.inputs.items():
        if name not in found:
            problems.add(
                spec.place,
                f"The input `{name}` needs the file `{spec.file}`: give it, or its folder.",
            )
            continue
        digest = _digest(found[name])
        if is_pointer(found[name]):
            problems.add(spec.sha256_place, f"`{found[name]}` is {IS_POINTER}.")
        elif digest != spec.sha256:
            problems.add(
                spec.sha256_place,
                f"`{found[name]}` isn't the file that the mapping was written for: its sha256 is "
                f"{digest}, expected {spec.sha256}. Fetch the original, or check what has changed "
                "before you write the new hash here.",
            )
    problems.stop_if_any()
    return found


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise OutOfReachError(f"{path}: the file can't be read: {error.strerror}.") from error


def load(
    connection: duckdb.DuckDBPyConnection,
    spec: Input,
    path: Path,
    problems: Problems,
    scratch: Path,
    *,
    wanted: Collection[str],
    strict: bool = True,
) -> Loaded:
    """Load an input as a table of its own name; what is made on the way is in the folder ``scratch``.

    ``wanted`` are the columns that matter, in small letters: the table has no others. If it isn't ``strict``, cells of a
    workbook that can't be taken are empty, with a note. Raises ``ImportProblem`` where it can't be read whole.
    """
    if path.stat().st_size > MOST_BYTES:
        raise ImportProblem(f"{path}: the file has {path.stat().st_size:,} bytes; at most {MOST_BYTES:,} are allowed.")
    source = path
    if spec.file.lower().endswith(f".{ARCHIVE}"):
        source = scratch / "unpacked"
        unpack(path, spec.member, source)
    match spec.format:
        case "csv":
            names, notes = load_csv(connection, spec, path, source, problems=problems, scratch=scratch, wanted=wanted)
        case "xlsx":
            names, notes = _load_xlsx(connection, spec, path, wanted=wanted, strict=strict)
        case "parquet":
            names, notes = _load_parquet(connection, spec, path, wanted)
        case "json":
            names, notes = _load_records(connection, read_records(path, source, spec, wanted))
        case "r":
            names, notes = _load_records(connection, read_data_frame(path, spec, wanted, strict=strict))
        case "stata" | "spss" | "sas":
            names, notes = _load_records(connection, read_statistical(path, spec, wanted, strict=strict))
        case _:
            raise NotImplementedError(f"{path}: nothing reads the format {spec.format!r}")
    missing = ", ".join(literal(m) for m in ("", *spec.missing))
    held = {n: name for n, name in enumerate(names) if name.casefold() in wanted}
    columns = "".join(f", CASE WHEN c{n} NOT IN ({missing}) THEN c{n} END AS {identifier(name)}" for n, name in held.items())
    number = "_row" if spec.format in _WITH_NUMBERS else "row_number() OVER ()"
    connection.execute(f"CREATE TABLE original.{identifier(spec.name)} AS SELECT {number} AS _row{columns} FROM loading")
    connection.execute("DROP TABLE loading")
    (rows,) = connection.execute(f"SELECT count(*) FROM original.{identifier(spec.name)}").fetchall()[0]
    if rows == 0 and (
        held or spec.format != "xlsx"
    ):  # a sheet of which no column is read seems to have none: its headings are the fault
        raise ImportProblem(f"{path}: the file has a header and no rows. There is nothing to import.")
    return Loaded(tuple(names), frozenset(held.values()), rows, tuple(f"{path.name}: {note}" for note in notes))


def _load_xlsx(
    connection: duckdb.DuckDBPyConnection, spec: Input, path: Path, *, wanted: Collection[str], strict: bool
) -> tuple[list[str], list[str]]:
    sheet = read_sheet(path, spec, wanted, strict=strict)
    _load_texts(connection, sheet.cells, sheet.numbers)
    return sheet.names, sheet.notes


def _load_records(connection: duckdb.DuckDBPyConnection, records: Records) -> tuple[list[str], list[str]]:
    _load_texts(connection, records.cells, range(1, records.rows + 1))
    return records.names, records.notes


def _load_texts(connection: duckdb.DuckDBPyConnection, cells: Mapping[int, list[str | None]], numbers: Sequence[int]) -> None:
    """Load columns of text by their places. ``numbers`` are those of the rows."""
    import polars as pl  # whose columns are made without pandas, as Arrow's aren't

    columns = {f"c{place}": pl.Series(texts, dtype=pl.String) for place, texts in cells.items()}
    connection.register("rows", pl.DataFrame({"_row": pl.Series(numbers, dtype=pl.Int64), **columns}))
    connection.execute("CREATE TEMP TABLE loading AS SELECT * FROM rows")
    connection.unregister("rows")


def _load_parquet(
    connection: duckdb.DuckDBPyConnection, spec: Input, path: Path, wanted: Collection[str]
) -> tuple[list[str], list[str]]:
    import duckdb
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            held, schema = file.metadata, file.schema_arrow
            size = sum(held.row_group(n).total_byte_size for n in range(held.num_row_groups))
            if held.num_rows * held.num_columns > MOST_CELLS or size > MOST_BYTES:
                raise ImportProblem(
                    f"{path}: the file has {held.num_rows:,} rows of {held.num_columns:,} columns, {size:,} bytes unpacked; "
                    f"at most {MOST_CELLS:,} cells and {MOST_BYTES:,} bytes are allowed."
                )
            names, notes = column_names(schema.names, path)
            read = [n for n, name in enumerate(names) if name.casefold() in wanted]
            if several := [schema.names[n] for n in read if not _is_single(schema.field(n).type)]:
                raise ImportProblem(
                    f"{path}: the columns {listed(several)} contain lists, structures or bytes, not single values."
                )
            _load_rows(connection, spec, pa.RecordBatchReader.from_batches(schema, file.iter_batches(_ROWS_AT_ONCE)), read)
    except (pa.ArrowException, OSError, UnicodeDecodeError, duckdb.Error) as error:
        if is_of_machine(error):
            raise
        raise ImportProblem(f"{path}: this can't be read as Parquet: {str(error).partition(chr(10))[0]}.") from error
    return names, notes


def _is_single(kind: pa.DataType) -> bool:
    """Whether values of a type of Arrow's are texts, numbers, days or the like."""
    import pyarrow as pa

    kind = _stored(kind)
    return not (pa.types.is_nested(kind) or "binary" in str(kind))


def _has_decimals(kind: pa.DataType) -> bool:
    import pyarrow as pa

    kind = _stored(kind)
    return bool(pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _stored(kind: pa.DataType) -> pa.DataType:
    """The type of the values themselves, be they in a dictionary or under another name."""
    import pyarrow as pa

    while pa.types.is_dictionary(kind) or isinstance(kind, pa.BaseExtensionType):
        kind = kind.value_type if pa.types.is_dictionary(kind) else kind.storage_type
    return kind


def _load_rows(connection: duckdb.DuckDBPyConnection, spec: Input, rows: pa.RecordBatchReader, read: Collection[int]) -> None:
    """Load those of Arrow's columns that are ``read`` as text, by their places; and one of noughts, for rows of which none is read count too."""
    columns = [f"c{n}" for n in range(len(rows.schema))]
    connection.register("rows", rows)
    texts = ""
    for n in read:
        text = f"CAST({columns[n]} AS VARCHAR)"
        if spec.decimal == "," and _has_decimals(rows.schema.field(n).type):
            text = f"replace({text}, '.', ',')"  # as Input.as_of_text
        texts += f", {text} AS {columns[n]}"
    connection.execute(f"CREATE TEMP TABLE loading AS SELECT 0 AS none{texts} FROM rows AS r({', '.join(columns)})")
    connection.unregister("rows")
