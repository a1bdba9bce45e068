"""Reading a text file whose cells are between delimiters: from any encoding to UTF-8, from any line of a header to columns of text."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import shutil
import string
from collections.abc import Collection
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from registry.importing.bounds import LONGEST_LINE, is_of_machine
from registry.importing.header import column_names
from registry.importing.mapping import Input
from registry.importing.problems import ImportProblem, Problems
from schemas.sql import literal
from schemas.wording import counted
from validation.hints import shortened

if TYPE_CHECKING:
    import duckdb

__all__ = ["DELIMITERS", "load_csv"]

CHUNK = 1 << 20
DELIMITERS = ",;\t|"
_MOST_ABOVE = 100  # lines that a title and what follows it may take


def load_csv(
    connection: duckdb.DuckDBPyConnection,
    spec: Input,
    path: Path,
    source: Path,
    *,
    problems: Problems,
    scratch: Path,
    wanted: Collection[str],
) -> tuple[list[str], list[str]]:
    """Load the bytes in ``source``, of the original at ``path``, into the table ``loading``, and give the names of its columns and notes on them.

    ``wanted`` are the columns that the mapping names, in small letters.
    """
    import duckdb

    text = scratch / "input.csv"
    _check_mark(path, source, spec, problems)
    _transcode(path, source, spec, text, problems=problems)
    if _mixes_line_ends(text):
        _end_lines_alike(text, spec, path)
    otherwise = ""
    if spec.header:
        headings = _behead(text, spec, path)
    else:
        headings = _header(text, spec, path)
        otherwise = _other_reading(text, spec, headings)
    names, notes = column_names(headings, path)
    if otherwise and wanted and not any(name.casefold() in wanted for name in names):
        first = shortened(next(filter(None, headings)))
        raise ImportProblem(f"{path}: the first line, `{first}`, has no column that the mapping names. {otherwise}")
    columns = "{" + ", ".join(f"'c{n}': 'VARCHAR'" for n in range(len(names))) + "}"
    try:
        connection.execute(
            f"CREATE TEMP TABLE loading AS SELECT * FROM read_csv({literal(str(text))}, "
            f"auto_detect=false, header=true, delim={literal(spec.delimiter)}, "
            f"quote='\"', escape='\"', max_line_size={LONGEST_LINE}, columns={columns})"
        )
    except duckdb.Error as error:
        if is_of_machine(error):
            raise
        # the line that it is about, however long, stands between the line's number and the fault
        told = [line for line in str(error).partition("\nPossible")[0].splitlines() if line.strip()]
        said = "; ".join(shortened(line) for line in dict.fromkeys([*told[:2], told[-1]]))
        raise ImportProblem(
            f"{path}: the file can't be read as CSV with the delimiter `{spec.delimiter}`: {said}. "
            f"The header has {counted(len(names), 'column')}; every row must have as many. "
            f"{otherwise or 'Check that every quotation mark is closed.'}"
        ) from error
    finally:
        text.unlink()
    return names, notes


def _header(text: Path, spec: Input, path: Path) -> list[str]:
    """The header's cells."""
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
    if text.stat().st_size and not any(cell.strip() for cell in header):
        raise ImportProblem(f"{path}: the first line is blank. {_where_next(text, spec, 1)}")
    return header


def _other_reading(text: Path, spec: Input, headings: list[str]) -> str:
    """How the file may be meant, where the first line holds one thing: with another delimiter, or with a title above its header."""
    filled = [heading for heading in headings if heading.strip()]
    if len(filled) > 1:
        return ""
    if signs := [sign for sign in DELIMITERS if sign != spec.delimiter and sign in "".join(headings)]:
        sign = max(signs, key="".join(headings).count).replace("\t", "\\t")
        return f'Write `delimiter: "{sign}"` in the input if that is what is between its cells.'
    with text.open(encoding="utf-8", newline="") as file:
        for number, line in enumerate(islice(file, _MOST_ABOVE), 1):
            if number > 1 and sum(bool(cell.strip()) for cell in next(csv.reader([line], delimiter=spec.delimiter), [])) > 1:
                return f"Write `header_row: {number}` in the input if the header is in line {number}."
    return ""


def _where_next(text: Path, spec: Input, after: int) -> str:
    """Where the header may be: in the next line that holds anything."""
    with text.open(encoding="utf-8", newline="") as file:
        for number, line in enumerate(file, 1):
            if number > after and line.strip(f'{spec.delimiter}{string.whitespace}"'):
                return f"Write `header_row: {number}` in the input if the header is in line {number}."
    return f"No line after it holds anything{' either' if after == 1 else ''}."


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
        if not any(headings):
            last = spec.header[-1]
            raise ImportProblem(f"{path}: line {last}, which is to be the header, is blank. {_where_next(text, spec, last)}")
        with text.with_suffix(".rest").open("w", encoding="utf-8", newline="") as rest:
            rest.write(spec.delimiter.join("h" * width) + ("\r\n" if lines[-1].endswith("\r\n") else "\n"))
            shutil.copyfileobj(file, rest)
    text.with_suffix(".rest").replace(text)
    return headings if len(rows) > 1 else rows[0]


def _mixes_line_ends(text: Path) -> bool:
    """Whether the file has line ends of more than one kind, those within cells included."""
    kinds, before = set[bytes](), b""
    with text.open("rb") as file:
        while chunk := before + file.read(CHUNK):
            # A carriage return at the end may be half of one.
            chunk, before = (chunk[:-1], b"\r") if chunk.endswith(b"\r") and len(chunk) > 1 else (chunk, b"")
            pairs = chunk.count(b"\r\n")
            counts = {b"\r\n": pairs, b"\n": chunk.count(b"\n") - pairs, b"\r": chunk.count(b"\r") - pairs}
            kinds |= {kind for kind, count in counts.items() if count}
    return len(kinds) > 1


def _end_lines_alike(text: Path, spec: Input, path: Path) -> None:
    """Have every row end in a line feed; what is within cells stays as it is. DuckDB takes the first line end that it sees for that of all rows."""
    csv.field_size_limit(LONGEST_LINE)
    copy = text.with_suffix(".alike")
    try:
        with text.open(encoding="utf-8", newline="") as file, copy.open("w", encoding="utf-8", newline="") as target:
            # all quoted: a carriage return in a cell would be left bare
            writer = csv.writer(target, delimiter=spec.delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
            writer.writerows(csv.reader(file, delimiter=spec.delimiter, strict=True))
    except csv.Error as error:
        raise ImportProblem(
            f"{path}: the file can't be read as CSV: {error}. Check that every quotation mark is closed."
        ) from error
    copy.replace(text)


_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
"""Byte order marks with their encodings; of two that begin alike the longer comes first."""


def _check_mark(path: Path, source: Path, spec: Input, problems: Problems) -> None:
    """The mark of another encoding would be read as letters that nobody wrote, and so would all that follows."""
    with source.open("rb") as file:
        first = file.read(4)
    mark = next((mark for mark in _MARKS if first.startswith(mark)), None)
    if mark is None:
        return
    with contextlib.suppress(UnicodeError):
        if mark.decode(spec.encoding).strip("\ufeff") == "":
            return
    found = (
        f"`{path}` begins with the byte order mark of {_MARKS[mark]}, so it isn't {spec.encoding}. Give the input's `encoding`."
    )
    problems.stop(spec.encoding_place, found)


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
        case _ if "start with BOM" in str(error):  # in other words, and as another error, from Python 3.13 on
            return "it doesn't begin with a byte order mark"
        case UnicodeDecodeError():
            return f"byte {read - len(error.object) + error.start} is 0x{error.object[error.start]:02X}"
        case UnicodeEncodeError():  # some decoders let half of a pair of surrogates through
            return f"it contains U+{ord(error.object[error.start]):04X}, which isn't a character"
        case _:
            return str(error)
