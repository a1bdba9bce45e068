"""DEF and OUT over small packages: what the views set side by side."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rules.conftest import Package
from validation.catalogue import catalogue


def _count(definition: str, events: int | None = None, n: int | None = 32, **more: Any) -> dict[str, Any]:
    return {
        "study_id": "s",
        "arm_id": "a",
        "definition_id": definition,
        "timepoint_days": 28.0,
        "timepoint_anchor": "randomisation",
        "analysis_set": "observed-cases",
        "missing_data": "observed",
        "n_analysed": n,
        "events": events,
        "value_origin": "reported",
        **more,
    }


@pytest.fixture
def trial(package: Package) -> Package:
    """A trial whose entry score makes MADRS remission at 10 a response, and at 12 not."""
    package.add("studies", {"study_id": "s", "entry_instrument_id": "madrs", "entry_score_min": 20})
    return package.add("arms", {"study_id": "s", "arm_id": "a", "n_randomised": 40})


def test_denominators_against_the_arm(trial: Package) -> None:
    trial.add(
        "outcomes",
        _count("remission.madrs.le10", n=41),
        _count("remission.madrs.le10", n=40, analysis_set="randomised"),
        _count("remission.madrs.le10", n=39, analysis_set="randomised"),
        _count("remission.madrs.le10", n=39, arm_id="unknown", analysis_set="randomised"),
    )
    analysed, randomised = trial.look("OUT002"), trial.look("OUT008")
    assert (analysed.broken, analysed.kept, analysed.passed_over) == ([2], [3, 4], [5])
    assert (randomised.broken, randomised.kept, randomised.passed_over) == ([4], [3], [2, 5])


def test_an_arm_given_twice_multiplies_no_outcome(trial: Package) -> None:
    trial.add("arms", {"study_id": "s", "arm_id": "a", "n_randomised": 40})
    trial.add("studies", {"study_id": "s", "entry_instrument_id": "madrs", "entry_score_min": 20})
    trial.add("outcomes", _count("remission.madrs.le10", 3), _count("response.madrs.ge50pct", 2))
    assert trial.look("OUT002").kept == [2, 3]
    assert trial.look("OUT006").broken == [2]


def test_an_arm_given_twice_with_two_sizes_has_none(trial: Package) -> None:
    trial.add("arms", {"study_id": "s", "arm_id": "a", "n_randomised": 20})
    trial.add("outcomes", _count("remission.madrs.le10", n=41))
    assert trial.look("OUT002").passed_over == [2]


def test_stages_in_which_people_are_randomised_again_are_studies(package: Package) -> None:
    package.add(
        "studies", *({"study_id": study, "design": "sequential-parallel"} for study in ("undeclared", "one", "two", "whole"))
    )
    sizes = {"undeclared": 40, "one": 40, "two": 20, "whole": 60}
    package.add("arms", *({"study_id": study, "arm_id": "a", "n_randomised": n} for study, n in sizes.items()))
    package.add(
        "outcomes", *(_count("response.madrs.ge50pct", n=n, study_id=study) for study, n in {**sizes, "undeclared": 60}.items())
    )
    at_risk = {"undeclared": 60, "whole": 60}
    package.add("harms", *({"study_id": study, "arm_id": "a", "term": "Nausea", "n_at_risk": n} for study, n in at_risk.items()))
    for rule in ("OUT002", "OUT021"):
        assert package.look(rule).broken == [2]
        assert "study of its own (`part_of`, `re-randomised`)" in catalogue()[rule].fix


@pytest.mark.parametrize(
    ("remission", "more", "broken"),
    [
        ("remission.madrs.le10", {}, "OUT006"),
        ("remission.madrs.lt10", {}, "OUT006"),
        ("remission.madrs.le10-and-ge50pct", {}, "OUT006"),
        ("remission.madrs.le12", {}, "OUT007"),
        ("remission.madrs.le10", {"missing_data": "locf"}, "OUT007"),
        ("remission.madrs.le10", {"timepoint_anchor": "last-dose"}, "OUT007"),
        ("remission.madrs.le12-any-visit", {}, None),
        ("remission.madrs.le10", {"n_analysed": 33}, "OUT007"),
        ("remission.madrs.le10", {"n_analysed": 35}, None),
        ("remission.madrs.le10", {"timepoint_days": 29.0}, None),
        ("remission.madrs.le10", {"timepoint_days": None}, None),
        ("remission.madrs.le10", {"analysis_set": "randomised"}, None),
        ("remission.madrs.le10", {"arm_id": "b"}, None),
        ("remission.madrs.le10", {"value_origin": "imputed-from-mean"}, None),
        ("remission.madrs.le10", {"n_analysed": None}, None),
        ("remission.hamd17.le7", {}, "OUT007"),
        ("remission.unstated", {}, "OUT007"),
    ],
)
def test_more_remitters_than_responders(trial: Package, remission: str, more: dict[str, Any], broken: str | None) -> None:
    trial.add("outcomes", _count("response.madrs.ge50pct", 12), _count(remission, 13, **more))
    found = {r: trial.look(r).broken for r in ("OUT006", "OUT007")}
    assert found == {r: [3] if r == broken else [] for r in ("OUT006", "OUT007")}


def test_as_many_remitters_as_responders(trial: Package) -> None:
    trial.add("outcomes", _count("response.madrs.ge50pct", 12), _count("remission.madrs.le10", 12))
    assert trial.look("OUT006").kept == [3]
    assert trial.look("OUT007").kept == [3]


@pytest.mark.parametrize(
    ("response", "broken"),
    [
        ("response.madrs.ge50pct", "OUT006"),
        ("response.madrs.ge50pct-or-le10", "OUT006"),
        ("response.madrs.gt50pct", "OUT007"),
        ("response.madrs.ge50pct-any-visit", None),
        ("response.madrs.le12-and-ge50pct", "OUT007"),
        ("response.madrs.unstated", "OUT007"),
        ("improvement.madrs.ge30pct", None),
    ],
)
def test_which_responses_remission_implies(trial: Package, response: str, broken: str | None) -> None:
    trial.add("outcomes", _count(response, 12), _count("remission.madrs.le10", 13))
    found = {r: trial.look(r).broken for r in ("OUT006", "OUT007")}
    assert found == {r: [3] if r == broken else [] for r in ("OUT006", "OUT007")}


def test_a_lower_baseline_than_entry_asked_for_implies_nothing(trial: Package) -> None:
    trial.add(
        "participants",
        {"participant_id": "p", "study_id": "s", "baseline_instrument_id": "madrs", "baseline_total": 18.0},
    )
    trial.add("outcomes", _count("response.madrs.ge50pct", 12), _count("remission.madrs.le10", 13))
    assert (trial.look("OUT006").broken, trial.look("OUT007").broken) == ([], [3])


def test_an_entry_score_on_another_scale_implies_nothing(package: Package) -> None:
    package.add("studies", {"study_id": "s", "entry_instrument_id": "hamd17", "entry_score_min": 20})
    package.add("outcomes", _count("response.madrs.ge50pct", 12), _count("remission.madrs.le10", 13))
    assert (package.look("OUT006").broken, package.look("OUT007").broken) == ([], [3])


def test_unstated_scales_and_days_warn(package: Package) -> None:
    unstated = {"timepoint_days": None, "timepoint_anchor": "unstated", "analysis_set": "unstated", "missing_data": "unstated"}
    package.add("outcomes", _count("response.unstated", 34, 66, **unstated), _count("remission.unstated", 41, 66, **unstated))
    assert (package.look("OUT006").broken, package.look("OUT007").broken) == ([], [3])


def test_several_responses_make_one_finding_a_remission(trial: Package) -> None:
    trial.add(
        "outcomes",
        _count("response.madrs.ge50pct", 12, missing_data="locf"),
        _count("response.madrs.ge50pct", 14, missing_data="mmrm"),
        _count("remission.madrs.le12", 13),
        _count("remission.madrs.le11", 15),
    )
    looked = trial.look("OUT007")
    assert (looked.broken, looked.kept) == ([5], [4])


@pytest.mark.parametrize(
    ("of", "broken"), [("full-analysis", [2]), ("randomised", [2]), ("observed-cases", []), ("unstated", [])]
)
def test_a_set_is_the_same_people_on_any_scale_unless_it_is_of_those_seen(trial: Package, of: str, broken: list[int]) -> None:
    trial.add(
        "outcomes",
        _count("response.madrs.ge50pct", 12, 36, analysis_set=of),
        _count("remission.hamd17.le7", 9, 38, analysis_set=of),
    )
    assert trial.look("OUT009").broken == broken


def test_denominators_of_one_set(trial: Package) -> None:
    trial.add(
        "outcomes",
        _count("response.madrs.ge50pct", 12, 63),
        _count("remission.madrs.le12", 13, 64),
        _count("dropout.any", 3, 70),
        _count("remission.phq9.lt5", 3, 60),
        _count("remission.madrs.le10", 3, 80, analysis_set="full-analysis"),
        _count("remission.madrs.le11", 3, 10, timepoint_days=None),
        _count("response.madrs.gt50pct", 3, 11, timepoint_days=None),
        _count("remission.madrs.le11", 3, 10, analysis_set="unstated"),
        _count("response.madrs.gt50pct", 3, 11, analysis_set="unstated"),
    )
    looked = trial.look("OUT009")
    assert (looked.broken, looked.kept, looked.passed_over) == ([2, 7, 9], [3, 8, 10], [])
    assert looked.messages[0] == ("`n_analysed` (63) is 64 in another row of the same arm, day and set (`observed-cases`)")


def test_a_day_before_treatment_is_not_the_day_of_the_baseline(trial: Package) -> None:
    trial.add("outcomes", *(_count("response.madrs.ge50pct", 3, timepoint_days=day) for day in (0.0, -7.0)))
    on_the_day, before = trial.look("OUT016").messages
    assert on_the_day.endswith(", the day of the baseline; an outcome must be later")
    assert before.endswith("-7.0, before treatment started; an outcome must be later")


def test_dropouts(trial: Package) -> None:
    trial.add(
        "outcomes",
        _count("dropout.any", 44, 100),
        _count("dropout.adverse-event", 93, 100),
        _count("dropout.any", 70, 200, arm_id="b"),
        _count("dropout.adverse-event", 70, 200, arm_id="b"),
        _count("dropout.adverse-event", 5, 200, arm_id="c"),
        _count("dropout.any", 4, 50, timepoint_days=None),
        _count("dropout.adverse-event", 5, 50, timepoint_days=None),
        _count("dropout.any", 4, 50, arm_id="d", value_origin="imputed-from-mean"),
        _count("dropout.adverse-event", 5, 50, arm_id="d"),
    )
    looked = trial.look("OUT010")
    assert (looked.broken, looked.kept) == ([3, 8], [5])


def test_imputed_counts_are_never_checked_against_a_percentage(trial: Package) -> None:
    imputed = {"value_origin": "imputed-from-mean", "percent_reported": "99.9"}
    trial.add("outcomes", _count("response.madrs.ge50pct", 15, 39, **imputed))
    assert [trial.look(r).passed_over for r in ("OUT003", "OUT004", "OUT005", "OUT012")] == [[2]] * 4


@pytest.mark.parametrize("missing_data", ["multiple-imputation", "mmrm"])
def test_a_percentage_of_imputed_data_or_a_model_is_of_no_whole_number(trial: Package, missing_data: str) -> None:
    imputed = {"missing_data": missing_data, "percent_reported": "37.3"}
    trial.add("outcomes", _count("response.madrs.ge50pct", 15, 39, **imputed))
    assert [trial.look(r).passed_over for r in ("OUT003", "OUT004")] == [[2]] * 2


@pytest.mark.parametrize(
    ("printed", "events", "n", "fits"),
    [
        (f"{60 / 101 * 100!r}", 60, 101, True),
        (f"{60 / 101 * 100!r}", 61, 101, False),
        ("33.33333333333333333333333333", 1, 3, True),
        ("66.66666666666666666666666667", 2, 3, True),
        ("66.66666666670000000000000000", 2, 3, True),
        ("66.66666666680000000000000000", 2, 3, None),
        ("100.000000000000000", 3, 3, True),
        ("0.000000000000000", 0, 3, True),
        ("99.99999999999", 3, 3, True),
    ],
)
def test_percentages_of_any_number_of_decimals_are_compared(
    trial: Package, printed: str, events: int, n: int, fits: bool | None
) -> None:
    trial.add("outcomes", _count("response.madrs.ge50pct", events, n, percent_reported=printed))
    looked = trial.look("OUT003")
    assert (looked.kept, looked.broken) == ([2] if fits else [], [2] if fits is False else [])
    assert trial.look("OUT004").broken == ([2] if fits is None else [])


def test_a_percentage_that_was_cut_off_is_said_to_be(trial: Package) -> None:
    trial.add("outcomes", _count("response.madrs.ge50pct", None, 30, percent_reported="66.6"))
    (message,) = trial.look("OUT004").messages
    assert message.endswith("; cut off and not rounded, it is 20 (66.7)")


def test_a_percentage_of_other_people_names_them(trial: Package) -> None:
    trial.add(
        "outcomes",
        _count("response.madrs.ge50pct", 20, 32, percent_reported="50.0"),
        _count("response.madrs.ge50pct", 20, 32, percent_reported="62.5"),
        _count("response.madrs.ge50pct", 20, 32, percent_reported="51.0"),
    )
    assert trial.look("OUT003").messages == [
        "`percent_reported` (50.0) must be what `events` (20) of `n_analysed` (32) give: 62.5;"
        " 50.0% would be 16, or 20 of the 40 randomised"
    ]
    looked = trial.look("OUT004")
    assert (looked.broken, looked.kept) == ([4], [2, 3])
    assert looked.messages[0].endswith("nor of any number near it, up to 40")
    # One cell, one finding.
    assert trial.look("OUT003").passed_over == [4]


def test_which_denominators_would_fit(trial: Package) -> None:
    trial.add("arms", {"study_id": "s", "arm_id": "ect", "n_randomised": 203})
    trial.add("outcomes", _count("response.madrs.ge50pct", 70, 170, arm_id="ect", percent_reported="41.1"))
    assert trial.look("OUT004").messages == [
        "`percent_reported` (41.1) isn't a whole number of people out of `n_analysed` (170), but is of 158, 163, 168, 175 or 180; "
        "cut off and not rounded, it is 70 (41.2)"
    ]


def test_harms_are_held_against_their_percentages(trial: Package) -> None:
    trial.add(
        "harms",
        {"study_id": "s", "arm_id": "a", "term": "Vertigo", "events": 24, "n_at_risk": 115, "percent_reported": "20.9"},
        {"study_id": "s", "arm_id": "a", "term": "Nausea", "events": 24, "n_at_risk": 115, "percent_reported": "21.7"},
        {"study_id": "s", "arm_id": "a", "term": "Pain", "events": 24, "n_at_risk": 115, "percent_reported": "21.0"},
    )
    assert (trial.look("OUT014").broken, trial.look("OUT015").broken) == ([3], [4])


def test_thresholds_and_percentages_against_their_scales(trial: Package) -> None:
    trial.connection.execute(
        "INSERT INTO vocabulary.definitions BY NAME SELECT 'wrong-cut' AS definition_id, 'madrs' AS instrument_id,"
        " '<=' AS comparator, 61.0 AS threshold UNION ALL BY NAME SELECT 'wrong-scale' AS definition_id,"
        " 'zung-sds-raw' AS instrument_id, '>=' AS percent_comparator, 50.0 AS percent_reduction"
    )
    trial.add(
        "outcomes", _count("remission.madrs.le12"), _count("wrong-cut"), _count("wrong-scale"), _count("response.madrs.ge50pct")
    )
    cut, scale = trial.look("DEF001"), trial.look("DEF005")
    assert (cut.broken, cut.kept, cut.passed_over) == ([3], [2], [4, 5])
    assert (scale.broken, scale.kept, scale.passed_over) == ([4], [5], [2, 3])


def test_definitions_against_what_was_measured(trial: Package) -> None:
    trial.add("outcomes", _count("remission.hamd17.le7"), _count("remission.madrs.le12"), _count("response.cgi-i.le2"))
    assert trial.look("DEF002").broken == []
    trial.add("scores", {"study_id": "s", "arm_id": "a", "instrument_id": "madrs"})
    # A response on the CGI or HAM-D beside means on the MADRS says nothing of a version.
    looked = trial.look("DEF002")
    assert (looked.broken, looked.kept) == ([], [3])
    trial.add("scores", *({"study_id": "s", "arm_id": "a", "instrument_id": scale} for scale in ("hamd24", "bdi-1a")))
    trial.add(
        "outcomes",
        _count("dropout.any"),
        _count("remission.hamd.unstated.le7"),
        _count("remission.madrs.le10", study_id="t"),
        _count("remission.bdi2.le9"),
    )
    looked = trial.look("DEF002")
    # A dropout is measured on no scale; a version that isn't stated may be any.
    assert (looked.broken, looked.kept, looked.passed_over) == ([2, 8], [3], [6])
    assert looked.messages[0] == "`remission.hamd17.le7` uses `hamd17`, but the study has figures only on hamd24"
    trial.add("scores", {"study_id": "s", "arm_id": "a", "instrument_id": "hamd.unstated"})
    assert trial.look("DEF002").broken == [8]


def test_visits_tell_what_was_measured(trial: Package) -> None:
    trial.add("outcomes", _count("remission.hamd17.le7"), _count("remission.hamd21.le8"))
    trial.add("participants", {"participant_id": "p", "study_id": "s", "arm_id": "a"})
    trial.add("visits", {"participant_id": "p", "visit_day": 7, "instrument_id": "hamd17"})
    looked = trial.look("DEF002")
    assert (looked.broken, looked.kept) == ([3], [2])


def test_cumulative_results_beside_point_results(trial: Package) -> None:
    trial.add(
        "outcomes",
        _count("remission.madrs.le12"),
        _count("remission.madrs.le12-any-visit"),
        _count("remission.madrs.le12-two-visits", timepoint_days=27.0),
        _count("response.madrs.ge50pct-any-visit"),
        _count("remission.madrs.le12-any-visit", arm_id="b"),
        _count("remission.madrs.le12-any-visit", timepoint_days=None),
        _count("remission.madrs.le12", timepoint_days=None),
        _count("dropout.any"),
    )
    looked = trial.look("DEF003")
    assert (looked.broken, looked.kept) == ([3, 7], [4, 5, 6])


def test_one_cut_off_under_two_signs(trial: Package) -> None:
    trial.add(
        "outcomes",
        _count("remission.madrs.le12"),
        _count("remission.madrs.le12", arm_id="b"),
        _count("remission.madrs.lt12", arm_id="b"),
        _count("remission.madrs.le10", arm_id="b"),
        _count("remission.madrs.lt10", study_id="t"),
        _count("response.madrs.ge50pct"),
    )
    looked = trial.look("DEF004")
    assert (looked.broken, looked.kept) == ([2, 4], [5, 6])
    assert looked.messages[0].endswith("is a score <= 12.0 here and < 12.0 elsewhere")
