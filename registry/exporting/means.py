"""Means on a scale with their standard deviations, one stratum of ``comparable_scores``, as metafor's ``escalc`` takes them."""

from __future__ import annotations

from collections.abc import Sequence

from registry.comparing.means import mean_contrasts
from registry.exporting.tables import Table, joined
from registry.strata.rows import MAIN
from registry.strata.score_rows import ScoreRow, taken_in

__all__ = ["ALL", "means_table"]

ALL = "with-unstated"
"""The variant of all rows, whatever they leave unstated."""


def means_table(rows: Sequence[ScoreRow], a: str | None = None, b: str | None = None, *, variant: str = MAIN) -> Table:
    """With ``b``, a trial that had both a row: ``m1i``, ``sd1i`` and ``n1i`` under a, ``m2i``, ``sd2i`` and ``n2i`` under b, its arms of one subject
    combined; else a row for each arm of a, or of all: ``mi``, ``sdi`` and ``ni``. The rows are of one stratum.
    """
    about = {name: getattr(rows[0], name) for name in ("instrument", "statistic", "stratum")}
    if a is not None and b is not None:
        return [
            {
                "study": pair.label,
                "a": a,
                "b": b,
                **{"m1i": pair.a.mean, "sd1i": pair.a.sd, "n1i": pair.a.n},
                **{"m2i": pair.b.mean, "sd2i": pair.b.sd, "n2i": pair.b.n},
                **about,
            }
            for found in mean_contrasts(rows, a, b, variant)
            for pair in found.pairs
        ]
    return [
        {
            "study": row.study,
            "subject": row.node,
            "class": row.class_,
            **{"mi": row.mean, "sdi": row.sd, "ni": row.n},
            **about,
            "trial": row.trial,
            "package": row.package,
            "arm_id": row.arm_id,
            "day": row.day,
            "analysis_set": row.analysis_set,
            "missing_data": row.missing_data,
            "unstated": joined(row.unstated),
            "source": row.source,
        }
        for row in taken_in(rows, variant)
        if a in {None, row.node, row.class_}
    ]
