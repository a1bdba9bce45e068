"""How registry entries of trials of depression say what they count: each phrasing with what must be read of it, or why it isn't taken.

The phrasings are those of entries in general (SSRIs, SNRIs, vortioxetine, neurosteroids, psilocybin, esketamine), written anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.growth.slopes import slope
from tests.trialregistry.entries import figures, measure, one

MEAN: dict[str, Any] = {"param": "MEAN", "unit": "units on a scale", "dispersion": "Standard Deviation"}
FALLS = [("-16.2", "9.1"), ("-11.7", "8.8")]

OUTCOMES = [
    # title, what else, definition, day
    ("Percentage of Participants With HAM-D Response at Day 15",
     {"frame": "Day 15", "description": "The 17-item HAM-D was used. HAM-D response was defined as having a 50% or greater reduction from baseline in HAM-D total score."},
     "response.hamd17.ge50pct", "15"),
    ("Percentage of Participants With HAM-D Remission",
     {"frame": "Day 15", "description": r"HAM-D remission was defined as having a 17-item HAM-D total score of less than or equal to (\<=) 7."},
     "remission.hamd17.le7", "15"),
    ("Percentage of Participants Achieving Hamilton Rating Scale for Depression (HAM-D) Remission",
     {"frame": "Hour 60", "description": "Remission is a HAM-D total score of ≤7."}, "remission.hamd.unstated.le7", "2.5"),
    ("The Proportion of Participants With a Response (≥50% Improvement) in MADRS Total Score From Baseline", {"frame": "3 weeks"}, "response.madrs.ge50pct", "21"),
    ("The Proportion of Participants With Remission (MADRS Total Score ≤ 10)", {"frame": "Week 3"}, "remission.madrs.le10", "21"),
    ("Proportion of Responders at Week 8 (Response Defined as a >=50% Decrease From Baseline in MADRS Total Score)", {}, "response.madrs.ge50pct", "56"),
    ("Percentage of Participants With Response in HAM-D24 Total Score at Week 8", {"description": "Response is defined as a ≥50% decrease in the HAM-D24 total score from Baseline"}, "response.hamd24.ge50pct", "56"),
    ("Percentage of Participants With HAM-D17 Remission", {"description": "Remission was defined as a HAM-D17 total score of 7 or less. Response was a reduction of at least 50%."}, "remission.hamd17.le7", "56"),
    ("Percentage of Participants Responding", {"description": "Response was a ≥50% reduction on the HAM-D17 and remission was defined as a score of ≤7 on the HAM-D17."}, None, None),
    ("Clinical Global Impression-Improvement (CGI-I) Response", {"frame": "Week 6", "description": "Response defined as CGI-I score of 1 (very much improved) or 2 (much improved)."}, "response.cgi-i.le2", "42"),
    ("CGI-I Responders", {"frame": "Week 6", "description": "Responders had a CGI-I score of 2 or less."}, "response.cgi-i.le2", "42"),
    ("QIDS-SR16 Remission Rate", {"frame": "Week 6", "description": "Remission: QIDS-SR16 total score of 5 or less"}, "remission.qids-sr16.le5", "42"),
    ("MADRS Remission Rate", {"frame": "6 weeks", "description": "Remission is MADRS<10"}, "remission.madrs.lt10", "42"),
    ("Percentage of Responders on the HAM-D", {"frame": "Week 6", "description": "≥ 50% decrease from baseline"}, "response.hamd.unstated.ge50pct", "42"),
    ("Percentage of Participants With Response", {"frame": "Week 6", "description": ">50% decrease in HAMD-17 from baseline"}, "response.hamd17.gt50pct", "42"),
    ("Percentage of Participants With Response", {"frame": "Week 6", "description": "50% decrease in HAMD-17 from baseline"}, "response.hamd17.50pct", "42"),
    ("Percentage of Participants With a >= 50% Reduction From Baseline in HAMD-17 Total Score", {"frame": "Week 6"}, "response.hamd17.ge50pct", "42"),
    ("Percentage of Participants With MADRS Total Score of 12 or Less", {"frame": "Week 4", "description": "Such participants were considered to be in remission."}, "remission.madrs.le12", "28"),
    ("Percentage of Participants in Remission at Any Visit", {"frame": "Week 12", "description": "Remission is MADRS ≤12."}, "remission.madrs.le12-any-visit", "84"),
    ("Response to Treatment, HRSD-21", {"frame": "week 4", "description": "Response to treatment is a reduction of HRSD-21 scores by at least fifty percent from baseline"}, "response.hamd21.ge50pct", "28"),
    ("MADRS Remission", {"frame": "Week 6", "description": "Remission required MADRS ≤10 and a reduction of at least 50% from baseline."}, "remission.madrs.le10-and-ge50pct", "42"),
    ("MADRS Response", {"frame": "Week 6", "description": "Response was a reduction of at least 50% from baseline or a MADRS total score ≤10."}, "response.madrs.ge50pct-or-le10", "42"),
    ("MADRS Response", {"frame": "Week 6"}, "response.madrs.unstated", "42"),
    ("Remission", {"description": "Remission is a HAM-D17 total score ≤7 (range 0 to 52, higher is worse)."}, "remission.hamd17.le7", "56"),
    ("Remission", {"description": "Remission is a HAM-D17 total score from 0 to 7."}, "remission.hamd17.le7", "56"),
    ("Remission", {"description": "Remission: MADRS < or = 10. Scores range from 0 to 60."}, "remission.madrs.le10", "56"),
    ("Remission", {"description": "Remission: MADRS total score less than or equal 10."}, "remission.madrs.le10", "56"),
    ("Full Remission on the MADRS", {"description": "Complete remission was a MADRS total score ≤5."}, "remission.madrs.le5", "56"),
    ("MADRS Remission", {"description": "Remission was a MADRS total score ≤10 on the 10-item scale with all participants included."}, "remission.madrs.le10", "56"),
    ("Response", {"description": "Partial response: a 25% to 49% reduction in MADRS. Response: a reduction of at least 50%. Non-response: less than 25%."}, "response.madrs.ge50pct", "56"),
    ("Response", {"description": "Response was a ≥ 50% decrease in MADRS from baseline; remission was MADRS ≤ 10."}, "response.madrs.ge50pct", "56"),
    ("Remission", {"description": "Response was a ≥ 50% decrease in MADRS from baseline; remission was MADRS ≤ 10."}, "remission.madrs.le10", "56"),
    ("MADRS Remission (Score of 0-10)", {}, "remission.madrs.le10", "56"),
    ("EPDS Remission", {"frame": "Week 6", "description": "Remission is an EPDS total score below 10."}, "remission.epds.lt10", "42"),
    ("EPDS Response", {"frame": "Week 6", "description": "50% decrease in EPDS from baseline"}, "response.epds.50pct", "42"),
    ("BDI Response", {"frame": "Week 6", "description": "A decrease of at least 50% in the BDI score"}, "response.bdi.unstated.ge50pct", "42"),
    ("BDI Remission", {"frame": "Week 6", "description": "Remission is a BDI total score of less than 10."}, "remission.bdi.unstated.lt10", "42"),
    ("BDI-II Remission", {"frame": "Week 6", "description": "Remission is a BDI-II total score of 13 or less."}, "remission.bdi2.le13", "42"),
    ("GDS Remission", {"frame": "Week 6", "description": "Remission is a GDS total score of less than 7."}, "remission.gds.unstated.lt7", "42"),
    ("Depression Severity (PHQ-9) Remission", {"frame": "6 months", "description": "Remission: PHQ-9 < 5"}, "remission.phq9.lt5", ""),
    ("Clinical Response as Measured by the MADRS", {"frame": "From Baseline to 24 hours post-infusion", "description": "A decrease in MADRS of at least 50%"}, "response.madrs.ge50pct", "1"),
    ("Percentage of Participants With Response", {"frame": "Up to 92 weeks", "description": "≥50% reduction in MADRS"}, "response.madrs.ge50pct", ""),
    ("MADRS Remission", {"frame": "Week 1.5", "description": "MADRS ≤10"}, "remission.madrs.le10", "10.5"),
    ("MADRS Remission", {"frame": "0 to 8 weeks", "description": "MADRS ≤10; HAM-D17 and CGI-S were secondary."}, "remission.madrs.le10", "56"),
    ("HAM-D Remission", {"description": "The first 17 items of the 24-item HAM-D had a total of ≤7."}, "remission.hamd17.le7", "56"),
    ("HAM-D Remission", {"description": "Remission is HAM-D 17 or 21 ≤7."}, "remission.hamd.unstated.le7", "56"),
    ("Percentage of Participants With Response (MADRS >= 50% Reduction) at Week 4 (Day 29)", {"frame": "Week 4 (Day 29)"}, "response.madrs.ge50pct", "29"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "about", "definition", "day"), OUTCOMES)
def test_outcome_is_read_as_it_is_said(
    tmp_path: Path, title: str, about: dict[str, Any], definition: str | None, day: str | None
) -> None:
    found = one(tmp_path, title, **about)
    if definition is None:
        assert "neither response nor remission" in found.refused
        return
    assert not found.refused
    assert (found.definition, found.time.day) == (definition, day)
    assert found.count is not None
    assert (found.count.events, found.n) == (50, 100)
    assert found.word.words


REFUSED = [
    ("Sustained Response at Week 12", {"description": "MADRS response of 50% sustained from week 3 to week 12"}, "must last"),
    ("Percentage of Participants With Sustained Remission", {"description": "MADRS ≤10 at two consecutive visits"}, "must last"),
    ("Probability of Remission at Week 8", {"description": "HAMD-17 total score ≤7"}, "an estimate"),
    ("Percentage of Participants With Response and Remission", {"description": "On the MADRS"}, "names both"),
    ("Percentage of Participants With Response", {"frame": "Days 3, 8, 15 and 45", "description": "≥50% reduction in MADRS"}, "several days"),
    ("MADRS Remission", {"frame": "Weeks 1 through 8", "description": "MADRS ≤10"}, "several days"),
    ("MADRS Remission", {"frame": "Weeks 1-8", "description": "MADRS ≤10"}, "several days"),
    ("MADRS Remission", {"frame": "Day 1 to 28", "description": "MADRS ≤10"}, "several days"),
    ("MADRS Remission", {"frame": "6 to 8 weeks", "description": "MADRS ≤10"}, "nothing says which: 6 to 8 weeks"),
    ("MADRS Remission", {"description": "Remission was a MADRS total score ≤10 for at least 4 weeks."}, "must last"),
    ("MADRS Remission", {"description": "Remission was a MADRS total score ≤10 for ≥2 consecutive weeks."}, "must last"),
    ("MADRS Remission", {"description": "Remission was a MADRS total score ≤10 at Week 6 and Week 8."}, "names several visits"),
    ("MADRS Remission", {"description": "Remission was a MADRS total score ≤10 at Weeks 6 and 8."}, "names several visits"),
    ("MADRS Remission at Week 6 and Week 8", {"frame": "Week 8", "description": "MADRS ≤10"}, "the title says Week 6, Week 8"),
    ("MADRS Remission", {"description": "Remission was a MADRS total score ≤10 and no item above 1."}, "aren't understood"),
    ("MADRS Remission", {"description": "Remission was a MADRS total score ≤10 with item 10 scored 0."}, "with item 10"),
    ("MADRS Remission", {"description": "Remission was MADRS ≤10 and all items ≤1."}, "by `<=10 … <=1`"),
    ("MADRS Remission", {"description": "Remission was MADRS ≤10 or, in those over 65, ≤12."}, "by `<=10 … <=12`"),
    ("MADRS Response", {"description": "Response was a MADRS total score below 17 or, later, below 13."}, "by `below 17 … below 13`"),
    ("MADRS Response", {"description": "Response was a MADRS total score ≤12 and no item above 1."}, "no definition"),
    ("MADRS Response", {"description": "Response was a reduction of ≥50%, or ≥75% in those treated before."}, "by `>=50% … >=75%`"),
    ("MADRS Remission", {"description": "Remission was a MADRS total score ≤10 without use of rescue medication."}, "without use of"),
    ("MADRS Remission", {"description": "Remission was a MADRS total score ≤10 and no longer meeting DSM-IV criteria."}, "no longer meeting"),
    ("MADRS Remission", {"description": "Complete remission was a MADRS total score ≤10."}, "rule is of complete remission"),
    ("Complete Remission", {"description": "Remission was a MADRS total score ≤10."}, "the figure of complete remission"),
    ("MADRS Full Response", {"description": "Response was a reduction of MADRS by ≥50%."}, "rule is of plain response"),
    ("MADRS Remission", {"description": "Remission was a MADRS total score ≤10 and a CGI-S score of 1 or 2."}, "`<=10 … CGI-S`"),
    ("MADRS Response", {"description": "Response was a ≥50% reduction in MADRS and ≤2 on the CGI-I."}, "… CGI-I`"),
    ("Response", {"description": "Response is a decrease of ≥50% in HAMD17 or HAMD21."}, "several scales"),
    ("Percentage of Participants Who Lost Response", {"description": "≥50% reduction in MADRS"}, "aren't understood"),
    ("Percentage of Participants With Response at Week 8", {"frame": "Week 6", "description": "≥50% reduction in MADRS"}, "time frame"),
    ("Percentage of Participants With Response by Week 8", {"frame": "Week 8", "description": "≥50% reduction in MADRS"}, "at any until"),
    ("Suicidal Ideation Remission", {"description": "MADRS item 10 score ≤1"}, "another scale"),
    ("Percentage of Participants With >=50% Improvement in HAM-A", {}, "neither response nor remission"),
    ("Percentage of Participants With Response on the Sheehan Disability Scale (SDS)", {"description": "SDS ≤12"}, "another scale"),
    ("Percentage of Participants Without Response", {"description": "≥50% reduction in MADRS"}, "without response"),
    ("Response", {"description": "50% reduction in MADRS " * 2000}, "over 5,000 characters"),
    ("Percentage of Participants With Partial Response", {"description": "25 to 50% reduction in MADRS"}, "no definition"),
    ("Percentage of Participants With Response", {"description": "≥30% reduction in MADRS from baseline"}, "no definition"),
    ("EPDS Response", {"description": "At least 50% decrease in EPDS from baseline"}, "no definition"),
    ("Percentage of Participants With Response", {"description": "≥50% reduction on the MADRS or on the HAM-D"}, "several scales"),
    ("Percentage of Participants With Remission (MADRS < 12)", {"description": "Remission was a MADRS total score ≤12."}, "several rules"),
    ("Percentage of Participants With Response to the Survey", {}, "neither a scale nor a rule"),
    ("Both Remission at Week 8 and Relapse-free Until Week 32", {"description": "MADRS ≤10"}, "no relapse"),
    ("Percentage of Participants With Relapse After Remission", {"description": "MADRS ≥22"}, "relapse"),
    ("Percent of Participants With Response on the MADRS", {"unit": "participants", "values": ["50", "40"]}, "the title gives a percentage"),
    ("Response on the MADRS", {"unit": "participants", "values": ["54.1", "40.0"]}, "isn't a whole number"),
    ("Response on the MADRS", {"unit": "participants", "values": ["101", "40"]}, "more than all"),
    ("Response on the MADRS", {"unit": "mmol/l"}, "counts no participants"),
    ("Response on the MADRS", {"unit": "proportion of participants", "values": ["45.1", "0.3"]}, "over 1"),
    ("Response on the MADRS", {"values": ["NA", "40.0"]}, "isn't a number"),
    ("Response on the MADRS", {"n": (0, 100)}, "nobody"),
    ("Response on the MADRS", {"n": (12, 100), "values": ["45.1", "40.0"]}, "no whole number of 12"),
    ("Response on the MADRS", {"n": (5000, 100), "values": ["45.1", "40.0"]}, "print as 45.1%"),
    ("Response on the MADRS", {"description": "Missing values were replaced by multiple imputation."}, "filled in"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "about", "why"), REFUSED)
def test_outcome_that_cannot_be_told_is_refused(tmp_path: Path, title: str, about: dict[str, Any], why: str) -> None:
    assert why in one(tmp_path, title, **about).refused


SCORES = [
    ("Change From Baseline in 17-item Hamilton Rating Scale for Depression (HAM-D) Total Score at 60 Hours", {"frame": "Baseline, 60 hours"}, ("hamd17", "change", "2.5")),
    ("Change From Baseline in MADRS Total Score After 8 Weeks of Treatment", {"frame": "Baseline and Week 8"}, ("madrs", "change", "56")),
    ("Change From Baseline in HAM-D-24 Total Score After 8 Weeks of Treatment", {"frame": "Baseline and Week 8"}, ("hamd24", "change", "56")),
    ("Mean Change From Baseline in the 17-Item Hamilton Depression Rating Scale (HAMD-17) Total Score at 8 Weeks", {"frame": "Baseline, 8 weeks"}, ("hamd17", "change", "56")),
    ("Change From Baseline in MADRS Total Score at 24 Hours Post First Dose (Day 2)", {"frame": "Baseline (Day 1, predose) to 24 hours post first dose (Day 2)"}, ("madrs", "change", "2")),
    ("Change From Baseline in MADRS Total Score at Week 4 (Day 29)", {"frame": "Baseline, Week 4 (Day 29)"}, ("madrs", "change", "29")),
    ("Change From Baseline in MADRS Total Score at End of Acute Phase", {"frame": "Baseline to end of 6-week double-blind treatment phase (Week 6)"}, ("madrs", "change", "42")),
    ("Change From Baseline in QIDS-SR16 Total Score", {"frame": "Baseline up to 52 weeks"}, ("qids-sr16", "change", "")),
]  # fmt: skip


@pytest.mark.parametrize(("title", "about", "wanted"), SCORES)
def test_change_is_read_as_it_is_said(tmp_path: Path, title: str, about: dict[str, Any], wanted: tuple[str, str, str]) -> None:
    found = one(tmp_path, title, **MEAN, values=FALLS, **about)
    assert not found.refused
    assert (found.scale.term, found.statistic, found.time.day) == wanted
    assert (found.mean, found.sd, found.n, found.estimate) == ("-16.2", "9.1", 100, "raw")


SCORES_REFUSED = [
    ("Percent Change From Baseline in HAMD-17", {"unit": "percent change"}, "in percent"),
    ("Change From Baseline in CGI-SS-R", {}, "isn't of a scale of depression"),
    ("Change From Baseline in the Hamilton Depression Scale 6-Item Subscale", {}, "aren't understood"),
    ("Change From Baseline in MADRS Item 10", {}, "aren't understood"),
    ("Change From Baseline in HAMD-17 Anxiety/Somatization", {}, "aren't understood"),
    ("MADRS Total Score at Baseline and Week 8", {"values": ["30", "31"]}, "names the baseline"),
    ("Change From Baseline in Clinical Status Using CGI-I Score at Week 8", {"values": ["2.2", "2.7"]}, "itself a rating of change"),
    ("Reduction in MADRS at Week 8", {"values": ["12.1", "10.0"]}, "minus"),
    ("MADRS Total Score at Week 8", {"values": ["61", "10"]}, "outside"),
    ("Change From Baseline in MADRS and HAM-D", {}, "several scales"),
    ("Change From Baseline in MADRS", {"description": "A negative change indicates improvement.", "values": ["12.1", "10.0"]}, "above 0"),
    ("Change From Baseline in MADRS", {"param": "MEDIAN"}, "a median is neither"),
    ("Change From Baseline in MADRS", {"param": "GEOMETRIC_MEAN"}, "a geometric mean is neither"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "about", "why"), SCORES_REFUSED)
def test_mean_that_cannot_be_told_is_refused(tmp_path: Path, title: str, about: dict[str, Any], why: str) -> None:
    assert why in one(tmp_path, title, **{**MEAN, "values": FALLS, **about}).refused


def test_classes_say_which_outcome_and_which_day(tmp_path: Path) -> None:
    rule = "Response was defined as ≥50% reduction from baseline in HAM-D17 and remission as a HAM-D17 score ≤7."
    found = figures(
        tmp_path,
        measure("Number of Participants With Response and Remission", description=rule, param="COUNT_OF_PARTICIPANTS", unit="Participants",
                classes={"Response": ["50", "40"], "Remission": ["30", "20"]}),
        measure("Percentage of Participants With Remission of Depression (MADRS Total Score <=12)", frame="Day 1: 4 hours postdose, Days 2, 25",
                classes={"Day 1: 4 Hours Postdose": ["10.0", "5.0"], "Day 2: 24 Hours Postdose": ["20.0", "10.0"], "Day 25": ["50.0", "40.0"], "Day 25: 4 Hours": ["50.0", "40.0"]}),
    )  # fmt: skip
    read = [(r.definition, r.time.day, r.time.later, r.count and r.count.events) for r in found[::2]]
    assert read == [
        ("response.hamd17.ge50pct", "56", False, 50),
        ("remission.hamd17.le7", "56", False, 30),
        ("remission.madrs.le12", "0.1667", False, 10),
        ("remission.madrs.le12", "2", False, 20),
        ("remission.madrs.le12", "25", False, 50),
        ("remission.madrs.le12", "25", True, 50),
    ]


@pytest.mark.parametrize(
    ("classes", "why"),
    [
        ({"Male": ["50.0", "40.0"]}, "part of the participants"),
        ({"Responder": ["50.0", "40.0"], "Non-responder": ["50.0", "60.0"]}, "without response"),
        ({"Week 8 (n=90, 80, 70)": ["50.0", "40.0"]}, "one for each group"),
        ({"25% to 50% reduction": ["50.0", "40.0"]}, "several rules"),
        ({">=75%": ["50.0", "40.0"]}, "rule of its own"),
    ],
)
def test_class_that_is_not_the_whole_arm_is_refused(tmp_path: Path, classes: dict[str, Any], why: str) -> None:
    found = figures(
        tmp_path, measure("Percentage of Participants With Response", description="≥50% decrease in MADRS", classes=classes)
    )
    assert why in found[-1].refused


@pytest.mark.parametrize(
    ("frame", "day"),
    [
        ("Weeks 0-8", "56"),
        ("Week 0 to Week 6", "42"),
        ("Day 1 to Day 28", "28"),
        ("Day 1 (predose) through Day 15", "15"),
        ("Baseline and 4 hours postdose (Day 1)", "0.1667"),
        ("4 Hours Postdose on Day 1", "0.1667"),
        ("Day 2 (24 hours post first dose on Day 1)", "2"),
        ("24 hours post first dose (Day 2)", "2"),
        ("Screening, Baseline, Visit 8 (Week 6)", "42"),
        ("Baseline, eight weeks", "56"),
        ("End of 6-week double-blind treatment", ""),
        ("Approximately 26 weeks", "182"),
        ("Up to 26 weeks", ""),
        ("6 months", ""),
        ("Baseline, 2, 4 and 8 weeks", None),
        ("4 and 8 weeks", None),
        ("Week 4 (Day 29)", "29"),
        ("Week 4 (Day 29), Week 8", None),
        ("Day 1: 4 hours postdose, Day 2: 24 hours postdose, Day 25", None),
        ("Days 1 (2 hour), 2 and 8", None),
        ("Day 25: 4 hours postdose, Day 8", None),
        ("Weeks 4, 8 and 12", None),
        ("Week 1 to Week 8", None),
        ("Up to Week 4", ""),
        ("By Week 4", ""),
        ("Through Day 28", ""),
        ("Baseline through Week 4", "28"),
        ("Day 25 (Week 4)", "25"),
    ],
)
def test_day_is_the_one_that_a_time_frame_means(tmp_path: Path, frame: str, day: str | None) -> None:
    found = one(tmp_path, "Percentage of Participants With Response", frame=frame, description="≥50% decrease in MADRS")
    assert found.time.day == (day or "")
    assert ("several days" in found.refused) == (day is None)


@pytest.mark.parametrize("frame", ["Day 28 (Week 5)", "Week 5 (Day 28)", "8 weeks (Day 28)", "Week 5 (28 days)"])
def test_day_and_week_that_are_not_one_are_refused(tmp_path: Path, frame: str) -> None:
    found = one(tmp_path, "Percentage of Participants With Response", frame=frame, description="≥50% decrease in MADRS")
    assert f"`{frame}` isn't one day" in found.refused


@pytest.mark.parametrize("odd", ["1, ", "from day 1 ", "Week 1, 2, ", "baseline ("])
def test_odd_frames_take_little_longer_than_their_length(tmp_path: Path, odd: str) -> None:
    def read(size: int) -> None:
        frame = odd * (size // len(odd))
        one(tmp_path, "Percentage of Participants With Response", frame=frame, description="≥50% decrease in MADRS")

    assert slope(read, 1200) < 10


@pytest.mark.parametrize("odd", ["not LOCF ", "FAS ", "after ", "from the end of the ", "participants who completed "])
def test_odd_descriptions_take_little_longer_than_their_length(tmp_path: Path, odd: str) -> None:
    def read(size: int) -> None:
        text = odd * (size // len(odd))
        one(tmp_path, f"MADRS Response {text[:600]}", description=text, population=text)

    assert slope(read, 1200) < 10


@pytest.mark.parametrize(
    ("title", "subset"),
    [
        ("Response in Participants With Anxious Depression at Week 8", "Anxious Depression"),
        ("Response Among Non-responders", "Non-responders"),
        ("Response in Participants With Major Depressive Disorder", ""),
        ("Percentage of Participants Who Achieved Response", ""),
        ("Percentage of Participants in Response", ""),
    ],
)
def test_measure_of_some_of_the_participants_says_which(tmp_path: Path, title: str, subset: str) -> None:
    assert one(tmp_path, title, description="≥50% decrease in MADRS").subset == subset


def test_title_of_a_class_may_give_its_denominators(tmp_path: Path) -> None:
    about = {"description": "≥50% decrease in MADRS", "classes": {"Week 8 (n=90, 80)": ["50.0", "40.0"]}}
    found = figures(tmp_path, measure("Percentage of Participants With Response", **about))
    assert [(r.n, r.count and r.count.events) for r in found] == [(90, 45), (80, 32)]


def test_levels_and_changes_of_one_measure_are_told_apart(tmp_path: Path) -> None:
    levels = {"Baseline": [("22.1", "4.0"), ("22.3", "4.1")], "Week 6": [("10.1", "4.0"), ("12.3", "4.1")]}
    found = figures(
        tmp_path,
        measure("HDRS-17 score", frame="Baseline, 6 weeks", classes=levels, **MEAN),
        measure("Change in HDRS-17 score", frame="Baseline, 6 weeks", classes=levels, **MEAN),
        measure("Change in HDRS-17 score", frame="Baseline, 6 weeks", classes={**levels, "Change at Week 6": FALLS}, **MEAN),
    )
    read = [r.refused[:35] or (r.statistic, r.time.day) for r in found[::2]]
    assert read == [
        ("baseline", "0"), ("endpoint", "42"),
        ("baseline", "0"), "the title says change, and a class ",
        ("baseline", "0"), ("endpoint", "42"), ("change", "42"),
    ]  # fmt: skip


def test_level_before_treatment_is_a_baseline(tmp_path: Path) -> None:
    found = one(tmp_path, "Baseline MADRS Total Score", frame="Baseline", **MEAN, values=["30.1", "31.2"])
    assert (found.statistic, found.time.day, found.mean) == ("baseline", "0", "30.1")


def test_share_becomes_a_percentage_digit_for_digit(tmp_path: Path) -> None:
    about = {
        "description": "≥50% decrease in MADRS",
        "unit": "proportion of participants",
        "n": (71, 64),
        "values": ["0.239", "0.1"],
    }
    found = figures(tmp_path, measure("Proportion of Responders", **about))
    assert found[0].count is not None
    assert (found[0].count.events, found[0].count.percent, found[0].count.origin) == (17, "", "derived-from-percent")


@pytest.mark.parametrize(
    ("frame", "day"),
    [
        ("6 weeks 3 days", "45"),
        ("6 weeks + 3 days", "45"),
        ("6 wk 3 d", "45"),
        ("2 days 12 hours", "2.5"),
        ("2 hours on Day 1", "0.0833"),
        ("Period 2 Week 6", "42"),
        ("Cycle 1 Week 8", "56"),
        ("Baseline and 8 weeks later", "56"),
        ("24 hours after first infusion", "1"),
        ("Week 8 (2 weeks after last dose)", "14"),
    ],
)
def test_span_in_two_units_is_their_sum(tmp_path: Path, frame: str, day: str) -> None:
    assert one(tmp_path, "Response", frame=frame, description="≥50% decrease in MADRS").time.day == day


@pytest.mark.parametrize(
    "frame",
    [
        "6 weeks and 3 days",
        "1 month 2 weeks",
        "from week 4 to 8 weeks later",
        "8 weeks after Week 4",
        "4 weeks after Day 1",
        "2 hours, Day 1",
        "Less than 8 weeks",
        "At least 8 weeks",
        "8 weeks (maximum)",
        "8 weeks or more",
        "by 8 weeks",
        "weekly for 8 weeks",
        "through study completion, an average of 8 weeks",
        "Week 8 of the second course",
        "Cycle 2 Week 8",
        "Week 8 in Year 2",
        "8 weeks after discontinuation",
        "Week 8 after relapse",
        "24 hours post second infusion",
        "one week after each infusion",
        "Before Week 8",
        "no later than Week 8",
    ],
)
def test_limit_and_visit_that_counts_from_elsewhere_are_no_day(tmp_path: Path, frame: str) -> None:
    assert one(tmp_path, "Response", frame=frame, description="≥50% decrease in MADRS").time.day == ""
