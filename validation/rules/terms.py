"""TRM: terms that a package proposes to a vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from schemas.proposing import PROPOSABLE, columns, holding
from schemas.sql import identifier, literal
from schemas.tables import TABLES
from schemas.vocabulary import VOCABULARIES
from validation.hints import asked_for, named, shown
from validation.proposed import MOST_TERMS, TERMS, faults_of
from validation.rule import Problem, Severity, Unlisted, rule
from validation.subjects import Cells, LoadedTable

if TYPE_CHECKING:
    import polars as pl

_DEFINITION = {
    "vocabulary": "definitions",
    "id": "x.remission.madrs.le8",
    "label": "MADRS ≤ 8",
    "outcome": "remission",
    "instrument_id": "madrs",
    "comparator": "<=",
    "threshold": "8",
    "ascertainment": "point",
    "description": "MADRS total of 8 or less at the visit.",
    "source": "10.1000/xyz123",
}
_TREATMENT = {
    "vocabulary": "treatments",
    "id": "x.arketamine",
    "label": "Arketamine",
    "class_id": "nmda-antagonist",
    "routes": "intravenous",
    "description": "The R-enantiomer of ketamine.",
    "source": "10.1000/xyz123",
}
_ABOUT = {"vocabulary", "id", "label", "description", "source"}
"""Columns that every proposed term fills."""


@rule(
    "TRM001",
    stage="terms",
    severity=Severity.ERROR,
    fix="Correct the row; `outcomes vocab NAME` shows how adopted terms fill the columns.",
    source="schemas/vocabulary_models.py, which the vocabularies obey",
    breaks=[
        {"terms": [{**_DEFINITION, "threshold": ""}]},
        {"terms": [{**_DEFINITION, "ascertainment": "at the end"}]},
        {"terms": [{**_TREATMENT, "routes": "by mouth"}]},
    ],
    keeps=[{"terms": [_DEFINITION]}, {"terms": [_TREATMENT]}],
)
def proposed_term_breaks_its_vocabulary(cells: Cells) -> Iterator[Problem | Unlisted]:
    """A proposed term must obey the model of its vocabulary.

    It is used as an adopted term is, and it may become one.
    """
    for table, vocabulary, rows in _proposed(cells):
        faults = [f for f in faults_of(vocabulary, rows) if f.row is not None]
        said = [(rows.row(f.row, named=True), str(f.column), f"{_value(f.found)}; {f.must}") for f in faults if f.row is not None]
        yield from _listed(table, ((row, column, f"`{column}` is {what}") for row, column, what in said), cells.limit)


@rule(
    "TRM002",
    stage="terms",
    severity=Severity.ERROR,
    fix="Empty the cell, or correct `vocabulary`.",
    source="The registry's vocabularies, docs/dictionary.md",
    breaks=[{"terms": [{**_TREATMENT, "threshold": "8"}]}, {"terms": [{**_DEFINITION, "items": "10"}]}],
    keeps=[{"terms": [_DEFINITION, _TREATMENT]}],
)
def cell_of_another_vocabulary(cells: Cells) -> Iterator[Problem | Unlisted]:
    """A proposed term must leave empty what its vocabulary has no column for.

    Nothing reads such a cell, so it says something that doesn't count.
    """
    for table, vocabulary, rows in _proposed(cells):
        others = [f.name for f in TABLES[TERMS].fields() if f.name not in _ABOUT | set(columns(vocabulary).values())]
        yield from _listed(
            table,
            (
                (row, column, f"`{column}` is {_value(row[column])}; `{vocabulary}` has no such column, so it must be empty")
                for row in rows.iter_rows(named=True)
                for column in others
                if row[column] is not None
            ),
            cells.limit,
        )


@rule(
    "TRM003",
    stage="terms",
    severity=Severity.WARNING,
    fix="Use the adopted term; or say in label and description what is different.",
    source="The registry's vocabularies, docs/dictionary.md",
    breaks=[
        {"terms": [{**_TREATMENT, "id": "x.zoloft", "label": "Zoloft"}]},
        {"terms": [{**_DEFINITION, "id": "x.low-madrs", "label": "Low score", "threshold": "10"}]},
    ],
    keeps=[{"terms": [_DEFINITION, _TREATMENT]}],
)
def proposed_term_is_adopted(cells: Cells) -> Iterator[Problem | Unlisted]:
    """A proposed term must say what no adopted term says.

    Nothing is pooled with a proposed term, so figures under a second name for the same thing are kept from those that they belong to.
    """
    from schemas.lookup import meant

    for table, vocabulary, rows in _proposed(cells):
        said = []
        for row in rows.iter_rows(named=True):
            same = [*meant(str(row["id"]).removeprefix("x."), vocabulary), *meant(row["label"], vocabulary), *_same_rule(row)]
            if same:
                hint = asked_for(list(dict.fromkeys(same))[:3])
                said.append((row, "id", f"{named(str(row['id']))} says what a term of `{vocabulary}` says; {hint}"))
        yield from _listed(table, said, cells.limit)


@rule(
    "TRM004",
    stage="terms",
    severity=Severity.NOTE,
    fix="Remove the row, or use the term.",
    source="registry convention",
    breaks=[{"terms": [_DEFINITION]}],
    keeps=[{"terms": [_TREATMENT], "arms": {"treatment_id": "x.arketamine", "route": "intravenous"}}],
)
def proposed_term_unused(cells: Cells) -> Iterator[Problem | Unlisted]:
    """A proposed term must be used in the package.

    A term that no cell holds has nothing to show that it is needed.
    """
    for table, vocabulary, rows in _proposed(cells):
        used = _used(cells, vocabulary)
        unused = (row for row in rows.iter_rows(named=True) if row["id"] not in used)
        yield from _listed(
            table, ((row, "id", f"{named(str(row['id']))} is in no cell of the package") for row in unused), cells.limit
        )


@rule(
    "TRM005",
    stage="terms",
    severity=Severity.ERROR,
    fix="Propose the terms to the registry's vocabularies in a pull request of their own.",
    source="registry convention",
    breaks=[{"terms": "{header}\n" + "".join(f"treatments,x.drug-{n}{',' * 33}\n" for n in range(MOST_TERMS + 1))}],
    keeps=[{"terms": [_TREATMENT]}],
)
def too_many_proposed_terms(cells: Cells) -> Iterator[Problem | Unlisted]:
    """A package must not propose more than 1,000 terms.

    The rest are not looked at. So many terms are a vocabulary of their own.
    """
    table = cells.tables.get(TERMS)
    if table is not None and table.text.rows > MOST_TERMS:
        yield Problem(f"`terms` has {table.text.rows:,} rows; at most {MOST_TERMS:,} are allowed", file=table.file, column="id")


def _proposed(cells: Cells) -> Iterator[tuple[LoadedTable, str, pl.DataFrame]]:
    """The proposed terms of each vocabulary, as typed rows with their ``_line``."""
    table = cells.tables.get(TERMS)
    if table is None or not {"vocabulary", "id"} <= table.present:
        return
    fields = ", ".join(["_line", *(f"{identifier(f.name)}::{f.duckdb_type} AS {identifier(f.name)}" for f in table.fields)])
    for vocabulary in PROPOSABLE:
        rows = f"SELECT {fields} FROM {table.rows} WHERE vocabulary = {literal(vocabulary)} ORDER BY _line LIMIT {MOST_TERMS}"
        frame = cells.room.frame(rows)
        if frame.height:
            yield table, vocabulary, frame


def _listed(table: LoadedTable, said: Iterable[tuple[dict[str, Any], str, str]], limit: int) -> Iterator[Problem | Unlisted]:
    """Problems: of each the row, the column and what is wrong; as many as are listed."""
    every = iter(said)
    for row, column, message in islice(every, limit):
        key = {name: row[name] for name in table.key if row[name] is not None}
        yield Problem(message, file=table.file, line=row["_line"], column=column, key=key)
    if more := sum(1 for _ in every):
        yield Unlisted(more)


def _value(found: object) -> str:
    return "empty" if found is None or found == "null" else shown(found)


def _same_rule(row: dict[str, Any]) -> list[str]:
    """The adopted definitions that count the same people, of a definition with a rule."""
    if row["vocabulary"] != "definitions" or (row["threshold"] is None and row["percent_reduction"] is None):
        return []
    told = ("label", "comparability_class", "description", "source")
    compared = {c: held for c, held in columns("definitions").items() if held != "id" and c not in told}
    return [term for term, rule in _rules() if all(rule[c] == row[held] for c, held in compared.items())]


@cache
def _rules() -> tuple[tuple[str, dict[str, Any]], ...]:
    """The adopted definitions, typed."""
    from schemas.vocabulary_frames import frame

    return tuple((row[VOCABULARIES["definitions"].key], row) for row in frame("definitions").iter_rows(named=True))


def _used(cells: Cells, vocabulary: str) -> set[str]:
    """The proposed terms in the package's cells, those of ``terms`` among them."""
    held = holding(vocabulary)
    asked = [
        f"SELECT DISTINCT {identifier(f.name)}::VARCHAR AS term FROM {table.rows} WHERE starts_with({identifier(f.name)}::VARCHAR, 'x.')"
        for table in cells.tables.values()
        for f in table.fields
        if f.vocabulary in held
    ]
    return {row["term"] for row in cells.select(" UNION ".join(asked))} if asked else set()
