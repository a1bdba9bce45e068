"""STU: how a study was designed, what it is a part of, and how its risk of bias is judged."""

from __future__ import annotations

from datetime import date

from validation.lazily import pl
from validation.rule import INSPECT_SR, Severity, rule


@rule(
    "STU014",
    table="studies",
    severity=Severity.ERROR,
    fix="Set `randomised` to false, or name the design: those randomised to one drug's doses are in parallel arms.",
    source="CONSORT 2010 item 3a",
    columns=("design", "randomised"),
    message="the design is `{design}`, but `randomised` is true",
    breaks=[{"design": "single-arm", "randomised": True}],
    keeps=[{"design": "single-arm", "randomised": False}],
)
def single_arm_randomised() -> pl.Expr:
    """A study with a single arm must not be randomised.

    There is nothing to be allocated to. As a randomised trial it would count as more evidence than it is.
    """
    return pl.when(pl.col("design") == "single-arm").then(~pl.col("randomised"))


@rule(
    "STU015",
    table="studies_in_context",
    severity=Severity.WARNING,
    fix="Check both sizes. If others joined the part, it is a trial of its own.",
    source="docs/dictionary.md, studies",
    columns=("n_randomised", "part_of"),
    inspect_sr="results",
    message="{n_randomised} are in a part of `{part_of}`, in which there are {whole_n_randomised}",
    breaks=[{"part_of": "synapse", "n_randomised": 70, "whole_n_randomised": 67}],
    keeps=[{"part_of": "synapse", "n_randomised": 67, "whole_n_randomised": 67}],
)
def part_exceeds_whole() -> pl.Expr:
    """A part of a study must not have more participants than the whole.

    They are some of the same people.
    """
    return pl.col("n_randomised") <= pl.col("whole_n_randomised")


@rule(
    "STU016",
    table="studies",
    severity=Severity.WARNING,
    fix="Name the scale in `entry_instrument_id`.",
    source="registry convention",
    columns=("entry_score_min", "entry_instrument_id"),
    message="entry required a score of {entry_score_min}, and `entry_instrument_id` doesn't say on which scale",
    breaks=[{"entry_score_min": 24.0}],
    keeps=[{"entry_score_min": 24.0, "entry_instrument_id": "madrs"}],
)
def entry_score_without_scale() -> pl.Expr:
    """An entry score must have its scale.

    24 on one scale is a severe depression, and on another none.
    """
    return pl.when(pl.col("entry_score_min").is_not_null()).then(pl.col("entry_instrument_id").is_not_null())


_DOMAINS = ("rob_randomisation", "rob_deviations", "rob_missing", "rob_measurement", "rob_selection")
_RISKS = {"low": 0, "some-concerns": 1, "high": 2}


def _risk(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).replace_strict(_RISKS, default=None, return_dtype=pl.Int64)


@rule(
    "STU017",
    table="studies",
    severity=Severity.WARNING,
    fix="Check the judgements against the source, which may have swapped two columns. If it judges by another rule, say so in a waiver.",
    source="10.1136/bmj.l4898 (RoB 2): the overall risk is at least that of the worst domain",
    columns=("rob_overall", *_DOMAINS),
    inspect_sr="results",
    message="the overall risk of bias is `{rob_overall}`, less than that of a domain",
    breaks=[{"rob_overall": "low", "rob_missing": "high"}, {"rob_overall": "some-concerns", "rob_selection": "high"}],
    keeps=[
        {"rob_overall": "high", "rob_missing": "some-concerns"},
        {"rob_overall": "low", "rob_missing": "low", "rob_selection": "unstated"},
    ],
)
def overall_bias_below_a_domain() -> pl.Expr:
    """The overall risk of bias must not be less than the risk in any domain.

    Reviews leave out trials by it.
    """
    return _risk("rob_overall") >= pl.max_horizontal(_risk(domain) for domain in _DOMAINS)


@rule(
    "STU018",
    table="studies_in_context",
    severity=Severity.ERROR,
    fix="Check the year against the report; two digits may be swapped, or it may be another number.",
    source="arithmetic",
    columns=("year",),
    message="`year` ({year}) is in the future",
    breaks=[{"year": 2028, "today": date(2026, 12, 31)}, {"year": 2062, "today": date(2026, 1, 1)}],
    keeps=[{"year": 2027, "today": date(2026, 12, 1)}, {"year": 2019, "today": date(2026, 1, 1)}],
)
def report_from_the_future() -> pl.Expr:
    """The year of a main report must not be in the future.

    Plots are sorted by it. The next year is allowed, since a report is read before the issue that it will be in.
    """
    return pl.col("year") <= pl.col("today").dt.year() + 1


@rule(
    "STU019",
    table="studies",
    severity=Severity.WARNING,
    fix="Check the phase: it is `relapse-prevention` or `continuation` where those who did well are randomised. If the trial is of another sort, say so in a waiver.",
    source="ICH E10; Frank 1991, Arch Gen Psychiatry 48:851-5",
    columns=("phase", "design"),
    message="the design is `{design}`, of people who did well, but the phase is `{phase}`, of a present episode",
    breaks=[{"design": "randomised-withdrawal", "phase": "acute"}],
    keeps=[{"design": "randomised-withdrawal", "phase": "relapse-prevention"}],
)
def withdrawal_in_acute_treatment() -> pl.Expr:
    """A trial that randomises those who did well to go on or to stop must not be one of acute treatment.

    They have responded before they are randomised, so their rates are not of people who are ill.
    """
    return pl.when(pl.col("design") == "randomised-withdrawal").then(pl.col("phase") != "acute")


@rule(
    "STU020",
    table="studies_in_context",
    severity=Severity.WARNING,
    fix="If they are one trial, merge them or declare a part by `part_of`. If one paper reports two trials, give their registrations, or say so in a waiver.",
    source=INSPECT_SR,
    columns=("doi", "pmid"),
    at=lambda row: "doi" if row["doi"] is not None else "pmid",
    inspect_sr="conduct, governance and transparency",
    message="`{study_reported_with}` has the same main report; one trial that is entered twice counts twice",
    breaks=[{"doi": "10.1000/abc1", "study_reported_with": "second", "study_id": "first"}],
    keeps=[{"doi": "10.1000/abc1", "study_id": "first"}],
)
def report_shared_by_studies() -> pl.Expr:
    """Two studies of a package should not have one main report, by its DOI or PMID, unless one is declared a part or each has its own registration.

    If a trial is entered twice, its participants count twice. A paper may report two trials.
    """
    return pl.when(pl.col("study_id").is_not_null()).then(pl.col("study_reported_with").is_null())
