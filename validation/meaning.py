"""The second gate: does it mean what it says? Every rule over a table or view is a polars expression, worked out once on its rows: what
it says about a row is counted, and where that is false it is listed. :func:`schema` gives the same rules as checks of pandera's.

The unit of work is the whole study. A view is handed from DuckDB to polars through Arrow; where it is long, no wider than its rules
read and in batches of studies, so that memory does not grow with the table.
"""

from __future__ import annotations

import traceback
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain
from typing import TYPE_CHECKING

from schemas.sql import identifier, literal
from schemas.tables import TABLES
from schemas.vocabulary import NO_TERM
from validation.catalogue import catalogue
from validation.listing import ListedAt, Rows, Tally, list_findings
from validation.reading import malformed
from validation.report import Waiver
from validation.rule import Rule
from validation.subjects import TypedTable
from validation.views import VIEWS, Scope, View

if TYPE_CHECKING:
    import pandera.polars as pa
    import polars as pl

    from schemas.table import Table
    from validation.workspace import Room

__all__ = ["BATCH_ROWS", "Judged", "check_for", "judge", "rules_by_view", "schema", "view_of", "waivable_tables"]

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
    of_study = any(f.name == "study_id" for f in TABLES[over].fields())
    study, scope = ("study_id", Scope.STUDY) if of_study else ("NULL", Scope.PACKAGE)
    bare = View(over, over, (over,), f"SELECT *, {study} AS _study FROM {identifier(over)}", whole=True, scope=scope)
    return next((v for v in VIEWS.values() if v.whole and v.needs == (over,)), bare)


def waivable_tables() -> dict[str, Table | None]:
    """For every rule the table whose rows it may be waived in; None if the rule can't be waived."""
    return {r.id: TABLES[view_of(r.table).place] if r.table is not None else None for r in catalogue().values()}


def _lacking(view: View, tables: Mapping[str, TypedTable]) -> str | None:
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


@dataclass(frozen=True)
class Judged:
    """A package on its way through the second gate: its number in the room, its name, its tables, the waivers in force by their number, how
    many findings are listed a rule, the tally of each rule, whether ``repeats`` of a key may be in one of its tables, and whether ``groups`` of arms
    may be in it.
    """

    number: int
    name: str
    tables: Mapping[str, TypedTable]
    waivers: Mapping[int, Waiver]
    limit: int
    tallies: Mapping[str, Tally]
    repeats: bool = True
    groups: bool = True

    @cached_property
    def by_rule(self) -> Mapping[str, Mapping[int, Waiver]]:
        found: dict[str, dict[int, Waiver]] = {}
        for number, waiver in self.waivers.items():
            found.setdefault(waiver.rule, {})[number] = waiver
        return found

    def at(self, view: View) -> ListedAt:
        """Where the findings of a view belong."""
        return ListedAt(self.name, self.tables[view.place], self.limit, self.by_rule)


def rules_by_view(scopes: Collection[Scope] = tuple(Scope)) -> dict[View, list[Rule]]:
    """Every rule of the second gate by the view that it is checked in, of the views of some scopes."""
    views: dict[View, list[Rule]] = {}
    for rule in catalogue().values():
        if rule.table is not None and (view := view_of(rule.table)).scope in scopes:
            views.setdefault(view, []).append(rule)
    return views


def judge(room: Room, packages: Sequence[Judged], scopes: Collection[Scope] = tuple(Scope), *, gathered: bool = False) -> None:
    """Check the rules of the second gate on the typed tables of packages, view by view. ``scopes`` are those of the views that are looked
    at; the tables need hold no more than whole studies where that is ``study`` alone.
    Where it is ``package`` alone, the room may have what views need of studies in tables of what was ``gathered``.
    """
    repeats, groups = (any(getattr(package, what) for package in packages) for what in ("repeats", "groups"))
    batches: dict[str, list[str]] = {}
    for declared, rules in rules_by_view(scopes).items():
        view = declared if groups else declared.without_groups()
        view = view.over_gathered() if gathered else view if repeats else view.without_repeats()
        concerned = {}
        for package in packages:
            tallies = [package.tallies[rule.id] for rule in rules]
            lacking = _lacking(view, package.tables)
            if lacking is None:
                concerned[package.number] = package.at(view), tallies
            else:
                for tally in tallies:
                    tally.skipped = f"no table {lacking}"
        if concerned:
            if view.place not in batches:
                batches[view.place] = list(_batches(room, [place.table for place, _ in concerned.values()], repeats=repeats))
            _judge_view(room, _over_gathered(room, view, packages), batches[view.place], concerned, alone=len(packages) == 1)


def _judge_view(
    room: Room,
    view: View,
    batches: Sequence[str],
    packages: Mapping[int, tuple[ListedAt, Sequence[Tally]]],
    *,
    alone: bool,
) -> None:
    expressions = _expressions([tallies for _, tallies in packages.values()])
    read = {id_: expression.meta.root_names() for id_, expression in expressions.items()}
    for place, tallies in packages.values():
        lacking = {f.name for f in place.table.fields} - place.table.present
        for tally in tallies if lacking else ():
            if missing := [c for c in read.get(tally.rule.id, ()) if c in lacking]:
                tally.skipped = f"the file has no column `{missing[0]}`"
    asked = {t.rule.id for _, tallies in packages.values() for t in tallies if t.fault is None and t.skipped is None}
    columns = sorted(set(chain.from_iterable(read.values())) - {"_line", "_package"})
    long = sum(place.table.count for place, _ in packages.values()) > _FEW_ROWS
    selected = ", ".join(["_package", "_line", *(identifier(c) for c in columns)]) if long else "*"
    source = _in_batches(room, view) if len(batches) > 1 else f"({view.query})"
    blank = _blank(room, [place.table for place, _ in packages.values()])
    for part in batches:
        rows = f"{source} WHERE {part}"
        frame = room.frame(f"SELECT {selected} FROM {rows}")
        verdicts, faults = _verdicts(frame, {id_: e for id_, e in expressions.items() if id_ in asked})
        if blank is not None:
            verdicts = _without_blank(frame, blank, {id_: v for id_, v in verdicts.items() if id_ not in faults}, read)
        counts = _counted(frame, {id_: v for id_, v in verdicts.items() if id_ not in faults}, packages, alone=alone)
        broken: dict[int, list[Tally]] = {}
        for number, (_, tallies) in packages.items():
            for tally in tallies:
                tally.fault = tally.fault or faults.get(tally.rule.id)
                if tally.fault is not None or tally.skipped is not None:
                    continue
                checked, kept = counts[number][tally.rule.id]
                tally.checked += checked
                if kept < checked:
                    broken.setdefault(number, []).append(tally)
                    tally.violations += checked - kept
        for number, mine, said in _by_package(frame, verdicts, broken, alone=alone):
            query = f"SELECT * FROM {rows} AND _package = {number}" if long else None
            against = {tally.rule.id: ~said[tally.rule.id] for tally in broken[number]}
            list_findings(broken[number], Rows(room, mine, against, query), packages[number][0])


def _blank(room: Room, tables: Sequence[TypedTable]) -> pl.DataFrame | None:
    """Of one table of some packages the rows with a cell that can't be read, and of each of their cells whether it was left out for that, or is empty;
    where that can be seen, also whether it can't be read.
    """
    if not any(table.unread for table in tables):
        return None
    told = []
    for f in tables[0].fields:
        name, wrong = identifier(f.name), malformed(f) or "false"
        told.append(f"coalesce({name}::VARCHAR = {literal(NO_TERM)} OR {wrong}, true) AS {name}")
        if f.vocabulary is not None or malformed(f):
            told.append(f"coalesce({name}::VARCHAR = {literal(NO_TERM)} OR {wrong}, false) AS {identifier(_UNREAD + f.name)}")
    return room.frame(f"SELECT _package, _line, {', '.join(told)} FROM {identifier(tables[0].name)} WHERE _unread")


_UNREAD = "unread "


def _without_blank(
    frame: pl.DataFrame, blank: pl.DataFrame, verdicts: Mapping[str, pl.Series], read: Mapping[str, Sequence[str]]
) -> dict[str, pl.Series]:
    """The verdicts, none of which finds a cell that can't be read to be empty or unlike others, or goes by it: that is one fault, which was found before."""
    import polars as pl

    found = {}
    cells = frame.select("_package", "_line").join(blank, on=["_package", "_line"], how="left", maintain_order="left")
    for id_, verdict in verdicts.items():
        columns = [*catalogue()[id_].columns, *(_UNREAD + name for name in read[id_])]
        left_out = cells.select(
            pl.any_horizontal(pl.lit(value=False), *(c for c in columns if c in blank.columns)).fill_null(value=False)
        )
        found[id_] = pl.select(pl.when(~left_out.to_series() | verdict.fill_null(value=True)).then(verdict)).to_series()
    return found


def _in_batches(room: Room, view: View) -> str:
    """The view's rows as SQL to ask many times: what takes all rows of a table is worked out now, and not once more for each batch, which would cost the
    square of the rows.
    """
    query = view.query
    for number, part in enumerate(view.once):
        held = identifier(f"_once_{view.name}_{number}")
        room.con.execute(f"CREATE OR REPLACE TEMP TABLE {held} AS FROM {part} ORDER BY 1, 2")
        query = query.replace(part, held)
    if view.scope is Scope.STUDY:
        return f"({query})"
    # What studies are compared by is worked out for all of them, whichever the batch. The room keeps what it knows of a query by its text.
    source = identifier(f"_all_{view.name}")
    room.con.execute(f"CREATE OR REPLACE TEMP TABLE {source} AS {query}")
    return source


def _expressions(packages: Sequence[Sequence[Tally]]) -> dict[str, pl.Expr]:
    """The expressions of the rules of the tallies, which are the same for every package. A rule whose expression can't be made is at fault."""
    found: dict[str, pl.Expr] = {}
    for n, tally in enumerate(packages[0]):
        try:
            found[tally.rule.id] = tally.rule.expression()
        except Exception:
            for tallies in packages:
                tallies[n].fault = traceback.format_exc()
    return found


def _counted(
    frame: pl.DataFrame, verdicts: Mapping[str, pl.Series], packages: Iterable[int], *, alone: bool
) -> Mapping[int, Mapping[str, tuple[int, int]]]:
    """By package and rule, of how many of its rows the rule says something, and of how many that they keep it."""
    import polars as pl

    if alone:
        whole = {id_: (verdict.count(), int(verdict.sum())) for id_, verdict in verdicts.items()}
        return dict.fromkeys(packages, whole)
    found = dict.fromkeys(packages, dict.fromkeys(verdicts, (0, 0)))
    if verdicts:
        together = pl.DataFrame([frame["_package"], *verdicts.values()]).group_by("_package")
        said = together.agg(pl.all().count().name.suffix(" checked"), pl.all().sum().name.suffix(" kept"))
        for number, *numbers in said.iter_rows():
            found[number] = dict(zip(verdicts, zip(numbers[: len(verdicts)], numbers[len(verdicts) :], strict=True), strict=True))
    return found


def _by_package(
    frame: pl.DataFrame, verdicts: Mapping[str, pl.Series], packages: Iterable[int], *, alone: bool
) -> Iterator[tuple[int, pl.DataFrame, Mapping[str, pl.Series]]]:
    """The rows of each of the packages, with the rules' verdicts."""
    if alone:
        yield from ((number, frame, verdicts) for number in packages)
        return
    together = frame.hstack(list(verdicts.values()))
    parts = together.filter(together["_package"].is_in(list(packages))).partition_by("_package", as_dict=True)
    yield from ((number, parts[number,], {id_: parts[number,][id_] for id_ in verdicts}) for number in packages)


def _batches(room: Room, tables: Sequence[TypedTable], *, repeats: bool) -> Iterator[str]:
    """SQL conditions on ``_study`` that part the work into batches of whole studies; one that is always true where it's short."""
    table = tables[0]
    names = {f.name for f in table.fields}
    if sum(t.count for t in tables) <= BATCH_ROWS or not names & {"study_id", "participant_id"}:
        yield "true"
        return
    via = "" if "study_id" in names else " JOIN participants USING (_package, participant_id)"
    ends = _ends(room, table, via)
    # Rows without a study have a finding of their own; they are looked at once, by themselves. DuckDB can't know that a view has none.
    if (via and repeats) or sum(rows for *_, rows in ends) < sum(t.count for t in tables):
        yield "_study IS NULL"
    for first, last, _ in ends:
        # Of a range, unlike a list, DuckDB knows that it holds on both sides of a join, and joins no more than it must.
        yield f"_study BETWEEN {literal(first)} AND {literal(last)}"


def _ends(room: Room, table: TypedTable, via: str = "") -> list[tuple[str, str, int]]:
    """The first and the last study of each batch of a table's rows, in their order, and how many rows have one of its studies."""
    return room.con.execute(
        "SELECT min(study_id), max(study_id), sum(rows)::BIGINT "
        f"FROM (SELECT study_id, rows, sum(rows) OVER (ORDER BY study_id) // {BATCH_ROWS} AS batch "
        f"FROM (SELECT study_id, count(*) AS rows FROM {identifier(table.name)}{via} WHERE study_id IS NOT NULL GROUP BY study_id)) "
        "GROUP BY batch ORDER BY 1"
    ).fetchall()


def _over_gathered(room: Room, view: View, packages: Sequence[Judged]) -> View:
    """The view; of long packages, over what is gathered from a batch of studies at a time: the lists that this takes are held in memory, in which
    those of all studies have no room.
    """
    if not view.gathers or not all(one.by_study for one in view.gathers):
        return view
    of_studies = (t for package in packages for t in package.tables.values() if any(f.name == "study_id" for f in t.fields))
    longest = max(of_studies, key=lambda table: table.count, default=None)
    if longest is None or longest.count <= BATCH_ROWS:
        return view
    starts = [first for first, *_ in _ends(room, longest)][1:]
    # Between two of them there may be studies of which the longest table has no row.
    after = ["true", *(f"study_id >= {literal(start)}" for start in starts)]
    before = [*(f"study_id < {literal(start)}" for start in starts), "true"]
    for gathered in view.gathers:
        made = f"CREATE OR REPLACE TEMP TABLE {identifier(gathered.name)} AS"
        for first, last in zip(after, before, strict=True):
            room.con.execute(f"{made} SELECT * FROM ({gathered.query}) WHERE {first} AND {last}")
            made = f"INSERT INTO {identifier(gathered.name)}"
    return view.over_gathered()


def _verdicts(frame: pl.DataFrame, expressions: Mapping[str, pl.Expr]) -> tuple[dict[str, pl.Series], dict[str, str]]:
    """The verdict of each rule on each row, by the rule's id: true, false, or null where it has nothing to say. A rule that says anything
    else is at fault, and the second part says why.
    """
    import polars as pl

    def said(ids: Iterable[str]) -> list[pl.Series]:
        # Rules share parts, such as the digits of a printed percentage; only a lazy frame works them out once. Over few rows, finding
        # the shared parts takes longer than working them out again.
        held = [pl.col("_line"), *(expressions[i].alias(i) for i in ids)]
        verdicts = frame.select(held) if frame.height < _FEW_ROWS else frame.lazy().select(held).collect()
        return verdicts.get_columns()[1:]

    faults: dict[str, str] = {}
    try:
        found = said(expressions)
    except pl.exceptions.PolarsError:
        found = []
        for id_ in expressions:
            try:
                found += said([id_])
            except pl.exceptions.PolarsError:
                faults[id_] = traceback.format_exc()
    verdicts = {v.name: v.cast(pl.Boolean) if v.dtype == pl.Null else v for v in found}
    for id_, verdict in verdicts.items():
        if verdict.dtype != pl.Boolean:
            faults[id_] = f"the rule's expression gives {verdict.dtype}, not true or false"
    return verdicts, faults
