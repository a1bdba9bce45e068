"""Figures of other people than they seem to be of: of another phase, of some of those randomised, of another set than the arms', of another day."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from registry.trialregistry.entries import read_entries
from registry.trialregistry.options import TrialOptions
from registry.trialregistry.people import missing_of, set_of
from registry.trialregistry.ranges import other_range
from registry.trialregistry.tables import EntryRows, rows_of
from registry.trialregistry.texts import UNSTATED, Text
from tests.trialregistry.entries import figures, measure, one, put, study
from tests.trialregistry.test_contrasts import LS, means, taken

GROUPS = ("Esketamine 56 mg", "Placebo")
MASKED = {"designModule": {"designInfo": {"allocation": "RANDOMIZED", "maskingInfo": {"masking": "QUADRUPLE"}}}}


def with_harms(folder: Path, described: str = "", *, term: str = "Dizziness", title: str = GROUPS[0], **module: str) -> EntryRows:
    """The rows of a masked trial whose first group of adverse events is so described."""
    response = measure(
        "Responders on the MADRS at Week 4",
        frame="Week 4",
        description="Response is a reduction of at least 50% from baseline on the MADRS.",
        groups=GROUPS,
    )
    document = study(response, **MASKED)
    stats = [{"groupId": f"EG00{i}", "numAffected": 40 - 30 * i, "numAtRisk": 100} for i in (0, 1)]
    groups = [{"id": "EG000", "title": title, "description": described}, {"id": "EG001", "title": "Placebo"}]
    document["resultsSection"]["adverseEventsModule"] = {
        "eventGroups": groups,
        "otherEvents": [{"term": term, "stats": stats}],
        **module,
    }
    return rows_of(read_entries([put(folder, document)])[0], TrialOptions())


@pytest.mark.parametrize(
    ("described", "about"),
    [
        ("", {}),
        ("Participants received esketamine 56 mg.", {"timeFrame": "Up to Week 4 plus follow-up of 2 weeks"}),
        ("", {"timeFrame": "From the first dose up to the end of the follow-up phase"}),
    ],
)
def test_adverse_events_of_the_arms_are_taken(described: str, about: dict[str, str], tmp_path: Path) -> None:
    rows = with_harms(tmp_path, described, **about)
    assert [row["events"] for row in rows.tables["harms"]] == ["40", "10"]


@pytest.mark.parametrize(
    ("described", "about", "left"),
    [
        ("Participants received esketamine 56 mg in the open-label phase.", {}, 1),
        ("Adverse events during the follow-up phase after the last dose", {}, 1),
        ("Participants who received placebo in the double-blind phase and continued on esketamine", {}, 1),
        ("", {"timeFrame": "Open-label extension phase (up to 48 weeks)"}, 2),
        ("", {"description": "Adverse events of the open-label extension."}, 2),
        ("", {"timeFrame": "Double-blind phase: 4 weeks; open-label phase: 1 year"}, 2),
        ("Esketamine in the double-blind phase", {"timeFrame": "Double-blind phase: 4 weeks; open-label phase: 1 year"}, 1),
        ("", {"term": "Dizziness (follow-up phase)"}, 2),
    ],
)
def test_adverse_events_of_another_phase_are_left_out(described: str, about: dict[str, Any], left: int, tmp_path: Path) -> None:
    rows = with_harms(tmp_path, described, **about)
    assert len(rows.tables.get("harms", [])) == 2 - left
    assert len([out for out in rows.left_out if out.table == "harms" and "phase" in out.reason]) == left


def test_a_group_alone_and_larger_than_beside_others_is_left_out(tmp_path: Path) -> None:
    about: dict[str, Any] = {
        "param": "COUNT_OF_PARTICIPANTS",
        "unit": "Participants",
        "description": "Response is a reduction of at least 50% from baseline on the MADRS.",
    }
    induction = measure("Responders on the MADRS at Week 4", frame="Week 4", groups=GROUPS[:1], n=(400,), values=["300"], **about)
    later = measure(
        "Responders on the MADRS at Week 16", frame="Week 16", groups=GROUPS, n=(90, 86), values=["60", "30"], **about
    )
    rows = rows_of(read_entries([put(tmp_path, study(induction, later))])[0], TrialOptions())
    assert [row["events"] for row in rows.tables["outcomes"]] == ["60", "30"]
    assert "alone in its measure, of 400" in rows.left_out[0].reason


ALL = [
    "All randomized participants.",
    "All participants randomized to treatment.",
    "All participants who were randomized.",
    "All patients randomly assigned to a treatment group",
]
SOME = [
    "All participants randomized to treatment with at least one post-baseline assessment.",
    "All participants randomized to treatment who took at least one dose.",
    "All participants randomly assigned to treatment with at least one post-baseline value.",
    "All patients randomly allocated to study treatment and treated.",
    "All participants randomized (with at least one dose).",
    "All randomized participants treated.",
    "All patients randomized to treatment that received study drug",
    "All patients randomized to treatment, who had at least one measurement",
    "All patients randomized to treatment and had both a baseline and a post-baseline value",
    "All patients randomized to double-blind treatment and with at least 1 post-baseline measurement",
]


@pytest.mark.parametrize(("words", "all_of_them"), [*((words, True) for words in ALL), *((words, False) for words in SOME)])
def test_those_randomised_who_or_with_are_not_all(words: str, all_of_them: bool) -> None:
    assert (set_of(UNSTATED, Text("population", words), UNSTATED).term == "randomised") is all_of_them


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("Missing values were imputed by mBOCF.", "unstated"),
        ("Missing values were imputed by BOCF.", "bocf"),
        ("Missing items were imputed by LOCF.", "unstated"),
        ("Missing values were imputed by LOCF.", "locf"),
        ("Participants who discontinued for lack of efficacy were counted as non-responders.", "unstated"),
        ("Participants who discontinued due to adverse events were counted as non-responders.", "unstated"),
        ("Participants who withdrew before Week 2 were considered non-responders.", "unstated"),
        ("Participants who discontinued for any reason were counted as non-responders.", "non-responder"),
        ("Participants who discontinued due to any reason were counted as non-responders.", "non-responder"),
    ],
)
def test_handling_of_some_of_those_missing_is_not_that_of_all(words: str, term: str) -> None:
    assert missing_of(Text("title", ""), Text("description", words)).term == term


@pytest.mark.parametrize(
    ("frame", "anchor"),
    [
        ("8 weeks after the last dose", "last-dose"),
        ("Baseline to 1 week after the last dose", "last-dose"),
        ("Baseline, Week 8", "treatment-start"),
    ],
)
def test_days_after_the_last_dose_count_from_it(frame: str, anchor: str, tmp_path: Path) -> None:
    about: dict[str, Any] = {
        "param": "MEAN",
        "unit": "units on a scale",
        "dispersion": "Standard Deviation",
        "values": [("-15", "9"), ("-11", "9")],
    }
    assert one(tmp_path, "Change From Baseline in MADRS Total Score", frame=frame, **about).anchor.term == anchor


@pytest.mark.parametrize(("frame", "taken_too"), [("Baseline, Day 8", False), ("Baseline and Days 1 and 8", True)])
def test_day_1_is_the_baseline_where_the_frame_names_that_instead(frame: str, taken_too: bool, tmp_path: Path) -> None:
    classes = {"Day 1": [("32.2", "5.1"), ("31.7", "5.8")], "Day 8": [("15.2", "9.0"), ("18.7", "9.2")]}
    about: dict[str, Any] = {"param": "MEAN", "unit": "units on a scale", "dispersion": "Standard Deviation", "classes": classes}
    found = figures(tmp_path, measure("MADRS Total Score", frame=frame, **about))
    assert [not reading.refused for reading in found] == [taken_too, taken_too, True, True]


@pytest.mark.parametrize(
    ("words", "scale", "found"),
    [
        ("The MADRS is a 10-item scale with total scores from 0 to 100.", "madrs", "0 to 100"),
        ("The MADRS is a 10 item clinician-rated scale with total scores from 0 to 60.", "madrs", ""),
        ("The MADRS has 10 items scored from 0 to 6.", "madrs", ""),
        ("The PHQ-9 is a 9-item questionnaire with scores from 0 to 3.", "phq9", "0 to 3"),
        ("It has 10 items, each rated from 0 to 6.", "madrs", ""),
    ],
)
def test_how_many_items_a_scale_has_makes_no_range_of_an_item(words: str, scale: str, found: str) -> None:
    assert other_range(words, scale) == found


@pytest.mark.parametrize(
    "about",
    [
        {"otherAnalysisDescription": "Observed cases"},
        {"statisticalMethod": "Multiple imputation"},
        {"statisticalMethod": "ANCOVA, per protocol population"},
        {"groupDescription": "Analysis in participants with severe depression"},
    ],
)
def test_a_comparison_of_others_than_the_figures_is_left_out(about: dict[str, str], tmp_path: Path) -> None:
    figures_of = {"description": "The last observation was carried forward (LOCF).", "population": "Full analysis set."}
    rows = taken(tmp_path, means({**LS, "statisticalMethod": "ANCOVA", **about}, **figures_of))
    assert (len(rows.tables["scores"]), "contrasts" in rows.tables) == (2, False)


def test_a_standardised_difference_is_none_of_means_by_any_name(tmp_path: Path) -> None:
    effect = {"paramValue": "-0.34", "ciLowerLimit": "-0.62", "ciUpperLimit": "-0.06", "pValue": "0.02", "dispersionValue": ""}
    for name in ("Standardized difference in means", "Mean difference, standardised"):
        (row,) = taken(tmp_path, means({**LS, **effect, "paramType": name})).tables["contrasts"]
        assert row["measure"] == "smd"


@pytest.mark.parametrize(
    "comment",
    [
        "interaction p value, treatment by time",
        "P-value for non-inferiority",
        "p one-tail",
        "p-value is not two-sided",
        "p at Week 4",
    ],
)
def test_a_p_value_of_something_else_is_left_out(comment: str, tmp_path: Path) -> None:
    (row,) = taken(tmp_path, means({**LS, "pValueComment": comment})).tables["contrasts"]
    assert row["p"] == ""
