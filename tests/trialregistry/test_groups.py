"""A group is an arm only if it had what its title says, in the part that it is put into; and an arm isn't more or less than was randomised to it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from registry.importing.problems import ImportProblem
from registry.trialregistry.drafting import draft_package
from registry.trialregistry.entries import read_entries
from registry.trialregistry.given import given_in
from registry.trialregistry.options import TrialOptions
from registry.trialregistry.tables import EntryRows, rows_of
from tests.trialregistry.entries import measure, put, study

REMISSION = "Remission was a MADRS total score of 10 or less."
ARMS = ("Esketamine", "Placebo")


def remission(title: str = "MADRS Remission at Week 4", frame: str = "Week 4", **about: Any) -> dict[str, Any]:
    groups = about.setdefault("groups", ARMS)
    about = {"n": [50] * len(groups), "values": [str(25 - 3 * n) for n in range(len(groups))], **about}
    if "classes" in about:
        del about["values"]
    return measure(title, frame=frame, description=REMISSION, param="COUNT_OF_PARTICIPANTS", unit="Participants", **about)


def described(*descriptions: str, **about: Any) -> dict[str, Any]:
    made = remission(**about)
    for group, description in zip(made["groups"], descriptions, strict=True):
        group["description"] = description
    return made


def drafted(
    folder: Path,
    *measures: dict[str, Any],
    model: str = "PARALLEL",
    types: dict[str, str] | None = None,
    options: TrialOptions | None = None,
    **result: Any,
) -> EntryRows:
    design = {
        "allocation": "RANDOMIZED",
        "interventionModel": model,
        "maskingInfo": {"masking": "DOUBLE", "whoMasked": ["PARTICIPANT"]},
    }
    arms = {"armGroups": [{"label": label, "type": kind} for label, kind in (types or {}).items()]}
    document = study(*measures, designModule={"designInfo": design}, armsInterventionsModule=arms)
    document["resultsSection"] |= result
    return rows_of(read_entries([put(folder, document)])[0], options or TrialOptions())


def days(rows: EntryRows) -> set[tuple[str, str]]:
    return {(row["study_id"].removeprefix("nct01234567"), row["timepoint_days"]) for row in rows.tables.get("outcomes", ())}


@pytest.mark.parametrize(
    ("title", "groups"),
    [
        ("Open-label Extension Phase: MADRS Remission at Week 52", ("DB Esketamine", "DB Placebo")),
        ("MADRS Remission at Week 52 of the Open-label Phase", ("Esketamine in Double-blind", "Placebo in Double-blind")),
        ("Open-label Extension: MADRS Remission at Week 52", ARMS),
        ("MADRS Remission at Week 52", ("Previously Treated With Esketamine", "Previously Treated With Placebo")),
        ("MADRS Remission at Week 52", ("Formerly on Esketamine", "Formerly on Placebo")),
        ("MADRS Remission at Week 52", ("Received Esketamine in Study 001", "Received Placebo in Study 001")),
    ],
)
def test_people_of_an_extension_are_no_placebo_arm(tmp_path: Path, title: str, groups: tuple[str, ...]) -> None:
    rows = drafted(tmp_path, remission(), remission(title, "Week 52", groups=groups))
    assert days(rows) == {("", "28")}
    assert [row["study_id"] for row in rows.tables["studies"]] == ["nct01234567"]
    assert len(rows.left_out) == 2


@pytest.mark.parametrize(
    ("frame", "part"),
    [
        ("Week 52 of the open-label extension", ""),
        ("Week 52 of the double-blind extension phase", "-extension"),
        ("Week 52 of the continuation phase", "-extension"),
        ("Week 24 of the double-blind maintenance phase", "-maintenance"),
    ],
)
def test_phase_of_the_time_frame_is_a_part(tmp_path: Path, frame: str, part: str) -> None:
    rows = drafted(tmp_path, remission(), remission("MADRS Remission", frame))
    late = "364" if "52" in frame else "168"
    assert days(rows) == ({("", "28"), (part, late)} if part else {("", "28")})


@pytest.mark.parametrize(
    ("groups", "descriptions", "kept"),
    [
        (ARMS, ("Participants who received esketamine in the double-blind phase continued open-label esketamine.", "Participants who received placebo in the double-blind phase received open-label esketamine in this phase."), set()),
        (ARMS, ("Esketamine nasal spray twice a week.", "Participants were switched to esketamine."), {"esketamine"}),
        (("Ketamine", "Midazolam"), ("Ketamine as anesthetic agent for ECT.", "0.045 mg/kg."), {"midazolam"}),
        (("Fluoxetine", "Placebo"), ("Fluoxetine 20 mg plus olanzapine 6 mg daily.", "Matching capsules."), {"placebo"}),
        (("Fluoxetine", "Placebo"), ("Fluoxetine 20 mg in combination with bupropion.", "Placebo capsules."), {"placebo"}),
        (("Ketamine", "Placebo"), ("Responders to ketamine who agreed to imaging.", "Saline."), {"placebo"}),
        (ARMS, ("Participants previously randomized to esketamine.", "Participants previously randomized to placebo."), set()),
        (ARMS, ("Esketamine.", "Participants continued their oral antidepressant and received esketamine nasal spray 56 mg."), {"esketamine"}),
        (ARMS, ("Esketamine.", "Comparator: paroxetine 20 mg."), {"esketamine"}),
        (ARMS, ("Esketamine.", "Diazepam as active placebo."), {"esketamine"}),
        (ARMS, ("Participants received placebo nasal spray for 4 weeks.", "Placebo."), {"placebo"}),
        (ARMS, ("Esketamine followed by placebo.", "Placebo."), {"placebo"}),
        (ARMS, ("Esketamine, tapered off and replaced by matching spray.", "Placebo."), {"placebo"}),
        (("Ketamine", "Placebo"), ("R-ketamine.", "Saline."), {"placebo"}),
        (("Ketamine", "Placebo"), ("Ketamine and aerobic exercise.", "Saline."), {"placebo"}),
        (("Ketamine", "Placebo"), ("Sirolimus then ketamine.", "Saline."), {"placebo"}),
        (("Ketamine", "Placebo"), ("Ketamine and a second treatment.", "Saline and hypnosis."), set()),
        (("Ketamine", "Placebo"), ("Veterans given ketamine.", "Participants from Norway."), set()),
        (("Ketamine", "Placebo"), ("Ketamine in those with high CRP.", "Men."), set()),
    ],
)  # fmt: skip
def test_group_that_is_described_as_something_else_makes_no_arm(
    tmp_path: Path, groups: tuple[str, ...], descriptions: tuple[str, ...], kept: set[str]
) -> None:
    rows = drafted(tmp_path, described(*descriptions, groups=groups))
    assert {row["arm_id"] for row in rows.tables.get("arms", ())} == kept


@pytest.mark.parametrize(
    "descriptions",
    [
        ("Esketamine 56 mg, and 1 spray of placebo to each nostril.", "Placebo matching esketamine, twice a week."),
        ("Esketamine plus a new oral antidepressant: duloxetine, escitalopram or sertraline.", "Placebo plus an oral antidepressant (one of: duloxetine, sertraline)."),
        ("Participants who were randomized in the study received esketamine 84 mg for 4 weeks.", "Placebo nasal spray (matching to esketamine) for 4 weeks."),
        ("Participants switched to esketamine after inadequate response to an SSRI.", "Placebo identical in appearance to esketamine."),
        ("", "All participants had a 1-week follow-up phase after their last dose."),
        ("Esketamine (S-enantiomer of ketamine), with midazolam as comparator.", "Esketamine placebo-matching spray, once daily."),
        ("Esketamine 56 mg; ketamine was not permitted.", "Nasal spray looking like esketamine."),
        ("The dose could be increased after Week 2 based on response and tolerability.", "Sugar pill."),
        ("Esketamine, titrated at the investigator's discretion up to 84 mg.", "After completion, placebo participants could receive open-label esketamine."),
        ("Double-dummy: esketamine and placebo matching ketamine.", "Placebo plus ongoing ADT."),
    ],
)  # fmt: skip
def test_group_that_is_described_as_its_title_says_is_an_arm(tmp_path: Path, descriptions: tuple[str, ...]) -> None:
    rows = drafted(tmp_path, described(*descriptions))
    assert {row["arm_id"] for row in rows.tables["arms"]} == {"esketamine", "placebo"}


@pytest.mark.parametrize("phase", ["Follow-up Phase", "Maintenance Phase", "Open-label Extension Phase"])
def test_description_of_another_treatment_counts_in_a_later_phase_too(tmp_path: Path, phase: str) -> None:
    late = described("Esketamine.", f"Participants received esketamine in the {phase.lower()}.")
    rows = drafted(tmp_path, remission(), late | {"title": f"{phase}: MADRS Remission", "timeFrame": "Week 24"})
    assert ("placebo", "168") not in {(row["arm_id"], row["timepoint_days"]) for row in rows.tables["outcomes"]}


def test_words_and_sentences_of_the_mapping_count_in_descriptions_of_groups(tmp_path: Path) -> None:
    told = described("Esketamine by nurses at dawn.", "It was bought in Bergen.")
    assert {row["arm_id"] for row in drafted(tmp_path, told).tables.get("arms", ())} == set()
    options = TrialOptions(words=frozenset({"nurses", "dawn"}), sentences=frozenset({"It was bought in Bergen."}))
    rows = drafted(tmp_path, told, options=options)
    assert {row["arm_id"] for row in rows.tables["arms"]} == {"esketamine", "placebo"}


@pytest.mark.parametrize(
    ("one", "two", "arms"),
    [
        ("Pre-Esketamine", "Post-Esketamine", 0),
        ("Esketamine Infusion 1", "Esketamine Infusion 6", 0),
        ("Esketamine Dose 2", "Esketamine Dose 3", 0),
        ("Esketamine Double-Blind", "Esketamine Open-Label", 0),
        ("Esketamine 8 Weeks", "Esketamine 4 Weeks", 0),
        ("Esketamine Once Weekly", "Esketamine 2x/Week", 2),
        ("Intranasal Esketamine", "Intravenous Esketamine", 2),
        ("Esketamine 28 mg", "Esketamine 56 mg", 2),
    ],
)
def test_titles_that_may_name_the_same_people_twice_are_no_arms(tmp_path: Path, one: str, two: str, arms: int) -> None:
    rows = drafted(tmp_path, remission(groups=(one, two)))
    assert len(rows.tables.get("arms", ())) == arms


def test_two_groups_of_one_title_are_no_arm(tmp_path: Path) -> None:
    for values in (["15", "25", "15"], ["15", "25", "16"]):
        rows = drafted(tmp_path, remission(groups=("Placebo", "Esketamine 56 mg", "Placebo"), n=(50, 50, 50), values=values))
        assert [row["label"] for row in rows.tables["arms"]] == ["Esketamine 56 mg"]
        assert len(rows.left_out) == 2
        assert all("several groups of one measure are called `Placebo`" in out.reason for out in rows.left_out)


@pytest.mark.parametrize("cohort", ["{} (Cohort {})", "{}, Cohort {}", "Cohort {1}: {0}", "{} - Part {}"])
def test_cohorts_are_parts_wherever_the_title_names_them(tmp_path: Path, cohort: str) -> None:
    groups = tuple(cohort.format(drug, n) for n in (1, 2) for drug in ("Placebo", "Psilocybin 25 mg"))
    rows = drafted(tmp_path, remission(groups=groups))
    assert sorted(
        len([arm for arm in rows.tables["arms"] if arm["study_id"] == row["study_id"]]) for row in rows.tables["studies"]
    ) == [0, 2, 2]


@pytest.mark.parametrize(
    ("title", "n", "includes"),
    [
        ("Escitalopram 10-20 mg", 100, ""),
        ("Escitalopram 10-20 mg", 200, "escitalopram-10-mg;escitalopram-20-mg"),
        ("Escitalopram 10/20 mg (Flexible)", 200, ""),
        ("Escitalopram 10 to 20 mg, Titrated", 100, ""),
        ("Escitalopram 10 mg + 20 mg", 190, "escitalopram-10-mg;escitalopram-20-mg"),
    ],
)
def test_arm_of_a_flexible_dose_holds_no_other(tmp_path: Path, title: str, n: int, includes: str) -> None:
    rows = drafted(
        tmp_path, remission(groups=("Escitalopram 10 mg", "Escitalopram 20 mg", title, "Placebo"), n=(100, 100, n, 100))
    )
    assert [row.get("includes", "") for row in rows.tables["arms"] if row["label"] == title] == [includes]


def test_randomised_trial_that_posts_each_arm_in_a_measure_is_one_study(tmp_path: Path) -> None:
    rows = drafted(tmp_path, *(remission(groups=(arm,)) for arm in ARMS))
    assert [(row["study_id"], row["design"], row["randomised"]) for row in rows.tables["studies"]] == [
        ("nct01234567", "parallel", "true")
    ]
    alone = drafted(tmp_path, remission(groups=("Esketamine",)))
    assert [(row["design"], row["randomised"]) for row in alone.tables["studies"]] == [("parallel", "true")]


@pytest.mark.parametrize(
    ("groups", "types", "roles"),
    [
        (("Ketamine", "Midazolam"), {"Midazolam": "PLACEBO_COMPARATOR"}, ["unstated", "active-placebo"]),
        (("Psilocybin", "Niacin"), {"Niacin": "PLACEBO_COMPARATOR"}, ["unstated", "active-placebo"]),
        (("Psilocybin 25 mg", "Psilocybin 1 mg"), {"Psilocybin 1 mg": "PLACEBO_COMPARATOR"}, ["unstated", "active-placebo"]),
        (("Psilocybin 25 mg", "Psilocybin 1 mg"), {"Psilocybin 25 mg": "PLACEBO_COMPARATOR"}, ["unstated", "unstated"]),
        (("Ketamine", "Sertraline"), {"Sertraline": "PLACEBO_COMPARATOR"}, ["unstated", "unstated"]),
        (("Psilocybin", "Mannitol"), {"Mannitol": "PLACEBO_COMPARATOR"}, ["unstated", "placebo"]),
        (("Ketamine", "Midazolam"), {"Midazolam": "ACTIVE_COMPARATOR"}, ["unstated", "active-comparator"]),
        (("Psilocybin", "Wait List"), {"Wait List": "NO_INTERVENTION"}, ["unstated", "waitlist"]),
    ],
)
def test_drug_in_the_place_of_a_placebo_is_an_active_one(
    tmp_path: Path, groups: tuple[str, ...], types: dict[str, str], roles: list[str]
) -> None:
    assert [row["role"] for row in drafted(tmp_path, remission(groups=groups), types=types).tables["arms"]] == roles


@pytest.mark.parametrize(
    ("title", "route"),
    [
        ("Esketamine + Oral Antidepressant", ""),
        ("Ketamine + Oral Antidepressant", ""),
        ("Ketamine, Oral Antidepressant", ""),
        ("Ketamine (Oral Antidepressant Continued)", ""),
        ("Oral AD & Placebo", ""),
        ("Oral Ketamine", "oral"),
        ("Placebo Tablet, Oral, Once Daily", "oral"),
        ("SC Ketamine", "subcutaneous"),
        ("IM Ketamine", "intramuscular"),
        ("Subcutaneous Ketamine Infusion", "subcutaneous"),
        ("Ketamine Infusion", "intravenous"),
        ("Intranasal Esketamine + Oral Antidepressant", "intranasal"),
        ("IV Ketamine / Oral Placebo", ""),
    ],
)
def test_route_is_the_treatments_own(title: str, route: str) -> None:
    assert given_in(title).route == route


@pytest.mark.parametrize(
    ("title", "treatment"),
    [
        ("ECT", "ect"),
        ("CBT", "cbt"),
        ("Cognitive Behavioral Therapy", "cbt"),
        ("Quetiapine XR 150 mg", "quetiapine-xr"),
        ("Wait List", "waitlist"),
        ("Wait-list Control", "waitlist"),
        ("St. John's Wort", "hypericum"),
        ("Hypericum", "hypericum"),
        ("Desvenlafaxine Succinate Sustained-Release (DVS SR) 50 mg", "desvenlafaxine"),
        ("Ketamine: Nonresponders", "ketamine"),
    ],
)
def test_plain_name_of_a_treatment_is_read(title: str, treatment: str) -> None:
    assert (given_in(title).treatments, given_in(title).besides) == ((treatment,), "")


def test_import_of_no_figure_writes_nothing(tmp_path: Path) -> None:
    months = remission(frame="Months 1, 3", classes={"Month 1": ["25", "15"], "Month 3": ["28", "16"]})
    with pytest.raises(ImportProblem, match="no figure was taken"):
        draft_package([put(tmp_path, study(months))], None, tmp_path / "example")
    assert not (tmp_path / "example").exists()


def test_study_without_results_leaves_the_rest_of_a_page(tmp_path: Path) -> None:
    without: dict[str, Any] = {"protocolSection": {"identificationModule": {"nctId": "NCT07654321"}}}
    page = put(tmp_path, {"studies": [without, study(remission())]}, "page.json")
    report = draft_package([page], None, tmp_path / "example")
    assert report.tables["outcomes"] == 2
    assert report.notes == ["NCT07654321 (page.json) has no results"]
    with pytest.raises(ImportProblem, match="no results"):
        draft_package([put(tmp_path, {"studies": [without]}, "none.json")], None, tmp_path / "other")


@pytest.mark.parametrize("odd", ["1,050", "50.0", "-5", "about 50", "99999999999"])
def test_odd_denominator_leaves_its_figure_out(tmp_path: Path, odd: str) -> None:
    rows = drafted(tmp_path, remission(n=(odd, 50)))
    assert [row["arm_id"] for row in rows.tables["outcomes"]] == ["placebo"]
    assert [out.reason for out in rows.left_out] == ["the number analysed isn't given as a whole number"]


@pytest.mark.parametrize(
    ("at_risk", "kept", "why"),
    [("50", 1, []), ("0", 0, ["nobody was at risk"]), ("", 0, ["how many participants had the event isn't given"])],
)
def test_harm_of_nobody_is_no_row(tmp_path: Path, at_risk: str, kept: int, why: list[str]) -> None:
    stats = [{"groupId": "EG000", "numAffected": "0", "numAtRisk": at_risk}]
    harms = {"eventGroups": [{"id": "EG000", "title": "Placebo"}], "otherEvents": [{"term": "Nausea", "stats": stats}]}
    rows = drafted(tmp_path, remission(), adverseEventsModule=harms)
    assert (len(rows.tables.get("harms", ())), [out.reason for out in rows.left_out]) == (kept, why)


@pytest.mark.parametrize(
    "description",
    [
        "Participants received esketamine in the open-label phase.", "Esketamine nasal spray in the open-label follow-up phase.", "Esketamine in the maintenance phase",
        "Esketamine 84 mg open-label", "Esketamine in Period 2", "Esketamine during the long-term extension.", "Open-label esketamine.",
    ],
)  # fmt: skip
def test_description_in_another_measure_may_be_of_another_phase(tmp_path: Path, description: str) -> None:
    """A group of one title is described anew in each measure: the figures of the one in another phase are left out, and the others aren't."""
    masked = {"designModule": {"designInfo": {"allocation": "RANDOMIZED", "maskingInfo": {"masking": "DOUBLE"}}}}
    late = remission("MADRS Remission at Week 8", "Week 8")
    late["groups"][0]["description"] = description
    rows = rows_of(read_entries([put(tmp_path, study(remission(), late, **masked))])[0], TrialOptions())
    assert [(o["arm_id"], o["timepoint_days"]) for o in rows.tables["outcomes"]] == [
        ("esketamine", "28"), ("placebo", "28"), ("placebo", "56"),
    ]  # fmt: skip
    late["groups"][0]["description"] = "Esketamine in the double-blind phase, followed by an open-label extension."
    rows = rows_of(read_entries([put(tmp_path, study(remission(), late, **masked))])[0], TrialOptions())
    assert len(rows.tables["outcomes"]) == 4
    late["groups"][0]["description"] = "Esketamine in the open-label phase."
    rows = rows_of(read_entries([put(tmp_path, study(remission(), late))])[0], TrialOptions())
    assert len(rows.tables["outcomes"]) == 4


@pytest.mark.parametrize(
    "titles",
    [
        ("Group A: Ketamine", "Group B: Placebo"),
        ("Cohort 1 - Ketamine", "Cohort 2 - Placebo"),
        ("Panel 1: Ketamine", "Panel 2: Placebo"),
    ],
)
def test_groups_that_are_an_arm_each_are_no_panels(tmp_path: Path, titles: tuple[str, str]) -> None:
    rows = drafted(tmp_path, remission(groups=titles))
    assert [(arm["study_id"], arm["treatment_id"]) for arm in rows.tables["arms"]] == [
        ("nct01234567", "ketamine"), ("nct01234567", "placebo"),
    ]  # fmt: skip
    assert [row["design"] for row in rows.tables["studies"]] == ["parallel"]
    stages = drafted(tmp_path, remission(groups=("Stage 1: Ketamine", "Stage 2: Placebo")))
    assert len(stages.tables["studies"]) == 3
