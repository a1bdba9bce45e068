"""A DuckDB that waits for the next package holds nothing of the last."""

from __future__ import annotations

import pytest

from tests import sample
from validation.workspace import workspace


def test_nothing_of_a_package_stays() -> None:
    with workspace(0, sample.TODAY) as con:
        there = con.execute("SELECT database_name, schema_name, table_name FROM duckdb_tables()").fetchall()
        con.execute(
            "CREATE TABLE arms (arm_id VARCHAR); CREATE TABLE text.arms (arm_id VARCHAR); CREATE TEMP TABLE lines (line INT)"
        )
        con.execute("PREPARE all_arms AS FROM arms; SET VARIABLE arm = 'drug'")
    with workspace(0, sample.TODAY) as con:
        assert con.execute("SELECT database_name, schema_name, table_name FROM duckdb_tables()").fetchall() == there
        assert con.execute("SELECT getvariable('arm')").fetchall() == [(None,)]
        assert con.execute("SELECT count(*) FROM duckdb_prepared_statements()").fetchall() == [(0,)]


def test_one_is_used_again_unless_its_work_was_cut_off() -> None:
    def mark(name: str) -> None:
        with workspace(0, sample.TODAY) as con:
            con.execute(f"CREATE SCHEMA memory.{name}")

    def marks() -> set[str]:
        with workspace(0, sample.TODAY) as con:
            return {name for (name,) in con.execute("SELECT schema_name FROM duckdb_schemas()").fetchall()}

    mark("before")
    assert "before" in marks()
    with pytest.raises(KeyboardInterrupt), workspace(0, sample.TODAY):
        raise KeyboardInterrupt
    assert "before" not in marks()


def test_two_at_once_know_nothing_of_each_other() -> None:
    with workspace(0, sample.TODAY) as one, workspace(0, sample.TODAY) as other:
        one.execute("CREATE TABLE arms (arm_id VARCHAR)")
        other.execute("CREATE TABLE arms (study_id VARCHAR)")
        assert [d[0] for d in one.execute("FROM arms").description] == ["arm_id"]
