"""The contrasts of means that a build stores: table ``pooled_means``, for SQL to read what ``compare`` prints."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from itertools import combinations
from typing import TYPE_CHECKING, Any

from registry.comparing.means import every_mean_contrast
from registry.pooling.score_effects import SCORE_MEASURES
from registry.pooling.stored import included, interval
from registry.strata.rows import BASES, IN_OPEN_CONTEXT, MAIN, WITHOUT_FLAGGED, taken_in
from registry.strata.score_rows import ScoreRow, read_scores
from registry.strata.subjects import overlapping
from registry.strata.views import fill_table
from schemas.classes import classes_above

if TYPE_CHECKING:
    import duckdb

__all__ = ["MEANS", "store_means"]

MEANS: Mapping[str, tuple[str, Mapping[str, tuple[str, str]]]] = {
    "pooled_means": (
        "Two classes, two treatments, or a treatment and a class compared by means on a scale within a stratum, from trials that had both.",
        {
            "stratum": ("VARCHAR", "The stratum (view comparable_scores)."),
            "variant": included("rows", [*BASES, WITHOUT_FLAGGED]),
            "a": ("VARCHAR", "The one."),
            "b": ("VARCHAR", "The other."),
            "measure": ("VARCHAR", f"{', '.join(f'{name} ({what})' for name, (_, what) in SCORE_MEASURES.items())}."),
            "k": ("BIGINT", "Trials."),
            "n": ("BIGINT", "Participants."),
            "estimate": ("DOUBLE", "The pooled value; for one trial its own."),
            **interval(),
            "prediction_low": ("DOUBLE", "Lower end of the 95% interval for another trial."),
            "prediction_high": ("DOUBLE", "Upper end of it."),
            "tau": ("DOUBLE", "Standard deviation between trials; null for one trial."),
            "method": ("VARCHAR", "The method in words."),
        },
    )
}
"""The table, with what it is and its columns."""


def store_means(con: duckdb.DuckDBPyConnection) -> None:
    """Pool the means of every stratum of the database that the connection is in, and fill the table."""
    rows = read_scores(con)
    open_ = {row.stratum for row in rows if row.unstated}  # elsewhere every variant is the main one
    taken = {name: rows if name == MAIN else [row for row in rows if row.stratum in open_] for name in BASES}
    stated = {row.stratum for row in taken_in(rows, MAIN)}
    fill_table(con, "pooled_means", [one for name, some in taken.items() for one in _pooled(some, name, stated)])


def _pooled(rows: Sequence[ScoreRow], name: str, stated: Set[str]) -> Iterator[dict[str, Any]]:
    """What a variant gives, and without figures that have a finding that which leads in a stratum; ``stated`` are the strata where the main one does."""
    classes = sorted({one for row in rows for one in (row.class_, *classes_above(row.class_))})
    drugs = sorted({row.node for row in rows}.difference(classes))
    mixed = ((min(drug, one), max(drug, one)) for drug in drugs for one in classes)
    overlap = overlapping(row.subjects for row in rows)
    pairs = [pair for pair in (*combinations(classes, 2), *combinations(drugs, 2), *mixed) if pair not in overlap]
    figures = ("k", "n", "estimate", "low", "high", "prediction_low", "prediction_high", "tau")
    for found in every_mean_contrast(rows, pairs, name):
        for one in found:
            if one.pooling != name:
                continue  # it is there by the main variant
            leads = name == (MAIN if one.stratum in stated else IN_OPEN_CONTEXT)
            for variant, effects in ((name, one.effects), (WITHOUT_FLAGGED, one.unflagged if leads else {})):
                for measure, effect in effects.items():
                    where = {"stratum": one.stratum, "variant": variant, "a": one.a, "b": one.b, "measure": measure}
                    told = {figure: getattr(effect, figure) for figure in figures}
                    yield {**where, **told, "method": str(effect.method)}
