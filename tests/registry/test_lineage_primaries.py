"""Of several packages that report a trial the views keep one, by a stated order, and lose nothing that only another has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from registry.building import build
from registry.lineage import declared
from tests import sample
from tests.registry.small_registry import Study, arm, lineage_of, registry_of, study
from tests.registry.test_building import rows

KNOWN = {"registration_id": "NCT01234567"}


def report(
    counts: Mapping[str, tuple[int, int]] | None = None, *others: Any, population: str = "mdd", **more: Any
) -> list[Study]:
    """A package's only study: the trial, with an arm on sertraline."""
    drug = arm("sertraline", **(counts or {"response": (60, 120)}), **more)
    return [study("x", drug, *others, population_id=population, **KNOWN)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (report(), report({"unstated": (60, 120)})),
        (report(), report(analysis_set="unstated")),
        (report(), report(timepoint_days=None)),
        (report(), report(population="unstated")),
        (report(extractions=2), report(extractions=1)),
        (report(extractions=2), report()),
        (report(), report(value_origin="derived-from-percent")),
        (report(None, arm("placebo", response=(40, 120))), report()),
        (report(analysis_set="randomised"), report(analysis_set="unstated", extractions=2)),
        (report(extractions=2, value_origin="digitised"), report(extractions=1)),
    ],
    ids=[
        *("definition", "analysis set", "day", "population", "extractions", "stated extractions", "reported", "arms"),
        *("stated before extractions", "extractions before reported"),
    ],
)
def test_the_better_told_result_stands_first(tmp_path: Path, first: Sequence[Study], second: Sequence[Study]) -> None:
    # The name would decide the other way.
    con = lineage_of(tmp_path, z=first, a=second)
    assert con.execute("SELECT package, place FROM primaries ORDER BY place").fetchall() == [("z", 1), ("a", 2)]


def test_the_name_decides_last(tmp_path: Path) -> None:
    con = lineage_of(tmp_path, b=report(), a=report())
    assert con.execute("SELECT package FROM primaries ORDER BY place").fetchall() == [("a",), ("b",)]


def test_what_is_derived_stands_behind_what_it_derives_from(tmp_path: Path) -> None:
    packages = {"a": report(extractions=3), "b": report(extractions=2), "c": report()}
    con = lineage_of(tmp_path, **packages, lineage=[("a", "b", "derived-from"), ("b", "c", "derived-from")])
    assert con.execute("SELECT package, derived_from FROM primaries ORDER BY place").fetchall() == [("c", 0), ("b", 1), ("a", 2)]
    assert set(con.execute("SELECT declared FROM same_trials").fetchall()) == {("derived-from",), (None,)}


def test_what_reports_the_same_trials_independently_does_not_stand_behind(tmp_path: Path) -> None:
    con = lineage_of(tmp_path, a=report(), b=report(), lineage=[("a", "b", "same-trials")])
    assert con.execute("SELECT package FROM primaries ORDER BY place").fetchall() == [("a",), ("b",)]


def test_packages_that_derive_from_each_other_do_not_stop_the_build(tmp_path: Path) -> None:
    con = lineage_of(tmp_path, a=report(), b=report(), lineage=[("a", "b", "derived-from"), ("b", "a", "derived-from")])
    assert con.execute("SELECT package FROM primaries ORDER BY place").fetchall() == [("a",), ("b",)]


def test_each_outcome_has_its_own_primary(tmp_path: Path) -> None:
    con = registry_of(tmp_path, a=report({"remission": (30, 120), "unstated": (60, 120)}), b=report({"response": (60, 120)}))
    assert con.execute("SELECT package, events FROM response_rates").fetchall() == [("b", 60)]
    assert con.execute("SELECT package, events FROM remission_rates").fetchall() == [("a", 30)]
    query = 'SELECT package, trial, "primary", standing FROM all_response_rates ORDER BY package'
    assert con.execute(query).fetchall() == [("a", KNOWN["registration_id"], False, "draft"), ("b", "NCT01234567", True, "draft")]


@pytest.mark.parametrize(
    ("early", "main", "kept"),
    [
        ({}, {}, ["days 42-70", "days 5-10"]),
        ({"timepoint_days": 42}, {}, ["days 42-70"]),
        ({"timepoint_days": None}, {}, ["days 42-70"]),
        ({}, {"timepoint_days": None}, ["unstated"]),
        ({"analysis_set": "unstated"}, {}, ["days 42-70"]),
        ({"population": "mdd.non-trd"}, {}, ["days 42-70"]),
        ({"timepoint_days": 71}, {"timepoint_days": 70}, ["days 42-70"]),
        ({"counts": {"response": (60, 120)}}, {}, ["days 42-70"]),
        ({"timepoint_anchor": "last-dose"}, {}, ["days 42-70"]),
    ],
    ids=[
        *("another visit", "one window", "no day", "no day in the primary", "vaguer", "other people"),
        *("a day apart", "its very counts", "counted from elsewhere"),
    ],
)
def test_a_visit_that_only_another_package_has_is_kept_where_it_is_certain_to_be_another(
    tmp_path: Path, early: Mapping[str, Any], main: Mapping[str, Any], kept: Sequence[str]
) -> None:
    packages = {
        "main": report(**{"timepoint_days": 56, **main}),
        "other": report(**{"counts": {"response": (12, 120)}, "timepoint_days": 7, **early}),
    }
    con = registry_of(tmp_path, **packages, lineage=[("other", "main", "derived-from")])
    query = 'SELECT DISTINCT "window" FROM comparable_rates ORDER BY ALL'
    assert [window for (window,) in con.execute(query).fetchall()] == kept
    assert con.execute(
        "SELECT count(*) FROM (FROM comparable_rates QUALIFY count(*) OVER (PARTITION BY trial, stratum) > 1)"
    ).fetchall() == [(0,)]


def test_a_baseline_makes_no_package_the_primary(tmp_path: Path) -> None:
    baseline = report({"response": (0, 120)}, timepoint_days=0)
    con = registry_of(tmp_path, a=baseline, b=report(analysis_set="unstated"))
    assert con.execute("SELECT package FROM response_rates").fetchall() == [("b",)]


def test_a_package_without_a_number_does_not_hide_one_with(tmp_path: Path) -> None:
    con = registry_of(tmp_path, a=report({"response": (None, 120)}), b=report({"unstated": (60, 120)}))  # type: ignore[dict-item]
    assert con.execute("SELECT package FROM response_rates").fetchall() == [("b",)]


def test_what_derives_from_a_package_that_is_not_there_takes_its_place(tmp_path: Path) -> None:
    lineage = [("b", "a", "derived-from")]
    con = registry_of(tmp_path, b=report(), c=report({"unstated": (60, 120)}), lineage=lineage)
    assert con.execute("SELECT package FROM response_rates").fetchall() == [("b",)]


GOOD = {"package": "other", "relation": "derived-from", "note": "its first release"}


@pytest.mark.parametrize(
    ("member", "loaded"),
    [
        ([GOOD], [("other", "derived-from", "its first release")]),
        ([{**GOOD, "note": 5}], [("other", "derived-from", None)]),
        ([GOOD, GOOD], [("other", "derived-from", "its first release")]),
        ([GOOD, "other", None, 1, {}], [("other", "derived-from", "its first release")]),
        ([{**GOOD, "relation": "cousin"}], []),
        ([{**GOOD, "relation": ["derived-from"]}], []),
        ([{**GOOD, "package": {"name": "other"}}], []),
        ([{**GOOD, "package": ""}], []),
        ([{**GOOD, "package": "sample"}], []),
        ({"other": "derived-from"}, []),
        ("other", []),
    ],
)
def test_what_is_declared_is_loaded_as_far_as_it_is_of_the_form(member: object, loaded: list[tuple[str, ...]]) -> None:
    assert [tuple(row[1:]) for row in declared("sample", {"lineage": member})] == loaded


def test_what_is_declared_is_a_table(tmp_path: Path) -> None:
    sample.write(tmp_path / "datapackages" / "sample", descriptor={"lineage": [GOOD]})
    made = build(tmp_path, today=sample.TODAY, drafts=True)
    assert made.database is not None
    assert rows(made.database, "SELECT package, other, relation, note FROM lineage") == [("sample", *GOOD.values())]
    assert rows(made.database, "SELECT standing FROM packages") == [("draft",)]


def test_what_a_rejected_package_declares_is_not_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "datapackages" / "sample"
    sample.write(folder, sample.cell("outcomes", "events", "41"), {"lineage": [GOOD]})
    made = build(tmp_path, today=sample.TODAY, drafts=True, skip_invalid=True)
    assert made.database is not None
    assert rows(made.database, "SELECT count(*) FROM lineage") == [(0,)]
