"""Figures of which the mapping says what they are: their words aren't read, and their numbers are held to all that numbers are held to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from registry.importing.problems import ImportProblem
from registry.trialregistry.drafting import draft_package, suggest_trials
from registry.trialregistry.options import TrialOptions
from registry.trialregistry.stated import Stated
from tests.trialregistry.entries import measure, put, study
from tests.trialregistry.test_drafting import ARMS, RANDOMISED, drafted, response
from validation.engine import validate_package

COUNTS = Stated("outcomes", {"definition_id": "remission.madrs.le10", "timepoint_days": "56"}, "the protocol, section 8")
MEANS: dict[str, Any] = {"param": "MEAN", "unit": "units on a scale", "dispersion": "Standard Deviation", "groups": ARMS}
LEVELS = [("14.2", "6.1"), ("17.5", "6.4")]


def endpoint(**fields: str) -> Stated:
    return Stated("scores", {"instrument_id": "phq9", "statistic": "endpoint", **fields}, "table 2 of the paper")


def test_a_measure_that_is_not_understood_goes_in_as_it_is_stated(tmp_path: Path) -> None:
    plain = response(frame="Week 4")
    unclear = measure("Depressive Symptoms (PHQ-9)", values=LEVELS, **MEANS)
    assert "scores" not in drafted(tmp_path, plain, unclear).tables
    stated = {(1, "", ""): endpoint(timepoint_days="56", analysis_set="completers")}
    rows = drafted(tmp_path, plain, unclear, options=TrialOptions(measures=stated))
    assert rows.left_out == []
    found = {row["arm_id"]: row for row in rows.tables["scores"]}
    assert {arm: (row["mean"], row["sd"], row["n"], row["mean_reported"]) for arm, row in found.items()} == {
        "esketamine-56-mg": ("14.2", "6.1", "100", "14.2"),
        "placebo": ("17.5", "6.4", "100", "17.5"),
    }
    one = found["placebo"]
    setting = ("instrument_id", "statistic", "timepoint_days", "timepoint_anchor", "analysis_set", "missing_data", "estimate")
    assert [one[name] for name in setting] == ["phq9", "endpoint", "56", "unstated", "completers", "unstated", "raw"]
    assert one["source_locator"] == "outcome measure 1; stated in the mapping: table 2 of the paper"
    assert rows.tables["outcomes"] == drafted(tmp_path, plain, unclear).tables["outcomes"]


@pytest.mark.parametrize(
    "words", ["Response in Women", "Response, Not Sustained", "Anything at all", "MADRS Response at Any Visit"]
)
def test_words_of_a_stated_measure_say_nothing(words: str, tmp_path: Path) -> None:
    about = {"description": "Participants also had to be free of item 10.", "frame": "Month 3", "population": "Women in Kyoto"}
    rows = drafted(tmp_path, response(title=words, **about), options=TrialOptions(measures={(0, "", ""): COUNTS}))
    assert {(row["definition_id"], row["timepoint_days"], row["analysis_set"]) for row in rows.tables["outcomes"]} == {
        ("remission.madrs.le10", "56", "unstated")
    }


def test_what_is_stated_of_a_category_of_a_class_goes_before_what_is_stated_of_all(tmp_path: Path) -> None:
    groups = {"Better": ["50", "40"], "Well": ["30", "20"], "Neither": ["20", "40"]}
    classes = {week: {"categories": groups} for week in ("Week 4", "Week 8")}
    every = measure("How They Fared", classes=classes, groups=ARMS, param="COUNT_OF_PARTICIPANTS", unit="Participants")

    def of(term: str, day: str) -> Stated:
        return Stated("outcomes", {"definition_id": term, "timepoint_days": day}, "the protocol")

    response_, remission = "response.madrs.ge50pct", "remission.madrs.le10"
    stated = {
        (0, "", "Better"): of(response_, "56"),
        (0, "Week 4", "Better"): of(response_, "28"),
        (0, "Week 8", "Well"): of(remission, "56"),
    }
    rows = drafted(tmp_path, every, options=TrialOptions(measures=stated))
    assert sorted((r["definition_id"], r["timepoint_days"], r["events"]) for r in rows.tables["outcomes"]) == [
        (remission, "56", "20"),
        (remission, "56", "30"),
        (response_, "28", "40"),
        (response_, "28", "50"),
        (response_, "56", "40"),
        (response_, "56", "50"),
    ]
    assert len(rows.left_out) == 6  # those well at week 4, and those neither


def test_falls_printed_without_their_minus_are_turned_where_it_is_said(tmp_path: Path) -> None:
    falls = measure("Reduction in MADRS Total Score", values=LEVELS, **MEANS)
    fields = {"instrument_id": "madrs", "statistic": "change", "timepoint_days": "56"}
    for turned, means in ((True, ["-14.2", "-17.5"]), (False, ["14.2", "17.5"])):
        options = TrialOptions(measures={(0, "", ""): Stated("scores", fields, "the paper's figure 2", turned)})
        rows = drafted(tmp_path, falls, options=options)
        assert [row["mean"] for row in rows.tables["scores"]] == means
        assert [row["mean_reported"] for row in rows.tables["scores"]] == ["", ""] if turned else ["14.2", "17.5"]


@pytest.mark.parametrize(
    ("about", "why"),
    [
        ({"values": ["50.5", "40.0"]}, "no whole number of 100 prints as 50.5%"),
        ({"unit": "eyes"}, "counts no participants"),
        ({"unit": "Participants", "values": ["101", "40"]}, "more than all"),
        ({"values": ["NA", "40.0"]}, "isn't a number"),
    ],
)
def test_numbers_are_held_to_what_they_must_be(about: dict[str, Any], why: str, tmp_path: Path) -> None:
    rows = drafted(tmp_path, response(**about), options=TrialOptions(measures={(0, "", ""): COUNTS}))
    assert [why in out.reason for out in rows.left_out][:1] == [True]


def test_a_mean_that_no_one_can_have_is_left_out(tmp_path: Path) -> None:
    high = measure("Symptoms", values=[("31.0", "6.1"), ("17.5", "6.4")], **MEANS)
    rows = drafted(tmp_path, high, options=TrialOptions(measures={(0, "", ""): endpoint(timepoint_days="56")}))
    assert [out.reason for out in rows.left_out] == ["31.0 is outside what can be on this scale (endpoint)"]


def test_a_draft_lists_what_was_not_understood_and_is_completed_by_hand(tmp_path: Path) -> None:
    unclear = measure("Depressive Symptoms (PHQ-9)", values=LEVELS, **MEANS)
    unknown = measure("Remission by the Clinician's Word", groups=ARMS)
    of_none = measure("Time to Response", param="MEDIAN", unit="days", groups=ARMS)
    path = put(tmp_path, study(unclear, response(), unknown, of_none, **RANDOMISED))
    draft = suggest_trials([path])
    lines = [line for line in draft.splitlines() if line.lstrip().startswith("# - ")]
    assert [number for line in lines for number in re.findall(r"measure: (\d+)", line)] == ["0", "2"]
    assert "# Depressive Symptoms (PHQ-9): whether it is a change or a level isn't said" in lines[0]
    assert "definition_id" in lines[1]
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(draft, encoding="utf-8")
    draft_package([path], mapping, tmp_path / "drafted" / "my-trials")
    filled = {"instrument_id": "phq9", "statistic": "endpoint", "timepoint_days": "56", "reason": "table 2"}
    line = lines[0].replace("# ", "", 1)
    for name, value in filled.items():
        line = line.replace(f"{name}: ", f"{name}: {value}", 1)
    mapping.write_text(draft.replace("# measures:", "measures:").replace(lines[0], line), encoding="utf-8")
    report = draft_package([path], mapping, tmp_path / "completed" / "my-trials")
    assert report.tables["scores"] == 2
    assert validate_package(tmp_path / "completed" / "my-trials").verdict == "valid"


def test_an_entry_of_which_nothing_is_understood_has_a_draft_too(tmp_path: Path) -> None:
    path = put(tmp_path, study(measure("Depressive Symptoms (PHQ-9)", values=LEVELS, **MEANS)))
    assert "- {measure: 0, instrument_id: , statistic: , timepoint_days: , reason: }" in suggest_trials([path])


@pytest.mark.parametrize("unit", ["percent change", "% of baseline", "T-score", "participants", "HAM-D points"])
def test_mean_that_is_stated_is_in_the_points_of_its_scale(tmp_path: Path, unit: str) -> None:
    other = measure("Symptoms", values=LEVELS, **{**MEANS, "unit": unit})
    rows = drafted(tmp_path, other, options=TrialOptions(measures={(0, "", ""): endpoint(timepoint_days="56")}))
    assert not rows.tables
    assert len(rows.left_out) == 2


@pytest.mark.parametrize(
    ("frame", "part"),
    [
        ("Week 8 of the continuation phase", "nct01234567-extension"),
        ("Week 8 of the open-label phase", ""),
        ("Week 8 of Phase 2", "nct01234567-period-2"),
        ("Week 8 of the open-label extension phase", ""),
        ("Week 8 (double-blind phase), Week 16 (follow-up phase)", ""),
    ],
)
def test_phase_of_a_figure_that_is_stated_makes_its_part(tmp_path: Path, frame: str, part: str) -> None:
    late = measure("How They Fared", frame=frame, values=LEVELS, **MEANS)
    rows = drafted(tmp_path, response(), late, options=TrialOptions(measures={(1, "", ""): endpoint(timepoint_days="56")}))
    assert {row["study_id"] for row in rows.tables.get("scores", ())} == ({part} if part else set())


def test_categories_that_share_what_is_stated_contradict_one_another(tmp_path: Path) -> None:
    """Also where their numbers are the same by chance: 50 well and 50 not."""
    halves = {"": {"categories": {"Good": ["50", "30"], "Poor": ["50", "70"]}}}
    both = measure("How They Fared", classes=halves, groups=ARMS, param="COUNT_OF_PARTICIPANTS", unit="Participants")
    rows = drafted(tmp_path, both, options=TrialOptions(measures={(0, "", ""): COUNTS}))
    assert "outcomes" not in rows.tables
    assert all("state each one's by itself" in out.reason for out in rows.left_out)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["class: W8, definition_id: response.madrs.ge50pct", "class: W8, definition_id: remission.madrs.le10"], "listed before"),
        (["definition_id: response.madrs.ge50pct, timepoint_days: -56"], "a number of days that isn't negative"),
    ],
)
def test_mapping_states_each_figure_once_and_after_the_start(tmp_path: Path, lines: list[str], told: str) -> None:
    path = put(tmp_path, study(measure("MADRS Success", classes={"W8": ["50", "30"]}, groups=ARMS), **RANDOMISED))
    stated = "".join(f"    - {{measure: 0, {line}, reason: paper}}\n" for line in lines)
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(f"{suggest_trials([path])}    measures:\n{stated}", encoding="utf-8")
    with pytest.raises(ImportProblem, match=told):
        draft_package([path], mapping, tmp_path / "my-trials")


def test_a_draft_has_a_line_for_each_class(tmp_path: Path) -> None:
    classes = {'W4 "early"': LEVELS, "W8: late": LEVELS}
    path = put(tmp_path, study(measure("Depressive Symptoms (PHQ-9)", classes=classes, **MEANS), **RANDOMISED))
    draft = suggest_trials([path])
    lines = [line.partition("# - ")[2].partition("}  #")[0] + "}" for line in draft.splitlines() if "# - {" in line]
    assert [yaml.safe_load(line.replace(": ,", ": x,").replace(": }", ": x}"))["class"] for line in lines] == list(classes)
