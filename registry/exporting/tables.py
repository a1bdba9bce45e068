"""A stratum's rows as metafor takes them: two-by-two counts, one row a trial, or one proportion for each trial and subject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from registry.pooling.by_subject import at_one_setting, grouped, paired_arms
from registry.pooling.counts import Counts, combined
from registry.strata.rows import Row, rows_of
from registry.strata.score_rows import ScoreRow

__all__ = ["Cell", "Table", "about", "arms_of", "joined", "pairs_table", "rates_table", "rows_table", "study_names", "told_of"]

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
                **told_of([*pair.a, *pair.b]),
                "a": a,
                "b": b,
                "ai": yes_a,
                "bi": no_a,
                "n1i": counts.n_a,
                "ci": yes_b,
                "di": no_b,
                "n2i": counts.n_b,
                "arms_a": arms_of(pair.a),
                "arms_b": arms_of(pair.b),
                **about([*pair.a, *pair.b]),
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
        for trial, some in sorted(grouped(at_one_setting(own), lambda row: row.trial).items()):
            side = combined([Counts(trial, row.events, row.n) for row in some])
            table.append(
                {
                    **told_of(some),
                    "subject": one,
                    "class": joined(row.class_ for row in some),
                    "xi": side.events,
                    "ni": side.n,
                    "arms": arms_of(some),
                    **about(some),
                }
            )
    return table


def joined(words: Iterable[Cell]) -> Cell:
    """A value where all agree, else all of them, joined by semicolons; None where there is none."""
    found = list(dict.fromkeys(word for word in words if word is not None))
    return found[0] if len(found) == 1 else "; ".join(map(str, found)) or None


def study_names(rows: Iterable[Row | ScoreRow]) -> Mapping[str, str]:
    """How each trial is cited, by trial; where two are cited alike, with the trial's name, so that nothing takes them for one."""
    cited: dict[str, str] = {}
    for row in rows:
        cited.setdefault(row.trial, row.study)
    times = list(cited.values())
    return {trial: name if times.count(name) == 1 else f"{name} ({trial})" for trial, name in cited.items()}


def arms_of(rows: Iterable[Row | ScoreRow]) -> Cell:
    """What their source calls the arms, or else their names."""
    return joined(row.arm or row.arm_id for row in rows)


def told_of(rows: Sequence[Row | ScoreRow], *, study: bool = True) -> dict[str, Cell]:
    """Which trial's figures they are, all of one stratum; without ``study`` where the form has another column for that. Every form says it in these columns."""
    one = rows[0]
    of = {"outcome": one.outcome} if isinstance(one, Row) else {"instrument": one.instrument, "statistic": one.statistic}
    return {
        **of,
        "stratum": one.stratum,
        "trial": one.trial,
        **({"study": one.study} if study else {}),
        "package": joined(row.package for row in rows),
    }


def about(rows: Sequence[Row | ScoreRow]) -> dict[str, Cell]:
    """What a reader must know about the figures besides the numbers, whichever sides they are of. Every form says it in these columns."""
    counts = [row for row in rows if isinstance(row, Row)]
    means = [row for row in rows if isinstance(row, ScoreRow)]
    return {
        **({"definition": joined(row.definition for row in counts)} if counts else {}),
        "day": joined(row.day for row in rows),
        "anchor": joined(row.anchor for row in rows),
        "analysis_set": joined(row.analysis_set for row in rows),
        "missing_data": joined(row.missing_data for row in rows),
        **({"value_origin": joined(row.value_origin for row in counts)} if counts else {}),
        **({"estimate": joined(row.estimate for row in means)} if means else {}),
        "unstated": joined(word for row in rows for word in row.unstated),
        "flagged": any(row.flagged for row in rows),
        "source": joined(row.source for row in rows),
        "standing": joined(row.standing for row in rows),
    }
