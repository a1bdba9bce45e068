"""What a view is, and the parts of SQL that views share."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache

from schemas.nesting import FROM_BASELINE
from schemas.outcome_words import IMPUTED
from schemas.tables import TABLES

__all__ = [
    "ARM",
    "ARM_SIZES",
    "COUNTED",
    "DROPOUTS",
    "ENTRY",
    "PARTICIPANTS",
    "SIZES",
    "FromStudies",
    "Scope",
    "View",
    "agreed",
    "by_key",
    "day",
    "met",
    "of_groups",
]


class Scope(StrEnum):
    """What must be at hand for a view's rows to be right. ``study``: all rows of the study, and of those that share a participant with it;
    any split of a package's studies gives the same rows. ``package``: rows of other studies too, or of no study.
    """

    STUDY = "study"
    PACKAGE = "package"


@dataclass(frozen=True)
class FromStudies:
    """What a view of the package reads of the studies' other tables, as SQL that needs no more than whole studies: the rows that any parts
    of the package give, put together, are all that the view needs of them. So a whole package needn't be in one place. Where it is ``by_study``,
    each row is of one study, its ``study_id``.
    """

    name: str
    query: str
    by_study: bool = False


@dataclass(frozen=True)
class View:
    """A named view: the table whose rows its findings point at, and the tables it has nothing to say without: all of ``needs``, and one
    at least of ``needs_one_of`` where that names any.

    A ``whole`` view has every row of its place once, with all its columns: what is declared over the table can be checked there too.
    ``scope`` says whether one study is enough to work the rows out; ``gathers`` are the parts of the query that are worked out in parts of the
    package, so that it reads no other table than its place besides. Those that are worked out ``once`` take all rows of a table to give any: where studies are
    looked at in batches, they are so before the first of them, in the order of their first two columns.
    """

    name: str
    place: str
    needs: tuple[str, ...]
    query: str
    needs_one_of: tuple[str, ...] = ()
    whole: bool = False
    scope: Scope = field(kw_only=True)
    gathers: tuple[FromStudies, ...] = ()
    once: tuple[str, ...] = ()

    def without_repeats(self) -> View:
        """The same view, where no two rows of a table have the same key: nothing has to be brought to agree."""
        return self._without("repeats")

    def without_groups(self) -> View:
        """The same view, where no arm includes others. To be asked of the view as declared: what makes rows agree is in what is of groups as well."""
        return self._without("groups")

    def _without(self, what: str) -> View:
        query = _leaner(what, self.query)
        gathers = tuple(replace(g, query=_leaner(what, g.query)) for g in self.gathers)
        return replace(self, query=query, gathers=gathers, once=tuple(part for part in self.once if part in query))

    def over_gathered(self) -> View:
        """The same view over tables of what was gathered, by their names."""
        query = self.query
        for gathered in self.gathers:
            query = query.replace(f"({gathered.query})", gathered.name)
        return replace(self, query=query, gathers=())


_INSTEAD: dict[str, dict[str, str]] = {"repeats": {}, "groups": {}}
"""For SQL that views share, what gives the same where there are none of what it is for: keys in several rows, or arms that include others."""


@cache
def _leaner(what: str, query: str) -> str:
    """The query with that put in; asked of each view in every validation."""
    for rows, instead in _INSTEAD[what].items():
        query = query.replace(rows, instead)
    return query


def by_key(rows: str, of_each_row: str) -> str:
    """SQL: ``rows``, one for each key of a table; ``of_each_row`` gives the same where no two rows of that table have the same key."""
    _INSTEAD["repeats"][rows] = of_each_row
    return rows


def of_groups(rows: str, **columns: str) -> str:
    """SQL: ``rows`` about groups of arms, with these columns of these types. Where no arm includes others there are none: to plan and look for
    them would take longer than all else of a small package.
    """
    empty = ", ".join(f"NULL::{kind} AS {name}" for name, kind in columns.items())
    _INSTEAD["groups"][rows] = f"(SELECT {empty} WHERE false)"
    return rows


def agreed(rows: str, key: tuple[str, ...], *columns: str, table: str | None = None) -> str:
    """SQL: one row for each key of some rows in each package, holding what the rows of that key agree on. Where it is the key of a
    ``table``, the rows are of that table, each once at most.
    """
    keys = ", ".join(("_package", *key))
    values = ", ".join(f"CASE WHEN min({c}) = max({c}) THEN min({c}) END AS {c}" for c in columns)
    grouped = f"(SELECT {keys}, {values} FROM {rows} GROUP BY {keys})"
    if table is None:
        return grouped
    if set(key) != {f.name for f in TABLES[table].fields() if f.key}:
        raise ValueError(f"{', '.join(key)} is not the key of {table}")
    return by_key(grouped, f"(SELECT {keys}, {', '.join(columns)} FROM {rows})")


ARM = ("study_id", "arm_id")
SIZES = ("n_randomised", "n_treated", "n_completed")
ARM_SIZES = agreed("arms", ARM, *SIZES, table="arms")
PARTICIPANTS = agreed(
    "participants", ("participant_id",), "study_id", "arm_id", "baseline_instrument_id", "baseline_total", table="participants"
)

ENTRY = agreed(
    "(FROM studies WHERE coalesce(phase::VARCHAR, 'unstated') IN ('acute', 'unstated') AND design::VARCHAR <> 'randomised-withdrawal' AND part_of IS NULL)",
    ("study_id",),
    *("age_min", "age_max", "entry_instrument_id", "entry_score_min"),
    table="studies",
)
"""SQL: what entry required, of studies whose baseline is the entry: before a later phase people have improved already."""


def day(alias: str) -> str:
    """SQL: the day as a key. An empty day is a value of its own, and no day lies 2.7 million years before its anchor."""
    return f"coalesce({alias}.timepoint_days, -1e9)"


COUNTED = f"o.value_origin IS DISTINCT FROM '{IMPUTED}'"
"""SQL: whether somebody counted the people of an outcome ``o``."""

DROPOUTS = f"""dropouts AS (
              SELECT o.*, {day("o")} AS day FROM outcomes o JOIN vocabulary.definitions d USING (definition_id)
              WHERE d.outcome = 'dropout' AND {COUNTED}
            )"""
"""SQL: the counts of those who left, each with its day as a key."""


def met(total: str, baseline: str) -> str:
    """SQL: whether a score meets the definition ``d``; null where that is unknown.

    ``baseline`` is null where it is on another scale. One visit can't decide a definition over several visits, and a score between
    the two thresholds of a band is undecided. The small term lets a score of exactly half the baseline count, whatever the last
    bit of a decimal number.
    """
    reduction = f"100 * ({baseline} - {total}) - d.percent_reduction * {baseline}"
    score = f"""CASE d.comparator
        WHEN '<=' THEN CASE WHEN {total} <= d.threshold THEN true WHEN {total} > coalesce(d.threshold_upper, d.threshold) THEN false END
        WHEN '<' THEN {total} < d.threshold WHEN '=' THEN {total} = d.threshold
        WHEN '>=' THEN {total} >= d.threshold WHEN '>' THEN {total} > d.threshold END"""
    percent = f"""CASE WHEN {baseline} > 0 THEN CASE d.percent_comparator
        WHEN '>=' THEN {reduction} >= -1e-9 * {baseline} WHEN '>' THEN {reduction} > 1e-9 * {baseline} END END"""
    return f"""CASE WHEN d.ascertainment = 'point' AND {FROM_BASELINE} THEN CASE d.combine
        WHEN 'and' THEN ({score}) AND ({percent}) WHEN 'or' THEN ({score}) OR ({percent})
        ELSE coalesce({score}, {percent}) END END"""
