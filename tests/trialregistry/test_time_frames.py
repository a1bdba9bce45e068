"""A time frame that says more than when leaves its days open, however many it names and whatever day a class has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from registry.trialregistry.entries import read_entries
from registry.trialregistry.options import TrialOptions
from registry.trialregistry.tables import rows_of
from tests.growth.slopes import slope
from tests.trialregistry.entries import figures, measure, one, put, study

REMISSION = "Remission was a MADRS total score of 10 or less."
SCORES: dict[str, Any] = {"param": "MEAN", "unit": "units on a scale", "dispersion": "Standard Deviation"}
LEVELS, FALLS = [("14.2", "6"), ("9.7", "6")], [("-14.2", "6"), ("-9.7", "6")]
CLASSES = {"Week 4": LEVELS, "Week 8": LEVELS}
COUNTS = {"Week 12": ["36", "30"], "Week 52": ["37", "36"]}


@pytest.mark.parametrize(
    "frame",
    [
        "Weeks 4 and 8 after ECT",
        "4 and 8 weeks post treatment",
        "Weeks 4 and 8 post-discharge",
        "Weeks 4 and 8 of follow-up",
        "Weeks 4 and 8 of lactation",
        "Weeks 4 and 8 after remission",
        "Weeks 4, 8 of Year 2",
        "Course 2: Weeks 4 and 8",
        "Step 2, Weeks 4 and 8",
        "Discharge, Weeks 4 and 8",
        "After treatment: 4 and 8 weeks",
        "From the end of infusions: 4 and 8 weeks",
        "4 and 8 weeks after dose increase",
        "Week 4 and Week 8 of the open-label extension",
        "Weeks 4 (double-blind phase) and 8 (open-label phase)",
    ],
)
def test_frame_that_counts_from_elsewhere_gives_its_classes_no_day(tmp_path: Path, frame: str) -> None:
    assert all(r.refused for r in figures(tmp_path, measure("MADRS Total Score", frame=frame, classes=CLASSES, **SCORES)))


@pytest.mark.parametrize(
    "frame",
    [
        "36 weeks of gestation",
        "Postpartum week 6",
        "Day 5 of hospitalization",
        "Week 1 of month 3",
        "8 weeks after dose increase",
        "8 weeks from discharge",
        "8 weeks from the end of treatment",
        "Week 8 of Stage 2",
        "Week 24 of maintenance",
        "Week 8 of open-label",
        "Follow-up (8 weeks)",
        "8 weeks of follow-up",
        "Week 14 or early termination",
        "Week 8 (or last visit)",
        "Within 8 weeks",
    ],
)
def test_frame_of_one_day_that_says_more_is_refused(tmp_path: Path, frame: str) -> None:
    assert one(tmp_path, "MADRS Remission", frame=frame, description=REMISSION).refused


@pytest.mark.parametrize(
    "frame",
    [
        "Baseline, Week 4, Week 8, follow-up",
        "Screening, Baseline, Week 4, and Week 8",
        "Baseline, 4, 8 weeks, 6 months",
        "4 and 8 weeks after randomization",
        "Baseline and Weeks 4 and 8 after first dose",
        "Weeks 4 and 8 of the double-blind phase",
        "During the 8-week double-blind treatment phase",
        "Baseline, Weeks 4, 8, and end of treatment",
        "Baseline and 8 weeks after baseline",
        "Baseline (Visit 2) to Week 8 (final visit)",
    ],
)
def test_plain_frame_leaves_its_classes_their_days(tmp_path: Path, frame: str) -> None:
    found = figures(tmp_path, measure("MADRS Total Score", frame=frame, classes=CLASSES, **SCORES))
    assert [(r.time.day, r.refused) for r in found[::2]] == [("28", ""), ("56", "")]


@pytest.mark.parametrize(
    ("frame", "part"),
    [
        ("Weeks 12 and 52 of the follow-up phase", None),
        ("Weeks 12 and 52 (maintenance phase)", "nct01234567-maintenance"),
        ("Extension phase: Week 12, Week 52", "nct01234567-extension"),
        ("Weeks 12 and 52 of the single-blind extension", None),
    ],
)
def test_phase_of_a_frame_of_several_days_is_a_part_or_not_taken(tmp_path: Path, frame: str, part: str | None) -> None:
    about = {
        "description": REMISSION,
        "param": "COUNT_OF_PARTICIPANTS",
        "unit": "Participants",
        "groups": ("Esketamine", "Ketamine"),
    }
    document = study(
        measure("MADRS Remission", frame="Week 4", values=["25", "15"], **about),
        measure("MADRS Remission", frame=frame, classes=COUNTS, **about),
    )
    rows = rows_of(read_entries([put(tmp_path, document)])[0], TrialOptions()).tables["outcomes"]
    late = {row["study_id"] for row in rows if row["timepoint_days"] != "28"}
    assert late == ({part} if part else set())


def test_title_by_which_a_day_may_count_from_elsewhere_is_refused(tmp_path: Path) -> None:
    for title in ("MADRS Score in Open-label Treatment", "MADRS Follow-up Score at Week 8", "MADRS Score Post Treatment"):
        found = figures(tmp_path, measure(title, frame="Weeks 4, 8", classes=CLASSES, **SCORES))
        assert all("may count from something else" in r.refused for r in found)


@pytest.mark.parametrize(
    ("about", "refused"),
    [
        ({"frame": "Change from baseline to Week 8"}, "above 0"),
        ({"frame": "Baseline to Week 8 change"}, "above 0"),
        ({"unit": "change in score"}, "above 0"),
        ({"frame": "Improvement at Week 8"}, "printed with a minus"),
        ({"frame": "Difference between baseline and Week 8"}, "printed with a minus"),
        ({"classes": {"Improvement": LEVELS}}, "printed with a minus"),
        ({"classes": {"From Baseline": LEVELS}}, "names the baseline and something else"),
        ({"classes": {"Relative to baseline": LEVELS}}, "names the baseline and something else"),
    ],
)
def test_change_said_anywhere_makes_no_level(tmp_path: Path, about: dict[str, Any], refused: str) -> None:
    about = {**SCORES, "values": LEVELS} | about
    assert refused in one(tmp_path, "HAM-D17 Total Score", **about).refused


def test_change_of_the_time_frame_is_one(tmp_path: Path) -> None:
    found = one(tmp_path, "HAM-D17 Total Score", frame="Change from baseline to Week 8", values=FALLS, **SCORES)
    assert (found.statistic, found.word.place, found.time.day) == ("change", "time frame", "56")


@pytest.mark.parametrize(
    ("title", "frame"),
    [("Pre-dose MADRS Score", "Day 1"), ("MADRS Score Pre Treatment", "Week 8"), ("MADRS Score Prior to Dose", "Day 1")],
)
def test_title_before_the_treatment_is_no_endpoint(tmp_path: Path, title: str, frame: str) -> None:
    assert "another day" in one(tmp_path, title, frame=frame, values=LEVELS, **SCORES).refused


@pytest.mark.parametrize("frame", ["Baseline", "Pre-dose", "Day 1 (predose)", "Pre-dose Day 1", "Prior to infusion"])
def test_frame_of_the_baseline_alone_is_the_baseline(tmp_path: Path, frame: str) -> None:
    found = one(tmp_path, "MADRS Total Score", frame=frame, values=LEVELS, **SCORES)
    assert (found.statistic, found.time.day) == ("baseline", "0")


@pytest.mark.parametrize(("first", "second", "taken"), [("12.1", "-0.4", False), ("-3", "3", False), ("-8.0", "0.3", True)])
def test_largest_change_is_a_fall(tmp_path: Path, first: str, second: str, taken: bool) -> None:
    found = one(tmp_path, "Change From Baseline in MADRS Total Score", values=[(first, "6"), (second, "6")], **SCORES)
    assert found.taken == taken


@pytest.mark.parametrize(
    ("frame", "taken"),
    [
        ("Day 1 to Day 8", False),
        ("Days 1 and 8", False),
        ("Day 1, Day 8", False),
        ("Baseline (Day 1), Day 8", False),
        ("Baseline, Day 1, Day 8", True),
        ("Predose, Days 1 and 8", True),
        ("Day 0, Day 1, Day 8", True),
    ],
)
def test_level_of_day_1_is_after_the_dose_only_beside_a_baseline(tmp_path: Path, frame: str, taken: bool) -> None:
    classes = {"Day 1": LEVELS, "Day 8": LEVELS}
    found = figures(tmp_path, measure("MADRS Total Score", frame=frame, classes=classes, **SCORES))
    assert found[0].taken == taken
    assert not any(one.statistic == "endpoint" and one.time.day == "1" for one in found if not taken)
    beside = {"Baseline": LEVELS, **classes}
    assert all(r.taken for r in figures(tmp_path, measure("MADRS Total Score", frame="Day 1, Day 8", classes=beside, **SCORES)))


@pytest.mark.parametrize(
    "frame",
    [
        "During 8 weeks",
        "Over 8 weeks",
        "first 8 weeks",
        "throughout the 8 weeks",
        "Throughout Week 8",
        "Across the first 8 weeks",
    ],
)
def test_span_of_several_visits_is_no_day(tmp_path: Path, frame: str) -> None:
    found = one(tmp_path, "MADRS Remission", frame=frame, description=REMISSION)
    assert not (found.taken and found.time.day)


@pytest.mark.parametrize(
    ("frame", "part"),
    [
        ("Week 8 (after 2-week placebo lead-in)", ""),
        ("Week 8, after a 1-week single-blind placebo run-in", ""),
        ("Week 2 of the placebo lead-in", "-run-in"),
        ("Week 8 of Phase 2", "-period-2"),
        ("Phase 3: Week 8", "-period-3"),
        ("Week 8 of Phase 1", "-period-1"),
        ("Week 8 of the phase 2 trial", ""),
    ],
)
def test_phase_of_a_frame_is_the_one_that_it_names(tmp_path: Path, frame: str, part: str) -> None:
    about: dict[str, Any] = {
        "description": REMISSION,
        "param": "COUNT_OF_PARTICIPANTS",
        "unit": "Participants",
        "values": ["25", "15"],
    }
    about["groups"] = ("Esketamine", "Placebo")
    document = study(measure("MADRS Remission", frame="Week 4", **about), measure("MADRS Remission", frame=frame, **about))
    rows = rows_of(read_entries([put(tmp_path, document)])[0], TrialOptions()).tables["outcomes"]
    assert {row["study_id"] for row in rows if row["timepoint_days"] != "28"} == {f"nct01234567{part}"}


@pytest.mark.parametrize("when", ["Within 8 Weeks", "Up to Week 8", "by End of Treatment", "Through Week 8", "by 8 Weeks"])
def test_outcome_until_a_visit_is_not_that_visits(tmp_path: Path, when: str) -> None:
    assert "any until then" in one(tmp_path, f"MADRS Remission {when}", description=REMISSION).refused
    classed = measure("MADRS Remission", description=REMISSION, classes={f"Remission {when.lower()}": ["50", "40"]})
    assert "any until then" in figures(tmp_path, classed)[0].refused


def test_title_of_a_scale_alone_is_a_level_where_the_description_says_so(tmp_path: Path) -> None:
    for title, told in (("PHQ-9", "Total score; range 0 to 27."), ("MADRS", "Scores range from 0 to 60.")):
        about = {"description": told, "values": LEVELS, **SCORES}
        assert one(tmp_path, title, **about).statistic == "endpoint"
        assert "isn't said" in one(tmp_path, title, frame="Baseline and Week 8", **about).refused
        beside = {**about, "classes": {"Baseline": LEVELS, "Week 8": LEVELS}}
        found = figures(tmp_path, measure(title, frame="Baseline and Week 8", **beside))
        assert [r.statistic for r in found[::2]] == ["baseline", "endpoint"]
    assert "isn't said" in one(tmp_path, "MADRS", description="Ranges from 0 to 60.", values=LEVELS, **SCORES).refused


@pytest.mark.parametrize(
    ("sentence", "taken"),
    [
        ("Baseline was Day 1.", True),
        ("Baseline was defined as Day -1 predose.", True),
        ("Baseline was Day 8.", False),
        ("Measured at baseline, Weeks 1, 2, 4, 6 and 8.", True),
        ("The MADRS was administered at baseline and weekly thereafter.", True),
        ("Measured at baseline, Weeks 1, 2 and 4.", False),
        ("Averaged over Weeks 4, 6 and 8.", False),
        ("Maximum of Weeks 4, 6 and 8.", False),
    ],
)
def test_sentence_of_when_the_scale_was_given_changes_nothing(tmp_path: Path, sentence: str, taken: bool) -> None:
    found = one(tmp_path, "Change From Baseline in MADRS Total Score", description=sentence, values=FALLS, **SCORES)
    assert found.taken == taken


@pytest.mark.parametrize("odd", ["the scale was ", "measured at ", "(", "after the start of ", "by the end of the "])
def test_odd_repeats_take_little_longer_than_their_length(tmp_path: Path, odd: str) -> None:
    def read(size: int) -> None:
        text = odd * (size // len(odd))
        one(tmp_path, "MADRS Total Score", frame=text, description=text, values=LEVELS, **SCORES)
        one(tmp_path, "MADRS Remission", frame="Week 8", description=text)

    assert slope(read, 1100) < 10
