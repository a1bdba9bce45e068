"""SCR: standard deviations of scores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from validation.lazily import pl
from validation.printed import TINY, as_printed, number_of, precision
from validation.rule import Severity, rule


def _bounds() -> tuple[pl.Expr, pl.Expr]:
    """The lowest and the highest value that one participant can have: for a change, the whole span either way."""
    change = pl.col("statistic") == "change"
    span = pl.col("instrument_maximum") - pl.col("instrument_minimum")
    return (
        pl.when(change).then(-span).otherwise("instrument_minimum"),
        pl.when(change).then(span).otherwise("instrument_maximum"),
    )


def _most_spread(row: Mapping[str, Any]) -> dict[str, str]:
    lowest, highest, n = row["instrument_minimum"], row["instrument_maximum"], row["n"]
    if row["statistic"] == "change":
        lowest, highest = lowest - highest, highest - lowest
    mean = row["mean"] if row["estimate"] == "raw" and row["mean"] is not None else (lowest + highest) / 2
    most = ((mean - lowest) * (highest - mean) * n / (n - 1)) ** 0.5
    return {"most": f"{most:.2f}", "lowest": f"{lowest:g}", "highest": f"{highest:g}"}


def _least_spread(row: Mapping[str, Any]) -> dict[str, str]:
    part = row["mean"] % 1
    return {"least": f"{(part * (1 - part) * row['n'] / (row['n'] - 1)) ** 0.5:.2g}"}


@rule(
    "SCR003",
    table="scores",
    severity=Severity.ERROR,
    fix="Check the source; leave the cell empty if it gives none.",
    source="arithmetic",
    columns=("sd",),
    inspect_sr="results",
    breaks=[{"sd": 0.0, "n": 40}, {"sd": -12.3, "n": 40}],
    keeps=[{"sd": 12.32, "n": 101}, {"sd": 0.1, "n": 2}],
)
def sd_not_positive() -> pl.Expr:
    """A standard deviation must be above zero.

    Zero means that everybody had the same score; usually a number is missing. Such a study would get all the weight.
    """
    return pl.col("sd") > 0


@rule(
    "SCR004",
    table="scores_in_context",
    severity=Severity.ERROR,
    fix="Check the mean, n and the scale; the figure may be a variance, not a standard deviation.",
    source="Bhatia–Davis inequality, with n/(n−1) for a sample",
    columns=("sd", "mean", "n"),
    inspect_sr="results",
    message="`sd` ({sd}) is above {most}, the most possible for {n} scores from {lowest} to {highest} with this mean ({mean})",
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
    √((m−a)(b−m)·n/(n−1)). For a mean from a model only the widest case, a mean in the middle, is checked. Rounding is
    allowed for.
    """
    lowest, highest = _bounds()
    mean, half = pl.col("mean"), precision("mean")
    centre = (lowest + highest) / 2
    # Of all means that print like this one, the one nearest the middle allows the most.
    nearest = (
        pl.when(mean > centre).then(pl.max_horizontal(mean - half, centre)).otherwise(pl.min_horizontal(mean + half, centre))
    )
    taken = pl.when((pl.col("estimate") == "raw") & mean.is_not_null()).then(nearest).otherwise(centre)
    most = (taken - lowest) * (highest - taken) * pl.col("n") / (pl.col("n") - 1)
    least = pl.max_horizontal(pl.col("sd") - precision("sd"), pl.lit(0.0))
    looked_at = (pl.col("n") >= 2) & (pl.col("sd") >= 0) & (mean.is_between(lowest, highest) | mean.is_null())
    return pl.when(looked_at).then(least * least <= most + TINY * (1 + most))


@rule(
    "SCR007",
    table="spreads_side_by_side",
    severity=Severity.WARNING,
    fix="Check whether the source says SE or SEM. The standard deviation is the standard error times √n.",
    source="Cochrane Handbook 5.1",
    columns=("sd", "n"),
    inspect_sr="results",
    message="`sd` ({sd}) looks like a standard error: times √`n` ({n}) it is close to the study's largest ({largest_sd})",
    breaks=[{"sd": 1.2, "n": 100, "largest_sd": 12.3}, {"sd": 1.4, "n": 101, "largest_sd": 11.56}],
    keeps=[
        {"sd": 12.3, "n": 100, "largest_sd": 12.3},
        {"sd": 5.0, "n": 100, "largest_sd": 12.3},
        {"sd": 1.2, "n": 10000, "largest_sd": 12.3},
    ],
)
def standard_error_for_sd() -> pl.Expr:
    """A standard deviation should not be a standard error.

    It looks like one if it is a third or less of the largest in the same study, scale and statistic, and √n times it is
    close to the largest. A standard error instead of a standard deviation gives a study many times its weight.
    """
    scaled = pl.col("sd") * pl.col("n").sqrt()
    small = pl.col("largest_sd") >= 3 * pl.col("sd")
    near = scaled.is_between(pl.col("largest_sd") / 1.5, pl.col("largest_sd") * 1.5)
    return pl.when((pl.col("sd") > 0) & (pl.col("n") >= 2)).then(~(small & near))


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

    Analyses use the number and checks use the printed text; if they differ, the checks checked something else.
    """
    return as_printed("sd")


@rule(
    "SCR011",
    table="scores_in_context",
    severity=Severity.WARNING,
    fix="Check whether the source gives a standard error; times √n it is the standard deviation.",
    source="Bhatia–Davis inequality on the unit interval: whole scores with a fractional mean are on both sides of it",
    columns=("sd", "mean", "n"),
    inspect_sr="results",
    message="`sd` ({sd}) is below about {least}, the least possible for whole scores of {n} participants with the mean {mean}",
    details=_least_spread,
    breaks=[
        {"estimate": "unstated", "whole_numbers": True, "mean": -1.6, "sd": 0.1, "n": 140},
        {
            "estimate": "raw",
            "whole_numbers": True,
            "mean": 12.5,
            "sd": 0.4,
            "n": 40,
            "mean_reported": "12.5",
            "sd_reported": "0.4",
        },
    ],
    keeps=[
        {"estimate": "raw", "whole_numbers": True, "mean": 12.5, "sd": 0.5, "n": 40},
        {"estimate": "raw", "whole_numbers": True, "mean": 12.96, "sd": 0.2, "n": 40, "sd_reported": "0.2"},
    ],
)
def sd_below_what_whole_scores_allow() -> pl.Expr:
    """A standard deviation must not be below the least that whole scores allow at that mean.

    If whole scores have a mean of 12.5, half are at 12 or below and half at 13 or above, so each deviates by at least a half. A standard error
    is often below that. Means from a model, and means printed as whole numbers, aren't checked.
    """
    mean, n = pl.col("mean"), number_of(pl.col("n"))
    half = precision("mean")
    low, high = mean - half, mean + half
    # Over the printed mean's range, part * (1 - part) is least at one of the ends, or 0 where a whole number lies between them.
    least = pl.min_horizontal((end - end.floor()) * (1 - (end - end.floor())) for end in (low, high))
    spread = pl.when(low.floor() == high.floor()).then((least * n / (n - 1)).sqrt()).otherwise(0.0)
    looked_at = pl.col("whole_numbers") & (pl.col("estimate") != "adjusted") & (n >= 2) & (mean != mean.round(0))
    # SCR003 has what is no standard deviation at all.
    return pl.when(looked_at & (pl.col("sd") > 0)).then(pl.col("sd") + precision("sd") >= spread - TINY)


_ENTERED = {
    "statistic": "baseline",
    "estimate": "raw",
    "mean": 28.3,
    "n": 100,
    "entry_score_min": 28.0,
    "instrument_maximum": 60.0,
}


@rule(
    "SCR017",
    table="scores_in_context",
    severity=Severity.WARNING,
    fix="Check the mean, the standard deviation and the entry score. If people were included by a score at screening and had improved until the baseline, say so in a waiver.",
    source="Bhatia–Davis inequality, with n/(n−1) for a sample",
    columns=("sd", "mean"),
    inspect_sr="results",
    message="`sd` ({sd}) is above {most}, the most possible at baseline for {n} scores from {entry_score_min}, which entry required, to"
    " {instrument_maximum} with this mean ({mean})",
    details=lambda row: {
        "most": f"{((row['mean'] - row['entry_score_min']) * (row['instrument_maximum'] - row['mean']) * row['n'] / (row['n'] - 1)) ** 0.5:.2f}"
    },
    breaks=[{**_ENTERED, "sd": 7.0}],
    keeps=[{**_ENTERED, "sd": 3.0}],
)
def baseline_sd_above_what_entry_allows() -> pl.Expr:
    """A standard deviation at baseline must not exceed what the entry score allows at that mean and n.

    A mean just above the lowest score that entry required leaves little room below it. In a later phase people have improved before the baseline.
    """
    mean = pl.col("mean") + precision("mean")
    most = (mean - pl.col("entry_score_min")) * (pl.col("instrument_maximum") - mean) * pl.col("n") / (pl.col("n") - 1)
    least = pl.max_horizontal(pl.col("sd") - precision("sd"), pl.lit(0.0))
    raw = (pl.col("statistic") == "baseline") & (pl.col("estimate") != "adjusted")
    inside = pl.col("mean").is_between(pl.col("entry_score_min"), pl.col("instrument_maximum"))
    return pl.when(raw & inside & (pl.col("n") >= 2) & (pl.col("sd") > 0)).then(least * least <= most + TINY * (1 + most))


_CHANGED = {"baseline_sd": 3.0, "endpoint_sd": 11.0, "n": 100}


@rule(
    "SCR018",
    table="changes_beside_means",
    severity=Severity.ERROR,
    fix="Check the three standard deviations; one may be a variance, a standard error or a range.",
    source="Cauchy–Schwarz inequality; Cochrane Handbook 6.5.2.8",
    columns=("sd",),
    inspect_sr="results",
    message="`sd` of the change ({sd}) must be from {least} to {most}: the same {n} have {baseline_sd} at baseline and {endpoint_sd} after",
    details=lambda row: {
        "least": f"{abs(row['baseline_sd'] - row['endpoint_sd']):g}",
        "most": f"{row['baseline_sd'] + row['endpoint_sd']:g}",
    },
    breaks=[{**_CHANGED, "sd": 30.0}, {**_CHANGED, "sd": 2.1}],
    keeps=[{**_CHANGED, "sd": 14.0}, {**_CHANGED, "sd": 8.0}, {**_CHANGED, "sd": 10.5}],
)
def sd_of_change_that_no_correlation_gives() -> pl.Expr:
    """The standard deviation of a change must be one that those before and after can give, where all three are raw and have the same n.

    It is at most their sum and at least their difference, however the scores before and after go together. Rounding is allowed for.
    """
    before, after, change = pl.col("baseline_sd"), pl.col("endpoint_sd"), pl.col("sd")
    slack = precision("sd") + precision("baseline_sd") + precision("endpoint_sd") + TINY * (1 + before + after)
    possible = (change <= before + after + slack) & (change >= (before - after).abs() - slack)
    return pl.when((before > 0) & (after > 0) & (change > 0)).then(possible)


@rule(
    "SCR022",
    table="spreads_side_by_side",
    severity=Severity.WARNING,
    fix="Check the source: a digit may be doubled or lost, or the figure be a variance or of another scale. If it is printed so, keep it and say so in a waiver.",
    source="F test of two variances: of 10 participants each, a ratio of 9 has p < 0.01",
    columns=("sd", "n"),
    inspect_sr="results",
    message="`sd` ({sd}) is more than three times that of any other arm on the same day (at most {others_sd})",
    breaks=[{"sd": 29.2, "n": 79, "others_sd": 7.07, "others_n": 79}, {"sd": 20.0, "n": 100, "others_sd": 2.0, "others_n": 20}],
    keeps=[
        {"sd": 9.2, "n": 79, "others_sd": 7.07, "others_n": 79},
        {"sd": 7.07, "n": 79, "others_sd": 29.2, "others_n": 79},
        {"sd": 9.5, "n": 40, "others_sd": 1.5, "others_n": 40},
        {"sd": 25.0, "n": 100, "others_sd": 7.5, "others_n": 12},
    ],
)
def sd_far_above_other_arms() -> pl.Expr:
    """A standard deviation should not be more than three times that of every other arm on the same day.

    Randomised arms have much the same spread, and treatment changes it by less. Looked at where the arm and another have 10 participants or more. Where the
    others' look like standard errors, SCR007 says so at theirs.
    """
    n, others = pl.col("n"), pl.col("others_sd")
    errors = (others * pl.col("others_n").sqrt()).is_between(pl.col("sd") / 1.5, pl.col("sd") * 1.5)
    return pl.when((n >= 10) & (others > 0)).then((pl.col("sd") <= 3 * others) | errors)


_WEAK = {"n": 147, "sd": 0.72, "statistic": "change"}


def _likely(row: Mapping[str, Any]) -> dict[str, str]:
    sd, baseline, later = row["sd"], row["baseline_sd"], row["later_sd"]
    if row["statistic"] != "baseline" and baseline is not None and _times(row) * sd < baseline:
        return {"beside": f"the same arm's at baseline is {baseline:g}"}
    if row["statistic"] == "baseline" and later is not None and 5 * sd < later:
        return {"beside": f"the same arm's after treatment began is {later:g} at least"}
    return {"beside": f"the scale has {row['instrument_range']:g} points"}


def _times(row: Mapping[str, Any]) -> int:
    narrow = row["others_at_most"] is not None and 2 * row["others_at_most"] < row["baseline_sd"] and row["little"] is not True
    return 2 if row["statistic"] == "endpoint" or narrow else 3


@rule(
    "SCR027",
    table="spreads_side_by_side",
    severity=Severity.WARNING,
    fix="Check whether the source says SE, SEM or 95% CI: the standard deviation is the standard error times √n. If it is right, say so in a waiver.",
    source="Cochrane Handbook 6.4, sections 6.5.2.2 and 6.5.2.3; F test of two variances: of 20 participants each, a ratio of 4 has p < 0.01",
    columns=("sd", "n"),
    inspect_sr="results",
    message="`sd` ({sd}) is too small to be one of {n} participants: {beside}",
    details=_likely,
    breaks=[
        {**_WEAK, "baseline_sd": 4.2},
        {**_WEAK, "least_sd": 2.4, "instrument_range": 60.0},
        {"n": 18, "sd": 2.3, "statistic": "endpoint", "baseline_sd": 4.9},
        {"n": 18, "sd": 2.3, "statistic": "change", "baseline_sd": 4.9, "others_at_most": 1.9},
        {"n": 120, "sd": 0.33, "statistic": "baseline", "later_sd": 6.8},
    ],
    keeps=[
        {"n": 147, "sd": 8.7, "statistic": "change", "baseline_sd": 4.2, "least_sd": 2.4},
        {"n": 14, "sd": 3.0, "statistic": "change", "baseline_sd": 6.6, "others_at_most": 7.6},
        {"n": 30, "sd": 2.3, "statistic": "baseline", "later_sd": 7.0, "least_sd": 1.06},
        {"n": 121, "sd": 1.3, "statistic": "endpoint", "baseline_sd": 2.9, "near_an_end": 0.775, "least_sd": 0.6},
    ],
)
def sd_far_below_what_is_likely() -> pl.Expr:
    """A standard deviation should not be far below the same arm's at baseline, or a small share of the scale.

    Entry makes people alike, and treatment makes them differ: after it began the standard deviation is hardly ever below half of the baseline's. That of a change
    may be, where little has happened yet, but not below a third, nor in all arms where more has. On the scale it is at least 4%, and 2% at baseline or of a change
    of less than a tenth of the scale: in the registry's packages the lowest true one is 5%. Where most have reached an end of the scale they are alike again: a
    quarter of the way from the mean to that end is enough. So a standard error shows even where every arm has one. Looked at with 10 participants or more.
    """
    sd, later, baseline = pl.col("sd"), pl.col("statistic") != "baseline", pl.col("baseline_sd")
    narrow = (2 * pl.col("others_at_most") < baseline) & pl.col("little").ne_missing(pl.lit(value=True))
    half = (pl.col("statistic") == "endpoint") | narrow.fill_null(value=False)
    alike = (sd >= pl.col("near_an_end")).fill_null(value=False)
    bounds = [
        pl.when(later).then((pl.when(half).then(2 * sd).otherwise(3 * sd) >= baseline) | alike),
        pl.when(~later).then(5 * sd >= pl.col("later_sd")),
        sd >= pl.col("least_sd"),
    ]
    known = pl.any_horizontal(*(one.is_not_null() for one in bounds)) & later.is_not_null()
    return pl.when((sd > 0) & (pl.col("n") >= 10) & known).then(pl.all_horizontal(*(one.fill_null(value=True) for one in bounds)))
