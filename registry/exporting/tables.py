"""A stratum's rows as metafor takes them: two-by-two counts, one row a trial, or one proportion for each trial and subject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from registry.pooling.by_subject import grouped, paired_arms
from registry.pooling.counts import Counts, combined
from registry.strata.rows import Row, rows_of

__all__ = ["Cell", "Table", "joined", "pairs_table", "rates_table", "rows_table", "study_names"]

Cell = str | int | float | bool | None
"""The value of a cell; None is missing."""

Table = list[dict[str, Cell]]
"""Rows by column; every row has the same columns."""


def rows_table(rows: Sequence[Row]) -> Table:
    """The rows of ``comparable_rates`` with the columns that they have there; unstated properties are joined by semicolons."""
    table = []
    for row in rows:
        cells = {name.removesuffix("_"): getattr(row, name) for name in Row.__dataclass_fields__}
        table.append({**cells, "unstated": joined(row.unstated)})
    return table


def pairs_table(rows: Sequence[Row], a: str, b: str) -> Table:
    """Two subjects against each other: of each trial that had both, the four counts under the names that ``escalc`` gives them.

    ``ai`` of ``n1i`` participants under a met the definition and ``bi`` did not, ``ci`` of ``n2i`` under b and ``di`` not. A
    trial's arms of one subject are one side, and it has one row: it is what ``registry.pooling`` pools. Both sides' rows are
    of one stratum.
    """
    table: Table = []
    for pair in paired_arms(rows, a, b):
        counts = pair.counts
        yes_a, no_a, yes_b, no_b = counts.cells
        table.append(
            {
                **_trial(pair.trial, [*pair.a, *pair.b]),
                "a": a,
                "b": b,
                "ai": yes_a,
                "bi": no_a,
                "n1i": counts.n_a,
                "ci": yes_b,
                "di": no_b,
                "n2i": counts.n_b,
                "arms_a": joined(row.arm or row.arm_id for row in pair.a),
                "arms_b": joined(row.arm or row.arm_id for row in pair.b),
                **_about([*pair.a, *pair.b]),
            }
        )
    return table


def rates_table(rows: Sequence[Row], subject: str | None = None) -> Table:
    """Proportions, as ``escalc`` takes them: one row for each trial and subject, ``xi`` of ``ni`` participants met the definition.

    Without a subject, every treatment is one. Of a class, ask by its name: a trial with two of its treatments then has one row.
    """
    table: Table = []
    for one in [subject] if subject is not None else sorted({row.node for row in rows}):
        own = rows_of(rows, one) if subject is not None else [row for row in rows if row.node == one]
        for trial, some in sorted(grouped(own, lambda row: row.trial).items()):
            side = combined([Counts(trial, row.events, row.n) for row in some])
            table.append(
                {
                    **_trial(trial, some),
                    "subject": one,
                    "class": joined(row.class_ for row in some),
                    "xi": side.events,
                    "ni": side.n,
                    "arms": joined(row.arm or row.arm_id for row in some),
                    **_about(some),
                }
            )
    return table


def joined(words: Iterable[Cell]) -> Cell:
    """A value where all agree, else all of them, joined by semicolons; None where there is none."""
    found = list(dict.fromkeys(word for word in words if word is not None))
    return found[0] if len(found) == 1 else "; ".join(map(str, found)) or None


def study_names(rows: Iterable[Row]) -> Mapping[str, str]:
    """How each trial is cited, by trial; where two are cited alike, with the trial's name, so that nothing takes them for one."""
    cited = {trial: some[0].study for trial, some in grouped(rows, lambda row: row.trial).items()}
    times = list(cited.values())
    return {trial: name if times.count(name) == 1 else f"{name} ({trial})" for trial, name in cited.items()}


def _trial(trial: str, rows: Sequence[Row]) -> dict[str, Cell]:
    return {
        "outcome": rows[0].outcome,
        "stratum": rows[0].stratum,
        "trial": trial,
        "study": rows[0].study,
        "package": joined(row.package for row in rows),
    }


def _about(rows: Sequence[Row]) -> dict[str, Cell]:
    """What a reader must know about the figures besides the counts."""
    return {
        "definition": joined(row.definition for row in rows),
        "day": joined(row.day for row in rows),
        "anchor": joined(row.anchor for row in rows),
        "analysis_set": joined(row.analysis_set for row in rows),
        "missing_data": joined(row.missing_data for row in rows),
        "value_origin": joined(row.value_origin for row in rows),
        "unstated": joined(word for row in rows for word in row.unstated),
        "flagged": any(row.flagged for row in rows),
        "source": joined(row.source for row in rows),
    }
