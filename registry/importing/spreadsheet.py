"""Reading a sheet of an XLSX file as text, and refusing what isn't there as text or plain numbers.

A formula's cell holds whatever a program last computed, and a date's holds a number of days that a display
format turns into a date (``1-2`` becomes one all by itself). Both are refused with the cells' names instead
of being guessed.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from registry.importing.bounds import MOST_CELLS_OF_SHEET
from registry.importing.problems import ImportProblem, listed
from registry.importing.workbook import MOST_IN_OTHERS, MOST_IN_SHEET, MOST_IN_TEXTS, Workbook
from validation.hints import shown

if TYPE_CHECKING:
    import polars as pl

__all__ = ["read_sheet"]

DATE_FORMATS = {str(n) for n in (*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59))}  # ECMA-376 part 1, 18.8.30
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384  # of a sheet, by Excel
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_MOST_TOLD = 8


def read_sheet(path: Path, sheet: str | None, scratch: Path) -> pl.DataFrame:
    """The cells of a sheet as text, the header among them as the first row; the only sheet where none is
    named.

    A number's text is the shortest that gives the stored number: what Excel shows as ``60.0`` is stored as
    ``60``. Raises ``ImportProblem``.
    """
    import fastexcel

    plain = scratch / "sheet.xlsx"
    with Workbook.open(path) as book:
        name = book.chosen(sheet)
        cells = _Cells(book, _date_styles(book))
        book.parse(book.sheets[name], cells.start, cells.end, most=MOST_IN_SHEET)
        if cells.odd:
            raise ImportProblem(
                f"{path}: the sheet `{name}` has cells that are neither text nor plain numbers: "
                f"{listed(cells.odd)}{cells.more}. Paste formulas as values, write dates as text (2015-01-31) and unmerge "
                "cells, or export the sheet as CSV; then give the new file's sha256 in the mapping."
            )
        _check_texts(book)
        book.alone(book.sheets[name], plain)
    try:
        return fastexcel.read_excel(plain).load_sheet(0, header_row=None, dtypes="string").to_polars()
    except fastexcel.FastExcelError as error:
        book.refuse(str(error).partition("\n")[0])
    finally:
        plain.unlink()


def _check_texts(book: Workbook) -> None:
    """Hold the texts that cells share to the number of the cells that there may be."""
    found = 0

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal found
        found += name.rpartition(":")[2] == "si"
        if found > MOST_CELLS_OF_SHEET:
            book.refuse(f"its cells share over {MOST_CELLS_OF_SHEET:,} texts")

    if book.texts is not None:
        book.parse(book.texts, start, most=MOST_IN_TEXTS)


def _date_styles(book: Workbook) -> set[str]:
    """The numbers of the cell styles that show a number as a date, a time or a span of time."""
    formats, dates = set(DATE_FORMATS), set()
    within, count = False, 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal within, count
        local = name.rpartition(":")[2]
        number = attributes.get("numFmtId", "0").strip().lstrip("0")
        if local == "numFmt" and _is_date(attributes.get("formatCode", "")):
            formats.add(number)
        elif local == "cellXfs":
            within = True
        elif local == "xf" and within:
            if number in formats:
                dates.add(str(count))
            count += 1

    def end(name: str) -> None:
        nonlocal within
        within = within and name.rpartition(":")[2] != "cellXfs"

    if book.styles is not None:
        book.parse(book.styles, start, end, most=MOST_IN_OTHERS)
    return dates


def _is_date(code: str) -> bool:
    """Whether a format shows a date or a time. What is in brackets is a colour or a condition, unless it is a span: ``[h]``."""
    shown = re.sub(r'"[^"]*"|\\.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', "", code.lower())
    return re.search("[ymdhs]", shown.replace("general", "")) is not None


class _Cells:
    """One pass over the elements of a sheet: which cells are odd, and whether the others stand where cells may stand, each once
    and in order, within a rectangle that isn't too large. A reader makes all the cells in it, filled or not.
    """

    def __init__(self, book: Workbook, dates: set[str]) -> None:
        self.book, self.dates = book, dates
        self.odd: list[str] = []
        self._told = 0
        self._row = self._column = 0
        self._cell: dict[str, str] | None = None
        self._where = ""
        self._held: set[str] = set()
        self._left, self._right, self._top = MOST_COLUMNS, 1, 0

    @property
    def more(self) -> str:
        return f" and {self._told - len(self.odd)} more" if self._told > len(self.odd) else ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if self._cell is not None:
            if local in {"f", "v", "is"}:
                self._held.add(local)
        elif local == "c":
            self._cell, self._held = attributes, set()
            self._move(attributes.get("r"))
        elif local == "row":
            self._begin(attributes.get("r"))
        elif local == "mergeCell":
            self._tell(attributes.get("ref", "?"), "merged")

    def end(self, name: str) -> None:
        if self._cell is None or name.rpartition(":")[2] != "c":
            return
        cell, self._cell = self._cell, None
        kind = cell.get("t", "n")
        if "f" in self._held:
            self._tell(self._where, "a formula")
        elif kind == "e":
            self._tell(self._where, "an error")
        elif "v" in self._held and (kind == "d" or (kind == "n" and cell.get("s", "0") in self.dates)):
            self._tell(self._where, "a date")
        if self._held:
            self._widen()

    def _begin(self, number: str | None) -> None:
        row = self._row + 1 if number is None else int(number) if re.fullmatch("[0-9]{1,7}", number) else 0
        if not self._row < row <= MOST_ROWS:
            self.book.refuse(f"its row {shown(number)} follows row {self._row}; rows go from 1 to {MOST_ROWS:,}, each once")
        self._row, self._column = row, 0

    def _move(self, reference: str | None) -> None:
        """Move to the next cell, which must follow those before it."""
        row, column = self._row, self._column + 1
        if reference is not None:
            parts = _REFERENCE.fullmatch(reference)
            if parts is None:
                self.book.refuse(f"the name of a cell is {shown(reference)}; it must be a name such as B7")
            row, column = int(parts[2]), _number(parts[1])
        if row != self._row or not self._column < column <= MOST_COLUMNS:
            self.book.refuse(f"its cell {shown(reference)} is in row {self._row} after column {self._column}")
        self._column = column
        self._where = reference or f"{row}:{column}"

    def _widen(self) -> None:
        self._top = self._top or self._row
        self._left, self._right = min(self._left, self._column), max(self._right, self._column)
        cells = (self._row - self._top + 1) * (self._right - self._left + 1)
        if cells > MOST_CELLS_OF_SHEET:
            raise ImportProblem(
                f"{self.book.path}: the sheet reaches to the cell `{self._where}`, which makes {cells:,} cells; at most {MOST_CELLS_OF_SHEET:,} are "
                "allowed. Delete the rows and columns without data, or export the sheet as CSV."
            )

    def _tell(self, where: str, why: str) -> None:
        self._told += 1
        if len(self.odd) < _MOST_TOLD:
            self.odd.append(f"{where} ({why})")


def _number(letters: str) -> int:
    """The number of a column, from 1, by its letters."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
