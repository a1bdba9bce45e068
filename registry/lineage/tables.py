"""The tables that lineage fills: for each its comment, and for each column its type and comment."""

from __future__ import annotations

__all__ = ["LINEAGE"]

_PAIR = {
    "package": ("VARCHAR", "The package of the one side, whose name comes first in the alphabet."),
    "study_id": ("VARCHAR", "Its study."),
    "other_package": ("VARCHAR", "The package of the other side."),
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
        "What packages declare of where they come from.",
        {
            "package": ("VARCHAR", "The package that declares it."),
            "other": ("VARCHAR", "The package that it names, whether or not the registry has it."),
            "relation": ("VARCHAR", "derived-from: made from the other; same-trials: reports some of its trials independently."),
            "note": ("VARCHAR", "What the package says about it."),
        },
    ),
    "trials": (
        "The trial that each study of a package is; a trial that several packages report has a row in each of them.",
        {
            "package": ("VARCHAR", "The package."),
            "study_id": ("VARCHAR", "The study, by its name there."),
            "trial_id": (
                "VARCHAR",
                "Its name in all packages: its registration, doi: or pmid: where no other trial has it, else package/study.",
            ),
        },
    ),
    "same_trials": (
        "Pairs of studies in different packages for which there is evidence that they are one trial.",
        {
            **_PAIR,
            "trial_id": ("VARCHAR", "The trial that both are; null where they weren't taken for one."),
            "evidence": (
                "VARCHAR",
                "All that speaks for it: registration-id, doi, pmid, same-arms; through-another: each is one with a third.",
            ),
            "arms": ("BIGINT", "Arms of the one side that are found on the other."),
            "declared": ("VARCHAR", "The relation between the two packages that either declares (table lineage); null: none."),
            "joined": ("BOOLEAN", "Whether they were taken for one trial."),
            "doubt": ("VARCHAR", "Why they weren't."),
        },
    ),
    "same_arms": (
        "Pairs of arms in different packages that are one arm, or an arm and a part of it.",
        {
            **_ARMS,
            "treatment": ("VARCHAR", "What the one side calls the treatment (vocabulary.treatments)."),
            "other_treatment": ("VARCHAR", "What the other side calls it."),
            "extent": (
                "VARCHAR",
                "same; part: one of several arms that the other side has added up; whole: added up of several of the other side.",
            ),
            "evidence": (
                "VARCHAR",
                "counts: a result agrees, give or take one; size: only the number of participants does; "
                "treatment: the only arms of this treatment in one trial.",
            ),
            "counts_agree": (
                "BOOLEAN",
                "Whether all results that both report are the same (table same_figures); null: none is reported by both.",
            ),
        },
    ),
    "same_figures": (
        "For each pair of arms that are one, and each outcome that both report, the two results that are nearest to each other.",
        {
            **_ARMS,
            "outcome": ("VARCHAR", "The outcome word; of dropouts, the definition."),
            "n": ("BIGINT", "Participants analysed on the one side; of arms added up, all of them."),
            "events": ("BIGINT", "Participants who met the definition there."),
            "other_n": ("BIGINT", "Participants analysed on the other side."),
            "other_events": ("BIGINT", "Participants who met the definition there."),
            "agree": ("BOOLEAN", "Whether both numbers are the same on both sides."),
            "told_apart_by": (
                "VARCHAR",
                "What both sides state and state differently, so that the results may differ: definition, day, analysis-set; "
                "null: nothing.",
            ),
            "definition": ("VARCHAR", "The one side's definition (vocabulary.definitions)."),
            "other_definition": ("VARCHAR", "The other side's."),
            "day": ("DOUBLE", "The one side's day; null: unstated."),
            "other_day": ("DOUBLE", "The other side's."),
            "analysis_set": ("VARCHAR", "The one side's analysis set (vocabulary.analysis_sets)."),
            "other_analysis_set": ("VARCHAR", "The other side's."),
        },
    ),
    "primaries": (
        "Which package stands first for each trial and outcome, and by what; the views of rates hold the first alone.",
        {
            "trial_id": ("VARCHAR", "The trial (table trials)."),
            "outcome": ("VARCHAR", "The outcome word, such as response or remission."),
            "package": ("VARCHAR", "A package that reports it."),
            "place": ("BIGINT", "1: the primary."),
            "derived_from": (
                "BIGINT",
                "How many of the other packages here it declares that it derives from; fewer stand first.",
            ),
            "stated": (
                "DOUBLE",
                "Share of population, definition, day and analysis set that its results state; then more stand first.",
            ),
            "extractions": ("DOUBLE", "Mean number of independent extractions, unstated as one; then more stand first."),
            "reported": ("DOUBLE", "Share of its counts that are printed as counts; then more stand first."),
            "arms": ("BIGINT", "Its arms with a result; then more stand first, and last the package's name decides."),
        },
    ),
}
"""Table → (comment, column → (type, comment))."""
