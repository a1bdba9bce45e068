"""What posted results hold that looks like something else: each is a kind of trap that real entries have, in a small entry by our hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from registry.trialregistry.people import missing_of, set_of
from registry.trialregistry.texts import Text, clean
from tests.trialregistry.entries import figures, measure, one

RULE = "A responder has at least a 50% reduction from baseline in the MADRS total score."
FAS = "The full analysis set (FAS) included all randomized participants who received at least 1 dose."
EVALUABLE = f"{FAS} Here, 'N' (number of participants analyzed) signifies participants evaluable for this outcome measure."
MEAN: dict[str, Any] = {"param": "MEAN", "unit": "units on a scale", "dispersion": "Standard Deviation"}


def test_denominators_of_a_class_win_over_those_of_the_measure(tmp_path: Path) -> None:
    classes = {"Day 2": {"values": ["13.2", "10.1"], "n": (38, 79)}, "Day 8": ["2.5", "3.8"]}
    found = figures(
        tmp_path, measure("Response Based on MADRS", frame="Days 2 and 8", description=RULE, n=(40, 80), classes=classes)
    )
    assert [(r.n, r.count and r.count.events) for r in found] == [(38, 5), (79, 8), (40, 1), (80, 3)]


@pytest.mark.parametrize(
    ("title", "description", "population", "missing", "people"),
    [
        ("Response (Observed Data)", RULE, EVALUABLE, "observed", "observed-cases"),
        ("Response (LOCF Data)", RULE, EVALUABLE, "locf", "full-analysis"),
        ("Response", f"{RULE} The last post baseline observation was carried forward as the end point.", EVALUABLE, "locf", "full-analysis"),
        ("Change at Last Observation Carried Forward", RULE, FAS, "locf", "full-analysis"),
        ("Response - MMRM Analysis", RULE, EVALUABLE, "mmrm", "unstated"),
        ("Response", RULE, f"{FAS} 'n' signifies participants evaluable at specified time points.", "observed", "observed-cases"),
        ("Response", f"{RULE} Participants who discontinued were considered as non-responders.", FAS, "non-responder", "full-analysis"),
        ("Response", f"{RULE} Those who discontinue for any reason were considered non-responders, that is, assigned a value of 0.", "ITT: all participants randomly assigned to treatment.", "non-responder", "randomised"),
        ("Response", RULE, f"{FAS} Participants with missed assessments were not considered to have a response.", "non-responder", "full-analysis"),
        ("Response", "Remission is a MADRS total ≤10 and no treatment or study discontinuation before Week 8.", "The FAS included all randomized participants.", "non-responder", "randomised"),
        ("Response", RULE, EVALUABLE, "unstated", "unstated"),
        ("Response", RULE, "", "unstated", "unstated"),
        ("Response", RULE, "Per-protocol set", "unstated", "per-protocol"),
        ("Response", RULE, "mITT population", "unstated", "modified-itt"),
        ("Response", RULE, "All randomized participants who took a dose", "unstated", "modified-itt"),
        ("Response", RULE, "Intent-to-treat population", "unstated", "unstated"),
        ("Response", f"{RULE} Baseline observation carried forward.", FAS, "bocf", "full-analysis"),
        ("Response", f"{RULE} LOCF. Dropouts were counted as non-responders.", FAS, "unstated", "full-analysis"),
    ],
)  # fmt: skip
def test_observed_and_filled_in_twins_are_told_apart(
    tmp_path: Path, title: str, description: str, population: str, missing: str, people: str
) -> None:
    found = one(tmp_path, f"{title} on the MADRS", description=description, population=population)
    m = found.figure.measure
    texts = Text("title", clean(m.title)), Text("description", clean(m.description)), Text("population", clean(m.population))
    read = missing_of(*texts)
    assert (read.term, set_of(texts[0], texts[2], read).term) == (missing, people)


@pytest.mark.parametrize(
    "title",
    [
        "Percentage of Participants in Response (SDS Total Score <=12)",
        "Percentage of Participants in Remission (SDS Total Score <=6)",
    ],
)
def test_response_of_a_disability_scale_is_none_of_depression(tmp_path: Path, title: str) -> None:
    found = one(tmp_path, title, description="SDS assesses disability. The study also used the MADRS.")
    assert found.refused


def test_remission_has_the_cut_off_that_its_own_text_gives(tmp_path: Path) -> None:
    twelve = one(tmp_path, "Remission", description=r"A remitter has a MADRS total score \<=12.")
    ten = one(tmp_path, "Remission", description=r"In remission if the MADRS total score was less than or equal to (\<=)10 and no treatment or study discontinuation before Week 8.")  # fmt: skip
    assert (twelve.definition, ten.definition) == ("remission.madrs.le12", "remission.madrs.le10")
    assert ten.missing.term == "non-responder"


def test_onset_is_held_to_its_end_and_its_class_is_the_onset(tmp_path: Path) -> None:
    text = "A clinical response was at least 50% improvement from baseline in the MADRS with onset by Day 2 and Day 8 that was maintained to Day 28."
    lapse = " Participants were allowed one excursion on Days 8, 15 or 22, however the score must show at least 25% improvement."
    classes = {"Onset of response on Day 2": ["10.0", "5.0"], "Day 8 up to Day 28": ["12.0", "6.0"]}
    about = {"frame": "Day 2 up to Day 28 and Day 8 up to Day 28", "classes": classes}
    with_lapse = figures(tmp_path, measure("Onset of Clinical Response", description=text + lapse, **about))
    without = figures(tmp_path, measure("Onset of Clinical Response", description=text, **about))
    assert [(r.definition, r.time.day) for r in with_lapse[::2]] == [
        ("response.madrs.ge50pct-sustained-day2", "28"),
        ("response.madrs.ge50pct-sustained-day8", "28"),
    ]
    assert all("no definition" in r.refused for r in without)


def test_yes_and_no_share_an_arm_and_yes_alone_is_the_event(tmp_path: Path) -> None:
    classes = {"Response: Yes": ["30.0", "20.0"], "Response: No": ["70.0", "80.0"]}
    found = figures(tmp_path, measure("Participants With Response", description=RULE, classes=classes))
    categories = {"": {"categories": {"Yes": ["30.0", "20.0"], "No": ["70.0", "80.0"]}}}
    again = figures(tmp_path, measure("Participants With Response", description=RULE, classes=categories))
    for readings in (found, again):
        assert [(r.count and r.count.events, bool(r.refused)) for r in readings] == [
            (30, False),
            (20, False),
            (None, True),
            (None, True),
        ]


def test_percentage_of_responders_is_of_those_analysed(tmp_path: Path) -> None:
    found = figures(tmp_path, measure("Percentage of Responders", description=RULE, unit="Percentage of Responders", n=(109, 106), values=["19.3", "16.0"]))  # fmt: skip
    assert [r.count and r.count.events for r in found] == [21, 17]


def test_percentages_have_their_printed_decimals_and_halves_round_up(tmp_path: Path) -> None:
    found = figures(
        tmp_path, measure("Response", description=RULE, groups=("A", "B", "C"), n=(111, 33, 64), values=["36", "0", "6.3"])
    )
    assert [(r.count and (r.count.events, r.count.percent)) for r in found] == [(40, "36"), (0, "0"), (4, "6.3")]


def test_equal_titles_differ_by_their_time_frames(tmp_path: Path) -> None:
    found = figures(
        tmp_path,
        measure("Response", frame="Week 4", description=RULE),
        measure("Response", frame="Week 8", description=RULE, groups=("Placebo", "Drug 20 mg")),
    )
    assert [(r.time.day, r.figure.group.id, r.figure.group.title) for r in found] == [
        ("28", "OG000", "Drug 20 mg"), ("28", "OG001", "Placebo"), ("56", "OG000", "Placebo"), ("56", "OG001", "Drug 20 mg"),
    ]  # fmt: skip


def test_change_that_is_a_level_is_not_taken_for_one(tmp_path: Path) -> None:
    severity = "CGI-S rates from 1 to 7. A negative change in score indicates improvement."
    found = one(
        tmp_path, "Change From Baseline in CGI-S at Day 8", description=severity, frame="Day 8", **MEAN, values=["5.0", "4.0"]
    )
    assert "above 0" in found.refused


def test_changes_from_a_later_baseline_may_be_rises(tmp_path: Path) -> None:
    found = one(tmp_path, "Change From Baseline in MADRS Total Score at Endpoint (Maintenance Phase)", frame="Baseline and Endpoint (Up to 92 Weeks)",
                description="Higher scores are worse.", **MEAN, values=[("7.5", "11.6"), ("12.5", "13.6")])  # fmt: skip
    assert (found.mean, found.sd, found.time.day) == ("7.5", "11.6", "")


@pytest.mark.parametrize(
    ("dispersion", "sd"),
    [
        ("Standard Deviation", "2.5"),
        ("Standard Error", ""),
        ("Full Range", ""),
        ("90% Confidence Interval", ""),
        ("95% Confidence Interval", ""),
    ],
)
def test_only_a_standard_deviation_is_one(tmp_path: Path, dispersion: str, sd: str) -> None:
    about = {**MEAN, "dispersion": dispersion}
    assert one(tmp_path, "Change From Baseline in MADRS", **about, values=[("-9.8", "2.5"), ("-4.9", "2.5")]).sd == sd


@pytest.mark.parametrize("words", ["Data are mean (SE).", "Values are the mean and standard error.", "Mean (95% CI)"])
def test_standard_deviation_that_its_text_calls_otherwise_is_not_one(tmp_path: Path, words: str) -> None:
    found = one(tmp_path, "Change From Baseline in MADRS", description=words, **MEAN, values=[("-9.8", "2.5"), ("-4.9", "2.5")])
    assert (found.mean, found.sd) == ("-9.8", "")
    assert "without its standard deviation, as its text says" in found.untaken


@pytest.mark.parametrize(
    ("title", "description"),
    [
        ("Median Change From Baseline in MADRS", ""),
        ("Change From Baseline in MADRS", "The median is reported."),
        ("Maximum Change From Baseline in MADRS", ""),
        ("Change From Baseline in MADRS Averaged Over the Visits", ""),
        ("MADRS Difference Score", ""),
        ("MADRS Delta Score", ""),
        ("MADRS Score Drop", ""),
        ("MADRS Score \u0394", ""),
        ("MADRS Total Score Reduced", ""),
        ("MADRS Total Score", "Change from baseline at Week 8."),
        ("MADRS Total Score", "The mean reduction from baseline is given."),
    ],
)
def test_mean_that_its_text_calls_otherwise_is_not_taken(tmp_path: Path, title: str, description: str) -> None:
    assert one(tmp_path, title, description=description, **MEAN, values=[("16.2", "9.1"), ("11.7", "8.8")]).refused


@pytest.mark.parametrize(
    ("about", "estimate"),
    [
        ({"description": "Least squares means from MMRM."}, "unstated"),
        ({"description": "Estimated using ANCOVA with baseline as covariate."}, "unstated"),
        ({"unit": "LS mean change"}, "unstated"),
        ({"population": "All with data in the mixed model."}, "unstated"),
        ({"description": "Patients with mixed features were included."}, "raw"),
        ({"param": "LEAST_SQUARES_MEAN", "description": "ANCOVA"}, "adjusted"),
    ],
)
def test_mean_beside_a_model_is_not_said_to_be_a_plain_one(tmp_path: Path, about: dict[str, Any], estimate: str) -> None:
    found = one(tmp_path, "Change From Baseline in MADRS", **{**MEAN, "values": [("-9.8", "2.5"), ("-4.9", "2.5")], **about})
    assert found.estimate == estimate


def test_value_that_is_not_a_number_and_a_group_of_one(tmp_path: Path) -> None:
    found = figures(tmp_path, measure("Change From Baseline in MADRS", **MEAN, n=(1, 20), values=["-9.0", "NA"]))
    assert (found[0].mean, found[0].sd, found[0].n) == ("-9.0", "", 1)
    assert "isn't a number" in found[1].refused


@pytest.mark.parametrize(
    ("posted", "seen"),
    [
        (r"\>=50%", ">=50%"),
        (r"\<=12", "<=12"),
        (r"=\<12", "<=12"),
        (r"\[\<=\]", "[<=]"),
        ("≥ 50", ">= 50"),
        ("&gt;= 50", ">= 50"),
        ("a\n b", "a b"),
    ],
)
def test_escapes_are_taken_off(posted: str, seen: str) -> None:
    assert clean(posted) == seen


@pytest.mark.parametrize(
    ("title", "own", "counts"),
    [
        ("Week 8 (n=100, 90)", None, [(50, 100), (45, 90)]),
        ("Week 8 (n=90, 100)", None, [(45, 90), (50, 100)]),
        ("Week 8 (n=100, 90)", (100, 80), [(50, 100), None]),
        ("Week 8 (n=110, 90)", None, [None, (45, 90)]),
        ("Week 8 (n=100)", None, [(50, 100), (50, 100)]),
        ("Week 8 (n=100, 90, 190)", None, [None, None]),
    ],
)
def test_number_in_a_class_is_that_of_the_groups_place(
    tmp_path: Path, title: str, own: tuple[int, int] | None, counts: list[tuple[int, int] | None]
) -> None:
    classes = {title: {"values": ["50.0", "50.0"], **({"n": own} if own else {})}}
    found = figures(tmp_path, measure("MADRS Response", description=RULE, classes=classes))
    assert [(r.count.events, r.n) if r.count else None for r in found] == counts
