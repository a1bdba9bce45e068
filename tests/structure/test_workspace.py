"""A DuckDB that waits for the next package holds nothing of the last."""

from __future__ import annotations

import polars as pl
import pytest

from schemas.tables import TABLES
from tests import sample
from validation import workspace as workspace_module
from validation.workspace import workspace


@pytest.fixture(autouse=True)
def _begin_with_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that other tests have used may have had its last use in the middle of a test."""
    monkeypatch.setattr(workspace_module, "_WAITING", {})


def test_nothing_of_a_package_stays() -> None:
    with workspace(0, sample.TODAY) as room:
        first = room
        tables = room.rows("SELECT database_name, schema_name, table_name FROM duckdb_tables() WHERE database_name <> 'memory'")
        assert len(tables) > len(TABLES)
        room.add_texts([(0, "arms", 2, False, ["trial", "drug"])])
        room.con.execute("INSERT INTO arms (arm_id) VALUES ('drug')")
    with workspace(0, sample.TODAY) as room:
        assert room is first
        assert {name: room.rows(f"SELECT count(*) FROM {'.'.join(name)}") for name in tables if name[2] != "run"} == {
            name: [(0,)] for name in tables if name[2] != "run"
        }
        assert room.rows("FROM run") == [(sample.TODAY,)]


def test_no_term_that_was_proposed_stays() -> None:
    """Two packages may propose terms of the same ids, and mean different things."""
    proposed = {"instruments": {"x.mood5"}}
    rooms = []
    for label in ("Mood, 5 items", "Another mood"):
        with workspace(0, sample.TODAY, proposed) as room:
            rooms.append(room)
            adopted = room.rows("FROM vocabulary.instruments ORDER BY ALL")
            room.con.execute("INSERT INTO terms (vocabulary, id, label) VALUES ('instruments', 'x.mood5', ?)", [label])
            room.propose()
            labels = "SELECT label FROM vocabulary.instruments WHERE instrument_id = 'x.mood5'"
            assert room.rows(labels) == [(label,)]
            assert len(room.rows("FROM vocabulary.instruments")) == len(adopted) + 1
    assert rooms[1] is rooms[0]
    with workspace(0, sample.TODAY, proposed) as room:
        assert room.rows("FROM vocabulary.instruments ORDER BY ALL") == adopted


def test_a_room_is_for_the_terms_that_it_was_made_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace_module, "_MOST_APART", 2)
    rooms = {}
    for drug in ("", "x.a", "x.b", "x.c"):
        with workspace(0, sample.TODAY, {"treatments": {drug}} if drug else {}) as room:
            assert room not in rooms.values()
            rooms[drug] = room
    for drug, kept in (("", True), ("x.c", True), ("x.b", True), ("x.a", False)):
        with workspace(0, sample.TODAY, {"treatments": {drug}} if drug else {}) as room:
            assert (room is rooms[drug]) is kept, drug


@pytest.mark.parametrize("made", ["CREATE TEMP TABLE lines (line INT)", "CREATE TABLE text.more (line INT)", "DROP TABLE arms"])
def test_one_in_which_anything_was_made_is_not_used_again(made: str) -> None:
    with workspace(0, sample.TODAY) as room:
        first = room
        room.con.execute(made)
    with workspace(0, sample.TODAY) as room:
        assert room is not first


def test_one_that_was_used_often_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace_module, "_MOST_USES", 3)
    rooms = []
    for _ in range(5):
        with workspace(0, sample.TODAY) as room:
            rooms.append(room)
    assert [room is rooms[0] for room in rooms] == [True, True, True, False, False]
    assert rooms[3] is rooms[4]


def test_a_frame_has_the_types_of_its_columns_whatever_they_are() -> None:
    asked = "SELECT [today] AS days, sum(1) AS huge, NULL AS nothing FROM run GROUP BY ALL"
    with workspace(0, sample.TODAY) as room:
        short = room.frame("SELECT 1::BIGINT, 1.5::DOUBLE, true, 'a', today, ['b'], design FROM run LEFT JOIN studies ON true")
        assert short.dtypes == [pl.Int64, pl.Float64, pl.Boolean, pl.String, pl.Date, pl.List(pl.String), pl.String]
        for _ in range(3):
            assert room.frame(asked).rows() == [([sample.TODAY], 1, None)]


def test_what_is_asked_again_is_answered_from_what_is_there_by_then() -> None:
    """A plan that is kept knows nothing of the rows that were there when it was made."""
    asked = "SELECT arm_id, count(*) AS arms FROM arms LEFT JOIN studies USING (study_id) GROUP BY ALL ORDER BY 1"
    with workspace(0, sample.TODAY) as room:
        for n in range(6):
            assert room.rows(asked) == [(f"arm-{i}", i + 1) for i in range(n)]
            assert room.frame(asked).rows() == room.rows(asked)
            room.con.execute(f"INSERT INTO arms (arm_id) SELECT 'arm-{n}' FROM range({n + 1})")


def test_one_is_used_again_unless_its_work_was_cut_off() -> None:
    def mark(name: str) -> None:
        with workspace(0, sample.TODAY) as room:
            room.con.execute(f"CREATE SCHEMA memory.{name}")

    def marks() -> set[str]:
        with workspace(0, sample.TODAY) as room:
            return {name for (name,) in room.rows("SELECT schema_name FROM duckdb_schemas()")}

    mark("before")
    assert "before" in marks()
    with pytest.raises(KeyboardInterrupt), workspace(0, sample.TODAY):
        raise KeyboardInterrupt
    assert "before" not in marks()


def test_two_at_once_know_nothing_of_each_other() -> None:
    with workspace(0, sample.TODAY) as one, workspace(0, sample.TODAY) as other:
        one.con.execute("INSERT INTO arms (arm_id) VALUES ('drug')")
        assert (len(one.rows("FROM arms")), len(other.rows("FROM arms"))) == (1, 0)
