"""Two subjects of a stratum as the data rows of a Cochrane review: the columns of ``CD…-data-rows.csv`` in the data package that RevMan writes.

One file is one analysis. What RevMan computes (weights, effects, intervals) is left empty: nothing is pooled here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from registry.exporting.means import means_table
from registry.exporting.tables import Cell, Table, pairs_table, study_names
from registry.strata.rows import Row
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
    cells = {"Experimental cases": "ai", "Experimental N": "n1i", "Control cases": "ci", "Control N": "n2i"}
    return _data_rows(rows, pairs_table(rows, a, b), cells, computed=("bi", "di"))


def means_as_data_rows(rows: Sequence[ScoreRow], a: str, b: str) -> Table:
    """A continuous outcome: the same with means and standard deviations."""
    cells = {
        **{"Experimental mean": "m1i", "Experimental SD": "sd1i", "Experimental N": "n1i"},
        **{"Control mean": "m2i", "Control SD": "sd2i", "Control N": "n2i"},
    }
    return _data_rows(rows, means_table(rows, a, b), cells)


def _data_rows(
    rows: Sequence[Row] | Sequence[ScoreRow], pairs: Table, cells: Mapping[str, str], *, computed: Sequence[str] = ()
) -> Table:
    """The pairs in RevMan's columns, ``cells`` by the pairs' own names, and then all else that a pair says but for what is computed from these."""
    names = study_names(rows)
    years = {row.trial: row.year for row in rows if row.year is not None}
    own = [name for name in (pairs[0] if pairs else ()) if name not in {"study", *cells.values(), *computed}]
    table: Table = []
    for pair in pairs:
        trial = str(pair["trial"])
        filled: dict[str, Cell] = {
            **{"Analysis group": 1, "Analysis number": 1, "Analysis name": pair["stratum"]},
            **{"Applicability": "SUBGROUP_AND_OVERALL", "Study": names[trial], "Study year": years.get(trial)},
            **{column: pair[name] for column, name in cells.items()},
        }
        table.append({**{name: filled.get(name) for name in DATA_ROWS}, **{name: pair[name] for name in own}})
    return table
