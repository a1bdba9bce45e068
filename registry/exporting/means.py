"""Means on a scale with their standard deviations, one stratum of ``comparable_scores``, as metafor's ``escalc`` takes them."""

from __future__ import annotations

from collections.abc import Sequence

from registry.comparing.means import paired_means
from registry.exporting.tables import Table, about, arms_of, told_of
from registry.strata.score_rows import ScoreRow

__all__ = ["means_table"]


def means_table(rows: Sequence[ScoreRow], a: str | None = None, b: str | None = None) -> Table:
    """With ``b``, a trial that had both a row: ``m1i``, ``sd1i`` and ``n1i`` under a, ``m2i``, ``sd2i`` and ``n2i`` under b, its arms of one subject
    combined; else a row for each arm of a, or of all: ``mi``, ``sdi`` and ``ni``. The rows are of one stratum.
    """
    if a is not None and b is not None:
        return [
            {
                **told_of(both := [*pair.a, *pair.b]),
                "a": a,
                "b": b,
                **{"m1i": means.a.mean, "sd1i": means.a.sd, "n1i": means.a.n},
                **{"m2i": means.b.mean, "sd2i": means.b.sd, "n2i": means.b.n},
                "arms_a": arms_of(pair.a),
                "arms_b": arms_of(pair.b),
                **about(both),
            }
            for pair in paired_means(rows, a, b)
            for means in (pair.means,)
        ]
    return [
        {
            **told_of([row]),
            "subject": row.node,
            "class": row.class_,
            **{"mi": row.mean, "sdi": row.sd, "ni": row.n},
            "arms": arms_of([row]),
            "arm_id": row.arm_id,
            **about([row]),
        }
        for row in rows
        if a in {None, *row.subjects}
    ]
