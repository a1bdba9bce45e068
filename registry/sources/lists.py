"""Lists of notices: Retraction Watch's CSV, whole or with fewer columns. A paper that isn't in one has no notice that it knows, if it would be found there."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from registry.sources.citation import bare_doi, bare_pmid, half_width
from registry.sources.formats import CitationError
from registry.sources.notices import DOI, PMID, Notice, Notices, kinds_in_words
from schemas.wording import listed
from validation.hints import shortened

__all__ = ["read_list"]

_WATCH = (
    "OriginalPaperDOI",
    "OriginalPaperPubMedID",
    "RetractionNature",
    "RetractionDate",
    "RetractionDOI",
    "RetractionPubMedID",
)
_SIGNS = {";": "semicolons", "\t": "tabs"}

_BETWEEN_DOIS = re.compile(r"(?:\s*[;,|]\s*|(?<!:)\s+)(?=10\.|doi\b|https?:)", re.IGNORECASE)
# 12 3 and 12,345 may be one number.
_BETWEEN_PMIDS = re.compile(
    r"\s*[;|]\s*(?=\d|pmid)|\s*,(?!\d{3}(?!\d))\s*(?=\d|pmid)|(?<!:)\s+(?=pmid)|(?<=\d{7})\s+(?=\d{7})", re.IGNORECASE
)

_KINDS = {DOI: (_WATCH[0], bare_doi, _BETWEEN_DOIS), PMID: (_WATCH[1], bare_pmid, _BETWEEN_PMIDS)}
"""The column of each kind of identifier, how one is read, and what is between several."""

_NONE = {"unavailable", "none", "n/a"}
"""How a cell says that a paper has no such identifier. `0` is what lists have where none was recorded."""
_READ, _ABSENT, _EMPTY, _BAD = "read", "absent", "empty", "unreadable"

_MOST_EMPTY = 0.1
"""The share of a list's rows that may leave the identifiers out by which a paper would be found, if it is to count as looked up."""
_SHOWN = 5


def _rows(path: Path, text: str) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """The columns of a list, and its rows with their lines."""
    above = len(text) - len(text := text.lstrip("\n"))
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    known = {column.lower(): column for column in _WATCH}
    try:
        columns = [known.get(name.strip().lower(), name) for name in reader.fieldnames or []]
        reader.fieldnames = columns
        if not columns:
            raise CitationError(f"{path}: the file is empty")
        if twice := [column for column in _WATCH if columns.count(column) > 1]:
            raise CitationError(f"{path}: line 1: the header names {', '.join(twice)} twice; keep one of them")
        if not set(_WATCH[:2]) & set(columns):
            sign = next(
                (f"; its columns are separated by {name}, not commas" for sign, name in _SIGNS.items() if sign in columns[0]), ""
            )
            raise CitationError(
                f"{path}: line {above + 1}: there is no column {_WATCH[0]} or {_WATCH[1]}, as Retraction Watch's list has{sign}; "
                "give a CSV with at least one of them"
            )
        rows = [(above + reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise CitationError(f"{path}: line {above + reader.line_num}: this isn't CSV: {error}") from error
    for line, row in rows:
        if None in row or None in row.values():
            cells = len(columns) + len(row[None]) if None in row else sum(cell is not None for cell in row.values())
            raise CitationError(
                f"{path}: line {line}: the row has {cells} cells, and the header {len(columns)}; write a text with commas in quotation marks, or fetch the "
                "file again if it was cut off"
            )
    return columns, rows


def read_list(path: Path, text: str) -> Notices:
    """The notices of a list, and of which papers it can say that there are none. Raises ``CitationError``."""
    columns, rows = _rows(path, text)
    missing = [column for column in _WATCH[:4] if column not in columns]
    what = f"Retraction Watch's list{f' without {listed(missing)}' if missing else ''}"
    order = _order(
        path, [(line, row.get(column) or "") for line, row in rows for column in ("RetractionDate", "OriginalPaperDate")]
    )
    if not order and any(_DATED.match(row.get("RetractionDate") or "") for _, row in rows):
        what += ", whose dates don't tell day from month, so their years alone count"
    notices = Notices(path, what, complete=True, rows=len(rows))
    cells: list[tuple[int, dict[str, str]]] = []
    for line, row in rows:
        nature = row.get("RetractionNature") or ""
        where = bare_doi(row.get("RetractionDOI")) or bare_pmid(row.get("RetractionPubMedID"))
        day = _day(path, line, row.get("RetractionDate") or "", order)
        notice = Notice.of(path, nature, day, where) if nature.strip() else Notice("", day, where)
        told = {}
        for kind, (column, bare, between) in _KINDS.items():
            identifiers = [bare(each) for each in _each(row.get(column) or "", between)]
            notices.add(identifiers, notice)
            absent = (row.get(column) or "").strip().lower() in _NONE
            told[kind] = _BAD if not all(identifiers) else _READ if identifiers else _ABSENT if absent else _EMPTY
        cells.append((line, told))
    if not notices.rows:
        raise CitationError(f"{path}: the list is empty")
    if not notices.records and not any(_BAD in told.values() for _, told in cells):
        raise CitationError(f"{path}: no paper in the list has a DOI or a PubMed identifier")
    for kinds in ((DOI,), (PMID,), (DOI, PMID)):
        if not notices.kinds.isdisjoint(kinds) and (why := _doubt(cells, kinds)):
            notices.doubtful[kinds_in_words(kinds)] = why
    return notices


def _doubt(cells: list[tuple[int, dict[str, str]]], kinds: Sequence[str]) -> str:
    """Why a paper that has identifiers of these kinds, and no others, may be in the list and not be found; nothing where it can't."""
    # A row whose DOI is another paper's is another paper, whatever its PubMed identifier is.
    open_ = [(line, told) for line, told in cells if all(told[kind] != _READ for kind in kinds)]
    unread = [(line, kind) for line, told in open_ for kind in told if told[kind] == _BAD]
    if unread:
        lines = list(dict.fromkeys(str(line) for line, _ in unread))
        shown = ", ".join(lines[:_SHOWN] + ["…"] * (len(lines) > _SHOWN))
        what = unread[0][1]
        return f"line {shown}: {_KINDS[what][0]} can't be read; write one {what}, or several with `; ` between them"
    empty = sum(all(told[kind] == _EMPTY for kind in kinds) for _, told in open_)
    if empty > _MOST_EMPTY * len(cells):
        columns = " or ".join(_KINDS[kind][0] for kind in kinds)
        return f"{empty} of {len(cells)} rows have no {columns}, and don't say that there is none (`unavailable`)"
    return ""


def _each(cell: str, between: re.Pattern[str]) -> list[str]:
    """The identifiers in a cell. None where it has no digit but 0, as `unavailable`: that is how lists say that there is none."""
    plain = half_width(cell).strip()
    return between.split(plain) if any(unicodedata.digit(sign, 0) for sign in plain) else []


_DATED = re.compile(r"\s*(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?!\d)")
_ISO = re.compile(r"\s*(\d{4})(?:[/-](\d{1,2})(?:[/-](\d{1,2}))?)?(?![\d/.-])")


def _order(path: Path, dates: list[tuple[int, str]]) -> str:
    """Which number of a date is first, by the dates of the list whose day is over 12: ``day``, ``month`` as Retraction Watch writes it, or unknown ("")."""
    found = [(line, date) for line, text in dates if (date := _DATED.match(text))]
    days, months = ([line for line, date in found if int(date[part]) > 12] for part in (1, 3))
    if days and months:
        raise CitationError(
            f"{path}: line {days[0]}: the date has the day first, and that in line {months[0]} the month; write all of them as YYYY-MM-DD"
        )
    return "day" if days else "month" if months else ""


def _day(path: Path, line: int, text: str, order: str) -> str:
    """The day of a date, or as much of it as is certain: the year alone where nothing tells whether 5/6/2021 is in May or in June."""
    if not re.search("[1-9]", text):
        return ""
    iso, dated = _ISO.match(text), _DATED.match(text)
    parts: list[str] = []
    if iso:
        parts = [part for part in iso.groups() if part]
    elif dated:
        same = dated[1].zfill(2) == dated[3].zfill(2)
        parts = [dated[4], dated[3], dated[1]] if order == "day" else [dated[4], dated[1], dated[3]]
        parts = parts if order or same else parts[:1]
    try:
        date.fromisoformat("-".join(part.zfill(2) for part in [*parts, "1", "1"][:3]))
    except ValueError:
        raise CitationError(f"{path}: line {line}: the date `{shortened(text)}` can't be read; write it as YYYY-MM-DD") from None
    return "-".join(part.zfill(2) for part in parts)
