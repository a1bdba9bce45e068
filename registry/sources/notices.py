"""Notices of retraction, correction, concern and reinstatement: what they mean for a paper, and what a file says about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from registry.sources.citation import beginnings, without_ending
from registry.sources.formats import CitationError
from validation.hints import shortened

__all__ = ["DOI", "PMID", "Notice", "Notices", "kinds_in_words", "status_of"]

DOI, PMID = "DOI", "PubMed identifier"
"""The kinds of identifiers."""

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


@dataclass(frozen=True)
class Notice:
    """A notice about a paper: what it means (a term of `correction_statuses`; empty where the file doesn't say), its day (``YYYY-MM-DD`` or less), and where it is published."""

    status: str
    day: str = ""
    where: str = ""
    called: str = ""
    """What the file calls it, if that says nothing that we know."""

    @classmethod
    def of(cls, path: Path, nature: str, day: str, where: str) -> Notice:
        """A notice of some nature. Of one that isn't known the kind isn't either, which leaves its paper open and no other. Raises ``CitationError`` where
        there is none, for then the file may not be what it seems.
        """
        status = _NATURES.get(nature.strip().lower(), "")
        if not nature.strip():
            raise CitationError(f"{path}: it has a notice without its nature; known are {', '.join(sorted(_NATURES))}")
        return cls(status, day, where, "" if status else shortened(nature.strip()))


@dataclass
class Notices:
    """What a file says: notices by the identifiers of the papers they are about, and the identifiers of all papers it has a record of.

    ``complete`` is true of a list, which also says something about a paper that isn't in it, if it has identifiers of one of the paper's ``kinds``. Not of
    papers with all the kinds that ``doubtful`` names together, with the reason: one may be in it, and not be found. ``what`` names the kind of file.
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

    def add(self, identifiers: Iterable[str], notice: Notice | None = None) -> None:
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
        meant = {one for i in identifiers for one in (i, without_ending(i))}
        near = {doi for one in meant for doi in self.alike.get(one, set())}
        near |= {doi for i in identifiers for doi in beginnings(i) & self.found.keys()}
        doubted = [
            Notice("", n.day, f"{n.where} about {doi}, perhaps another paper".strip())
            for doi in sorted(near - identifiers)
            for n in self.found[doi]
        ]
        kinds = set(map(_kind, identifiers))
        looked_up = self.complete and not self.kinds.isdisjoint(kinds) and kinds_in_words(kinds) not in self.doubtful
        if not looked_up and self.records.isdisjoint(identifiers) and not doubted:
            return None
        told = [notice for i in sorted(identifiers) for notice in self.found.get(i, [])]
        return list(dict.fromkeys([*told, *doubted]))


def kinds_in_words(kinds: Iterable[str]) -> str:
    """Kinds of identifiers together, in words."""
    return " and ".join(sorted(kinds))


def status_of(notices: list[Notice]) -> str | None:
    """What is known of a paper by its notices: a term of `correction_statuses`, or ``None`` where the kind of one isn't known.

    A retraction or a concern stands unless a reinstatement follows it by their days: without both days, which of them came first would be a guess.
    """
    back = [n for n in notices if n.status == "reinstated"]
    standing = {n.status for n in notices if not any(_follows(b.day, n.day) for b in back)}
    if "retracted" in standing:
        return "retracted"
    known = {n.where for n in notices if n.status} - {""}  # another file may say what kind a notice is
    if any(not n.status and n.where not in known for n in notices):
        return None
    if "expression-of-concern" in standing:
        return "expression-of-concern"
    if back:
        return "reinstated"
    return "erratum" if "erratum" in standing else "none-found"


def _follows(later: str, earlier: str) -> bool:
    """Whether a day is after another, as far as both are stated."""
    stated = min(len(later), len(earlier))
    return later[:stated] > earlier[:stated]


def _kind(identifier: str) -> str:
    return PMID if identifier.startswith("pmid:") else DOI
