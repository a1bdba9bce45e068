"""The second gate: does it mean what it says? Every rule over a table or view is a polars expression, worked out once on its rows: what
it says about a row is counted, and where that is false it is listed. :func:`schema` gives the same rules as checks of pandera's.

The unit of work is the whole study. A view is handed from DuckDB to polars through Arrow; where it is long, no wider than its rules
read and in batches of studies, so that memory does not grow with the table.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from schemas.sql import identifier, literal
from schemas.tables import TABLES
from validation.catalogue import catalogue
from validation.listing import Judged, ListedAt, Tally, list_findings
from validation.report import Waiver
from validation.rule import Rule
from validation.subjects import LoadedTable
from validation.views import VIEWS, View

if TYPE_CHECKING:
    import pandera.polars as pa
    import polars as pl

    from schemas.table import Table
    from validation.workspace import Room

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
    room: Room,
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
                batches[view.place] = list(_batches(room, table))
            _judge_view(room, view.query, batches[view.place], tallies, ListedAt(package, table, limit, by_rule))
        yield from tallies


def _judge_view(room: Room, query: str, batches: Sequence[str], tallies: Sequence[Tally], place: ListedAt) -> None:
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
    long = place.table.text.rows > _FEW_ROWS
    selected = ", ".join(["_line", *(identifier(c) for c in columns)]) if long else "*"
    for part in batches:
        rows = f"({query}) WHERE {part}"
        frame = room.frame(f"SELECT {selected} FROM {rows}")
        broken: dict[str, pl.Series] = {}
        for tally, verdict in _verdicts(frame, [t for t in tallies if t.fault is None and t.skipped is None], expressions):
            kept = int(verdict.sum())
            tally.checked += verdict.count()
            if kept < verdict.count():
                broken[tally.rule.id] = ~verdict
                tally.violations += verdict.count() - kept
        if broken:
            judged = Judged(room, frame, broken, f"SELECT * FROM {rows}" if long else None)
            list_findings([t for t in tallies if t.rule.id in broken], judged, place)


def _batches(room: Room, table: LoadedTable) -> Iterator[str]:
    """SQL conditions on ``_study`` that part the work into batches of whole studies; one that is always true where it's short."""
    names = {f.name for f in table.fields}
    if table.text.rows <= BATCH_ROWS or not names & {"study_id", "participant_id"}:
        yield "true"
        return
    via = "" if "study_id" in names else " JOIN participants USING (participant_id)"
    ends = room.con.execute(
        "SELECT min(study_id), max(study_id) "
        f"FROM (SELECT study_id, sum(rows) OVER (ORDER BY study_id) // {BATCH_ROWS} AS batch "
        f"FROM (SELECT study_id, count(*) AS rows FROM {identifier(table.name)}{via} WHERE study_id IS NOT NULL GROUP BY study_id)) "
        "GROUP BY batch ORDER BY 1"
    ).fetchall()
    # Rows without a study have a finding of their own; they are looked at once, by themselves. DuckDB can't know that a view has none.
    if via or room.con.execute(f"SELECT count(*) FROM {identifier(table.name)} WHERE study_id IS NULL").fetchall() != [(0,)]:
        yield "_study IS NULL"
    for first, last in ends:
        # Of a range, unlike a list, DuckDB knows that it holds on both sides of a join, and joins no more than it must.
        yield f"_study BETWEEN {literal(first)} AND {literal(last)}"


def _verdicts(
    frame: pl.DataFrame, tallies: Sequence[Tally], expressions: Mapping[str, pl.Expr]
) -> Iterator[tuple[Tally, pl.Series]]:
    """What each rule says about each row: true, false, or null where it has nothing to say. A rule that says anything else is at fault."""
    import polars as pl

    def said(some: Sequence[Tally]) -> pl.DataFrame:
        # Rules share parts, such as the digits of a printed percentage; only a lazy frame works them out once. Over few rows, finding
        # the shared parts takes longer than working them out again.
        held = ["_line", *(expressions[t.rule.id].alias(t.rule.id) for t in some)]
        return frame.select(held) if frame.height < _FEW_ROWS else frame.lazy().select(held).collect()

    try:
        together = said(tallies)
    except pl.exceptions.PolarsError:
        together = None
    for tally in tallies:
        try:
            verdict = (said([tally]) if together is None else together)[tally.rule.id]
        except pl.exceptions.PolarsError:
            tally.fault = traceback.format_exc()
            continue
        if verdict.dtype == pl.Null:
            verdict = verdict.cast(pl.Boolean)
        if verdict.dtype == pl.Boolean:
            yield tally, verdict
        else:
            tally.fault = f"the rule's expression gives {verdict.dtype}, not true or false"
