"""Packages of registry entries: which groups become arms of which part of a trial, and what is left out with its reason."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from registry.importing.problems import ImportProblem, MappingError, WrongPathError
from registry.trialregistry.drafting import draft_package
from registry.trialregistry.entries import read_entries
from registry.trialregistry.given import given_in
from registry.trialregistry.options import TrialOptions
from registry.trialregistry.tables import EntryRows, rows_of
from tests.trialregistry.entries import measure, put, study
from validation.engine import validate_package

RULE = "A responder has at least a 50% reduction from baseline in the MADRS total score."
ITT = "Intent-to-treat: all participants randomly assigned to treatment."
RANDOMISED: dict[str, Any] = {"designModule": {"designInfo": {"allocation": "RANDOMIZED", "interventionModel": "PARALLEL"}}}
ARMS = ("Esketamine 56 mg", "Placebo")


def response(**about: Any) -> dict[str, Any]:
    return measure(**{"title": "Response", "description": RULE, "groups": ARMS, **about})


def drafted(folder: Path, *measures: dict[str, Any], options: TrialOptions | None = None, **protocol: Any) -> EntryRows:
    entry = read_entries([put(folder, study(*measures, **(RANDOMISED | protocol)))])[0]
    return rows_of(entry, options or TrialOptions())


def parts(rows: EntryRows) -> dict[str, tuple[str, str]]:
    return {row["study_id"]: (row.get("part_of", ""), row.get("part_relation", "")) for row in rows.tables["studies"]}


def arms(rows: EntryRows, study_id: str = "nct01234567") -> dict[str, str]:
    return {row["arm_id"]: row.get("includes", "") for row in rows.tables["arms"] if row["study_id"] == study_id}


def test_groups_are_known_by_their_titles_not_by_their_ids(tmp_path: Path) -> None:
    rows = drafted(tmp_path, response(frame="Week 4"), response(frame="Week 8", groups=ARMS[::-1], values=["20.0", "50.0"]))
    assert [(o["arm_id"], o["timepoint_days"], o["events"]) for o in rows.tables["outcomes"]] == [
        ("esketamine-56-mg", "28", "50"), ("placebo", "28", "50"), ("placebo", "56", "20"), ("esketamine-56-mg", "56", "50"),
    ]  # fmt: skip
    assert parts(rows) == {"nct01234567": ("", "")}


@pytest.mark.parametrize(
    ("title", "treatments", "doses", "unit", "route"),
    [
        ("Esketamine 84 mg + Standard of Care (SOC)", ("esketamine",), ("84",), "mg", ""),
        ("Intranasal Esketamine 56 mg Plus Oral Antidepressant", ("esketamine",), ("56",), "mg", "intranasal"),
        ("Oral AD Plus Intranasal Placebo", ("placebo",), (), "", "intranasal"),
        ("Esketamine Nasal Spray 56 mg/84 mg", ("esketamine",), ("56", "84"), "mg", "intranasal"),
        ("Ketamine 0.5 mg/kg IV", ("ketamine",), ("0.5",), "mg/kg", ""),
        ("Sertraline 50-200 mg/day", ("sertraline",), ("50", "200"), "mg/day", ""),
        ("Quetiapine Extended Release (XR) + Oral AD", ("quetiapine-xr",), (), "", ""),
        ("Quetiapine", (), (), "", ""),
        ("Placebo (Matching Esketamine)", ("placebo",), (), "", ""),
        ("Esketamine-matching Placebo", ("placebo",), (), "", ""),
        ("Escitalopram + Ketamine", ("escitalopram", "ketamine"), (), "", ""),
        ("Participant's ketamine", ("ketamine",), (), "", ""),
        ("(S)-Ketamine", ("esketamine",), (), "", ""),
        ("Lexapro", ("escitalopram",), (), "", ""),
        ("Psilocybin 25 mg and 10 mcg", ("psilocybin",), ("25", "10"), "", ""),
    ],
)
def test_title_of_a_group_says_what_it_was_given(
    title: str, treatments: tuple[str, ...], doses: tuple[str, ...], unit: str, route: str
) -> None:
    given = given_in(title)
    assert (set(given.treatments), given.doses, given.unit, given.route) == (set(treatments), doses, unit, route)


def test_panels_with_their_own_placebo_and_a_second_randomisation_are_parts(tmp_path: Path) -> None:
    first = tuple(f"Panel {panel}: Period 1 {drug}" for panel in "AB" for drug in ("Placebo", "Esketamine 56 mg"))
    second = tuple(title.replace("Period 1", "Period 2").replace(": ", ":", 1) for title in first)
    again = "Period 2 ITT: non-responders to placebo in Period 1, who were randomly re-assigned in Period 2."
    four = {"n": (20, 10, 20, 10), "values": ["10.0", "20.0", "10.0", "20.0"]}
    rows = drafted(
        tmp_path,
        response(groups=first, frame="Period 1: Day 8", population=ITT, **four),
        response(groups=second, frame="Period 2: Day 8", population=again, **four),
    )
    whole = "nct01234567"
    assert parts(rows) == {
        whole: ("", ""),
        f"{whole}-panel-a-period-1": (whole, "subset"),
        f"{whole}-panel-a-period-2": (whole, "re-randomised"),
        f"{whole}-panel-b-period-1": (whole, "subset"),
        f"{whole}-panel-b-period-2": (whole, "re-randomised"),
    }
    assert arms(rows) == {}
    assert arms(rows, f"{whole}-panel-a-period-1") == {"placebo": "", "esketamine-56-mg": ""}
    sizes = [row["n_randomised"] for row in rows.tables["arms"] if row["study_id"].endswith("panel-b-period-1")]
    assert sizes == ["20", "10"]


def test_phases_of_one_cohort_are_no_arms(tmp_path: Path) -> None:
    groups = ("Esketamine Nasal Spray (IND Phase)", "Esketamine Nasal Spray (OP/MA Phase)")
    rows = drafted(tmp_path, response(groups=groups))
    assert parts(rows) == {"nct01234567": ("", ""), "nct01234567-maintenance": ("nct01234567", "extension")}
    assert all(row["design"] == "single-arm" and row["randomised"] == "false" for row in rows.tables["studies"])
    assert {row["route"] for row in rows.tables["arms"]} == {"intranasal"}


def test_single_arm_phase_stands_apart_from_the_randomised_one(tmp_path: Path) -> None:
    rows = drafted(tmp_path, response(title="DB Induction Phase: Response"), response(title="OL Induction Phase: Response", groups=["Esketamine: Flexible Dose"], n=[48], values=["25.0"]))  # fmt: skip
    assert parts(rows) == {"nct01234567": ("", ""), "nct01234567-open-label": ("nct01234567", "extension")}
    assert [row["design"] for row in rows.tables["studies"]] == ["parallel", "single-arm"]


def test_some_of_the_participants_are_a_subset(tmp_path: Path) -> None:
    about: dict[str, Any] = {"frame": "Up to 92 weeks", "param": "MEAN", "unit": "points"}
    rows = drafted(
        tmp_path,
        response(title="Change From Baseline in MADRS in Participants With Stable Remission", values=["7.5", "12.5"], **about),
        response(title="Change From Baseline in MADRS in Participants With Stable Response (But Not in Stable Remission)", values=["4.4", "11.4"], **about),
    )  # fmt: skip
    found = parts(rows)
    assert len(found) == 3
    assert set(found.values()) == {("", ""), ("nct01234567", "subset")}
    assert len(rows.tables["scores"]) == 4


@pytest.mark.parametrize(
    ("groups", "includes"),
    [
        (("Esketamine 28 mg", "Esketamine 56 mg", "All Esketamine", "Placebo"), "esketamine-28-mg;esketamine-56-mg"),
        (
            ("Esketamine 28 mg", "Esketamine 56 mg", "Esketamine 84 mg", "Esketamine 28 mg + 56 mg"),
            "esketamine-28-mg;esketamine-56-mg",
        ),
    ],
)
def test_pooled_group_names_the_arms_it_holds(tmp_path: Path, groups: tuple[str, ...], includes: str) -> None:
    rows = drafted(tmp_path, response(groups=groups, n=[100] * 4))
    assert [held for held in arms(rows).values() if held] == [includes]


@pytest.mark.parametrize(("n", "includes"), [(200, "esketamine-28-mg;esketamine-56-mg"), (95, "")])
def test_group_without_a_dose_holds_those_beside_it_that_it_is_the_sum_of(tmp_path: Path, n: int, includes: str) -> None:
    groups = ("Esketamine 28 mg", "Esketamine 56 mg", "Esketamine", "Placebo")
    rows = drafted(tmp_path, response(groups=groups, n=(100, 100, n, 100), values=["50.0", "40.0", "40.0", "30.0"]))
    assert arms(rows)["esketamine"] == includes


def test_group_that_may_hold_others_is_left_out(tmp_path: Path) -> None:
    doses = response(groups=("Esketamine 28 mg", "Esketamine 56 mg", "Placebo"), n=[100] * 3)
    rows = drafted(tmp_path, doses, response(frame="Week 4", groups=("Esketamine", "Placebo")), response(frame="Week 6", groups=("Total",), n=[200], values=["50.0"]))  # fmt: skip
    held = [row for row in rows.tables["arms"] if row.get("includes")]
    assert [(row["arm_id"], row["includes"]) for row in held] == [("esketamine", "esketamine-28-mg;esketamine-56-mg")]
    assert [out.reason for out in rows.left_out] == [
        "which treatment `Total` had isn't clear (it names none of the vocabulary's); give the `treatment_id` of all that was given under `arms` in the mapping; "
        "where no term means that, it can't be entered"
    ]


def test_figure_given_twice_counts_once_and_two_that_differ_count_never(tmp_path: Path) -> None:
    same = drafted(tmp_path, response(), response(title="Clinical Response"))
    assert len(same.tables["outcomes"]) == 2
    assert {out.reason for out in same.left_out} == {"measure 0 gives the same figure"}
    differ = drafted(tmp_path, response(), response(title="Clinical Response", values=["51.0", "50.0"]))
    assert [(o["arm_id"]) for o in differ.tables["outcomes"]] == ["placebo"]
    assert sum("measures 0, 1 give different figures" in out.reason for out in differ.left_out) == 2


def test_hours_after_a_later_dose_give_way_to_the_day_itself(tmp_path: Path) -> None:
    classes = {
        "Day 25": ["50.0", "40.0"],
        "Day 25: 4 hours postdose": ["60.0", "40.0"],
        "Day 22: 4 hours postdose": ["30.0", "20.0"],
    }
    rows = drafted(tmp_path, response(frame="Days 22, 25", classes=classes))
    assert [(o["timepoint_days"], o["events"]) for o in rows.tables["outcomes"]] == [
        ("25", "50"),
        ("25", "40"),
        ("22", "30"),
        ("22", "20"),
    ]
    assert {out.reason for out in rows.left_out} == {"it was seen some hours after a dose, on a day that has a figure"}


def test_locator_has_the_words_that_were_read(tmp_path: Path) -> None:
    rows = drafted(tmp_path, response(population=ITT, classes={"Week 8": ["50.0", "40.0"]}))
    assert rows.tables["outcomes"][0]["source_locator"] == (
        'outcome measure 0, class "Week 8"; rule: description "at least a 50%"; scale: description "MADRS"; '
        'day: class "Week 8"; set: population "all participants randomly assigned"; missing data: not stated'
    )


def test_printed_comparisons_are_left_out_and_counted(tmp_path: Path) -> None:
    """Neither of these says what its effect is, and the second has none."""
    printed = [
        {"groupIds": ["OG000", "OG001"], "pValue": "=0.020", "paramValue": "1.4", "ciPctValue": "90", "ciNumSides": "TWO_SIDED"},
        {"groupIds": ["OG000", "OG001"], "pValue": "<0.001", "statisticalMethod": "one-sided"},
    ]
    document = study({**response(classes={"Week 8": ["50.0", "40.0"]}), "analyses": printed}, **RANDOMISED)
    report = draft_package([put(tmp_path, document)], None, tmp_path / "made")
    use = report.inputs["nct01234567"]
    assert (use.rows, use.used) == (4, 2)
    assert [(one.table, one.count, one.rows) for one in use.dropped] == [("contrasts", 2, (3, 4))]
    assert "contrasts" not in report.tables
    assert "2: the effect is `unnamed`" in (tmp_path / "made" / "README.md").read_text(encoding="utf-8")


def test_harms_go_to_the_arms_of_their_titles(tmp_path: Path) -> None:
    document = study(response(), **RANDOMISED)
    stats = [
        {"groupId": "EG000", "numAffected": "3", "numAtRisk": "99"},
        {"groupId": "EG001", "numAffected": "1", "numAtRisk": "9"},
    ]
    document["resultsSection"]["adverseEventsModule"] = {
        "eventGroups": [{"id": "EG000", "title": "Placebo"}, {"id": "EG001", "title": "Screening"}],
        "otherEvents": [
            {"term": "Nausea", "stats": stats},
            {"term": "Fall", "stats": stats[:1]},
            {"term": "Fall", "stats": stats[:1]},
            {"term": "Dry mouth", "stats": stats[:1]},
            {"term": "DRY  MOUTH", "stats": stats[:1]},
        ],
    }
    rows = rows_of(read_entries([put(tmp_path, document)])[0], TrialOptions())
    assert [(h["arm_id"], h["term"], h["events"], h["n_at_risk"], h["serious"]) for h in rows.tables["harms"]] == [
        ("placebo", "Nausea", "3", "99", "false")
    ]
    assert sorted({out.reason for out in rows.left_out}) == [
        "`DRY  MOUTH` is listed more than once for the group",
        "`Dry mouth` is listed more than once for the group",
        "`Fall` is listed more than once for the group",
        "`Screening` of the adverse events is no arm",
    ]


def test_what_the_mapping_says_is_taken_over(tmp_path: Path) -> None:
    options = TrialOptions(
        study={"population_id": "trd", "label": "A trial"},
        arms={"*": {"background_id": "antidepressant-new"}, "Active": {"treatment_id": "esketamine", "role": "experimental"}},
        leave_out={(1, ""): "post hoc"},
    )
    rows = drafted(
        tmp_path, response(groups=("Active", "Placebo")), response(frame="Week 4", groups=("Active", "Placebo")), options=options
    )
    assert {(a["arm_id"], a["background_id"], a["role"]) for a in rows.tables["arms"]} == {
        ("esketamine", "antidepressant-new", "experimental"), ("placebo", "antidepressant-new", "placebo"),
    }  # fmt: skip
    assert rows.tables["studies"][0]["population_id"] == "trd"
    assert [out.reason for out in rows.left_out] == ["post hoc", "post hoc"]


def test_treatments_and_classes_can_be_named(tmp_path: Path) -> None:
    options = TrialOptions(arms={"esketamine": {"role": "experimental"}}, leave_out={(0, "Week 4"): "an interim look"})
    rows = drafted(tmp_path, response(classes={"Week 4": ["50.0", "40.0"], "Week 8": ["50.0", "40.0"]}), options=options)
    assert [(a["arm_id"], a["role"]) for a in rows.tables["arms"]] == [
        ("esketamine-56-mg", "experimental"),
        ("placebo", "placebo"),
    ]
    assert {o["timepoint_days"] for o in rows.tables["outcomes"]} == {"56"}
    assert [out.reason for out in rows.left_out] == ["an interim look"] * 2


def test_draft_is_valid_and_its_mapping_makes_the_same_bytes_again(tmp_path: Path) -> None:
    page = put(tmp_path, {"studies": [study(response(), **RANDOMISED), study(response(), nct="NCT00000001")]}, "page.json")
    to = tmp_path / "drafted"
    report = draft_package([page], None, to)
    assert report.tables == {"sources": 2, "studies": 2, "arms": 4, "outcomes": 4}
    assert validate_package(to).verdict == "valid"
    before = {path: path.read_bytes() for path in to.rglob("*") if path.is_file()}
    draft_package([page], to / "mapping.yaml", to)
    assert {path: path.read_bytes() for path in to.rglob("*") if path.is_file()} == before
    with (to / "data" / "sources.csv").open() as file:
        assert {row["url"] for row in csv.DictReader(file)} == {
            f"https://clinicaltrials.gov/study/{n}" for n in ("NCT01234567", "NCT00000001")
        }
    assert "| NCT01234567 | 2 | 2 |" in (to / "README.md").read_text()


def test_readme_of_a_package_stays(tmp_path: Path) -> None:
    path, to = put(tmp_path, study(response())), tmp_path / "drafted"
    draft_package([path], None, to)
    (to / "README.md").write_text("mine")
    draft_package([path], to / "mapping.yaml", to)
    assert (to / "README.md").read_text() == "mine"
    with pytest.raises(WrongPathError, match="already exists"):
        draft_package([path], None, to)


MAPPING = """preset: clinicaltrials
package: {{name: drafted, version: 1.0.0, title: A title, licenses: [{{name: CC0-1.0}}]}}
inputs:
  entry: {{file: NCT01234567.json, sha256: {sha256}, origin: {{url: "https://clinicaltrials.gov/", licence: public domain}}}}
trials:
  NCT01234567:
    {said}
"""


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("study: {population_id: nonsense}", "isn't a term of `populations`"),
        ("study: {popultion_id: trd}", "isn't a field of `studies`"),
        ("study: {population_id: ~}", "`population_id` is nothing"),
        ("study: {study_id: mine}", "isn't a field of `studies`"),
        ("arms: {Nobody: {role: placebo}}", "has no group `Nobody`"),
        ("parts: {nobody: {label: x}}", "has no part `nobody`"),
        ("leave_out: [{measure: 7, reason: x}]", "has no measure 7"),
        ("leave_out: [{measure: 0}]", "has no `reason`"),
        ("leave_out: [{measure: 0, class: Week 9, reason: x}]", "has no measure 0 with the class `Week 9`"),
        ("words: [Kyoto]", "no measure with the word `kyoto`"),
        ("measures: [{measure: 7, definition_id: response.madrs.ge50pct, reason: x}]", "has no measure 7. Measures"),
        (
            "measures: [{measure: 0, class: Week 9, definition_id: response.madrs.ge50pct, reason: x}]",
            "has no measure 0 with the class `Week 9`",
        ),
        ("measures: [{measure: 0, definition_id: response.madrs.ge50pct}]", "has no `reason`"),
        ("measures: [{measure: 0, timepoint_days: '56', reason: x}]", "has no `definition_id`"),
        ("measures: [{measure: 0, instrument_id: madrs, reason: x}]", "has no `statistic`"),
        (
            "measures: [{measure: 0, instrument_id: madrs, statistic: change, reason: x}]",
            "measure 0 is of `NUMBER`, and what is stated of it is of a mean",
        ),
        ("measures: [{measure: 0, definition_id: response.madrs.half, reason: x}]", "isn't a term of `definitions`"),
        ("measures: [{measure: 0, definition_id: response.madrs.ge50pct, turned: 'true', reason: x}]", "`turned` isn't a key"),
        (
            "measures: [{measure: 0, instrument_id: madrs, statistic: change, turned: perhaps, reason: x}]",
            "It must be `true` or `false`",
        ),
        ("nonsense: {}", "`nonsense` isn't a key"),
    ],
)
def test_mapping_that_does_not_fit_is_refused_at_its_line(tmp_path: Path, said: str, problem: str) -> None:
    path = put(tmp_path, study(response()))
    mapping = tmp_path / "m.yaml"
    mapping.write_text(MAPPING.format(sha256=read_entries([path])[0].sha256, said=said))
    with pytest.raises(MappingError) as refused:
        draft_package([path], mapping, tmp_path / "drafted")
    assert problem in str(refused.value)
    assert str(refused.value).startswith(f"{mapping}:")
    assert not (tmp_path / "drafted").exists()


def test_nothing_is_written_where_nothing_is_taken(tmp_path: Path) -> None:
    """And every reason is told, with its rows."""
    document = study(response(param="MEDIAN"), response(title="MADRS Non-responders"))
    with pytest.raises(ImportProblem, match="no figure was taken") as refused:
        draft_package([put(tmp_path, document)], None, tmp_path / "drafted")
    assert str(refused.value).splitlines()[1:] == [
        "NCT01234567.json: 4 rows",
        "  outcomes: 2 dropped, a median is neither a count nor a mean (rows 1-2)",
        "  outcomes: 2 dropped, it counts those without response (rows 3-4)",
        "`outcomes import FILES --preset clinicaltrials --suggest > mapping.yaml` writes a mapping in which to state what they are.",
    ]
    assert not (tmp_path / "drafted").exists()


def test_what_is_not_taken_of_a_figure_is_told(tmp_path: Path) -> None:
    """A spread that is no number, or none of a standard deviation, makes no invalid package and isn't lost in silence."""
    about: dict[str, Any] = {"groups": ARMS, "param": "MEAN", "unit": "units on a scale"}
    document = study(
        measure("Change From Baseline in MADRS", frame="Week 2", dispersion="Standard Deviation", values=[("-9.0", "NA"), ("-5.0", "5.1")], **about),
        measure("Change From Baseline in MADRS", frame="Week 4", dispersion="Standard Error", values=[("-9.0", "0.9"), ("-5.0", "1.1")], **about),
        measure("Change From Baseline in MADRS", frame="Week 8", values=[("-9.0", "0.9"), ("-5.0", "1.1")], **about),
        **RANDOMISED,
    )  # fmt: skip
    report = draft_package([put(tmp_path, document)], None, tmp_path / "drafted")
    beside = "NCT01234567, scores: the figure is taken without"
    assert report.notes == [
        f"{beside} its standard deviation, which is `NA` (rows 1)",
        f"{beside} what is printed beside it: Standard Error (rows 3-4)",
        f"{beside} what is printed beside it: a spread of which nothing says what it is (rows 5-6)",
    ]
    with (tmp_path / "drafted" / "data" / "scores.csv").open() as file:
        assert sorted({row["sd"] for row in csv.DictReader(file)}) == ["", "5.1"]
    assert validate_package(tmp_path / "drafted").verdict == "valid"
    assert "its standard deviation, which is `NA` (1 figure)" in (tmp_path / "drafted" / "README.md").read_text()


@pytest.mark.parametrize(
    ("title", "treatments"),
    [
        ("S-citalopram", ()),
        ("(S)-citalopram 10 mg", ()),
        ("R-ketamine", ()),
        ("desmethyl-citalopram", ()),
        ("Ketamine + S-citalopram", ()),
        ("Ketamine metabolite", ()),
        ("R/S citalopram", ("citalopram",)),
        ("(R,S)-ketamine", ("ketamine",)),
        ("S-ketamine", ("esketamine",)),
        ("Arm D-Placebo", ("placebo",)),
        ("IV-ketamine", ("ketamine",)),
        ("Placebo (no ketamine)", ("placebo",)),
        ("Esketamine, ketamine-naive", ("esketamine",)),
    ],
)
def test_name_within_another_substances_is_not_its(title: str, treatments: tuple[str, ...]) -> None:
    assert given_in(title).treatments == treatments


def test_groups_of_responders_are_a_part(tmp_path: Path) -> None:
    rows = drafted(tmp_path, response(), response(frame="Week 12", groups=("Esketamine Responders", "Placebo Responders")))
    assert parts(rows) == {"nct01234567": ("", ""), "nct01234567-responders": ("nct01234567", "subset")}
    alone = drafted(tmp_path, response(groups=("Esketamine Completers", "Placebo Completers")))
    assert parts(alone) == {"nct01234567": ("", ""), "nct01234567-completers": ("nct01234567", "subset")}
    assert arms(alone) == {}


@pytest.mark.parametrize(
    ("title", "masking", "part"),
    [
        ("MADRS Response in the Placebo Run-in", "NONE", "run-in"),
        ("MADRS Response During the Lead-in Period", "DOUBLE", "run-in"),
        ("MADRS Response at Open-label Phase", "DOUBLE", "open-label"),
        ("MADRS Response in the Open-label Treatment Phase", "NONE", ""),
        ("MADRS Response in the Follow-up Phase", "DOUBLE", "follow-up"),
        ("MADRS Response After the Placebo Run-in", "DOUBLE", ""),
        ("MADRS Response in the Double-blind Phase", "DOUBLE", ""),
    ],
)
def test_phase_in_a_title_is_a_part_even_if_no_other_is_posted(tmp_path: Path, title: str, masking: str, part: str) -> None:
    design = {"allocation": "RANDOMIZED", "interventionModel": "PARALLEL", "maskingInfo": {"masking": masking}}
    groups = (
        ("Esketamine 28 mg", "Esketamine 56 mg") if part == "open-label" else ARMS
    )  # nobody has a placebo in an open-label phase
    rows = drafted(tmp_path, response(title=title, groups=groups), designModule={"designInfo": design})
    assert {row["study_id"] for row in rows.tables["outcomes"]} == {f"nct01234567-{part}" if part else "nct01234567"}
    assert {row["randomised"] for row in rows.tables["studies"] if row["study_id"].endswith("run-in")} <= {""}


@pytest.mark.parametrize(
    ("groups", "about", "kept"),
    [
        (ARMS, {"values": ["50.0", "33.3"]}, {"esketamine-56-mg", "placebo"}),
        (("Active rTMS + Sertraline", "Sham rTMS + Sertraline", "Sertraline"), {"n": (100, 100, 100)}, {"sertraline"}),
    ],
)
def test_design_is_the_entrys_whatever_figures_are_refused(
    tmp_path: Path, groups: tuple[str, ...], about: dict[str, Any], kept: set[str]
) -> None:
    rows = drafted(tmp_path, response(groups=groups, **about))
    assert [(row["design"], row["randomised"]) for row in rows.tables["studies"]] == [("parallel", "true")]
    assert {row["arm_id"] for row in rows.tables["arms"]} == kept
