"""CON: printed effects on means beside a model's means."""

from __future__ import annotations

from validation.lazily import pl
from validation.printed import TINY
from validation.rule import Severity, rule
from validation.rules.contrasts import printed_figure
from validation.rules.own_effects import printed_error

_DIFFERENCE = {"measure": "mean-difference", "value": -3.3, "low": -5.31, "high": -1.29, "level": 95.0}
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
    error = pl.when(pl.col("measure") == "mean-difference").then(printed_error())
    allowed = (error / 2).fill_null(pl.max_horizontal(modelled.abs(), stated.abs()) / 4)
    return (stated - modelled).abs() <= allowed + half.fill_null(0.0) + pl.col("model_slack") + TINY
