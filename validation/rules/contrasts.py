"""CON: effects that a source prints, between two arms of a trial."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

from validation.lazily import pl
from validation.printed import TINY, half_unit
from validation.rule import Severity, rule

_LEVELS = {level: NormalDist().inv_cdf(0.5 + level / 200) for level in (80.0, 90.0, 95.0, 97.5, 98.0, 99.0)}
"""Of the usual levels of an interval, how many standard errors lie on either side."""

_ENTIRE = ("value", "low", "high")


def _on_scale(column: str) -> pl.Expr:
    """The figure as it is pooled: the logarithm of a ratio."""
    return pl.when(pl.col("ratio")).then(pl.col(column).log()).otherwise(pl.col(column))


def _printed(column: str) -> tuple[pl.Expr, pl.Expr]:
    """The number that is printed for a column, and half a unit of its last place; a risk difference in per cent is brought to a share."""
    text = pl.col(f"{column}_reported")
    number, half = text.cast(pl.Float64, strict=False), half_unit(text, pl.col(column))
    in_percent = (pl.col("measure") == "risk-difference") & (number.abs() > pl.col(column).abs() * 10)
    return pl.when(in_percent).then(number / 100).otherwise(number), pl.when(in_percent).then(half / 100).otherwise(half)


@rule(
    "CON001",
    table="contrasts_in_context",
    severity=Severity.ERROR,
    fix="Write the `arm_id` of another arm of the same study.",
    source="docs/dictionary.md, contrasts",
    columns=("other_arm_id",),
    message="`other_arm_id` is `{other_arm_id}`, which is not another arm of the study",
    breaks=[{"other_arm_known": False}, {"other_arm_known": True, "same_arm": True}],
    keeps=[{"other_arm_known": True, "same_arm": False}],
)
def other_arm_unknown() -> pl.Expr:
    """An effect must be between two arms of one study.

    What an arm is compared with has to be known, and nothing is compared with itself.
    """
    return pl.col("other_arm_known") & ~pl.col("same_arm").fill_null(value=False)


@rule(
    "CON002",
    table="contrasts_in_context",
    severity=Severity.ERROR,
    fix="Give `definition_id` for an effect on counts, or `instrument_id` for an effect on means, and choose the measure to match.",
    source="docs/dictionary.md, contrasts",
    columns=("definition_id", "instrument_id", "measure"),
    message="`measure` is `{measure}`: it needs one of `definition_id` (of counts) and `instrument_id` (of means), the one that fits it",
    breaks=[
        {"of_means": False, "instrument_id": "madrs"},
        {"of_means": True, "definition_id": "response.madrs.ge50pct"},
        {"of_means": False, "definition_id": "response.madrs.ge50pct", "instrument_id": "madrs"},
        {"of_means": True},
    ],
    keeps=[{"of_means": False, "definition_id": "response.madrs.ge50pct"}, {"of_means": True, "instrument_id": "madrs"}],
)
def effect_of_nothing() -> pl.Expr:
    """An effect must be of a definition if its measure compares counts, and of a scale if it compares means.

    A risk ratio has no scale and a mean difference no threshold: with both, or the wrong one, the figure belongs to something else.
    """
    counted, measured = pl.col("definition_id").is_not_null(), pl.col("instrument_id").is_not_null()
    return pl.when(pl.col("of_means").is_not_null()).then((counted != measured) & (measured == pl.col("of_means")))


@rule(
    "CON003",
    table="contrasts_in_context",
    severity=Severity.ERROR,
    fix="Check the figure and the measure; a logarithm must be turned back into a ratio, a percentage into a share.",
    source="arithmetic",
    columns=("value", "low", "high", "measure"),
    inspect_sr="results",
    message="{measure} {value} ({low} to {high}): a ratio must be above 0, and a risk difference within -1 and 1",
    breaks=[
        {"ratio": True, "measure": "odds-ratio", "value": -0.2, "low": -0.4, "high": 0.0},
        {"ratio": False, "measure": "risk-difference", "value": 9.0},
    ],
    keeps=[
        {"ratio": True, "measure": "odds-ratio", "value": 0.8, "low": 0.6, "high": 1.1},
        {"ratio": False, "measure": "risk-difference", "value": 0.09},
        {"ratio": False, "measure": "mean-difference", "value": -4.0},
    ],
)
def effect_outside_range() -> pl.Expr:
    """An effect must be one that its measure can give.

    A negative ratio is a logarithm or a difference, and a risk difference of 9 is in per cent.
    """
    positive = pl.min_horizontal(*_ENTIRE) > 0
    return (
        pl.when(pl.col("value").is_not_null() & pl.col("ratio"))
        .then(positive)
        .when(pl.col("value").is_not_null() & (pl.col("measure") == "risk-difference"))
        .then(pl.col("value").abs() <= 1)
        .when(pl.col("value").is_not_null())
        .then(pl.lit(value=True))
    )


@rule(
    "CON004",
    table="contrasts_in_context",
    severity=Severity.ERROR,
    fix="Check the three figures; the limits may be exchanged, or a sign lost.",
    source="arithmetic",
    columns=("value", "low", "high"),
    inspect_sr="results",
    message="{value} must be within its interval, {low} to {high}",
    breaks=[{"value": 1.4, "low": 1.5, "high": 2.0}, {"value": 1.4, "low": 1.6, "high": 1.2}],
    keeps=[{"value": 1.4, "low": 1.2, "high": 1.6}, {"value": 1.0, "low": 1.0, "high": 1.0}],
)
def effect_outside_its_interval() -> pl.Expr:
    """An effect must be within its interval.

    One that isn't has a figure that was misread, exchanged or lost its sign.
    """
    return pl.col("value").is_between(pl.col("low"), pl.col("high"))


@rule(
    "CON005",
    table="contrasts_in_context",
    severity=Severity.WARNING,
    fix="Check the digits, and the sign of the direction: the effect may be of the other arm.",
    source="arithmetic",
    columns=_ENTIRE,
    inspect_sr="results",
    message="`value`, `low` and `high` ({value}, {low}, {high}) must be the printed {value_reported}, {low_reported}, {high_reported}",
    breaks=[
        {"measure": "odds-ratio", "value": 1.4, "value_reported": "1.41"},
        {"measure": "odds-ratio", "value": 1.41, "value_reported": "1.41", "low": 1.2, "low_reported": "1.3"},
    ],
    keeps=[
        {"measure": "odds-ratio", "value": 1.41, "value_reported": "1.41"},
        {"measure": "risk-difference", "value": 0.09, "value_reported": "9.0"},
        {"measure": "mean-difference", "value": -4.0, "value_reported": "-4.0", "low": -7.3, "low_reported": "-7.3"},
    ],
)
def effect_differs_from_its_print() -> pl.Expr:
    """An effect must be the number that is printed for it; a risk difference may be printed in per cent.

    An effect in the other direction, such as 1/1.41, has to be entered as it is printed, with the arms exchanged.
    """
    same = [((pl.col(name) - _printed(name)[0]).abs() <= TINY * (1 + pl.col(name).abs())) for name in _ENTIRE]
    known = pl.any_horizontal(*(one.is_not_null() for one in same))
    return pl.when(known).then(pl.all_horizontal(*(one.fill_null(value=True) for one in same)))


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
    quantile = pl.col("level").replace_strict(_LEVELS, default=None, return_dtype=pl.Float64)
    implied = (_on_scale("high") - _on_scale("low")) / (2 * quantile)
    by = implied / pl.when(pl.col("se") > 0).then(pl.col("se"))
    return by.is_between(0.9, 1.35)


def _implied(row: Mapping[str, Any]) -> str:
    from math import log

    low, high = (float(str(row[name])) for name in ("low", "high"))
    width = log(high / low) if row["ratio"] else high - low
    return f"{width / (2 * _LEVELS[float(str(row['level']))]):.3g}"


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
    ],
)
def p_contradicts_interval() -> pl.Expr:
    """A p value must be below 1 minus the interval's level if, and only if, the interval excludes no effect.

    Values within a fifth of that bound are not checked: tests and intervals of different kinds differ by as much.
    """
    none, bound = pl.when(pl.col("ratio")).then(1.0).otherwise(0.0), 1 - pl.col("level") / 100
    excludes = (pl.col("low") > none) | (pl.col("high") < none)
    clear = ~pl.col("p").is_between(0.8 * bound, 1.2 * bound)
    return pl.when(clear).then((pl.col("p") < bound) == excludes)


@rule(
    "CON008",
    table="contrasts_in_context",
    severity=Severity.WARNING,
    fix="Check the counts of both arms, which arm the effect is of, and whether it is adjusted.",
    source="BMJ 2022;377:e069155 (one in six re-extracted trials could not be reproduced)",
    columns=("value", "arm_id", "other_arm_id"),
    inspect_sr="results",
    message="the arms' own counts ({counts}) give a {measure} of {counted}, not {value}",
    breaks=[
        {
            "measure": "risk-ratio",
            "adjusted": False,
            "value": 1.8,
            "value_reported": "1.80",
            "counted": 1.25,
            "counts": "50/100 and 40/100",
        },
    ],
    keeps=[
        {
            "measure": "risk-ratio",
            "adjusted": False,
            "value": 1.25,
            "value_reported": "1.25",
            "counted": 1.25,
            "counts": "50/100 and 40/100",
        },
        {
            "measure": "risk-difference",
            "adjusted": False,
            "value": 0.17,
            "value_reported": "17.3",
            "counted": 0.1734,
            "counts": "",
        },
    ],
)
def effect_differs_from_counts() -> pl.Expr:
    """An unadjusted effect must be the one that the two arms' counts give, at its printed precision.

    Checked where both arms have counts by the same definition, day, set and handling of missing data. An odds ratio under the name of a
    risk ratio, or the other arm first, shows here.
    """
    number, half = _printed("value")
    stated = number.fill_null(pl.col("value"))
    crude = pl.col("adjusted").eq(other=False)
    return pl.when(crude).then((stated - pl.col("counted")).abs() <= half + TINY)


@rule(
    "CON009",
    table="contrasts_both_ways",
    severity=Severity.WARNING,
    fix="Keep the direction that the source prints.",
    source="docs/dictionary.md, contrasts",
    columns=("arm_id", "other_arm_id"),
    message="the same contrast is there the other way round, as {reverse}; each must be given once",
    breaks=[{"value": 2.0, "reverse": 0.5}],
    keeps=[{"value": 2.0}],
)
def contrast_both_ways() -> pl.Expr:
    """An effect must be given in one direction.

    The two would count one comparison twice, and contradict each other once one is corrected.
    """
    return pl.when(pl.col("value").is_not_null()).then(pl.col("reverse").is_null())


_MEANS = {
    "measure": "mean-difference",
    "adjusted": False,
    "change_effect": -4.0,
    "change_slack": 0.1,
    "measured": -4.0,
    "means": "-19.6 and -15.6",
}


@rule(
    "CON010",
    table="contrasts_in_context",
    severity=Severity.WARNING,
    fix="Check the means of both arms, which arm the effect is of, its sign and its scale, and whether it is adjusted.",
    source="BMJ 2022;377:e069155 (one in six re-extracted trials could not be reproduced)",
    columns=("value", "arm_id", "other_arm_id"),
    inspect_sr="results",
    message="the arms' own means ({means}) give a {measure} of {measured}, not {value}",
    breaks=[
        {**_MEANS, "value": 4.0, "value_reported": "4.0"},
        {**_MEANS, "value": -7.6, "value_reported": "-7.6"},
        {
            **_MEANS,
            "measure": "smd",
            "change_effect": -0.4,
            "measured": -0.4,
            "change_slack": 0.01,
            "value": 0.4,
            "value_reported": "0.40",
        },
    ],
    keeps=[
        {**_MEANS, "value": -4.1, "value_reported": "-4.1"},
        {**_MEANS, "value": -2.0, "value_reported": "-2.0", "endpoint_effect": -2.0, "endpoint_slack": 0.1},
        {
            **_MEANS,
            "measure": "smd",
            "change_effect": -0.4,
            "measured": -0.4,
            "change_slack": 0.01,
            "value": -0.39,
            "value_reported": "-0.39",
        },
    ],
)
def effect_differs_from_means() -> pl.Expr:
    """An unadjusted effect must be the one that the two arms' means give, as changes or at the visit, within their rounding.

    Checked where both arms have means of the scale by the same day, set and handling of missing data. A standardised difference may be a tenth
    off, since standard deviations are taken together in several ways.
    """
    number, half = _printed("value")
    stated = number.fill_null(pl.col("value"))
    loose = pl.when(pl.col("measure") == "smd").then(0.1).otherwise(0.0)
    near = [
        (stated - pl.col(f"{name}_effect")).abs()
        <= half.fill_null(0.0) + pl.col(f"{name}_slack") + loose * pl.col(f"{name}_effect").abs() + TINY
        for name in ("change", "endpoint")
    ]
    known = pl.any_horizontal(*(one.is_not_null() for one in near))
    return pl.when(pl.col("adjusted").eq(other=False) & known).then(
        pl.any_horizontal(*(one.fill_null(value=False) for one in near))
    )


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
    quantile = pl.col("level").replace_strict(_LEVELS, default=None, return_dtype=pl.Float64)
    width = _on_scale("high") - _on_scale("low")
    se = pl.when(width > 0).then(width / (2 * quantile))
    return (_on_scale("value") / se).abs()


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
        {"ratio": True, "value": 3.0, "low": 0.0, "high": 12.0},
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
        half = _printed(column)[1].fill_null(0.0)
        return pl.when(pl.col("ratio")).then(half / pl.col(column)).otherwise(half)

    value, low, high = map(_on_scale, _ENTIRE)
    below, above = value - low, high - value
    slack_below, slack_above = off("value") + off("low"), off("value") + off("high")
    is_below = below >= above
    far = pl.when(is_below).then(below - slack_below).otherwise(above - slack_above)
    near = pl.when(is_below).then(above + slack_above).otherwise(below + slack_below)
    known = pl.all_horizontal(below.is_finite(), above.is_finite(), below > 0, above > 0)
    return pl.when(known).then(far), pl.when(known).then(near)


def _lean_in_words(row: Mapping[str, Any]) -> str:
    value, low, high = (float(str(row[name])) for name in _ENTIRE)
    if row["ratio"]:
        from math import log

        value, low, high = log(value), log(low), log(high)
    ends = sorted((value - low, high - value))
    return f"{ends[1] / ends[0]:.1f}"
