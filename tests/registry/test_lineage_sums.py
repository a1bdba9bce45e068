"""What two packages say of the same people is compared, whether they have them together or in parts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.registry.small_registry import Arm, arm, lineage_of, study

OF_ONE_KEY = {"missing_data": "locf", "analysis_set": "full-analysis"}
PLACEBO = arm("placebo", response=(50, 148), n_randomised=151, **OF_ONE_KEY)


def low(**more: Any) -> Arm:
    return arm("escitalopram", name="low", dose=10, n_randomised=150, **OF_ONE_KEY, **more)


def high(**more: Any) -> Arm:
    return arm("escitalopram", name="high", dose=20, n_randomised=152, **OF_ONE_KEY, **more)


def both(**more: Any) -> Arm:
    return arm("escitalopram", name="both", **{**OF_ONE_KEY, "n_randomised": 302, "includes": "low; high", **more})


def compared(con: duckdb.DuckDBPyConnection, *columns: str) -> list[tuple[Any, ...]]:
    """Of the figures of one of the drug's arms or more, those of the first package and those of the second, and whether they agree."""
    told = ", ".join(name for column in columns for name in (column, f"other_{column}"))
    query = f"SELECT DISTINCT {told}, agree FROM same_figures WHERE arm_id NOT LIKE 'placebo%' ORDER BY ALL"
    return con.execute(query).fetchall()


PARTS = [low(response=(74, 147)), high(response=(82, 149)), PLACEBO]
FIVE = arm("escitalopram", name="five", dose=5, n_randomised=90, response=(20, 88), **OF_ONE_KEY)


@pytest.mark.parametrize("events", [106, 156])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([*PARTS, both()], {"includes": None}),
        (PARTS, {"includes": None}),
        (PARTS, {"includes": None, "n_randomised": None}),
        (PARTS, {"includes": None, "treatment": "ssri.unspecified"}),
        ([*PARTS, FIVE], {"includes": None}),
        ([*PARTS, both()], {}),
        (PARTS, {}),
        (PARTS, {"n_randomised": None}),
    ],
    ids=[
        "group, one arm",
        "parts, one arm",
        "no size",
        "a word for the class",
        "another dose beside",
        "group, group",
        "parts, group",
        "group without a size",
    ],
)
def test_parts_in_one_package_are_compared_with_the_whole_in_another(
    tmp_path: Path, one: list[Arm], other: Mapping[str, Any], events: int
) -> None:
    """No result agrees where the whole is misread, so the arms are known by their sizes, or by their parts."""
    more = {key: value for key, value in other.items() if key != "treatment"}
    whole = both(response=(events, 296), **more)
    if "treatment" in other:
        whole = arm("ssri.unspecified", response=(events, 296), n_randomised=302, **OF_ONE_KEY)
    beside = [low(), high()] if "includes" not in other else []
    con = lineage_of(tmp_path, a=[study("x", *one, pmid="1")], b=[study("y", whole, *beside, PLACEBO, pmid="1")])
    assert compared(con, "events", "n") == [(156, events, 296, 296, events == 156)]
    assert con.execute("SELECT count(DISTINCT trial_id) FROM trials").fetchall() == [(1,)]


@pytest.mark.parametrize("told", [{"dose": 20}, {"n_randomised": 90}, {"n_randomised": 240}])
def test_an_arm_that_is_not_the_sum_is_not_compared_with_it(tmp_path: Path, told: Mapping[str, Any]) -> None:
    """One review took the higher of two doses alone, or its arm is as large as neither dose, nor both."""
    alone = arm("escitalopram", response=(40, told.get("n_randomised", 296)), **OF_ONE_KEY, **told)
    con = lineage_of(tmp_path, a=[study("x", *PARTS, pmid="1")], b=[study("y", alone, PLACEBO, pmid="1")])
    assert all(events != 156 for events, *_ in compared(con, "events"))


def test_a_group_is_not_added_to_its_own_parts(tmp_path: Path) -> None:
    doses = [low(response=(74, 147)), high(response=(82, 149)), both(response=(156, 296)), PLACEBO]
    con = lineage_of(tmp_path, a=[study("x", *doses, pmid="1")], b=[study("y", *PARTS, pmid="1")])
    assert compared(con, "events") == [(74, 74, True), (82, 82, True), (156, 156, True)]


@pytest.mark.parametrize(("design", "extents"), [("parallel", ["part", "part"]), ("crossover", [])])
def test_arms_that_share_people_are_not_added_up(tmp_path: Path, design: str, extents: list[str]) -> None:
    whole = arm("escitalopram", response=(156, 296), n_randomised=302, **OF_ONE_KEY)
    con = lineage_of(tmp_path, a=[study("x", *PARTS, design=design, pmid="1")], b=[study("y", whole, PLACEBO, pmid="1")])
    assert con.execute("SELECT extent FROM same_arms WHERE treatment <> 'placebo'").fetchall() == [(word,) for word in extents]


def test_a_result_of_a_group_and_one_of_its_parts_are_no_two_arms_alike(tmp_path: Path) -> None:
    """That two studies are one trial takes two arms with equal counts, and a group has the people of its parts."""
    one, other = ([high(response=(82, 149)), both(response=(156, 296)), low()] for _ in range(2))
    con = lineage_of(tmp_path, a=[study("x", *one)], b=[study("y", *other)])
    assert con.execute("SELECT count(DISTINCT trial_id) FROM trials").fetchall() == [(2,)]


@pytest.mark.parametrize(
    ("percent", "origin", "events", "agree"),
    [
        ("65", "derived-from-percent", 80, True),
        ("65", "derived-from-percent", 82, False),
        ("65.3", "derived-from-percent", 80, False),
        ("65", "reported", 80, False),
        (None, "derived-from-percent", 80, False),
        ("about 65", "derived-from-percent", 80, False),
    ],
)
def test_a_count_may_be_any_that_its_percentage_tells(
    tmp_path: Path, percent: str | None, origin: str, events: int, agree: bool
) -> None:
    worked_out = arm("escitalopram", response=(81, 124), percent_reported=percent, value_origin=origin, **OF_ONE_KEY)
    counted = arm("escitalopram", response=(events, 124), **OF_ONE_KEY)
    con = lineage_of(tmp_path, a=[study("x", worked_out, PLACEBO, pmid="1")], b=[study("y", counted, PLACEBO, pmid="1")])
    assert compared(con, "events", "n") == [(81, events, 124, 124, agree)]


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ({"Nausea": (29, 151)}, {"Nausea": (92, 151)}, False),
        ({"Nausea": (29, 151)}, {" nausea": (29, 151)}, True),
        ({"Nausea": (29, 151)}, {"Nausea": (29, 150)}, False),
        ({"Nausea": (29, 151)}, {"Vomiting": (92, 151)}, None),
    ],
)
def test_adverse_events_of_one_trial_are_compared(
    tmp_path: Path, one: Mapping[str, tuple[int, int]], other: Mapping[str, tuple[int, int]], agree: bool | None
) -> None:
    con = lineage_of(
        tmp_path,
        a=[study("x", high(harms=one), PLACEBO, pmid="1")],
        b=[study("y", high(harms=other), PLACEBO, pmid="1")],
    )
    told = con.execute("SELECT outcome, agree FROM same_figures WHERE arm_id = 'high'").fetchall()
    assert told == ([] if agree is None else [("adverse event: nausea", agree)])


def test_adverse_events_of_a_group_are_compared_with_those_of_its_parts(tmp_path: Path) -> None:
    parts = [
        low(harms={"Nausea": (22, 149), "Insomnia": (11, 149)}),
        high(harms={"Nausea": (29, 151), "Insomnia": (14, 151)}),
        PLACEBO,
    ]
    whole = [low(), high(), both(harms={"Nausea": (90, 300), "Insomnia": (25, 300)}), PLACEBO]
    con = lineage_of(tmp_path, a=[study("x", *parts, pmid="1")], b=[study("y", *whole, pmid="1")])
    assert compared(con, "events", "n") == [(25, 25, 300, 300, True), (51, 90, 300, 300, False)]


@pytest.mark.parametrize(
    ("one", "other", "more", "agree"),
    [
        ((-16.4, 9.0, 149), (-16.4, 9.0, 149), {}, True),
        ((-16.4, 9.0, 149), (-12.4, 9.0, 149), {}, False),
        ((-16.4, 9.0, 149), (16.4, 9.0, 149), {}, False),
        ((-16.4, 9.0, 149), (-16.3, 9.0, 149), {}, False),
        ((-16.4, 9.0, 149), (-16.38, 8.8, 149), {}, True),
        ((-16.4, 9.0, 149), (-16.4, 0.74, 149), {}, False),
        ((-16.4, 9.0, 149), (-16.4, None, 149), {}, True),
        ((-16.4, 9.0, 149), (-16.4, 9.0, 124), {}, False),
        ((-16.4, 9.0, 149), (-12.4, 9.0, 149), {"missing_data": "mmrm"}, None),
        ((-16.4, 9.0, 149), (-12.4, 9.0, 149), {"analysis_set": "unstated"}, None),
        ((-16.4, 9.0, 149), (-12.4, 9.0, 149), {"timepoint_days": 42}, None),
        ((-16.4, 9.0, 149), (-12.4, 9.0, 149), {"timepoint_anchor": "last-dose"}, None),
        ((-16.4, 9.0, 149), (-12.4, 9.0, 149), {"value_origin": "digitised"}, None),
    ],
)
def test_means_of_one_setting_are_compared(
    tmp_path: Path, one: tuple[float, float, int], other: tuple[Any, ...], more: Mapping[str, Any], agree: bool | None
) -> None:
    second = arm("escitalopram", name="high", means={"madrs": other}, **{**OF_ONE_KEY, **more})
    con = lineage_of(tmp_path, a=[study("x", high(means={"madrs": one}), pmid="1")], b=[study("y", second, pmid="1")])
    told = con.execute("SELECT outcome, mean, other_mean, agree FROM same_figures").fetchall()
    assert told == ([] if agree is None else [("mean madrs change", one[0], other[0], agree)])


@pytest.mark.parametrize(("mean", "agree"), [(-15.8, True), (-18.4, False)])
def test_the_mean_of_a_group_is_compared_with_that_of_its_parts(tmp_path: Path, mean: float, agree: bool) -> None:
    parts = [low(means={"madrs": (-15.2, 8.7, 147)}), high(means={"madrs": (-16.4, 9.0, 149)}), PLACEBO]
    whole = arm("escitalopram", n_randomised=302, means={"madrs": (mean, 8.9, 296)}, **OF_ONE_KEY)
    con = lineage_of(tmp_path, a=[study("x", *parts, pmid="1")], b=[study("y", whole, PLACEBO, pmid="1")])
    ((worked_out, told, agreed),) = compared(con, "mean")
    assert (round(worked_out, 3), told, agreed) == (-15.804, mean, agree)
