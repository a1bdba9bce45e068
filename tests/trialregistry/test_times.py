"""A figure has the day that its own text names, and never another's: a class's time that isn't understood is no day."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from registry.trialregistry.entries import read_entries
from registry.trialregistry.options import TrialOptions
from registry.trialregistry.starts import anchor_of
from registry.trialregistry.tables import rows_of
from registry.trialregistry.texts import Text
from registry.trialregistry.times import Time, time_of
from tests.trialregistry.entries import figures, measure, put, study

REMISSION = "Remission was a MADRS total score of 10 or less."
SCORES: dict[str, Any] = {"param": "MEAN", "unit": "units on a scale", "dispersion": "Standard Deviation"}
EARLY, LATE = [("31.0", "5"), ("31.5", "5")], [("14.0", "8"), ("22.0", "9")]


def timed(frame: str, title: str = "MADRS Remission", *own: str) -> Time:
    return time_of([Text("class", words) for words in own], Text("title", title), Text("time frame", frame))


@pytest.mark.parametrize(
    ("frame", "own"),
    [
        ("End of treatment (Week 6) and 6 months", "6 months"),
        ("Week 6 and follow-up", "Follow-up"),
        ("Baseline, Week 2, final visit", "Final visit"),
        ("Week 2 and end of treatment", "End of treatment"),
        ("Week 6", "Month 1"),
        ("Week 6", "12 months"),
        ("Week 6", "Last visit"),
        ("Week 6", "Post"),
        ("Week 6", "Post-treatment"),
        ("Week 6", "At discharge"),
        ("Week 6", "Early termination"),
        ("Week 6", "Open-label"),
        ("Week 6", "After the last infusion"),
        ("Week 6", "Six months"),
        ("Week 6", "Visit 5"),
    ],
)
def test_class_with_a_time_of_its_own_never_has_the_day_of_the_time_frame(frame: str, own: str) -> None:
    found = timed(frame, "MADRS Remission", own)
    assert (found.day, found.read.words, found.problem) == ("", own, "")


@pytest.mark.parametrize(
    "own",
    ["Yes", "Remission", "Change from baseline", "Responders", "LOCF", "MADRS <=10", "HAM-D17 Response", "Not in remission"],
)
def test_class_that_names_no_time_has_the_measures(own: str) -> None:
    assert timed("Week 6", "MADRS", own).day == "42"


def test_class_has_the_day_that_the_time_frame_gives_for_its_words() -> None:
    assert timed("End of treatment (Week 6) and 6 months", "MADRS Remission", "End of treatment").day == "42"


@pytest.mark.parametrize(
    ("title", "frame", "day"),
    [
        ("MADRS Remission at 6 Months", "Week 6", ""),
        ("MADRS Remission at 6 Months", "Week 6 and 6 months", ""),
        ("MADRS Remission at Follow-up", "Week 6", ""),
        ("MADRS Remission at End of Treatment", "Week 2 and end of treatment", ""),
        ("MADRS Remission at End of Treatment", "Week 8", "56"),
        ("MADRS Remission at Endpoint", "Baseline, Week 8", "56"),
        ("MADRS Remission at Week 8", "Week 8 and follow-up", "56"),
    ],
)
def test_title_with_a_time_of_its_own_has_no_other_day(title: str, frame: str, day: str) -> None:
    assert (timed(frame, title).day, timed(frame, title).problem) == (day, "")


@pytest.mark.parametrize(
    "frame",
    [
        "Week 6 and follow-up",
        "Week 6 and 6 months",
        "Week 8, 6 months",
        "Baseline, Week 2, final visit",
        "Week 2, 4 weeks",
        "From Day 8 to Day 15",
    ],
)
def test_time_frame_of_several_times_is_of_none(frame: str) -> None:
    assert "nothing says which" in timed(frame).problem


@pytest.mark.parametrize(
    ("frame", "day", "anchor"),
    [
        ("Study Week 14 (6 weeks after randomization)", "42", "randomisation"),
        ("6 weeks after randomization (Study Week 14)", "42", "randomisation"),
        ("Week 8 (2 weeks after last dose)", "14", "last-dose"),
        ("Day 2 (24 hours post first dose)", "2", "first-dose"),
        ("Day 43 (6 weeks after randomization)", "43", "randomisation"),
        ("24 hours after ketamine infusion", "1", "unstated"),
        ("4 hours after start of the infusion", "0.1667", "unstated"),
        ("24 hours after the 40-minute infusion", "1", "unstated"),
        ("6 weeks after starting treatment", "42", "unstated"),
        ("3 weeks after first psilocybin session", "21", "unstated"),
        ("240 minutes post-infusion", "0.1667", "unstated"),
        ("Baseline to 240 minutes after the infusion (Day 1)", "0.1667", "treatment-start"),
        ("Day 1: 40 min", "0.0278", "treatment-start"),
        ("Week 12/3 months", "84", "unstated"),
        ("Month 3 (Week 12)", "84", "unstated"),
        ("Weeks 0 and 6", "42", "unstated"),
        ("Baseline (Visit 2) to Week 8", "56", "treatment-start"),
        ("Baseline (Day -7 to Day 1) to Week 6", "42", "treatment-start"),
        ("4 weeks after start of ECT", "28", "unstated"),
    ],
)
def test_day_counts_from_what_its_own_words_say(frame: str, day: str, anchor: str) -> None:
    assert (timed(frame).day, anchor_of([Text("time frame", frame)]).term) == (day, anchor)


@pytest.mark.parametrize(
    "frame",
    [
        "4 weeks after ECT",
        "1 week post-ECT",
        "4 weeks after last ECT",
        "Baseline (Visit 4, Week 8) to Week 14",
        "1 week after ECT course",
        "4 weeks postpartum",
        "3 weeks after surgery",
        "2 weeks post-treatment",
        "2 weeks after dose 2",
        "8 weeks after switching to vortioxetine",
        "6 weeks of treatment, assessed 3 months later",
        "1 month after the 6-week course",
        "2 hours after the infusion on Day 8",
        "1 week after the infusion (Day 15)",
        "Baseline (Week 8) to Week 14",
        "Baseline (Study Day 57), Week 14",
    ],
)
def test_time_that_counts_from_elsewhere_is_refused(frame: str) -> None:
    found = timed(frame)
    assert found.day == ""
    assert found.problem


def test_title_after_the_end_of_treatment_is_not_of_the_time_frames_day() -> None:
    assert "counts from the end" in timed("Week 8", "MADRS Response After End of Treatment").problem


@pytest.mark.parametrize(
    "before",
    [
        "Baseline",
        "Pre-dose",
        "Day 1 (pre-dose)",
        "Pre-treatment",
        "Pre-infusion",
        "Day 0",
        "Week 0",
        "Pre",
    ],
)
def test_scores_before_the_treatment_are_baseline(tmp_path: Path, before: str) -> None:
    found = figures(
        tmp_path, measure("MADRS Total Score", frame="Day 1, Day 28", classes={before: EARLY, "Day 28": LATE}, **SCORES)
    )
    assert [(r.statistic, r.time.day, r.refused) for r in found[::2]] == [("baseline", "0", ""), ("endpoint", "28", "")]


@pytest.mark.parametrize("own", ["Screening", "Baseline to Week 4"])
def test_score_of_the_screening_or_of_two_visits_is_no_baseline(tmp_path: Path, own: str) -> None:
    found = figures(tmp_path, measure("MADRS Total Score", frame="Week 6", classes={own: EARLY}, **SCORES))
    assert all("isn't said" in r.refused for r in found)


def test_day_after_baseline_is_no_baseline(tmp_path: Path) -> None:
    classes = {"Day 8 (pre-dose)": EARLY, "Post-baseline Week 4": LATE}
    found = figures(tmp_path, measure("MADRS Total Score", frame="Weeks 1 and 4", classes=classes, **SCORES))
    assert {r.statistic for r in found} <= {"endpoint", ""}


def test_months_are_times_and_said_to_be_so(tmp_path: Path) -> None:
    classes = {f"Month {n}": [f"{n}0.0", f"{n}5.0"] for n in (1, 3, 6)}
    document = study(
        measure(
            "MADRS Remission", frame="Months 1, 3 and 6", description=REMISSION, groups=("Ketamine", "Placebo"), classes=classes
        )
    )
    entry = read_entries([put(tmp_path, document)])[0]
    rows = rows_of(entry, TrialOptions())
    assert {out.reason[:69] for out in rows.left_out} == {"`Month 1`, `Month 3`, `Month 6` are times that give no number of days"}
    kept = rows_of(entry, TrialOptions(leave_out={(0, "Month 1"): "months", (0, "Month 3"): "months"}))
    assert [(row["timepoint_days"], row["events"]) for row in kept.tables["outcomes"]] == [("", "60"), ("", "65")]


@pytest.mark.parametrize("own", ["Cohort 1", "Panel A", "Group 2"])
def test_class_of_some_of_the_participants_is_no_time(tmp_path: Path, own: str) -> None:
    found = figures(tmp_path, measure("MADRS Remission", description=REMISSION, classes={own: ["50.0", "40.0"]}))
    assert all("names a part of the participants" in r.refused for r in found)


@pytest.mark.parametrize(
    ("title", "several"),
    [
        ("MADRS Remission During the Study", True),
        ("MADRS Remission Over 8 Weeks", True),
        ("MADRS Remission Over the Course of the Trial", True),
        ("MADRS Remission Throughout Treatment", True),
        ("MADRS Remission During Long-term Treatment", True),
        ("Overall MADRS Remission Rate", True),
        ("MADRS Remission During the Double-blind Treatment Phase", False),
        ("Remission by the Overall MADRS Score", False),
        ("MADRS Remission After 8 Weeks of Treatment", False),
    ],
)
def test_title_of_a_span_is_of_no_visit(title: str, several: bool) -> None:
    found = timed("8 weeks", title)
    assert (found.day, "any visit until then" in found.problem) == ("" if several else "56", several)
    assert timed("Weeks 4 and 8", title, "Week 8").day == "56"
