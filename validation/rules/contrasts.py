"""CON: effects that a source prints, between two arms of a trial."""

from __future__ import annotations

from validation.lazily import pl
from validation.printed import TINY, half_unit
from validation.rule import Severity, rule

__all__ = ["ENTIRE", "printed_figure"]

ENTIRE = ("value", "low", "high")


def printed_figure(column: str) -> tuple[pl.Expr, pl.Expr]:
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
    fix="Check the figure and the measure; a logarithm must be turned back into a ratio, a percentage into a share. Of a bound printed as 0.0 nobody knows the number: leave it empty beside its print.",
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
    positive = pl.min_horizontal(*ENTIRE) > 0
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
    columns=ENTIRE,
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
    same = [((pl.col(name) - printed_figure(name)[0]).abs() <= TINY * (1 + pl.col(name).abs())) for name in ENTIRE]
    known = pl.any_horizontal(*(one.is_not_null() for one in same))
    return pl.when(known).then(pl.all_horizontal(*(one.fill_null(value=True) for one in same)))


@rule(
    "CON008",
    table="contrasts_in_context",
    severity=Severity.WARNING,
    fix="Check the counts of both arms, which arm the effect is of, and whether it is adjusted.",
    source="BMJ 2022;377:e069155 (one in six re-extracted trials could not be reproduced)",
    columns=("value", "arm_id", "other_arm_id"),
    inspect_sr="results",
    message="by the arms' own counts ({counts}) the `{measure}` is {counted}, not {value}",
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
    number, half = printed_figure("value")
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
    message="by the arms' own means ({means}) the `{measure}` is {measured}, not {value}",
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
    number, half = printed_figure("value")
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
