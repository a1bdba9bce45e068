"""What was counted for a rule, and the findings for the rows that break it."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, repeat
from typing import TYPE_CHECKING, Any

from schemas.sql import identifier
from schemas.vocabulary import NO_TERM
from validation.hints import shortened
from validation.report import Finding, Outcome, Result, Waiver
from validation.rule import Rule, Severity
from validation.subjects import TypedTable

if TYPE_CHECKING:
    import polars as pl

    from validation.workspace import Room

__all__ = ["ListedAt", "Rows", "Tally", "in_words", "list_findings"]

_LONGEST = 200


@dataclass
class Tally:
    """What was counted for one rule so far. ``fault`` is the traceback of a rule that could not be run; ``used`` counts the violations that
    each waiver covers, listed or not, by the waiver's number; ``listed`` counts the findings, waived ones apart. ``broken`` are the lines of all
    rows that break it, listed or not, unless it is a note.
    """

    rule: Rule
    checked: int = 0
    violations: int = 0
    findings: list[Finding] = field(default_factory=list)
    used: dict[int, int] = field(default_factory=dict)
    listed: dict[bool, int] = field(default_factory=lambda: {False: 0, True: 0})
    broken: list[int] = field(default_factory=list)
    fault: str | None = None
    skipped: str | None = None

    @property
    def waived(self) -> int:
        return sum(self.used.values())

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
            result, reason = Result.NOT_APPLICABLE, "no row has the values it compares"
        return Outcome(self.rule.id, result, self.checked, self.violations, self.waived, reason)


@dataclass(frozen=True)
class ListedAt:
    """Where the findings of a view belong: the package, the table, how many are listed a rule, and the waivers in force by rule and number."""

    package: str
    table: TypedTable
    limit: int
    waivers: Mapping[str, Mapping[int, Waiver]]


@dataclass(frozen=True)
class Rows:
    """The rows of a view that were judged, and for each rule that some of them break, whether a row does. ``query`` gives the same rows
    with every column; None where ``frame`` has them all.
    """

    room: Room
    frame: pl.DataFrame
    broken: Mapping[str, pl.Series]
    query: str | None

    def lines(self, rule: Rule) -> list[int]:
        """The lines of the rows that break the rule, in order."""
        lines: list[int] = self.frame["_line"].filter(self.broken[rule.id]).sort().to_list()
        return lines

    def rows(self, lines: Sequence[int], query: str | None) -> pl.DataFrame:
        """The rows of these lines, of the query if there is one."""
        import polars as pl

        if query is None:
            return self.frame.filter(pl.col("_line").is_in(lines))
        self.room.con.execute("CREATE OR REPLACE TEMP TABLE _wanted AS SELECT unnest(?::BIGINT[]) AS line", [lines])
        return self.room.frame(f"SELECT * FROM ({query}) WHERE _line IN (SELECT line FROM _wanted)")


def list_findings(tallies: Sequence[Tally], judged: Rows, place: ListedAt) -> None:
    """Count the violations of each rule that a waiver covers, and add findings: up to the limit, and as many waived ones.

    A rule whose message can't be made is at fault.
    """
    covered: dict[str, dict[int, int]] = {}
    wanted: dict[str, list[int]] = {}
    for tally in tallies:
        rule, lines = tally.rule, judged.lines(tally.rule)
        if rule.severity is not Severity.NOTE:
            tally.broken += lines
        covered[rule.id] = by = _covered(rule, lines, judged, place)
        for number, covers in Counter(by[line] for line in lines if line in by).items():
            tally.used[number] = tally.used.get(number, 0) + covers
        wanted[rule.id] = [
            line
            for waived in (False, True)
            for line in islice((n for n in dict.fromkeys(lines) if (n in by) is waived), place.limit - tally.listed[waived])
        ]
    lines = sorted({line for lines in wanted.values() for line in lines})
    if not lines:
        return
    rows = judged.rows(lines, judged.query)
    for tally in tallies:
        if wanted[tally.rule.id]:
            _list(tally, rows, wanted[tally.rule.id], covered[tally.rule.id], place)


def _list(tally: Tally, rows: pl.DataFrame, lines: Sequence[int], covered: Mapping[int, int], place: ListedAt) -> None:
    """Add the findings of a rule on these lines of the rows."""
    import polars as pl

    rule = tally.rule
    # A view may have several rows of a line, of which not all break the rule.
    here = rows.filter(pl.col("_line").is_in(lines) & ~rule.expression()).sort("_line")
    if rule.details is None and rule.at is None:
        said = {"_line", *place.table.key, *rule.read, *rule.quoted}
        here = here.select(name for name in here.columns if name in said)
    kept = []
    for n, line in enumerate(here["_line"].to_list()):
        waived = line in covered
        if tally.listed[waived] < place.limit:
            tally.listed[waived] += 1
            kept.append(n)
    here = here if len(kept) == here.height else here[kept]
    names = [name for name in place.table.key if name in here.columns]
    cells = zip(*(_each(here[name], _cell) for name in names), strict=True) if names else repeat((), here.height)
    try:
        columns = _columns(rule, here, place)
        for line, key, message, column in zip(here["_line"].to_list(), cells, _messages(rule, here), columns, strict=True):
            finding = Finding(
                rule=rule.id,
                severity=rule.severity,
                package=place.package,
                message=message,
                file=place.table.file,
                line=line,
                column=column,
                key={name: cell for name, cell in zip(names, key, strict=True) if cell is not None},
                waived=place.waivers[rule.id][covered[line]] if line in covered else None,
            )
            tally.findings.append(finding)
    except Exception:
        tally.fault = traceback.format_exc()


def _own(rule: Rule, place: ListedAt) -> list[str]:
    """The columns of the table that the rule's findings point at, the foremost first."""
    own = {f.name for f in place.table.fields}
    return [c for c in rule.read if c in own]


def _columns(rule: Rule, rows: pl.DataFrame, place: ListedAt) -> Iterable[str | None]:
    """The column that the finding about each of the rows points at."""
    if rule.at is not None:
        return map(rule.at, rows.iter_rows(named=True))
    return repeat(next(iter(_own(rule, place)), None), rows.height)


def _covered(rule: Rule, lines: Sequence[int], judged: Rows, place: ListedAt) -> dict[int, int]:
    """The number of the waiver that covers each of these lines, of several the first: one join for all waivers that name the same columns."""
    import polars as pl

    own = _own(rule, place)
    here = {"file": [place.table.file], "column": own if rule.at is not None else own[:1]}
    # By the columns that they name: the values of each waiver, and its number.
    naming: dict[tuple[str, ...], dict[tuple[str, ...], int]] = {}
    for number, waiver in place.waivers.get(rule.id, {}).items():
        where = {name: "" if value is None else in_words(value) for name, value in waiver.where.items()}
        about = {name: where.pop(name) for name in here if name in where}
        names = tuple(sorted(where))
        if set(names) <= set(place.table.key) and all(about[name] in here[name] for name in about):
            naming.setdefault(names, {}).setdefault(tuple(where[name] for name in names), number)
    if not naming:
        return {}
    key = ["_line", *place.table.key]
    query = f"SELECT {', '.join(map(identifier, key))} FROM {place.table.rows}"
    keys = _texts(judged.rows(lines, judged.query and query).select(key))
    for names, numbers in naming.items():
        if not names:
            keys = keys.with_columns(pl.lit(min(numbers.values())).alias("_of nothing"))
            continue
        values = pl.DataFrame(dict(zip(names, zip(*numbers, strict=True), strict=True)), schema=dict.fromkeys(names, pl.String))
        told = values.with_columns(pl.Series(f"_of {names}", list(numbers.values()), pl.Int64))
        keys = keys.join(told, on=names, how="left")
    found = keys.select("_line", number=pl.min_horizontal("^_of .*$")).drop_nulls().unique("_line")
    return dict(found.iter_rows())


def _texts(keys: pl.DataFrame) -> pl.DataFrame:
    """The cells of keys as they are written, an empty one as an empty text."""
    import polars as pl

    def text(cells: pl.Series) -> pl.Series:
        if cells.dtype.is_float():
            numbers = cells.drop_nulls().unique()
            return cells.replace_strict(numbers, [in_words(n) for n in numbers], return_dtype=pl.String)
        return cells.cast(pl.String).replace(NO_TERM, None)

    return keys.select("_line", *(text(keys[name]).fill_null("") for name in keys.columns if name != "_line"))


def _messages(rule: Rule, rows: pl.DataFrame) -> Iterator[str]:
    """The message about each of the rows."""
    each = range(rows.height)  # of a rule that names no column too
    if rule.message is None:
        read = [name for name in rule.read if name in rows.columns]
        told = (_each(rows[name], _quoting(name)) for name in read)
        for _, *said in zip(each, *told, strict=True):
            values = ", ".join(filter(None, said))
            yield f"{rule.must.rstrip('.')}: {values}" if values else rule.must
        return
    names = [name for name in rows.columns if name in rule.quoted]
    quoted = (_each(rows[name], _short) for name in names)
    details: Iterable[Mapping[str, Any]] = repeat({}, rows.height)
    if rule.details is not None:
        details = map(rule.details, rows.iter_rows(named=True))
    for beside, *said in zip(details, *quoted, strict=True):
        words = dict(zip(names, said, strict=True))
        words.update((name, in_words(value)) for name, value in beside.items())
        yield rule.message.format_map(words)


def _each(column: pl.Series, write: Callable[[Any], str | None]) -> list[str | None]:
    """The cells as they are written, of those that come again once."""
    cells = column.to_list()
    if column.dtype.is_nested() or column.dtype.is_float():  # which has no hash; or where −0 equals 0
        return list(map(write, cells))
    written = {cell: write(cell) for cell in set(cells)}
    return list(map(written.__getitem__, cells))


def _quoting(name: str) -> Callable[[Any], str | None]:
    return lambda cell: None if cell is None else f"`{name}` is {_short(cell)}"


def _short(value: object) -> str:
    """A cell as a message quotes it: one of any length is shortened."""
    return shortened(in_words(value), _LONGEST)


def _cell(value: Any) -> str | None:
    """A cell of a key as it is written; None where it is empty or holds no term."""
    return None if value is None or value == NO_TERM else in_words(value)


def in_words(value: object) -> str:
    """A value as it is written in a file: no trailing ``.0``, ``true`` and ``false`` in lower case; `unstated` for a null."""
    if value is None:
        return "unstated"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.15g}"
    return str(value)
