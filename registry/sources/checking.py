"""Comparing a package's sources with notices of retraction and correction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from registry.sources.citation import bare_doi, bare_pmid, from_row
from registry.sources.notices import Notice, Notices, status_of

__all__ = ["Checked", "check_sources"]

_WORSE = {"none-found": 0, "erratum": 1, "reinstated": 2, "expression-of-concern": 3, "retracted": 4}


@dataclass(frozen=True)
class Checked:
    """What the files report on one source: its status before and now, the status by its notices, these, and the names of the files that say something
    about it. ``now`` is what it was before if no file does, or if ``found`` is ``None``, since the kind of a notice isn't known.
    """

    source_id: str
    before: str
    now: str
    found: str | None
    notices: tuple[Notice, ...]
    consulted: tuple[str, ...]
    can_be_looked_up: bool
    unread: str = ""
    """What the source has in place of an identifier that can't be read; empty where both can."""

    @property
    def is_kept(self) -> bool:
        """Whether the table has a worse status than the files report."""
        return self.found is not None and self.now != self.found

    @property
    def rests_on_before(self) -> bool:
        """Whether what the table has of the source rests on an earlier check."""
        return self.before != "unchecked" and (self.found is None or self.is_kept)

    @property
    def is_open(self) -> bool:
        """Whether the source has a notice whose kind no file states: somebody must look it up."""
        return bool(self.consulted) and self.found is None

    @property
    def is_bad(self) -> bool:
        return self.is_open or self.now in {"retracted", "expression-of-concern"}


def check_sources(
    rows: Iterable[Mapping[str, str]], files: Sequence[Notices], on: date
) -> tuple[list[Checked], list[dict[str, str]]]:
    """What files report on each source by its DOI and PubMed identifier, and the rows with `correction_status` and `checked_on` as of the day ``on``.

    A status isn't made less, except by a reinstatement with its day: a file with an erratum alone says nothing against the retraction that another file
    had, and one that knows of a reinstatement nothing against a later concern; nor does an older file set the day back. A row stays as it is where the kind of a notice isn't known.
    """
    told, new = [], []
    for row in rows:
        identifiers = from_row(row).identifiers
        answers = [(file, about) for file in files if (about := file.about(identifiers)) is not None]
        notices = list(dict.fromkeys(notice for _, about in answers for notice in about))
        before = row.get("correction_status") or "unchecked"
        found = status_of(notices) if answers else None
        now = found or before
        # A concern of an earlier check may be a later one than the reinstatement, unless the files know of it too.
        known = before == "retracted" or before in {n.status for n in notices}
        if not (known and now == "reinstated" and any(n.day for n in notices if n.status == "reinstated")):
            now = max(now, before, key=lambda status: _WORSE.get(status, 0))
        consulted = tuple(f.path.name for f, _ in answers)
        unread = "; ".join(
            cell for cell, read in ((row.get("doi"), bare_doi), (row.get("pmid"), bare_pmid)) if cell and not read(cell)
        )
        told.append(Checked(row["source_id"], before, now, found, tuple(notices), consulted, bool(identifiers), unread))
        day = max(on.isoformat(), row.get("checked_on") or "")
        new.append(dict(row) if found is None else {**row, "correction_status": now, "checked_on": day})
    return told, new
