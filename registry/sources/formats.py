"""Files of citation managers: RIS and PubMed's nbib by rispy, BibTeX by bibtexparser, CSL-JSON; read, and written.

The libraries are imported here and nowhere else. A file that can't be read raises ``CitationError``.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from registry.errors import OutcomesError
from registry.packages.given import fault_of_file
from registry.sources.citation import Citation, pmid_noted
from registry.sources.tex import from_tex, to_tex
from schemas.vocabulary import terms

__all__ = ["ENDINGS", "FORMATS", "CitationError", "items_of", "nbib_records", "read_citations", "text_of", "written"]

MOST_BYTES = 100_000_000
_MOST_CITATIONS = 50_000
FORMATS = {"ris": ".ris", "bibtex": ".bib", "csl-json": ".json", "nbib": ".nbib"}
ENDINGS = {ending: name for name, ending in FORMATS.items()}
_KINDS = {
    # of the vocabulary: in RIS, BibTeX and CSL
    "journal-article": ("JOUR", "article", "article-journal"),
    "data-set": ("DATA", "misc", "dataset"),
    "conference-poster": ("CPAPER", "inproceedings", "paper-conference"),
    "regulatory-document": ("GOVDOC", "techreport", "report"),
    "web-page": ("ELEC", "misc", "webpage"),
    "letter": ("PCOMM", "misc", "personal_communication"),
}
_OTHER = ("GEN", "misc", "document")


class CitationError(OutcomesError):
    """A file of citations, or of notices, that can't be read; the message names it and says why."""


def text_of(path: Path) -> str:
    """The text of a file that somebody gave, if it isn't too large. Raises ``CitationError``."""
    if fault := fault_of_file(path):
        raise CitationError(fault)
    if path.stat().st_size > MOST_BYTES:
        raise CitationError(f"{path}: the file has {path.stat().st_size:,} bytes; at most {MOST_BYTES:,} are allowed")
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CitationError(f"{path}: the file isn't UTF-8 text (byte {error.start}); save it as UTF-8") from error
    if "\0" in text:
        raise CitationError(f"{path}: the file holds null characters, so it isn't text")
    return text


def read_citations(path: Path) -> list[Citation]:
    """The citations in a file, by its ending. Raises ``CitationError``."""
    form = ENDINGS.get(path.suffix.lower())
    if form is None:
        raise CitationError(f"{path}: the file must end in {', '.join(ENDINGS)}")
    found = list(_READERS[form](path, text_of(path).replace("\r\n", "\n")))
    if not found:
        raise CitationError(f"{path}: there is no citation in it that can be read as {form}")
    if len(found) > _MOST_CITATIONS:
        raise CitationError(f"{path}: it holds {len(found):,} citations; at most {_MOST_CITATIONS:,} are allowed")
    return [replace(c, **{name: " ".join(value.split()) for name, value in vars(c).items()}) for c in found]


def written(citations: Iterable[Citation], form: str) -> str:
    """The citations in a format, one of ``FORMATS``."""
    return _WRITERS[form](list(citations))


def needed(module: str) -> None:
    """Raise ``CitationError``, which says what to do, where a library isn't installed."""
    if find_spec(module) is None:
        raise CitationError(
            f"files of this kind are read by {module}, which isn't installed: pip install 'trial-outcomes[citations]'"
        )


def _kind(stated: str, written_as: str, column: int) -> str:
    """The kind that is stated in the vocabulary's words, or the only one that is written so."""
    if stated in terms("source_kinds"):
        return stated
    found = [kind for kind, names in _KINDS.items() if names[column] == written_as]
    return found[0] if len(found) == 1 else "unstated"


def _first(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return value if isinstance(value, str) else ""


def _read_ris(path: Path, text: str) -> Iterator[Citation]:
    needed("rispy")
    import rispy

    records, begun = _records(path, lambda: rispy.loads(text)), len(re.findall(r"(?m)^TY  - ", text))
    if len(records) < begun:
        raise CitationError(
            f"{path}: the last of {begun:,} references has no end, a line `ER  -`: the file may have been cut off"
        )
    for entry in records:
        authors = entry.get("authors") or entry.get("first_authors") or []
        yield Citation(
            source_id=_first(entry.get("id")),
            kind=_kind(_first(entry.get("type_of_work")), _first(entry.get("type_of_reference")), 0),
            title=_first(entry.get("title")) or _first(entry.get("primary_title")),
            doi=_first(entry.get("doi")),
            pmid=_pubmed_number(entry),
            url=_first(entry.get("urls")) or _first(entry.get("url")),
            accessed=_day(_first(entry.get("access_date"))),
            licence=_first(entry.get("custom1")),
            first_author=_first(authors),
            year=_first(entry.get("year") or entry.get("publication_year")),
        )


_OWN_FIELDS = {"custom2": "scopus", "U5": "embase"}
"""Where databases put PubMed's number when they export another's record."""

_PUBMED = re.compile(r"pubmed|medline|\bNLM\b|\bncbi\.nlm\b|\bdb=(?:cmedm|mdc|mnh|mdl)\b", re.IGNORECASE)
_SERVICES = re.compile(r"ebsco|proquest|ovid|embase|scopus|cinahl|psyc|webof|clarivate|cochrane|wanfang|cnki", re.IGNORECASE)


def _pubmed_number(entry: Mapping[str, Any]) -> str:
    """PubMed's number: as a note, in the field that a database has for it, or as the accession number, unless that is another database's: EBSCO's and
    Embase's can have eight digits too. Where the record names no database, its address may.
    """
    unknown, number = entry.get("unknown_tag", {}), _first(entry.get("accession_number"))
    if re.fullmatch(r"PMID:? *[0-9]{1,8}", number, re.IGNORECASE):
        return number
    named = " ".join(filter(None, (_first(entry.get(key)) for key in ("name_of_database", "database_provider"))))
    urls = " ".join(entry.get("urls") or [])
    elsewhere = named or (urls if _SERVICES.search(urls) or number in urls else "")
    if re.fullmatch(r"[0-9]{1,8}", number) and (not elsewhere or _PUBMED.search(elsewhere)):
        return number
    own = (_first(entry.get(tag) or unknown.get(tag)) for tag, name in _OWN_FIELDS.items() if name in named.lower())
    # CENTRAL has the numbers of other databases, each with its name.
    others = re.search(r"\bPUBMED ([0-9]{1,8})\b", " ".join(unknown.get("XR", [])))
    stated = next((found for found in own if re.fullmatch(r"[0-9]{1,8}", found)), "") or (others[1] if others else "")
    return stated or pmid_noted(*entry.get("notes", []))


def _records(path: Path, read: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """What rispy reads. Its errors, which have no class of their own, are about the file."""
    try:
        return read()
    except (KeyError, ValueError, TypeError, AttributeError, OSError) as error:
        raise CitationError(f"{path}: a line can't be read: {error or type(error).__name__}") from error


def _day(text: str) -> str:
    found = re.match(r"([0-9]{4})[-/]([0-9]{2})[-/]([0-9]{2})", text)
    return "-".join(found.groups()) if found else ""


def _write_ris(citations: list[Citation]) -> str:
    needed("rispy")
    import rispy

    entries = []
    for c in citations:
        entry = {"type_of_reference": _KINDS.get(c.kind, _OTHER)[0], "type_of_work": c.kind, "id": c.name, "title": c.title}
        entry |= {"doi": c.doi, "accession_number": c.pmid, "access_date": c.accessed, "custom1": c.licence}
        entries.append({key: value for key, value in entry.items() if value} | ({"urls": [c.url]} if c.url else {}))
    text: str = rispy.dumps(entries)
    return text


LINKS = {
    "RIN": "retraction in",
    "ROF": "retraction of",
    "RRI": "retracted and republished in",
    "RRF": "retracted and republished from",
    "RPI": "retracted and republished in",
    "RPF": "retracted and republished from",
    "PRIN": "partial retraction in",
    "PROF": "partial retraction of",
    "EIN": "erratum in",
    "EFR": "erratum for",
    "ECI": "expression of concern in",
    "ECF": "expression of concern for",
    "CRI": "corrected and republished in",
    "CRF": "corrected and republished from",
}
"""PubMed's tags of links to notices about a paper, and from them to the paper."""

_NBIB = {
    "PMID": "pmid",
    "OID": "oid",
    "TI": "title",
    "PT": "types",
    "LID": "places",
    "AID": "places",
    "FAU": "authors",
    "AU": "authors",
} | {
    "DP": "date",
    "URL": "url",
    **{tag: tag for tag in LINKS},
    "LR": "read",
    "CPR": "licence",
}
_NBIB_LISTS = ["PT", "LID", "AID", "FAU", "AU", *LINKS]


def _nbib_line(line: str) -> tuple[str | None, str]:
    """A line's tag, which PubMed pads to four characters, and its text; no tag for a line that goes on with the one before."""
    found = re.match(r"([A-Z]{2,4}) *- ?(.*)", line)
    return (found[1], found[2].strip()) if found and line[4:5] == "-" else (None, line.strip())


def nbib_records(path: Path, text: str) -> list[dict[str, Any]]:
    """PubMed's records, each a map from what its tags mean to their values. Raises ``CitationError``."""
    needed("rispy")
    from rispy.parser import RisParser

    parser = RisParser(mapping={**_NBIB, "TY": "start"}, list_tags=_NBIB_LISTS, delimiter_tags_mapping={}, skip_unknown_tags=True)
    parser.parse_line = _nbib_line
    records: list[str] = []
    for block in re.split(r"\n\s*\n", text):
        # An empty line is also within a record, as in an abstract: what follows it begins another only with what each has once.
        begun = [tag for tag in ("PMID", "TI  ") if re.search(f"(?m)^{tag}", block)]
        if begun and (not records or any(re.search(f"(?m)^{tag}", records[-1]) for tag in begun)):
            records.append(block)
        elif records:
            records[-1] += f"\n{block}"
    wrapped = "\n".join(f"TY  - x\n{block}\nER  - \n" for block in records)
    return _records(path, lambda: parser.parse(wrapped))


def _read_nbib(path: Path, text: str) -> Iterator[Citation]:
    for entry in nbib_records(path, text):
        dois = [p.removesuffix("[doi]").strip() for p in entry.get("places", []) if p.endswith("[doi]")]
        stated = next((t for t in entry.get("types", []) if t in terms("source_kinds")), "")
        yield Citation(
            source_id=entry.get("oid", ""),
            kind=stated or ("journal-article" if "Journal Article" in entry.get("types", []) else "unstated"),
            title=entry.get("title", ""),
            doi=dois[0] if dois else "",
            pmid=entry.get("pmid", ""),
            url=entry.get("url", ""),
            accessed=_day(entry.get("read", "")),
            licence=entry.get("licence", ""),
            first_author=_first(entry.get("authors", [])),
            year=entry.get("date", "")[:4],
        )


def _write_nbib(citations: list[Citation]) -> str:
    def lines(c: Citation) -> Iterator[str]:
        told = [("PMID", c.pmid), ("OID", c.name), ("TI", c.title), ("PT", c.kind), ("LID", f"{c.doi} [doi]" if c.doi else "")]
        told += [("URL", c.url), ("LR", c.accessed), ("CPR", c.licence)]
        yield from (f"{tag:<4}- {value}" for tag, value in told if value)

    return "\n\n".join("\n".join(lines(c)) for c in citations) + "\n"


def _read_bibtex(path: Path, text: str) -> Iterator[Citation]:
    needed("bibtexparser")
    from bibtexparser.entrypoint import parse_string

    logging.getLogger("bibtexparser").addHandler(logging.NullHandler())  # what it says there is in the blocks that failed
    library = parse_string(text, parse_stack=[])
    if library.failed_blocks:
        failed = library.failed_blocks[0]
        why = getattr(failed.error, "abort_reason", failed.error)  # of a block that was given up, the text is empty
        raise CitationError(f"{path}: line {(failed.start_line or 0) + 1}: this entry can't be read as BibTeX: {why}")
    names: dict[str, str] = {}
    for string in library.strings:
        names[string.key.lower()] = _joined(string.value, names)
    for entry in library.entries:
        fields = {field.key.lower(): from_tex(_joined(str(field.value), names)) for field in entry.fields}
        yield Citation(
            source_id=entry.key,
            kind=_kind(fields.get("type", ""), entry.entry_type.lower(), 1),
            title=fields.get("title", ""),
            doi=fields.get("doi", ""),
            pmid=fields.get("pmid", "") or pmid_noted(fields.get("note", "")),
            url=fields.get("url", ""),
            accessed=_day(fields.get("urldate", "")),
            licence=fields.get("copyright", ""),
            first_author=fields.get("author", "").partition(" and ")[0],
            year=fields.get("year", "") or fields.get("date", "")[:4],
        )


_PIECE = re.compile(r"\\.|[^#{}\"\\]+|(?P<open>\{)|(?P<close>\})|(?P<quote>\")|(?P<join>#)", re.DOTALL)


def _joined(value: str, names: Mapping[str, str]) -> str:
    """A field's value as BibTeX puts it together of texts in braces or quotation marks, numbers and the names of other texts, joined by ``#``."""
    parts, start, depth, quoted = [], 0, 0, False
    for piece in _PIECE.finditer(value):
        depth += bool(piece["open"]) - bool(piece["close"])
        if piece["quote"] and not depth:
            quoted = not quoted
        elif piece["join"] and not depth and not quoted:
            parts.append(value[start : piece.start()])
            start = piece.end()
    parts = [part.strip() for part in [*parts, value[start:]]]
    return "".join(part[1:-1] if part[:1] in {"{", '"'} else names.get(part.lower(), part) for part in parts)


def _write_bibtex(citations: list[Citation]) -> str:
    needed("bibtexparser")
    from bibtexparser.entrypoint import write_string
    from bibtexparser.library import Library
    from bibtexparser.model import Entry, Field

    library = Library()
    for c in citations:
        told = {
            "title": to_tex(c.title),
            "type": c.kind,
            "doi": c.doi,
            "pmid": c.pmid,
            "url": c.url,
            "urldate": c.accessed,
            "copyright": c.licence,
        }
        fields = [Field(key, f"{{{value}}}") for key, value in told.items() if value]
        library.add(Entry(_KINDS.get(c.kind, _OTHER)[1], c.name, fields))
    text: str = write_string(library, unparse_stack=[])
    return text


def items_of(path: Path, text: str) -> list[dict[str, Any]]:
    """The items of a JSON file: a list of them, one, or what an interface wraps them in. Raises ``CitationError``."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:  # a number may have too many digits to be one
        raise CitationError(f"{path}: this isn't JSON: {error}") from error
    for member in ("message", "resultList"):
        if isinstance(found, dict) and isinstance(found.get(member), dict):
            found = found[member]
    for member in ("items", "result", "results"):
        if isinstance(found, dict) and isinstance(found.get(member), list):
            found = found[member]
    items = found if isinstance(found, list) else [found]
    if not all(isinstance(item, dict) for item in items):
        raise CitationError(f"{path}: it must hold a list of items, each an object")
    return items


_MARKUP = re.compile(r"</?(?:i|b|em|strong|su[bp]|scp?|span)(?:\s[^<>]*)?>", re.IGNORECASE)
"""What CSL allows in a title to set how it looks, and Crossref and Zotero write. CSL can't say that such a tag is meant as text."""


def _read_csl(path: Path, text: str) -> Iterator[Citation]:
    for item in items_of(path, text):
        authors, issued = item.get("author"), item.get("issued")
        author = authors[0] if isinstance(authors, list) and authors and isinstance(authors[0], Mapping) else {}
        yield Citation(
            source_id=str(item.get("id") or ""),
            kind=_kind(_first(item.get("genre")), _first(item.get("type")), 2),
            title=_MARKUP.sub("", _first(item.get("title"))),
            doi=_first(item.get("DOI")),
            pmid=str(item.get("PMID") or "") or pmid_noted(_first(item.get("note"))),
            url=_first(item.get("URL")),
            accessed=_parts(item.get("accessed"), 3),
            licence=_first(item.get("license")),
            first_author=_first(author.get("family")) or _first(author.get("literal")),
            year=_parts(issued, 1),
        )


def _parts(date: object, most: int) -> str:
    """A date as CSL has it, as text with so many parts; nothing where it has fewer."""
    parts = date.get("date-parts") if isinstance(date, Mapping) else None
    first = parts[0] if isinstance(parts, list) and parts else []
    numbers = [str(p) for p in first if str(p).isdecimal()] if isinstance(first, list) else []
    return "-".join(n.zfill(2) for n in numbers[:most]) if len(numbers) >= most else ""


def _write_csl(citations: list[Citation]) -> str:
    items = []
    for c in citations:
        item: dict[str, Any] = {"id": c.name, "type": _KINDS.get(c.kind, _OTHER)[2], "genre": c.kind, "title": c.title}
        item |= {"DOI": c.doi, "PMID": c.pmid, "URL": c.url, "license": c.licence}
        item = {key: value for key, value in item.items() if value}
        if c.accessed:
            item["accessed"] = {"date-parts": [[int(part) for part in c.accessed.split("-")]]}
        items.append(item)
    return json.dumps(items, indent=1, ensure_ascii=False) + "\n"


_READERS = {"ris": _read_ris, "bibtex": _read_bibtex, "csl-json": _read_csl, "nbib": _read_nbib}
_WRITERS: dict[str, Callable[[list[Citation]], str]] = {
    "ris": _write_ris,
    "bibtex": _write_bibtex,
    "csl-json": _write_csl,
    "nbib": _write_nbib,
}
