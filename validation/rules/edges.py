"""PKG: how a text cell begins and ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from schemas.sql import literal
from validation.hints import shown
from validation.rule import Problem, Severity, Unlisted, rule
from validation.rules.cells import CELL, conditions_of, found_in, some_row
from validation.subjects import Cells, LoadedTable, counted

if TYPE_CHECKING:
    from schemas.table import Field


@rule(
    "PKG037",
    stage="cells",
    severity=Severity.ERROR,
    fix="Write the cell so that it begins with a letter or a digit.",
    source="OWASP, CSV Injection",
    breaks=[{"sources": {"title": cell}} for cell in ('=HYPERLINK("x")', "+1+1", "-1+1", "@SUM(A1)", "\t=1")],
    keeps=[{"sources": {"title": cell}} for cell in ("A = B", "=", "\nA trial")],
)
def cell_a_spreadsheet_would_run(cells: Cells) -> Iterator[Problem | Unlisted]:
    """No text cell may begin like a spreadsheet formula.

    A spreadsheet would run it when somebody opens the table.
    """
    yield from _found_at_an_edge(cells, _begins_a_formula, _formula)


_SPACE = r"\t\n\r\pZ"
"""White space, of whatever width, within a regular expression's brackets."""

_EDGE = rf"(^|\n)[{_SPACE}=+@-]|[{_SPACE}](\n|$)"
"""What is in the texts of a row, each on lines of its own, where one of them begins or ends in an odd way; and maybe where one has such a line."""


_EDGED = literal(f"^[{_SPACE}]|[{_SPACE}]$")


def _some_edge(table: LoadedTable) -> Iterator[str]:
    """SQL: in how many rows a text may begin like a formula, or begin or end with white space."""
    yield from some_row(table, lambda texts: f"regexp_matches({texts}, {literal(_EDGE)})", _texts)


def _texts(fields: Sequence[Field]) -> list[Field]:
    return [f for f in fields if f.kind == "text"]


def _found_at_an_edge(
    cells: Cells, condition: Callable[[LoadedTable, Field], str | None], message: Callable[[Field], Any]
) -> Iterator[Problem | Unlisted]:
    """The cells of which a condition about their edges is true: each column is looked at only where some row may have such a cell."""
    for table in cells.tables.values():
        if any(cells.totals(table, _some_edge(table))):
            yield from found_in(cells, table, conditions_of(table, condition), message)


def _begins_a_formula(_: LoadedTable, f: Field) -> str | None:
    return _FORMULA if f.kind == "text" else None


# A sign alone, such as the comparator `=`, runs nothing; tabs and line ends before one are passed over.
_FORMULA = f"left(ltrim({CELL}, chr(9) || chr(10) || chr(13)), 1) IN ('=', '+', '-', '@') AND {CELL} <> '='"


def _formula(f: Field) -> Any:
    return lambda row: f"`{f.name}` is {shown(row[f.name])}, which a spreadsheet would run as a formula"


@rule(
    "PKG050",
    stage="cells",
    severity=Severity.WARNING,
    fix="Remove the white space.",
    source="registry convention",
    breaks=[
        {"sources": {"title": cell}}
        for cell in (" A trial", "A trial ", "\nA trial", "A trial\t", "\u00a0A trial", "A trial\u2009")
    ],
    keeps=[{"sources": {"title": cell}} for cell in ("A trial", "A  trial\nin two lines")],
)
def cell_edged_by_white_space(cells: Cells) -> Iterator[Problem | Unlisted]:
    """No text cell may begin or end with white space.

    Nobody sees it, and two names that differ in it alone aren't found to be one.
    """
    yield from _found_at_an_edge(cells, _edged, _with_edges)


def _edged(_: LoadedTable, f: Field) -> str | None:
    # A formula is said to be one, and no more.
    return f"regexp_matches({CELL}, {_EDGED}) AND NOT ({_FORMULA})" if f.kind == "text" else None


def _with_edges(f: Field) -> Any:
    return lambda row: f"`{f.name}` is {shown(row[f.name])}, which begins or ends with white space"


@counted
def _of_every_table(table: LoadedTable) -> Iterator[str]:
    yield from _some_edge(table)
