"""OUT: counts beside means, of which some were worked out."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

from validation.lazily import pl
from validation.printed import TINY, precision
from validation.rule import Severity, rule

_LEAST, _SHARE = 2, 0.05
"""A count is off if it is further from its formula's than so many people, and than this share of those analysed."""


def _normal_cdf(z: pl.Expr) -> pl.Expr:
    """The share of a normal distribution below ``z``, to 1.5e-7 (Abramowitz and Stegun 7.1.26)."""
    x = z.abs() / 2**0.5
    t = 1 / (1 + 0.3275911 * x)
    tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * (-(x**2)).exp()
    return pl.when(z < 0).then(tail / 2).otherwise(1 - tail / 2)


def _worked_out(cut_off: str) -> pl.Expr:
    return pl.col("n_analysed") * _normal_cdf((pl.col(cut_off) - pl.col("end_mean")) / pl.col("end_sd"))


def _expected(row: Mapping[str, Any]) -> dict[str, Any]:
    below, n = NormalDist(row["end_mean"], row["end_sd"]).cdf, row["n_analysed"]
    cuts = [cut for cut in (row["lowest_cut_off"], row["cut_off"]) if cut is not None and cut > -1e9]
    about = [n if cut is None else round(n * below(cut)) for cut in (row["lowest_cut_off"], row["cut_off"])]
    expected, cut = (" to ".join(dict.fromkeys(texts)) for texts in (map(str, about), (f"{cut:g}" for cut in cuts)))
    return {"mean": f"{row['end_mean']:g}", "sd": f"{row['end_sd']:g}", "cut": cut, "expected": expected}


@rule(
    "OUT018",
    table="imputed_beside_means",
    severity=Severity.WARNING,
    fix="Check the count, the mean and the standard deviation. If the count comes from other means or another rule, name them in a waiver.",
    source="Furukawa 2005, Int Clin Psychopharmacol 20:49-52",
    columns=("events", "value_origin"),
    message="{events} of {n_analysed} were worked out from means, but a mean of {mean} with a standard deviation of {sd} and a cut-off of"
    " {cut} gives about {expected}",
    details=_expected,
    breaks=[
        {"events": 45, "n_analysed": 50, "lowest_cut_off": 15.0, "cut_off": 15.0, "end_mean": 25.0, "end_sd": 8.0},
        {"events": 45, "n_analysed": 50, "lowest_cut_off": 7.0, "cut_off": 8.0, "end_mean": 25.0, "end_sd": 8.0},
    ],
    keeps=[
        {"events": 5, "n_analysed": 50, "lowest_cut_off": 15.0, "cut_off": 15.0, "end_mean": 25.0, "end_sd": 8.0},
        {"events": 15, "n_analysed": 39, "lowest_cut_off": 19.2, "cut_off": 19.2, "end_mean": 22.9, "end_sd": 12.46},
    ],
)
def imputed_count_unlike_its_means() -> pl.Expr:
    """A count worked out from a mean must be the one that the mean and its standard deviation give.

    Reviewers take scores to be normal: of n people, n times the share below the cut-off are counted. Checked where the same arm, scale and day
    have a mean with its standard deviation, to within two people and a twentieth of those analysed. A count that is further off was
    worked out from other figures, or is a real count under the wrong name.
    """
    few, many = _worked_out("lowest_cut_off"), _worked_out("cut_off").fill_null(pl.col("n_analysed"))
    off = pl.max_horizontal(few - pl.col("events"), pl.col("events") - many)
    # A standard deviation that isn't one is another rule's matter.
    off = pl.when((pl.col("end_sd") > 0) & (pl.col("n_analysed") > 0)).then(off)
    return (off <= _LEAST) | (off <= _SHARE * pl.col("n_analysed"))


_AS_SEEN = ("observed", "locf", "bocf")
"""Handlings of missing data by which each person has one score, whether it is counted or averaged."""

_SAME = {"estimate": "raw", "missing_data": "locf", "n_analysed": 100}


@rule(
    "OUT031",
    table="counts_beside_means",
    severity=Severity.ERROR,
    fix="Check both figures, the arm of each, and whether the mean is a change or of another day.",
    source="arithmetic",
    columns=("events", "definition_id"),
    inspect_sr="results",
    message="{events} of {n_analysed} met `{definition_id}`, so that the mean of the same people is {possible}, but it is {mean}",
    details=lambda row: {"possible": f"from {row['least_mean']:.1f} to {row['most_mean']:.1f}"},
    breaks=[
        {**_SAME, "events": 90, "mean": 30.0, "least_mean": 1.0, "most_mean": 15.0},
        {**_SAME, "events": 5, "mean": 2.0, "least_mean": 9.5, "most_mean": 57.5},
    ],
    keeps=[
        {**_SAME, "events": 90, "mean": 15.0, "least_mean": 1.0, "most_mean": 15.0},
        {**_SAME, "events": 90, "mean": 1.0, "least_mean": 1.0, "most_mean": 15.0},
    ],
)
def count_that_the_mean_rules_out() -> pl.Expr:
    """A count must be one that the mean of the same people allows.

    If 90 of 100 have at most 10 on a scale that ends at 60, their mean is at most 15. Checked for raw means of as many people, of one set, day and handling
    of missing data by which each person has one score. A change that was entered as a score, and arms exchanged in one of two tables, show here.
    """
    slack = precision("mean") + precision("baseline_mean").fill_null(0.0) + TINY * 100
    exact = (pl.col("estimate") == "raw") & pl.col("missing_data").is_in(_AS_SEEN) & pl.col("mean_origin").ne_missing("digitised")
    printed = ~pl.col("value_origin").is_in(["derived-from-percent", "digitised"]).fill_null(value=False)
    allowed = (pl.col("mean") >= pl.col("least_mean") - slack) & (pl.col("mean") <= pl.col("most_mean") + slack)
    return pl.when(exact & printed).then(allowed)


def _met_by(row: Mapping[str, Any]) -> list[float]:
    """The lowest and the highest share that a mean gives, as the rule has it."""
    sd, of_the_cut_off = row["sd"], row.get("cut_off_sd") or 0.0
    spreads = (max(abs(sd - of_the_cut_off), TINY), (sd**2 + of_the_cut_off**2) ** 0.5)
    return sorted(NormalDist(row["mean"], spread).cdf(row["cut_off"]) for spread in spreads)


_ENOUGH = 10
_FAR = 1 / 3
"""A count of so many people at least is far from what a mean gives if it is off by more than this share of them."""


@rule(
    "OUT032",
    table="counts_beside_means",
    severity=Severity.WARNING,
    fix="Check the count, the mean and the standard deviation, and the arm of each; the mean may be a change or of another day, and the standard deviation a standard error.",
    source="Furukawa 2005, Int Clin Psychopharmacol 20:49-52",
    columns=("events", "definition_id"),
    inspect_sr="results",
    message="{events} of {n_analysed} met `{definition_id}`, but by the mean of the same people at the visit, {mean}, and their standard deviation, {sd}, about {about} would have",
    details=lambda row: {"about": " to ".join(dict.fromkeys(str(round(row["n_analysed"] * share)) for share in _met_by(row)))},
    breaks=[{"n_analysed": 100, "cut_off": 15.0, "events": 10, "mean": 12.0, "sd": 4.0}],
    keeps=[
        {"n_analysed": 100, "cut_off": 15.0, "events": 70, "mean": 12.0, "sd": 4.0},
        {"n_analysed": 100, "cut_off": 10.5, "events": 40, "mean": 14.0, "sd": 9.0},
        {"n_analysed": 100, "cut_off": 14.0, "events": 95, "mean": 13.5, "sd": 4.4, "cut_off_sd": 4.5},
    ],
)
def count_far_from_what_its_mean_gives() -> pl.Expr:
    """A count must not be far from what the mean and the standard deviation of the same people give.

    Scores are not quite normal, so that a count may be off by a tenth of those analysed; one that is off by a third is of others. A response is a fall by a share of the own
    baseline: whether who began higher also ended higher isn't printed, so all counts are allowed that some answer gives.
    """
    looked_at = (pl.col("sd") > 0) & (pl.col("n_analysed") >= _ENOUGH)
    of_the_cut_off = pl.col("cut_off_sd").fill_null(0.0)
    apart = pl.col("cut_off") - pl.col("mean")
    together = _normal_cdf(apart / pl.max_horizontal((pl.col("sd") - of_the_cut_off).abs(), TINY))
    alone = _normal_cdf(apart / (pl.col("sd") ** 2 + of_the_cut_off**2).sqrt())
    found = pl.col("events") / pl.col("n_analysed")
    return pl.when(looked_at).then(
        (found >= pl.min_horizontal(together, alone) - _FAR) & (found <= pl.max_horizontal(together, alone) + _FAR)
    )
