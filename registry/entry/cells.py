"""The text of one filled cell of the workbook, or why it can't be taken: what a spreadsheet program made of it isn't what was typed."""

from __future__ import annotations

import datetime
import re

from registry.importing.cell_texts import Texts
from registry.importing.cells import SheetCell
from registry.importing.number_formats import DATE, read_styles
from registry.importing.runs import APART
from registry.importing.workbook import Workbook
from schemas.table import Field
from validation.hints import shown

__all__ = ["RefusedCellError", "Typed"]

_AS_TEXT = "Format the cell as text and type it again"
_MOST_DAYS = 2_958_465  # 9999-12-31


class RefusedCellError(Exception):
    """Why the cell can't be taken, and what to do."""


class Typed:
    """What was typed into a workbook's cells."""

    def __init__(self, book: Workbook) -> None:
        self._book, self._texts, self._disguise = book, Texts(book), read_styles(book).disguise

    def text(self, row: int, cell: SheetCell, f: Field) -> str:
        """The text as it was typed, without white space around it. Raises :class:`RefusedCellError`."""
        if cell.formula:
            raise RefusedCellError("it has a formula; a figure must be one that the source prints. Type the figure")
        text = self._texts.of(row, cell).strip()
        disguise = self._disguise(cell)
        if (cell.kind != "n" and disguise) or self._texts.apart(cell):
            raise RefusedCellError(f"it is {disguise or APART}: the cell holds {shown(text)}. {_AS_TEXT}")
        match cell.kind:
            case "e":
                raise RefusedCellError(f"it has the error {text}. Type what the source says, or leave it empty")
            case "d" if f.kind == "date":
                return text.partition("T")[0]
            case "b" if f.kind == "flag":
                return text
            case "b" | "d":
                raise RefusedCellError(f"the spreadsheet program made {text.upper()} of what was typed. {_AS_TEXT}")
            case "n":
                return self._number(text, disguise, f)
        return text.lower() if f.kind == "flag" and text in {"TRUE", "FALSE", "True", "False"} else text

    def _number(self, number: str, disguise: str, f: Field) -> str:
        """The text of a cell that holds a number, although all cells are texts to begin with."""
        if disguise == DATE and f.kind == "date" and re.fullmatch("[0-9]{1,7}", number) and 60 < int(number) <= _MOST_DAYS:
            return (self._book.day_0 + datetime.timedelta(days=int(number))).isoformat()
        if disguise == DATE:
            raise RefusedCellError(
                f"the spreadsheet program made a date or a time of what was typed (the number {number}). {_AS_TEXT}"
            )
        if disguise:
            raise RefusedCellError(f"it is {disguise}: the cell holds {number}. {_AS_TEXT}")
        if f.kind in {"verbatim", "identifier", "reference"}:
            lost = "zeros at the end" if f.kind == "verbatim" else "zeros at the beginning"
            raise RefusedCellError(f"it is stored as the number {number}, which has no {lost}. {_AS_TEXT}")
        if f.kind not in {"count", "number"} and not number.isdecimal():
            raise RefusedCellError(f"it is stored as the number {number}, and must be {f.written}. {_AS_TEXT}")
        return number
