"""Two readers, one result: what DuckDB makes of a file is what the standard library's reader makes of it."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.table import Field
from validation import reading
from validation.files import scan
from validation.opening import Within
from validation.reading import Ragged, TextTable, _read_lines, _read_records, read_header, read_tables
from validation.workspace import Room


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
COUNTS = (_field("a", "count"), _field("b", "count"))


@pytest.fixture(scope="module", autouse=True)
def every_file_is_long() -> Iterator[None]:
    """Short files are gone through record by record; here both readers are asked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "_SHORT", -1)
        yield


@cache
def _database() -> Room:
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA vocabulary; CREATE SCHEMA term")
    return Room(connection, ":memory:", {"one": FIELDS, "other": FIELDS, "counts": COUNTS}, small=True)


@contextmanager
def _opened() -> Iterator[Room]:
    """One room for every example: making one takes longer than all that is done in it."""
    room = _database()
    assert room.empty()
    yield room


@pytest.fixture
def room() -> Iterator[Room]:
    with _opened() as room:
        yield room


def _cells(room: Room, table: TextTable) -> list[tuple[object, ...]]:
    """The rows as they are typed, which here is as text, and that the texts are the same."""
    typed = room.rows(f"SELECT _line, a, b, c FROM {table.name} ORDER BY 1")
    assert room.rows(f"SELECT _line, a, b, c FROM {table.fill(room.con)} WHERE NOT _ragged ORDER BY 1") == typed
    return typed


def _at(path: Path) -> Within:
    return Within(path.parent, path.name)


def _text(path: Path, name: str = "one", header: Sequence[str] = HEADER) -> TextTable:
    return TextTable(0, name, _at(path), tuple(header), COUNTS if name == "counts" else FIELDS, scan(_at(path)))


def _read(room: Room, path: Path, header: Sequence[str] = HEADER) -> TextTable:
    (table,) = read_tables(room, [_text(path, header=header)])
    return table


def _by_record(room: Room, path: Path) -> TextTable:
    (table,) = _read_records(room, [_text(path, "other")])
    return table


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
    with tempfile.TemporaryDirectory() as folder, _opened() as room:
        path = Path(folder) / "table.csv"
        path.write_text("a,b,c\n" + body, encoding="utf-8", newline="")
        one, other = _read(room, path), _by_record(room, path)
        assert one.ragged == other.ragged
        assert _cells(room, one) == _cells(room, other)


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
    with tempfile.TemporaryDirectory() as folder, _opened() as room:
        path = Path(folder) / "table.csv"
        path.write_text(out.getvalue(), encoding="utf-8", newline="")
        table = _read(room, path)
        assert table.ragged == ()
        read = _cells(room, table)
        assert [r[1:] for r in read] == [tuple(cell or None for cell in row) for row in rows]
        lines = [int(str(r[0])) for r in read]
        assert lines == sorted(set(lines))


def test_plain_files_are_left_to_duckdb(room: Room, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text('a,b,c\n1,"two, or 2",\n,,\n')
    one = _read(room, path)
    assert not room.rows("FROM text.cells")
    assert _cells(room, one) == [(2, "1", "two, or 2", None), (3, None, None, None)]


@pytest.mark.parametrize("line", ["1,2", "1,2,3,4", "1,2,3,", '1,2,3,""', "1,2,3,,", ",,,", ""])
def test_duckdb_refuses_a_ragged_line_or_miscounts(room: Room, line: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"a,b,c\n1,2,3\n{line}\n4,5,6\n")
    assert _read_lines(room, _text(path)) is None
    assert not room.rows("FROM one")
    table = _read(room, path)
    assert [(r.line, r.found, r.expected) for r in table.ragged] == [(3, len(next(csv.reader([line]))), 3)]
    assert [row[0] for row in _cells(room, table)] == [2, 4]


def test_only_the_columns_of_fields_are_kept(room: Room, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    for body in ("1,2,3\n", '1,2,"3\n3"\n'):
        path.write_text(f"rowid,_line,c\n{body}")
        assert room.empty()
        table = _read(room, path, ("rowid", "_line", "c"))
        for typed in ("one", table.fill(room.con)):
            ((line, a, b, c),) = room.rows(f"SELECT _line, a, b, c FROM {typed}")
            assert (line, a, b, c[0]) == (2, None, None, "3")


@pytest.mark.parametrize("line", ["1", "1,2", "1,2,3", "1,2,3,4,5", ""])
def test_a_record_of_any_length_is_read_where_a_column_is_missing(room: Room, line: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"a,b\n1,2\n{line}\n")
    table = _read(room, path, ("a", "b"))
    assert [(r.found, r.expected) for r in table.ragged] == ([] if line == "1,2" else [(len(next(csv.reader([line]))), 2)])
    assert _cells(room, table)[0] == (2, "1", "2", None)


@pytest.mark.parametrize("body", ["1,2\n,x\n3,\ny,z\n", '1,2\n,"x"\n3,\n"y",z\n"9","\n"\n'])
def test_rows_with_a_cell_that_is_no_number_are_counted(room: Room, body: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"a,b\n{body}")
    (table,) = read_tables(room, [_text(path, "counts", ("a", "b"))])
    assert table.unread == body.count("\n,") + body.count("z") + body.count('"9"')


def test_file_that_is_gone_is_an_error_of_the_system(room: Room, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b,c\n")
    text = _text(path)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        read_tables(room, [text])
    assert not text.scan.still_holds(_at(path))


@pytest.mark.parametrize("body", ["1,2,3\n", '1,2,"3\n3"\n'])
def test_file_that_changed_is_an_error_of_the_system(room: Room, body: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"a,b,c\n{body}")
    text, table = _text(path), _read(room, path)
    path.write_text(f"a,b,c\n{body}4,5,6\n")
    with pytest.raises(OSError, match="changed while it was read"):
        read_tables(room, [text])
    assert room.empty()
    with pytest.raises(OSError, match="changed while it was read"):
        table.fill(room.con)


def test_short_files_are_gone_through_record_by_record(room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b,c\n1,2,3\n\n4,5\n,,6\n")
    long = _read(room, path)
    cells = _cells(room, long)
    assert room.empty()
    monkeypatch.setattr(reading, "_SHORT", path.stat().st_size)
    monkeypatch.setattr(reading, "_read_lines", None)
    short = _read(room, path)
    assert (replace(short, by_record=False), _cells(room, short)) == (replace(long, by_record=False), cells)


def test_header_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text('"a,b\n')
    assert isinstance(read_header(_at(path)), Ragged)
    path.write_text('"a\nb",c\n1,2\n')
    assert read_header(_at(path)) == ["a\nb", "c"]
