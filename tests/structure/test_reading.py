"""Two readers, one result: what DuckDB makes of a file is what the standard library's reader makes of it."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.table import Field
from validation.files import scan
from validation.opening import Within
from validation.reading import Ragged, TextTable, _read_lines, _read_records, read_header, read_table


def _field(name: str, kind: str = "text") -> Field:
    return Field(
        name,
        kind,
        title="",
        description="",
        required=False,
        key=False,
        unit=None,
        vocabulary=None,
        references=None,
        minimum=None,
        maximum=None,
        pattern=None,
    )


HEADER = ("a", "b", "c")
FIELDS = tuple(map(_field, HEADER))


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
    """The rows as they are typed, which here is as text, and that the texts are the same."""
    typed = con.execute(f"SELECT _line, a, b, c FROM {table.name} ORDER BY 1").fetchall()
    assert con.execute(f"SELECT _line, a, b, c FROM {table.fill(con)} WHERE NOT _ragged ORDER BY 1").fetchall() == typed
    return typed


def _at(path: Path) -> Within:
    return Within(path.parent, path.name)


def _read(con: duckdb.DuckDBPyConnection, path: Path, header: Sequence[str] = HEADER) -> TextTable:
    con.execute("DROP TABLE IF EXISTS text.one")
    return read_table(con, "one", FIELDS, _at(path), header=header, scan=scan(_at(path)))


def _by_record(con: duckdb.DuckDBPyConnection, path: Path) -> TextTable:
    text = TextTable("other", _at(path), HEADER, frozenset(HEADER), scan(_at(path)), rows=0, unread=0)
    return _read_records(con, text, FIELDS)


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
        one, other = _read(con, path), _by_record(con, path)
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
        table = _read(con, path)
        assert table.ragged == ()
        read = _cells(con, table)
        assert [r[1:] for r in read] == [tuple(cell or None for cell in row) for row in rows]
        lines = [int(str(r[0])) for r in read]
        assert lines == sorted(set(lines))


def test_plain_files_are_left_to_duckdb(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text('a,b,c\n1,"two, or 2",\n,,\n')
    one = _read(con, path)
    assert not con.execute("FROM duckdb_tables() WHERE schema_name = 'text' AND table_name = 'one'").fetchall()
    assert _cells(con, one) == [(2, "1", "two, or 2", None), (3, None, None, None)]


@pytest.mark.parametrize("line", ["1,2", "1,2,3,4", "1,2,3,", '1,2,3,""', "1,2,3,,", ",,,", ""])
def test_duckdb_refuses_a_ragged_line_or_miscounts(con: duckdb.DuckDBPyConnection, line: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"a,b,c\n1,2,3\n{line}\n4,5,6\n")
    table = _read(con, path)
    by_line = _read_lines(con, table, FIELDS)
    assert by_line is None or by_line.rows != scan(_at(path)).lines - 1
    table = _read(con, path)
    assert [(r.line, r.found, r.expected) for r in table.ragged] == [(3, len(next(csv.reader([line]))), 3)]
    assert [row[0] for row in _cells(con, table)] == [2, 4]


def test_only_the_columns_of_fields_are_kept(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    for body in ("1,2,3\n", '1,2,"3\n3"\n'):
        path.write_text(f"rowid,_line,c\n{body}")
        table = _read(con, path, ("rowid", "_line", "c"))
        assert con.execute("SELECT _line, a, b, c IS NULL FROM one").fetchall() == [(2, None, None, False)]
        columns = [name for name, *_ in con.execute(f"DESCRIBE {table.fill(con)}").fetchall()]
        assert columns == ["_line", "_ragged", "c"]


@pytest.mark.parametrize("body", ["1,2\n,x\n3,\ny,z\n", '1,2\n,"x"\n3,\n"y",z\n"9","\n"\n'])
def test_rows_with_a_cell_that_is_no_number_are_counted(con: duckdb.DuckDBPyConnection, body: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"a,b\n{body}")
    con.execute("DROP TABLE IF EXISTS text.one")
    table = read_table(
        con, "one", [_field("a", "count"), _field("b", "count")], _at(path), header=("a", "b"), scan=scan(_at(path))
    )
    assert table.unread == body.count("\n,") + body.count("z") + body.count('"9"')


def test_file_that_is_gone_is_an_error_of_the_system(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b,c\n")
    seen = scan(_at(path))
    path.unlink()
    with pytest.raises(FileNotFoundError):
        read_table(con, "one", FIELDS, _at(path), header=HEADER, scan=seen)
    assert not seen.still_holds(_at(path))


@pytest.mark.parametrize("body", ["1,2,3\n", '1,2,"3\n3"\n'])
def test_file_that_changed_is_an_error_of_the_system(con: duckdb.DuckDBPyConnection, body: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"a,b,c\n{body}")
    seen = scan(_at(path))
    table = _read(con, path)
    path.write_text(f"a,b,c\n{body}4,5,6\n")
    with pytest.raises(OSError, match="changed while it was read"):
        read_table(con, "one", FIELDS, _at(path), header=HEADER, scan=seen)
    con.execute("DROP TABLE IF EXISTS text.one")
    with pytest.raises(OSError, match="changed while it was read"):
        table.fill(con)


def test_header_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text('"a,b\n')
    assert isinstance(read_header(_at(path)), Ragged)
    path.write_text('"a\nb",c\n1,2\n')
    assert read_header(_at(path)) == ["a\nb", "c"]
