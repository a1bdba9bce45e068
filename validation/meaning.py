"""The second gate: does it mean what it says? pandera checks every rule over a table or view on its rows.

The unit of work is the whole study. A view is handed from DuckDB to polars through Arrow, no wider than its rules read; where it
is long, in batches of studies, so that memory does not grow with the table.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from schemas.sql import identifier, literal
from schemas.tables import TABLES
from validation.catalogue import catalogue
from validation.listing import ListedAt, Tally, frame_of, list_findings
from validation.report import Waiver
from validation.rule import Rule
from validation.subjects import LoadedTable
from validation.views import VIEWS, View

if TYPE_CHECKING:
    import duckdb
    import pandera.polars as pa
    import polars as pl

    from schemas.table import Table

__all__ = ["BATCH_ROWS", "check_for", "judge", "schema", "view_of", "waivable_tables"]

BATCH_ROWS = 250_000
"""Rows of a view that are checked together, to within a study."""

_FEW_ROWS = 10_000


@cache
def view_of(over: str) -> View:
    """The view in which the rules over a table or view are checked: of a table, one that has all its rows and needs no other table,
    if there is one, so that they are handed over once.
    """
    if over in VIEWS:
        return VIEWS[over]
    study = "study_id" if any(f.name == "study_id" for f in TABLES[over].fields()) else "NULL"
    bare = View(over, over, (over,), f"SELECT *, {study} AS _study FROM {identifier(over)}", whole=True)
    return next((v for v in VIEWS.values() if v.whole and v.needs == (over,)), bare)


def waivable_tables() -> dict[str, Table | None]:
    """For every rule the table whose rows it may be waived in; None if the rule can't be waived."""
    return {r.id: TABLES[view_of(r.table).place] if r.table is not None else None for r in catalogue().values()}


def _lacking(view: View, tables: Mapping[str, LoadedTable]) -> str | None:
    """The tables that a view needs and the package doesn't have, in words."""
    for some in (*((n,) for n in view.needs), view.needs_one_of):
        if some and not any(n in tables for n in some):
            return " or ".join(f"`{n}`" for n in some)
    return None


def check_for(rule: Rule) -> pa.Check:
    """The rule as a pandera check that carries its id. A row for which the expression is null is passed over."""
    import pandera.polars as pa

    expression = rule.expression()
    return pa.Check(
        lambda data: data.lazyframe.select(expression), name=rule.id, error=f"{rule.id} {rule.must}", n_failure_cases=1
    )


def schema(over: str) -> pa.DataFrameSchema:
    """The pandera schema of a table with every rule over it, or of a view: what the second gate enforces, for use alone.

    Raises ``KeyError`` for a name that is neither a table's nor a view's.
    """
    import pandera.polars as pa

    checks = [check_for(r) for r in catalogue().values() if r.table == over]
    if over in VIEWS:
        return pa.DataFrameSchema(checks=checks, name=over)
    model = TABLES[over].to_schema()
    return pa.DataFrameSchema(model.columns, checks=checks, name=over, strict=True)


def judge(
    con: duckdb.DuckDBPyConnection,
    package: str,
    tables: Mapping[str, LoadedTable],
    waivers: Mapping[int, Waiver],
    limit: int,
) -> Iterator[Tally]:
    """Check every rule of the second gate on the package's typed tables. Yields one tally a rule, view by view."""
    views: dict[View, list[Tally]] = {}
    for rule in catalogue().values():
        if rule.table is not None:
            views.setdefault(view_of(rule.table), []).append(Tally(rule))
    batches: dict[str, list[str]] = {}
    by_rule: dict[str, dict[int, Waiver]] = {}
    for number, waiver in waivers.items():
        by_rule.setdefault(waiver.rule, {})[number] = waiver
    for view, tallies in views.items():
        lacking = _lacking(view, tables)
        if lacking is not None:
            for tally in tallies:
                tally.skipped = f"no table {lacking}"
        else:
            table = tables[view.place]
            if view.place not in batches:
                batches[view.place] = list(_batches(con, table))
            _judge_view(con, view.query, batches[view.place], tallies, ListedAt(package, table, limit, by_rule))
        yield from tallies


def _judge_view(
    con: duckdb.DuckDBPyConnection, query: str, batches: Sequence[str], tallies: Sequence[Tally], place: ListedAt
) -> None:
    expressions: dict[str, pl.Expr] = {}
    own = {f.name for f in place.table.fields}
    for tally in tallies:
        try:
            expressions[tally.rule.id] = tally.rule.expression()
        except Exception:
            tally.fault = traceback.format_exc()
            continue
        read = expressions[tally.rule.id].meta.root_names()
        if missing := [c for c in read if c in own and c not in place.table.present]:
            tally.skipped = f"the file has no column `{missing[0]}`"
    columns = sorted({name for e in expressions.values() for name in e.meta.root_names()} - {"_line"})
    selected = ", ".join(["_line", *(identifier(c) for c in columns)])
    for part in batches:
        frame = frame_of(con, f"SELECT {selected} FROM ({query}) WHERE {part}")
        broken = _tally(frame, [t for t in tallies if t.fault is None and t.skipped is None], expressions)
        for tally, lines in _broken_lines(frame, broken):
            tally.violations += len(lines)
            list_findings(con, f"SELECT * FROM ({query}) WHERE {part}", tally, lines, place)


def _batches(con: duckdb.DuckDBPyConnection, table: LoadedTable) -> Iterator[str]:
    """SQL conditions on ``_study`` that part the work into batches of whole studies; one that is always true where it's short."""
    names = {f.name for f in table.fields}
    if table.text.rows <= BATCH_ROWS or not names & {"study_id", "participant_id"}:
        yield "true"
        return
    via = "" if "study_id" in names else " JOIN participants USING (participant_id)"
    ends = con.execute(
        "SELECT min(study_id), max(study_id) "
        f"FROM (SELECT study_id, sum(rows) OVER (ORDER BY study_id) // {BATCH_ROWS} AS batch "
        f"FROM (SELECT study_id, count(*) AS rows FROM {identifier(table.name)}{via} WHERE study_id IS NOT NULL GROUP BY study_id)) "
        "GROUP BY batch ORDER BY 1"
    ).fetchall()
    # Rows without a study have a finding of their own; they are looked at once, by themselves. DuckDB can't know that a view has none.
    if via or con.execute(f"SELECT count(*) FROM {identifier(table.name)} WHERE study_id IS NULL").fetchall() != [(0,)]:
        yield "_study IS NULL"
    for first, last in ends:
        # Of a range, unlike a list, DuckDB knows that it holds on both sides of a join, and joins no more than it must.
        yield f"_study BETWEEN {literal(first)} AND {literal(last)}"


def _tally(frame: pl.DataFrame, tallies: Sequence[Tally], expressions: Mapping[str, pl.Expr]) -> list[Tally]:
    """Add the rows that each rule has something to say about: those for which its expression isn't null. Returns the rules that some row
    breaks. Only these are put to pandera, which looks at one check at a time, where polars looks at all of them at once.
    """
    import polars as pl

    def counted(some: Sequence[Tally]) -> dict[str, int]:
        # Rules share parts, such as the digits of a printed percentage; only a lazy frame works them out once, and only where they
        # aren't inside an aggregate: so first every rule's verdict on every row, and then the counts. Over few rows, finding the
        # shared parts takes longer than working them out again.
        held = [expressions[t.rule.id].alias(t.rule.id) for t in some]
        verdicts = frame.select(held) if frame.height < _FEW_ROWS else frame.lazy().select(held).collect()
        looked_at = [pl.col(name).count().alias(f"{name} checked") for name in verdicts.columns]
        kept = [pl.col(name).sum().alias(f"{name} kept") for name in verdicts.columns]
        return verdicts.select(*looked_at, *kept).row(0, named=True)

    try:
        counts = counted(tallies) if tallies else {}
    except pl.exceptions.PolarsError:
        counts = {}
        for tally in tallies:
            try:
                counts |= counted([tally])
            except pl.exceptions.PolarsError:
                tally.fault = traceback.format_exc()
    broken = []
    for tally in tallies:
        looked_at = counts.get(f"{tally.rule.id} checked", 0)
        tally.checked += looked_at
        if counts.get(f"{tally.rule.id} kept", 0) < looked_at:
            broken.append(tally)
    return broken


def _broken_lines(frame: pl.DataFrame, tallies: Sequence[Tally]) -> Iterator[tuple[Tally, list[int]]]:
    """What pandera finds: each broken rule with the lines of the rows that break it."""
    if not tallies:
        return
    import pandera.polars as pa
    from pandera.constants import CHECK_OUTPUT_KEY
    from pandera.errors import SchemaErrorReason, SchemaErrors

    by_id = {t.rule.id: t for t in tallies}
    try:
        pa.DataFrameSchema(checks=[check_for(t.rule) for t in tallies]).validate(frame, lazy=True)
    except SchemaErrors as errors:
        for error in errors.schema_errors:
            tally = by_id[error.check.name]
            if error.reason_code is SchemaErrorReason.CHECK_ERROR:
                tally.fault = str(error.failure_cases)
                continue
            broken = frame["_line"].filter(~error.check_output[CHECK_OUTPUT_KEY])
            yield tally, broken.sort().to_list()
