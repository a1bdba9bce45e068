"""Reading a sheet of an XLSX file as text, and refusing what isn't there as text or plain numbers.

Only the columns that the mapping names are read. In them, a date's cell holds a number of days that a display format turns into a
date (``1-2`` becomes one all by itself), a percentage's holds a fraction, and a hidden row is seen by nobody: each is refused with
the cells' names instead of being guessed, or read as the mapping says.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

from registry.importing.bounds import MOST_CELLS_OF_SHEET, MOST_COLUMNS
from registry.importing.cell_texts import Texts
from registry.importing.cells import SheetCell, SheetLayout, letters, read_layout, read_rows
from registry.importing.conditional_formats import read_conditions
from registry.importing.header import column_names
from registry.importing.mapping import Input
from registry.importing.number_formats import DATE, PERCENT, read_styles
from registry.importing.problems import ImportProblem, listed, ranges
from registry.importing.runs import APART
from registry.importing.workbook import Workbook
from validation.hints import shortened

__all__ = ["SheetRows", "read_sheet"]

_MOST_TOLD = 8
_UNCOMPUTED, _HIDDEN, _COVERED = "a formula without a result", "hidden", "under a merged cell"
_CONDITIONAL = "may be shown otherwise by a conditional format"
_ADVICE = {
    "an error": "If an error means an empty cell, list its text under the input's `missing`, such as `missing: ['#REF!']`.",
    PERCENT: "A cell that is shown as 59.4% holds 0.594: write `percent: of-100` in the input to read 59.4, or `percent: fraction` to read 0.594.",
    _UNCOMPUTED: "Open the workbook in a spreadsheet program and save it: then it holds what its formulas give.",
    _HIDDEN: "Show or delete them; or write `hidden: read` in the input to read them too.",
    _COVERED: "Unmerge the cells.",
    _CONDITIONAL: "Clear the rule of the conditional format, and write what it shows as text.",
    APART: "A footnote's mark, or a digit that is struck out, would become a part of the figure: delete it, and format the rest as plain text.",
}
_OTHERWISE = "Write dates, times and numbers as text, as they are shown (2015-01-31)."


@dataclass
class SheetRows:
    """A sheet as text: the names of all its columns, the cells of those that were asked for, by their places in that list, the
    number of each row that holds anything, counted from the one below the header, and notes.
    """

    names: list[str] = field(default_factory=list)
    cells: dict[int, list[str | None]] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_sheet(path: Path, spec: Input, wanted: Collection[str], *, strict: bool = True) -> SheetRows:
    """The sheet of an input: the only one, where none is named. ``wanted`` are names of columns in small letters.
    Cells that can't be taken are refused, or, if it isn't ``strict``, noted and empty.

    A number's text has the digits that are stored, at most 15: what Excel shows as ``60.0`` is stored as ``60``. Raises ``ImportProblem``.
    """
    with Workbook.open(path) as book:
        name = book.chosen(spec.sheet)
        part = book.sheets[name]
        layout = read_layout(book, part) if len(spec.header) > 1 else SheetLayout()
        reading = _Reading(book, spec, wanted, layout)
        read_rows(book, part, reading.row, SheetLayout() if len(spec.header) > 1 else layout)
        if layout.conditional:
            reading.look_again(part)
        return reading.finished(name, strict=strict)


class _Reading:
    """One reading of a sheet: first the header's rows, which tell the columns to be read, then the others."""

    def __init__(self, book: Workbook, spec: Input, wanted: Collection[str], layout: SheetLayout) -> None:
        self.book, self.spec, self.wanted, self.layout = book, spec, wanted, layout
        self.texts, self.styles = Texts(book), read_styles(book)
        self.sheet = SheetRows()
        self.header: dict[int, dict[int, str]] = {}
        self.last_of_header = spec.header[-1] if spec.header else 0
        self.columns: dict[int, int] | None = None  # of the sheet, to their places; none before the header is read
        self._odd: dict[str, list[str]] = {}
        self._told = 0
        self._formulas: dict[int, list[str]] = {}
        self._hidden_rows: list[int] = []
        self._width = 0
        self._same: dict[str, str] = {}

    def row(self, number: int, hidden: bool, cells: list[SheetCell]) -> None:
        if self.columns is None:
            if not self.last_of_header and cells:
                self.last_of_header = number
            if number <= self.last_of_header:
                if number in self.spec.header or not self.spec.header:
                    self.header[number] = {cell.column: self.texts.of(number, cell) for cell in cells if cell.text is not None}
                return
            self._name_columns()
        headings = [text for row in self.header.values() for text in row.values() if text.strip()]
        if not self.columns and self.wanted and len(headings) == 1 and len(cells) > 1:
            self._refuse(
                f"row {self.last_of_header} of the sheet, `{shortened(headings[0])}`, has no column that the mapping names. "
                f"Write `header_row: {number}` in the input if the header is in row {number}"
            )
        if cells:
            self._read(number, hidden, cells)

    def finished(self, name: str, *, strict: bool) -> SheetRows:
        """The sheet, unless a cell that is wanted can't be taken as it is."""
        if self.columns is None:
            self._name_columns()
        self._cover()
        if self._odd and strict:
            self._refuse(self._odd_cells(name))
        elif self._odd:
            self.sheet.notes.append(self._odd_cells(name))
        sheet, said = self.sheet, self.sheet.notes
        while len(sheet.names) > self._width and not any(sheet.cells.get(len(sheet.names) - 1, ())):
            sheet.cells.pop(len(sheet.names) - 1, None)  # nothing is in this column, be its name in the mapping or not
            sheet.names.pop()
        for column, where in self._formulas.items():
            said.append(
                f"column `{self._name(column)}` has formulas ({_some(where)}): what they gave when the workbook was saved is read"
            )
        if self._hidden_rows:
            said.append(f"hidden rows are read: {ranges(self._hidden_rows, 20)} of the sheet")
        if hidden := [self._name(c) for c, n in (self.columns or {}).items() if n in sheet.cells and self.layout.hides(c)]:
            said.append(f"hidden columns are read: {listed(hidden)}")
        if name in self.book.hidden:
            said.append(f"the sheet `{name}` is hidden")
        if sheet.numbers and (empty := sorted(set(range(1, sheet.numbers[-1])) - set(sheet.numbers))):
            said.append(f"rows without anything in the columns that the mapping names are passed over: {ranges(empty, 20)}")
        return sheet

    def _name_columns(self) -> None:
        if not any(text for cells in self.header.values() for text in cells.values()):
            where = (
                f"row {ranges(self.spec.header)} of the sheet, which is to be the header," if self.spec.header else "the sheet"
            )
            self._refuse(f"{where} is empty. It must have a header and rows")
        names = self._headings()
        self._width = len(names)
        beyond = [int(n[1]) for name in self.wanted if (n := re.fullmatch(r"column_([1-9][0-9]{0,3})", name))]
        names += [""] * (max([n for n in beyond if n <= MOST_COLUMNS], default=0) - len(names))
        self.sheet.names, self.sheet.notes = column_names(names, self.book.path)
        self.columns = {n: n - 1 for n, name in enumerate(self.sheet.names, 1) if name.casefold() in self.wanted}
        self.sheet.cells = {place: [] for place in self.columns.values()}
        if self.spec.hidden != "read":
            for column in self.columns:
                if self.layout.hides(column):
                    self._tell(_HIDDEN, f"column {letters(column)}")

    def _headings(self) -> list[str]:
        """The header of each column, from the first, joined by spaces: a heading stands over all that it is merged with."""
        rows = []
        for number, cells in sorted(self.header.items()):
            row = dict(cells)
            for merge in self.layout.merges if number != self.last_of_header else ():
                if merge.top <= number <= merge.bottom and merge.left in cells:
                    row |= dict.fromkeys(range(merge.left, merge.right + 1), cells[merge.left])
            rows.append(row)
        width = max(column for cells in self.header.values() for column, text in cells.items() if text)
        if len(rows) == 1:
            return [rows[0].get(column, "") for column in range(1, width + 1)]
        return [" ".join(text for row in rows if (text := row.get(c, "").strip())) for c in range(1, width + 1)]

    def _read(self, number: int, hidden: bool, cells: list[SheetCell]) -> None:
        columns, held = self.columns or {}, self.sheet
        texts = {columns[cell.column]: self._taken(number, cell) for cell in cells if cell.column in columns}
        if not texts:
            return
        if hidden and self.spec.hidden != "read":
            self._tell(_HIDDEN, f"row {number}")
        elif hidden:
            self._hidden_rows.append(number)
        held.numbers.append(number - self.last_of_header)
        for place, column in held.cells.items():
            column.append(texts.get(place))
        if len(held.numbers) * len(held.cells) > MOST_CELLS_OF_SHEET:
            raise ImportProblem(
                f"{self.book.path}: by row {number} the sheet has {len(held.numbers) * len(held.cells):,} cells in the columns that the "
                f"mapping names; at most {MOST_CELLS_OF_SHEET:,} are allowed. Export the sheet as CSV."
            )

    def _taken(self, row: int, cell: SheetCell) -> str | None:
        """The text of a cell that is wanted, unless it holds something else than is seen."""
        where = f"{letters(cell.column)}{row}"
        if cell.text is None or (cell.formula and self.book.uncomputed):
            self._tell(_UNCOMPUTED, where)
            return None
        if cell.kind == "e":
            if cell.text not in self.spec.missing:
                self._tell("an error", where, cell.text)
            return None
        why = DATE if cell.kind == "d" else self.styles.disguise(cell) or (APART if self.texts.apart(cell) else "")
        if why and not (why == PERCENT and self.spec.percent):
            self._tell(why, where)
            return None
        if cell.formula:
            self._formulas.setdefault(cell.column, []).append(where)
        text = self.texts.of(row, cell)
        if why == PERCENT and self.spec.percent == "of-100":
            text = format(Decimal(text).scaleb(2).normalize(), "f")
        if cell.kind == "n":
            text = self.spec.as_of_text(text)
        return self._same.setdefault(text, text)

    def look_again(self, part: str) -> None:
        """See to cells that a conditional format may show as something else. Those come after the rows."""
        conditions = read_conditions(self.book, part, self.styles)
        places = {number + self.last_of_header: n for n, number in enumerate(self.sheet.numbers)}
        columns = self.columns or {}

        def row(number: int, _: bool, cells: list[SheetCell]) -> None:
            for cell in cells if number in places else ():
                held = self.sheet.cells[columns[cell.column]] if cell.column in columns else None
                if held is None or held[places[number]] is None:
                    continue
                own = self.styles.disguise(cell)
                if any(condition.disguise(number, cell) not in {"", own} for condition in conditions):
                    self._tell(_CONDITIONAL, f"{letters(cell.column)}{number}")
                    held[places[number]] = None

        if conditions:
            read_rows(self.book, part, row, SheetLayout())

    def _refuse(self, why: str) -> NoReturn:
        raise ImportProblem(f"{self.book.path}: {why}.")

    def _cover(self) -> None:
        """See to cells that are shown as one: the first has the value, and a value in the others is seen by nobody."""
        places = {number + self.last_of_header: n for n, number in enumerate(self.sheet.numbers)}
        columns, told = self.columns or {}, []
        for merge in self.layout.merges:
            inside = [c for c in columns if merge.left <= c <= merge.right]
            rows = [
                r
                for r in range(max(merge.top, self.last_of_header + 1), min(merge.bottom, max(places, default=0)) + 1)
                if r in places
            ]
            if not inside or not rows or (merge.top, merge.left) == (merge.bottom, merge.right):
                continue
            told.append(merge.name)
            first = None
            if merge.left in columns and merge.top in places:
                first = self.sheet.cells[columns[merge.left]][places[merge.top]]
            for column in inside:
                cells = self.sheet.cells[columns[column]]
                for row in rows:
                    if (row, column) == (merge.top, merge.left):
                        continue
                    if cells[places[row]] is not None:
                        self._tell(_COVERED, f"{letters(column)}{row}")
                    elif self.spec.merged == "repeat":
                        cells[places[row]] = first
        if told and self.spec.merged == "repeat":
            self.sheet.notes.append(f"merged cells ({_some(told)}): each has the value that is shown")
        elif told:
            self.sheet.notes.append(
                f"merged cells ({_some(told)}): the first of each has the value and the others are empty; "
                "with `merged: repeat` in the input each has it"
            )

    def _name(self, column: int) -> str:
        return self.sheet.names[(self.columns or {})[column]]

    def _tell(self, why: str, where: str, what: str = "") -> None:
        self._told += 1
        found = self._odd.setdefault(why, [])
        if sum(map(len, self._odd.values())) < _MOST_TOLD or not found:
            found.append(f"{where} ({why}{f', {what}' if what else ''})")

    def _odd_cells(self, name: str) -> str:
        odd = [where for found in self._odd.values() for where in found]
        more = f" and {self._told - len(odd)} more" if self._told > len(odd) else ""
        advice = dict.fromkeys(_ADVICE.get(why, _OTHERWISE) for why in self._odd)
        return (
            f"the sheet `{name}` has cells, in columns that the mapping names, that are neither plain text nor plain numbers, or that "
            f"nobody sees: {listed(odd, len(odd))}{more}. {' '.join(advice)} If you change the workbook, give its new sha256 in the mapping"
        )


def _some(where: list[str]) -> str:
    return ", ".join(where[:_MOST_TOLD]) + (f" and {len(where) - _MOST_TOLD} more" if len(where) > _MOST_TOLD else "")
