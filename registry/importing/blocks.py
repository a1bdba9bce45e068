"""Running a block: from input tables through joins, splits and filters to rows of one table, all as SQL over text columns.

A block's rows stand in a DuckDB table with ``_row``, the input's data row counted from 1, and ``_split``, the number of the
split. ``_dropped`` is 0, or the number of the filter that dropped the row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.importing.accounting import Dropped, ImportReport
from registry.importing.changes import changed_column
from registry.importing.expressions import check_sql, column_of, culprit, template
from registry.importing.inputs import Loaded, identifier, literal
from registry.importing.mapping import Block, Input, Value
from registry.importing.problems import Problems, ranges
from registry.importing.results import check_rows
from schemas.table import Field
from schemas.tables import TABLES

if TYPE_CHECKING:
    import duckdb
    import polars as pl

__all__ = ["BlockRun"]


@dataclass
class BlockRun:
    """One block with all it needs to be run. ``columns`` maps each column of the rows so far to its decimal sign."""

    connection: duckdb.DuckDBPyConnection
    block: Block
    inputs: Mapping[str, Input]
    loaded: Mapping[str, Loaded]
    problems: Problems
    report: ImportReport

    def rows(self) -> pl.DataFrame | None:
        """The block's rows of text, in the columns of its table; ``None`` where problems were noted."""
        import duckdb

        before = len(self.problems.found)
        for step in (self._read, self._join, self._split, self._filter, self._fill):
            try:
                step()
            except duckdb.Error as error:
                culprit(self.connection, self._expressions(), "block", self.problems, error)
            if len(self.problems.found) > before:
                return None
        check_rows(self.connection, self.block, self.problems)
        self._account()
        distinct = "DISTINCT" if self.block.unique else ""
        names = ", ".join(identifier(f.name) for f in self._fields())
        return self.connection.execute(f"SELECT {distinct} {names} FROM made").pl()

    def _fields(self) -> tuple[Field, ...]:
        return TABLES[self.block.table].fields()

    def _expressions(self) -> list[Value]:
        values = [f.where for f in self.block.filters] + list(self.block.fields.values())
        return [v for v in values if v.kind == "sql"]

    def _stage(self, query: str) -> None:
        """Make the query's rows the rows so far."""
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE next AS {query}")
        self.connection.execute("CREATE OR REPLACE TEMP TABLE block AS SELECT * FROM next")

    def _read(self) -> None:
        source = self.block.source or ""
        self.columns = dict.fromkeys(self.loaded[source].columns, self.inputs[source].decimal)
        self._stage(f"SELECT * FROM main.{identifier(source)}")

    def _join(self) -> None:
        for join in self.block.joins:
            theirs = dict.fromkeys(self.loaded[join.input].columns, self.inputs[join.input].decimal)
            pairs = [
                f"b.{column_of(Value('column', join.place, mine), self.columns, self.problems)} = "
                f"o.{column_of(Value('column', join.place, other), theirs, self.problems)}"
                for mine, other in join.on.items()
            ]
            # a column that is joined on under one name is the same in both: it isn't brought in twice
            brought = {
                name: f"{join.input}_{name}" if name in self.columns else name for name in theirs if join.on.get(name) != name
            }
            for name in brought.values():
                if name in self.columns:
                    self.problems.add(join.place, f"The join would bring in a second column `{name}`. Join another input.")
            if self.problems.found:
                return
            row = identifier(f"_row_{join.input}")
            columns = "".join(f", o.{identifier(name)} AS {identifier(new)}" for name, new in brought.items())
            self._stage(
                f"SELECT b.*, o._row AS {row}{columns} FROM block b LEFT JOIN main.{identifier(join.input)} o ON {' AND '.join(pairs)}"
            )
            self.columns |= {new: theirs[name] for name, new in brought.items()}
            self._rows_must_not(
                f"SELECT _row FROM block WHERE {row} IS NULL",
                join.place,
                f"have no row in `{join.input}`. Drop them with a reason, or write `unmatched: empty`",
                allowed=join.unmatched == "empty",
            )
            self._rows_must_not(
                "SELECT _row FROM block GROUP BY _row HAVING count(*) > 1",
                join.place,
                f"have several rows in `{join.input}`. Join on more columns, or read from `{join.input}` and join this input to it",
            )

    def _rows_must_not(self, query: str, place: object, fault: str, *, allowed: bool = False) -> None:
        rows = [row for (row,) in self.connection.execute(query).fetchall()]
        if rows and not allowed:
            self.problems.add(place, f"{len(rows)} rows of `{self.block.source}` ({ranges(rows)}) {fault}.")  # type: ignore[arg-type]

    def _split(self) -> None:
        for name, value in (self.block.splits or ({},))[0].items():
            if name in self.columns or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name):
                self.problems.add(value.place, f"`{name}` can't name a part of the split: it must be a new name of letters, digits and `_`.")
        parts = []
        for n, split in enumerate(self.block.splits or ({},), 1):
            texts = {
                name: literal(v.text) if v.kind == "constant" else column_of(v, self.columns, self.problems)
                for name, v in split.items()
            }
            columns = "".join(f", CAST({sql} AS VARCHAR) AS {identifier(name)}" for name, sql in texts.items())
            parts.append(f"SELECT *, {n} AS _split{columns} FROM block")
        if self.problems.found:
            return
        self._stage(" UNION ALL ".join(parts))
        for split in self.block.splits:
            for name, value in split.items():
                self.columns[name] = max(self.columns.get(name, ","), self.columns.get(value.text or "", ","))
        self.columns |= {"_row": ".", "_split": "."}

    def _filter(self) -> None:
        for f in self.block.filters:
            check_sql(self.connection, f.where, "block", self.problems, condition=True)
        if self.problems.found:
            return
        cases = [
            f"WHEN {'NOT ' if f.keeps else ''}coalesce(({f.where.text}\n), false) THEN {n}" for n, f in enumerate(self.block.filters, 1)
        ]
        self._stage(f"SELECT *, {'CASE ' + ' '.join(cases) + ' ELSE 0 END' if cases else '0'} AS _dropped FROM block")

    def _fill(self) -> None:
        kept = [self._filled(f) for f in self._fields()]
        if self.problems.found:
            return
        rows = ", ".join(["b._row", *(f"b.{identifier(f'_row_{j.input}')}" for j in self.block.joins)])
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE made AS SELECT {rows}, {', '.join(kept)} FROM block b WHERE _dropped = 0")

    def _filled(self, f: Field) -> str:
        value = self.block.fields.get(f.name)
        sql = "NULL"
        if value is not None:
            match value.kind:
                case "constant":
                    sql = literal(value.text)
                case "template":
                    sql = template(value, self.columns, self.problems)
                case "sql":
                    check_sql(self.connection, value, "block", self.problems, condition=False)
                    sql = f"({value.text}\n)"
                case _:
                    sql = changed_column(self.connection, value, f, self.columns, self.problems)
        text = f"CAST({sql} AS VARCHAR)"
        if f.kind == "count":  # a whole number that a program wrote as 75.0 is the whole number 75
            text = rf"regexp_replace({text}, '^([+-]?[0-9]+)\.0+$', '\1')"
        return f"nullif({text}, '') AS {identifier(f.name)}"

    def _account(self) -> None:
        block = self.block
        for n, f in enumerate(block.filters, 1):
            rows = self.connection.execute("SELECT _row FROM block WHERE _dropped = ? ORDER BY _row", [n]).fetchall()
            numbers = [row for (row,) in rows]
            if f.count is not None and f.count != len(numbers):
                self.problems.add(f.place, f"This drops {len(numbers)} rows ({ranges(numbers) or 'none'}); `count` expects {f.count}.")
            if numbers:
                dropped = Dropped(block.table, f.reason, len(numbers), tuple(dict.fromkeys(numbers)))
                self.report.inputs[block.source or ""].dropped.append(dropped)
            else:
                self.report.notes.append(f"line {f.place.line}: the filter `{f.where.text}` of `{block.table}` drops no row")
        for name, column in [(block.source, "_row"), *((j.input, f"_row_{j.input}") for j in block.joins)]:
            self.connection.execute(f"INSERT INTO temp.used SELECT DISTINCT {literal(name)}, {identifier(column)} FROM made")
        for join in block.joins:
            column = identifier(f"_row_{join.input}")
            missed = self.connection.execute(
                f"SELECT _row FROM main.{identifier(join.input)} WHERE _row NOT IN "
                f"(SELECT {column} FROM made WHERE {column} IS NOT NULL) ORDER BY _row"
            ).fetchall()
            if missed:
                reason = f"joined by no row of `{block.source}` that is kept"
                numbers = tuple(row for (row,) in missed)
                self.report.inputs[join.input].dropped.append(Dropped(block.table, reason, len(numbers), numbers))
