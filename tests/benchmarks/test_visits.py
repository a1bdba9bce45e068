"""Visits are timed of a package that no rule has anything to say of."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks.growing import GROWING
from tests.benchmarks.visits import PEOPLE_OF_A_TRIAL, VISITS_OF_EACH
from validation import validate


def test_visits_are_of_whole_trials_and_without_findings(tmp_path: Path) -> None:
    package = tmp_path / "visits"
    GROWING["visits"].make(package, 1_000)
    (report,) = validate(package).packages
    assert not report.findings
    assert {o.rule: o.checked for o in report.outcomes}["IPD001"] == 2 * PEOPLE_OF_A_TRIAL * VISITS_OF_EACH
