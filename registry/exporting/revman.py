"""Two subjects of a stratum as the data rows of a Cochrane review: the columns of ``CD…-data-rows.csv`` in the data package that RevMan writes.

One file is one analysis. What RevMan computes (weights, effects, intervals) is left empty: nothing is pooled here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from registry.exporting.means import means_table
from registry.exporting.tables import Cell, Table, pairs_table, study_names
from registry.strata.rows import MAIN, Row
from registry.strata.score_rows import ScoreRow

__all__ = ["DATA_ROWS", "counts_as_data_rows", "means_as_data_rows"]

DATA_ROWS = (
    *("Analysis group", "Analysis number", "Analysis name", "Subgroup", "Applicability", "Study", "Study year"),
    *("GIV Mean", "GIV SE"),
    *("Experimental mean", "Experimental SD", "Experimental cases", "Experimental N"),
    *("Control mean", "Control SD", "Control cases", "Control N"),
    *("O-E", "Variance", "Weight", "Mean", "CI start", "CI end", "Footnotes"),
)
"""The columns of data rows, in RevMan's order (data package, version 1)."""


def counts_as_data_rows(rows: Sequence[Row], a: str, b: str) -> Table:
    """A dichotomous outcome: each trial that had both in a row, a as the experimental group and b as control, then the registry's own columns."""
    names = study_names(rows)
    years = {row.trial: row.year for row in rows if row.year is not None}
    about = ("a", "b", "outcome", "trial", "package", "definition", "unstated", "flagged", "source")
    return [
        {
            **_data_row(
                str(pair["stratum"]),
                {
                    "Study": names[str(pair["trial"])],
                    "Study year": years.get(str(pair["trial"])),
                    "Experimental cases": pair["ai"],
                    "Experimental N": pair["n1i"],
                    "Control cases": pair["ci"],
                    "Control N": pair["n2i"],
                },
            ),
            **{name: pair[name] for name in about},
        }
        for pair in pairs_table(rows, a, b)
    ]


def means_as_data_rows(rows: Sequence[ScoreRow], a: str, b: str, *, variant: str = MAIN) -> Table:
    """A continuous outcome: the same with means and standard deviations, of the variant's rows."""
    return [
        {
            **_data_row(
                str(pair["stratum"]),
                {
                    "Study": pair["study"],
                    "Experimental mean": pair["m1i"],
                    "Experimental SD": pair["sd1i"],
                    "Experimental N": pair["n1i"],
                    "Control mean": pair["m2i"],
                    "Control SD": pair["sd2i"],
                    "Control N": pair["n2i"],
                },
            ),
            **{name: pair[name] for name in ("a", "b", "instrument", "statistic")},
        }
        for pair in means_table(rows, a, b, variant=variant)
    ]


def _data_row(analysis: str, cells: Mapping[str, Cell]) -> dict[str, Cell]:
    first: dict[str, Cell] = {"Analysis group": 1, "Analysis number": 1, "Analysis name": analysis}
    filled = {**first, "Applicability": "SUBGROUP_AND_OVERALL", **cells}
    return {name: filled.get(name) for name in DATA_ROWS}
