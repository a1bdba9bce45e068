"""Which sources are one document, however they are written: by a DOI in any capitals or as an address, a PubMed number, an address, a title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

__all__ = ["documents"]

_DOI = re.compile(r"https?://(?:dx\.)?doi\.org/(10\..+)", re.IGNORECASE)
_PUBMED = re.compile(r"https?://(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(\d+)/?", re.IGNORECASE)


def documents(sources: Iterable[tuple[str | None, str | None, str | None, str | None]]) -> Mapping[str, int]:
    """Of each source, as answers name it, the number of its document: sources that share an identifier are one, and so are those that each share one with a third.

    A source is its name, DOI, PubMed number and address.
    """
    number: dict[str, int] = {}
    named: list[tuple[str, str]] = []
    for name, doi, pmid, url in sources:
        known = _identifiers(doi, pmid, url) or ([name] if name else [])
        if not known:
            continue
        joined = {number[one] for one in known if one in number}
        to = min(joined, default=len(named))
        number.update({one: to for one, at in number.items() if at in joined} | dict.fromkeys(known, to))
        named.append((name or known[0], known[0]))
    return {name: number[one] for name, one in named}


def _identifiers(doi: str | None, pmid: str | None, url: str | None) -> list[str]:
    """DOIs are the same in any capitals (DOI handbook, 2.4)."""
    address, listed = url or "", _PUBMED.fullmatch(url or "")
    found = doi or ((by := _DOI.fullmatch(address)) and unquote(by[1]))
    pmid = pmid or (listed and listed[1])
    each = [f"doi:{found.lower()}" if found else None, f"pmid:{pmid}" if pmid else None, url]
    return [one for one in each if one]
