"""The second gate as a pure function: Arrow tables in, Arrow tables of findings and tallies out.

Nothing is read from a file and nothing written to one that is left. So whole studies may be judged anywhere, in another process or on another
machine, and what was found there is put together by :func:`merged`: it is what one machine finds (:mod:`validation.splitting`).
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from schemas.proposing import PROPOSABLE, holding, is_proposed
from schemas.sql import identifier
from schemas.tables import TABLES
from validation.arrow import LINE, must_fit, place_of, through
from validation.catalogue import catalogue
from validation.listing import Tally
from validation.meaning import Judged, judge, rules_by_view, view_of
from validation.proposed import TERMS
from validation.reading import cast
from validation.report import Finding, Waiver
from validation.rule import Severity
from validation.subjects import TypedTable
from validation.views import GATHERED, Scope
from validation.workspace import Room, workspace

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Part", "StudyContext", "StudyFindings", "judge_part", "judge_studies", "judge_whole", "merged", "needed_whole"]

_NO_LIMIT = 1 << 62


class StudyFindings(NamedTuple):
    """What was found: Arrow tables of ``findings``, a row each, and of ``tallies``, a row for each rule that was asked.

    A finding has ``rule``, ``severity``, ``table``, ``file``, ``line``, ``column``, ``key`` (the names and cells that name the row), ``message`` and
    ``waived``. A tally has ``rule``, ``scope``, how many rows were ``checked``, how many ``violations`` there are and how many of these are
    ``waived``; ``skipped`` says why a rule was not asked, and ``fault`` is the traceback of one that could not be run.
    """

    findings: pa.Table
    tallies: pa.Table


@dataclass(frozen=True)
class StudyContext:
    """What the rules know besides the tables: the day on which look-ups must be valid; the waivers in force; the names of the tables' files,
    which a waiver may name; how many findings are listed a rule, by default all; and which rules are asked, by their ``scopes``. Raises
    ``ValueError`` for a scope that there isn't, for none, and for a number of findings below 0: no rule would be asked, and nothing found.
    """

    today: datetime.date
    waivers: Sequence[Waiver] = ()
    files: Mapping[str, str] | None = None
    max_findings: int | None = None
    scopes: Collection[Scope] = tuple(Scope)

    def __post_init__(self) -> None:
        known = ", ".join(repr(str(scope)) for scope in Scope)
        if isinstance(self.scopes, str) or not self.scopes or not {*self.scopes} <= {*Scope}:
            raise ValueError(f"`scopes` is {self.scopes!r}; it must be a list of some of {known}")
        if self.max_findings is not None and self.max_findings < 0:
            raise ValueError(f"`max_findings` is {self.max_findings}; it must be at least 0, or None for all")

    @property
    def limit(self) -> int:
        """How many findings are listed a rule."""
        return _NO_LIMIT if self.max_findings is None else self.max_findings


def judge_studies(tables: Mapping[str, pa.Table], context: StudyContext) -> StudyFindings:
    """Check the rules of the second gate on whole studies, given as Arrow tables by the registry's names for them.

    A table has columns of the types that :func:`arrow_schema` gives, any of them may be missing, and others are passed over. A column ``_line`` numbers
    the rows; without it they are numbered from 1. If they are in several files, a column ``_file`` names the file of each, and ``_line`` numbers the
    rows of a file. An empty text is read as null, and a word outside
    its vocabulary as none of its terms: what cells may hold is the first gate's to say. Proposed terms are those of the table ``terms``.

    A rule of scope ``study`` is right if for every study in the tables all its rows are there; one of scope ``package``, if all rows of
    the package are. Raises ``ValueError`` for a table that the registry hasn't, a column of another type, a number that isn't finite,
    and a ``_line`` that is empty or given twice.
    """
    with _loaded(tables, context) as loaded:
        return loaded.judged(context, *Scope)


class Part(NamedTuple):
    """What a part of a package gives: what was found in it, and by name what the rules that compare studies need to know of it."""

    found: StudyFindings
    gathered: Mapping[str, pa.Table]


def judge_part(tables: Mapping[str, pa.Table], context: StudyContext) -> Part:
    """Check the rules of scope ``study`` on whole studies, as :func:`judge_studies` does, and gather what those of scope ``package`` need
    of these studies: a row for each of them at most, and one for each source.
    """
    with _loaded(tables, context) as loaded:
        found = loaded.judged(context, Scope.STUDY)
        rows = {g.name: f"SELECT * EXCLUDE (_package) FROM ({g.query})" for g in GATHERED.values()}
        return Part(found, {name: loaded.room.con.sql(query).to_arrow_table() for name, query in rows.items()})


def judge_whole(tables: Mapping[str, pa.Table], parts: Iterable[Part], context: StudyContext) -> StudyFindings:
    """What is found in a package, all of whose studies are in the parts. Of the tables, ``studies`` and those that belong to no study have
    all their rows here; of the others nothing is read but which there are. Raises as :func:`judge_studies` does, and
    ``ValueError`` where there are no parts.
    """
    import pyarrow as pa

    held = list(parts)
    if not held:
        raise ValueError("there are no parts to put together")
    with _loaded(tables, context) as loaded:
        con = loaded.room.con
        for name in GATHERED:
            con.register("_gathered", pa.concat_tables(part.gathered[name] for part in held))
            con.execute(f"CREATE TEMP TABLE {identifier(name)} AS SELECT 0::BIGINT AS _package, * FROM _gathered")
            con.unregister("_gathered")
        whole = loaded.judged(context, Scope.PACKAGE, gathered=True)
        for name in GATHERED:  # a room in which anything is left isn't used again
            con.execute(f"DROP TABLE {identifier(name)}")
    return merged([*(part.found for part in held), whole], context.max_findings)


def needed_whole(names: Iterable[str]) -> set[str]:
    """Those of the tables that :func:`judge_whole` must have all rows of."""
    return {view.place for view in rules_by_view((Scope.PACKAGE,))} & set(names)


def merged(parts: Iterable[StudyFindings], max_findings: int | None = None) -> StudyFindings:
    """What was found in several parts of a package as if it had been one. ``max_findings`` is how many findings are listed a rule, waived
    ones apart: no more than were listed of each part. Raises ``ValueError`` where there are no parts.
    """
    import polars as pl
    import pyarrow as pa

    found = list(parts)
    if not found:
        raise ValueError("there are no parts to put together")
    ranks = {severity: severity.rank for severity in Severity}
    findings = pl.DataFrame(pa.concat_tables(p.findings for p in found))
    order = findings.with_columns(
        _rank=pl.col("severity").replace_strict(ranks, return_dtype=pl.Int64), _at=pl.int_range(pl.len())
    )
    order = order.sort("_rank", "rule", "table", "file", "line", pl.col("column").fill_null(""), "message")
    if max_findings is not None:
        order = order.filter(pl.int_range(pl.len()).over("rule", "waived") < max_findings)
    tallies = pl.DataFrame(pa.concat_tables(p.tallies for p in found))
    counts = [pl.col(name).sum() for name in ("checked", "violations", "waived")]
    reasons = [pl.col(name).drop_nulls().first() for name in ("skipped", "fault")]
    together = tallies.group_by("rule", "scope").agg(*counts, *reasons).sort("rule")
    rows = pa.concat_tables(p.findings for p in found).take(order["_at"].to_arrow())
    return StudyFindings(rows, together.to_arrow().cast(_tally_schema()))


@dataclass(frozen=True)
class _Loaded:
    """A room with tables, and the names of the files of those that have several."""

    room: Room
    tables: Mapping[str, TypedTable]
    files: Mapping[str, tuple[str, ...]]

    def judged(self, context: StudyContext, *scopes: Scope, gathered: bool = False) -> StudyFindings:
        """What the rules of these scopes find, of those that are asked."""
        asked = [scope for scope in scopes if scope in context.scopes]
        tallies = {r.id: Tally(r) for rules in rules_by_view(asked).values() for r in rules}
        waivers = dict(enumerate(context.waivers))
        repeats, groups = self._have("keys_again"), gathered or self._have("groups")
        judge(self.room, [Judged(0, "", self.tables, waivers, context.limit, tallies, repeats, groups)], asked, gathered=gathered)
        findings = (f for t in tallies.values() for f in t.findings)
        return StudyFindings(_findings(sorted(findings, key=lambda f: f.order), self.files), _tallies(tallies.values()))

    def _have(self, what: str) -> bool:
        """Whether a table has any of what its attribute of that name counts."""
        return any(self.room.rows(f"SELECT {getattr(table, what)} FROM {table.rows}") != [(0,)] for table in self.tables.values())


@contextmanager
def _loaded(tables: Mapping[str, pa.Table], context: StudyContext) -> Iterator[_Loaded]:
    for name, table in tables.items():
        must_fit(name, table)
    with workspace(sum(t.nbytes for t in tables.values()), context.today, _proposed(tables.get(TERMS))) as room:
        typed, files = {}, {}
        for name, table in tables.items():
            numbered, files[name] = through(table)
            typed[name] = _load(room, name, numbered, (context.files or {}).get(name, name))
        room.propose()
        yield _Loaded(room, typed, files)


def _proposed(terms: pa.Table | None) -> dict[str, set[str]]:
    """The terms that the package proposes, by every vocabulary among whose terms they are."""
    found: dict[str, set[str]] = {}
    if terms is not None and {"vocabulary", "id"} <= set(terms.column_names):
        for vocabulary, term in zip(terms["vocabulary"].to_pylist(), terms["id"].to_pylist(), strict=True):
            if vocabulary in PROPOSABLE and is_proposed(term):
                for name in holding(vocabulary):
                    found.setdefault(name, set()).add(term)
    return found


def _load(room: Room, name: str, table: pa.Table, file: str) -> TypedTable:
    """Fill the room's table of that name."""
    fields = TABLES[name].fields()
    present = frozenset(table.column_names) & {f.name for f in fields}
    texts = (identifier(f.name) for f in fields if f.name in present and f.duckdb_type == "VARCHAR")
    plain = "".join(f", nullif({text}::VARCHAR, '') AS {text}" for text in texts)
    typed = "".join(f", {identifier(f.name)}" for f in fields if f.name in present and f.duckdb_type != "VARCHAR")
    cells = ", ".join(
        "NULL" if f.name not in present else cast(f) if f.duckdb_type == "VARCHAR" else identifier(f.name) for f in fields
    )
    room.con.register("_studies", table)
    room.con.execute(
        f"INSERT INTO {identifier(name)} SELECT 0, {LINE}, {cells}, false FROM (SELECT {LINE}{plain}{typed} FROM _studies)"
    )
    room.con.unregister("_studies")
    return TypedTable(name, file, fields, present, 0, len(table))


def _findings(findings: Sequence[Finding], files: Mapping[str, tuple[str, ...]]) -> pa.Table:
    import pyarrow as pa

    def of(finding: Finding) -> dict[str, Any]:
        table = view_of(catalogue()[finding.rule].over).place
        file, line = finding.file, finding.line
        if files[table] and line is not None:
            file, line = place_of(line, files[table])
        return {
            "rule": finding.rule,
            "severity": str(finding.severity),
            "table": table,
            "file": file,
            "line": line,
            "column": finding.column,
            "key": list(finding.key.items()),
            "message": finding.message,
            "waived": finding.waived is not None,
        }

    columns = [
        ("rule", pa.string()),
        ("severity", pa.string()),
        ("table", pa.string()),
        ("file", pa.string()),
        ("line", pa.int64()),
        ("column", pa.string()),
    ]
    held = [*columns, ("key", pa.map_(pa.string(), pa.string())), ("message", pa.string()), ("waived", pa.bool_())]
    return pa.Table.from_pylist([of(f) for f in findings], schema=pa.schema(held))


def _tally_schema() -> pa.Schema:
    import pyarrow as pa

    counts = [(name, pa.int64()) for name in ("checked", "violations", "waived")]
    return pa.schema([("rule", pa.string()), ("scope", pa.string()), *counts, ("skipped", pa.string()), ("fault", pa.string())])


def _tallies(tallies: Iterable[Tally]) -> pa.Table:
    import pyarrow as pa

    rows = [
        {
            "rule": t.rule.id,
            "scope": str(view_of(t.rule.over).scope),
            "checked": t.checked,
            "violations": t.violations,
            "waived": t.waived,
            "skipped": t.skipped,
            "fault": t.fault,
        }
        for t in tallies
    ]
    return pa.Table.from_pylist(sorted(rows, key=lambda r: str(r["rule"])), schema=_tally_schema())
