"""Small packages in memory: the ten tables, the vocabularies and today's date, as the engine lays them out in DuckDB."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import duckdb
import polars as pl
import pytest

from schemas.tables import TABLES
from schemas.vocabulary_frames import frame
from validation.catalogue import catalogue
from validation.views import VIEWS
from validation.workspace import LOOKED_UP

TODAY = date(2026, 11, 23)
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Looked:
    """The lines that break a rule, those that keep it, and those that it doesn't look at."""

    broken: list[int]
    kept: list[int]
    passed_over: list[int]
    messages: list[str]


class Package:
    """Rows in DuckDB. A row's line is its place in the order of insertion, from 2, as in a file with a header."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def add(self, table: str, *rows: Row) -> Package:
        ((first,),) = self.connection.execute(f"SELECT count(*) + 2 FROM {table}").fetchall()
        for line, row in enumerate(rows, first):
            names = ", ".join(["_line", *row])
            marks = ", ".join("?" * (len(row) + 1))
            self.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", [line, *row.values()])
        return self

    def look(self, rule_id: str) -> Looked:
        rule = catalogue()[rule_id]
        query = VIEWS[rule.over].query if rule.over in VIEWS else f"SELECT * FROM {rule.over}"
        rows = self.connection.sql(query).pl()
        held = rows.select(pl.col("_line"), held=rule.expression()).sort("_line")
        lines = {value: held.filter(pl.col("held").eq_missing(value))["_line"].to_list() for value in (True, False, None)}
        messages = []
        for row in rows.filter(~rule.expression()).sort("_line").iter_rows(named=True):
            extra = rule.details(row) if rule.details else {}
            messages.append((rule.message or rule.must).format(**row, **extra))
        return Looked(lines[False], lines[True], lines[None], messages)


@pytest.fixture(scope="session")
def _empty() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA vocabulary")
    for table, model in TABLES.items():
        columns = ", ".join(f'"{f.name}" {f.duckdb_type}' for f in model.fields())
        connection.execute(f"CREATE TABLE {table} (_package BIGINT DEFAULT 0, _line BIGINT, {columns}, _unread BOOLEAN)")
    for name in LOOKED_UP:
        connection.register("vocabulary_frame", frame(name).to_arrow())
        connection.execute(f"CREATE TABLE vocabulary.{name} AS SELECT * FROM vocabulary_frame")
        connection.unregister("vocabulary_frame")
    connection.execute("CREATE TABLE run AS SELECT ?::DATE AS today", [TODAY])
    yield connection
    connection.close()


@pytest.fixture
def package(_empty: duckdb.DuckDBPyConnection) -> Iterator[Package]:
    """A package without rows."""
    _empty.execute("BEGIN")
    yield Package(_empty)
    _empty.execute("ROLLBACK")


@pytest.fixture(scope="session")
def schema_of(_empty: duckdb.DuckDBPyConnection) -> Callable[[str], pl.Schema]:
    """The columns and types of a table or view: the same throughout, and to plan a view takes longer than to judge a row of it."""

    @cache
    def schema(over: str) -> pl.Schema:
        query = VIEWS[over].query if over in VIEWS else f"SELECT * FROM {over}"
        columns: pl.Schema = _empty.sql(query).pl().schema
        return columns

    return schema
