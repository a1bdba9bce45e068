"""Notices of retraction, correction, concern and reinstatement, out of files that somebody fetched.

Two kinds of file: a *list* of notices (Retraction Watch's CSV, whole or with fewer columns), in which a paper that isn't there has none that the
list knows; and *records* of papers (PubMed, Europe PMC, Crossref or another CSL-JSON), which say something about those papers only.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from registry.sources.citation import bare_doi, bare_pmid, beginnings, half_width, without_ending
from registry.sources.formats import CitationError, items_of, nbib_records, text_of
from schemas.wording import listed
from validation.hints import shortened

__all__ = ["Notice", "Notices", "read_notices", "status_of"]

_NATURES = {
    "retraction": "retracted",
    "withdrawal": "retracted",
    "removal": "retracted",
    "retracted": "retracted",
    "partial retraction": "retracted",
    "partial_retraction": "retracted",
    "expression of concern": "expression-of-concern",
    "expression_of_concern": "expression-of-concern",
    "correction": "erratum",
    "erratum": "erratum",
    "corrigendum": "erratum",
    "addendum": "erratum",
    "clarification": "erratum",
    "corrected and republished": "erratum",
    "reinstatement": "reinstated",
}
"""What a notice means for the paper, by what lists and records call it."""

_VERSIONS = {"new_version", "new_edition"}
"""What Crossref calls an update that corrects nothing: a later version of a living paper."""

_PUBMED = {
    "RIN": "retraction",
    "RRI": "retraction",
    "PRIN": "partial retraction",
    "EIN": "erratum",
    "ECI": "expression of concern",
    "CRI": "corrected and republished",
}
_REF_TYPES = {
    "retractionin": "retraction",
    "retractedandrepublishedin": "retraction",
    "partialretractionin": "partial retraction",
    "erratumin": "erratum",
    "expressionofconcernin": "expression of concern",
    "correctedandrepublishedin": "corrected and republished",
}
_WATCH = (
    "OriginalPaperDOI",
    "OriginalPaperPubMedID",
    "RetractionNature",
    "RetractionDate",
    "RetractionDOI",
    "RetractionPubMedID",
)
_DOI, _PMID = _WATCH[:2]
_KINDS = {_DOI: "DOI", _PMID: "PubMed identifier"}
_SIGNS = {";": "semicolons", "\t": "tabs"}
_RANK = ("expression-of-concern", "erratum")

_MOST_EMPTY = 0.1
"""The share of a list's rows that may leave an identifier out, if a paper that has only that is to count as looked up."""
_SHOWN = 5


@dataclass(frozen=True)
class Notice:
    """A notice about a paper: what it means (a term of `correction_statuses`; empty where the file doesn't say), its day (``YYYY-MM-DD`` or less), and where it is published."""

    status: str
    day: str = ""
    where: str = ""


@dataclass
class Notices:
    """What a file says: notices by the identifiers of the papers they are about, and the identifiers of all papers it has a record of.

    ``complete`` is true of a list, which also says something about a paper that isn't in it, if it has identifiers of the paper's ``kinds``; not by those
    that are in ``doubtful``, with the reason: a paper may be in it, and not be found. ``what`` names the kind of file.
    """

    path: Path
    what: str
    complete: bool
    found: dict[str, list[Notice]] = field(default_factory=dict)
    records: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    doubtful: dict[str, str] = field(default_factory=dict)
    rows: int = 0
    alike: dict[str, set[str]] = field(default_factory=dict)
    """The DOIs that the file has a notice about, by what each may have been meant to be."""

    def add(self, identifiers: Iterator[str] | list[str], notice: Notice | None = None) -> None:
        for identifier in filter(None, identifiers):
            self.records.add(identifier)
            self.kinds.add(_kind(identifier))
            if notice is not None:
                self.found.setdefault(identifier, []).append(notice)
                for meant in beginnings(identifier):
                    self.alike.setdefault(meant, set()).add(identifier)

    def about(self, identifiers: set[str]) -> list[Notice] | None:
        """The notices about a paper; ``None`` where the file says nothing about it. One about a DOI that differs only in its ending may be about it: it is
        there without its status, for somebody to look at.
        """
        near = {doi for i in identifiers for doi in self.alike.get(without_ending(i), set())} - identifiers
        doubted = [
            Notice("", n.day, f"{n.where} about {doi}, perhaps another paper".strip())
            for doi in sorted(near)
            for n in self.found[doi]
        ]
        looked_up = self.complete and not (self.kinds - self.doubtful.keys()).isdisjoint(map(_kind, identifiers))
        if not looked_up and self.records.isdisjoint(identifiers) and not doubted:
            return None
        told = [notice for i in sorted(identifiers) for notice in self.found.get(i, [])]
        return list(dict.fromkeys([*told, *doubted]))


def status_of(notices: list[Notice]) -> str | None:
    """What is known of a paper by its notices: a term of `correction_statuses`, or ``None`` where the kind of one isn't known.

    A retraction stands unless a reinstatement follows it by their days: without a day, which of them came first would be a guess.
    """
    back = [n for n in notices if n.status == "reinstated"]
    if any(n.status == "retracted" and not any(_follows(b.day, n.day) for b in back) for n in notices):
        return "retracted"
    known = {n.where for n in notices if n.status} - {""}  # another file may say what kind a notice is
    if any(not n.status and n.where not in known for n in notices):
        return None
    if back:
        return "reinstated"
    return next((status for status in _RANK if status in {n.status for n in notices}), "none-found")


def _follows(later: str, earlier: str) -> bool:
    """Whether a day is after another, as far as both are stated."""
    stated = min(len(later), len(earlier))
    return later[:stated] > earlier[:stated]


def _kind(identifier: str) -> str:
    return "PubMed identifier" if identifier.startswith("pmid:") else "DOI"


def read_notices(path: Path) -> Notices:
    """The notices in a file, by what is in it. Raises ``CitationError``."""
    text = text_of(path).replace("\r\n", "\n")
    head = text.lstrip()[:2_000]
    if path.suffix.lower() == ".csv":
        return _watch(path, text)
    if head.startswith(("{", "[")):
        return _json(path, text)
    if head.startswith("<"):
        return _xml(path, text)
    if re.search(r"(?m)^PMID ?-", text[:10_000]):
        return _nbib(path, text)
    raise CitationError(
        f"{path}: this isn't a file that lists corrections: Retraction Watch's list (.csv), records of PubMed (.nbib, .xml) or "
        "Europe PMC (.json), or CSL-JSON such as Crossref's"
    )


def _meaning(path: Path, nature: str) -> str:
    status = _NATURES.get(nature.strip().lower())
    if status is None:
        raise CitationError(
            f"{path}: it has a notice of an unknown nature, `{shortened(nature)}`; known are {', '.join(sorted(_NATURES))}"
        )
    return status


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
        if not {_DOI, _PMID} & set(columns):
            sign = next(
                (f"; its columns are separated by {name}, not commas" for sign, name in _SIGNS.items() if sign in columns[0]), ""
            )
            raise CitationError(
                f"{path}: line {above + 1}: there is no column {_DOI} or {_PMID}, as Retraction Watch's list has{sign}; "
                "give a CSV with at least one of them"
            )
        return columns, [(above + reader.line_num, row) for row in reader]
    except csv.Error as error:
        raise CitationError(f"{path}: line {above + reader.line_num}: this isn't CSV: {error}") from error


def _watch(path: Path, text: str) -> Notices:
    columns, rows = _rows(path, text)
    missing = [column for column in _WATCH[:4] if column not in columns]
    what = f"Retraction Watch's list{f' without {listed(missing)}' if missing else ''}"
    order = _order(
        path, [(line, row.get(column) or "") for line, row in rows for column in ("RetractionDate", "OriginalPaperDate")]
    )
    if not order and any(_DATED.match(row.get("RetractionDate") or "") for _, row in rows):
        what += ", whose dates don't tell day from month, so their years alone count"
    notices = Notices(path, what, complete=True, rows=len(rows))
    unread: dict[str, list[int]] = {}
    for line, row in rows:
        nature = row.get("RetractionNature") or ""
        where = bare_doi(row.get("RetractionDOI")) or bare_pmid(row.get("RetractionPubMedID"))
        day = _day(path, line, row.get("RetractionDate") or "", order)
        notice = Notice(_meaning(path, nature) if nature.strip() else "", day, where)
        for column, bare, between in ((_DOI, bare_doi, _BETWEEN_DOIS), (_PMID, bare_pmid, _BETWEEN_PMIDS)):
            identifiers = [bare(each) for each in _each(row.get(column) or "", between)]
            notices.add(identifiers, notice)
            if not all(identifiers):
                unread.setdefault(column, []).append(line)
    if not notices.rows:
        raise CitationError(f"{path}: the list is empty")
    if not notices.records and not unread:
        raise CitationError(f"{path}: no paper in the list has a DOI or a PubMed identifier")
    for column, kind in _KINDS.items():
        empty = sum(not (row.get(column) or "").strip() for _, row in rows)
        if column in unread:
            lines = [str(line) for line in unread[column][:_SHOWN]] + ["…"] * (len(unread[column]) > _SHOWN)
            notices.doubtful[kind] = (
                f"line {', '.join(lines)}: {column} can't be read; write one {kind}, or several with `; ` between them"
            )
        elif kind in notices.kinds and empty > _MOST_EMPTY * len(rows):
            notices.doubtful[kind] = (
                f"{empty} of {len(rows)} rows have no {column}, and don't say that there is none (`unavailable`, `0`)"
            )
    return notices


_BETWEEN_DOIS = re.compile(r"(?:\s*[;,|]\s*|(?<!:)\s+)(?=10\.|doi\b|https?:)", re.IGNORECASE)
# 12 3 and 12,345 may be one number.
_BETWEEN_PMIDS = re.compile(
    r"\s*[;|]\s*(?=\d|pmid)|\s*,(?!\d{3}(?!\d))\s*(?=\d|pmid)|(?<!:)\s+(?=pmid)|(?<=\d{7})\s+(?=\d{7})", re.IGNORECASE
)


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


def _json(path: Path, text: str) -> Notices:
    items = items_of(path, text)
    europe = any("commentCorrectionList" in item or "pubTypeList" in item or item.get("source") == "MED" for item in items)
    notices = Notices(path, "records of Europe PMC" if europe else "CSL-JSON", complete=False, rows=len(items))
    for item in items:
        if europe:
            own = [bare_doi(_word(item.get("doi"))), bare_pmid(_word(item.get("pmid")))]
            listed = item.get("commentCorrectionList")
            links = listed.get("commentCorrection") if isinstance(listed, dict) else None
            types = item.get("pubTypeList")
            told = [(str(link.get("type", "")), str(link.get("id", ""))) for link in _objects(links)]
            named = types.get("pubType") if isinstance(types, dict) else None
            _add_record(notices, own, told, named if isinstance(named, list) else [named])
        else:
            own = [bare_doi(_word(item.get("DOI"))), bare_pmid(_word(item.get("PMID")))]
            by = _updates(item, "updated-by")
            # Crossref leaves `updated-by` out where nothing updates a paper; another's file without it knows nothing of notices.
            if item.get("updated-by") is not None or item.get("source") == "Crossref":
                notices.add(own)
            title = item.get("title")
            if not by and _TITLED.match(_word(title[0] if isinstance(title, list) and title else title)):
                notices.add(own, Notice("", "", "by its title"))
            for link in by:  # the item is the paper
                where = bare_doi(_word(link.get("DOI")))
                notices.add(own, Notice(_meaning(path, _word(link.get("type"))), _day_of(link.get("updated")), where))
            for link in _updates(item, "update-to"):  # the item is the notice
                day = _day_of(link.get("updated")) or _day_of(item.get("issued"))
                notices.add([bare_doi(_word(link.get("DOI")))], Notice(_meaning(path, _word(link.get("type"))), day, own[0]))
    if not notices.records and not any(bare_doi(_word(i.get("DOI"))) or bare_pmid(_word(i.get("PMID"))) for i in items):
        raise CitationError(f"{path}: no item in it has a DOI or a PubMed identifier")
    if not notices.records and not any("update-to" in item for item in items):
        raise CitationError(
            f"{path}: no item in it says whether there are notices (`updated-by`, `update-to`), as Crossref's records do; a citation "
            "manager's file doesn't know of them"
        )
    return notices


_TITLED = re.compile(r"\W*(?:retracted|withdrawn)(?:\s+(?:article|paper|chapter))?\s*[])}:.\u2013\u2014]", re.IGNORECASE)
"""How the title of a retracted paper begins, as in `RETRACTED: A trial`."""


def _updates(item: dict[str, Any], member: str) -> list[dict[str, Any]]:
    """What updates an item, or it updates: in a list, or one alone. Anything but an object counts as one without a type, which is refused."""
    links = item.get(member) or []
    each = [link if isinstance(link, dict) else {} for link in (links if isinstance(links, list) else [links])]
    return [link for link in each if _word(link.get("type")) not in _VERSIONS]


def _objects(value: object) -> list[dict[str, Any]]:
    """The objects in a list, or one that stands alone."""
    every = value if isinstance(value, list) else [value]
    return [item for item in every if isinstance(item, dict)]


def _word(value: object) -> str:
    return str(value) if isinstance(value, str | int) else ""


def _day_of(date_: object) -> str:
    """A day, or as much of it as is stated; nothing where a part of it is not a number of a date, for then it can't say what came first."""
    parts = date_.get("date-parts") if isinstance(date_, dict) else None
    first = parts[0] if isinstance(parts, list) and parts and isinstance(parts[0], list) else []
    said = [str(part).zfill(2) for part in first]
    try:
        date.fromisoformat("-".join([*said, "01", "01"][:3]))
    except ValueError:
        return ""
    return "-".join(said)


def _add_record(notices: Notices, own: list[str], told: list[tuple[str, str]], types: list[Any]) -> None:
    """Add a record of PubMed's: links such as `Retraction in`, and types such as `Retracted Publication`."""
    notices.add(own)
    for kind, where in told:
        if nature := _REF_TYPES.get(re.sub(r"[^a-z]", "", kind.lower())):
            notices.add(own, Notice(_NATURES[nature], "", bare_pmid(where) or shortened(where)))
    if "retracted publication" in (str(name).lower() for name in types):
        notices.add(own, Notice("retracted"))


def _nbib(path: Path, text: str) -> Notices:
    notices = Notices(path, "records of PubMed", complete=False)
    for record in nbib_records(path, text):
        notices.rows += 1
        dois = [bare_doi(place.removesuffix("[doi]")) for place in record.get("places", []) if place.endswith("[doi]")]
        own = [bare_pmid(record.get("pmid")), *dois]
        notices.add(own)
        for tag, nature in _PUBMED.items():
            for where in record.get(tag, []):
                notices.add(own, Notice(_NATURES[nature], "", shortened(where)))
        if "retracted publication" in map(str.lower, record.get("types", [])):
            notices.add(own, Notice("retracted"))
    return notices


def _xml(path: Path, text: str) -> Notices:
    from xml.etree import ElementTree

    if "<!ENTITY" in text:
        raise CitationError(f"{path}: the file declares entities, which no record of PubMed does")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314  entities are refused above; nothing else is expanded
    except ElementTree.ParseError as error:
        raise CitationError(f"{path}: this can't be read as XML: {error}") from error
    notices = Notices(path, "records of PubMed", complete=False)
    for article in root.iter("PubmedArticle"):
        notices.rows += 1
        own = [bare_pmid(article.findtext("MedlineCitation/PMID"))]
        own += [bare_doi(i.text) for i in article.findall("PubmedData/ArticleIdList/ArticleId[@IdType='doi']")]
        told = [(link.get("RefType", ""), link.findtext("PMID") or "") for link in article.iter("CommentsCorrections")]
        types = [kind.text for kind in article.iter("PublicationType")]
        _add_record(notices, own, told, types)
    if not notices.rows:
        raise CitationError(f"{path}: there is no record of PubMed in it (PubmedArticle)")
    return notices
