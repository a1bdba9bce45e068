"""Reading a text file whose cells are between delimiters: from any encoding to UTF-8, from any line of a header to columns of text."""

from __future__ import annotations

import codecs
import csv
import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from registry.importing.bounds import LONGEST_LINE, is_of_machine
from registry.importing.header import column_names
from registry.importing.mapping import Input
from registry.importing.problems import ImportProblem, Problems
from schemas.sql import literal
from validation.hints import shortened

if TYPE_CHECKING:
    import duckdb

__all__ = ["load_csv"]

CHUNK = 1 << 20


def load_csv(
    connection: duckdb.DuckDBPyConnection, spec: Input, path: Path, source: Path, *, problems: Problems, scratch: Path
) -> tuple[list[str], list[str]]:
    """Load the bytes in ``source``, of the original at ``path``, into the table ``loading``, and give the names of its columns and notes on them."""
    import duckdb

    text = scratch / "input.csv"
    _transcode(path, source, spec, text, problems=problems)
    if spec.header:
        headings, of_crlf = _behead(text, spec, path), False
    else:
        headings, of_crlf = _header(text, spec, path)
        if not headings and text.stat().st_size:
            raise ImportProblem(
                f"{path}: the first line is blank. Write `header_row: 2` in the input if the header is in line 2."
            )
    names, notes = column_names(headings, path)
    # DuckDB takes the first line end that it sees for that of all lines, and a heading may have one of its own
    line_end = r", new_line='\r\n'" if of_crlf and any("\n" in name for name in headings) else ""
    columns = "{" + ", ".join(f"'c{n}': 'VARCHAR'" for n in range(len(names))) + "}"
    try:
        connection.execute(
            f"CREATE TEMP TABLE loading AS SELECT * FROM read_csv({literal(str(text))}, "
            f"auto_detect=false, header=true, delim={literal(spec.delimiter)}, "
            f"quote='\"', escape='\"', max_line_size={LONGEST_LINE}, columns={columns}{line_end})"
        )
    except duckdb.Error as error:
        if is_of_machine(error):
            raise
        # the line that it is about, however long, stands between the line's number and the fault
        told = [line for line in str(error).partition("\nPossible")[0].splitlines() if line.strip()]
        said = "; ".join(shortened(line) for line in dict.fromkeys([*told[:2], told[-1]]))
        raise ImportProblem(
            f"{path}: the file can't be read as CSV with the delimiter `{spec.delimiter}`: {said}. "
            f"The header has {len(names)} columns; every row must have as many. Check that every quotation mark is closed."
            f"{_line_ends(text)}"
        ) from error
    finally:
        text.unlink()
    return names, notes


def _header(text: Path, spec: Input, path: Path) -> tuple[list[str], bool]:
    """The header's cells, and whether its line ends with CRLF."""
    with text.open(encoding="utf-8", newline="") as file:
        start = io.StringIO(file.read(LONGEST_LINE), newline="")
    csv.field_size_limit(LONGEST_LINE)
    try:
        header = next(csv.reader(start, delimiter=spec.delimiter), [])
    except csv.Error as error:
        raise ImportProblem(f"{path}: the header can't be read as CSV: {error}.") from error
    if start.tell() == LONGEST_LINE:
        raise ImportProblem(
            f"{path}: the header doesn't end within {LONGEST_LINE:,} characters. Check that every quotation mark is closed."
        )
    return header, start.getvalue()[: start.tell()].endswith("\r\n")


def _behead(text: Path, spec: Input, path: Path) -> list[str]:
    """The headings in the lines that the mapping says, joined by spaces; a line of as many cells is put in the place of all up to them."""
    with text.open(encoding="utf-8", newline="") as file:
        lines = [file.readline(LONGEST_LINE) for _ in range(spec.header[-1])]
        if not lines[-1]:
            raise ImportProblem(f"{path}: the file has no line {spec.header[-1]}, which is to be the header.")
        rows = [next(csv.reader([lines[number - 1]], delimiter=spec.delimiter), []) for number in spec.header]
        width = max(map(len, rows))
        padded = [row + [""] * (width - len(row)) for row in rows]
        headings = [" ".join(cell.strip() for cell in cells if cell.strip()) for cells in zip(*padded, strict=True)]
        with text.with_suffix(".rest").open("w", encoding="utf-8", newline="") as rest:
            rest.write(spec.delimiter.join("h" * width) + ("\r\n" if lines[-1].endswith("\r\n") else "\n"))
            shutil.copyfileobj(file, rest)
    text.with_suffix(".rest").replace(text)
    return headings if len(rows) > 1 else rows[0]


def _line_ends(text: Path) -> str:
    """What is wrong with the ends of the lines, if they aren't all the same."""
    found: dict[bytes, int] = {}
    with text.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.endswith(b"\n"):
                found.setdefault(b"\r\n" if line.endswith(b"\r\n") else b"\n", number)
            if len(found) == 2:
                (_, one), (_, other) = sorted(found.items(), key=lambda end: end[1])
                kinds = ("CRLF", "LF") if found[b"\r\n"] == one else ("LF", "CRLF")
                return (
                    f" Its lines end in two ways: line {one} in {kinds[0]}, line {other} in {kinds[1]}. Save it with one of them."
                )
    return ""


def _transcode(path: Path, source: Path, spec: Input, to: Path, *, problems: Problems) -> None:
    """Copy a text file as UTF-8, in pieces; a byte order mark is left off."""
    encoding = spec.encoding
    decoder = codecs.getincrementaldecoder("utf-8-sig" if encoding.lower().replace("_", "-") in {"utf-8", "utf8"} else encoding)()
    before = 0
    with source.open("rb") as original, to.open("wb") as target:
        while True:
            chunk = original.read(CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
                text = text if before else text.removeprefix("\ufeff")  # the mark of a UTF-16 whose order is stated
                target.write(text.encode())
            except UnicodeError as error:
                why = _why_undecoded(error, before + len(chunk))
                advice = "Give the input's `encoding` in the mapping, such as `cp1252`."
                problems.stop(spec.encoding_place, f"`{path}`: the file isn't {encoding}: {why}. {advice}")
            if "\0" in text:
                found = f"`{path}`: the file contains NUL characters, so it isn't {encoding} text. Try `utf-16`."
                problems.stop(spec.encoding_place, found)
            before += len(chunk)
            if not chunk:
                return


def _why_undecoded(error: UnicodeError, read: int) -> str:
    """What is wrong with the bytes, of which so many were ``read``."""
    match error:
        case UnicodeDecodeError():
            return f"byte {read - len(error.object) + error.start} is 0x{error.object[error.start]:02X}"
        case UnicodeEncodeError():  # some decoders let half of a pair of surrogates through
            return f"it contains U+{ord(error.object[error.start]):04X}, which isn't a character"
        case _:
            return str(error)
