"""What is said beside a figure in few words: sentences, ranges, units, comments, texts of comparisons, sets of a class and populations of other days."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from registry.trialregistry.entries import read_entries
from registry.trialregistry.options import TrialOptions
from registry.trialregistry.ranges import direction_turned, other_range
from registry.trialregistry.tables import rows_of
from tests.trialregistry.entries import figures, measure, put, study

GROUPS = ("Ketamine", "Midazolam")
RESPONSE = "Response was a reduction of at least 50% from baseline in MADRS total score."
REMISSION = "Remission was a MADRS total score of 10 or less."


def responders(description: str = RESPONSE, title: str = "MADRS Response at Week 8", **about: Any) -> dict[str, Any]:
    about = {"groups": GROUPS, "n": (50, 50), "param": "COUNT_OF_PARTICIPANTS", "unit": "Participants", **about}
    about |= {} if "classes" in about else {"values": about.get("values", ["25", "15"])}
    return measure(title, description=description, **about)


def level(description: str = "", title: str = "MADRS Total Score", **about: Any) -> dict[str, Any]:
    about = {
        "groups": GROUPS,
        "n": (50, 50),
        "param": "MEAN",
        "unit": "units on a scale",
        "dispersion": "Standard Deviation",
        **about,
    }
    about |= {} if "classes" in about else {"values": about.get("values", [("14.2", "6"), ("19.7", "6")])}
    return measure(title, description=description, **about)


@pytest.mark.parametrize(
    "sentence",
    [
        "This was seen on two consecutive occasions.", "It held at every evaluation.", "Figures are for Norway.", "Veterans are counted here.", "Their spouse agreed.",
        "The cut was lowered for the elderly.", "All participants were given open ketamine.", "Those on hypnotics were counted as non-responders.", "Number with severe illness is printed.",
    ],
)  # fmt: skip
def test_short_sentence_of_unknown_words_leaves_a_count_open(tmp_path: Path, sentence: str) -> None:
    assert not any(one.taken for one in figures(tmp_path, responders(f"{RESPONSE} {sentence}")))


@pytest.mark.parametrize(
    "sentence",
    [
        "Rated by a relative.", "Score on question 3.", "Hedges g.", "Net of sham.", "Cube root of the score.", "Points shed.", "Number of symptoms of grade 2.", "Data of one hospital.",
        "Scores range from 0 to 100.", "Scores range from 0 to 6.", "Values range from -60 to 60.", "Lower scores indicate more severe depression.", "Higher scores mean less depression.",
        "Negative values indicate improvement.",
    ],
)  # fmt: skip
def test_short_sentence_of_unknown_words_leaves_a_level_open(tmp_path: Path, sentence: str) -> None:
    assert not any(one.taken for one in figures(tmp_path, level(sentence)))


@pytest.mark.parametrize(
    "sentence",
    [
        "Scores range from 0 to 60.", "The MADRS total score ranges from 0 (no symptoms) to 60 (severe depression).", "Each item is rated on a scale ranging from 0 to 6.",
        "Higher scores indicate more severe depression.", "Lower scores indicate less severe depression.", "It is a clinician-rated scale of 10 items.", "Assessed by blinded raters.",
        "The scale measures the severity of depressive symptoms over the past week.", "MMRM with terms for treatment, pooled center, week, treatment by week.", "Missing data were imputed by LOCF.",
    ],
)  # fmt: skip
def test_short_sentence_about_the_scale_or_the_analysis_is_understood(tmp_path: Path, sentence: str) -> None:
    assert all(one.taken for one in figures(tmp_path, level(sentence)))


@pytest.mark.parametrize(
    "sentence", ["Higher negative values indicate greater improvement.", "Greater negative change indicates greater improvement."]
)
def test_negative_values_that_are_better_are_the_usual_change(tmp_path: Path, sentence: str) -> None:
    found = figures(
        tmp_path, level(sentence, "Change From Baseline in MADRS Total Score", values=[("-14.2", "6"), ("-9.7", "6")])
    )
    assert [one.mean for one in found] == ["-14.2", "-9.7"]


@pytest.mark.parametrize(
    ("words", "scale", "other"),
    [
        ("Total score ranges from 0 to 24.", "phq9", True),
        ("Scores range 0-39.", "bdi.unstated", True),
        ("Scores range 0-63.", "bdi.unstated", False),
        ("The total ranges from 0 to 50.", "hamd17", False),
        ("The total ranges from 0 to 52.", "hamd.unstated", False),
        ("units on a scale (0-6)", "madrs", True),
        ("Scores range from 1 to 7.", "cgi-s", False),
        ("Scores range from 0 to 5.", "smdds", False),
        ("Scores range from 0 to 100, with higher scores indicating more severe symptoms.", "madrs", True),
        ("Total scores range from 0 to 54, higher scores indicate greater severity.", "madrs", True),
        ("Scores range from 0 to 27 (most severe).", "madrs", True),
        ("Scores from 0 (no depression) to 6 (severe).", "madrs", True),
        ("0 to 6 scale; higher is worse", "madrs", True),
        ("Scored out of 54.", "madrs", True),
        ("Highest possible value: 100", "madrs", True),
        ("Scores between 0 and 84.", "qids-sr16", True),
        ("0 = no depression, 100 = severe depression", "madrs", True),
        ("Scores range from 0 to 66 with more severe symptoms at higher scores.", "hamd17", True),
        ("Range 0 to 60, normal 0-4", "phq9", True),
        ("Each item is rated from 0 to 6.", "madrs", False),
        ("The MADRS rates 10 symptoms from 0 to 6 per item.", "madrs", False),
        ("0-6 normal, 7-19 mild, 20-34 moderate, >34 severe", "madrs", False),
        ("A score of 0-7 is normal, while a score of 20 or higher indicates moderate severity.", "hamd17", False),
        ("1 = very much improved; 4 = no change; 7 = very much worse", "cgi-i", False),
        ("Minimum score = 0, maximum score = 60; lower is better.", "madrs", False),
        ("Participants of 18 to 65 years were assessed in weeks 2 to 8.", "madrs", False),
    ],
)
def test_range_is_that_of_the_scale(words: str, scale: str, *, other: bool) -> None:
    assert bool(other_range(words, scale)) is other
    assert not direction_turned(words, scale)


@pytest.mark.parametrize(
    ("words", "scale"),
    [
        ("Scores range from 0 (worst) to 60 (best).", "madrs"),
        ("Scores: 0 = severe depression, 60 = no depression.", "madrs"),
        ("0 indicates severe depression and 60 indicates no depression.", "madrs"),
        ("Range 0-27, 0 = worst", "phq9"),
        ("A total of 60 means full recovery without symptoms.", "madrs"),
        ("1 = most severe, 7 = normal", "cgi-s"),
    ],
)
def test_ends_of_the_scale_say_which_way_it_runs(words: str, scale: str) -> None:
    assert direction_turned(words, scale)


@pytest.mark.parametrize("sentence", ["Rated from 0 to 60 by the participant.", "The scale was filled in by patients."])
def test_scale_of_a_clinician_is_not_rated_by_participants(tmp_path: Path, sentence: str) -> None:
    assert not any(one.taken for one in figures(tmp_path, level(sentence)))
    assert all(one.taken for one in figures(tmp_path, level("Depressive symptoms experienced by participants were measured.")))


@pytest.mark.parametrize("unit", ["HAM-D points", "score (0-100)", "number of symptoms", "units on a scale (0-6)"])
def test_unit_of_another_scale_is_not_taken(tmp_path: Path, unit: str) -> None:
    assert not any(one.taken for one in figures(tmp_path, level(unit=unit)))


@pytest.mark.parametrize(
    "title",
    [
        "MADRS Percentage Score",
        "MADRS Total Score (%)",
        "MADRS Score Rate",
        "Proportion of MADRS Score",
        "Last MADRS Score",
        "MADRS Effect Score",
    ],
)
def test_title_of_another_value_is_no_level(tmp_path: Path, title: str) -> None:
    assert not any(one.taken for one in figures(tmp_path, level(title=title)))


@pytest.mark.parametrize(
    "title",
    [
        "Number of Participants Evaluated for MADRS Response",
        "Participants With Data on MADRS Response",
        "Participants in MADRS Response Analysis",
        "MADRS Response Measured by Participants",
    ],
)
def test_count_of_those_who_were_seen_is_no_outcome(tmp_path: Path, title: str) -> None:
    assert not any(one.taken for one in figures(tmp_path, responders(title=title)))


@pytest.mark.parametrize(
    ("named", "people", "missing"),
    [
        ("Week 8 (LOCF)", "unstated", "locf"),
        ("Observed cases", "unstated", "observed"),
        ("Per-protocol", "per-protocol", "unstated"),
    ],
)
def test_set_and_missing_data_of_a_class_are_read(tmp_path: Path, named: str, people: str, missing: str) -> None:
    found = figures(tmp_path, responders(classes={named: ["25", "15"]}))
    assert {(one.taken, one.people.term, one.missing.term) for one in found} == {(True, people, missing)}


@pytest.mark.parametrize(
    "population",
    ["All participants with available data at week 4.", "Participants with assessments at Weeks 2 and 4.", "All participants in the open-label phase.", "Participants with at least one dose in the maintenance phase."],
)  # fmt: skip
def test_population_of_another_day_or_phase_is_not_that_of_the_figure(tmp_path: Path, population: str) -> None:
    entry = read_entries([put(tmp_path, study(responders(population=population)))])[0]
    assert not rows_of(entry, TrialOptions()).tables


def test_those_without_response_beside_the_responders_part_the_participants(tmp_path: Path) -> None:
    classes = {"Remission": ["15", "10"], "Response": ["20", "15"], "Nonresponse": ["10", "20"]}
    found = figures(tmp_path, responders(f"{RESPONSE} {REMISSION}", "MADRS Response and Remission", classes=classes))
    assert [one.word.term for one in found if one.taken] == ["remission", "remission"]
    whole = {"Remission": ["15", "10"], "Response": ["20", "15"], "Nonresponse": ["30", "35"]}
    found = figures(tmp_path, responders(f"{RESPONSE} {REMISSION}", "MADRS Response and Remission", classes=whole))
    assert [one.word.term for one in found if one.taken] == ["remission"] * 2 + ["response"] * 2


@pytest.mark.parametrize("comment", ["Percent change.", "Data at Week 4; Week 8 not available.", "Two of them twice."])
def test_comment_of_a_measurement_is_read(tmp_path: Path, comment: str) -> None:
    made = level()
    made["classes"][0]["categories"][0]["measurements"][0]["comment"] = comment
    assert [one.taken for one in figures(tmp_path, made)] == [False, True]


ANALYSIS = {"groupIds": ["OG000", "OG001"], "paramType": "Odds Ratio (OR)", "paramValue": "2.33", "ciPctValue": "95", "ciNumSides": "TWO_SIDED", "ciLowerLimit": "1.1", "ciUpperLimit": "5.0"}  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "taken"),
    [
        ({}, True),
        ({"statisticalComment": "Adjusted for age, sex and baseline."}, True),
        ({"groupDescription": "Completers only."}, False),
        ({"groupDescription": "Per-protocol"}, False),
        ({"statisticalComment": "At 24 hours"}, False),
        ({"estimateComment": "Odds of non-response"}, False),
        ({"estimateComment": "Cumulative odds"}, False),
        ({"estimateComment": "log scale"}, False),
        ({"groupDescription": "Men"}, False),
        ({"statisticalMethod": "Regression, Cox"}, False),
    ],
)
def test_texts_of_a_comparison_are_read(tmp_path: Path, texts: dict[str, str], *, taken: bool) -> None:
    made = responders() | {"analyses": [ANALYSIS | texts]}
    rows = rows_of(read_entries([put(tmp_path, study(made))])[0], TrialOptions()).tables.get("contrasts", [])
    assert bool(rows) is taken
    if "Adjusted" in str(texts):
        assert rows[0]["adjusted"] == "true"


def test_results_that_are_not_posted_are_not_read_and_nobody_is_randomised_where_the_entry_says_so(tmp_path: Path) -> None:
    assert not any(one.taken for one in figures(tmp_path, level() | {"reportingStatus": "NOT_POSTED"}))
    design = {"designInfo": {"allocation": "NON_RANDOMIZED", "interventionModel": "PARALLEL"}}
    entry = read_entries([put(tmp_path, study(level(population="All randomized participants."), designModule=design))])[0]
    assert {row["analysis_set"] for row in rows_of(entry, TrialOptions()).tables["scores"]} == {"unstated"}


def test_long_sentence_is_named_whole(tmp_path: Path) -> None:
    sentence = "The worst of the scores was kept " + "which is a thing that is said at some length here " * 6 + "by them."
    (one, _) = figures(tmp_path, level(sentence))
    assert sentence in one.refused
