"""PKG: what a spreadsheet or a web page made of a text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import unescape
from html.entities import name2codepoint
from typing import TYPE_CHECKING, Any

from schemas.sql import literal
from validation.hints import shortened
from validation.rule import Problem, Severity, Unlisted, rule
from validation.rules.cells import CELL, counting, found_in, some_row
from validation.subjects import Cells, LoadedTable, counted

if TYPE_CHECKING:
    from schemas.table import Field


@rule(
    "PKG049",
    stage="cells",
    severity=Severity.WARNING,
    fix="Copy the label from the source again, into a column that the spreadsheet keeps as text.",
    source="Ziemann, Eren & El-Osta 2016, Genome Biology 17:177 (names turned into dates by spreadsheets)",
    breaks=[
        {"sources": {"title": title}}
        for title in (
            "1990-03-01",
            "1990-03-01 00:00:00",
            "Mar-90",
            "1-Mar",
            "01/03/1990",
            "3/1/90",
            "#REF!",
            "Study #N/A",
            "#NAME?",
            "1E+05",
        )
    ],
    keeps=[
        {"sources": {"title": title}}
        for title in (
            "March 1990",
            "A trial of 1990-03-01",
            "Study 1-2",
            "10/20 mg",
            "GSK 29060/785",
            "SPRAVATO 1E-5",
            "1990",
            "May 2004",
            "#3",
        )
    ],
)
def label_is_a_date_or_an_error(cells: Cells) -> Iterator[Problem | Unlisted]:
    """No label or title may be a date or a number, and no text an error, that a spreadsheet made of something else.

    A spreadsheet takes `March1990` and `1-3` for days and `1E5` for a number, and writes `#REF!` where what it looked up is gone. The name is then lost.
    """
    for table in cells.tables.values():
        yield from found_in(cells, table, dict.fromkeys(_labels(table), _IS_DATE), _of_spreadsheet)
        if any(cells.totals(table, some_row(table, _having(_HASH)))):
            yield from found_in(cells, table, dict.fromkeys(table.prose, _IS_ERROR), _of_spreadsheet)


@counted
def _asked_of_labels(table: LoadedTable) -> Iterator[str]:
    yield from (counting(f, _IS_DATE) for f in _labels(table))


@counted
def _asked_of_words(table: LoadedTable) -> Iterator[str]:
    for sign in _SIGNS:
        yield from some_row(table, _having(sign))


def _labels(table: LoadedTable) -> list[Field]:
    return [f for f in table.prose if f.name in {"label", "title"}]


_SIGNS = _HASH, _AMPERSAND = "#", "&"
"""What few texts have, and all that are looked at closely."""


def _having(sign: str) -> Callable[[str], str]:
    return lambda text: f"contains({text}, {literal(sign)})"


_ERROR = r"(^|[^\w&])#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)"
_MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_DATE = (
    r"[12]\d{3}-[01]\d-[0-3]\d([ T][0-2]\d:[0-5]\d(:[0-5]\d)?)?"
    rf"|{_MONTH}-\d{{2}}|\d{{1,2}}-{_MONTH}(-(\d{{2}}|\d{{4}}))?"
    r"|[0-3]?\d[/.][0-3]?\d[/.](\d{2}|[12]\d{3})"
    r"|\d([.,]\d+)?E[+-]\d{2,}"
)
"""A cell that is a day or a power of ten and nothing else, as spreadsheets write it."""

_IS_DATE = f"regexp_full_match(trim({CELL}), {literal(_DATE)}, 'i')"
_IS_ERROR = f"regexp_matches({CELL}, {literal(_ERROR)})"


def _of_spreadsheet(f: Field) -> Any:
    return lambda row: f"`{f.name}` ({shortened(row[f.name])}) is a date, a number or an error that a spreadsheet made"


_NAMES = "|".join(sorted(name2codepoint))
_REFERENCE = f"regexp_matches({CELL}, {literal(f'&(#[0-9]{{1,7}}|#[xX][0-9a-fA-F]{{1,6}}|{_NAMES});')})"


@rule(
    "PKG054",
    stage="cells",
    severity=Severity.WARNING,
    fix="Write the character itself.",
    source="HTML Living Standard, section 13.5 (named character references)",
    breaks=[{"sources": {"title": title}} for title in ("M&uuml;ller 2004", "SSRIs &amp; ketamine", "&#8805; 50%", "&#xFC;ber")],
    keeps=[{"sources": {"title": title}} for title in ("Müller & al.; 2004", "R&D; other work", "&copy without an end")],
)
def cell_from_a_web_page(cells: Cells) -> Iterator[Problem | Unlisted]:
    """No text cell may hold a character as a web page writes it, such as `&uuml;` for ü.

    Outside a page nothing turns it back: a search for the name doesn't find it, and a page shows it as it is here.
    """
    for table in cells.tables.values():
        if any(cells.totals(table, some_row(table, _having(_AMPERSAND)))):
            yield from found_in(cells, table, dict.fromkeys(table.prose, _REFERENCE), _of_a_page)


def _of_a_page(f: Field) -> Any:
    return lambda row: f"`{f.name}` ({shortened(row[f.name])}) is written for a web page: {shortened(unescape(row[f.name]))}"
