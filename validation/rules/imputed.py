"""OUT: counts that somebody worked out from means."""

from __future__ import annotations

from statistics import NormalDist

from validation.lazily import pl
from validation.rule import Severity, rule

_LEAST, _SHARE = 2, 0.05
"""A count is off if it is further from its formula's than so many people, and than this share of those analysed."""


def _normal_cdf(z: pl.Expr) -> pl.Expr:
    """The share of a normal distribution below ``z``, to 1.5e-7 (Abramowitz and Stegun 7.1.26)."""
    x = z.abs() / 2**0.5
    t = 1 / (1 + 0.3275911 * x)
    tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * (-(x**2)).exp()
    return pl.when(z < 0).then(tail / 2).otherwise(1 - tail / 2)


def _worked_out() -> pl.Expr:
    return pl.col("n_analysed") * _normal_cdf((pl.col("cut_off") - pl.col("end_mean")) / pl.col("end_sd"))


@rule(
    "OUT018",
    table="imputed_beside_means",
    severity=Severity.WARNING,
    fix="Check the count, the mean and the standard deviation. If the count comes from other means or another rule, name them in a waiver.",
    source="Furukawa 2005, Int Clin Psychopharmacol 20:49-52",
    columns=("events", "value_origin"),
    message="{events} of {n_analysed} were worked out from means, but a mean of {mean} with a standard deviation of {sd} and a cut-off of"
    " {cut} gives about {expected}",
    details=lambda row: {
        **{name: f"{row[column]:g}" for name, column in (("mean", "end_mean"), ("sd", "end_sd"), ("cut", "cut_off"))},
        "expected": round(row["n_analysed"] * NormalDist(row["end_mean"], row["end_sd"]).cdf(row["cut_off"])),
    },
    breaks=[{"events": 45, "n_analysed": 50, "cut_off": 15.0, "end_mean": 25.0, "end_sd": 8.0}],
    keeps=[
        {"events": 5, "n_analysed": 50, "cut_off": 15.0, "end_mean": 25.0, "end_sd": 8.0},
        {"events": 15, "n_analysed": 39, "cut_off": 19.2, "end_mean": 22.9, "end_sd": 12.46},
    ],
)
def imputed_count_unlike_its_means() -> pl.Expr:
    """A count worked out from a mean must be the one that the mean and its standard deviation give.

    Reviewers take scores to be normal: of n people, n times the share below the cut-off are counted. Checked where the same arm, scale and day
    have a mean with its standard deviation, to within two people and a twentieth of those analysed. A count that is further off was
    worked out from other figures, or is a real count under the wrong name.
    """
    off = (pl.col("events") - _worked_out()).abs()
    # A standard deviation that isn't one is another rule's matter.
    off = pl.when((pl.col("end_sd") > 0) & (pl.col("n_analysed") > 0)).then(off)
    return (off <= _LEAST) | (off <= _SHARE * pl.col("n_analysed"))
