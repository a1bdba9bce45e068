"""PKG: rows and cells, keys and references. DuckDB does the checking; a finding quotes the cell's text."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from schemas.grammar import PRINTED_AT_FIRST
from schemas.proposing import is_proposed, may_be_proposed
from schemas.sql import identifier, literal
from schemas.table import FORMS
from schemas.vocabulary import VOCABULARIES, terms
from schemas.wording import counted as in_number
from validation.hints import Suggestions, asked_for, shown, term_meant
from validation.reading import LONGEST_PRINTED, cast, unreadable
from validation.rewriting import rewritten
from validation.rule import Problem, Severity, Unlisted, rule
from validation.subjects import Cells, LoadedTable, as_one, counted, prose

if TYPE_CHECKING:
    from schemas.table import Field

_TABLE_SCHEMA = "Table Schema v2, https://datapackage.org/standard/table-schema/"
_TYPED = {"count", "number", "flag", "date"}
_UNSTATED = "unstated"

CELL = "«cell»"
"""The cell, in a condition about it."""


def found(
    cells: Cells, condition: Callable[[LoadedTable, Field], str | None], message: Callable[[Field], Any]
) -> Iterator[Problem | Unlisted]:
    """The cells for which a field's SQL condition is true, looked for in the typed tables."""
    for table in cells.tables.values():
        yield from found_in(cells, table, conditions_of(table, condition), message)


def found_in(
    cells: Cells, table: LoadedTable, wanted: Mapping[Field, str], message: Callable[[Field], Any], *, as_text: bool = False
) -> Iterator[Problem | Unlisted]:
    """The cells of a table for which their field's SQL condition is true. One pass counts them for all the fields: over the typed
    cells, or the texts where the types don't show it.
    """
    if not wanted:
        return
    counts = [counting(f, c) for f, c in wanted.items()]
    totals = (
        cells.row(f"SELECT {', '.join(counts)} FROM {cells.texts(table)} WHERE NOT _ragged")
        if as_text
        else cells.totals(table, counts)
    )
    for (f, c), total in zip(wanted.items(), totals, strict=True):
        if total:
            cell = identifier(f.name) if as_text else cast(f)
            yield from cells.listed(table, c.replace(CELL, cell), total, message(f), f.name)


def conditions_of(table: LoadedTable, condition: Callable[[LoadedTable, Field], str | None]) -> dict[Field, str]:
    """The condition of each field that the file has and that has one."""
    return {f: c for f in table.fields if f.name in table.present and (c := condition(table, f))}


def counting(f: Field, condition: str) -> str:
    """SQL: how many cells of a field a condition is true of."""
    return f"count_if({condition.replace(CELL, identifier(f.name))})"


def some_row(
    table: LoadedTable, condition: Callable[[str], str], of: Callable[[Sequence[Field]], list[Field]] = prose
) -> Iterator[str]:
    """SQL: in how many rows the condition is true of the words, or of other texts, looked at as one: to prepare a pattern for each column takes longer than to
    look at a few cells.
    """
    if words := of(table.fields):
        yield f"count_if({condition(as_one(words))})"


def _unread(cells: Cells, kinds: Collection[str], message: Callable[[Field], Any]) -> Iterator[Problem | Unlisted]:
    """The cells of fields of some kinds that are filled and can't be read. Only the texts hold them."""
    for table in cells.tables.values():
        if table.text.unread:
            wanted = {f: unreadable(f) for f in table.fields if f.name in table.present and f.kind in kinds}
            yield from found_in(cells, table, wanted, message, as_text=True)


@rule(
    "PKG030",
    stage="cells",
    severity=Severity.ERROR,
    fix="Look at the line: a cell that contains a comma must be in quotation marks, and a quotation mark inside it must be doubled.",
    source="RFC 4180, section 2",
    breaks=[{"sources": "{header}\na,data-set\n"}, {"sources": "{header}\n\n"}, {"sources": '{header}\na,"b\n'}],
    keeps=[{}],
)
def row_ragged(cells: Cells) -> Iterator[Problem | Unlisted]:
    """Every row must have as many cells as the header has.

    In a row that is too short or too long, every figure may be in the wrong column.
    """
    for table in cells.tables.values():
        for row in table.text.ragged[: cells.limit]:
            if row.found is None:
                message = f"the rest of the file can't be split into cells: {row.message}"
            elif row.found == 0:
                message = f"the line is empty; a row has {in_number(row.expected, 'cell')}"
            else:
                message = f"the row has {in_number(row.found, 'cell')}; the header has {row.expected}"
            yield Problem(message, file=table.file, line=row.line)
        if len(table.text.ragged) > cells.limit:
            yield Unlisted(len(table.text.ragged) - cells.limit)


@rule(
    "PKG031",
    stage="cells",
    severity=Severity.ERROR,
    fix="Write the cell in the form of its type; leave it empty if the value isn't known.",
    source=_TABLE_SCHEMA,
    breaks=[
        {"outcomes": {"events": cell}}
        for cell in ("1,5", "1e3", " 7 ", "７", "NaN", "inf", "-0", "12.5", "007", "9" * 400, "n/a", "<5", "72%")
    ]
    + [{"sources": {"accessed": "23.11.2026"}}, {"studies": {"randomised": "yes"}}]
    + [{"outcomes": {"timepoint_days": cell}} for cell in ("1e1", "-0", "-0.0", "056")],
    keeps=[
        {"outcomes": {"events": "7"}},
        {"outcomes": {"timepoint_days": "0.0833"}},
        {"outcomes": {"timepoint_days": "-0.50"}},
        {"studies": {"randomised": "true"}},
    ],
)
def cell_unreadable(cells: Cells) -> Iterator[Problem | Unlisted]:
    """Every cell must be readable as its field's type.

    One program reads `1,5` as 1.5, another as 15 and a third as nothing, so there is one way to write a number.
    """
    yield from _unread(cells, _TYPED, _unreadable)


def _unreadable(f: Field) -> Any:
    return lambda row: f"`{f.name}` is {shown(row[f.name])}; it must be {rewritten(f, str(row[f.name])) or f.written}"


@rule(
    "PKG032",
    stage="cells",
    severity=Severity.ERROR,
    fix='Use a term of the vocabulary (`outcomes vocab --search "hamilton 50%"` finds terms by what people call them), or propose one (docs/proposing-a-term.md).',
    source="The registry's vocabularies, docs/dictionary.md",
    breaks=[{"outcomes": {"analysis_set": "ITT"}}, {"studies": {"population_id": "TRD"}}],
    keeps=[{"outcomes": {"analysis_set": "unstated"}}],
)
def term_not_in_vocabulary(cells: Cells) -> Iterator[Problem | Unlisted]:
    """A cell that takes a term must hold a term of its vocabulary.

    Two words for one thing separate what belongs together; one word for two things joins what doesn't.
    """
    yield from _unread(cells, {"term"}, _no_term)


def _unstated(vocabulary: str) -> list[str]:
    """The terms of a vocabulary that say no more than of what kind something unstated is, such as `response.unstated`."""
    return [term for term in terms(vocabulary) if term.partition(".")[2] == _UNSTATED]


def _meant_or_propose(word: object, vocabulary: str) -> str:
    proposable = may_be_proposed(vocabulary)
    if proposable and is_proposed(word):
        return "; it must be the `id` of a row of the package's table `terms`"
    if isinstance(word, str) and word.casefold() == _UNSTATED:
        return asked_for(_unstated(vocabulary), lead="; ", otherwise="; it has no term for what the source doesn't state")
    how = "; the package may propose it in a table `terms`" if proposable else ""
    return term_meant(word, vocabulary, lead="; ", otherwise=f"; no term means the same{how}")


def _no_term(f: Field) -> Any:
    vocabulary = str(f.vocabulary)
    suggest = Suggestions(partial(_meant_or_propose, vocabulary=vocabulary))

    def message(row: dict[str, Any]) -> str:
        value = row[f.name]
        return f"`{f.name}` is {shown(value)}, which isn't a term of `{VOCABULARIES[vocabulary].name}`{suggest(value)}"

    return message


@rule(
    "PKG033",
    stage="cells",
    severity=Severity.ERROR,
    fix="Fill the cell; many vocabularies have `unstated` for what the source doesn't state.",
    source=_TABLE_SCHEMA,
    breaks=[{"outcomes": {"analysis_set": ""}}, {"arms": {"label": ""}}],
    keeps=[{"outcomes": {"timepoint_days": ""}}],
)
def required_cell_empty(cells: Cells) -> Iterator[Problem | Unlisted]:
    """A required cell must be filled.

    An empty cell looks like a forgotten one; `unstated` doesn't.
    """
    for table in cells.tables.values():
        nulls = _nulls(table)
        wanted = {f: f"{CELL} IS NULL" for f, null in zip(nulls, cells.totals(table, nulls.values()), strict=True) if null}
        # A cell that can't be read is null there too, but isn't empty: the texts tell them apart.
        yield from found_in(cells, table, wanted, _empty, as_text=True)


def _nulls(table: LoadedTable) -> dict[Field, str]:
    required = (f for f in table.fields if f.required and f.name in table.present)
    return {f: f"count(*) - count({identifier(f.name)})" for f in required}


def _empty(f: Field) -> Any:
    return lambda _: f"`{f.name}` is empty; every row must have it"


@rule(
    "PKG034",
    stage="cells",
    severity=Severity.ERROR,
    fix="Remove the duplicate row, or give the rows different keys.",
    source=_TABLE_SCHEMA,
    breaks=[{"sources": [{"source_id": "a"}, {"source_id": "a"}]}],
    keeps=[{"sources": [{"source_id": "a"}, {"source_id": "b"}]}],
)
def key_repeated(cells: Cells) -> Iterator[Problem | Unlisted]:
    """No two rows of a table may have the same key.

    A result entered twice counts twice. An empty cell in a key counts as a value of its own.
    """
    for table in cells.tables.values():
        names = table.key
        key = ", ".join(identifier(n) for n in names)
        if not set(names) <= table.present or not cells.may_repeat(table):
            continue
        first = f"min(_line) OVER (PARTITION BY {_as_key(table)})"
        again = f"SELECT _line, {key}, {first} AS _first FROM {cells.texts(table)} WHERE NOT _ragged"
        total = cells.value(f"SELECT count(*) FROM ({again}) WHERE _line > _first")
        for row in cells.select(f"SELECT * FROM ({again}) WHERE _line > _first ORDER BY _line LIMIT {cells.limit}"):
            cells_of_key = ", ".join(f"`{n}` {shown(row[n]) if row[n] is not None else 'empty'}" for n in names)
            yield Problem(
                f"the key ({cells_of_key}) is already {table.at(row['_first'])}",
                file=table.file,
                line=row["_line"],
                column=names[0],
                key={n: row[n] for n in names if row[n] is not None},
            )
        if total > cells.limit:
            yield Unlisted(total - cells.limit)


def _as_key(table: LoadedTable) -> str:
    """SQL: what two rows must have in common to have the same key. Day `56` is day `56.0`; an unreadable cell is its own text."""
    return ", ".join(
        f"{cast(f)}, CASE WHEN ({cast(f)}) IS NULL THEN {identifier(f.name)} END" if f.kind in _TYPED else identifier(f.name)
        for f in table.fields
        if f.key
    )


@rule(
    "PKG035",
    stage="cells",
    severity=Severity.ERROR,
    fix="Add the missing row, or correct the reference; upper and lower case differ.",
    source=_TABLE_SCHEMA,
    breaks=[{"outcomes": {"arm_id": "nobody"}}, {"arms": {"source_id": "nowhere"}}, {"outcomes": {"source_id": "nowhere"}}],
    keeps=[{"outcomes": {"source_id": ""}}],
)
def reference_leads_nowhere(cells: Cells) -> Iterator[Problem | Unlisted]:
    """A reference must point to a row of its table.

    A result without its arm belongs to no treatment and no trial. A row with a finding of its own still counts as present, so
    references to it are fine. Where the other table can't be read to its end, the rule is skipped.
    """
    for table in cells.tables.values():
        for parent, names in _looked_for(cells, table).items():
            ragged = parent in cells.tables and cells.tables[parent].text.ragged
            # The typed table holds the keys as they are written, but no ragged row.
            if not ragged and not cells.shared(
                f"SELECT DISTINCT c._package {_lost(names, identifier(table.name), identifier(parent))}"
            ):
                continue
            lost = _lost(names, table.rows, cells.texts(cells.tables[parent]) if ragged else identifier(parent))
            total = cells.value(f"SELECT count(*) {lost}")
            if total:
                yield from cells.listed(table, f"_line IN (SELECT c._line {lost})", total, _nowhere(names, parent), names[-1])


def _looked_for(cells: Cells, table: LoadedTable) -> dict[str, tuple[str, ...]]:
    """The tables that the table's references lead to, each with the columns of its key: those that can be read and have the key."""
    from schemas.rendering import foreign_keys
    from schemas.tables import TABLES

    return {
        parent: names
        for parent, names in foreign_keys(TABLES[table.name]).items()
        if set(names) <= table.present
        and parent not in cells.unread
        and (parent not in cells.tables or set(names) <= cells.tables[parent].present)
    }


def _lost(names: Sequence[str], rows: str, parents: str) -> str:
    """SQL: the rows whose reference leads nowhere. DuckDB joins so at a third of what it takes for NOT EXISTS."""
    key = [identifier(n) for n in names]
    filled = " AND ".join(f"c.{k} IS NOT NULL" for k in key)
    return f"FROM {rows} c ANTI JOIN {parents} p USING (_package, {', '.join(key)}) WHERE {filled}"


def _nowhere(names: tuple[str, ...], parent: str) -> Any:
    def message(row: dict[str, Any]) -> str:
        key = ", ".join(f"`{n}` {shown(row[n])}" for n in names)
        return f"`{parent}` has no row with {key}"

    return message


@rule(
    "PKG036",
    stage="cells",
    severity=Severity.ERROR,
    fix="Correct the cell; docs/dictionary.md says what each field may hold.",
    source="The registry's tables, docs/dictionary.md",
    breaks=[
        {"outcomes": {"events": "-1"}},
        {"outcomes": {"percent_reported": "60%"}},
        {"studies": {"year": "205"}},
        {"sources": {"source_id": "a b"}},
        {"sources": {"url": "example.org"}},
        {"sources": {"url": "javascript:alert(1)//https://example.org/"}},
    ],
    keeps=[{"outcomes": {"percent_reported": "60.0"}}, {"studies": {"year": "2015"}}],
)
def value_outside_its_bounds(cells: Cells) -> Iterator[Problem | Unlisted]:
    """A value must be within its field's bounds and match its field's pattern.

    A negative count, or a percentage written with its sign, is always a typing error.
    """
    yield from found(cells, _bounds, _outside)
    # A reference has the form of the key it leads to, and is looked for there, if it can be.
    yield from found(
        cells,
        lambda table, f: _form(f) if f.kind == "reference" and f.references not in _looked_for(cells, table) else None,
        _outside,
    )
    # A printed number of the wrong form is nothing in the typed table.
    yield from _unread(cells, {"verbatim"}, _outside)


_BEGINS_WITH_A_POINT = f"regexp_matches({CELL}, '^-?[.]')"
"""A printed number that this file's own schema doesn't take: a tool that reads it by that schema objects."""


def _bounds(_: LoadedTable, f: Field) -> str | None:
    if f.pattern == PRINTED_AT_FIRST:
        return _BEGINS_WITH_A_POINT
    broken = [
        f"{CELL} < {f.minimum}" if f.minimum is not None else "",
        f"{CELL} > {f.maximum}" if f.maximum is not None else "",
        _form(f) if f.kind not in {"reference", "verbatim"} else "",
    ]
    return " OR ".join(b for b in broken if b) or None


def _form(f: Field) -> str:
    return "" if f.pattern is None else f"NOT regexp_full_match({CELL}, {literal(f.pattern)})"


def _outside(f: Field) -> Any:
    must = [
        FORMS[f.pattern] if f.pattern is not None else "",
        f"at least {f.minimum:g}" if f.minimum is not None else "",
        f"at most {f.maximum:g}" if f.maximum is not None else "",
        f"of at most {LONGEST_PRINTED} characters" if f.kind == "verbatim" else "",
    ]
    words = " and ".join(m for m in must if m)
    return lambda row: f"`{f.name}` is {shown(row[f.name])}; it must be {rewritten(f, str(row[f.name])) or words}"


@counted
def _of_every_table(table: LoadedTable) -> Iterator[str]:
    yield from _nulls(table).values()
    yield from (counting(f, c) for f, c in conditions_of(table, _bounds).items())
    yield from (counting(f, _BEGINS_WITH_A_POINT) for f in table.fields if f.kind == "verbatim")
