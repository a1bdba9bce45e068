"""The poolings that a build stores, so that what ``compare`` says can be had by SQL: tables ``pooled_rates`` and ``pooled_contrasts``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from registry.pooling.by_subject import Compared, TrialArms, compared, counts_of, grouped, rate_rows
from registry.pooling.contrasts import Indirect
from registry.pooling.counts import Counts
from registry.pooling.measures import MEASURES
from registry.pooling.once import EFFECTS, RATES, pooled_once
from registry.pooling.random_effects import METHODS, Pooled, Range
from registry.strata.rows import MAIN, VARIANTS, Row, base_of, read_rows, rows_of, variant
from registry.strata.subjects import overlapping
from registry.strata.views import fill_table, outcomes_in_words
from schemas.classes import classes_above

if TYPE_CHECKING:
    import duckdb


__all__ = ["POOLED", "POOLED_MACRO", "included", "interval", "store"]


def included(what: str, names: Iterable[str]) -> tuple[str, str]:
    """The column ``variant`` of a table that has these variants."""
    return "VARCHAR", f"Which {what} are included: {'; '.join(f'{name} – {VARIANTS[name][1]}' for name in names)}."


def interval(low: str = "low", high: str = "high") -> dict[str, tuple[str, str]]:
    """The columns of the ends of the interval of the figure before them."""
    return {low: ("DOUBLE", "Lower end of its 95% interval."), high: ("DOUBLE", "Upper end of its 95% interval.")}


_WHERE = {
    "outcome": ("VARCHAR", f"{outcomes_in_words('or')}."),
    "stratum": ("VARCHAR", "The stratum (view strata)."),
    "variant": included("rows and figures", VARIANTS),
}

_FIGURES = {
    "k": ("BIGINT", "Trials."),
    "n": ("BIGINT", "Participants."),
    "estimate": ("DOUBLE", "The pooled value; for one trial its own."),
    **interval(),
    "common": ("DOUBLE", "The value as if trials didn't differ; null for one trial."),
    **interval("common_low", "common_high"),
    "half_low": ("DOUBLE", "Lower end of the interval with half the prior's scale; null where no prior makes the estimate."),
    "half_high": ("DOUBLE", "Upper end of it."),
    "double_low": ("DOUBLE", "Lower end of the interval with double the prior's scale."),
    "double_high": ("DOUBLE", "Upper end of it."),
    "normal_low": ("DOUBLE", "Deprecated: common_low."),
    "normal_high": ("DOUBLE", "Deprecated: common_high."),
    "prediction_low": ("DOUBLE", "Lower end of the 95% prediction interval."),
    "prediction_high": ("DOUBLE", "Upper end of the 95% prediction interval."),
    "i2": ("DOUBLE", "Per cent of the spread that is between trials rather than chance; null for one trial."),
    "tau2": ("DOUBLE", "Variance between trials on the model's scale; null for one trial."),
    "method": ("VARCHAR", f"The method in words; reasons in {METHODS}."),
}

_SPREAD = ("prediction_low", "prediction_high", "i2", "tau2")
_RANGES = ("common", "half", "double")

POOLED: Mapping[str, tuple[str, Mapping[str, tuple[str, str]]]] = {
    "pooled_rates": (
        "Rates pooled within each stratum, for every treatment and every class of treatments, each by itself: a trial whose arms of a class were counted at "
        "several visits, or by several rules, gives those of most arms. Beside another subject (`compare`, the table ladder) it gives those at a setting of both.",
        {
            **_WHERE,
            "subject": ("VARCHAR", "A treatment, or a class of treatments."),
            "events": ("BIGINT", "Participants who met the definition."),
            **_FIGURES,
        },
    ),
    "pooled_contrasts": (
        "Two classes or two treatments, a control being both, compared within a stratum: head to head if a trial had both, or else through a third.",
        {
            **_WHERE,
            "a": ("VARCHAR", "The one."),
            "b": ("VARCHAR", "The other."),
            "measure": ("VARCHAR", f"{', '.join(f'{m.name} ({m.meaning})' for m in MEASURES.values())}."),
            "via": ("VARCHAR", "The class through which they are compared; null: head to head."),
            **_FIGURES,
        },
    ),
}
"""The tables, each with what it is and its columns."""

POOLED_MACRO = """CREATE MACRO pooled(the_outcome, the_subject, the_population := NULL, the_variant := 'main') AS TABLE
SELECT p.*, s.comparability_class, s.population, s."window", s.counted_from, s.strategy, s.arm_kind
FROM pooled_rates p JOIN strata s USING (outcome, stratum)
WHERE p.outcome = the_outcome AND p.subject = the_subject AND p.variant = the_variant
  AND (the_population IS NULL OR s.population = the_population)
ORDER BY p.n DESC, p.stratum"""


def store(con: duckdb.DuckDBPyConnection) -> None:
    """Pool every stratum of the database that the connection is in, and fill the two tables."""
    strata = list(grouped(read_rows(con), lambda row: (row.outcome, row.stratum)).values())
    rates = [asked for rows in strata for asked in _rates(rows)]
    contrasts = [asked for rows in strata for asked in _contrasts(rows)]
    found = pooled_once(RATES, [tuple(trials) for _, trials in rates])
    told = [{**where, "events": (rate := found[tuple(trials)]).events, **_figures(rate)} for where, trials in rates]
    effects = pooled_once(EFFECTS, [tuple(pairs) for _, one in contrasts for pairs in one.pairs])
    compared_by = [
        {**where, "measure": measure, **_figures(effect)}
        for where, one in contrasts
        for measure, effect in one.contrast([effects[tuple(pairs)] for pairs in one.pairs]).effects.items()
    ]
    fill_table(con, "pooled_rates", told)
    fill_table(con, "pooled_contrasts", compared_by)


def _variants(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Each variant of the rows that isn't just the main one again."""
    base = base_of(rows)
    main = variant(rows, MAIN)
    for name in VARIANTS:
        taken = variant(rows, name, base)
        if name == MAIN or taken != main:
            yield name, taken


def _rates(rows: Sequence[Row]) -> Iterator[tuple[dict[str, Any], list[Counts]]]:
    """Where each rate of a stratum belongs, and the trials to be pooled."""
    for subject in sorted({of for row in rows for of in row.subjects}):
        own = rows_of(rows, subject)
        base, main = base_of(rows), rate_rows(own, MAIN)
        for name in VARIANTS:
            taken = rate_rows(own, name, base)
            trials = counts_of(taken, subject) if name == MAIN or taken != main else None
            if trials:
                yield {**_place(rows, name), "subject": subject}, trials


def _contrasts(rows: Sequence[Row]) -> Iterator[tuple[dict[str, Any], Compared]]:
    """Where each contrast of a stratum belongs, and the pairs to be pooled."""
    variants = [(name, TrialArms(taken)) for name, taken in _variants(rows)]
    treatments = sorted({row.node for row in rows})
    classes = sorted({one for row in rows for one in (row.class_, *classes_above(row.class_))})
    # A control, such as placebo, is both.
    pairs = dict.fromkeys([*combinations(classes, 2), *combinations(treatments, 2)])
    overlap = overlapping(row.subjects for row in rows)
    for a, b in (pair for pair in pairs if pair not in overlap):
        for name, arms in variants:
            found = compared(arms, a, b)
            if found is not None:
                yield {**_place(rows, name), "a": a, "b": b, "via": found.via}, found


def _place(rows: Sequence[Row], name: str) -> dict[str, Any]:
    return {"outcome": rows[0].outcome, "stratum": rows[0].stratum, "variant": name}


def _figures(found: Pooled | Indirect) -> dict[str, Any]:
    """The figures of a pooling; an indirect one has no spread of its own."""
    if isinstance(found, Indirect):
        counted = {"k": found.k_ac + found.k_bc, "n": found.n_ac + found.n_bc}
        return {**counted, "estimate": found.estimate, "low": found.low, "high": found.high, "method": str(found.method)}
    figures = {name: getattr(found, name) for name in ("k", "n", "estimate", "low", "high", *_SPREAD)}
    figures["method"] = str(found.method)
    for name in _RANGES:
        within: Range | None = getattr(found, name)
        figures |= {
            f"{name}_low": None if within is None else within.low,
            f"{name}_high": None if within is None else within.high,
        }
    figures["common"] = None if found.common is None else found.common.estimate
    return figures | {"normal_low": figures["common_low"], "normal_high": figures["common_high"]}
