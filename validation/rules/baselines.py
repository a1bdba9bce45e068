"""SCR: a mean beside the mean at baseline, of the same arm or of another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from validation.lazily import pl
from validation.printed import TINY, precision
from validation.rule import Severity, rule

_RANGE = {"instrument_minimum": 0.0, "instrument_maximum": 60.0}
_SAME = {**_RANGE, "same_people": True}
_OTHERS = {**_RANGE, "same_people": False}


def _within_the_scale() -> pl.Expr:
    slack = precision("mean") + precision("baseline_mean") + TINY * (1 + pl.col("baseline_mean").abs())
    after = pl.col("baseline_mean") + pl.col("mean")
    return (after >= pl.col("instrument_minimum") - slack) & (after <= pl.col("instrument_maximum") + slack)


def _after(row: Mapping[str, Any]) -> dict[str, str]:
    return {"after": f"{row['baseline_mean'] + row['mean']:.1f}"}


@rule(
    "SCR023",
    table="changes_from_baselines",
    severity=Severity.ERROR,
    fix="Check both means; the change may be in per cent, another arm's or on another scale, or its sign is wrong.",
    source="arithmetic",
    columns=("mean", "instrument_id"),
    inspect_sr="results",
    message="a mean change of {mean} from {baseline_mean} ends at {after}, outside `{instrument_id}`, {instrument_minimum} to {instrument_maximum}",
    details=_after,
    breaks=[{**_SAME, "mean": -35.0, "baseline_mean": 22.0}, {**_SAME, "mean": 15.0, "baseline_mean": 50.0}],
    keeps=[{**_SAME, "mean": -22.0, "baseline_mean": 22.0}, {**_SAME, "mean": 10.0, "baseline_mean": 50.0}],
)
def change_that_its_baseline_rules_out() -> pl.Expr:
    """A mean change must end within the scale: the baseline and the change together are the mean at the visit.

    Nobody can fall from 22 by 35. Checked where both means are raw and of the same people.
    """
    return pl.when(pl.col("same_people")).then(_within_the_scale())


@rule(
    "SCR024",
    table="changes_from_baselines",
    severity=Severity.WARNING,
    fix="Check both means; the change may be in per cent, another arm's or on another scale, or its sign is wrong.",
    source="arithmetic",
    columns=("mean", "instrument_id"),
    inspect_sr="results",
    message="a mean change of {mean} from a baseline of {baseline_mean} ends at {after}, outside `{instrument_id}`, {instrument_minimum} to {instrument_maximum}",
    details=_after,
    breaks=[{**_OTHERS, "mean": -52.3, "baseline_mean": 30.0}],
    keeps=[{**_OTHERS, "mean": -22.3, "baseline_mean": 30.0}],
)
def change_far_from_its_baseline() -> pl.Expr:
    """A mean change should end within the scale, even if it is from a model or its people aren't quite those of the baseline.

    A model, or a few people fewer, moves a mean by a point or two, not past the end of a scale.
    """
    return pl.when(~pl.col("same_people")).then(_within_the_scale())


_FAR = 5.0
"""Standard errors. By chance two arms of one trial are this far apart once in 1.7 million pairs."""


@rule(
    "SCR025",
    table="baselines_of_other_arms",
    severity=Severity.WARNING,
    fix="Check both rows: one may be another arm's, on another scale or of another day, or its standard deviation a standard error.",
    source="Carlisle 2017, Anaesthesia 72:944-952; RoB 2 signalling question 1.3",
    columns=("mean", "sd"),
    inspect_sr="results",
    message="the mean at baseline is {mean}, but {other_mean} in `{other_arm_id}`: {apart} standard errors apart, in arms made by chance",
    details=lambda row: {"apart": round(abs(row["mean"] - row["other_mean"]) / row["error"])},
    breaks=[{"mean": 36.0, "other_arm_id": "placebo", "other_mean": 24.0, "error": 0.707}],
    keeps=[
        {"mean": 31.0, "other_arm_id": "placebo", "other_mean": 30.0, "error": 0.707},
        {"mean": 33.0, "other_arm_id": "placebo", "other_mean": 30.0, "error": 0.707},
    ],
)
def randomised_arms_start_apart() -> pl.Expr:
    """The arms of a randomised trial should not be far apart at baseline.

    Who is in which arm is chance. Means that are five standard errors apart, beyond what rounding explains, are of other people, another scale or another day,
    or their standard deviations are too small.
    """
    rounding = precision("mean") + precision("other_mean")
    return (pl.col("mean") - pl.col("other_mean")).abs() - rounding <= _FAR * pl.col("error")
