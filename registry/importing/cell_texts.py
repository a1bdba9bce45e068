"""The text of a workbook's cell: a text itself, or the number that is stored, with the 15 digits that spreadsheets have."""

from __future__ import annotations

import re
from decimal import Decimal
from math import isinf

from registry.importing.bounds import MOST_CELLS_OF_SHEET
from registry.importing.cells import SheetCell, letters
from registry.importing.problems import ImportProblem
from registry.importing.runs import Runs
from registry.importing.workbook import MOST_IN_TEXTS, Workbook, local, plain_text, unreadable
from validation.hints import named, shown

__all__ = ["Texts"]

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,300})")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_TRUTH = {"1": "true", "0": "false"}


class Texts:
    """The texts of a workbook's cells, with those that cells share. A text that isn't one raises ``ImportProblem``."""

    def __init__(self, book: Workbook) -> None:
        self._book, (self._shared, self._apart) = book, _shared(book)

    def of(self, row: int, cell: SheetCell) -> str:
        text = cell.text or ""
        match cell.kind:
            case "n":
                return self._number(row, cell, text.strip())
            case "s" if re.fullmatch("[0-9]{1,8}", text.strip()) and int(text) < len(self._shared):
                return self._shared[int(text)]
            case "b" if text.strip() in _TRUTH:
                return _TRUTH[text.strip()]
            case "inlineStr" | "str" | "e" | "d":
                return plain_text(text)
        must = {"s": "the number of a text that the cells share", "b": "0 or 1"}
        raise self._fault(row, cell, must.get(cell.kind, f"of a type that workbooks have, which {named(cell.kind)} is not"))

    def apart(self, cell: SheetCell) -> bool:
        """Whether a part of the text is raised, lowered or struck out."""
        text = (cell.text or "").strip()
        return cell.apart or (cell.kind == "s" and text.isdecimal() and int(text) in self._apart)

    def _number(self, row: int, cell: SheetCell, text: str) -> str:
        if _WHOLE.fullmatch(text):
            return text
        if not _NUMBER.fullmatch(text) or isinf(value := float(text)):
            raise self._fault(row, cell, "a number")
        return format(Decimal(f"{value:.15g}"), "f")  # spreadsheets show no more digits; what follows is what binary left over

    def _fault(self, row: int, cell: SheetCell, must: str) -> ImportProblem:
        return unreadable(self._book.path, f"its cell {letters(cell.column)}{row} holds {shown(cell.text)}; it must be {must}")


def _shared(book: Workbook) -> tuple[list[str], set[int]]:
    """The texts that cells share, and the numbers of those of which a part is raised, lowered or struck out."""
    found: list[str] = []
    apart, runs = set[int](), Runs()
    pieces: list[str] | None = None
    aside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal pieces, aside
        runs.start(local(name), attributes)
        match local(name):
            case "si":
                found.append("")
                if len(found) > MOST_CELLS_OF_SHEET:
                    book.refuse(f"its cells share over {MOST_CELLS_OF_SHEET:,} texts")
            case "rPh":
                aside = True
            case "t" if found and not aside:
                pieces = []

    def say(text: str) -> None:
        if pieces is not None:
            pieces.append(text)

    def end(name: str) -> None:
        nonlocal pieces, aside
        runs.end(local(name))
        match local(name):
            case "t" if pieces is not None:
                found[-1] += plain_text("".join(pieces))
                if runs.apart and "".join(pieces).strip():
                    apart.add(len(found) - 1)
                pieces = None
            case "rPh":
                aside = False

    if book.texts is not None:
        book.parse(book.texts, start, end, say, most=MOST_IN_TEXTS)
    return found, apart
