"""The parts of an XLSX file, each judged before it is read.

An archive can say that a part has any size, hold two of one name, or lay one over another; and each library that reads
workbooks understands such an archive in its own way, and none says which cells are hidden, merged, or shown as something else. So
the parts are read here, by the two libraries that come with Python.
"""

from __future__ import annotations

import datetime
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from registry.importing.archives import BROKEN
from registry.importing.bounds import MOST_BYTES
from registry.importing.problems import ImportProblem, listed, nearest
from registry.importing.recognising import no_archive, of_other_kind
from validation.hints import named

__all__ = ["Workbook", "local", "plain_text", "unreadable"]

MOST_IN_SHEET = MOST_BYTES // 2
MOST_IN_TEXTS = MOST_BYTES // 4
MOST_IN_OTHERS = 20_000_000
"""Bytes of the list of the sheets, of the relations, or of the styles, of which Excel itself allows 65,490."""

MOST_PARTS = 10_000
MOST_SHEETS = 1_000
_CHUNK = 1 << 18
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class Workbook:
    """An opened workbook: ``sheets`` are the names of its sheets with those of the parts that hold them, of which some are ``hidden``;
    ``styles`` and ``texts`` are parts too, where there are any. ``uncomputed`` says that the program that wrote it left the results of
    formulas to the program that opens it, ``day_0`` which day the number 0 stands for. What it can't do raises ``ImportProblem``.
    """

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path, self._archive = path, archive
        parts = archive.infolist()
        self._parts = {part.filename.casefold(): part for part in parts}
        if len(parts) > MOST_PARTS:
            self.refuse(f"it has {len(parts):,} parts; at most {MOST_PARTS:,} are allowed")
        if len(self._parts) < len(parts):
            self.refuse("two of its parts have the same name")
        main = "xl/workbook.xml"
        if "_rels/.rels" in self._parts:
            main = self._relations("")[0].get("officeDocument", main)
        if main.casefold() not in self._parts and (why := of_other_kind(self._parts)):
            self.refuse(why)
        kinds, targets = self._relations(main)
        self.styles, self.texts = kinds.get("styles"), kinds.get("sharedStrings")
        self.hidden: set[str] = set()
        self.uncomputed = False
        self.day_0 = datetime.date(1899, 12, 30)
        self.sheets = self._sheets(main, targets)

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Workbook]:
        try:
            archive = zipfile.ZipFile(path)
        except BROKEN as error:
            raise unreadable(path, no_archive(path) or str(error)) from error
        with archive:
            yield cls(path, archive)

    def refuse(self, why: str) -> NoReturn:
        """Raise that the file can't be read as a workbook, and why."""
        raise unreadable(self.path, why)

    def chosen(self, sheet: str | None) -> str:
        """The name of the sheet to read: the only one, where none is named."""
        if sheet is None and len(self.sheets) == 1:
            return next(iter(self.sheets))
        if sheet is None:
            found = f"{len(self.sheets)} sheets: {listed(self.sheets)}"
            if self.hidden:
                found += f" (hidden: {listed(self.hidden)})"
            raise ImportProblem(f"{self.path}: the workbook has {found}. Name one of them as `sheet`.")
        if sheet not in self.sheets:
            raise ImportProblem(f"{self.path}: the workbook has no sheet {named(sheet)}. {nearest(sheet, self.sheets)}")
        return sheet

    def parse(
        self,
        part: str,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        say: Callable[[str], None] | None = None,
        *,
        most: int,
    ) -> None:
        """Call ``start`` for each element of a part as it begins, ``say`` for text in it, and ``end`` as it ends; nothing is kept. A
        part that says it has more bytes than ``most`` isn't begun.
        """
        parser = expat.ParserCreate("utf-8")  # whatever it says itself: other readers take it for UTF-8
        parser.StartDoctypeDeclHandler = lambda *_: self.refuse(f"its part `{part}` contains a DTD")
        parser.StartElementHandler = start
        if end is not None:
            parser.EndElementHandler = end
        if say is not None:
            parser.CharacterDataHandler = say
        try:
            for chunk in self._read(part, most):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            self.refuse(f"{named(part)}: {error}")

    def _read(self, name: str, most: int) -> Iterator[bytes]:
        part = self._parts.get(name.casefold())
        if part is None:
            self.refuse(f"it has no part {named(name)}")
        if part.flag_bits & 1:
            self.refuse("it is encrypted")
        if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            self.refuse(f"its part {named(name)} uses a compression that workbooks don't have")
        if part.file_size > most:
            self.refuse(f"its part {named(name)} has {part.file_size:,} bytes; at most {most:,} are allowed")
        try:
            with self._archive.open(part) as file:  # gives no more bytes than the part says it has
                while chunk := file.read(_CHUNK):
                    yield chunk
        except BROKEN as error:
            self.refuse(f"{named(name)}: {error}")

    def _relations(self, of: str) -> tuple[dict[str, str], dict[str, str]]:
        """The parts that a part, or the workbook as a whole, refers to: by what they are, and by the names it has for them."""
        kinds: dict[str, str] = {}
        targets: dict[str, str] = {}
        folder, name = posixpath.split(of)

        def start(called: str, attributes: dict[str, str]) -> None:
            if local(called) == "Relationship":
                part = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
                kinds[attributes.get("Type", "").rpartition("/")[2]] = part
                targets[attributes.get("Id", "")] = part

        self.parse(posixpath.join(folder, "_rels", f"{name}.rels"), start, most=MOST_IN_OTHERS)
        return kinds, targets

    def _sheets(self, main: str, targets: dict[str, str]) -> dict[str, str]:
        sheets: dict[str, str] = {}

        def start(name: str, attributes: dict[str, str]) -> None:
            if local(name) == "calcPr":
                self.uncomputed = attributes.get("fullCalcOnLoad") in {"1", "true"}
            elif local(name) == "workbookPr" and attributes.get("date1904") in {"1", "true"}:
                self.day_0 = datetime.date(1904, 1, 1)
            elif local(name) == "sheet":
                called = attributes.get("name", "")
                relation = next((value for key, value in attributes.items() if local(key) == "id"), "")
                if called in sheets or relation not in targets:
                    self.refuse(f"the sheet {named(called)} has no part of its own")
                sheets[called] = targets[relation]
                if attributes.get("state", "visible") != "visible":
                    self.hidden.add(called)
                if len(sheets) > MOST_SHEETS:
                    self.refuse(f"it has over {MOST_SHEETS:,} sheets")

        self.parse(main, start, most=MOST_IN_OTHERS)
        return sheets


def local(name: str) -> str:
    """An element's or attribute's name without the prefix that the file has for its namespace."""
    return name.rpartition(":")[2] if ":" in name else name


def plain_text(text: str) -> str:
    """A text of a workbook, in which characters that XML has no place for are written as ``_x000D_``."""
    return _ESCAPED.sub(lambda found: _character(found[0], int(found[1], 16)), text)


def _character(escape: str, code: int) -> str:
    return escape if code == 0 or 0xD800 <= code <= 0xDFFF else chr(code)  # no text holds those


def unreadable(path: Path, why: str) -> ImportProblem:
    """The problem of a file that can't be read as a workbook."""
    return ImportProblem(f"{path}: this can't be read as an XLSX workbook: {why}.")
