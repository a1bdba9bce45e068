"""A stratum's rows by the Metapsy data standard: one row for each comparison of two arms.

The standard (docs.metapsy.org/data-preparation/format) asks for the columns of ``REQUIRED``; what isn't known is missing. It
has no column for the definition, the analysis set or the handling of participants not observed: these come after, as the additional
columns that it allows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from registry.exporting.tables import Cell, Table, about, joined, study_names, told_of
from registry.pooling.by_subject import grouped
from registry.strata.rows import Row

if TYPE_CHECKING:
    import duckdb

__all__ = ["REQUIRED", "MetapsyWords", "metapsy_table", "read_words"]

REQUIRED = (
    "study", "condition_arm1", "condition_arm2", "multi_arm1", "multi_arm2", "outcome_type", "instrument", "time", "time_weeks",
    "rating", "mean_arm1", "mean_arm2", "sd_arm1", "sd_arm2", "n_arm1", "n_arm2", "event_arm1", "event_arm2", "totaln_arm1",
    "totaln_arm2",
)  # fmt: skip
"""The columns that every Metapsy data set has; ``checkDataFormat`` of metapsyTools looks for them."""

_RATINGS = {"clinician": "clinician", "self": "self-report"}

_ROLES = (
    "experimental", "active-comparator", "unstated", "active-placebo", "placebo", "sham", "usual-care", "no-treatment", "waitlist",
)  # fmt: skip
"""The arm whose role comes first in this list is the first, so the control is the second."""


@dataclass(frozen=True)
class MetapsyWords:
    """What the standard asks for and the rows don't say."""

    instruments: Mapping[str, tuple[str | None, str | None]]
    """Of each definition the instrument, and who rates it, in the vocabularies' words."""
    arms: Mapping[tuple[str, str], int]
    """How many arms each package's study has."""


def read_words(con: duckdb.DuckDBPyConnection) -> MetapsyWords:
    """The words, from a database's vocabularies and arms."""
    instruments = con.execute(
        "SELECT definition_id, instrument_id, rater FROM vocabulary.definitions "
        "LEFT JOIN vocabulary.instruments USING (instrument_id)"
    ).fetchall()
    arms = con.execute("SELECT package, study_id, count(*) FROM arms GROUP BY ALL").fetchall()
    return MetapsyWords(
        {definition: (instrument, rater) for definition, instrument, rater in instruments},
        {(package, study): n for package, study, n in arms},
    )


def metapsy_table(rows: Sequence[Row], words: MetapsyWords, a: str | None = None, b: str | None = None) -> Table:
    """Every pair of arms that a trial has at one setting in the rows of one stratum: a trial of k arms has k!/(2!(k-2)!) rows; a crossover has none, and clusters have none.

    With a subject ``a``, comparisons of it alone, as the first arm; with ``b`` too, those of a with b. Arms are not combined here: the standard wants every comparison, and pooling the rows as if they were trials counts an arm twice
    if it is in two.
    """
    names = study_names(rows)
    table: Table = []
    for trial, some in sorted(grouped(rows, lambda row: row.trial).items()):
        arms = sorted(some, key=lambda row: (_place(row.role), row.arm_id))
        for one, other in combinations(arms, 2):
            sides = _sides(one, other, a, b)
            if sides is not None and _may_be_compared(one, other):
                table.append(_comparison(names[trial], *sides, arms, words))
    return table


def _may_be_compared(one: Row, other: Row) -> bool:
    """Whether two arms hold different people, independent of one another, counted at one visit, by one rule and from one set."""
    return one.independent and (one.study_id, one.setting) == (other.study_id, other.setting)


def _place(role: str) -> int:
    return _ROLES.index(role) if role in _ROLES else _ROLES.index("unstated")


def _sides(one: Row, other: Row, a: str | None, b: str | None) -> tuple[Row, Row] | None:
    """The two arms in the order of the subjects asked for; None where they aren't those."""
    for first, second in ((one, other), (other, one)):
        if a in {None, *first.subjects} and b in {None, *second.subjects}:
            return first, second
    return None


def _comparison(name: str, first: Row, second: Row, arms: Sequence[Row], words: MetapsyWords) -> dict[str, Cell]:
    both = (first, second)
    multi = words.arms.get((first.package, first.study_id), 2) > 2
    found = [words.instruments.get(row.definition, (None, None)) for row in both]
    filled: dict[str, Cell] = {
        "study": name,
        "condition_arm1": first.treatment,
        "condition_arm2": second.treatment,
        "multi_arm1": _arm(first, arms) if multi else None,
        "multi_arm2": _arm(second, arms) if multi else None,
        "outcome_type": first.outcome,
        "instrument": joined(instrument for instrument, _ in found),
        "time": first.window if first.window != "unstated" else None,
        "time_weeks": _weeks(both),
        "rating": joined(_RATINGS.get(rater or "") for _, rater in found),
        "event_arm1": first.events,
        "event_arm2": second.events,
        "totaln_arm1": first.n,
        "totaln_arm2": second.n,
    }
    more: dict[str, Cell] = {
        **told_of(both, study=False),
        "population": first.population,
        "class_arm1": first.class_,
        "class_arm2": second.class_,
        **about(both),
    }
    return {**{column: filled.get(column) for column in REQUIRED}, **more}


def _arm(row: Row, arms: Sequence[Row]) -> str:
    """What tells an arm from the others of its trial."""
    label = row.arm or row.arm_id
    alike = [other for other in arms if (other.arm or other.arm_id) == label]
    return label if len(alike) == 1 else f"{label} ({row.arm_id})"


def _weeks(rows: Sequence[Row]) -> float | None:
    """Weeks since randomisation: not told by days that count from the last dose, nor by arms seen on different days."""
    days = {row.day if row.counted_from == "start" else None for row in rows}
    (day, *more) = days
    return None if day is None or more else day / 7
