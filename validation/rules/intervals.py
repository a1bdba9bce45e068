"""CON: whether the interval of a printed effect, its standard error and its p value are of one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import NormalDist
from typing import Any

from validation.lazily import pl
from validation.rule import Severity, rule
from validation.rules.contrasts import ENTIRE, printed_figure

__all__ = ["LEVELS", "normal_quantile", "on_scale"]

LEVELS = {level: NormalDist().inv_cdf(0.5 + level / 200) for level in (80.0, 90.0, 95.0, 97.5, 98.0, 99.0)}
"""Of the usual levels of an interval, how many standard errors lie on either side."""


def normal_quantile() -> pl.Expr:
    """How many standard errors lie on either side of the figure, by the interval's level; null for an unusual one."""
    return pl.col("level").cast(pl.Float64).replace_strict(LEVELS, default=None, return_dtype=pl.Float64)


def on_scale(column: str) -> pl.Expr:
    """The figure as it is pooled: the logarithm of a ratio; null where the measure isn't known."""
    return pl.when(pl.col("ratio")).then(pl.col(column).log()).when(~pl.col("ratio")).then(pl.col(column))


@rule(
    "CON006",
    table="contrasts_in_context",
    severity=Severity.WARNING,
    fix="Check the standard error, the interval and its level; a standard deviation or the error of another scale may be given.",
    source="Cochrane Handbook 6.4, section 6.3.1",
    columns=("se", "low", "high"),
    inspect_sr="results",
    message="`se` ({se}) must give the {level}% interval, {low} to {high}; the interval's own is {implied}",
    details=lambda row: {"implied": _implied(row)},
    breaks=[{"ratio": False, "se": 4.2, "low": -7.31, "high": -0.64, "level": 95.0}],
    keeps=[
        {"ratio": False, "se": 1.69, "low": -7.31, "high": -0.64, "level": 95.0},
        {"ratio": True, "se": 0.2, "low": 1.0, "high": 2.19, "level": 95.0},
    ],
)
def standard_error_contradicts_interval() -> pl.Expr:
    """A standard error must be the one that the interval has, within what few participants and rounding explain.

    Half the interval's width is the standard error times 1.96 for 95%, or up to a third more where t is used. Of a ratio, the
    interval of its logarithm counts.
    """
    implied = (on_scale("high") - on_scale("low")) / (2 * normal_quantile())
    by = implied / pl.when(pl.col("se") > 0).then(pl.col("se"))
    return by.is_between(0.9, 1.35)


def _implied(row: Mapping[str, Any]) -> str:
    low, high = _of_row(row, ("low", "high"))
    return f"{(high - low) / (2 * LEVELS[float(str(row['level']))]):.3g}"


def _of_row(row: Mapping[str, Any], names: Sequence[str]) -> list[float]:
    """Figures of one row as ``on_scale`` has them, for its message."""
    from math import log

    return [log(number) if row["ratio"] else number for number in (float(str(row[name])) for name in names)]


@rule(
    "CON007",
    table="contrasts_in_context",
    severity=Severity.WARNING,
    fix="Check the p value, whether it is two-sided, and the interval.",
    source="Cochrane Handbook 6.4, section 6.3.2",
    columns=("p", "low", "high"),
    inspect_sr="results",
    message="`p` is {p}, but the {level}% interval, {low} to {high}, says otherwise of no effect",
    breaks=[
        {"ratio": True, "p": 0.01, "low": 0.9, "high": 1.6, "level": 95.0},
        {"ratio": False, "p": 0.4, "low": 0.1, "high": 1.6, "level": 95.0},
    ],
    keeps=[
        {"ratio": True, "p": 0.01, "low": 1.1, "high": 1.6, "level": 95.0},
        {"ratio": False, "p": 0.4, "low": -0.1, "high": 1.6, "level": 95.0},
        {"ratio": True, "p": 0.039, "low": 1.0, "low_reported": "1.0", "high": 2.3, "high_reported": "2.3", "level": 95.0},
    ],
)
def p_contradicts_interval() -> pl.Expr:
    """A p value must be below 1 minus the interval's level if, and only if, the interval excludes no effect.

    Values within a fifth of that bound are not checked: tests and intervals of different kinds differ by as much. An end that is rounded may lie
    on either side of no effect.
    """
    none, bound = pl.when(pl.col("ratio")).then(1.0).when(~pl.col("ratio")).then(0.0), 1 - pl.col("level") / 100
    excludes = (pl.col("low") > none) | (pl.col("high") < none)
    rounded = pl.any_horizontal(*((pl.col(end) - none).abs() < printed_figure(end)[1].fill_null(0.0) for end in ("low", "high")))
    clear = ~pl.col("p").is_between(0.8 * bound, 1.2 * bound)
    return pl.when(clear).then(rounded | ((pl.col("p") < bound) == excludes))


_TAIL = (1.5976, 0.07056)
"""Of the logistic curve that follows the normal distribution to within 0.0002: Bowling 2009, J Ind Eng Manag 2:114-127."""


@rule(
    "CON011",
    table="contrasts_in_context",
    severity=Severity.WARNING,
    fix="Check the p value, and the interval and its level: one of them may belong to another outcome, or p is one-sided.",
    source="Altman 2011, BMJ 343:d2304 (how to obtain the P value from a confidence interval)",
    columns=("p", "value", "low", "high"),
    inspect_sr="results",
    message="`p` is {p}, and {value} with the {level}% interval, {low} to {high}, gives about {implied}",
    details=lambda row: {"implied": _implied_p(row)},
    breaks=[
        {"ratio": False, "value": -4.0, "low": -7.3, "high": -0.7, "level": 95.0, "p": 0.0001, "p_reported": "0.0001"},
        {"ratio": True, "value": 1.1, "low": 0.8, "high": 1.51, "level": 95.0, "p": 0.06, "p_reported": "0.06"},
        {"ratio": False, "value": -4.0, "low": -7.3, "high": -0.7, "level": 95.0, "p": 0.0001, "p_reported": "<0.0001"},
    ],
    keeps=[
        {"ratio": False, "value": -4.0, "low": -7.3, "high": -0.7, "level": 95.0, "p": 0.017, "p_reported": "0.017"},
        {"ratio": False, "value": -4.0, "low": -5.3, "high": -2.7, "level": 95.0, "p": 0.001, "p_reported": "<0.001"},
        {"ratio": True, "value": 1.59, "low": 0.51, "high": 4.98, "level": 95.0, "p": 0.42, "p_reported": ".42"},
    ],
)
def p_unlike_its_interval() -> pl.Expr:
    """A p value must be about the one that the effect and its interval give.

    A fourfold difference is allowed, more where p is very small: tests differ from intervals, and both are rounded. Where only a bound is printed,
    the p value must not be far above it. CON007 sees whether the two are on one side of no effect.
    """
    implied = _of_interval()
    apart, allowed = pl.col("p").log() - implied.log(), 1.4 + 0.15 * _z() ** 2
    bound = pl.col("p_reported").str.starts_with("<").fill_null(value=False)
    fits = pl.when(bound).then(apart >= -allowed).otherwise(apart.abs() <= allowed)
    return pl.when((pl.col("p") > 0) & implied.is_finite()).then(fits)


def _z() -> pl.Expr:
    """How many standard errors the effect is from none, by its interval."""
    width = on_scale("high") - on_scale("low")
    se = pl.when(width > 0).then(width / (2 * normal_quantile()))
    return (on_scale("value") / se).abs()


def _of_interval() -> pl.Expr:
    first, third = _TAIL
    return 2 / (1 + (first * _z() + third * _z() ** 3).exp())


def _implied_p(row: Mapping[str, Any]) -> str:
    return f"{pl.DataFrame([row], strict=False).select(_of_interval()).item():.2g}"


@rule(
    "CON012",
    table="contrasts_in_context",
    severity=Severity.WARNING,
    fix="Look at the three figures again: one may be misread, or the interval is of another effect or measure.",
    source="Cochrane Handbook 6.4, sections 6.3.1 and 6.3.2",
    columns=("value", "low", "high"),
    inspect_sr="results",
    message="{value} must be about in the middle of its interval, {low} to {high}{scale}; it is {times} times as far from one end as from the other",
    details=lambda row: {
        "scale": " (of a ratio, on the logarithmic scale)" if row["ratio"] else "",
        "times": _lean_in_words(row),
    },
    breaks=[
        {"ratio": True, "value": 2.33, "low": 0.9, "high": 4.17},
        {"ratio": False, "value": -4.0, "low": -7.3, "high": -3.1},
        {
            "ratio": True,
            "value": 0.3,
            "low": 0.1,
            "high": 0.5,
            "value_reported": "0.30",
            "low_reported": "0.10",
            "high_reported": "0.50",
        },
    ],
    keeps=[
        {"ratio": True, "value": 2.33, "low": 1.31, "high": 4.17},
        {
            "ratio": True,
            "value": 0.3,
            "low": 0.1,
            "high": 0.5,
            "value_reported": "0.3",
            "low_reported": "0.1",
            "high_reported": "0.5",
        },
        {"ratio": False, "value": 0.1, "low": -0.03, "high": 0.21},
    ],
)
def interval_leans_to_one_side() -> pl.Expr:
    """An effect must be about in the middle of its interval, that of a ratio on the logarithmic scale.

    Intervals of normal effects are symmetric; exact ones, and Newcombe's of a difference, lean a little. An effect more than one and a half times as far from
    one end as from the other, whatever their rounding, is none of these.
    """
    least, most = _ends_apart()
    return most * _MOST_LEANING >= least


_MOST_LEANING = 1.5


def _ends_apart() -> tuple[pl.Expr, pl.Expr]:
    """How far the effect is from its further end at least, and from the nearer at most, given how each figure is rounded."""

    def off(column: str) -> pl.Expr:
        half = printed_figure(column)[1].fill_null(0.0)
        return pl.when(pl.col("ratio")).then(half / pl.col(column)).otherwise(half)

    value, low, high = map(on_scale, ENTIRE)
    below, above = value - low, high - value
    slack_below, slack_above = off("value") + off("low"), off("value") + off("high")
    is_below = below >= above
    far = pl.when(is_below).then(below - slack_below).otherwise(above - slack_above)
    near = pl.when(is_below).then(above + slack_above).otherwise(below + slack_below)
    known = pl.all_horizontal(below.is_finite(), above.is_finite(), below > 0, above > 0)
    return pl.when(known).then(far), pl.when(known).then(near)


def _lean_in_words(row: Mapping[str, Any]) -> str:
    value, low, high = _of_row(row, ENTIRE)
    ends = sorted((value - low, high - value))
    return f"{ends[1] / ends[0]:.1f}"
