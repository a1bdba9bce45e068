"""OUT: counts that hold others of the same people."""

from __future__ import annotations

from validation.hints import named
from validation.lazily import pl
from validation.rule import Severity, rule


@rule(
    "OUT023",
    table="outcomes_inside_one_another",
    severity=Severity.ERROR,
    fix="Check both counts, and that they are of the same day and set.",
    source="registry vocabulary `definitions`",
    columns=("events", "definition_id"),
    inspect_sr="results",
    message="{events} met `{definition_id}`, but only {wider_events} met `{wider_definition_id}`, which all of them must meet",
    breaks=[
        {"definition_id": "remission.madrs.le10", "events": 18, "wider_definition_id": "remission.madrs.le12", "wider_events": 12}
    ],
    keeps=[
        {
            "definition_id": "remission.madrs.le10",
            "events": 12,
            "wider_definition_id": "remission.madrs.le12",
            "wider_events": 12,
        },
        {"definition_id": "remission.madrs.le10", "events": 4, "wider_definition_id": "remission.madrs.le12", "wider_events": 12},
    ],
)
def stricter_rule_met_by_more() -> pl.Expr:
    """A rule must not be met by more participants than a wider rule that contains it.

    A score of at most 10 is one of at most 12, and a fall by half is one by 30%. Checked on one scale, at one visit and
    among the same people.
    """
    return pl.col("events") <= pl.col("wider_events")


@rule(
    "OUT024",
    table="outcomes_that_add_up",
    severity=Severity.WARNING,
    fix="Check whether the later count is only of those since the earlier day: the table holds all up to the day.",
    source="CONSORT 2010 item 13b; registry vocabulary `definitions`",
    columns=("events", "timepoint_days"),
    inspect_sr="results",
    message="{events} by day {timepoint_days} (`{definition_id}`), but {earlier_events} by day {earlier_day} already",
    breaks=[{"definition_id": "dropout.any", "events": 3, "timepoint_days": 56.0, "earlier_events": 9, "earlier_day": 28.0}],
    keeps=[
        {"definition_id": "dropout.any", "events": 9, "timepoint_days": 56.0, "earlier_events": 9, "earlier_day": 28.0},
    ],
)
def count_that_only_grows_falls() -> pl.Expr:
    """A count of those who have left, or met a rule at any visit so far, must not fall from one day to a later one.

    Who has left by day 28 has left by day 56.
    """
    return pl.col("events") >= pl.col("earlier_events")


@rule(
    "OUT025",
    table="harms_side_by_side",
    severity=Severity.WARNING,
    fix="Check both counts. If the one of any event is of some kinds only, such as those on treatment or those that weren't serious, say so in its name.",
    source="CONSORT Harms 2022 item 17",
    columns=("events", "term"),
    inspect_sr="results",
    message="{events} of {n_at_risk} had {event}, but only {any_events} are counted as having had any",
    details=lambda row: {"event": named(row["term"])},
    breaks=[{"term": "Nausea", "events": 20, "n_at_risk": 40, "any_events": 5}],
    keeps=[{"term": "Nausea", "events": 5, "n_at_risk": 40, "any_events": 5}],
)
def harm_above_any_harm() -> pl.Expr:
    """An adverse event must not be in more participants than had any.

    Each of them had one. Serious ones are among any, and among any serious ones.
    """
    return pl.col("events") <= pl.col("any_events")
