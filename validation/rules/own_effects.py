"""CON: printed effects and their intervals beside the effect and standard error that the arms' own figures give."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp
from typing import Any

from validation.lazily import pl
from validation.printed import TINY
from validation.rule import Severity, rule
from validation.rules.contrasts import ENTIRE, printed_figure
from validation.rules.intervals import LEVELS, normal_quantile, on_scale

__all__ = ["printed_error"]


def _scaled(column: str) -> pl.Expr:
    """A figure on the scale on which it is pooled; null where it can't be."""
    return pl.when(~pl.col("ratio").fill_null(value=False) | (pl.col(column) > 0)).then(on_scale(column))


def _rounding(column: str) -> pl.Expr:
    """How far the print of a figure may be off, on the same scale."""
    half = printed_figure(column)[1].fill_null(0.0)
    return pl.when(pl.col("ratio")).then(half / pl.col(column)).otherwise(half)


def printed_error() -> pl.Expr:
    """The standard error that a source prints for an effect, or the one that its interval has."""
    width = _scaled("high") - _scaled("low")
    return pl.coalesce(pl.when(pl.col("se") > 0).then(pl.col("se")), pl.when(width > 0).then(width / (2 * normal_quantile())))


def _errors() -> list[pl.Expr]:
    """The standard errors that the printed one, and each end of the interval, stand for."""
    value, low, high = map(_scaled, ENTIRE)
    ends = [pl.when(half > 0).then(half / normal_quantile()) for half in (value - low, high - value)]
    whole = pl.when(pl.col("value").is_null()).then(printed_error())
    return [pl.when(pl.col("se") > 0).then(pl.col("se")), *ends, whole]


def _number(row: Mapping[str, Any]) -> str:
    return f"{exp(row['own_effect']) if row['ratio'] else row['own_effect']:.3g}"


_NEAR_NONE = 0.25
"""A hazard ratio of 1.28, or 0.78: nearer to 1, people who leave early may explain the other side."""


def _far() -> pl.Expr:
    """Whether an effect is far from the one that the arms' own figures give."""
    own, stated, exact = pl.col("own_effect"), _scaled("value"), pl.col("own_exact")
    hazards, odds = (pl.col("measure") == of for of in ("hazard-ratio", "odds-ratio"))
    error = pl.max_horizontal(pl.col("own_error"), *_errors())
    apart = (stated - own).abs() - _rounding("value")
    clear = ~hazards | (pl.min_horizontal(own.abs(), stated.abs()) >= _NEAR_NONE)
    across = own * stated < 0
    turned = across & clear & (apart >= pl.when(exact).then(2 * error).otherwise(3 * error))
    # An effect near none may be the other's mirror image by chance.
    mirrored = across & exact & (own.abs() >= 20 * _rounding("value")) & ((stated + own).abs() <= 0.1 * own.abs())
    # Counts give the side of a hazard ratio, and its size about; covariates move an odds ratio away from none.
    moved = pl.when(hazards).then(0.4).when(odds).then(0.5 * own.abs()).otherwise(0.0)
    other_size = exact & ~across & (apart >= 3 * error + moved)
    return pl.when(error.is_null()).then(mirrored).otherwise(turned | other_size)


_CRUDE = {"ratio": False, "measure": "mean-difference", "own_effect": -10.0, "own_words": "15.0 and 25.0", "own_exact": True}
_RELAPSES = {
    "ratio": True,
    "measure": "hazard-ratio",
    "own_effect": 0.56,
    "own_error": 0.26,
    "own_words": "39/137 and 23/132",
    "own_exact": True,
}
_ODDS = {
    "ratio": True,
    "measure": "odds-ratio",
    "adjusted": True,
    "own_effect": 0.69,
    "own_error": 0.24,
    "own_words": "74/147 and 50/148",
    "own_exact": True,
}


@rule(
    "CON013",
    table="contrasts_in_context",
    severity=Severity.WARNING,
    fix="Check which arm the effect is of, its sign and its digits: the arms may be exchanged. If the adjustment does move it so far, say so in a waiver.",
    source="Hausman 1978, Econometrica 46:1251-71 (an adjusted and an unadjusted estimate differ by less than the unadjusted one's standard error);"
    " Robinson 1991, Int Stat Rev 58:227-40 (adjusted odds ratios)",
    columns=("value", "arm_id", "other_arm_id"),
    inspect_sr="results",
    message="by the arms' own figures ({own_words}{setting}) the `{measure}` is {crude}, {where} {value}",
    details=lambda row: {
        "crude": _number(row),
        "setting": "" if row["own_exact"] else ", of another set, day or handling of missing data",
        "where": "on the other side of no effect than"
        if (row["own_effect"] < 0) != (row["value"] < (1 if row["ratio"] else 0))
        else "far from",
    },
    breaks=[
        {**_CRUDE, "adjusted": True, "value": 9.5, "low": 7.0, "high": 12.0, "level": 95.0},
        {**_CRUDE, "adjusted": True, "value": 2.0, "low": -1.0, "high": 5.0, "level": 95.0},
        {**_CRUDE, "value": 9.5},
        {**_CRUDE, "adjusted": True, "own_exact": False, "own_error": 1.5, "value": 9.5, "low": 7.0, "high": 12.0, "level": 95.0},
        {**_ODDS, "value": 0.71, "low": 0.44, "high": 1.14, "level": 95.0},
        {**_ODDS, "value": 9.9, "low": 6.2, "high": 15.8, "level": 95.0},
        {**_RELAPSES, "value": 0.53, "low": 0.31, "high": 0.9, "level": 95.0},
        {**_RELAPSES, "value": 0.53, "low": 0.28, "high": 1.02, "level": 95.0},
        {**_RELAPSES, "value": 0.53},
    ],
    keeps=[
        {**_RELAPSES, "value": 1.9, "low": 1.1, "high": 3.2, "level": 95.0},
        {**_RELAPSES, "value": 0.95, "low": 0.6, "high": 1.5, "level": 95.0},
        {**_CRUDE, "adjusted": True, "value": -9.5, "low": -12.0, "high": -7.0, "level": 95.0},
        {**_CRUDE, "adjusted": True, "own_effect": -1.0, "value": 1.0, "low": -2.0, "high": 4.0, "level": 95.0},
        {
            **_CRUDE,
            "adjusted": True,
            "own_exact": False,
            "own_error": 1.5,
            "value": -4.0,
            "low": -7.0,
            "high": -1.0,
            "level": 95.0,
        },
        {**_ODDS, "value": 2.6, "low": 1.5, "high": 4.5, "level": 95.0},
    ],
)
def adjusted_effect_far_from_its_arms() -> pl.Expr:
    """An adjusted effect, and a hazard ratio, must be near the one that the arms' own counts or means give.

    In a randomised trial an adjustment moves an effect by less than its standard error, which is the larger of the printed one and the arms' own: the two must not be
    three of them apart, nor two on different sides of no effect. An odds ratio may lie half as far again from none, and a hazard ratio near 1 on either side. Without any error,
    the effect must not be the arms' own but for its sign. Where the arms have no figures of the effect's set, day and handling of missing data, those of another
    are looked at, if it is on the other side of all of them, by three. CON016 looks at a model's means. Checked too where nobody says whether an effect is adjusted.
    """
    looked_at = pl.col("adjusted").fill_null(value=True) | (pl.col("measure") == "hazard-ratio")
    modelled = pl.col("own_exact") & pl.col("own_modelled").fill_null(value=False)
    return pl.when(looked_at & ~modelled).then(~_far())


def _against(row: Mapping[str, Any]) -> dict[str, str]:
    import polars

    figures = {name: row[name] for name in ("ratio", "se", "level", *ENTIRE)}
    frame = polars.DataFrame([figures], schema_overrides=dict.fromkeys(("se", "level", *ENTIRE), polars.Float64))
    given = [error for error in frame.select(pl.concat_list(_errors())).item() if error is not None]
    means, least, most = bool(row["of_means"]), min(given), max(given)
    below = row["arms_error"] is None or least < 2 * row["arms_error"]
    exact = row["exact_error"] is not None and most <= row["exact_error"] / 2
    printed, by_arms = (most if below else least), (row["exact_error"] if below and exact else row["arms_error"])
    errors = not below and means and row["arms_fit"] is not True
    return {
        "printed": f"{printed:.3g}",
        "by_arms": f"{by_arms:.2g}",
        "of": "standard deviations in `scores`" if means else f"counts, {row['own_words']}",
        "likely": ", which look like standard errors" if errors else "",
    }


_DIFFERENCE = {
    "ratio": False,
    "of_means": True,
    "measure": "mean-difference",
    "value": -3.3,
    "low": -5.31,
    "high": -1.29,
    "level": 95.0,
}


@rule(
    "CON015",
    table="contrasts_in_context",
    severity=Severity.WARNING,
    fix="Check the effect's standard error or interval and its level, and whether the source gives standard errors for the arms: the standard deviation is the standard error times √n.",
    source="Cochrane Handbook 6.4, sections 6.5.2.2 and 6.5.2.3; Borm 2007, J Clin Epidemiol 60:1234-8 (covariates with a correlation of r leave √(1 - r²) of it)",
    columns=("value", "low", "high", "se"),
    inspect_sr="results",
    message="the standard error of {value} is {printed} as printed, but {by_arms} by the arms' {of}{likely}",
    details=_against,
    breaks=[
        {**_DIFFERENCE, "arms_error": 0.084},
        {**_DIFFERENCE, "arms_error": 0.5, "arms_fit": True},
        {**_DIFFERENCE, "exact_error": 2.2, "arms_error": 2.2, "arms_fit": True},
        {**_DIFFERENCE, "arms_error": 3.2, "arms_fit": True},
        {"ratio": False, "of_means": True, "measure": "mean-difference", "value": -3.3, "se": 1.03, "arms_error": 0.5},
        {
            "ratio": True,
            "of_means": False,
            "own_words": "74/147 and 50/148",
            "value": 2.0,
            "low": 1.78,
            "high": 2.25,
            "level": 95.0,
            "exact_error": 0.24,
            "arms_error": 0.24,
        },
    ],
    keeps=[
        {**_DIFFERENCE, "arms_error": 1.02, "exact_error": 1.02},
        {**_DIFFERENCE, "arms_error": 1.6, "exact_error": 1.6},
        {**_DIFFERENCE, "arms_error": 2.8, "arms_fit": True},
        {**_DIFFERENCE, "arms_error": 3.2, "arms_fit": False},
        {**_DIFFERENCE, "arms_error": 0.4, "exact_error": 0.4, "study_design": "cluster"},
        {**_DIFFERENCE, "low": -15.31, "arms_error": 1.02, "exact_error": 1.02},
    ],
)
def standard_error_unlike_its_arms() -> pl.Expr:
    """An effect must not have twice the standard error that the arms' own figures give it, or more, nor half of it or less.

    Taking covariates into account makes that of a difference smaller, but to a half only at a correlation of 0.87; a model of missing data makes it a little larger, and so
    does adjustment that of an odds ratio. In the registry's packages it is 0.9 to 1 of theirs. A standard error that was entered as a standard deviation makes theirs √n times
    too small. Of the arms' figures at the visit those of the effect's set are taken, or of people who are among them, and the smallest. For the half, those of its very
    setting are taken; it must not be a third of the others either, where only some were seen at the visit. Of the interval's ends the one that fits best is taken: CON012 looks at one end alone. People of one cluster resemble each other, so a cluster trial's
    error may be larger; those of a crossover trial are their own controls, so it may be smaller. CON018 looks at unadjusted intervals more closely.
    """
    least, most = pl.min_horizontal(*_errors()), pl.max_horizontal(*_errors())
    paired, clustered = (pl.col("study_design").eq_missing(pl.lit(design)) for design in ("crossover", "cluster"))
    sure = pl.when(~clustered & (pl.col("arms_error") > 0)).then(least < 2 * pl.col("arms_error"))
    others = pl.when("arms_fit").then(pl.col("arms_error") / 3)
    unsure = pl.when(~paired).then(most > pl.max_horizontal(pl.col("exact_error") / 2, others))
    return pl.when((sure.is_not_null() | unsure.is_not_null()) & ~_comparable()).then(
        sure.fill_null(value=True) & unsure.fill_null(value=True)
    )


def _interval(row: Mapping[str, Any]) -> dict[str, str]:
    quantile = LEVELS[float(row["level"])] * (_student(row["own_n"]) if row["own_cell"] is None else 1)
    ends = [row["own_effect"] + sign * quantile * row["own_pooled"] for sign in (-1, 1)]
    low, high = (f"{exp(end) if row['ratio'] else end:.3g}" for end in ends)
    return {"by_arms": f"{low} to {high}"}


def _student(n: float) -> float:
    """How much larger a quantile of t is than the normal one, of so many people in the smaller arm."""
    return 1 + 4.84 / (4 * max(n - 1, 1))


def _comparable() -> pl.Expr:
    """Whether an interval is one that the arms' own figures give: of the very effect, not adjusted, and of people who weren't their own controls."""
    value, low, high = map(_scaled, ENTIRE)
    theirs = (value - pl.col("own_effect")).abs() <= 0.1 * pl.col("own_error") + _rounding("value")
    crude = pl.col("adjusted").eq(other=False) & pl.col("own_exact") & (pl.col("own_cell") >= 5).fill_null(value=True) & theirs
    of_people = (pl.col("measure") != "hazard-ratio") & pl.col("study_design").ne_missing(pl.lit("crossover"))
    return (crude & of_people & (low < value) & (value < high)).fill_null(value=False)


_CRUDELY = {
    "ratio": False,
    "measure": "mean-difference",
    "adjusted": False,
    "value": -2.4,
    "level": 95.0,
    "own_effect": -2.4,
    "own_error": 0.898,
    "own_pooled": 0.898,
    "own_words": "11.6 and 14.0",
    "own_exact": True,
    "own_n": 119.0,
}


@rule(
    "CON018",
    table="contrasts_in_context",
    severity=Severity.WARNING,
    fix="Check both limits and the level: the interval may be one standard error wide, of another level, or adjusted.",
    source="Cochrane Handbook 6.4, sections 6.3.1 and 6.5.2.3; Agresti 1999, Biometrics 55:597-602 (intervals of odds ratios)",
    columns=("low", "high", "value", "level"),
    inspect_sr="results",
    message="the {level}% interval of {value} is {low} to {high}, but by the arms' own figures ({own_words}) about {by_arms}",
    details=_interval,
    breaks=[
        {**_CRUDELY, "low": -3.3, "high": -1.5},
        {**_CRUDELY, "low": -3.88, "high": -0.92},
        {**_CRUDELY, "low": -4.8, "high": 0.0},
        {
            **_CRUDELY,
            "ratio": True,
            "measure": "odds-ratio",
            "value": 1.99,
            "low": 1.24,
            "high": 3.91,
            "own_effect": 0.687,
            "own_error": 0.241,
            "own_pooled": 0.241,
            "own_cell": 50.0,
        },
    ],
    keeps=[
        {**_CRUDELY, "low": -4.17, "high": -0.63},
        {**_CRUDELY, "low": -6.1, "high": 1.3, "study_design": "cluster"},
        {
            **_CRUDELY,
            "ratio": True,
            "measure": "odds-ratio",
            "value": 1.99,
            "low": 1.24,
            "high": 3.19,
            "own_effect": 0.687,
            "own_error": 0.241,
            "own_pooled": 0.241,
            "own_cell": 50.0,
        },
    ],
)
def unadjusted_interval_unlike_its_arms() -> pl.Expr:
    """The interval of an unadjusted effect must be about the one that the arms' own counts, or means and standard deviations, give.

    Both ends are looked at, and the whole. For means it may be 0.87 to 1.25 times as far from the effect, as a standard deviation taken over further arms makes it, by the normal
    distribution or t; for counts 0.85 to 1.3 times, as exact intervals and scores do, where nowhere fewer than 5 were counted. Checked where the effect is the arms' own. A
    cluster trial's may be wider, and those of crossover trials, whose people are their own controls, aren't looked at.
    """
    quantile = normal_quantile()
    student = 1 + (quantile**2 + 1) / (4 * (pl.col("own_n") - 1).clip(lower_bound=1))
    shortest = quantile * pl.min_horizontal("own_error", "own_pooled")
    longest = quantile * pl.max_horizontal("own_error", "own_pooled")
    counted = pl.col("own_cell").is_not_null()
    least, most = pl.when(counted).then(0.85).otherwise(0.87), pl.when(counted).then(1.3).otherwise(1.25 * student)
    clustered = pl.col("study_design").eq_missing(pl.lit("cluster"))
    value, low, high = map(_scaled, ENTIRE)
    widths = (
        (value - low, _rounding("low") + _rounding("value"), 1),
        (high - value, _rounding("high") + _rounding("value"), 1),
        (high - low, _rounding("low") + _rounding("high"), 2),
    )
    fits = [
        (width + slack + TINY >= ends * least * shortest) & (clustered | (width - slack - TINY <= ends * most * longest))
        for width, slack, ends in widths
    ]
    return pl.when(_comparable()).then(pl.all_horizontal(*fits))
