"""What a file is that isn't the workbook it is called, so that its owner knows what to do."""

from __future__ import annotations

import mmap
from collections.abc import Collection
from pathlib import Path

__all__ = ["no_archive", "of_other_kind"]

_SAVE = "save it as an Excel workbook (.xlsx)"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # what old Office documents are in, and encrypted new ones
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BEGINNINGS = (
    (b"<", "it is a page of HTML or XML"),
    (b"\x09\x08", "it is a workbook of an old Excel (.xls)"),
    (b"\x09\x04", "it is a workbook of an old Excel (.xls)"),
    (b"\x09\x02", "it is a workbook of an old Excel (.xls)"),
    (b"%PDF", "it is a PDF"),
    (b"\x1f\x8b", "it is packed with gzip; unpack it first"),
)
_PARTS = {
    "xl/workbook.bin": f"it is a binary Excel workbook (.xlsb); {_SAVE}",
    "content.xml": f"it is an OpenDocument spreadsheet (.ods); {_SAVE}",
    "index/document.iwa": "it is a Numbers document; export it as an Excel workbook (.xlsx)",
    "word/document.xml": "it is a Word document; put its table into a workbook",
}


def no_archive(path: Path) -> str:
    """What a file is that isn't even an archive; nothing where it can't be recognised."""
    with path.open("rb") as file:
        head = file.read(4_096)
        if head.startswith(_COMPOUND):
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                if content.find(_ENCRYPTED) >= 0:
                    return "it is encrypted with a password. Open it, remove the password, and save it"
            return f"it is a workbook of an old Excel (.xls); {_SAVE}"
    if not head:
        return "it is empty"
    for beginning, what in _BEGINNINGS:
        if head.startswith(beginning) or head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(beginning):
            return what if ";" in what else f"{what}; {_SAVE}"
    if b"\0" not in head and b"\n" in head:
        return "it is text. If it is CSV, end its name with .csv in the mapping"
    return ""


def of_other_kind(parts: Collection[str]) -> str:
    """What an archive is whose parts, named in small letters, aren't those of a workbook; nothing where it can't be recognised."""
    return next((what for part, what in _PARTS.items() if part in parts), "it has no list of sheets, so it isn't a workbook")
