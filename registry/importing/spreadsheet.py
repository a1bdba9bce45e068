"""Reading a sheet of an XLSX file as text, and refusing what isn't there as text or plain numbers.

A formula's cell holds whatever a program last computed, and a date's holds a number of days that a display
format turns into a date (``1-2`` becomes one all by itself). Both are refused with the cells' names instead
of being guessed.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from registry.importing.problems import ImportProblem, listed, nearest

if TYPE_CHECKING:
    import polars as pl

__all__ = ["read_sheet"]

MOST_UNPACKED = 1_000_000_000
DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}  # ECMA-376 part 1, 18.8.30
# what zipfile and the XML parser raise for a file that is damaged, encrypted or packed in an unknown way
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ET.ParseError,
    EOFError,
    KeyError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def read_sheet(path: Path, sheet: str | None) -> pl.DataFrame:
    """The cells of a sheet as text, the header among them as the first row; the only sheet where none is
    named.

    A number's text is the shortest that gives the stored number: what Excel shows as ``60.0`` is stored as
    ``60``. Raises ``ImportProblem``.
    """
    import fastexcel

    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
                raise ImportProblem(f"{path}: the workbook unpacks to over {MOST_UNPACKED:,} bytes. Export the sheet as CSV.")
            sheets = _sheets(archive)
            name = _chosen(path, sheet, list(sheets))
            odd = [f"{cell} ({why})" for cell, why in _odd_cells(archive, sheets[name])]
        if odd:
            raise ImportProblem(
                f"{path}: the sheet `{name}` holds cells that are neither text nor plain numbers: "
                f"{listed(odd)}. Paste formulas as values, write dates as text (2015-01-31) and unmerge "
                "cells, or export the sheet as CSV; then give the new file's sha256 in the mapping."
            )
        reader = fastexcel.read_excel(path)
        return reader.load_sheet(name, header_row=None, dtypes="string").to_polars()
    except (*_BROKEN, fastexcel.FastExcelError) as error:
        raise ImportProblem(f"{path}: this can't be read as an XLSX workbook: {error}.") from error


def _chosen(path: Path, sheet: str | None, sheets: list[str]) -> str:
    if sheet is None and len(sheets) == 1:
        return sheets[0]
    if sheet is None:
        raise ImportProblem(f"{path}: the workbook has {len(sheets)} sheets: {listed(sheets)}. Name one of them as `sheet`.")
    if sheet not in sheets:
        raise ImportProblem(f"{path}: the workbook has no sheet `{sheet}`. {nearest(sheet, sheets)}")
    return sheet


def _sheets(archive: zipfile.ZipFile) -> dict[str, str]:
    """The members of the archive that hold the sheets, by the sheets' names."""
    relations = {r.get("Id"): r.get("Target", "") for r in _xml(archive, "xl/_rels/workbook.xml.rels")}
    return {
        s.get("name", ""): posixpath.normpath(posixpath.join("/xl", relations[s.get(_RELATION)])).lstrip("/")
        for s in _xml(archive, "xl/workbook.xml").iter(f"{_MAIN}sheet")
    }


def _xml(archive: zipfile.ZipFile, member: str) -> ET.Element:
    return ET.fromstring(archive.read(member))  # noqa: S314 -- expat refuses unfolding bombs since 2.4.1


def _date_styles(archive: zipfile.ZipFile) -> set[str]:
    """The numbers of the cell styles that show a number as a date or a time."""
    if "xl/styles.xml" not in archive.namelist():
        return set()
    styles = _xml(archive, "xl/styles.xml")
    own = {
        int(f.get("numFmtId", "0"))
        for f in styles.iter(f"{_MAIN}numFmt")
        if re.search(
            "[ymdhs]",
            re.sub(r'"[^"]*"|\\.|\[[^\]]*\]', "", f.get("formatCode", "").lower()).replace("general", ""),
        )
    }
    cells = styles.find(f"{_MAIN}cellXfs")
    return {
        str(n)
        for n, style in enumerate(cells if cells is not None else [])
        if int(style.get("numFmtId", "0")) in own | DATE_FORMATS
    }


def _odd_cells(archive: zipfile.ZipFile, member: str) -> Iterator[tuple[str, str]]:
    dates = _date_styles(archive)
    with archive.open(member) as sheet:
        for _, element in ET.iterparse(sheet):  # noqa: S314
            if element.tag == f"{_MAIN}c":
                kind, value = element.get("t", "n"), element.find(f"{_MAIN}v")
                where = element.get("r", "?")
                if element.find(f"{_MAIN}f") is not None:
                    yield where, "a formula"
                elif kind == "e":
                    yield where, "an error"
                elif value is not None and (kind == "d" or (kind == "n" and element.get("s") in dates)):
                    yield where, "a date"
            elif element.tag == f"{_MAIN}mergeCell":
                yield element.get("ref", "?"), "merged"
            elif element.tag == f"{_MAIN}row":
                element.clear()  # a large sheet isn't kept in memory as a tree
