"""SCR: means and standard deviations on a scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from validation.lazily import pl
from validation.printed import half_unit, printed, whole_between
from validation.rule import Severity, rule

_TINY = 1e-9
_COUNTED = ("reported", "author-supplied", "derived-from-participants", "unstated")


def _is_change() -> pl.Expr:
    return pl.col("statistic") == "change"


def _span() -> pl.Expr:
    return pl.col("instrument_maximum") - pl.col("instrument_minimum")


def _precision(of: str) -> pl.Expr:
    return half_unit(pl.col(f"{of}_reported"), pl.col(of))


def _bounds() -> tuple[pl.Expr, pl.Expr]:
    """The lowest and the highest value that one participant can have: for a change, the whole span either way."""
    change, span = _is_change(), _span()
    return (
        pl.when(change).then(-span).otherwise("instrument_minimum"),
        pl.when(change).then(span).otherwise("instrument_maximum"),
    )


def _same(of: str) -> pl.Expr:
    """Whether a value is the number that is printed for it."""
    value, text = pl.col(of), pl.col(f"{of}_reported").cast(pl.Float64, strict=False)
    return (value - text).abs() <= _TINY * (1 + value.abs())


def _most_spread(row: Mapping[str, Any]) -> dict[str, str]:
    lowest, highest, n = row["instrument_minimum"], row["instrument_maximum"], row["n"]
    if row["statistic"] == "change":
        lowest, highest = lowest - highest, highest - lowest
    mean = row["mean"] if row["estimate"] == "raw" and row["mean"] is not None else (lowest + highest) / 2
    most = ((mean - lowest) * (highest - mean) * n / (n - 1)) ** 0.5
    return {"most": f"{most:.2f}", "lowest": f"{lowest:g}", "highest": f"{highest:g}"}


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
    message="`mean` ({mean}) must lie in the range of `{instrument_id}`, {instrument_minimum} to {instrument_maximum}",
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

    Nobody can fall further than from the highest score to the lowest.
    """
    return pl.when(_is_change()).then(pl.col("mean").abs() <= _span())


@rule(
    "SCR003",
    table="scores",
    severity=Severity.ERROR,
    fix="Check the source; leave the cell empty where it gives none.",
    source="arithmetic",
    columns=("sd",),
    inspect_sr="results",
    breaks=[{"sd": 0.0, "n": 40}, {"sd": -12.3, "n": 40}],
    keeps=[{"sd": 12.32, "n": 101}, {"sd": 0.1, "n": 2}],
)
def sd_not_positive() -> pl.Expr:
    """A standard deviation must be above zero.

    Zero means that everybody scored alike, and mostly that a number is missing. A study with it would have all the weight.
    """
    return pl.col("sd") > 0


@rule(
    "SCR004",
    table="scores_in_context",
    severity=Severity.ERROR,
    fix="Check the mean, n and the scale; a variance may stand in for the standard deviation.",
    source="Bhatia–Davis inequality, with n/(n−1) for a sample",
    columns=("sd", "mean", "n"),
    inspect_sr="results",
    message="`sd` ({sd}) is above {most}, the most that {n} scores from {lowest} to {highest} with this mean ({mean}) can have",
    details=_most_spread,
    breaks=[
        {
            "estimate": "raw",
            "statistic": "endpoint",
            "mean": 2.0,
            "sd": 20.0,
            "n": 40,
            "instrument_minimum": 0.0,
            "instrument_maximum": 60.0,
        },
        {
            "estimate": "adjusted",
            "statistic": "endpoint",
            "mean": 2.0,
            "sd": 31.0,
            "n": 40,
            "instrument_minimum": 0.0,
            "instrument_maximum": 60.0,
        },
    ],
    keeps=[
        {
            "estimate": "raw",
            "statistic": "endpoint",
            "mean": 15.5,
            "sd": 12.3,
            "n": 40,
            "instrument_minimum": 0.0,
            "instrument_maximum": 60.0,
        },
        {
            "estimate": "raw",
            "statistic": "endpoint",
            "mean": 30.0,
            "sd": 42.4,
            "sd_reported": "42.4",
            "n": 2,
            "instrument_minimum": 0.0,
            "instrument_maximum": 60.0,
        },
        {
            "estimate": "adjusted",
            "statistic": "endpoint",
            "mean": 2.0,
            "sd": 20.0,
            "n": 40,
            "instrument_minimum": 0.0,
            "instrument_maximum": 60.0,
        },
    ],
)
def sd_above_what_the_range_allows() -> pl.Expr:
    """A standard deviation must not exceed what the scale's range allows at that mean and n.

    On a scale from a to b the spread is widest when everybody is at one end or the other; with mean m that gives
    √((m−a)(b−m)·n/(n−1)). Of a mean from a model only the widest case, a mean in the middle, is held against it. Rounding is
    allowed for.
    """
    lowest, highest = _bounds()
    mean, half = pl.col("mean"), _precision("mean")
    centre = (lowest + highest) / 2
    # Of all means that print like this one, the one nearest the middle allows the most.
    nearest = (
        pl.when(mean > centre).then(pl.max_horizontal(mean - half, centre)).otherwise(pl.min_horizontal(mean + half, centre))
    )
    taken = pl.when((pl.col("estimate") == "raw") & mean.is_not_null()).then(nearest).otherwise(centre)
    most = (taken - lowest) * (highest - taken) * pl.col("n") / (pl.col("n") - 1)
    least = pl.max_horizontal(pl.col("sd") - _precision("sd"), pl.lit(0.0))
    looked_at = (pl.col("n") >= 2) & (pl.col("sd") >= 0) & (mean.is_between(lowest, highest) | mean.is_null())
    return pl.when(looked_at).then(least * least <= most + _TINY * (1 + most))


@rule(
    "SCR005",
    table="scores_in_context",
    severity=Severity.WARNING,
    fix="Check n and the mean; where the mean is from a model, say so under `estimate`.",
    source="Brown & Heathers 2017 (GRIM)",
    columns=("mean_reported", "n"),
    inspect_sr="results",
    message="`mean_reported` ({mean_reported}) is no mean of `n` ({n}) whole scores; {nearest} would be",
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
    """A raw mean of whole scores must be a whole sum over n, at the precision at which it is printed.

    Looked at where n is small enough for the printed digits to tell. Means from a model, of part scores, or of fewer people
    than n break it lawfully.
    """
    lowest, highest = whole_between(pl.col("mean_reported"), pl.col("n"), 1)
    _, scale = printed(pl.col("mean_reported"))
    raw = (pl.col("estimate") == "raw") & pl.col("whole_numbers") & pl.col("value_origin").is_in(_COUNTED)
    return pl.when(raw & (pl.col("n") < scale)).then(lowest <= highest)


@rule(
    "SCR006",
    table="changes_beside_means",
    severity=Severity.ERROR,
    fix="Check the three means. A change is after less before; a fall is negative.",
    source="arithmetic",
    columns=("mean",),
    inspect_sr="results",
    message="a mean change of {mean} must be endpoint ({endpoint_mean}) less baseline ({baseline_mean}), for the same {n}",
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
    """A mean change must be the endpoint's mean less the baseline's, where all three are raw and of as many people.

    Rounding is allowed for. What else remains is a wrong sign, a wrong row, or other people than it says.
    """
    halves = _precision("mean") + _precision("baseline_mean") + _precision("endpoint_mean")
    expected = pl.col("endpoint_mean") - pl.col("baseline_mean")
    return (pl.col("mean") - expected).abs() <= halves + _TINY * (1 + pl.col("baseline_mean").abs())


@rule(
    "SCR007",
    table="spreads_side_by_side",
    severity=Severity.WARNING,
    fix="Look whether the source says SE or SEM. A standard deviation is the standard error times √n.",
    source="Cochrane Handbook 5.1",
    columns=("sd", "n"),
    inspect_sr="results",
    message="`sd` ({sd}) looks like a standard error: times the root of `n` ({n}) it is near the study's largest ({largest_sd})",
    breaks=[{"sd": 1.2, "n": 100, "largest_sd": 12.3}, {"sd": 1.4, "n": 101, "largest_sd": 11.56}],
    keeps=[
        {"sd": 12.3, "n": 100, "largest_sd": 12.3},
        {"sd": 5.0, "n": 100, "largest_sd": 12.3},
        {"sd": 1.2, "n": 10000, "largest_sd": 12.3},
    ],
)
def standard_error_for_sd() -> pl.Expr:
    """A standard deviation should not be a standard error.

    It looks like one where it is a third or less of the largest in the same study, scale and statistic, and √n times it comes
    out near that. A standard error in its place gives a study many times its weight.
    """
    scaled = pl.col("sd") * pl.col("n").sqrt()
    small = pl.col("largest_sd") >= 3 * pl.col("sd")
    near = scaled.is_between(pl.col("largest_sd") / 1.5, pl.col("largest_sd") * 1.5)
    return pl.when((pl.col("sd") > 0) & (pl.col("n") >= 2)).then(~(small & near))


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

    The number is analysed and the print is checked; if they differ, something else was checked than is analysed.
    """
    return _same("mean")


@rule(
    "SCR009",
    table="scores",
    severity=Severity.ERROR,
    fix="Copy the printed figure again into both cells.",
    source="registry convention",
    columns=("sd", "sd_reported"),
    breaks=[{"sd": 12.32, "sd_reported": "13.32"}],
    keeps=[{"sd": 12.32, "sd_reported": "12.32"}, {"sd": 12.0, "sd_reported": "12.0"}],
)
def sd_differs_from_print() -> pl.Expr:
    """A standard deviation must be the number printed for it.

    The number is analysed and the print is checked; if they differ, something else was checked than is analysed.
    """
    return _same("sd")


@rule(
    "SCR010",
    table="scores_in_context",
    severity=Severity.ERROR,
    fix="Check the arm: n may be another arm's, or that of two arms together.",
    source="CONSORT 2010 items 13a and 16",
    columns=("n",),
    inspect_sr="results",
    message="a mean over `n` ({n}) participants must not have more than the {arm_n_randomised} randomised to the arm",
    breaks=[{"n": 116, "arm_n_randomised": 115}],
    keeps=[{"n": 115, "arm_n_randomised": 115}, {"n": 98, "arm_n_randomised": 114}],
)
def scored_exceed_randomised() -> pl.Expr:
    """The participants that a mean is over must not exceed those randomised to the arm.

    People can be lost from an arm, never gained.
    """
    return pl.col("n") <= pl.col("arm_n_randomised")
