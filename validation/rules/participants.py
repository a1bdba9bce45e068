"""IPD: participants, their visits, and the counts that can be made from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from validation.lazily import pl
from validation.printed import TINY, precision
from validation.rule import INSPECT_SR, Severity, rule


@rule(
    "IPD001",
    table="visits_in_context",
    severity=Severity.ERROR,
    fix="Check the scale and its version; leave the cell empty instead of entering a code for a missing score, such as 99.",
    source="registry vocabulary `instruments`",
    columns=("total", "instrument_id"),
    message="`total` ({total}) must be in the range of `{instrument_id}`, {instrument_minimum} to {instrument_maximum}",
    breaks=[
        {"total": 99.0, "instrument_minimum": 0.0, "instrument_maximum": 53.0},
        {"total": -1.0, "instrument_minimum": 0.0, "instrument_maximum": 53.0},
    ],
    keeps=[
        {"total": 53.0, "instrument_minimum": 0.0, "instrument_maximum": 53.0},
        {"total": 0.0, "instrument_minimum": 0.0, "instrument_maximum": 53.0},
    ],
)
def total_outside_range() -> pl.Expr:
    """A total must be one that its scale can give.

    A code for a missing score, read as a score, moves a mean by whole points.
    """
    return pl.col("total").is_between(pl.col("instrument_minimum"), pl.col("instrument_maximum"))


@rule(
    "IPD002",
    table="participants_in_context",
    severity=Severity.ERROR,
    fix="Check the scale and its version; leave the cell empty instead of entering a code for a missing score, such as 99.",
    source="registry vocabulary `instruments`",
    columns=("baseline_total", "baseline_instrument_id"),
    message="`baseline_total` ({baseline_total}) must be in the range of `{baseline_instrument_id}`,"
    " {instrument_minimum} to {instrument_maximum}",
    breaks=[
        {"baseline_total": 99.0, "instrument_minimum": 0.0, "instrument_maximum": 53.0},
        {"baseline_total": 0.0, "instrument_minimum": 1.0, "instrument_maximum": 7.0},
    ],
    keeps=[
        {"baseline_total": 32.0, "instrument_minimum": 0.0, "instrument_maximum": 53.0},
        {"baseline_total": 1.0, "instrument_minimum": 1.0, "instrument_maximum": 7.0},
    ],
)
def baseline_outside_range() -> pl.Expr:
    """A baseline score must be one that its scale can give.

    Response is relative to the baseline; a wrong baseline turns people into responders or non-responders.
    """
    return pl.col("baseline_total").is_between(pl.col("instrument_minimum"), pl.col("instrument_maximum"))


@rule(
    "IPD003",
    table="participants_in_context",
    severity=Severity.ERROR,
    fix="Keep only the arm to which the participant was randomised.",
    source="ICH E9 section 5.2",
    columns=("arm_id", "participant_id"),
    message="`{participant_id}` is in {arms_of_participant} arms, `{arm_id}` and `{other_arm_id}` among them",
    breaks=[{"participant_id": "p1", "arms_of_participant": 2}],
    keeps=[{"participant_id": "p1", "arms_of_participant": 1}],
)
def participant_in_two_arms() -> pl.Expr:
    """A participant must be in one arm.

    A person in two arms counts twice, once on each side of the comparison.
    """
    return pl.col("arms_of_participant") == 1


@rule(
    "IPD004",
    table="visits_in_context",
    severity=Severity.ERROR,
    fix="Check the day's sign and what it counts from; a screening score isn't a visit of the trial.",
    source="registry convention: the baseline visit is day 0",
    columns=("visit_day",),
    message="`visit_day` ({visit_day}) must not be before the baseline visit, which is day 0",
    breaks=[{"visit_day": -7.0}, {"visit_day": -0.5}],
    keeps=[{"visit_day": 0.0}, {"visit_day": 42.0}],
)
def visit_before_baseline() -> pl.Expr:
    """A visit must not be before the baseline visit.

    What happened before the treatment isn't a result of it.
    """
    return pl.col("visit_day") >= 0


@rule(
    "IPD005",
    table="visits_in_context",
    severity=Severity.ERROR,
    fix="Check the total and the baseline. If the source means something else by response, it needs its own definition.",
    source="10.1038/sj.npp.1301131",
    columns=("response_stated", "total"),
    inspect_sr="results",
    message="`response_stated` ({response_stated}) must be what `total` ({total}) at a baseline of {baseline_total} gives,"
    " {response_recomputed}",
    breaks=[
        {"response_stated": True, "response_recomputed": False},
        {"response_stated": False, "response_recomputed": True},
    ],
    keeps=[
        {"response_stated": True, "response_recomputed": True},
        {"response_stated": False, "response_recomputed": False},
    ],
)
def response_differs_from_scores() -> pl.Expr:
    """A stated response must be a score of at most half the baseline, and a stated non-response a score above half.

    Exactly half counts as response. Checked where both scores are on one scale that starts at 0.
    """
    return pl.col("response_stated") == pl.col("response_recomputed")


@rule(
    "IPD006",
    table="visits_in_context",
    severity=Severity.ERROR,
    fix="Check the total, and whether the source used this definition.",
    source="registry vocabulary `definitions`",
    columns=("remission_stated", "total"),
    inspect_sr="results",
    message="`remission_stated` ({remission_stated}) must be what `{remission_definition_id}` gives for `total` ({total}),"
    " {remission_recomputed}",
    breaks=[
        {"remission_stated": True, "remission_recomputed": False},
        {"remission_stated": False, "remission_recomputed": True},
    ],
    keeps=[
        {"remission_stated": True, "remission_recomputed": True},
        {"remission_stated": False, "remission_recomputed": False},
    ],
)
def remission_differs_from_scores() -> pl.Expr:
    """A stated remission must agree with its definition and the score.

    Checked where the definition uses the visit's scale and one visit decides it.
    """
    return pl.col("remission_stated") == pl.col("remission_recomputed")


@rule(
    "IPD007",
    table="counts_recomputed",
    severity=Severity.ERROR,
    fix="Count again from the visits, at this day and by this definition.",
    source=INSPECT_SR,
    columns=("events",),
    inspect_sr="results",
    message="`events` ({events}) must be {events_recomputed}{by}",
    details=lambda row: {
        "by": f" at least, the number of participants who meet `{row['definition_id']}` at a visit up to day {row['timepoint_days']}"
        if row["at_least"]
        else f", the number of participants who meet `{row['definition_id']}` in the visits of day {row['timepoint_days']}"
    },
    breaks=[
        {"events": 30, "events_recomputed": 31, "participants_seen": 84, "at_least": False},
        {"events": 30, "events_recomputed": 31, "participants_seen": 84, "at_least": True},
    ],
    keeps=[
        {"events": 32, "events_recomputed": 31, "participants_seen": 84, "at_least": True},
        {"events": 31, "events_recomputed": 31, "participants_seen": 84},
        {"events": 0, "events_recomputed": 0, "participants_seen": 84},
    ],
)
def events_differ_from_participants() -> pl.Expr:
    """A count must be the number of participants who meet its definition.

    Checked where the package has the participants of the arm and some of them were seen on that day; with last observations carried forward, where all who
    were analysed were. By a definition at any visit, at least those must be counted who meet it at one that the package has.
    """
    more = pl.col("at_least").fill_null(value=False) & (pl.col("events") > pl.col("events_recomputed"))
    return pl.when(pl.col("participants_seen") > 0).then((pl.col("events") == pl.col("events_recomputed")) | more)


@rule(
    "IPD008",
    table="counts_recomputed",
    severity=Severity.ERROR,
    fix="Count again from the visits, at this day; observed cases are those with a score on it.",
    source=INSPECT_SR,
    columns=("n_analysed", "analysis_set"),
    inspect_sr="results",
    message="`n_analysed` ({n_analysed}) must be {n_recomputed}, the number of participants of the set `{analysis_set}` on day"
    " {timepoint_days}",
    breaks=[{"n_analysed": 88, "n_recomputed": 84, "participants_seen": 84}],
    keeps=[
        {"n_analysed": 84, "n_recomputed": 84, "participants_seen": 84},
        {"n_analysed": 88, "n_recomputed": 88, "participants_seen": 84},
    ],
)
def analysed_differ_from_participants() -> pl.Expr:
    """A denominator must be the number of participants of its set.

    Checked where the package has the participants of the arm and some of them were seen on that day.
    """
    return pl.when(pl.col("participants_seen") > 0).then(pl.col("n_analysed") == pl.col("n_recomputed"))


@rule(
    "IPD009",
    table="participants_beside_arms",
    severity=Severity.ERROR,
    fix="Check which arm the participants were randomised to, and that none has two pseudonyms.",
    source="CONSORT 2010 item 13a",
    columns=("n_randomised",),
    inspect_sr="results",
    message="the package has more participants of the arm ({participants}) than `n_randomised` ({n_randomised})",
    breaks=[{"n_randomised": 40, "participants": 41}],
    keeps=[{"n_randomised": 40, "participants": 40}, {"n_randomised": 40, "participants": 12}],
)
def participants_exceed_randomised() -> pl.Expr:
    """An arm must not have more participants than were randomised to it.

    Fewer are possible: not all may have agreed to share their data.
    """
    return pl.col("participants") <= pl.col("n_randomised")


@rule(
    "IPD010",
    table="visits_in_context",
    severity=Severity.ERROR,
    fix="Check both scores. If day 0 is after the first dose, give the visit its fraction of a day.",
    source="registry convention: the baseline visit is day 0",
    columns=("total", "visit_day"),
    inspect_sr="results",
    message="`total` ({total}) on day 0 must be the `baseline_total` ({baseline_total}) of `{participant_id}` on the same scale",
    breaks=[
        {"visit_day": 0.0, "total": 12.0, "baseline_total": 30.0, "instrument_id": "madrs", "baseline_instrument_id": "madrs"}
    ],
    keeps=[
        {"visit_day": 0.0, "total": 30.0, "baseline_total": 30.0, "instrument_id": "madrs", "baseline_instrument_id": "madrs"},
    ],
)
def baseline_visit_differs_from_baseline() -> pl.Expr:
    """The score of the visit on day 0 must be the participant's baseline score.

    Whether somebody responded depends on it, and two baselines give two answers.
    """
    same = (pl.col("visit_day") == 0) & (pl.col("instrument_id") == pl.col("baseline_instrument_id"))
    return pl.when(same).then(pl.col("total") == pl.col("baseline_total"))


def _of_another_age(row: Mapping[str, Any]) -> bool:
    age, low, high = row["age"], row["age_min"] or 0, row["age_max"]
    return age is not None and not (low <= age and (high is None or age <= high))


def _requirement(row: Mapping[str, Any]) -> dict[str, str]:
    age, low, high = row["age"], row["age_min"] or 0, row["age_max"]
    if _of_another_age(row):
        return {"what": f"`age` ({age})", "required": f"{low} or more" if high is None else f"{low} to {high}"}
    return {"what": f"`baseline_total` ({row['baseline_total']:g})", "required": f"{row['entry_score_min']:g} or more"}


@rule(
    "IPD011",
    table="participants_in_context",
    severity=Severity.WARNING,
    fix="Check the age, the score and its scale, and what the trial required. If somebody was included against the protocol, say so in a waiver.",
    source="CONSORT 2010 item 4a",
    columns=("age", "baseline_total"),
    inspect_sr="results",
    message="{what} of `{participant_id}` is outside what the trial required, {required}",
    details=_requirement,
    at=lambda row: "age" if _of_another_age(row) else "baseline_total",
    breaks=[
        {"age": 80, "age_min": 18, "age_max": 65},
        {"age": 17, "age_min": 18},
        {"baseline_total": 10.0, "entry_score_min": 24.0},
    ],
    keeps=[
        {"age": 65, "age_min": 18, "age_max": 65, "baseline_total": 24.0, "entry_score_min": 24.0},
    ],
)
def participant_not_eligible() -> pl.Expr:
    """A participant's age and baseline score must be within what the trial required.

    Anybody else was included against the protocol, or is of another trial. In a later phase, and where those who did well are randomised,
    people have improved before the baseline.
    """
    age, score = pl.col("age"), pl.col("baseline_total")
    # What isn't known says nothing against anybody.
    return pl.min_horizontal(age >= pl.col("age_min"), age <= pl.col("age_max"), score >= pl.col("entry_score_min"))


@rule(
    "IPD012",
    table="means_recomputed",
    severity=Severity.ERROR,
    fix="Work out the mean again from the visits, on this scale and day.",
    source=INSPECT_SR,
    columns=("mean",),
    inspect_sr="results",
    message="`mean` ({mean}) must be {mean_recomputed}, that of the participants seen ({n})",
    breaks=[{"mean": 14.2, "mean_reported": "14.2", "n": 84, "participants_seen": 84, "mean_recomputed": 12.4}],
    keeps=[
        {"mean": 12.4, "mean_reported": "12.4", "n": 84, "participants_seen": 84, "mean_recomputed": 12.4324},
    ],
)
def mean_differs_from_participants() -> pl.Expr:
    """A raw mean of those observed must be the mean of the participants' scores, at its printed precision.

    Checked where the package has the scores of as many participants.
    """
    near = (pl.col("mean") - pl.col("mean_recomputed")).abs() <= precision("mean") + TINY
    return pl.when(pl.col("n") == pl.col("participants_seen")).then(near)


@rule(
    "IPD013",
    table="means_recomputed",
    severity=Severity.ERROR,
    fix="Work out the standard deviation again from the visits, on this scale and day; the figure may be a standard error.",
    source=INSPECT_SR,
    columns=("sd",),
    inspect_sr="results",
    message="`sd` ({sd}) must be {sd_recomputed}, that of the participants seen ({n})",
    breaks=[
        {
            "sd": 9.2,
            "sd_reported": "9.2",
            "n": 4,
            "participants_seen": 4,
            "sd_recomputed": 4.203173,
            "sd_of_all_recomputed": 3.640055,
        }
    ],
    keeps=[
        {
            "sd": sd,
            "sd_reported": f"{sd}",
            "n": 4,
            "participants_seen": 4,
            "sd_recomputed": 4.203173,
            "sd_of_all_recomputed": 3.640055,
        }
        for sd in (4.2, 3.6)
    ],
)
def sd_differs_from_participants() -> pl.Expr:
    """A standard deviation of those observed must be that of the participants' scores, at its printed precision.

    Checked where the package has the scores of as many participants. Some divide by their number, and not by one less.
    """
    near = [(pl.col("sd") - pl.col(one)).abs() <= precision("sd") + TINY for one in ("sd_recomputed", "sd_of_all_recomputed")]
    return pl.when((pl.col("n") == pl.col("participants_seen")) & (pl.col("n") >= 2)).then(pl.any_horizontal(*near))
