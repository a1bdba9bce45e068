"""PKG: cells that tell who somebody is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from validation.identifying import has_a_sign, tells_of_a_person
from validation.rule import Problem, Severity, Unlisted, rule
from validation.rules.cells import CELL, conditions_of, counting, found, found_in, some_row
from validation.subjects import Cells, LoadedTable, counted

if TYPE_CHECKING:
    from schemas.table import Field


@rule(
    "PKG038",
    stage="cells",
    severity=Severity.ERROR,
    fix="Remove it, in every earlier version too, and inform the person who gave you the data.",
    source="ICH E6(R2) 2.11; HIPAA Safe Harbor, 45 CFR 164.514(b)(2)",
    breaks=[{"participants": {"age": "93"}}]
    + [
        {"sources": {"title": text}}
        for text in (
            "Ask jane.doe@example.org",
            "call +44 20 7946 0958",
            "(020) 7946-0958",
            "555-123-4567",
            "0049 30 1234567",
            "born 12 March 1931",
            "born 1950-01-02",
            "a woman aged 94",
            "93-year-old",
        )
    ],
    keeps=[{"participants": {"age": "89"}}]
    + [
        {"sources": {"title": text}}
        for text in (
            "STAR*D @ 12 weeks",
            "2019;76:893-903",
            "10.1016/S0140-6736(09)60046-5",
            "18 to 95 years old",
            "aged 90 or over",
        )
    ],
)
def cell_identifies_a_person(cells: Cells) -> Iterator[Problem | Unlisted]:
    """No cell may hold an e-mail address, a telephone number, a birth date or an age over 89.

    Participants agreed to be counted, not to be found. The rule searches texts for: a name, `@` and a domain; a telephone number that begins
    with `+` or `00` and a country code, or with a zero, or is written as in North America; a day or month after `born`, `birth` or `DOB`; and
    an age over 89 after `aged`, or before `years old` or `years of age`, unless it is a trial's age limit. In `participants` it checks `age`.
    It ignores statements about groups, numbers of protocols, grants and books, and web addresses.
    """
    yield from found(cells, _is_over_89, _too_old)
    for table in cells.tables.values():
        if any(cells.totals(table, some_row(table, has_a_sign))):
            yield from found_in(cells, table, dict.fromkeys(table.prose, tells_of_a_person(CELL)), _identifies)


def _is_over_89(table: LoadedTable, f: Field) -> str | None:
    return f"{CELL} > 89" if (table.name, f.name) == ("participants", "age") else None


def _too_old(f: Field) -> Any:
    return lambda _: f"`{f.name}` holds an age over 89; nothing in a package may identify a person"


def _identifies(f: Field) -> Any:
    what = "what looks like an e-mail address, a telephone number, a birth date or an age over 89"
    return lambda _: f"`{f.name}` holds {what}; nothing in a package may identify a person"


@counted
def _of_every_table(table: LoadedTable) -> Iterator[str]:
    yield from some_row(table, has_a_sign)
    yield from (counting(f, c) for f, c in conditions_of(table, _is_over_89).items())
