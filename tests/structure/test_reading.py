"""Two readers, one result: what DuckDB makes of a file is what the standard library's reader makes of it."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from validation.files import Scan, scan
from validation.reading import Ragged, TextTable, _read_lines, _read_records, read_header, read_text

HEADER = ["a", "b", "c"]


@cache
def _database() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA text")
    return connection


@contextmanager
def _connected() -> Iterator[duckdb.DuckDBPyConnection]:
    """One database for every example: opening one takes longer than all that is done in it."""
    with _database().cursor() as cursor:
        yield cursor


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with _connected() as cursor:
        yield cursor


def _cells(con: duckdb.DuckDBPyConnection, table: TextTable) -> list[tuple[object, ...]]:
    whole = "WHERE NOT _ragged" if table.line == "_line" else ""
    return con.execute(f"SELECT {table.line}, a, b, c FROM text.{table.name} {whole} ORDER BY 1").fetchall()


def _both(con: duckdb.DuckDBPyConnection, path: Path) -> tuple[Scan, TextTable, TextTable]:
    seen = scan(path)
    one = read_text(con, "one", path, HEADER, seen, keep=HEADER)
    other = _read_records(con, "other", path, HEADER, HEADER)
    return seen, one, other


BODY = st.text(alphabet=["a", ",", '"', "\n", "\r", " ", "\t", "é", "'", "\\", "0", "\u2028"], max_size=30)


@given(BODY)
@settings(max_examples=250, deadline=None)
@example("1,2,3,\n")
@example("1,2\n")
@example('1,2,3,""\n')
@example('"1" ,2,3\n')
@example(' "1",2,3\n')
@example('1,"2\n2",3\n4,5,6\n')
@example("1,2,3\r4,5,6\n\n")
@example("\n1,2,3\r4,5,6\n")
@example('1,2,"3\n')
@example('1,2,3"\n')
@example('1,2"x",3\n')
@example('"",,\n')
@example("1,2,3\n \n")
@example('\\"1,2,3\n')
@example("")
def test_readers_agree(body: str) -> None:
    with tempfile.TemporaryDirectory() as folder, _connected() as con:
        path = Path(folder) / "table.csv"
        path.write_text("a,b,c\n" + body, encoding="utf-8", newline="")
        _, one, other = _both(con, path)
        assert one.ragged == other.ragged
        assert _cells(con, one) == _cells(con, other)


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8), min_size=3, max_size=3), max_size=6
    )
)
@settings(max_examples=150, deadline=None)
def test_what_is_written_is_read(rows: list[list[str]]) -> None:
    """Whatever cells hold, they come back, each on the line it begins at."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER)
    writer.writerows(rows)
    with tempfile.TemporaryDirectory() as folder, _connected() as con:
        path = Path(folder) / "table.csv"
        path.write_text(out.getvalue(), encoding="utf-8", newline="")
        table = read_text(con, "one", path, HEADER, scan(path), keep=HEADER)
        assert table.ragged == ()
        read = _cells(con, table)
        assert [r[1:] for r in read] == [tuple(cell or None for cell in row) for row in rows]
        lines = [int(str(r[0])) for r in read]
        assert lines == sorted(set(lines))


def test_plain_files_are_left_to_duckdb(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text('a,b,c\n1,"two, or 2",\n,,\n')
    _, one, _ = _both(con, path)
    assert one.line == "rowid + 2"
    assert _cells(con, one) == [(2, "1", "two, or 2", None), (3, None, None, None)]


@pytest.mark.parametrize("line", ["1,2", "1,2,3,4", "1,2,3,", '1,2,3,""', ""])
def test_duckdb_refuses_a_ragged_line_or_miscounts(con: duckdb.DuckDBPyConnection, line: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"a,b,c\n1,2,3\n{line}\n4,5,6\n")
    assert _read_lines(con, "one", path, HEADER, HEADER) != scan(path).lines - 1
    table = read_text(con, "one", path, HEADER, scan(path), keep=HEADER)
    assert [(r.line, r.found, r.expected) for r in table.ragged] == [(3, len(next(csv.reader([line]))), 3)]
    assert [row[0] for row in _cells(con, table)] == [2, 4]


def test_only_the_columns_asked_for_are_kept(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    for body in ("1,2,3\n", '1,2,"3\n3"\n'):
        path.write_text(f"rowid,_line,c\n{body}")
        table = read_text(con, "one", path, ["rowid", "_line", "c"], scan(path), keep={"c"})
        (row,) = con.execute(f"SELECT {table.line} AS line, c FROM text.one").fetchall()
        assert row[0] == 2


def test_file_that_is_gone_is_an_error_of_the_system(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b,c\n")
    seen = scan(path)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        read_text(con, "one", path, HEADER, seen, keep=HEADER)
    assert not seen.still_holds(path)


def test_header_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text('"a,b\n')
    assert isinstance(read_header(path), Ragged)
    path.write_text('"a\nb",c\n1,2\n')
    assert read_header(path) == ["a\nb", "c"]
