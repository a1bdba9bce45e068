"""What the rules of the registry check: the rows of a query over the built database."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Relation"]


@dataclass(frozen=True)
class Relation:
    """A named relation. ``key`` are the columns that name a row in a finding.

    ``query`` reads the database's tables as ``registry.<table>`` and those of the last release as ``released.<table>``; a relation
    that reads the latter says so by ``since_release``. It is worked out in DuckDB, and has as few rows as there are things to judge.
    ``about`` says what a row is, ``empty`` what it means that there is none.
    """

    about: str
    key: tuple[str, ...]
    query: str
    empty: str
    since_release: bool = False
