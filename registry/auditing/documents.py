"""Which sources are one document, however they are written: by a DOI in any capitals or as an address, a PubMed number, an address, a title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

__all__ = ["documents"]

_DOI = re.compile(r"\b(10\.\d{4,9}/[^\s?#]*[^\s?#/])", re.IGNORECASE)
_ABOUT = re.compile(r"(?:/(?:full|abstract|pdf|epdf|html))+$|\.pdf$", re.IGNORECASE)
"""What publishers write behind a DOI in an address, and isn't of it."""
_PUBMED = re.compile(r"https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(\d+)/?", re.IGNORECASE)

_Source = tuple[str | None, str | None, str | None, str | None]


def documents(sources: Iterable[_Source]) -> Mapping[str, int]:
    """Of each source, as answers name it, the number of its document: sources that share a DOI or PubMed number are one, and so are those that each share one
    with a third. One that has neither is the document that has its address, if one alone has; else the address, or the title, is a document's.

    A source is its name, DOI, PubMed number and address.
    """
    each = [(name or url or doi or pmid, _identifiers(doi, pmid, url), url) for name, doi, pmid, url in sources]
    number: dict[str, int] = {}
    for place, (_, known, _) in enumerate(each):
        joined = {number[one] for one in known if one in number}
        to = min(joined, default=place)
        number.update({one: to for one, at in number.items() if at in joined} | dict.fromkeys(known, to))
    at: dict[str, set[int]] = {}
    for _, known, url in each:
        if known and url:
            at.setdefault(url, set()).add(number[known[0]])
    found: dict[str, int] = {}
    alone: dict[str, int] = {}
    for place, (name, known, url) in enumerate(each):
        if name:
            there = at.get(url or "", set())
            found[name] = (
                number[known[0]] if known else min(there) if len(there) == 1 else alone.setdefault(url or name, len(each) + place)
            )
    return found


def _identifiers(doi: str | None, pmid: str | None, url: str | None) -> list[str]:
    """DOIs are the same in any capitals (DOI handbook, 2.4), and in any publisher's address."""
    in_address, listed = _DOI.search(unquote(url or "")), _PUBMED.fullmatch(url or "")
    found = doi or (in_address and _ABOUT.sub("", in_address[1]))
    pmid = pmid or (listed and listed[1])
    return [one for one in (f"doi:{found.lower()}" if found else None, f"pmid:{pmid}" if pmid else None) if one]
