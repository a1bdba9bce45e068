"""Records of papers, with notices about these papers only: PubMed's, Europe PMC's, Crossref's or another CSL-JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from registry.sources.citation import bare_doi, bare_pmid
from registry.sources.formats import LINKS, CitationError, items_of, nbib_records
from registry.sources.notices import Notice, Notices
from validation.hints import shortened

__all__ = ["read_json", "read_nbib", "read_xml"]

_VERSIONS = {"new_version", "new_edition"}
"""What Crossref calls an update that corrects nothing: a later version of a living paper."""

_LINK = re.compile(
    r"(?P<nature>(?:partial)?retraction|retractedandrepublished|erratum|expressionofconcern|correctedandrepublished)"
    r"(?:(?P<own>in)|(?P<other>of|for|from))"
)
"""What PubMed calls a link, without blanks: to a notice about the paper, or, of a notice, to the paper that it is about."""

_NATURE = {
    "retraction": "retraction",
    "retractedandrepublished": "retraction",
    "partialretraction": "partial retraction",
    "erratum": "erratum",
    "expressionofconcern": "expression of concern",
    "correctedandrepublished": "corrected and republished",
}

_CROSSREF_S_OWN = {"prefix", "member", "indexed", "deposited"}
"""What Crossref's whole record of a work always has, and what is made of it, or picked out of it, mostly hasn't."""

_DOIS_OF_XML = (
    "PubmedData/ArticleIdList/ArticleId[@IdType='doi']",
    "MedlineCitation/Article/ELocationID[@EIdType='doi']",
)

_SIGN = r"(?:retracted|retraction|withdrawn|withdrawal|removed|removal|expression of concern)"
_ROUND = r"(?:this|the|an?|of|article|paper|chapter|study|trial|notice|has|have|been|was|is|temporary|temporarily|partial|partially|permanent|publisher|editorial)"
_BEHIND = r"(?:article|paper|chapter|study|trial|publication|notice|statement|and|republished|replaced|replacement|by|at|the|request|of|authors?|publishers?|editors?)"
_TITLED = re.compile(
    # It begins with the words, which something sets off from the title, or capitals.
    rf"^\W*(?:{_ROUND}\s+)*{_SIGN}(?:\s+{_BEHIND})*\s*(?:[^\w\s(]|$)"
    rf"|^\W*(?-i:RETRACTED|WITHDRAWN|REMOVED)\b"
    # It has them in brackets, or ends with them.
    rf"|[\[({{]\W*(?:{_ROUND}\s+)*{_SIGN}(?:\s+{_BEHIND})*\s*(?:[^\w\s(]|$)"
    rf"|[^\w\s)]\s*(?:{_ROUND}\s+)*{_SIGN}(?:\s+{_BEHIND})*\W*$",
    re.IGNORECASE,
)
"""How the title of a retracted paper says so, as in `RETRACTED: A trial` and `A trial [Retracted]`."""

_TOPIC = re.compile(r"\b(?:withdrawal|removal)\b", re.IGNORECASE)
_OF_PAPERS = re.compile(
    r"\b(?:retract\w*|withdrawn|removed|concern|articles?|papers?|chapter|publication|notice|statement|publisher|editorial|temporary|partial|permanent)\b"
    r"|^[^\w\s:.;,(]*(?:withdrawal|removal)(?:\s*:|\s+[-\u2013\u2014])",
    re.IGNORECASE,
)
"""What makes a withdrawal one of the paper: many trials are of withdrawal, as in `Relapse on paroxetine: a withdrawal study`."""


def read_json(path: Path, text: str) -> Notices:
    """The notices in records of Europe PMC or Crossref, or another CSL-JSON. Raises ``CitationError``."""
    items = items_of(path, text)
    europe = any(map(_is_europe_s, items))
    what = "records of Europe PMC" if europe else "works of OpenAlex" if any("is_retracted" in i for i in items) else "CSL-JSON"
    notices = Notices(path, what, complete=False, rows=len(items))
    for item in items:
        (_add_openalex if "is_retracted" in item else _add_europe if _is_europe_s(item) else _add_csl)(notices, item)
    if notices.records or any("update-to" in item for item in items):
        return notices
    if not any(bare_doi(_word(i.get(doi))) or bare_pmid(_word(i.get(pmid))) for i in items for doi, pmid in _NAMES):
        raise CitationError(f"{path}: no item in it has a DOI or a PubMed identifier")
    raise CitationError(
        f"{path}: no item in it says whether there are notices, as Crossref's records do (`updated-by`, `update-to`) and Europe PMC's with "
        "resultType=core (`pubTypeList`, `commentCorrectionList`); a citation manager's file doesn't know of them, nor does OpenAlex of any but retractions"
    )


_NAMES = (("DOI", "PMID"), ("doi", "pmid"))


def _add_openalex(notices: Notices, item: dict[str, Any]) -> None:
    """Add a work of OpenAlex's, which says at most that there is a retraction, and not which; that it has none says nothing."""
    ids = item.get("ids")
    number = re.search(r"([0-9]+)/?$", _word(ids.get("pmid")) if isinstance(ids, dict) else "")
    if item["is_retracted"] is True:
        notices.add([bare_doi(_word(item.get("doi"))), bare_pmid(number[1] if number else "")], Notice("", "", "by OpenAlex"))


def _is_europe_s(item: dict[str, Any]) -> bool:
    return "DOI" not in item and not item.keys().isdisjoint({"pubTypeList", "pubType", "commentCorrectionList", "pmid", "pmcid"})


def _add_europe(notices: Notices, item: dict[str, Any]) -> None:
    """Add a record of Europe PMC's. Only one with a list of types is whole; of another, which has no links, only what it says itself is taken."""
    own = [bare_doi(_word(item.get("doi"))), bare_pmid(_word(item.get("pmid")))]
    linked, listed = item.get("commentCorrectionList"), item.get("pubTypeList")
    links = linked.get("commentCorrection") if isinstance(linked, dict) else None
    told = [(str(link.get("type", "")), str(link.get("id", ""))) for link in _objects(links)]
    types = listed.get("pubType") if isinstance(listed, dict) else item.get("pubType")
    named = types if isinstance(types, list) else _word(types).split(";")
    whole = isinstance(listed, dict) or isinstance(linked, dict)
    _add_record(notices, own, told, named, _word(item.get("title")), whole=whole)


def _add_csl(notices: Notices, item: dict[str, Any]) -> None:
    """Add an item of CSL-JSON: a paper with what updates it, or a notice with what it updates."""
    own = [bare_doi(_word(item.get("DOI"))), bare_pmid(_word(item.get("PMID")))]
    # Crossref leaves `updated-by` out where nothing updates a paper; another's file without it knows nothing of notices.
    if item.get("updated-by") is not None or (item.get("source") == "Crossref" and item.keys() >= _CROSSREF_S_OWN):
        notices.add(own)
    title = item.get("title")
    if "update-to" not in item:
        _add_titled(notices, own, _word(title[0] if isinstance(title, list) and title else title))
    for link in _updates(item, "updated-by"):  # the item is the paper
        where = bare_doi(_word(link.get("DOI")))
        notices.add(own, Notice.of(notices.path, _word(link.get("type")), _day_of(link.get("updated")), where))
    for link in _updates(item, "update-to"):  # the item is the notice
        day = _day_of(link.get("updated")) or _day_of(item.get("issued"))
        notices.add([bare_doi(_word(link.get("DOI")))], Notice.of(notices.path, _word(link.get("type")), day, own[0]))


def _add_titled(notices: Notices, own: Sequence[str], title: str) -> None:
    plain = re.sub(r"<[^<>]*>", "", title)
    if any(not _TOPIC.search(said[0]) or _OF_PAPERS.search(said[0]) for said in _TITLED.finditer(plain)):
        notices.add(own, Notice("", "", "by its title"))


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


def _add_record(
    notices: Notices, own: list[str], told: list[tuple[str, str]], types: Sequence[Any], title: str, *, whole: bool = True
) -> None:
    """Add a record of PubMed's or Europe PMC's: links such as `Retraction in`, types such as `Retracted Publication`, and the title."""
    if whole:
        notices.add(own)
    links = [(found, where) for kind, where in told if (found := _LINK.fullmatch(re.sub(r"[^a-z]", "", kind.lower())))]
    for link, where in links:
        nature = _NATURE[link["nature"]]
        if link["own"]:
            notices.add(own, Notice.of(notices.path, nature, "", bare_pmid(where) or shortened(where)))
        else:
            notices.add(_identifiers_in(where), Notice.of(notices.path, nature, "", next(filter(None, own), "")))
    for name in (re.sub(r"[^a-z]+", " ", str(name).lower()).strip() for name in types):
        if name.startswith("retracted"):
            notices.add(own, Notice("retracted"))
        elif re.search(r"\b(?:withdraw|remov)", name):
            notices.add(own, Notice("", "", "by its type"))
    if not any(link["other"] for link, _ in links):  # the title of a notice tells of another paper
        _add_titled(notices, own, title)


def _identifiers_in(reference: str) -> list[str]:
    """The identifiers of a paper in PubMed's reference to it."""
    pmids = re.findall(r"PMID: ?(\d+)", reference) or [reference]
    return [*map(bare_pmid, pmids), *map(bare_doi, re.findall(r"\b10\.[0-9]{4,9}/\S+", reference))]


def read_nbib(path: Path, text: str) -> Notices:
    """The notices in PubMed's nbib. Raises ``CitationError``."""
    notices = Notices(path, "records of PubMed", complete=False)
    for record in nbib_records(path, text):
        notices.rows += 1
        dois = [bare_doi(place.removesuffix("[doi]")) for place in record.get("places", []) if place.endswith("[doi]")]
        told = [(link, where) for tag, link in LINKS.items() for where in record.get(tag, [])]
        _add_record(notices, [bare_pmid(record.get("pmid")), *dois], told, record.get("types", []), record.get("title", ""))
    return notices


def read_xml(path: Path, text: str) -> Notices:
    """The notices in PubMed's XML. Raises ``CitationError``."""
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
        own += [bare_doi(i.text) for where in _DOIS_OF_XML for i in article.findall(where)]
        told = [(link.get("RefType", ""), link.findtext("PMID") or "") for link in article.iter("CommentsCorrections")]
        types = [kind.text for kind in article.iter("PublicationType")]
        title = article.find("MedlineCitation/Article/ArticleTitle")
        _add_record(notices, own, told, types, "" if title is None else "".join(title.itertext()))
    if not notices.rows:
        raise CitationError(f"{path}: there is no record of PubMed in it (PubmedArticle)")
    return notices
