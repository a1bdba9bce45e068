"""SCR: means on a scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.windows import anchors_of
from validation.lazily import pl
from validation.printed import TINY, as_printed, precision, printed, whole_between
from validation.rule import Severity, rule
from validation.rules.counts import at_most_randomised, randomised

_COUNTED = ("reported", "author-supplied", "derived-from-participants", "unstated")


def _is_change() -> pl.Expr:
    return pl.col("statistic") == "change"


def _nearest_means(row: Mapping[str, Any]) -> dict[str, str]:
    text, n = row["mean_reported"], row["n"]
    places = len(text.partition(".")[2])
    below = int(float(text) * n // 1)
    return {"nearest": " or ".join(f"{total / n:.{places}f}" for total in (below, below + 1))}


@rule(
    "SCR001",
    table="scores_in_context",
    severity=Severity.ERROR,
    fix="Check the scale and its version, and whether the figure is a change.",
    source="registry vocabulary `instruments`",
    columns=("mean", "instrument_id"),
    inspect_sr="results",
    message="`mean` ({mean}) must be in the range of `{instrument_id}`, {instrument_minimum} to {instrument_maximum}",
    breaks=[
        {"statistic": "endpoint", "mean": 61.0, "instrument_minimum": 0.0, "instrument_maximum": 60.0},
        {"statistic": "baseline", "mean": -3.5, "instrument_minimum": 0.0, "instrument_maximum": 60.0},
    ],
    keeps=[
        {"statistic": "endpoint", "mean": 15.5, "instrument_minimum": 0.0, "instrument_maximum": 60.0},
        {"statistic": "baseline", "mean": 60.0, "instrument_minimum": 0.0, "instrument_maximum": 60.0},
    ],
)
def mean_outside_range() -> pl.Expr:
    """A mean must be one that its scale can give.

    A mean outside the range belongs to another scale, or is a change.
    """
    inside = pl.col("mean").is_between(pl.col("instrument_minimum"), pl.col("instrument_maximum"))
    return pl.when(~_is_change()).then(inside)


@rule(
    "SCR012",
    table="scores_in_context",
    severity=Severity.WARNING,
    fix="Check whether the figure is a change, and which scale it is on.",
    source="registry vocabulary `instruments`: no scale of depression begins below 0",
    columns=("mean", "instrument_id"),
    inspect_sr="results",
    message="`mean` ({mean}) at a visit is below 0, where no scale of depression begins; `{instrument_id}` states no range",
    breaks=[{"statistic": "endpoint", "mean": -13.4}, {"statistic": "baseline", "mean": -0.5}],
    keeps=[{"statistic": "endpoint", "mean": 13.4}, {"statistic": "baseline", "mean": 0.0}],
)
def mean_below_every_scale() -> pl.Expr:
    """A mean at a visit must not be below 0, whatever the scale.

    On a scale whose version or range isn't stated, that still shows a change that was entered as a score.
    """
    return pl.when(~_is_change() & pl.col("instrument_minimum").is_null()).then(pl.col("mean") >= 0)


@rule(
    "SCR002",
    table="scores_in_context",
    severity=Severity.ERROR,
    fix="Check the scale and its version; the change may be a percentage.",
    source="registry vocabulary `instruments`",
    columns=("mean", "instrument_id"),
    inspect_sr="results",
    message="a mean change of {mean} is more than `{instrument_id}`, {instrument_minimum} to {instrument_maximum}, can give",
    breaks=[
        {"statistic": "change", "mean": -61.0, "instrument_minimum": 0.0, "instrument_maximum": 60.0},
        {"statistic": "change", "mean": 7.0, "instrument_minimum": 1.0, "instrument_maximum": 7.0},
    ],
    keeps=[
        {"statistic": "change", "mean": -19.0, "instrument_minimum": 0.0, "instrument_maximum": 60.0},
        {"statistic": "change", "mean": 6.0, "instrument_minimum": 1.0, "instrument_maximum": 7.0},
    ],
)
def change_outside_range() -> pl.Expr:
    """A mean change must not exceed the span of its scale.

    Nobody can change more than from the highest score to the lowest.
    """
    return pl.when(_is_change()).then(pl.col("mean").abs() <= pl.col("instrument_maximum") - pl.col("instrument_minimum"))


@rule(
    "SCR005",
    table="scores_in_context",
    severity=Severity.WARNING,
    fix="Check n and the mean; if the mean is from a model, say so in `estimate`.",
    source="Brown & Heathers 2017 (GRIM)",
    columns=("mean_reported", "n"),
    inspect_sr="results",
    message="`mean_reported` ({mean_reported}) can't be a mean of `n` ({n}) whole scores; {nearest} could be",
    details=_nearest_means,
    breaks=[
        {
            "estimate": "raw",
            "whole_numbers": True,
            "value_origin": "reported",
            "mean_reported": "5.27",
            "n": 43,
        },
        {
            "estimate": "raw",
            "whole_numbers": True,
            "value_origin": "reported",
            "mean_reported": "-8.3",
            "n": 2,
        },
    ],
    keeps=[
        {
            "estimate": "raw",
            "whole_numbers": True,
            "value_origin": "reported",
            "mean_reported": "5.28",
            "n": 43,
        },
        {
            "estimate": "raw",
            "whole_numbers": True,
            "value_origin": "reported",
            "mean_reported": "-8.5",
            "n": 2,
        },
        {
            "estimate": "raw",
            "whole_numbers": True,
            "value_origin": "reported",
            "mean_reported": "27.67",
            "n": 15,
        },
    ],
)
def mean_no_whole_scores_give() -> pl.Expr:
    """A raw mean of whole scores must be a whole sum divided by n, at the printed precision.

    Checked where n is small enough for the printed digits to decide. Means from a model, of part scores, or of fewer people
    than n may legitimately break it.
    """
    lowest, highest = whole_between(pl.col("mean_reported"), pl.col("n"), 1)
    _, scale = printed(pl.col("mean_reported"))
    raw = (pl.col("estimate") == "raw") & pl.col("whole_numbers") & pl.col("value_origin").is_in(_COUNTED)
    return pl.when(raw & (pl.col("n") < scale)).then(lowest <= highest)


@rule(
    "SCR006",
    table="changes_beside_means",
    severity=Severity.ERROR,
    fix="Check the three means. A change is after minus before; a fall is negative.",
    source="arithmetic",
    columns=("mean",),
    inspect_sr="results",
    message="a mean change of {mean} must be endpoint ({endpoint_mean}) minus baseline ({baseline_mean}), for the same {n}",
    breaks=[
        {"mean": 8.0, "baseline_mean": 14.5, "endpoint_mean": 6.5, "n": 30},
        {
            "mean": -19.0,
            "mean_reported": "-19.0",
            "baseline_mean": 37.0,
            "baseline_mean_reported": "37.0",
            "endpoint_mean": 18.2,
            "endpoint_mean_reported": "18.2",
            "n": 111,
        },
    ],
    keeps=[
        {"mean": -8.0, "baseline_mean": 14.5, "endpoint_mean": 6.5, "n": 30},
        {
            "mean": -19.0,
            "mean_reported": "-19.0",
            "baseline_mean": 37.0,
            "baseline_mean_reported": "37.0",
            "endpoint_mean": 18.1,
            "endpoint_mean_reported": "18.1",
            "n": 111,
        },
        {"mean": -19.0, "baseline_mean": 37.2, "endpoint_mean": 18.5, "n": 111},
    ],
)
def change_not_endpoint_less_baseline() -> pl.Expr:
    """A mean change must be the endpoint's mean minus the baseline's, where all three are raw and have the same n.

    Rounding is allowed for. Any other difference is a wrong sign, a wrong row, or other people than stated.
    """
    halves = precision("mean") + precision("baseline_mean") + precision("endpoint_mean")
    expected = pl.col("endpoint_mean") - pl.col("baseline_mean")
    return (pl.col("mean") - expected).abs() <= halves + TINY * (1 + pl.col("baseline_mean").abs())


@rule(
    "SCR008",
    table="scores",
    severity=Severity.ERROR,
    fix="Copy the printed figure again into both cells.",
    source="registry convention",
    columns=("mean", "mean_reported"),
    breaks=[{"mean": 15.5, "mean_reported": "15.6"}, {"mean": -19.0, "mean_reported": "19.0"}],
    keeps=[{"mean": 15.5, "mean_reported": "15.50"}, {"mean": -19.0, "mean_reported": "-19"}],
)
def mean_differs_from_print() -> pl.Expr:
    """A mean must be the number printed for it.

    Analyses use the number and checks use the printed text; if they differ, the checks checked something else.
    """
    return as_printed("mean")


@rule(
    "SCR010",
    table="scores_in_context",
    severity=Severity.ERROR,
    fix="Check the arm: n may be another arm's, or that of two arms combined.",
    source="CONSORT 2010 items 13a and 16",
    columns=("n",),
    inspect_sr="results",
    message="a mean over `n` ({n}) participants must not have more than the {randomised}",
    details=randomised,
    breaks=[{"n": 116, "arm_n_randomised": 115}, {"n": 200, "study_n_randomised": 150}],
    keeps=[{"n": 115, "arm_n_randomised": 115}, {"n": 98, "arm_n_randomised": 114}],
)
def scored_exceed_randomised() -> pl.Expr:
    """A mean must not be over more participants than were randomised to the arm.

    People can be lost from an arm, never gained. Where the arm's size isn't stated, that of the whole study is the bound.
    """
    return at_most_randomised("n")


@rule(
    "SCR013",
    table="scores_in_context",
    severity=Severity.WARNING,
    fix="Check the scale, and whether the mean is a later one. If the entry score was taken at screening and people improved until the baseline, say so in a waiver.",
    source="CONSORT 2010 item 4a",
    columns=("mean", "statistic"),
    inspect_sr="results",
    message="the mean at baseline ({mean}) is below {entry_score_min}, the lowest score on `{instrument_id}` that entry required",
    breaks=[{"statistic": "baseline", "mean": 15.0, "entry_score_min": 24.0}],
    keeps=[
        {"statistic": "baseline", "mean": 24.0, "entry_score_min": 24.0},
    ],
)
def baseline_below_entry_score() -> pl.Expr:
    """A mean at baseline must not be below the lowest score that entry required.

    A mean can't be below all that it is of. In a later phase, and where those who did well are randomised, people have improved before the baseline.
    """
    return pl.when(pl.col("statistic") == "baseline").then(pl.col("mean") >= pl.col("entry_score_min"))


@rule(
    "SCR014",
    table="scores_in_context",
    severity=Severity.WARNING,
    fix="Check the day, and whether the mean is of the baseline, a visit or the change.",
    source="registry convention: the baseline is day 0",
    columns=("timepoint_days", "statistic"),
    message="a mean with the statistic `{statistic}` is of day {timepoint_days}; the baseline is day 0 or before, all else later",
    breaks=[
        {"statistic": "baseline", "timepoint_days": 56.0, "timepoint_anchor": "randomisation"},
        {"statistic": "change", "timepoint_days": 0.0, "timepoint_anchor": "first-dose"},
    ],
    keeps=[
        {"statistic": "baseline", "timepoint_days": 0.0, "timepoint_anchor": "randomisation"},
        {"statistic": "endpoint", "timepoint_days": 0.1667, "timepoint_anchor": "first-dose"},
    ],
)
def score_on_a_day_of_another() -> pl.Expr:
    """A mean at baseline must be of day 0 or before, and a mean after treatment, or a change, of a later day.

    Checked where the days count from the start of treatment. The rule OUT016 does the same for counts.
    """
    from_the_start = pl.col("timepoint_anchor").is_in(anchors_of("start"))
    return pl.when(from_the_start).then((pl.col("timepoint_days") <= 0) == (pl.col("statistic") == "baseline"))


@rule(
    "SCR015",
    table="scores_in_context",
    severity=Severity.WARNING,
    fix="Check the sign in both cells: a change is after minus before, so that a fall is negative. If people did get worse, say so in a waiver.",
    source="registry convention: a change is after minus before",
    columns=("mean", "instrument_id"),
    inspect_sr="results",
    message="the mean change of {mean} on `{instrument_id}` is a rise, and a higher score is worse",
    breaks=[
        {"statistic": "change", "mean": 15.9, "sd": 8.1, "n": 40, "instrument_direction": "higher-is-worse", "enters_ill": True},
        {"statistic": "change", "mean": 2.0, "instrument_direction": "higher-is-worse", "enters_ill": True},
    ],
    keeps=[
        {"statistic": "change", "mean": -15.9, "sd": 8.1, "n": 40, "instrument_direction": "higher-is-worse", "enters_ill": True},
        {
            "statistic": "change",
            "mean": 0.2,
            "sd": 9.93,
            "n": 1110,
            "instrument_direction": "higher-is-worse",
            "enters_ill": True,
        },
    ],
)
def change_that_rises() -> pl.Expr:
    """In the treatment of an episode, a mean change must not be a rise on a scale on which higher is worse.

    People enter when they are ill, and get better with a placebo too; a rise is often a fall that was entered without its sign, and turns the
    comparison round. A rise within two standard errors isn't looked at, nor are phases that people enter well.
    """
    looked_at = _is_change() & pl.col("enters_ill") & (pl.col("instrument_direction") == "higher-is-worse")
    noise = 2 * pl.col("sd") / pl.col("n").cast(pl.Float64).sqrt()
    return pl.when(looked_at).then(pl.col("mean") <= pl.max_horizontal(noise, pl.lit(0.0)))


@rule(
    "SCR019",
    table="baselines_side_by_side",
    severity=Severity.WARNING,
    fix="Check both means: one may be of another day, arm or scale. If they are of other people, name their sets.",
    source="CONSORT 2010 item 15",
    columns=("mean", "analysis_set"),
    inspect_sr="results",
    message="the mean at baseline of {n} participants is {mean}, but {lowest_mean} in another row of the same arm, scale and day",
    breaks=[{"n": 100, "mean": 30.0, "mean_reported": "30.0", "lowest_mean": 24.0, "lowest_mean_reported": "24.0"}],
    keeps=[{"n": 100, "mean": 30.0, "mean_reported": "30.0", "lowest_mean": 29.97, "lowest_mean_reported": "29.97"}],
)
def two_baselines_of_the_same_people() -> pl.Expr:
    """The same people must have one mean at baseline.

    Nobody is missing at a baseline of all who were randomised, and of one set and size the people are the same, however missing scores are handled later.
    """
    slack = precision("mean") + precision("lowest_mean") + TINY * (1 + pl.col("mean").abs())
    return pl.col("mean") - pl.col("lowest_mean") <= slack
