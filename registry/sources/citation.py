"""A citation, as citation managers and a package's table of sources both know it, and identifiers as they are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote

__all__ = ["Citation", "as_row", "bare_doi", "bare_pmid", "beginnings", "from_row", "half_width", "pmid_noted", "without_ending"]

_RESOLVER = re.compile(r"^(?:https?://)?(?:dx\.|www\.)?doi\.org/|^doi:\s*", re.IGNORECASE)
_ENDING = re.compile(
    r"(?:[^a-z0-9]+|(?<=[0-9])v[0-9]+|[/.](?:v[0-9]+|e?pub|short|e?pdf|full|full-?text|html?|xml|abstract|abs|meta|summary|references|suppinfo|download|print))+$"
)
"""What a page, or the sentence that it was copied from, puts behind a DOI. A DOI may end so too."""
_LONGEST = 500
"""Characters of a DOI that is looked at for an ending. The longest that are known have under 300, and the time grows with the square."""
_WIDE = {0x3000: " ", 0x3001: ",", 0x3002: ".", **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}}
_COLUMNS = ("source_id", "kind", "title", "doi", "pmid", "url", "accessed", "licence")
_STOP = {"a", "an", "the", "of", "in", "on", "for", "and", "with"}


@dataclass(frozen=True)
class Citation:
    """What is cited. Empty texts are unknown; ``first_author`` and ``year`` only help to name it."""

    source_id: str = ""
    kind: str = "unstated"
    title: str = ""
    doi: str = ""
    pmid: str = ""
    url: str = ""
    accessed: str = ""
    licence: str = ""
    first_author: str = ""
    year: str = ""

    @property
    def identifiers(self) -> set[str]:
        """The DOI and the PubMed identifier, as they are compared."""
        return {i for i in (bare_doi(self.doi), bare_pmid(self.pmid)) if i}

    @property
    def same(self) -> set[str]:
        """What a source is recognised by: its identifiers, or, if it has none, its title."""
        return self.identifiers or {self.folded_title} - {""}

    @property
    def folded_title(self) -> str:
        """The title, in whatever case and spaces."""
        return " ".join(self.title.casefold().split())

    @property
    def name(self) -> str:
        """What the source is to be called: its own name, or author and year, or the first words of its title."""
        if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._+-]*", self.source_id):
            return self.source_id
        author = self.first_author.partition(",")[0] or self.first_author
        words = [author, self.year[:4]] if author else [w for w in _plain(self.title).split("-") if w not in _STOP][:4]
        return "-".join(w for w in map(_plain, words) if w) or "source"


def _plain(text: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")


def half_width(text: str) -> str:
    """A text with the usual digits, letters and commas in place of those as wide as a Chinese character."""
    return text.translate(_WIDE)


def without_ending(doi: str) -> str:
    """A bare DOI without what may only have been put behind it, as in `10.1000/abc/full`."""
    return _ENDING.sub("", doi) if len(doi) <= _LONGEST else doi


def beginnings(doi: str) -> set[str]:
    """The DOIs that a bare one may have been meant to be, if something of a page, a version, or another DOI, was put behind it or before it: all that end
    where a sign follows.
    """
    if len(doi) > _LONGEST:
        return {doi}
    parts = [doi, *re.split(r"(?<!^)(?=10\.[0-9]{4,9}/)", doi)]
    every = [*parts, *(part[: sign.start()] for part in parts for sign in re.finditer(r"[^a-z0-9]|(?<=[0-9])v(?=[0-9])", part))]
    return {bare for one in every if (bare := bare_doi(without_ending(one)))}


def bare_doi(text: str | None) -> str:
    """A DOI without its resolver or prefix, in small letters, since DOIs are compared so; nothing where the text holds none. What a page or a spreadsheet
    put into it is left out: quotes, characters without width, other dashes, a doubled slash.
    """
    plain = "".join(c for c in half_width(unescape(text or "")) if unicodedata.category(c) != "Cf").strip(
        " \"'\u201c\u201d\u2018\u2019<>\u00a0\t\n,;."
    )
    plain = re.sub(r"[?#].*", "", plain) if plain.lower().startswith("http") else plain
    plain = re.sub("[\u2010-\u2015\u2212]", "-", plain)
    found = re.sub(r"^(10\.[0-9.]+)/+", r"\1/", _RESOLVER.sub("", unquote(plain)).strip().rstrip(".").lower())
    return found if re.fullmatch(r"10\.[0-9]{4,9}(\.[0-9]+)*/\S+", found) else ""


def bare_pmid(text: str | None) -> str:
    """A PubMed identifier as ``pmid:`` and its digits; nothing where the text holds none (`0` is how some lists say so)."""
    found = re.fullmatch(r"(?:pmid:?\s*)?0*([1-9][0-9]{0,7})(?:\.0)?", half_width(text or "").strip(), re.IGNORECASE)
    return f"pmid:{found[1]}" if found else ""


_NOTED = re.compile(r"(?im)^\W*(?:<[^<>]*>\s*)*(?:PMID|PubMed(?: ID)?)\s*:?\s*([0-9]{1,8})\s*(?:<[^<>]*>\s*)*\W*$")


def pmid_noted(*notes: str) -> str:
    """The PubMed identifier that has a line of notes to itself, where citation managers keep it that have no field for it; nothing where they have several.
    One within a sentence may be that of another paper.
    """
    found = {number.lstrip("0") for note in notes for number in _NOTED.findall(note)} - {""}
    return found.pop() if len(found) == 1 else ""


def from_row(row: Mapping[str, str]) -> Citation:
    """The citation in a row of the table `sources`."""
    return Citation(**{name: row.get(name) or "" for name in _COLUMNS})


def as_row(citation: Citation, name: str) -> dict[str, str]:
    """A row of the table `sources`, by this name; nobody has checked it for corrections."""
    doi, pmid = _RESOLVER.sub("", citation.doi.strip()), bare_pmid(citation.pmid).removeprefix("pmid:")
    known = {column: getattr(citation, column) for column in _COLUMNS}
    return {
        **known,
        "source_id": name,
        "doi": doi,
        "pmid": pmid,
        "licence": citation.licence or "unstated",
        "correction_status": "unchecked",
    }
