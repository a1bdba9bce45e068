"""What the registry's own packages have in common. The numbers are pinned: each pair was looked at by eye (docs/lineage.md)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def con(real_registry: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(real_registry / "registry.duckdb"), read_only=True) as connection:
        yield connection


def test_the_trials_that_are_in_several_packages(con: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT study_id, other_study_id, evidence, arms FROM same_trials WHERE joined ORDER BY ALL"
    assert con.execute(query).fetchall() == [
        # 41 of 93 on placebo in both, 64 and 63 of 86 on paroxetine
        ("detke-2004", "furukawa-125", "same-arms", 2),
        # citalopram 71 of 127 and placebo 51 of 130 in both
        ("furukawa-100", "linde-50", "same-arms", 2),
        # placebo 79 of 189 in both, escitalopram 104 and 103 of 191
        ("furukawa-147", "linde-48", "same-arms", 2),
        # one report, and 9 of 155 and 15 of 154 dropped out in both
        ("lepola-2003", "lepola-2003", "pmid, label, same-arms", 2),
        # placebo 74 of 154 in both; 84 of 160 and 99 of 155 make 183 of 315, in the other 183 of 314
        ("lepola-2003", "linde-26", "label", 1),
        ("lepola-2003", "linde-26", "label, same-arms", 3),
        # 52 of 178 and 47 of 183 dropped out in both; the responders differ
        ("mcpartlin-1998", "linde-112", "label, same-arms", 2),
        # 113 of 148 and 113 of 145 responded, 21 and 19 dropped out, in both
        ("montgomery-2004", "linde-76", "label, same-arms", 2),
        # 46 of 170 and 47 of 171 dropped out in both; the responders differ
        ("tylee-1997", "linde-41", "label, same-arms", 2),
    ]


def test_nothing_is_in_doubt(con: duckdb.DuckDBPyConnection) -> None:
    assert con.execute("FROM same_trials WHERE NOT joined").fetchall() == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("coleman-1999", "linde-46"),  # sertraline 72 of 118 in both, but beside bupropion and placebo here, hypericum there
        ("rapaport-1996", "linde-20"),  # an SSRI with 4 of 51 dropped out in both, beside fluoxetine here, a tricyclic there
        ("burke-2002", "furukawa-139"),  # arms of 125 and 125 here, 127 and 124 there, with other counts
        ("furukawa-87", "linde-50"),  # arms of 129 and 129 here, 127 and 130 there, with other counts
        ("furukawa-398", "linde-27"),  # arms of 80 and 79 here, 80 and 81 there, with other outcomes
    ],
)
def test_trials_that_look_alike_are_kept_apart(con: duckdb.DuckDBPyConnection, one: str, other: str) -> None:
    query = "SELECT count(DISTINCT trial_id) FROM trials WHERE study_id IN (?, ?)"
    assert con.execute(query, [one, other]).fetchall() == [(2,)]


def test_the_parts_of_a_trial_are_one_trial(con: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT count(*), count(DISTINCT trial_id) FROM trials WHERE package = 'ketamine-esketamine'"
    assert con.execute(query).fetchall() == [(28, 23)]


def test_how_many_arms_are_counted_more_than_once(con: duckdb.DuckDBPyConnection) -> None:
    query = """
        SELECT count(DISTINCT trial_id), count(DISTINCT (package, study_id, arm_id)) FROM (
          SELECT package, study_id, arm_id FROM same_arms UNION SELECT other_package, other_study_id, other_arm_id FROM same_arms
        ) JOIN trials USING (package, study_id)
    """
    assert con.execute(query).fetchall() == [(7, 31)]


def test_the_views_leave_out_what_another_package_stands_for(con: duckdb.DuckDBPyConnection) -> None:
    left_out = con.execute(
        'SELECT package, study_id, count(*) FROM all_response_rates WHERE NOT "primary" GROUP BY ALL ORDER BY ALL'
    )
    assert left_out.fetchall() == [
        ("addis-depression", "detke-2004", 4),
        ("addis-depression", "lepola-2003", 3),
        ("linde-2015", "linde-112", 2),
        ("linde-2015", "linde-26", 2),
        ("linde-2015", "linde-41", 2),
        ("linde-2015", "linde-48", 2),
        ("linde-2015", "linde-50", 3),
        ("linde-2015", "linde-76", 2),
    ]
    # Only linde-2015 has remission in any of these trials.
    assert con.execute('SELECT count(*) FROM all_remission_rates WHERE NOT "primary"').fetchall() == [(0,)]


def test_every_overlap_is_declared_and_nothing_else(con: duckdb.DuckDBPyConnection) -> None:
    assert con.execute("FROM same_trials WHERE declared IS DISTINCT FROM 'same-trials'").fetchall() == []
    found = "SELECT package, other_package AS other FROM same_trials UNION SELECT other_package, package FROM same_trials"
    assert con.execute(f"SELECT package, other FROM lineage EXCEPT ({found})").fetchall() == []
