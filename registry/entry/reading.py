"""Reading a filled workbook: the lines about the package, and each table's rows with the places they have in their sheet.

It runs in a process with limits, as all reading of files that come from somewhere else.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from registry.entry.cells import RefusedCellError, Typed
from registry.entry.form import ABOUT, LISTS, MARK, METADATA, REQUIRED, WORDS
from registry.importing.cells import SheetCell, SheetLayout, letters, read_rows
from registry.importing.problems import ImportProblem, WrongPathError, as_plain, check_regular, nearest
from registry.importing.workbook import Workbook
from schemas.table import Field
from schemas.tables import TABLES
from validation.hints import named

__all__ = ["NEEDS_MAPPING", "read"]

NEEDS_MAPPING = (
    "give --mapping: it says which column becomes which field (docs/writing-a-mapping.md). "
    "Only a workbook that `outcomes init NAME --xlsx` made needs none"
)

_MOST_TOLD = 50
_MOST_ROWS = 200_000
_TEXT = Field("", "text", "", "", required=False, key=False)


def read(tell: Callable[[dict[str, Any]], None], *, file: str, scratch: str) -> dict[str, Any]:
    """Write each table that has rows as ``TABLE.csv`` into the folder ``scratch``, in the order of its sheet, and give the
    ``metadata``, for each table its ``rows`` (their numbers in the sheet) and ``columns`` (each column's letters), and ``notes``; or
    the ``problem`` for which there is none of this.
    """
    tell({"input": file, "format": "a workbook"})
    try:
        check_regular(Path(file), "the workbook")
        with Workbook.open(Path(file)) as book:
            return _read(book, Path(file), Path(scratch))
    except ImportProblem as problem:
        return {"problem": as_plain(problem)}


def _read(book: Workbook, path: Path, scratch: Path) -> dict[str, Any]:
    typed, problems = Typed(book), Problems(path)
    if LISTS not in book.sheets or _mark(book, typed) != MARK:
        raise WrongPathError(f"{path}: {NEEDS_MAPPING}.")
    if ABOUT not in book.sheets:
        raise ImportProblem(f"{path}: the workbook has no sheet `{ABOUT}`, which says what the package is. Begin with a new one.")
    about = _Sheet(book, ABOUT, typed, problems)
    metadata = about.lines()
    tables, others = {}, []
    for name in book.sheets:
        if name in TABLES:
            sheet = _Sheet(book, name, typed, problems)
            sheet.table(TABLES[name].fields())
            if sheet.rows:
                _write(scratch / f"{name}.csv", sheet)
                tables[name] = {"rows": sheet.rows, "columns": {f.name: letters(c) for c, f in sheet.fields.items()}}
        elif name not in {ABOUT, WORDS, LISTS}:
            others.append(name)
    for name in others:
        table = _meant(name) or _headed(_Sheet(book, name, typed, Problems(path)))
        if table and (table not in tables or _meant(name)):
            raise ImportProblem(
                f"{path}: the sheet {named(name)} may be the table `{table}`, and would be left out. Call it `{table}`, or delete it if it isn't to be read."
            )
    notes = [f"the sheet {named(name)} isn't a table's, so it isn't read" for name in others]
    problems.raise_if_any()
    return {"metadata": metadata, "tables": tables, "notes": notes}


def _meant(name: str) -> str:
    """The table that a sheet's name means, but for case, spaces, signs, numbers and words such as `copy`; nothing where it means none."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    plain = re.sub(r"\b(?:copy|of|the|my)\b|[^a-z]|copy|sheet|table|data|final|old|new", "", plain)
    return (
        next((table for table in TABLES if plain in {table, re.sub("ies$", "y", table), table.removesuffix("s")}), "")
        if plain
        else ""
    )


def _headed(sheet: _Sheet) -> str:
    """The table whose headings, three or more and most of those that it has, a sheet with rows has; nothing where it has none's."""
    headings = sheet.headings()
    shared = {table: len(headings & {f.name for f in TABLES[table].fields()}) for table in TABLES}
    table = max(shared, key=lambda each: shared[each])
    return table if shared[table] > max(2, len(headings) / 2) else ""


def _mark(book: Workbook, typed: Typed) -> str:
    """What is in the first cell of the hidden sheet."""
    found = ""

    def row(number: int, _hidden: bool, cells: list[SheetCell]) -> None:
        nonlocal found
        if number == 1 and cells and cells[0].column == 1 and not cells[0].formula and cells[0].kind in {"s", "inlineStr"}:
            found = typed.text(1, cells[0], _TEXT)

    read_rows(book, book.sheets[LISTS], row, SheetLayout())
    return found


def _write(to: Path, sheet: _Sheet) -> None:
    with to.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(sheet.names)
        writer.writerows([[row.get(name, "") for name in sheet.names] for row in sheet.cells])


@dataclass
class Problems:
    """What can't be taken, each with its sheet, row and column."""

    path: Path
    found: list[str] = field(default_factory=list)

    def add(self, sheet: str, row: int, column: int, said: str, called: str = "") -> None:
        named_column = f", column `{called}`" if called else ""
        self.found.append(f"{self.path}: sheet `{sheet}`, row {row}{named_column} ({letters(column)}{row}): {said}.")

    def raise_if_any(self) -> None:
        if self.found:
            more = f"\n{len(self.found) - _MOST_TOLD:,} more like these." if len(self.found) > _MOST_TOLD else ""
            raise ImportProblem("\n".join(self.found[:_MOST_TOLD]) + more)


class _Sheet:
    """One sheet of the workbook, as it is read."""

    def __init__(self, book: Workbook, name: str, typed: Typed, problems: Problems) -> None:
        self.book, self.name, self.typed, self.problems = book, name, typed, problems
        self.layout = SheetLayout()
        self.fields: dict[int, Field] = {}
        self.refused: set[int] = set()
        self.names: list[str] = []
        self.rows: list[int] = []
        self.cells: list[dict[str, str]] = []

    def lines(self) -> dict[str, str]:
        """The lines about the package: what is beside each name."""
        found: dict[str, str] = {}

        def row(number: int, _hidden: bool, cells: list[SheetCell]) -> None:
            by_column = {cell.column: cell for cell in cells}
            key = self._text(number, by_column[1], _TEXT).removesuffix(REQUIRED) if 1 in by_column else ""
            if key in METADATA and 2 in by_column:
                found[key] = self._text(number, by_column[2], _TEXT)

        read_rows(self.book, self.book.sheets[self.name], row, self.layout)
        return {key: value for key, value in found.items() if value}

    def headings(self) -> set[str]:
        """What is in the first row, if there is anything below it."""
        found: set[str] = set()
        below = False

        def row(number: int, _hidden: bool, cells: list[SheetCell]) -> None:
            nonlocal below
            texts = {self._text(number, cell, _TEXT).removesuffix(REQUIRED.strip()).strip() for cell in cells} - {""}
            below = below or (number > 1 and bool(texts))
            if number == 1:
                found.update(texts)

        read_rows(self.book, self.book.sheets[self.name], row, self.layout)
        return found if below else set()

    def table(self, fields: tuple[Field, ...]) -> None:
        """The rows of a table. What is wrong is noted."""
        by_name = {f.name: f for f in fields}
        self.names = list(by_name)

        def row(number: int, hidden: bool, cells: list[SheetCell]) -> None:
            if number == 1:
                self._head(cells, by_name)
                return
            texts = {
                cell.column: text
                for cell in cells
                if cell.column not in self.refused and (text := self._text(number, cell, self.fields.get(cell.column, _TEXT)))
            }
            if not texts:
                return
            for column in texts:
                if column not in self.fields:
                    self.problems.add(self.name, number, column, "the column has no heading. Move what is there, or delete it")
                elif self.layout.hides(column):
                    self.problems.add(
                        self.name, number, column, "the column is hidden. Show it, or empty it", self._called(column)
                    )
            if hidden:
                self.problems.add(self.name, number, min(texts), "the row is hidden. Show it, or delete it")
            if len(self.rows) == _MOST_ROWS:
                raise ImportProblem(
                    f"{self.problems.path}: the sheet `{self.name}` has over {_MOST_ROWS:,} rows. Write a mapping."
                )
            self.rows.append(number)
            self.cells.append({self.fields[c].name: text for c, text in texts.items() if c in self.fields})

        read_rows(self.book, self.book.sheets[self.name], row, self.layout)
        for merge in self.layout.merges:
            if (merge.top, merge.left) != (merge.bottom, merge.right):
                self.problems.add(self.name, merge.top, merge.left, "cells are merged. Unmerge them, and fill each")
        if self.rows and self.name in self.book.hidden:
            self.problems.add(self.name, self.rows[0], 1, "the sheet is hidden. Show it, or delete its rows")

    def _head(self, cells: list[SheetCell], by_name: dict[str, Field]) -> None:
        for cell in cells:
            heading = self._text(1, cell, _TEXT).removesuffix(REQUIRED.strip()).strip()
            f = by_name.get(heading)
            if f is None or f in self.fields.values():
                why = (
                    f"the table has no column {named(heading)}. {nearest(heading, by_name)} Correct the heading, or delete the column"
                    if f is None
                    else "the heading is here twice"
                )
                self.problems.add(self.name, 1, cell.column, why)
                self.refused.add(cell.column)
            else:
                self.fields[cell.column] = f

    def _text(self, row: int, cell: SheetCell, f: Field) -> str:
        try:
            return self.typed.text(row, cell, f)
        except RefusedCellError as why:
            self.problems.add(self.name, row, cell.column, str(why), f.name)
            return "?"  # something is there

    def _called(self, column: int) -> str:
        return self.fields[column].name
