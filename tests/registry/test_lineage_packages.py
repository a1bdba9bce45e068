"""What the registry's own packages have in common. The numbers are pinned (docs/lineage.md)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def con(documented_registry: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(documented_registry / "registry.duckdb"), read_only=True) as connection:
        yield connection


def test_the_trials_that_are_in_several_packages(con: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT package, other_package, count(*) FROM same_trials WHERE joined GROUP BY ALL ORDER BY ALL"
    assert con.execute(query).fetchall() == [
        ("addis-depression", "furukawa-2019-ssri", 2),
        ("addis-depression", "griselda-2018", 36),
        ("addis-depression", "ketamine-esketamine", 1),
        ("addis-depression", "linde-2015", 4),
        ("addis-depression", "trials-read", 1),
        ("ctgov-esketamine", "ketamine-esketamine", 32),  # pairs of parts, of nine trials
        ("furukawa-2019-ssri", "griselda-2018", 47),
        ("furukawa-2019-ssri", "linde-2015", 3),
        ("griselda-2018", "ketamine-esketamine", 1),
        ("griselda-2018", "linde-2015", 17),
        ("griselda-2018", "trials-read", 3),
        ("ketamine-esketamine", "linde-2015", 1),
        ("ketamine-esketamine", "trials-read", 1),
        ("linde-2015", "trials-read", 1),
    ]


def test_what_is_joined_has_one_author_where_both_name_one(con: duckdb.DuckDBPyConnection) -> None:
    authors = """
        SELECT regexp_replace(lower(s.label), '[^a-z].*', '') AS author, regexp_replace(lower(o.label), '[^a-z].*', '') AS other, evidence
        FROM same_trials t JOIN studies s USING (package, study_id)
        JOIN studies o ON o.package = t.other_package AND o.study_id = t.other_study_id
        WHERE joined AND 'furukawa-2019-ssri' NOT IN (t.package, t.other_package) AND author <> other ORDER BY ALL
    """
    # De Wilde 1993 is DeWilde1993; GSK-PAR2906 and GSK-PARMDUK have the sponsor's name for PAR 29060 and PAR MDUK.
    assert con.execute(authors).fetchall() == [
        ("de", "dewilde", "label, same-arms"),
        ("par", "gsk", "same-arms"),
        ("par", "gsk", "same-arms"),
    ]


def test_two_reviews_of_the_same_people_share_their_trials(con: duckdb.DuckDBPyConnection) -> None:
    """Of the trials with an equal drug, number randomised and number of responders in two arms: those in doubt have arms of 10 to 26."""
    counted = """
        WITH arm AS (
          SELECT package, study_id, arm_id, treatment_id, n_randomised, events FROM outcomes JOIN arms USING (package, study_id, arm_id)
          WHERE starts_with(definition_id, 'response')
        ), pair AS (
          SELECT a.study_id, b.study_id AS other_study_id, max(a.n_randomised) AS largest
          FROM arm a JOIN arm b USING (treatment_id, n_randomised, events)
          WHERE a.package = 'furukawa-2019-ssri' AND b.package = 'griselda-2018' GROUP BY ALL HAVING count(DISTINCT a.arm_id) > 1
        )
        SELECT count(*), count(joined), max(largest) FILTER (joined IS NULL)
        FROM pair LEFT JOIN (FROM same_trials WHERE joined) USING (study_id, other_study_id)
    """
    assert con.execute(counted).fetchall() == [(52, 47, 26)]


def test_what_is_in_doubt(con: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT study_id, other_study_id FROM same_trials WHERE NOT joined ORDER BY ALL"
    assert con.execute(query).fetchall() == [
        ("blacker1988", "linde-83"),  # trazodone 112 in both; of the tricyclics one review has 44 and the other 79
        ("furukawa-222", "moreno2005"),  # arms of 20 and 26
        ("furukawa-332", "par-279-mduk"),  # arms of 10 and 19
        ("montgomery-2004", "montgomery2004b-cl3-20098-030"),  # other drugs
        ("montgomery2004b-cl3-20098-030", "linde-76"),  # other drugs
        ("mynors-wallis1995", "linde-24"),  # arms of 31 and 30, and `Mynor-Wallis`
        ("nct02417064", "transform-2"),  # TRANSFORM-1 and TRANSFORM-2, of one year, with registrations that differ
        ("nct02418585", "transform-1"),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("coleman-1999", "linde-46"),  # sertraline 72 of 118 in both, but beside bupropion and placebo here, hypericum there
        ("rapaport-1996", "linde-20"),  # an SSRI with 4 of 51 dropped out in both, beside fluoxetine here, a tricyclic there
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
    assert con.execute(query).fetchall() == [(103, 529)]


def test_the_views_leave_out_what_another_package_stands_for(con: duckdb.DuckDBPyConnection) -> None:
    left_out = 'SELECT package, count(DISTINCT study_id), count(*) FROM {} WHERE NOT "primary" GROUP BY ALL ORDER BY ALL'
    assert con.execute(left_out.format("all_response_rates")).fetchall() == [
        ("addis-depression", 32, 84),
        ("ctgov-esketamine", 8, 70),
        ("furukawa-2019-ssri", 43, 105),
        ("griselda-2018", 4, 12),
        ("ketamine-esketamine", 1, 2),
        ("linde-2015", 17, 38),
        ("trials-read", 2, 4),
    ]
    assert con.execute(left_out.format("all_remission_rates")).fetchall() == [
        ("ctgov-esketamine", 10, 50),
        ("linde-2015", 13, 28),
        ("trials-read", 4, 8),
    ]


def test_every_overlap_is_declared_and_nothing_else(con: duckdb.DuckDBPyConnection) -> None:
    assert con.execute("FROM same_trials WHERE declared IS DISTINCT FROM 'same-trials'").fetchall() == []
    found = "SELECT package, other_package AS other FROM same_trials UNION SELECT other_package, package FROM same_trials"
    assert con.execute(f"SELECT package, other FROM lineage EXCEPT ({found})").fetchall() == []
