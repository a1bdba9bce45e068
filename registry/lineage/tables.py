"""The tables that lineage fills: for each its comment, and for each column its type and comment."""

from __future__ import annotations

__all__ = ["LINEAGE"]

_PAIR = {
    "package": ("VARCHAR", "The first package, by alphabetical order of names."),
    "study_id": ("VARCHAR", "Its study."),
    "other_package": ("VARCHAR", "The second package."),
    "other_study_id": ("VARCHAR", "Its study."),
}
_ARMS = {
    **dict(list(_PAIR.items())[:2]),
    "arm_id": ("VARCHAR", "Its arm."),
    **dict(list(_PAIR.items())[2:]),
    "other_arm_id": ("VARCHAR", "Its arm."),
}

LINEAGE = {
    "lineage": (
        "The origins that packages declare.",
        {
            "package": ("VARCHAR", "The package that declares it."),
            "other": ("VARCHAR", "The package that it names, whether or not the registry has it."),
            "relation": ("VARCHAR", "derived-from: made from the other; same-trials: reports some of its trials independently."),
            "note": ("VARCHAR", "What the package says about it."),
        },
    ),
    "trials": (
        "The trial that each study is, or is a part of; a trial in several packages has a row for each.",
        {
            "package": ("VARCHAR", "The package."),
            "study_id": ("VARCHAR", "The study's name in the package."),
            "trial_id": (
                "VARCHAR",
                "The trial's name across packages: its registration, doi: or pmid: if no other trial has it, or else package/study.",
            ),
            "holds": (
                "VARCHAR[]",
                "Of a report that pools several trials, its parts: these trials. Where all of them have results of an outcome, its own aren't used; else theirs aren't.",
            ),
        },
    ),
    "same_trials": (
        "Pairs of studies in different packages that may be one trial, with the evidence.",
        {
            **_PAIR,
            "trial_id": ("VARCHAR", "The trial of both; null if they weren't joined."),
            "evidence": (
                "VARCHAR",
                "All the evidence: registration-id, doi, pmid, label (first author and year), same-arms; through-another: each was joined with the same third study.",
            ),
            "arms": ("BIGINT", "Arms of the first study that were found in the second."),
            "declared": ("VARCHAR", "The relation that either package declares (table lineage); null: none."),
            "joined": ("BOOLEAN", "Whether they were joined as one trial."),
            "doubt": ("VARCHAR", "Why they weren't joined."),
        },
    ),
    "same_arms": (
        "Pairs of arms in different packages that are the same arm, or an arm and a part of it.",
        {
            **_ARMS,
            "treatment": ("VARCHAR", "The treatment in the first package (vocabulary.treatments)."),
            "other_treatment": ("VARCHAR", "The treatment in the second package."),
            "extent": (
                "VARCHAR",
                "same; part: one of several arms that the second package adds up; whole: the sum of several arms of the second package.",
            ),
            "evidence": (
                "VARCHAR",
                "counts: a result agrees to within one; size: only the number of participants agrees; like-size: it agrees to within a twentieth; parts: each has the arms of the other; "
                "treatment: the only arms of this treatment in one trial.",
            ),
            "counts_agree": (
                "BOOLEAN",
                "Whether all results of the two in table same_figures are the same; null: no result is in both.",
            ),
        },
    ),
    "same_figures": (
        "For each pair of same arms and each outcome in both, the two most similar results, and every two that differ though of one definition, day, set and handling of missing data; means of one such setting only.",
        {
            **_ARMS,
            "outcome": (
                "VARCHAR",
                "The outcome; for dropouts, the definition; `adverse event: ` or `serious adverse event: ` with the term; `mean` with the scale and the statistic.",
            ),
            "n": (
                "BIGINT",
                "Participants analysed in the first package, or randomised where that is what agrees; for added-up arms, all of them.",
            ),
            "events": ("BIGINT", "Participants who met the definition there; null: it is a mean."),
            "mean": ("DOUBLE", "The mean there; for added-up arms, of all of them."),
            "sd": ("DOUBLE", "Its standard deviation."),
            "other_n": ("BIGINT", "Participants analysed in the second package."),
            "other_events": ("BIGINT", "Participants who met the definition there."),
            "other_mean": ("DOUBLE", "The mean there."),
            "other_sd": ("DOUBLE", "Its standard deviation."),
            "agree": (
                "BOOLEAN",
                "Whether n and events are the same in both, as far as the percentages tell that a count was worked out of; or n and mean, as far as they are printed, and the standard deviations nearly.",
            ),
            "told_apart_by": (
                "VARCHAR",
                "What both state but state differently, so the results may differ: definition, day, analysis-set; null: nothing.",
            ),
            "definition": (
                "VARCHAR",
                "The first package's definition (vocabulary.definitions); of a mean its scale, statistic and kind; null: an adverse event.",
            ),
            "other_definition": ("VARCHAR", "The second package's definition."),
            "day": ("DOUBLE", "The first package's day; null: unstated."),
            "other_day": ("DOUBLE", "The second package's day."),
            "analysis_set": ("VARCHAR", "The first package's analysis set (vocabulary.analysis_sets)."),
            "other_analysis_set": ("VARCHAR", "The second package's analysis set."),
        },
    ),
    "primaries": (
        "Which package is the primary for each trial and outcome, and why; the views of rates use its results, and what only others have.",
        {
            "trial_id": ("VARCHAR", "The trial (table trials)."),
            "outcome": ("VARCHAR", "The outcome, such as response or remission."),
            "package": ("VARCHAR", "A package that reports it."),
            "place": (
                "BIGINT",
                "1: the primary. A report that pools trials is none where all of these have results, and else none of these is.",
            ),
            "derived_from": (
                "BIGINT",
                "How many of the other packages here it declares as its origin; fewer comes first.",
            ),
            "stated": (
                "DOUBLE",
                "Share of population, definition, day and analysis set that its results state; then more comes first.",
            ),
            "extractions": ("DOUBLE", "Mean number of independent extractions, unstated counted as one; then more comes first."),
            "reported": ("DOUBLE", "Share of its counts that are printed as counts; then more comes first."),
            "arms": ("BIGINT", "Its arms with a result; then more comes first, and finally the package's name decides."),
            "beside": (
                "VARCHAR[]",
                "Of a package that isn't the primary: windows of days (vocabulary.windows) in which no package before it can have a result; its own there are used too.",
            ),
        },
    ),
}
"""Table → (comment, column → (type, comment))."""
