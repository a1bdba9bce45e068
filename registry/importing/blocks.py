"""Running a block: from inputs through joins, splits and filters to rows of one table, all SQL over text.

A block's rows so far are in the DuckDB table ``block``: with ``_row``, the number of the input's row;
``_split``, the number of the split; and ``_dropped``, 0 or the number of the filter that dropped the row.
The results are in ``made``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from registry.importing.accounting import Dropped, ImportReport
from registry.importing.casting import exact
from registry.importing.changes import changed_column
from registry.importing.expressions import blaming, check_sql, column_of, template
from registry.importing.inputs import Loaded
from registry.importing.mapping import Block, Input, Join, Value
from registry.importing.problems import Problems, ranges
from registry.importing.results import check_rows, take_first
from schemas.sql import identifier, literal
from schemas.table import Field
from schemas.tables import TABLES
from schemas.wording import counted

if TYPE_CHECKING:
    import duckdb

__all__ = ["BlockRun"]

_AT_ONCE = 10_000  # rows: a cell may hold a million characters


@dataclass
class BlockRun:
    """One block with all it needs to be run.

    ``problems`` are the block's own: each step relies on the one before having found none. ``columns`` maps
    each column of the rows so far to the decimal sign used in it.
    """

    connection: duckdb.DuckDBPyConnection
    block: Block
    inputs: Mapping[str, Input]
    loaded: Mapping[str, Loaded]
    problems: Problems
    report: ImportReport
    columns: dict[str, str] = field(default_factory=dict)

    def run(self, to: Path) -> None:
        """Write the block's rows of text to an Arrow file, in the columns of its table, unless there is a problem."""
        import pyarrow as pa

        self._make()
        if self.problems.found:
            return
        check_rows(self.connection, self.block, self.problems)
        if self.block.unique == "first":
            for fields, rows in take_first(self.connection, self.block):
                self._drop(self.block.source or "", f"not the first of its key, from which it differs in {fields}", rows)
        self._account()
        names = ", ".join(identifier(f.name) for f in self._fields())
        made = self.connection.sql(f"SELECT {'DISTINCT' if self.block.unique == 'same' else ''} {names} FROM made")
        reader = (
            made.to_arrow_reader if hasattr(made, "to_arrow_reader") else made.fetch_record_batch
        )  # its name before DuckDB 1.5
        with reader(_AT_ONCE) as rows, pa.ipc.new_file(to, rows.schema) as file:
            for batch in rows:
                file.write_batch(batch)

    def _make(self) -> None:
        """Make the rows, as far as there is no problem."""
        for step in (self._read, self._join, self._split, self._filter, self._fill):
            step()
            if self.problems.found:
                return

    def _fields(self) -> tuple[Field, ...]:
        return TABLES[self.block.table].fields()

    def _column(self, value: Value) -> str:
        return column_of(value, self.columns, self.problems)

    def _stage(self, query: str) -> None:
        """Make the query's rows the rows so far."""
        self.connection.execute(f"CREATE TEMP TABLE next AS {query}")
        self.connection.execute("DROP TABLE IF EXISTS temp.block")
        self.connection.execute("ALTER TABLE temp.next RENAME TO block")

    def _read(self) -> None:
        source = self.block.source or ""
        self.columns = dict.fromkeys(self.loaded[source].columns, self.inputs[source].decimal)
        self._stage(f"SELECT * FROM original.{identifier(source)}")

    def _join(self) -> None:
        for join in self.block.joins:
            theirs = dict.fromkeys(self.loaded[join.input].columns, self.inputs[join.input].decimal)
            pairs = [
                f"b.{self._column(Value('column', join.place, mine))} = "
                f"o.{column_of(Value('column', join.place, other), theirs, self.problems)}"
                for mine, other in join.on.items()
            ]
            taken = {name.casefold() for name in self.columns}
            # a column that is joined on under one name is the same in both: it isn't brought in twice
            brought = {
                name: f"{join.input}_{name}" if name.casefold() in taken else name for name in theirs if join.on.get(name) != name
            }
            for name in brought.values():
                if name.casefold() in taken:
                    self.problems.add(join.place, f"The join would add a second column `{name}`.")
            if self.problems.found:
                return
            row, held = identifier(f"_row_{join.input}"), self.loaded[join.input].held
            columns = "".join(f", o.{identifier(name)} AS {identifier(new)}" for name, new in brought.items() if name in held)
            self._stage(
                f"SELECT b.*, o._row AS {row}{columns} FROM block b "
                f"LEFT JOIN original.{identifier(join.input)} o ON {' AND '.join(pairs)}"
            )
            self.columns |= {new: theirs[name] for name, new in brought.items()} | {f"_row_{join.input}": "."}
            self._no_row(
                "SELECT _row FROM block GROUP BY _row HAVING count(*) > 1",
                join,
                f"several rows in `{join.input}`. Join on more columns, or read from `{join.input}` instead",
            )

    def _no_row(self, query: str, join: Join, fault: str) -> None:
        rows = sorted({row for (row,) in self.connection.execute(query).fetchall()})
        if rows:
            found = f"{counted(len(rows), 'row')} of `{self.block.source}` ({ranges(rows, 20)}) {'has' if len(rows) == 1 else 'have'} {fault}."
            self.problems.add(join.place, found)

    def _split(self) -> None:
        splits: tuple[dict[str, Value], ...] = self.block.splits or ({},)
        taken = {name.casefold() for name in self.columns}
        for name, value in splits[0].items():
            if name.casefold() in taken or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name):
                self.problems.add(value.place, f"`{name}` must be a new name, not a column's.")
        parts = []
        for n, split in enumerate(splits, 1):
            texts = {name: literal(v.text) if v.kind == "constant" else self._column(v) for name, v in split.items()}
            columns = "".join(f", CAST({sql} AS VARCHAR) AS {identifier(name)}" for name, sql in texts.items())
            parts.append(f"SELECT *, {n} AS _split{columns} FROM block")
        if self.problems.found:
            return
        self._stage(" UNION ALL ".join(parts))
        for name in splits[0]:
            signs = {self.columns[s[name].text or ""] for s in splits if s[name].kind == "column"}
            self.columns[name] = "," if "," in signs else "."
        self.columns |= {"_row": ".", "_split": "."}

    def _filter(self) -> None:
        filters = self.block.filters
        for f in filters:
            check_sql(self.connection, f.where, self.columns, self.problems, condition=True)
        if self.problems.found:
            return
        met = [f"coalesce(({exact(self.connection, f.where.text or '', self.columns)}\n), false)" for f in filters]
        cases = [f"WHEN {'NOT ' if f.keeps else ''}{met[n]} THEN {n + 1}" for n, f in enumerate(filters)]
        dropped = f"CASE {' '.join(cases)} ELSE 0 END" if cases else "0"
        alone = [(f.where, f"SELECT {condition} AS met FROM block") for f, condition in zip(filters, met, strict=True)]
        with blaming(self.connection, alone, self.problems):
            self._stage(f"SELECT *, {dropped} AS _dropped FROM block")
        if self.problems.found:
            return
        for join in self.block.joins:
            row = f"_row_{join.input}"
            if join.unmatched == "error":
                self._no_row(
                    f"SELECT _row FROM block WHERE _dropped = 0 AND {identifier(row)} IS NULL",
                    join,
                    f"no row in `{join.input}`. Write `unmatched: empty`, or `keep` with a reason where `{row} IS NOT NULL`",
                )

    def _fill(self) -> None:
        cells = {f.name: self._filled(f) for f in self._fields()}
        if self.problems.found:
            return
        rows = ", ".join(["b._row", "b._split", *(f"b.{identifier(f'_row_{j.input}')}" for j in self.block.joins)])
        kept = "FROM block b WHERE _dropped = 0"
        made = {name: self.block.fields[name] for name in cells if name in self.block.fields}
        alone = [(value, f"SELECT {cells[name]} {kept}") for name, value in made.items() if value.kind == "sql"]
        with blaming(self.connection, alone, self.problems):
            self.connection.execute(f"CREATE OR REPLACE TEMP TABLE made AS SELECT {rows}, {', '.join(cells.values())} {kept}")

    def _filled(self, f: Field) -> str:
        """A field as an SQL expression over ``b``; empty where the mapping doesn't mention it."""
        value = self.block.fields.get(f.name)
        if value is None:
            return f"CAST(NULL AS VARCHAR) AS {identifier(f.name)}"
        sql = "NULL"
        match value.kind:
            case "constant":
                sql = literal(value.text)
            case "template":
                sql = template(value, self.columns, self.problems)
            case "sql":
                found = len(self.problems.found)
                check_sql(self.connection, value, self.columns, self.problems, condition=False)
                if len(self.problems.found) == found:
                    sql = f"({exact(self.connection, value.text or '', self.columns)}\n)"
            case "column":
                sql = changed_column(self.connection, value, f, self.columns, self.problems)
            case _:
                raise NotImplementedError(f"nothing makes `{f.name}` from a value of the kind {value.kind!r}")
        text = f"CAST({sql} AS VARCHAR)"
        if f.kind == "count":  # a whole number that a program wrote as 75.0 is the whole number 75
            text = rf"regexp_replace({text}, '^([+-]?[0-9]+)\.0+$', '\1')"
        return f"nullif({text}, '') AS {identifier(f.name)}"

    def _account(self) -> None:
        """Note in the report how the rows of every input of the block were used."""
        block = self.block
        for n, f in enumerate(block.filters, 1):
            query = "SELECT _row FROM block WHERE _dropped = ?"
            rows = sorted(row for (row,) in self.connection.execute(query, [n]).fetchall())
            if f.count is not None and f.count != len(rows):
                found = f"`count` says {f.count}, but this drops {len(rows)}: {ranges(rows, 20) or 'none'}."
                self.problems.add(f.place, found)
            if rows:
                self._drop(block.source or "", f.reason, rows)
            else:
                condition = f"the filter `{f.where.text}` of `{block.table}`"
                self.report.notes.append(f"line {f.place.line}: {condition} drops no row")
        for name, column in [(block.source, "_row"), *((j.input, f"_row_{j.input}") for j in block.joins)]:
            values = f"{literal(name)}, {identifier(column)}"
            self.connection.execute(f"INSERT INTO used SELECT DISTINCT {values} FROM made")
        for join in block.joins:
            column = identifier(f"_row_{join.input}")
            query = (
                f"SELECT _row FROM original.{identifier(join.input)} "
                f"WHERE _row NOT IN (SELECT {column} FROM made WHERE {column} IS NOT NULL)"
            )
            rows = sorted(row for (row,) in self.connection.execute(query).fetchall())
            if rows:
                self._drop(join.input, f"joined by no row of `{block.source}` that is kept", rows)

    def _drop(self, name: str, reason: str, rows: list[int]) -> None:
        dropped = Dropped(self.block.table, reason, len(rows), tuple(dict.fromkeys(rows)))
        self.report.inputs[name].dropped.append(dropped)
