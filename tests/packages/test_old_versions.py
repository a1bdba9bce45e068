"""Packages of the first tables and of today's build side by side: what was accepted before a column was there stays valid and readable."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from registry.building import build
from tests import fixed, sample
from tests.conftest import Once

FIRST = 9
"""Records of the ledger at which every package had its first version, written before phases, backgrounds and parts were columns."""


@pytest.fixture(scope="module")
def first(once: Once) -> Path:
    """A folder with the packages' first versions, and the database built from them by today's code."""

    def fill(root: Path) -> None:
        # With the ledger, by which it is known that they were accepted before some of today's rules.
        shutil.copytree(fixed.registry(FIRST), root, dirs_exist_ok=True)
        assert build(root, today=sample.TODAY).database

    return once("first-versions", fill)


def _asked(root: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(root / "registry.duckdb"), read_only=True) as con:
        return con.execute(query).fetchall()


def test_first_versions_are_valid_under_todays_schemas_and_rules(first: Path) -> None:
    assert {verdict for (verdict,) in _asked(first, "SELECT DISTINCT verdict FROM packages")} == {"valid"}


def test_a_column_that_is_newer_than_the_package_is_empty(first: Path) -> None:
    (counted,) = _asked(first, "SELECT count(*), count(phase), count(part_of), count(publication) FROM studies")
    assert counted[0] == 209
    assert counted[1:] == (0, 0, 0)
    assert _asked(first, "SELECT count(background_id), count(includes) FROM arms") == [(0, 0)]


def test_what_an_old_package_leaves_open_is_unstated_and_not_assumed(first: Path) -> None:
    open_words = "SELECT count(*) FROM comparable_rates WHERE NOT list_contains(unstated, 'phase')"
    assert _asked(first, open_words) == [(0,)]
    assert _asked(first, "SELECT count(*) FROM pooled_rates WHERE variant = 'main'") == [(0,)]


def test_figures_are_the_same_in_both_versions(first: Path, real_registry: Path) -> None:
    query = """SELECT study_id, arm_id, definition_id, timepoint_days, analysis_set, n_analysed, events
      FROM outcomes WHERE package = 'furukawa-2019-ssri' ORDER BY ALL"""
    assert _asked(first, query) == _asked(real_registry, query)


def test_what_a_new_version_states_is_pooled(real_registry: Path) -> None:
    ((stated,),) = _asked(real_registry, "SELECT count(*) FROM comparable_rates WHERE len(unstated) = 0")
    assert isinstance(stated, int)
    assert stated > 0
