"""SCR, IPD and SRC over small packages: what the views set side by side."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.rules.conftest import TODAY, Package


def _mean(statistic: str, mean: float | None, **more: Any) -> dict[str, Any]:
    return {
        "study_id": "s",
        "arm_id": "a",
        "instrument_id": "madrs",
        "timepoint_days": 28.0,
        "timepoint_anchor": "randomisation",
        "statistic": statistic,
        "estimate": "raw",
        "n": 30,
        "mean": mean,
        "value_origin": "reported",
        **more,
    }


def test_means_against_their_scale(package: Package) -> None:
    package.add(
        "scores",
        _mean("endpoint", 61),
        _mean("endpoint", -1),
        _mean("change", -19),
        _mean("change", -61),
        _mean("baseline", 30),
        _mean("endpoint", 99, instrument_id="hamd6"),
        _mean("endpoint", None),
    )
    means, changes = package.look("SCR001"), package.look("SCR002")
    assert (means.broken, means.kept, means.passed_over) == ([2, 3], [6], [4, 5, 7, 8])
    assert (changes.broken, changes.kept) == ([5], [4])


def test_adjusted_means_and_part_scores_are_no_matter_for_grim(package: Package) -> None:
    impossible = {"mean_reported": "5.27", "n": 43}
    package.add(
        "scores",
        _mean("endpoint", 5.27, **impossible),
        _mean("endpoint", 5.27, **impossible, estimate="adjusted"),
        _mean("endpoint", 5.27, **impossible, estimate="unstated"),
        _mean("endpoint", 5.27, **impossible, value_origin="digitised"),
        _mean("endpoint", 5.27, **impossible, instrument_id="zung-sds-index"),
        _mean("endpoint", 5.27, n=43),
        _mean("endpoint", 5.27, mean_reported="5.27", n=100),
        _mean("endpoint", 5.27, mean_reported="5.27", n=0),
    )
    looked = package.look("SCR005")
    assert (looked.broken, looked.kept, looked.passed_over) == ([2], [], [3, 4, 5, 6, 7, 8, 9])
    assert looked.messages == ["`mean_reported` (5.27) can't be a mean of `n` (43) whole scores; 5.26 or 5.28 could be"]


def test_changes_beside_means(package: Package) -> None:
    package.add(
        "scores",
        _mean("baseline", 14.5, timepoint_days=0.0, timepoint_anchor="first-dose"),
        _mean("endpoint", 6.5),
        _mean("change", -8),
        _mean("change", 8),
        _mean("change", 8, estimate="adjusted"),
        _mean("change", 8, n=29),
        _mean("change", 8, timepoint_days=None),
        _mean("change", 8, arm_id="b"),
        _mean("change", 8, instrument_id="hamd17"),
    )
    looked = package.look("SCR006")
    assert (looked.broken, looked.kept, looked.passed_over) == ([5], [4], [])


def test_two_baselines_that_differ_say_nothing(package: Package) -> None:
    package.add("scores", _mean("baseline", 14.5), _mean("baseline", 15.5), _mean("endpoint", 6.5), _mean("change", 8))
    assert package.look("SCR006").passed_over == [5]


def test_a_standard_error_beside_a_standard_deviation(package: Package) -> None:
    package.add(
        "scores",
        _mean("endpoint", 15, sd=12.3, n=100),
        _mean("endpoint", 15, sd=1.2, n=100, arm_id="b"),
        _mean("endpoint", 15, sd=9.0, n=100, arm_id="c"),
        _mean("endpoint", 15, sd=1.2, n=100, study_id="t"),
        _mean("baseline", 15, sd=1.2, n=100),
        _mean("endpoint", 15, n=100, arm_id="d"),
    )
    looked = package.look("SCR007")
    assert (looked.broken, looked.kept, looked.passed_over) == ([3], [2, 4], [5, 6, 7])


def test_a_spread_far_above_the_other_arms(package: Package) -> None:
    """Of one arm; of another visit; of two arms of few people."""
    package.add(
        "scores",
        *(_mean("change", -6, sd=sd, n=79, arm_id=arm) for arm, sd in (("a", 29.2), ("b", 7.1), ("c", 7.0))),
        *(
            _mean("endpoint", 12, sd=sd, n=79, arm_id=arm, timepoint_days=day)
            for arm, sd, day in (("a", 29.2, 84), ("b", 7.1, 21))
        ),
        *(_mean("endpoint", 12, sd=sd, n=n, arm_id=arm, timepoint_days=7) for arm, sd, n in (("a", 29.2, 79), ("b", 7.1, 9))),
    )
    looked = package.look("SCR022")
    assert (looked.broken, looked.kept, looked.passed_over) == ([2], [3, 4], [5, 6, 7, 8])
    assert looked.messages == ["`sd` (29.2) is more than three times that of any other arm on the same day (at most 7.1)"]


def test_scores_beyond_the_arm(package: Package) -> None:
    package.add("arms", {"study_id": "s", "arm_id": "a", "n_randomised": 29})
    assert package.add("scores", _mean("endpoint", 15), _mean("endpoint", 15, n=29)).look("SCR010").broken == [2]


@pytest.fixture
def hamd(package: Package) -> Package:
    """Three participants of one arm, with HAM-D17 baselines of 20, 21 and 4."""
    package.add("arms", {"study_id": "s", "arm_id": "a", "n_randomised": 3})
    return package.add(
        "participants",
        *(
            {"participant_id": p, "study_id": "s", "arm_id": "a", "baseline_instrument_id": "hamd17", "baseline_total": b}
            for p, b in (("p", 20.0), ("q", 21.0), ("r", 4.0))
        ),
    )


def _visit(participant: str, total: float | None, **more: Any) -> dict[str, Any]:
    return {"participant_id": participant, "visit_day": 42.0, "instrument_id": "hamd17", "total": total, **more}


def test_totals_and_days(hamd: Package) -> None:
    hamd.add(
        "visits",
        _visit("p", 54),
        _visit("p", 53),
        _visit("p", 0, visit_day=-7),
        _visit("p", 99, instrument_id="hamd.unstated"),
        _visit("p", None),
    )
    totals, days = hamd.look("IPD001"), hamd.look("IPD004")
    assert (totals.broken, totals.kept, totals.passed_over) == ([2], [3, 4], [5, 6])
    assert days.broken == [4]


def test_a_participant_in_two_arms(hamd: Package) -> None:
    hamd.add(
        "participants",
        {"participant_id": "p", "study_id": "s", "arm_id": "b"},
        {"participant_id": "q", "study_id": "s", "arm_id": "a"},
        {"participant_id": "x"},
    )
    looked = hamd.look("IPD003")
    assert (looked.broken, looked.kept, looked.passed_over) == ([2, 5], [3, 4, 6], [7])
    assert looked.messages[0] == "`p` is in 2 arms, `a` and `b` among them"


def test_stated_responses(hamd: Package) -> None:
    hamd.add(
        "participants",
        {"participant_id": "z", "study_id": "s", "arm_id": "a", "baseline_instrument_id": "hamd17", "baseline_total": 0.0},
        {"participant_id": "m", "study_id": "s", "arm_id": "a", "baseline_instrument_id": "madrs", "baseline_total": 30.0},
    )
    hamd.add(
        "visits",
        _visit("p", 10, response_stated=True),
        _visit("p", 11, response_stated=True),
        _visit("q", 10, response_stated=False),
        _visit("q", 11, response_stated=False),
        _visit("z", 0, response_stated=False),
        _visit("m", 1, response_stated=False),
        _visit("p", 10),
        _visit("p", None, response_stated=True),
        _visit("nobody", 1, response_stated=True),
    )
    looked = hamd.look("IPD005")
    assert (looked.broken, looked.kept, looked.passed_over) == ([3, 4], [2, 5], [6, 7, 8, 9, 10])


@pytest.mark.parametrize(
    ("definition", "total", "remission"),
    [
        ("remission.hamd17.le7", 7, True),
        ("remission.hamd17.le7", 8, False),
        ("remission.hamd17.lt10", 9, True),
        ("remission.hamd17.lt10", 10, False),
        ("both", 7, True),
        ("both", 8, False),
        ("either", 10, True),
        ("either", 11, False),
        ("remission.madrs.le10", 1, None),
        ("remission.hamd.unstated", 1, None),
        ("sustained", 1, None),
    ],
)
def test_stated_remissions(hamd: Package, definition: str, total: float, remission: bool | None) -> None:
    hamd.connection.execute(
        """INSERT INTO vocabulary.definitions BY NAME
        SELECT * FROM (VALUES ('both', '<=', 7.0, '>=', 50.0, 'and', 'point'), ('either', '<=', 7.0, '>=', 50.0, 'or', 'point'),
          ('sustained', '<=', 7.0, NULL, NULL, NULL, 'sustained'))
          AS d(definition_id, comparator, threshold, percent_comparator, percent_reduction, combine, ascertainment),
          (SELECT 'hamd17' AS instrument_id)"""
    )
    for stated in (True, False):
        hamd.add("visits", _visit("p", total, remission_stated=stated, remission_definition_id=definition))
    looked = hamd.look("IPD006")
    expected = {True: ([3], [2], []), False: ([2], [3], []), None: ([], [], [2, 3])}[remission]
    assert (looked.broken, looked.kept, looked.passed_over) == expected


def test_the_scale_of_the_baseline_decides_a_composite(hamd: Package) -> None:
    hamd.add(
        "participants",
        {"participant_id": "m", "study_id": "s", "arm_id": "a", "baseline_instrument_id": "hamd17", "baseline_total": 30.0},
    )
    madrs = {"instrument_id": "madrs", "remission_stated": True, "remission_definition_id": "remission.madrs.le10-and-ge50pct"}
    hamd.add("visits", _visit("m", 5, **madrs), _visit("m", 11, **madrs))
    looked = hamd.look("IPD006")
    # Above the cut-off it is no remission, whatever the baseline was.
    assert (looked.broken, looked.passed_over) == ([3], [2])


def _count(definition: str, events: int, n: int, **more: Any) -> dict[str, Any]:
    return {
        "study_id": "s",
        "arm_id": "a",
        "definition_id": definition,
        "timepoint_days": 42.0,
        "timepoint_anchor": "randomisation",
        "analysis_set": "observed-cases",
        "missing_data": "observed",
        "n_analysed": n,
        "events": events,
        "value_origin": "derived-from-participants",
        **more,
    }


def test_counts_from_visits(hamd: Package) -> None:
    # p: response and no remission; r: remission and no response; q isn't seen.
    hamd.add("visits", _visit("p", 10), _visit("q", None), _visit("r", 3), _visit("q", 1, visit_day=7.0))
    everybody = {"analysis_set": "randomised", "missing_data": "non-responder"}
    hamd.add(
        "outcomes",
        _count("remission.hamd17.le7", 1, 2),
        _count("response.hamd17.ge50pct", 1, 2),
        _count("response.hamd17.ge50pct", 2, 3),
        _count("response.hamd17.ge50pct", 1, 3, **everybody),
        _count("response.hamd17.ge50pct", 1, 2, **everybody),
        _count("response.hamd17.ge50pct", 3, 3, analysis_set="full-analysis"),
        _count("response.hamd17.ge50pct", 3, 3, missing_data="locf"),
        _count("response.hamd17.ge50pct", 3, 3, timepoint_anchor="last-dose"),
        _count("response.hamd17.ge50pct", 3, 3, value_origin="imputed-from-mean"),
        _count("response.hamd17.ge50pct", 3, 3, timepoint_days=None),
        _count("response.madrs.ge50pct", 3, 3),
        _count("response.hamd17.ge50pct", 3, 3, timepoint_days=56.0),
        _count("response.hamd17.ge50pct", 3, 3, arm_id="b"),
        _count("response.hamd17.unstated", 3, 3),
    )
    events, n = hamd.look("IPD007"), hamd.look("IPD008")
    assert (events.broken, events.kept) == ([4], [2, 3, 5, 6])
    assert (n.broken, n.kept) == ([4, 6], [2, 3, 5])
    assert events.messages == [
        "`events` (2) must be 1, the number of participants who meet `response.hamd17.ge50pct` in the visits of day 42.0"
    ]


def test_sources_in_use(package: Package) -> None:
    package.add(
        "sources",
        {"source_id": "withdrawn", "correction_status": "retracted"},
        {"source_id": "withdrawn-unused", "correction_status": "retracted"},
        {"source_id": "sound", "correction_status": "none-found"},
        {"source_id": "corrected", "correction_status": "erratum"},
        {"source_id": "unknown"},
    )
    package.add("outcomes", {"source_id": "withdrawn"}, {"source_id": "sound"}, {"source_id": "corrected"})
    package.add("arms", {"source_id": "withdrawn"})
    retracted, corrected = package.look("SRC005"), package.look("SRC012")
    assert (retracted.broken, retracted.kept, retracted.passed_over) == ([2], [3, 4, 5], [6])
    assert retracted.messages == ["`withdrawn` is retracted; rows that use it: 2"]
    assert (corrected.broken, corrected.kept) == ([5], [2, 3, 4])


def test_a_date_in_the_future_is_named_alone(package: Package) -> None:
    past, future = date(2026, 11, 20), date(2031, 1, 1)
    dates = [{"accessed": future, "checked_on": past}, {"accessed": past, "checked_on": future}, {"checked_on": future}]
    package.add("sources", *({"source_id": "report", **one} for one in dates))
    accessed, checked, alone = package.look("SRC013").messages
    assert accessed == "`report` has `accessed` (2031-01-01) in the future; today is 2026-11-23"
    assert checked == alone == accessed.replace("accessed", "checked_on")


def test_looked_up_within_a_year(package: Package) -> None:
    days = (date(2025, 11, 23), date(2025, 11, 22), TODAY, TODAY + timedelta(days=2), None)
    package.add(
        "sources", *({"source_id": f"s{i}", "correction_status": "none-found", "checked_on": d} for i, d in enumerate(days))
    )
    package.add("sources", {"source_id": "never", "correction_status": "unchecked", "checked_on": date(2000, 1, 1)})
    age, future = package.look("SRC007"), package.look("SRC013")
    assert (age.broken, age.kept, age.passed_over) == ([3], [2, 4, 5], [6, 7])
    assert future.broken == [5]
    assert package.look("SRC008").broken == [6]
    assert package.look("SRC006").broken == [7]
