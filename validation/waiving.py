"""The waivers that a package carries: what each lifts, where, and what is wrong with it.

A waiver is for one row: its ``where`` has a value for every column of the key of the table that its rule's findings are in. It is for
two years at most, and somebody who can be named approved it. Who carries waivers that were accepted before this was asked keeps them:
they are *granted*, as long as the package is the version that was accepted with them.
"""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from validation.hints import kind_of, named, shown
from validation.report import Waiver

if TYPE_CHECKING:
    from schemas.table import Table

__all__ = ["YEARS", "WaiverBook", "horizon", "is_nobody"]

YEARS = 2
"""The maximum duration of a waiver."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BESIDE = ("file", "column")
"""Members of ``where`` besides the key."""

_NOBODY = frozenset(
    [
        "i",
        "me",
        "my",
        "myself",
        "mine",
        "we",
        "us",
        "our",
        "ours",
        "ourselves",
        "you",
        "your",
        "yourself",
        "he",
        "him",
        "himself",
        "she",
        "her",
        "herself",
        "they",
        "them",
        "themselves",
        "it",
        "itself",
        "self",
        "one",
        "who",
        "whoever",
        "someone",
        "somebody",
        "anyone",
        "anybody",
        "everyone",
        "everybody",
        "noone",
        "nobody",
        "none",
        "na",
        "nil",
        "null",
        "nan",
        "unknown",
        "unnamed",
        "anonymous",
        "anon",
        "approver",
        "author",
        "authors",
        "maintainer",
        "maintainers",
        "admin",
        "administrator",
        "user",
        "owner",
        "submitter",
        "name",
        "tbd",
        "tba",
        "todo",
        "test",
        "xx",
        "xxx",
    ]
)
"""Words that are not names, by their letters only."""

_BEFORE_NOBODY = re.compile(r"\b(the|this|these|of|by|same|package('?s)?)\b")


@dataclass(frozen=True)
class WaiverBook:
    """The waivers a package carries, by their numbers, as written and as understood; ``used`` counts the violations each covers.

    ``tables`` has, for each rule that may be waived, the table whose key names the rows.
    """

    stated: Sequence[Any]
    understood: Mapping[int, Waiver]
    faults: Mapping[int, str]
    granted: frozenset[int]
    tables: Mapping[str, Table | None]
    used: Mapping[int, int]
    today: datetime.date

    @property
    def in_force(self) -> dict[int, Waiver]:
        return {i: w for i, w in self.understood.items() if not self.expired(w)}

    @property
    def to_be_granted(self) -> dict[int, Waiver]:
        """Those in force that nobody has accepted yet."""
        return {i: w for i, w in self.in_force.items() if i not in self.granted}

    def expired(self, waiver: Waiver) -> bool:
        return datetime.date.fromisoformat(waiver.until) < self.today

    def too_broad(self, number: int, waiver: Waiver) -> Iterator[str]:
        """What ``where`` lacks for naming one row, and what it names that no row has. A waiver may be older than a column that joined the key: without that it
        stands while it covers one row.
        """
        table = self.tables[waiver.rule]
        if table is None:
            return
        key = table.key()
        covers = self.used.get(number, 0)
        asked = key if covers > 1 else table.first_key()
        if lacking := [name for name in asked if name not in waiver.where]:
            whole = ", ".join(f"`{name}`" for name in key)
            several = f", and covers {covers} rows" if covers > 1 else ""
            yield f"`where` doesn't name {', '.join(f'`{name}`' for name in lacking)}{several}; it must name the row by its whole key: {whole}"
        for name, value in waiver.where.items():
            if name not in key and name not in _BESIDE:
                yield f"`where` names {named(name)}, which isn't part of the row's key"
            elif isinstance(value, dict | list):
                yield f"`where` has {kind_of(value)} for {named(name)}; it must be the text of the cell, or null for an empty cell"

    @classmethod
    def of(
        cls,
        stated: object,
        tables: Mapping[str, Table | None],
        today: datetime.date,
        granted: Sequence[Mapping[str, Any]] = (),
    ) -> WaiverBook:
        """Read the descriptor's ``waivers``. ``tables`` has every rule, and None for one that can't be waived; ``granted`` are the waivers
        with which this version was accepted.
        """
        listed = stated if isinstance(stated, list) else [] if stated is None else [stated]
        faults = {i: fault for i, raw in enumerate(listed) if (fault := _fault(raw, tables)) is not None}
        understood = {
            i: Waiver(raw["rule"], dict(raw["where"]), raw["reason"], raw["approver"], raw["until"])
            for i, raw in enumerate(listed)
            if i not in faults
        }
        known = {_as_text(raw) for raw in granted}
        return cls(
            listed, understood, faults, frozenset(i for i in understood if _as_text(listed[i]) in known), tables, {}, today
        )


def horizon(today: datetime.date) -> datetime.date:
    """The last day for which a waiver may be given."""
    year = min(today.year + YEARS, datetime.MAXYEAR)
    return today.replace(year=year) if (today.month, today.day) != (2, 29) else datetime.date(year, 2, 28)


def is_nobody(name: str) -> bool:
    """Whether a name is none: a pronoun, a placeholder such as "the author", or a single letter."""
    words = _BEFORE_NOBODY.sub("", unicodedata.normalize("NFKC", name).casefold())
    letters = "".join(c for c in words if c.isalpha())
    return len(letters) < 2 or letters in _NOBODY


def _as_text(raw: object) -> str:
    return json.dumps(raw, sort_keys=True)


def _fault(raw: object, tables: Mapping[str, Table | None]) -> str | None:  # noqa: PLR0911  a list of faults, each in a line
    if not isinstance(raw, dict):
        return f"a waiver must be an object, not {kind_of(raw)}"
    for name in ("rule", "reason", "approver", "until"):
        if not isinstance(raw.get(name), str) or not raw[name].strip():
            return f"it has no `{name}`"
    if not isinstance(raw.get("where"), dict) or not raw["where"]:
        return "it has no `where` that names the row by its key, with the values of its cells"
    if unknown := set(raw) - {"rule", "where", "reason", "approver", "until"}:
        return f"it has the unknown member {named(min(unknown))}"
    if raw["rule"] not in tables:
        return f"there is no rule {shown(raw['rule'])}"
    if tables[raw["rule"]] is None:
        return f"{raw['rule']} can't be waived: what can't be read can't be judged"
    try:
        datetime.date.fromisoformat(raw["until"] if _DAY.fullmatch(raw["until"]) else "")
    except ValueError:
        return f"`until` is {shown(raw['until'])}, not a date such as 2027-12-31"
    return None
