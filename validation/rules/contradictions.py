"""OUT, SCR, STU and CON: words of one row, or of a row and its study, that contradict each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from validation.lazily import pl
from validation.rule import INSPECT_SR, Severity, rule

_FIX = "Check who is in the denominator: with the missing put in it is `full-analysis` or `randomised`; without, `missing_data` is `observed`."
_SEEN = {"analysis_set": "observed-cases", "missing_data": "locf"}
_BOTH = ("analysis_set", "missing_data")
_SAYS = "the set is `{analysis_set}`, in which nobody is missing, but `missing_data` is `{missing_data}`"


def _nobody_missing() -> pl.Expr:
    filled = pl.col("missing_data").is_in(["locf", "bocf", "non-responder", "multiple-imputation"])
    return pl.when(pl.col("analysis_set").is_in(["observed-cases", "completers"])).then(~filled)


@rule(
    "OUT041",
    table="outcomes",
    severity=Severity.WARNING,
    fix=_FIX,
    source="ICH E9 section 5.3; CONSORT 2010 item 16",
    columns=_BOTH,
    inspect_sr="results",
    message=_SAYS,
    breaks=[_SEEN, {"analysis_set": "completers", "missing_data": "non-responder"}],
    keeps=[
        {"analysis_set": "observed-cases", "missing_data": "observed"},
        {"analysis_set": "completers", "missing_data": "unstated"},
    ],
)
def missing_among_those_seen() -> pl.Expr:
    """A count of those who were seen, or who completed, must not have the missing put in.

    They are those who aren't missing. A completer who missed the last visit is an exception, which a waiver can say.
    """
    return _nobody_missing()


@rule(
    "SCR028",
    table="scores",
    severity=Severity.WARNING,
    fix=_FIX,
    source="ICH E9 section 5.3; CONSORT 2010 item 16",
    columns=_BOTH,
    inspect_sr="results",
    message=_SAYS,
    breaks=[_SEEN],
    keeps=[
        {"analysis_set": "observed-cases", "missing_data": "mmrm"},
        {"analysis_set": "completers", "missing_data": "observed"},
    ],
)
def scores_put_in_among_those_seen() -> pl.Expr:
    """A mean of those who were seen, or who completed, must not have scores put in for the missing.

    A model of all visits puts none in. The rule OUT041 does the same for counts.
    """
    return _nobody_missing()


@rule(
    "OUT042",
    table="outcomes_in_context",
    severity=Severity.WARNING,
    fix="Name the set: those who entered or were treated are `full-analysis`, `modified-itt` or `safety`, and those seen `observed-cases`.",
    source="ICH E9 section 5.2",
    columns=("analysis_set", "n_analysed"),
    inspect_sr="results",
    message="`analysis_set` is `randomised`, {but}",
    details=lambda row: {
        "but": "but nobody was randomised in the study"
        if row["study_randomised"] is False
        else f"but `n_analysed` ({row['n_analysed']}) is less than the {row['arm_n_treated']} who were treated in the arm"
    },
    breaks=[
        {"analysis_set": "randomised", "study_randomised": False, "n_analysed": 133},
        {"analysis_set": "randomised", "study_randomised": True, "n_analysed": 133, "arm_n_treated": 171},
    ],
    keeps=[
        {"analysis_set": "randomised", "study_randomised": True, "n_analysed": 171, "arm_n_treated": 171},
        {
            "analysis_set": "randomised",
            "study_randomised": True,
            "n_analysed": 100,
            "arm_n_treated": 101,
            "arm_n_randomised": 100,
        },
    ],
)
def randomised_set_without_randomisation() -> pl.Expr:
    """A count of all randomised must be from a study that randomised, and be out of those treated at least.

    In an extension those who are left often look like all. Where the number randomised to the arm is known, OUT008 looks at it.
    """
    enough = pl.col("arm_n_randomised").is_not_null() | (pl.col("n_analysed") >= pl.col("arm_n_treated"))
    return pl.when(pl.col("analysis_set") == "randomised").then(pl.col("study_randomised") & enough.fill_null(value=True))


@rule(
    "STU021",
    table="studies",
    severity=Severity.WARNING,
    fix="Check both: an extension is `continuation`, `relapse-prevention` or `follow-up`. If it is of those who hadn't responded, say so in a waiver.",
    source="Frank 1991, Arch Gen Psychiatry 48:851-5; docs/dictionary.md, studies",
    columns=("phase", "part_relation"),
    message="the study is an extension of `{part_of}`, but the phase is `{phase}`, of a present episode",
    breaks=[{"part_of": "trial", "part_relation": "extension", "phase": "acute"}],
    keeps=[
        {"part_of": "trial", "part_relation": "extension", "phase": "continuation"},
        {"part_of": "trial", "part_relation": "extension", "phase": "unstated"},
    ],
)
def extension_in_acute_treatment() -> pl.Expr:
    """What followed for those who had completed a trial must not be acute treatment.

    They have been treated before, so their rates are not of people who begin treatment.
    """
    return pl.when(pl.col("part_relation") == "extension").then(pl.col("phase") != "acute")


@rule(
    "STU022",
    table="figures_again",
    severity=Severity.WARNING,
    fix="Look both up in the report: a row copied as a draft may have kept its figures. If the report prints the same, say so in a waiver.",
    source=INSPECT_SR,
    columns=("study_id",),
    inspect_sr="results",
    message="{again}",
    breaks=[{"copies": 1, "again": "all 7 counts of `high` are those of `low`"}],
    keeps=[{"copies": 0}],
)
def figures_of_another_arm_or_day() -> pl.Expr:
    """An arm must not have all figures of another arm, nor a day all those of another day.

    Counts of outcomes, adverse events and means are looked at apart, of single arms; counts of those who left and scores at baseline aren't. One figure may be the same by chance, and nobody or
    everybody with an event tells nothing: four counts of arms of forty in which about half had the event are enough, or three means with their standard deviations. Rows are often copied to be
    filled in, and some are forgotten. Studies with more than 60 arms or days are left aside.
    """
    return pl.col("copies") == 0


_PRINTED = ("value", "low", "high")


@rule(
    "CON017",
    table="contrasts",
    severity=Severity.WARNING,
    fix="Enter the number beside its print, in the direction and unit of the column.",
    source="docs/dictionary.md, contrasts",
    columns=_PRINTED,
    at=lambda row: next(name for name in _PRINTED if row[name] is None and row[f"{name}_reported"] is not None),
    message="a figure is printed ({value_reported}, {low_reported}, {high_reported}), and the number itself is empty",
    breaks=[{"value_reported": "-3.3"}, {"value": -3.3, "value_reported": "-3.3", "low_reported": "-5.31"}],
    keeps=[
        {"value": -3.3, "value_reported": "-3.3"},
        {"p_reported": "<0.001"},
        {
            "measure": "odds-ratio",
            "value": 0.5,
            "value_reported": "0.5",
            "low_reported": "0.0",
            "high": 5.7,
            "high_reported": "5.7",
        },
    ],
)
def print_without_its_number() -> pl.Expr:
    """An effect that has its print must have its number.

    Answers and checks use the number; without it the row answers nothing. Of a p value a bound may be all that is printed, and of a ratio's bound that it is nearly 0.
    """
    texts = [pl.col(f"{name}_reported") for name in _PRINTED]
    printed = [text.is_not_null() for text in texts]
    nearly_none = pl.col("measure").cast(pl.String).str.ends_with("-ratio").fill_null(value=False) & (
        texts[1].cast(pl.Float64, strict=False) == 0
    ).fill_null(value=False)
    given = [
        pl.col(name).is_not_null() | ~text | (nearly_none if name == "low" else False)
        for name, text in zip(_PRINTED, printed, strict=True)
    ]
    bare = pl.col("p_reported").is_not_null()
    return pl.when(pl.any_horizontal(*printed, bare)).then(pl.all_horizontal(*given))


def _notice(row: Mapping[str, Any]) -> dict[str, str]:
    if row["correction"] is None:
        return {
            "found": "it is a correction, but names no report of the package by title or DOI, and no report has one that isn't among the sources"
        }
    of = "a retraction" if row["retraction"] else "a notice"
    return {
        "found": f"`correction_status` is `{row['correction_status']}`, but the package has {of} of this report: `{row['correction']}`"
    }


@rule(
    "SRC020",
    table="sources_in_use",
    severity=Severity.WARNING,
    fix="Read the notice, and set the report's `correction_status` to what it says, such as `erratum` or `retracted`. If it is of another report, say so in a waiver.",
    source="10.1101/2025.09.03.25334905 (INSPECT-SR)",
    columns=("correction_status", "title"),
    at=lambda row: "title" if row["correction"] is None else "correction_status",
    inspect_sr="post-publication notices",
    message="{found}",
    details=_notice,
    breaks=[
        {"correction_status": "none-found", "correction": "hale-erratum"},
        {"correction_status": "unchecked", "correction": "hale-erratum"},
        {"correction_status": "erratum", "correction": "hale-retraction", "retraction": True},
        {"correction_status": "none-found", "of_nothing": True},
    ],
    keeps=[{"correction_status": "erratum", "correction": "hale-erratum"}, {"correction_status": "none-found"}],
)
def correction_beside_none_found() -> pl.Expr:
    """A report whose correction is among the sources must not be one of which none was found, nor, if it was retracted, one that was only corrected.

    A source of the kind `erratum`, or with a title such as `Correction to: ...` or `Retraction: ...`, is a notice of the report whose DOI it has, or whose title, or the
    title up to the first colon, its own has as a whole. Records, data sets and posters aren't corrected in this way, and a notice that is known of one report isn't of another. An
    erratum that names no report is of none that is marked as corrected, unless there is one without its erratum.
    """
    status = pl.col("correction_status")
    known = ~status.is_in(["none-found", "unchecked"]) & ~(pl.col("retraction").fill_null(value=False) & (status == "erratum"))
    fits = known | pl.col("correction").is_null()
    return pl.when(status.is_not_null()).then(fits & ~pl.col("of_nothing").fill_null(value=False))
