"""The parts of an XLSX file, each judged before it is read, and the one sheet that is wanted as a workbook of its own.

An archive can say that a part has any size, hold two of one name, or lay one over another; and each library that reads
workbooks understands such an archive in its own way. So none is given a stranger's archive, only one that was made of the
parts that were judged.
"""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from registry.importing.bounds import MOST_BYTES
from registry.importing.problems import ImportProblem, listed, nearest
from validation.hints import named

__all__ = ["Workbook"]

MOST_IN_SHEET = MOST_BYTES // 2
MOST_IN_TEXTS = MOST_BYTES // 4
MOST_IN_OTHERS = 20_000_000
"""Bytes of the list of the sheets, of the relations, or of the styles, of which Excel itself allows 65,490."""

MOST_PARTS = 10_000
MOST_SHEETS = 1_000
_CHUNK = 1 << 18
# what zipfile raises for an archive that is damaged, or whose offsets lead anywhere
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError, ValueError)
_SHEET, _TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_BARE = {
    "_rels/.rels": _RELATIONS.format(f'<Relationship Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'),
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    f'xmlns:r="{_OFFICE}"><sheets><sheet name="Sheet1" sheetId="1" r:id="r1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": _RELATIONS.format(
        f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    ),
}


class Workbook:
    """An opened workbook: ``sheets`` are the names of its sheets with those of the parts that hold them, ``styles`` and ``texts``
    are parts too, where there are any. What it can't do raises ``ImportProblem``.
    """

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path, self._archive = path, archive
        parts = archive.infolist()
        self._parts = {part.filename.casefold(): part for part in parts}
        if len(parts) > MOST_PARTS:
            self.refuse(f"it has {len(parts):,} parts; at most {MOST_PARTS:,} are allowed")
        if len(self._parts) < len(parts):
            self.refuse("two of its parts have the same name")
        kinds, targets = self._relations()
        self.styles, self.texts = kinds.get("styles"), kinds.get("sharedStrings")
        self.sheets = self._sheets(targets)

    @classmethod
    @contextmanager
    def open(cls, path: Path) -> Iterator[Workbook]:
        try:
            archive = zipfile.ZipFile(path)
        except _BROKEN as error:
            raise _unreadable(path, str(error)) from error
        with archive:
            yield cls(path, archive)

    def refuse(self, why: str) -> NoReturn:
        """Raise that the file can't be read as a workbook, and why."""
        raise _unreadable(self.path, why)

    def chosen(self, sheet: str | None) -> str:
        """The name of the sheet to read: the only one, where none is named."""
        if sheet is None and len(self.sheets) == 1:
            return next(iter(self.sheets))
        if sheet is None:
            found = f"{len(self.sheets)} sheets: {listed(self.sheets)}"
            raise ImportProblem(f"{self.path}: the workbook has {found}. Name one of them as `sheet`.")
        if sheet not in self.sheets:
            raise ImportProblem(f"{self.path}: the workbook has no sheet {named(sheet)}. {nearest(sheet, self.sheets)}")
        return sheet

    def parse(
        self, part: str, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None] | None = None, *, most: int
    ) -> None:
        """Call ``start`` for each element of a part as it begins and ``end`` as it ends; nothing is kept. A part that says it
        has more bytes than ``most`` isn't begun.
        """
        parser = expat.ParserCreate("utf-8")  # whatever it says itself: other readers take it for UTF-8
        parser.StartDoctypeDeclHandler = lambda *_: self.refuse(f"its part `{part}` contains a DTD")
        parser.StartElementHandler = start
        if end is not None:
            parser.EndElementHandler = end
        try:
            for chunk in self._read(part, most):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            self.refuse(f"{named(part)}: {error}")

    def alone(self, sheet: str, to: Path) -> None:
        """Write one sheet, by its part, and the texts as a workbook of their own. It has no styles: its numbers are numbers."""
        with zipfile.ZipFile(to, "w") as archive:
            for name, text in _BARE.items():
                archive.writestr(name, text)
            for name, part, most in ((_SHEET, sheet, MOST_IN_SHEET), (_TEXTS, self.texts, MOST_IN_TEXTS)):
                if part is not None:
                    with archive.open(name, "w", force_zip64=True) as target:
                        for chunk in self._read(part, most):
                            target.write(chunk)

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
        except _BROKEN as error:
            self.refuse(f"{named(name)}: {error}")

    def _relations(self) -> tuple[dict[str, str], dict[str, str]]:
        """The parts that the list of the sheets refers to: by what they are, and by the names it has for them."""
        kinds: dict[str, str] = {}
        targets: dict[str, str] = {}

        def start(name: str, attributes: dict[str, str]) -> None:
            if _local(name) == "Relationship":
                part = posixpath.normpath(posixpath.join("/xl", attributes.get("Target", ""))).lstrip("/")
                kinds[attributes.get("Type", "").rpartition("/")[2]] = part
                targets[attributes.get("Id", "")] = part

        self.parse("xl/_rels/workbook.xml.rels", start, most=MOST_IN_OTHERS)
        return kinds, targets

    def _sheets(self, targets: dict[str, str]) -> dict[str, str]:
        sheets: dict[str, str] = {}

        def start(name: str, attributes: dict[str, str]) -> None:
            if _local(name) == "sheet":
                called = attributes.get("name", "")
                relation = next((value for key, value in attributes.items() if _local(key) == "id"), "")
                if called in sheets or relation not in targets:
                    self.refuse(f"the sheet {named(called)} has no part of its own")
                sheets[called] = targets[relation]
                if len(sheets) > MOST_SHEETS:
                    self.refuse(f"it has over {MOST_SHEETS:,} sheets")

        self.parse("xl/workbook.xml", start, most=MOST_IN_OTHERS)
        return sheets


def _local(name: str) -> str:
    """An element's or attribute's name without the prefix that the file has for its namespace."""
    return name.rpartition(":")[2]


def _unreadable(path: Path, why: str) -> ImportProblem:
    return ImportProblem(f"{path}: this can't be read as an XLSX workbook: {why}.")
