"""OUT, SCR and CON: rows that hold no figure, or one without its number of participants."""

from __future__ import annotations

from validation.lazily import pl
from validation.rule import Severity, rule

_FIX = "Enter the figure as printed; if the source gives none, leave the row out. If a whole column is empty, check that it was imported."
_SOURCE = "registry convention"
_OF_HOW_MANY = (
    "Enter the number that the source gives the figure for. If it gives none, say so in a waiver; never fill in those randomised."
)


def _any_of(*columns: str) -> pl.Expr:
    return pl.any_horizontal(*(pl.col(name).is_not_null() for name in columns))


@rule(
    "OUT033",
    table="outcomes",
    severity=Severity.WARNING,
    fix=_FIX,
    source=_SOURCE,
    columns=("events", "percent_reported"),
    message="the row holds no figure: neither `events` nor `percent_reported`",
    breaks=[{"n_analysed": 40}],
    keeps=[{"events": 0, "n_analysed": 40}, {"percent_reported": "45.0"}],
)
def count_without_a_figure() -> pl.Expr:
    """A row of outcomes must have a count or a percentage.

    Without one it is counted among the results and never answers anything.
    """
    return _any_of("events", "percent_reported")


@rule(
    "OUT034",
    table="harms",
    severity=Severity.WARNING,
    fix=_FIX,
    source=_SOURCE,
    columns=("events", "percent_reported"),
    message="the row holds no figure: neither `events` nor `percent_reported`",
    breaks=[{"term": "Nausea", "n_at_risk": 40}],
    keeps=[{"term": "Nausea", "events": 0, "n_at_risk": 40}, {"term": "Nausea", "percent_reported": "12.5"}],
)
def harm_without_a_figure() -> pl.Expr:
    """A row of harms must have a count or a percentage.

    An adverse event without one may have been in anybody or nobody.
    """
    return _any_of("events", "percent_reported")


@rule(
    "SCR020",
    table="scores",
    severity=Severity.WARNING,
    fix=_FIX,
    source=_SOURCE,
    columns=("mean",),
    message="the row holds no mean",
    breaks=[{"n": 40, "sd": 9.0}],
    keeps=[{"n": 40, "mean": 0.0}],
)
def score_without_a_mean() -> pl.Expr:
    """A row of scores must have a mean.

    A number of participants or a spread alone answers nothing.
    """
    return _any_of("mean")


@rule(
    "CON014",
    table="contrasts",
    severity=Severity.WARNING,
    fix=_FIX,
    source=_SOURCE,
    columns=("value",),
    message="the row holds no figure: neither an effect nor an interval, a standard error or a p value",
    breaks=[{"measure": "odds-ratio", "level": 95.0}],
    keeps=[{"measure": "odds-ratio", "value": 1.4}, {"measure": "odds-ratio", "p_reported": "0.03"}],
)
def effect_without_a_figure() -> pl.Expr:
    """A row of contrasts must have an effect, or at least what a source prints of one.

    Two arms and a measure by themselves say nothing.
    """
    return _any_of("value", "low", "high", "se", "p", "value_reported", "p_reported")


@rule(
    "OUT035",
    table="outcomes",
    severity=Severity.WARNING,
    fix=_OF_HOW_MANY,
    source="CONSORT 2010 item 16",
    columns=("n_analysed", "events", "percent_reported"),
    message="the row has a figure, but not the number of participants analysed (`n_analysed`)",
    breaks=[{"events": 12}, {"percent_reported": "45.0"}],
    keeps=[{"events": 12, "n_analysed": 40}, {"events": 0, "n_analysed": 0}],
)
def count_of_an_unknown_number() -> pl.Expr:
    """A count or a percentage must come with its number of participants.

    Without its denominator a count gives no rate, and no answer uses it.
    """
    return pl.when(_any_of("events", "percent_reported")).then(pl.col("n_analysed").is_not_null())


@rule(
    "OUT036",
    table="harms",
    severity=Severity.WARNING,
    fix=_OF_HOW_MANY,
    source="CONSORT 2010 item 16",
    columns=("n_at_risk", "events", "percent_reported"),
    message="the row has a figure, but not the number of participants at risk (`n_at_risk`)",
    breaks=[{"term": "Nausea", "events": 12}, {"term": "Nausea", "percent_reported": "12.5"}],
    keeps=[{"term": "Nausea", "events": 12, "n_at_risk": 40}],
)
def harm_in_an_unknown_number() -> pl.Expr:
    """The count of an adverse event must come with the participants at risk.

    Without its denominator a count gives no rate, and no answer uses it.
    """
    return pl.when(_any_of("events", "percent_reported")).then(pl.col("n_at_risk").is_not_null())


@rule(
    "SCR021",
    table="scores",
    severity=Severity.WARNING,
    fix=_OF_HOW_MANY,
    source="CONSORT 2010 item 16",
    columns=("n", "mean", "statistic"),
    message="the row has a mean, but not its number of participants (`n`)",
    breaks=[{"statistic": "endpoint", "mean": 15.5}, {"statistic": "change", "mean": -9.0}],
    keeps=[{"statistic": "endpoint", "mean": 15.5, "n": 40}, {"statistic": "change", "mean": -9.0, "n": 40}],
)
def mean_of_an_unknown_number() -> pl.Expr:
    """A mean after treatment began must come with its number of participants.

    How sure a mean is depends on it, so no answer uses a mean without it. Baselines are of those who entered, and answers don't pool them.
    """
    return pl.when(pl.col("mean").is_not_null() & (pl.col("statistic") != "baseline")).then(pl.col("n").is_not_null())
