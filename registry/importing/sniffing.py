"""How an original that nobody has described is to be read, as far as its bytes tell; the rest is a question."""

from __future__ import annotations

import codecs
import csv
import hashlib
import itertools
import re
from dataclasses import replace
from pathlib import Path

from registry.importing.delimited import DELIMITERS
from registry.importing.mapping import ARCHIVE, FORMATS, Input
from registry.importing.problems import ImportProblem, Place, check_regular, is_pointer, listed
from registry.importing.workbook import Workbook
from registry.packages.opening import IS_POINTER

__all__ = ["sniffed"]

_MOST_BYTES = 200_000
_MOST_LINES = 100
_COMMA = re.compile(r"-?[0-9]+,[0-9]+")
_POINT = re.compile(r"-?[0-9]+\.[0-9]+")
_HERE = Place(1, 1)


def sniffed(path: Path) -> tuple[Input, dict[str, str]]:
    """How the file is read, and for keys of the input what is to be asked or said about them. Raises ``ImportProblem``."""
    check_regular(path, "the file")
    ending = path.suffix.lower().lstrip(".")
    if ending not in {*FORMATS, ARCHIVE}:
        raise ImportProblem(f"{path}: it must end in one of: {listed([*FORMATS, ARCHIVE], 20)}.")
    if is_pointer(path):
        raise ImportProblem(f"{path}: the file is {IS_POINTER}.")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    name = re.sub("[^a-z0-9]+", "_", path.stem.lower()).strip("_")
    name = name if re.match("[a-z]", name) else f"input_{name}".rstrip("_")
    spec = Input(name, _HERE, path.name, digest, _HERE, {}, ",", ".", "utf-8", _HERE)
    match spec.format:
        case "csv" if ending != ARCHIVE:
            return _text(path, spec)
        case "xlsx":
            return _workbook(path, spec)
        case "r" | "stata" | "spss":
            return replace(spec, labels="text"), {
                "labels": "? If values have labels, labels are read. Write `codes` to read codes."
            }
    return spec, {}


def _text(path: Path, spec: Input) -> tuple[Input, dict[str, str]]:
    with path.open("rb") as file:
        head = file.read(_MOST_BYTES)
    said = {}
    encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        encoding, text = "cp1252", head.decode("cp1252", "replace")
        said["encoding"] = "? The file isn't UTF-8. Is it this?"
    lines = text.splitlines(keepends=True)[: _MOST_LINES if len(head) < _MOST_BYTES else -1]
    widths = {delimiter: _width(lines, delimiter) for delimiter in DELIMITERS}
    delimiter = max(widths, key=lambda d: widths[d])
    if widths[delimiter] < 2:
        delimiter, said["delimiter"] = ",", "? No sign splits every row into as many cells as the header."
    cells = list(itertools.chain.from_iterable(csv.reader(lines[1:], delimiter=delimiter)))
    commas = [c for c in cells if _COMMA.fullmatch(c)]
    decimal = "."
    if commas and delimiter != "," and not any(map(_POINT.fullmatch, cells)):
        decimal, said["decimal"] = ",", f"as in {commas[0]}"
    elif commas and delimiter != ",":
        said["decimal"] = f"? There are numbers with points and others such as {commas[0]}."
    return replace(spec, delimiter=delimiter, encoding=encoding.removesuffix("-sig"), decimal=decimal), said


def _width(lines: list[str], delimiter: str) -> int:
    """How many cells every row has; 0 where they differ."""
    try:
        widths = {len(row) for row in csv.reader(lines, delimiter=delimiter) if row}
    except csv.Error:
        return 0
    return widths.pop() if len(widths) == 1 else 0


def _workbook(path: Path, spec: Input) -> tuple[Input, dict[str, str]]:
    with Workbook.open(path) as book:
        shown = [name for name in book.sheets if name not in book.hidden]
        if len(book.sheets) > 1 and shown:
            return replace(spec, sheet=shown[0]), {"sheet": f"? The first of {listed(book.sheets)}. Is it this one?"}
    return spec, {}
