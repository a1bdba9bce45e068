"""DEF: what the counts of a trial count."""

from __future__ import annotations

from validation.lazily import pl
from validation.rule import Severity, rule


@rule(
    "DEF001",
    table="outcomes_in_context",
    severity=Severity.ERROR,
    fix="Check which scale the cut-off belongs to.",
    source="registry vocabularies `definitions` and `instruments`",
    columns=("definition_id",),
    message="the cut-off of `{definition_id}` ({threshold}) must be in the range of `{instrument_id}`,"
    " {instrument_minimum} to {instrument_maximum}",
    breaks=[
        {"threshold": 61.0, "instrument_minimum": 0.0, "instrument_maximum": 60.0},
        {"threshold": 0.0, "instrument_minimum": 1.0, "instrument_maximum": 7.0},
    ],
    keeps=[
        {"threshold": 12.0, "instrument_minimum": 0.0, "instrument_maximum": 60.0},
        {"threshold": 1.0, "instrument_minimum": 1.0, "instrument_maximum": 7.0},
    ],
)
def threshold_outside_range() -> pl.Expr:
    """A definition's cut-off must be a score that its scale can give.

    Otherwise everybody meets it or nobody does: the count belongs to another scale.
    """
    return pl.col("threshold").is_between(pl.col("instrument_minimum"), pl.col("instrument_maximum"))


@rule(
    "DEF002",
    table="outcomes_beside_instruments",
    severity=Severity.WARNING,
    fix="Check which version the count uses. If the study measured it and only its means are missing, say so in a waiver.",
    source="CONSORT 2010 item 6a",
    columns=("definition_id",),
    message="`{definition_id}` uses `{instrument_id}`, but the study has figures only on {instruments_measured}",
    breaks=[{"measured": False, "version_open": False}],
    keeps=[{"measured": True, "version_open": False}],
)
def instrument_not_measured() -> pl.Expr:
    """A count must use the version of a scale on which its study has scores.

    Checked in studies that have scores or visits on some version of the scale, unless the version is unstated. HAM-D17 and HAM-D24 are
    different scales, and a count under the wrong one is pooled with the wrong trials. A response on the CGI beside means on the HAM-D
    is right: studies measure more than they print means of.
    """
    return pl.when(~pl.col("version_open")).then(pl.col("measured"))


@rule(
    "DEF003",
    table="cumulative_beside_point",
    severity=Severity.WARNING,
    fix="If the source has both, keep both, and say so in a waiver; show them separately.",
    source="PMC10416356: 65.2% in remission at any visit up to day 25; 10.1038/sj.npp.1301131",
    columns=("definition_id",),
    message="`{definition_id}` ({ascertainment}) is given together with `{point_definition_id}` for the same arm and day",
    breaks=[
        {
            "definition_id": "remission.madrs.le12-any-visit",
            "ascertainment": "any-visit",
            "point_definition_id": "remission.madrs.le12",
        },
        {
            "definition_id": "remission.madrs.le12-two-visits",
            "ascertainment": "sustained",
            "point_definition_id": "remission.madrs.le12",
            "events": 31,
            "point_events": 30,
        },
    ],
    keeps=[
        {"definition_id": "remission.madrs.le12-any-visit", "ascertainment": "any-visit"},
        {"definition_id": "remission.madrs.le12-two-visits", "ascertainment": "sustained"},
        {
            "definition_id": "remission.madrs.le12-two-visits",
            "ascertainment": "sustained",
            "point_definition_id": "remission.madrs.le12",
            "events": 12,
            "point_events": 30,
        },
    ],
)
def cumulative_beside_point_result() -> pl.Expr:
    """A result at any visit should not appear together with the result at one visit, nor a sustained one be above it.

    Remission at any visit so far can only grow, and printed in one table with remission at a visit, under one word, the two are easily confused.
    Sustained remission is harder to reach: of as many participants, no more can have it at that visit.
    """
    harder = pl.col("point_events").is_null() | pl.col("events").is_null() | (pl.col("events") <= pl.col("point_events"))
    alone = pl.col("point_definition_id").is_null()
    return pl.when(pl.col("definition_id").is_not_null()).then(
        pl.when(pl.col("ascertainment") == "sustained").then(alone | harder).otherwise(alone)
    )


@rule(
    "DEF004",
    table="definitions_side_by_side",
    severity=Severity.WARNING,
    fix="Look up the sign in the protocol or the main report, and enter the counts under it.",
    source="10.9758/cpn.2021.19.2.341 table 1 prints `< 12` for trials that used ≤ 12",
    columns=("definition_id",),
    message="the study's {outcome} on `{instrument_id}` is a score {comparator} {threshold} here and {other_comparator}"
    " {threshold} elsewhere",
    breaks=[{"definition_id": "remission.madrs.lt12", "comparators": 2}],
    keeps=[{"definition_id": "remission.madrs.le12", "comparators": 1}],
)
def comparators_differ() -> pl.Expr:
    """A study must not have one cut-off under two signs, such as `<12` here and `<=12` there.

    The sign is lost when tables are copied. A score of exactly the cut-off is a remission under one sign and not under the
    other, so the counts can't be pooled.
    """
    return pl.col("comparators") == 1


@rule(
    "DEF005",
    table="outcomes_in_context",
    severity=Severity.ERROR,
    fix="Use a definition without a percentage, or the version of the scale that starts at 0.",
    source="registry vocabulary `instruments`; 10.1186/s12888-019-2161-0 (the Zung scale begins at 20)",
    columns=("definition_id",),
    message="`{definition_id}` takes a percentage of `{instrument_id}`, a scale on which a percentage has no meaning",
    breaks=[{"percent_reduction": 50.0, "instrument_has_percentages": False}],
    keeps=[{"percent_reduction": 50.0, "instrument_has_percentages": True}],
)
def percentage_of_a_scale_without_zero() -> pl.Expr:
    """A definition must not take a percentage of a scale that doesn't begin at 0.

    On a scale from 20 to 80 most people can't fall by half. A rating of change has no baseline at all.
    """
    return pl.when(pl.col("percent_reduction").is_not_null()).then(pl.col("instrument_has_percentages"))
