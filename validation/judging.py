"""The second gate as a pure function: Arrow tables in, Arrow tables of findings and tallies out.

Nothing is read from a file and nothing written to one that is left. So whole studies may be judged anywhere, in another process or on another
machine, and what was found there is put together by :func:`merged`: it is what one machine finds (:mod:`validation.splitting`).
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from schemas.proposing import PROPOSABLE, holding, is_proposed
from schemas.sql import identifier
from schemas.tables import TABLES
from validation.catalogue import catalogue
from validation.listing import Tally
from validation.meaning import Judged, judge, rules_by_view, view_of
from validation.proposed import TERMS
from validation.reading import cast
from validation.report import Finding, Waiver
from validation.rule import Severity
from validation.subjects import TypedTable
from validation.views import Scope
from validation.workspace import Room, workspace

if TYPE_CHECKING:
    import pyarrow as pa

    from schemas.table import Field

__all__ = ["LINE", "StudyContext", "StudyFindings", "arrow_schema", "judge_studies", "merged", "numbered"]

LINE = "_line"
"""The column that says on which line of its file a row is."""

_NO_LIMIT = 1 << 62


class StudyFindings(NamedTuple):
    """What was found: Arrow tables of ``findings``, a row each, and of ``tallies``, a row for each rule that was asked.

    A finding has ``rule``, ``severity``, ``table``, ``line``, ``column``, ``key`` (the names and cells that name the row), ``message`` and
    ``waived``. A tally has ``rule``, ``scope``, how many rows were ``checked``, how many ``violations`` there are and how many of these are
    ``waived``; ``skipped`` says why a rule was not asked, and ``fault`` is the traceback of one that could not be run.
    """

    findings: pa.Table
    tallies: pa.Table


@dataclass(frozen=True)
class StudyContext:
    """What the rules know besides the tables: the day on which look-ups must be valid; the waivers in force; the names of the tables' files,
    which a waiver may name; how many findings are listed a rule, by default all; and which rules are asked, by their ``scopes``.
    """

    today: datetime.date
    waivers: Sequence[Waiver] = ()
    files: Mapping[str, str] | None = None
    max_findings: int | None = None
    scopes: Collection[Scope] = tuple(Scope)

    @property
    def limit(self) -> int:
        """How many findings are listed a rule."""
        return _NO_LIMIT if self.max_findings is None else self.max_findings


def arrow_schema(table: str) -> pa.Schema:
    """The columns of a table of the registry and their types in Arrow. Raises ``KeyError`` for one that isn't there."""
    import pyarrow as pa

    return pa.schema([(f.name, _arrow_type(f)) for f in TABLES[table].fields()])


def judge_studies(tables: Mapping[str, pa.Table], context: StudyContext) -> StudyFindings:
    """Check the rules of the second gate on whole studies, given as Arrow tables by the registry's names for them.

    A table has columns of the types that :func:`arrow_schema` gives, any of them may be missing, and others are passed over. A column ``_line`` numbers
    the rows; without it they are numbered from 1. An empty text is read as null, and a word outside
    its vocabulary as none of its terms: what cells may hold is the first gate's to say. Proposed terms are those of the table ``terms``.

    A rule of scope ``study`` is right if for every study in the tables all its rows are there; one of scope ``package``, if all rows of
    the package are. Raises ``ValueError`` for a table that the registry hasn't, a column of another type, a number that isn't finite,
    and a ``_line`` that is empty or given twice.
    """
    for name, table in tables.items():
        _must_fit(name, table)
    with workspace(sum(t.nbytes for t in tables.values()), context.today, _proposed(tables.get(TERMS))) as room:
        typed = {
            name: _load(room, name, numbered(table), (context.files or {}).get(name, name)) for name, table in tables.items()
        }
        if TERMS in tables:
            room.propose(PROPOSABLE)
        tallies = {r.id: Tally(r) for rules in rules_by_view(context.scopes).values() for r in rules}
        waivers = dict(enumerate(context.waivers))
        judge(room, [Judged(0, "", typed, waivers, context.limit, tallies)], context.scopes)
    findings = (f for t in tallies.values() for f in t.findings)
    return StudyFindings(_findings(sorted(findings, key=lambda f: f.order)), _tallies(tallies.values()))


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
    order = order.sort("_rank", "rule", "table", "line", pl.col("column").fill_null(""), "message")
    if max_findings is not None:
        order = order.filter(pl.int_range(pl.len()).over("rule", "waived") < max_findings)
    tallies = pl.DataFrame(pa.concat_tables(p.tallies for p in found))
    counts = [pl.col(name).sum() for name in ("checked", "violations", "waived")]
    reasons = [pl.col(name).drop_nulls().first() for name in ("skipped", "fault")]
    together = tallies.group_by("rule", "scope").agg(*counts, *reasons).sort("rule")
    rows = pa.concat_tables(p.findings for p in found).take(order["_at"].to_arrow())
    return StudyFindings(rows, together.to_arrow().cast(_tally_schema()))


def numbered(table: pa.Table) -> pa.Table:
    """The table with a column ``_line``: its own, or the number of each row from 1."""
    import pyarrow as pa

    if LINE in table.column_names:
        return table
    return table.append_column(LINE, pa.array(range(1, len(table) + 1), pa.int64()))


def _arrow_type(f: Field) -> pa.DataType:
    import pyarrow as pa

    kinds = {"BIGINT": pa.int64(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_(), "DATE": pa.date32()}
    return kinds.get(f.duckdb_type, pa.string())


def _is_of(kind: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether a column of one type holds every value of another, and no value is changed by reading it as that."""
    import pyarrow as pa

    if pa.types.is_null(kind):
        return True
    if pa.types.is_string(wanted):
        held = kind.value_type if pa.types.is_dictionary(kind) else kind
        return bool(pa.types.is_string(held) or pa.types.is_large_string(held) or pa.types.is_string_view(held))
    if pa.types.is_int64(wanted):
        return bool(pa.types.is_integer(kind) and kind != pa.uint64())
    if pa.types.is_float64(wanted):
        return bool(pa.types.is_float64(kind) or (pa.types.is_integer(kind) and kind.bit_width <= 32))
    return bool(kind == wanted)


def _must_fit(name: str, table: pa.Table) -> None:
    import pyarrow.compute as pc

    if name not in TABLES:
        raise ValueError(f"the registry has no table `{name}`; it has {', '.join(TABLES)}")
    if len(set(table.column_names)) < len(table.column_names):
        raise ValueError(f"`{name}` has two columns of one name")
    for column in arrow_schema(name):
        if column.name not in table.column_names:
            continue
        cells = table[column.name]
        if not _is_of(cells.type, column.type):
            raise ValueError(f"`{name}.{column.name}` is {cells.type}; it must be {column.type}")
        if str(cells.type) == "double" and not pc.all(pc.is_finite(cells), min_count=0).as_py():
            raise ValueError(f"`{name}.{column.name}` has a number that isn't finite; an unknown one must be null")
    if LINE in table.column_names:
        lines = table[LINE]
        if lines.null_count or str(lines.type) != "int64" or pc.count_distinct(lines).as_py() < len(lines):
            raise ValueError(f"`{name}.{LINE}` must be int64 and number each row once")


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


def _findings(findings: Sequence[Finding]) -> pa.Table:
    import pyarrow as pa

    def of(finding: Finding) -> dict[str, Any]:
        return {
            "rule": finding.rule,
            "severity": str(finding.severity),
            "table": view_of(catalogue()[finding.rule].over).place,
            "line": finding.line,
            "column": finding.column,
            "key": list(finding.key.items()),
            "message": finding.message,
            "waived": finding.waived is not None,
        }

    columns = [
        ("rule", pa.string()),
        ("severity", pa.string()),
        ("table", pa.string()),
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
