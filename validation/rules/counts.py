"""OUT: counts of participants, compared with their denominators and with one another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.windows import anchors_of
from validation.hints import named
from validation.lazily import pl
from validation.rule import Severity, rule


def at_most_randomised(n: str) -> pl.Expr:
    """Whether a number of participants is at most those randomised to the arm; where that isn't stated, to the whole study."""
    return pl.col(n) <= pl.coalesce("arm_n_randomised", "study_n_randomised")


def randomised(row: Mapping[str, Any]) -> dict[str, str]:
    """The participants randomised to the arm, or to the study, in words."""
    if row["arm_n_randomised"] is not None:
        return {"randomised": f"{row['arm_n_randomised']} randomised to the arm"}
    return {"randomised": f"{row['study_n_randomised']} randomised in the whole study"}


@rule(
    "OUT001",
    table="outcomes",
    severity=Severity.ERROR,
    fix="Check the source table: the two columns are often swapped.",
    source="CONSORT 2010 item 16",
    columns=("events", "n_analysed"),
    inspect_sr="results",
    breaks=[{"events": 41, "n_analysed": 40}],
    keeps=[{"events": 40, "n_analysed": 40}, {"events": 0, "n_analysed": 40}],
)
def events_exceed_analysed() -> pl.Expr:
    """Events must not exceed the participants analysed.

    A count above its denominator gives a rate above 100% and a negative variance.
    """
    return pl.col("events") <= pl.col("n_analysed")


@rule(
    "OUT002",
    table="outcomes_in_context",
    severity=Severity.ERROR,
    fix="Check the arm: the denominator may be another arm's, or that of two arms or stages together. A stage in which participants are randomised again"
    " is a study of its own (`part_of`, `re-randomised`).",
    source="CONSORT 2010 items 13a and 16",
    columns=("n_analysed",),
    inspect_sr="results",
    message="`n_analysed` ({n_analysed}) must not exceed the {randomised}",
    details=randomised,
    breaks=[{"n_analysed": 116, "arm_n_randomised": 115}, {"n_analysed": 200, "study_n_randomised": 150}],
    keeps=[{"n_analysed": 115, "arm_n_randomised": 115}, {"n_analysed": 111, "arm_n_randomised": 115}],
)
def analysed_exceed_randomised() -> pl.Expr:
    """The participants analysed in an arm must not exceed those randomised to it.

    People can be lost from an arm, never gained. In two stages of a trial together the same people may count twice. Where the arm's size isn't stated,
    that of the whole study is the bound.
    """
    return at_most_randomised("n_analysed")


@rule(
    "OUT006",
    table="remitters_beside_responders",
    severity=Severity.ERROR,
    fix="Check both counts, and that they are of the same day and set.",
    source="10.1038/sj.npp.1301131; a score at or below half the baseline is a fall by at least half",
    columns=("events",),
    inspect_sr="results",
    message="remitters ({events}) must not exceed responders ({responders_implied}) among the same {n_analysed}: by"
    " `{definition_id}`, with this entry score, every remitter is a responder",
    breaks=[{"events": 13, "responders_implied": 12, "n_analysed": 32}],
    keeps=[
        {"events": 12, "responders_implied": 12, "n_analysed": 32},
        {"events": 4, "responders_implied": 12, "n_analysed": 32},
    ],
)
def remitters_exceed_responders() -> pl.Expr:
    """Remitters must not exceed responders where every remitter is a responder.

    That is so on the same scale, at the same visit and among the same people, if the cut-off is at most half the lowest
    score allowed at entry, or if the definition of remission itself requires a fall by half.
    """
    return pl.col("events") <= pl.col("responders_implied")


@rule(
    "OUT007",
    table="remitters_beside_responders",
    severity=Severity.WARNING,
    fix="Check both counts against the source; if the source prints them like this, say so in a waiver.",
    source="PMC10439056 table 3: 13 remitters and 12 responders among 32",
    columns=("events",),
    inspect_sr="results",
    message="remitters ({events} of {n_analysed}) exceed responders ({responders}) of the same arm, day and set; with a low baseline"
    " or on another scale that is possible, but usually the two are swapped",
    breaks=[
        {"events": 13, "n_analysed": 32, "responders": 12, "response_rate": 0.375},
        {"events": 12, "n_analysed": 37, "responders": 10, "response_rate": 0.263},
    ],
    keeps=[
        {"events": 12, "n_analysed": 32, "responders": 12, "response_rate": 0.375},
        {"events": 4, "n_analysed": 32, "responders": 12, "response_rate": 0.375, "responders_implied": 12},
        {"events": 13, "n_analysed": 64, "responders": 12, "response_rate": 0.375},
    ],
)
def remitters_outnumber_responders() -> pl.Expr:
    """Remitters should not exceed the responders of the same arm, day and set, in number or as a share of those analysed.

    It can be true: a person who starts low can remit without a fall by half, and scales differ. More often a column was swapped or a
    row slipped. Where it can't be true, another rule reports it, and this one doesn't.
    """
    settled = (pl.col("events") > pl.col("responders_implied")).fill_null(False)
    # A share is compared with some slack for the last bit of a quotient.
    rate = pl.col("events") / pl.col("n_analysed")
    return pl.when(~settled).then((pl.col("events") <= pl.col("responders")) | (rate <= pl.col("response_rate") + 1e-9))


@rule(
    "OUT008",
    table="outcomes_in_context",
    severity=Severity.ERROR,
    fix="Name the set that was analysed: `observed-cases` and `full-analysis` are the likely ones.",
    source="ICH E9 section 5.2; NCT02418585: 69.3% are 70 of the 101 seen, of 114 randomised",
    columns=("n_analysed", "analysis_set"),
    inspect_sr="results",
    message="`analysis_set` is `randomised`, but `n_analysed` ({n_analysed}) isn't the {arm_n_randomised} randomised to the arm",
    breaks=[
        {"analysis_set": "randomised", "n_analysed": 101, "arm_n_randomised": 114},
        {"analysis_set": "randomised", "n_analysed": 115, "arm_n_randomised": 114},
    ],
    keeps=[
        {"analysis_set": "randomised", "n_analysed": 114, "arm_n_randomised": 114},
        {"analysis_set": "randomised", "n_analysed": 0, "arm_n_randomised": 0},
    ],
)
def randomised_set_of_another_size() -> pl.Expr:
    """A result for all randomised must have all randomised as its denominator.

    Rates among those still observed look better than rates among all randomised; under the wrong term they are pooled with them.
    """
    return pl.when(pl.col("analysis_set") == "randomised").then(pl.col("n_analysed") == pl.col("arm_n_randomised"))


@rule(
    "OUT009",
    table="denominators_side_by_side",
    severity=Severity.WARNING,
    fix="Check whether one of the rows belongs to another set; if the source prints them like this, say so in a waiver.",
    source="PMC10439056 table 3: response out of 63, remission out of 64",
    columns=("n_analysed", "analysis_set"),
    inspect_sr="results",
    message="`n_analysed` ({n_analysed}) is {largest_n_analysed} in another row of the same {same} (`{analysis_set}`)",
    details=lambda row: {"same": "arm and set" if row["analysis_set"] == "randomised" else "arm, day and set"},
    breaks=[{"n_analysed": 63, "largest_n_analysed": 64}],
    keeps=[{"n_analysed": 64, "largest_n_analysed": 64}],
)
def denominators_differ() -> pl.Expr:
    """Counts of one arm, day and analysis set should have one denominator.

    One set is one group of people. A second number means a second set, or a misprint. All randomised are one number on every day. Where the set is those observed, or isn't stated,
    the rule looks at each scale separately, and at outcomes of one visit apart from those of several, because a person may have missed one
    scale or visit and not another.
    """
    return pl.col("n_analysed") == pl.col("largest_n_analysed")


@rule(
    "OUT010",
    table="dropouts_side_by_side",
    severity=Severity.ERROR,
    fix="Check whether the larger count is participants with adverse events, not those who left because of them.",
    source="CONSORT 2010 item 13b; 10.1370/afm.1687 (two arms of one trial in its data)",
    columns=("events", "definition_id"),
    inspect_sr="results",
    message="{events} left for one reason (`{definition_id}`), but only {dropouts} left at all",
    breaks=[{"events": 93, "dropouts": 44}],
    keeps=[{"events": 44, "dropouts": 44}, {"events": 10, "dropouts": 44}],
)
def dropouts_for_a_reason_exceed_dropouts() -> pl.Expr:
    """Those who left for adverse events must not exceed those who left.

    They are some of those who left.
    """
    return pl.col("events") <= pl.col("dropouts")


@rule(
    "OUT011",
    table="outcomes",
    severity=Severity.WARNING,
    fix="Check what the days are counted from.",
    source="registry convention",
    columns=("timepoint_days", "timepoint_anchor"),
    breaks=[{"timepoint_days": -8.0, "timepoint_anchor": "first-dose"}],
    keeps=[{"timepoint_days": 0.0}, {"timepoint_days": 28.0}],
)
def outcome_before_its_anchor() -> pl.Expr:
    """An outcome should not be before the day that its days are counted from.

    Nobody responds to a treatment before it starts. Usually the days count from the last dose, or a sign is wrong.
    """
    return pl.col("timepoint_days") >= 0


@rule(
    "OUT013",
    table="harms",
    severity=Severity.ERROR,
    fix="Check whether the source counts events rather than participants with the event.",
    source="CONSORT 2010 item 16",
    columns=("events", "n_at_risk"),
    inspect_sr="results",
    breaks=[{"events": 116, "n_at_risk": 115}],
    keeps=[{"events": 115, "n_at_risk": 115}, {"events": 0, "n_at_risk": 115}],
)
def harmed_exceed_at_risk() -> pl.Expr:
    """Participants with an adverse event must not exceed those at risk.

    Each participant counts once, however often the event recurred.
    """
    return pl.col("events") <= pl.col("n_at_risk")


@rule(
    "OUT016",
    table="outcomes",
    severity=Severity.WARNING,
    fix="Check the day. Hours after a dose are a fraction of a day, such as 0.1667 for four hours.",
    source="registry convention",
    columns=("timepoint_days",),
    message="`timepoint_days` is {timepoint_days}, {when}; an outcome must be later",
    details=lambda row: {"when": "the day of the baseline" if row["timepoint_days"] == 0 else "before treatment started"},
    breaks=[
        {"timepoint_days": 0.0, "timepoint_anchor": "first-dose"},
        {"timepoint_days": -1.0, "timepoint_anchor": "randomisation"},
    ],
    keeps=[
        {"timepoint_days": 0.0833, "timepoint_anchor": "first-dose"},
    ],
)
def outcome_on_the_day_of_the_baseline() -> pl.Expr:
    """An outcome must be later than the day from which its days count, where that is the start of treatment.

    Nobody has responded to a treatment before it was given. Such a row is left out of the rates.
    """
    from_the_start = pl.col("timepoint_anchor").is_in(anchors_of("start"))
    return pl.when(from_the_start).then(pl.col("timepoint_days") > 0)


@rule(
    "OUT019",
    table="outcomes_in_context",
    severity=Severity.WARNING,
    fix="Check both against the flow chart: those who left the treatment are often given beside those who completed the trial. Where the source "
    "prints them like this, say so in a waiver.",
    source="CONSORT 2010 item 13b",
    columns=("events", "definition_id"),
    inspect_sr="results",
    message="{events} left (`{definition_id}`) and {arm_n_completed} completed, but {arm_n_randomised} were randomised to the arm",
    breaks=[
        {"outcome": "dropout", "definition_id": definition, "events": 10, "arm_n_completed": 36, "arm_n_randomised": 40}
        for definition in ("dropout.any", "dropout.adverse-event")
    ],
    keeps=[
        {"outcome": "dropout", "definition_id": "dropout.any", "events": 4, "arm_n_completed": 36, "arm_n_randomised": 40},
        {"outcome": "dropout", "definition_id": "dropout.any", "events": 2, "arm_n_completed": 36, "arm_n_randomised": 40},
    ],
)
def leavers_and_completers_exceed_randomised() -> pl.Expr:
    """Those who left an arm and those who completed it must not be more than those randomised to it.

    Nobody did both, whatever the reason for leaving. Fewer are possible, since dropouts may be counted at an earlier day.
    """
    both = pl.col("events") + pl.col("arm_n_completed")
    return pl.when(pl.col("outcome") == "dropout").then(both <= pl.col("arm_n_randomised"))


@rule(
    "OUT020",
    table="outcomes_in_context",
    severity=Severity.WARNING,
    fix="Check the set: those seen at the visit are `observed-cases`. If the source means another sort of completing, say so in a waiver.",
    source="CONSORT 2010 items 13b and 16",
    columns=("n_analysed", "analysis_set"),
    inspect_sr="results",
    message="`analysis_set` is `completers`, but `n_analysed` ({n_analysed}) is more than the {arm_n_completed} who completed the arm",
    breaks=[{"analysis_set": "completers", "n_analysed": 38, "arm_n_completed": 36}],
    keeps=[
        {"analysis_set": "completers", "n_analysed": 36, "arm_n_completed": 36},
        {"analysis_set": "completers", "n_analysed": 30, "arm_n_completed": 36},
    ],
)
def completers_exceed_completed() -> pl.Expr:
    """A result for completers must not be over more participants than completed the arm.

    Rates among those still observed are higher than rates among all, and those among completers differ again.
    """
    return pl.when(pl.col("analysis_set") == "completers").then(pl.col("n_analysed") <= pl.col("arm_n_completed"))


def _who_were_at_risk(row: Mapping[str, Any]) -> dict[str, str]:
    treated, most = (
        row["arm_n_treated"],
        row["study_n_randomised"] if row["arm_n_randomised"] is None else row["arm_n_randomised"],
    )
    within = most is None or row["n_at_risk"] <= most
    return {"at_most": f"{treated} treated in the arm" if treated is not None and within else randomised(row)["randomised"]}


@rule(
    "OUT021",
    table="harms_in_context",
    severity=Severity.WARNING,
    fix="Check the arm and the denominator. A safety set goes by the treatment taken: if somebody took another arm's, say so in a waiver. A stage in which"
    " participants are randomised again is a study of its own (`part_of`, `re-randomised`); an arm over all stages has everybody ever randomised to it.",
    source="ICH E9 section 5.2; 10.1186/s12888-021-03538-y (41 at risk in an arm of 40)",
    columns=("n_at_risk",),
    inspect_sr="results",
    message="`n_at_risk` ({n_at_risk}) should not exceed the {at_most}",
    details=_who_were_at_risk,
    breaks=[
        {"n_at_risk": 41, "arm_n_randomised": 40},
        {"n_at_risk": 41, "study_n_randomised": 40},
        {"n_at_risk": 99, "arm_n_randomised": 100, "arm_n_treated": 90},
    ],
    keeps=[
        {"n_at_risk": 40, "arm_n_randomised": 40},
        {"n_at_risk": 38, "arm_n_randomised": 40},
        {"n_at_risk": 100, "arm_n_randomised": 100, "arm_n_treated": 90},
    ],
)
def at_risk_exceed_randomised() -> pl.Expr:
    """The participants at risk of an adverse event should not exceed those randomised to the arm.

    Usually the denominator is another arm's, or that of two arms together. It can be true of the few who took another arm's treatment. Nor should it be
    above those treated, unless it is all who were randomised.
    """
    of_treated = (pl.col("n_at_risk") <= pl.col("arm_n_treated")) | (pl.col("n_at_risk") == pl.col("arm_n_randomised"))
    return at_most_randomised("n_at_risk") & of_treated.fill_null(value=True)


@rule(
    "OUT037",
    table="harms_in_context",
    severity=Severity.WARNING,
    fix="Check the denominator: it is usually those who took a dose. If the source divides by all who were randomised, say so in a waiver.",
    source="ICH E9 section 6.3; CONSORT Harms 2022 item 16",
    columns=("n_at_risk",),
    inspect_sr="results",
    message="`n_at_risk` is {n_at_risk}, all who were randomised to the arm, but only {arm_n_treated} were treated",
    breaks=[{"n_at_risk": 100, "arm_n_randomised": 100, "arm_n_treated": 80}],
    keeps=[{"n_at_risk": 100, "arm_n_randomised": 100, "arm_n_treated": 100}],
)
def harms_of_those_not_treated() -> pl.Expr:
    """Adverse events should be counted out of those who were treated.

    Nobody has a side effect of what they didn't take, and a rate among all randomised is too low. Other numbers above those treated are for OUT021.
    """
    of_all = pl.col("n_at_risk") == pl.col("arm_n_randomised")
    return pl.when(of_all).then(pl.col("n_at_risk") <= pl.col("arm_n_treated"))


@rule(
    "OUT022",
    table="harms_side_by_side",
    severity=Severity.WARNING,
    fix="Keep the count that the source means. If they are two events, give them names that tell them apart.",
    source="registry convention",
    columns=("term",),
    inspect_sr="results",
    message="{event} is the same event as {above} (row {above_line}); answers use one of the two counts",
    details=lambda row: {"event": named(row["term"]), "above": named(row["above_term"])},
    breaks=[{"term": "nausea", "above_line": 2, "above_term": "Nausea"}],
    keeps=[{"term": "Nausea"}],
)
def harm_counted_twice() -> pl.Expr:
    """An arm should have one count of an adverse event, whatever the case and spaces in its name.

    `Nausea` and `nausea` are one event. So are two counts of one name of which one is not of serious events alone, and the other doesn't
    say whether only serious ones count.
    """
    return pl.when(pl.col("term").is_not_null()).then(pl.col("above_line").is_null())
