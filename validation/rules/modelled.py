"""CON: printed effects on means beside a model's means and the arms' standard deviations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from validation.lazily import pl
from validation.printed import TINY
from validation.rule import Severity, rule
from validation.rules.contrasts import printed_figure
from validation.rules.intervals import LEVELS


def _printed_error() -> pl.Expr:
    """The standard error that a source prints for an effect, or the one that its interval has."""
    quantile = pl.col("level").cast(pl.Float64).replace_strict(LEVELS, default=None, return_dtype=pl.Float64)
    width = pl.col("high") - pl.col("low")
    return pl.coalesce(pl.when(pl.col("se") > 0).then(pl.col("se")), pl.when(width > 0).then(width / (2 * quantile)))


def _error_of(row: Mapping[str, Any]) -> float:
    """The same of one row, for its message."""
    if row["se"] is not None and row["se"] > 0:
        return float(row["se"])
    return float((row["high"] - row["low"]) / (2 * LEVELS[float(row["level"])]))


_DIFFERENCE = {"measure": "mean-difference", "value": -3.3, "low": -5.31, "high": -1.29, "level": 95.0}


@rule(
    "CON015",
    table="contrasts_in_context",
    severity=Severity.WARNING,
    fix="Check whether the source gives standard errors for the arms: the standard deviation is the standard error times √n.",
    source="Cochrane Handbook 6.4, sections 6.5.2.2 and 6.5.2.3",
    columns=("value", "low", "high", "se"),
    inspect_sr="results",
    message="the standard error of {value} is {printed} as printed, but {by_arms} by the arms' standard deviations in `scores`, which look like standard errors",
    details=lambda row: {
        "printed": f"{_error_of(row):.3g}",
        "by_arms": f"{row['arms_error']:.2g}",
    },
    breaks=[
        {**_DIFFERENCE, "arms_error": 0.084},
        {"measure": "mean-difference", "adjusted": False, "value": -3.3, "se": 1.03, "arms_error": 0.5},
    ],
    keeps=[{**_DIFFERENCE, "arms_error": 1.02}, {**_DIFFERENCE, "arms_error": 1.6}],
)
def effect_less_sure_than_its_arms() -> pl.Expr:
    """A mean difference must not have twice the standard error that the arms' standard deviations give it, or more.

    Taking covariates into account makes it smaller, and a model of missing data a little larger: in the registry's packages it is 0.9 to 1 of theirs. A standard error that
    was entered as a standard deviation makes theirs √n times too small. The smallest that the two arms have at the visit is taken, of whatever set.
    """
    measured = pl.col("measure") == "mean-difference"
    return pl.when(measured & (pl.col("arms_error") > 0)).then(_printed_error() < 2 * pl.col("arms_error"))


_MODELLED = {**_DIFFERENCE, "modelled": -3.3, "model_slack": 0.1, "model_means": "-15.2 and -11.9"}


@rule(
    "CON016",
    table="contrasts_in_context",
    severity=Severity.WARNING,
    fix="Check which arm the effect is of, its sign, and whether it and the means are of one model.",
    source="BMJ 2022;377:e069155 (one in six re-extracted trials could not be reproduced)",
    columns=("value", "arm_id", "other_arm_id"),
    inspect_sr="results",
    message="by the model's means of the two arms ({model_means}) the `{measure}` is {about}, not {value}",
    details=lambda row: {"about": f"{row['modelled']:.3g}"},
    breaks=[
        {**_MODELLED, "modelled": 3.3},
        {**_MODELLED, "value": -6.1, "low": -8.1, "high": -4.1},
        {"measure": "mean-difference", "value": -6.1, "modelled": -3.3, "model_slack": 0.1},
        {"measure": "smd", "value": -0.38, "modelled": -4.5, "model_slack": 0.1},
    ],
    keeps=[
        _MODELLED,
        {**_MODELLED, "value": -3.6},
        {"measure": "mean-difference", "value": -3.9, "modelled": -3.3, "model_slack": 0.1},
        {"measure": "smd", "value": -0.38, "modelled": -0.41, "model_slack": 0.01},
    ],
)
def effect_differs_from_modelled_means() -> pl.Expr:
    """A mean difference must be the difference of the model's means of the two arms.

    A difference of least-squares means is the least-squares mean difference, within rounding; half of its standard error is allowed, or a quarter of it where no error is
    printed, as the estimate of an adaptive trial is moved a little. Checked where both arms have such means of the same day, set and handling of missing data.
    """
    number, half = printed_figure("value")
    stated, modelled = number.fill_null(pl.col("value")), pl.col("modelled")
    error = pl.when(pl.col("measure") == "mean-difference").then(_printed_error())
    allowed = (error / 2).fill_null(pl.max_horizontal(modelled.abs(), stated.abs()) / 4)
    return (stated - modelled).abs() <= allowed + half.fill_null(0.0) + pl.col("model_slack") + TINY
