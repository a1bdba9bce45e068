"""OUT and SCR: a set of people beside a set that holds it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from validation.lazily import pl
from validation.rule import Severity, rule


@rule(
    "OUT026",
    table="outcomes_by_missing_data",
    severity=Severity.WARNING,
    fix="Check both counts and what each is of: a percentage of all randomised may have been taken for one of those observed, or the other way round.",
    source="CONSORT 2010 item 16; ICH E9(R1), composite strategies",
    columns=("events", "missing_data"),
    inspect_sr="results",
    message="{events} met `{definition_id}` of those in `{analysis_set}` with `{missing_data}`, but only {fuller_events} met `{fuller_definition_id}` of those "
    "in `{fuller_set}` with `{fuller_missing_data}`, who hold them",
    breaks=[{"events": 60, "missing_data": "observed", "fuller_events": 50, "fuller_missing_data": "non-responder"}],
    keeps=[
        {"events": 50, "missing_data": "observed", "fuller_events": 50, "fuller_missing_data": "non-responder"},
        {"events": 50, "missing_data": "non-responder", "fuller_events": 55, "fuller_missing_data": "locf"},
    ],
)
def count_of_fewer_people_above_that_of_all() -> pl.Expr:
    """A count of some participants, such as those observed, must not be above the count of those who hold them: all randomised, or the full analysis set.

    Where all who weren't observed are counted as non-responders, the responders are those who were observed, and another set can only hold fewer of them; where a
    last observation is carried forward there can only be more of them. A wider rule, which holds everybody who meets the narrower one, is met by as many at
    least. Of those who stopped treatment and were still seen, some trials count none as a responder: then say so in a waiver.
    """
    return pl.col("events") <= pl.col("fuller_events")


@rule(
    "OUT027",
    table="outcomes_beside_those_observed",
    severity=Severity.WARNING,
    fix="Check both counts and what each is of: the two may be of different days or arms, or a percentage was taken of the other set.",
    source="CONSORT 2010 item 16; arithmetic",
    columns=("events", "missing_data"),
    inspect_sr="results",
    message="{events} of {n_analysed} met `{definition_id}` with `{missing_data}`, but at most {most_events} can have: of the {observed_n} who were"
    " observed, {observed_events} met `{observed_definition_id}`",
    breaks=[
        {"missing_data": "locf", "events": 95, "n_analysed": 100, "observed_events": 50, "observed_n": 90, "most_events": 60},
        {
            "missing_data": "non-responder",
            "events": 60,
            "n_analysed": 100,
            "observed_events": 50,
            "observed_n": 70,
            "most_events": 50,
        },
    ],
    keeps=[
        {"missing_data": "locf", "events": 60, "n_analysed": 100, "observed_events": 50, "observed_n": 90, "most_events": 60},
        {
            "missing_data": "non-responder",
            "events": 50,
            "n_analysed": 100,
            "observed_events": 50,
            "observed_n": 70,
            "most_events": 50,
        },
    ],
)
def count_above_what_those_observed_allow() -> pl.Expr:
    """A count that includes those who weren't observed must leave those who were observed without the outcome as they were.

    A person who was seen and hadn't responded still hasn't, however the others are counted: there can be as many more as weren't observed, and none where
    all of these are counted as non-responders.
    """
    return pl.col("events") <= pl.col("most_events")


_SMALLER = (
    "{n} with `{missing_data}` in the set `{analysis_set}`, but only {larger_n}{how} in the set `{larger_set}`, which holds them"
)
_NAMES = "Check both numbers and the name of each set; they may be of different days, or exchanged. If the source means something else by one of the sets, say so in a waiver."


def _how(row: Mapping[str, Any]) -> dict[str, str]:
    return {"how": "" if row["larger_missing_data"] is None else f" with `{row['larger_missing_data']}`"}


_NESTED = {"analysis_set": "per-protocol", "larger_set": "full-analysis", "missing_data": "locf", "larger_missing_data": "locf"}


@rule(
    "OUT028",
    table="outcomes_inside_sets",
    severity=Severity.WARNING,
    fix=_NAMES,
    source="ICH E9 section 5.2.2",
    columns=("n_analysed", "analysis_set"),
    inspect_sr="results",
    message=_SMALLER.replace("{n}", "{n_analysed}"),
    details=_how,
    breaks=[{**_NESTED, "n_analysed": 95, "larger_n": 80}],
    keeps=[{**_NESTED, "n_analysed": 80, "larger_n": 80}],
)
def counted_set_larger_than_one_that_holds_it() -> pl.Expr:
    """A set of participants must not be larger than a set that holds it.

    Those treated by the protocol, those who completed and those observed are some of the full analysis set, which is some of all randomised; and of one set,
    no more can have been observed than are counted when the others are included. Compared for one outcome, day and handling of missing data.
    """
    return pl.col("n_analysed") <= pl.col("larger_n")


@rule(
    "SCR016",
    table="scores_inside_sets",
    severity=Severity.WARNING,
    fix=_NAMES,
    source="ICH E9 section 5.2.2",
    columns=("n", "analysis_set"),
    inspect_sr="results",
    message=_SMALLER,
    details=_how,
    breaks=[{**_NESTED, "n": 95, "larger_n": 80}],
    keeps=[{**_NESTED, "n": 80, "larger_n": 80}],
)
def scored_set_larger_than_one_that_holds_it() -> pl.Expr:
    """A mean must not be over more participants than a mean of a set that holds theirs.

    The rule OUT028 does the same for counts.
    """
    return pl.col("n") <= pl.col("larger_n")


def _when(row: Mapping[str, Any]) -> dict[str, str]:
    on = "" if row["dropouts_day"] is None else f" by day {row['dropouts_day']:g}"
    return {"all": f"{row['dropouts']} of the set `{row['dropouts_set']}` left at all{on}"}


@rule(
    "OUT029",
    table="dropouts_in_all",
    severity=Severity.WARNING,
    fix="Check whether the larger count is participants with adverse events, not those who left because of them. If somebody took another arm's treatment, say so in a waiver.",
    source="CONSORT 2010 item 13b",
    columns=("events", "definition_id"),
    inspect_sr="results",
    message="{events} of the set `{analysis_set}` left for one reason (`{definition_id}`), but only {all}",
    details=_when,
    breaks=[{"events": 30, "analysis_set": "safety", "dropouts": 20, "dropouts_set": "randomised"}],
    keeps=[{"events": 20, "analysis_set": "safety", "dropouts": 20, "dropouts_set": "randomised"}],
)
def dropouts_for_a_reason_exceed_those_of_all_randomised() -> pl.Expr:
    """Those who left for one reason must not exceed those who left, of all randomised or by a later day.

    All randomised hold every other set, and who has left by one day has left by a later one. A safety set goes by the treatment taken, so a few may be
    counted in another arm.
    """
    return pl.col("events") <= pl.col("dropouts")


@rule(
    "OUT030",
    table="outcomes_in_context",
    severity=Severity.WARNING,
    fix="Check the set and the number treated. A safety set goes by the treatment taken: if somebody took another arm's, say so in a waiver.",
    source="ICH E9 section 6.3",
    columns=("n_analysed", "analysis_set"),
    inspect_sr="results",
    message="`analysis_set` is `{analysis_set}`, but `n_analysed` ({n_analysed}) is more than the {arm_n_treated} who were treated in the arm",
    breaks=[
        {"analysis_set": "safety", "n_analysed": 98, "arm_n_treated": 90},
        {"analysis_set": "per-protocol", "n_analysed": 98, "arm_n_treated": 90},
    ],
    keeps=[
        {"analysis_set": "safety", "n_analysed": 90, "arm_n_treated": 90},
        {"analysis_set": "per-protocol", "n_analysed": 85, "arm_n_treated": 90},
    ],
)
def safety_set_exceeds_treated() -> pl.Expr:
    """A result for the safety or per-protocol set must not be over more participants than were treated.

    Those who received a dose are the safety set, and who kept to the protocol received it.
    """
    return pl.when(pl.col("analysis_set").is_in(["safety", "per-protocol"])).then(pl.col("n_analysed") <= pl.col("arm_n_treated"))
