"""The cells of a workbook's sheet, row by row, each held to the place where it may stand: once, in order, in a sheet's bounds."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from registry.importing.runs import Runs
from registry.importing.workbook import MOST_IN_SHEET, Workbook, local
from validation.hints import shown

__all__ = [
    "MOST_COLUMNS",
    "MOST_ROWS",
    "Merge",
    "SheetCell",
    "SheetLayout",
    "column_number",
    "letters",
    "read_layout",
    "read_rows",
]

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384  # of a sheet, by Excel
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


class SheetCell(NamedTuple):
    """A cell that holds something: its column from 1, its type and style as they are in the file, its text before it is decoded, or
    ``None`` where a formula has no result; whether it is a formula's; and whether a part of its own text is set ``apart`` from the rest.
    """

    column: int
    kind: str
    style: str
    text: str | None
    formula: bool
    apart: bool = False


class Merge(NamedTuple):
    """Cells that are shown as one."""

    top: int
    left: int
    bottom: int
    right: int
    name: str


@dataclass
class SheetLayout:
    """What a sheet holds about its rows and columns besides the cells: the columns that aren't shown, as ranges, and what is merged, and
    whether any format depends on a condition.
    """

    hidden: list[tuple[int, int]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    conditional: bool = False

    def hides(self, column: int) -> bool:
        return any(first <= column <= last for first, last in self.hidden)


def read_layout(book: Workbook, part: str) -> SheetLayout:
    """The layout alone, for a reader that needs it before the cells: what is merged comes after them."""
    layout = SheetLayout()

    def start(name: str, attributes: dict[str, str]) -> None:
        _lay_out(book, layout, local(name), attributes)

    book.parse(part, start, most=MOST_IN_SHEET)
    return layout


def _lay_out(book: Workbook, layout: SheetLayout, called: str, attributes: dict[str, str]) -> None:
    if called == "col" and _is_hidden(attributes, "width"):
        ends = attributes.get("min", ""), attributes.get("max", "")
        if not all(re.fullmatch("[0-9]{1,5}", end) for end in ends):
            book.refuse("it has a hidden column without a number")
        layout.hidden.append((int(ends[0]), int(ends[1])))
    elif called == "conditionalFormatting":
        layout.conditional = True
    elif called == "mergeCell":
        name = attributes.get("ref", "")
        corners = [_REFERENCE.fullmatch(corner) for corner in name.split(":")]
        if None in corners or len(corners) > 2:
            book.refuse(f"cells are merged as {shown(name)}; that must be names such as B7:B9")
        (left, top), *other = [(column_number(c[1]), int(c[2])) for c in corners if c]
        right, bottom = other[0] if other else (left, top)
        layout.merges.append(Merge(top, left, bottom, right, name))


def read_rows(book: Workbook, part: str, row: Callable[[int, bool, list[SheetCell]], None], layout: SheetLayout) -> None:
    """Call ``row`` with each row's number, whether it is hidden, and those of its cells that hold something, as the row ends. The layout is
    filled on the way: its columns before the first row, what is merged after the last.
    """
    rows = _Rows(book, row, layout)
    book.parse(part, rows.start, rows.end, rows.say, most=MOST_IN_SHEET)


def letters(column: int) -> str:
    """The letters of a column, by its number from 1."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def column_number(name: str) -> int:
    """The number of a column, from 1, by its letters."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _is_hidden(attributes: dict[str, str], size: str) -> bool:
    return attributes.get("hidden", "0") in {"1", "true"} or re.fullmatch(r"0+(\.0*)?", attributes.get(size, "1")) is not None


class _Rows:
    """One pass over the elements of a sheet."""

    def __init__(self, book: Workbook, row: Callable[[int, bool, list[SheetCell]], None], layout: SheetLayout) -> None:
        self.book, self._tell, self._layout = book, row, layout
        self._row = self._column = 0
        self._hidden, self._cells = False, list[SheetCell]()
        self._cell: dict[str, str] | None = None
        self._pieces: list[str] | None = None
        self._within = ""  # what the text that comes is in
        self._aside = self._formula = self._apart = False
        self._runs = Runs()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        called = local(name)
        if self._cell is None:
            if called == "c":
                self._cell, self._pieces, self._formula, self._apart = attributes, None, False, False
                self._move(attributes.get("r"))
            elif called == "row":
                self._begin(attributes)
            else:
                _lay_out(self.book, self._layout, called, attributes)
            return
        self._runs.start(called, attributes)
        match called:
            case "f":
                self._formula = True
            case "v":
                if self._pieces is not None:
                    self._refuse("has two values")
                self._pieces, self._within = [], "v"
            case "is":
                self._pieces = []
            case "rPh":  # how a text is spoken
                self._aside = True
            case "t" if not self._aside and self._pieces is not None:
                self._within = "t"

    def say(self, text: str) -> None:
        if self._within and self._pieces is not None:
            self._pieces.append(text)
            self._apart = self._apart or (self._runs.apart and not text.isspace())

    def end(self, name: str) -> None:
        called = local(name)
        self._runs.end(called)
        if called == self._within:
            self._within = ""
        elif called == "rPh":
            self._aside = False
        elif called == "c" and self._cell is not None:
            cell, self._cell = self._cell, None
            text = None if self._pieces is None else "".join(self._pieces)
            kind = cell.get("t", "n")
            if self._formula and not text and kind != "str":
                text = None  # there is an element for the result, and nothing in it
            if self._formula or text:
                self._cells.append(SheetCell(self._column, kind, cell.get("s", "0"), text, self._formula, self._apart))
        elif called == "row" and self._cell is None:
            self._tell(self._row, self._hidden, self._cells)
            self._cells = []

    def _begin(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r")
        row = self._row + 1 if number is None else int(number) if re.fullmatch("[0-9]{1,7}", number) else 0
        if not self._row < row <= MOST_ROWS:
            self.book.refuse(f"its row {shown(number)} follows row {self._row}; rows go from 1 to {MOST_ROWS:,}, each once")
        self._row, self._column, self._hidden = row, 0, _is_hidden(attributes, "ht")

    def _move(self, reference: str | None) -> None:
        """Move to the next cell, which must follow those before it."""
        row, column = self._row, self._column + 1
        if reference is not None:
            parts = _REFERENCE.fullmatch(reference)
            if parts is None:
                self.book.refuse(f"the name of a cell is {shown(reference)}; it must be a name such as B7")
            row, column = int(parts[2]), column_number(parts[1])
        if row != self._row or not self._column < column <= MOST_COLUMNS:
            self.book.refuse(f"its cell {shown(reference)} is in row {self._row} after column {self._column}")
        self._column = column

    def _refuse(self, why: str) -> None:
        self.book.refuse(f"its cell {letters(self._column)}{self._row} {why}")
