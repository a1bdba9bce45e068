"""Comparing a package's sources with notices of retraction and correction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from registry.sources.citation import from_row
from registry.sources.notices import Notice, Notices, status_of

__all__ = ["Checked", "check_sources"]

_WORSE = {"none-found": 0, "erratum": 1, "reinstated": 2, "expression-of-concern": 3, "retracted": 4}


@dataclass(frozen=True)
class Checked:
    """What the files report on one source: its status before and now, the notices, and the names of the files that say something about it. Without any,
    ``now`` is what it was before.
    """

    source_id: str
    before: str
    now: str
    notices: tuple[Notice, ...]
    consulted: tuple[str, ...]
    can_be_looked_up: bool

    @property
    def is_kept(self) -> bool:
        """Whether the table has a worse status than the files report."""
        return bool(self.consulted) and self.now != status_of(list(self.notices))

    @property
    def is_bad(self) -> bool:
        return self.now in {"retracted", "expression-of-concern"}


def check_sources(
    rows: Iterable[Mapping[str, str]], files: Sequence[Notices], on: date
) -> tuple[list[Checked], list[dict[str, str]]]:
    """What files report on each source by its DOI and PubMed identifier, and the rows with `correction_status` and `checked_on` as of the day ``on``.

    A status isn't made less, except by a reinstatement: a file with an erratum alone says nothing against the retraction that another file had.
    """
    told, new = [], []
    for row in rows:
        identifiers = from_row(row).identifiers
        answers = [(file, found) for file in files if (found := file.about(identifiers)) is not None]
        notices = list(dict.fromkeys(notice for _, found in answers for notice in found))
        before = row.get("correction_status") or "unchecked"
        now = status_of(notices) if answers else before
        if now != "reinstated":
            now = max(now, before, key=lambda status: _WORSE.get(status, 0))
        told.append(
            Checked(row["source_id"], before, now, tuple(notices), tuple(f.path.name for f, _ in answers), bool(identifiers))
        )
        new.append({**row, "correction_status": now, "checked_on": on.isoformat()} if answers else dict(row))
    return told, new
