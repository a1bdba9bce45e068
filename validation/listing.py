"""What was seen of a rule, and the findings told of the rows that break it."""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from schemas.vocabulary import NO_TERM
from validation.hints import shortened
from validation.report import Finding, Outcome, Result, Waiver
from validation.rule import Rule
from validation.subjects import LoadedTable

if TYPE_CHECKING:
    import duckdb
    import polars as pl

__all__ = ["Place", "Tally", "frame_of", "in_words", "list_findings"]

_LONGEST = 200


@dataclass
class Tally:
    """What was seen of one rule so far. ``fault`` is the traceback of a rule that could not be run; ``used`` are the waivers that cover
    a violation, listed or not.
    """

    rule: Rule
    checked: int = 0
    violations: int = 0
    waived: int = 0
    findings: list[Finding] = field(default_factory=list)
    used: list[Waiver] = field(default_factory=list)
    fault: str | None = None
    skipped: str | None = None

    def outcome(self) -> Outcome:
        """The outcome, once every row was seen."""
        result, reason = Result.PASSED, None
        if self.fault is not None:
            result, reason = Result.ERRORED, self.fault.strip().splitlines()[-1]
        elif self.skipped is not None:
            result, reason = Result.SKIPPED, self.skipped
        elif self.violations:
            result = Result.WAIVED if self.waived == self.violations else Result.VIOLATED
        elif not self.checked:
            result, reason = Result.NOT_APPLICABLE, "no row holds the values it compares"
        return Outcome(self.rule.id, result, self.checked, self.violations, self.waived, reason)


@dataclass(frozen=True)
class Place:
    """Where the findings of a view belong: the package, the table, how many are listed a rule, and the waivers in force."""

    package: str
    table: LoadedTable
    limit: int
    waivers: Sequence[Waiver]


@dataclass(frozen=True)
class _Rows:
    """A query's rows on their way from DuckDB to polars through Arrow. DuckDB's own ``.pl()`` would import pyarrow for it, which takes as
    long as a small package.
    """

    relation: duckdb.DuckDBPyRelation

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.relation.__arrow_c_stream__()


def frame_of(con: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    """The result of a query as a polars frame."""
    import polars as pl

    return pl.DataFrame(_Rows(con.sql(query)))


def list_findings(con: duckdb.DuckDBPyConnection, query: str, tally: Tally, lines: Sequence[int], place: Place) -> None:
    """Add findings for the rows of the query on these lines: up to the limit, and as many waived ones.

    Of a rule that has waivers every row is looked at, since a waiver may cover any. A rule whose message can't be made is at fault.
    """
    rule = tally.rule
    waivers = [w for w in place.waivers if w.rule == rule.id]
    listed = sum(f.waived is None for f in tally.findings)
    wanted = sorted(set(lines)) if waivers else sorted(set(lines))[: max(place.limit - listed, 0)]
    if not wanted:
        return
    con.execute("CREATE OR REPLACE TEMP TABLE _wanted AS SELECT unnest(?::BIGINT[]) AS line", [wanted])
    rows = frame_of(con, f"SELECT * FROM ({query}) WHERE _line IN (SELECT line FROM _wanted)")
    for row in rows.filter(~rule.expression()).sort("_line").iter_rows(named=True):
        try:
            finding = _finding(rule, row, place)
        except Exception:
            tally.fault = traceback.format_exc()
            return
        waiver = next((w for w in waivers if w.covers(finding)), None)
        if waiver is not None:
            tally.waived += 1
            if waiver not in tally.used:
                tally.used.append(waiver)
        if sum((f.waived is None) == (waiver is None) for f in tally.findings) < place.limit:
            tally.findings.append(replace(finding, waived=waiver))


def _finding(rule: Rule, row: Mapping[str, Any], place: Place) -> Finding:
    own = [f.name for f in place.table.fields]
    read = rule.columns or tuple(dict.fromkeys(rule.expression().meta.root_names()))
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        package=place.package,
        message=_message(rule, row, read),
        file=place.table.file,
        line=row["_line"],
        column=next((c for c in read if c in own), None),
        key={name: in_words(row[name]) for name in place.table.key if row.get(name) not in {None, NO_TERM}},
    )


def _message(rule: Rule, row: Mapping[str, Any], read: Sequence[str]) -> str:
    words = {name: shortened(in_words(value), _LONGEST) for name, value in row.items()}
    if rule.message is not None:
        extra = rule.details(dict(row)) if rule.details is not None else {}
        return rule.message.format_map({**words, **{name: in_words(value) for name, value in extra.items()}})
    values = ", ".join(f"`{c}` is {words[c]}" for c in read if row.get(c) is not None)
    return f"{rule.must.rstrip('.')}: {values}" if values else rule.must


def in_words(value: object) -> str:
    """A value as it is written in a file: no trailing ``.0``, ``true`` and ``false`` in lower case; `unstated` for a null."""
    if value is None:
        return "unstated"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)
