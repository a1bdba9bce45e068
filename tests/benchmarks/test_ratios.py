"""Ratios are of commands that do what is said of them, and one that has grown is told."""

from __future__ import annotations

import json
from pathlib import Path

from tests.benchmarks.growing import GROWING
from tests.benchmarks.larger import LARGER, in_parquet
from tests.benchmarks.measuring import Measured
from tests.benchmarks.peers.floors import FLOORS
from tests.benchmarks.queries import QUERIES, VIEWS, timed
from tests.benchmarks.queries import table as queries_table
from tests.benchmarks.ratios import COMMITTED, RATIOS, grown, table
from tests.benchmarks.visits import make_visits
from validation import validate


def test_every_ratio_is_committed() -> None:
    assert json.loads(COMMITTED.read_text(encoding="utf-8")).keys() == RATIOS.keys()


def test_what_is_half_as_slow_again_is_told_and_no_other() -> None:
    committed = {"linde": 1.0, "small": 2.0}
    assert grown({"linde": 1.5, "small": 2.99}, committed) == []
    assert grown({"linde": 1.51, "small": 1.0}, committed) == ["linde: 1.51 was 1.00; at most 1.5 times that is allowed"]
    assert grown({"rates": 1.0}, committed) == ["rates: 1.00 has nothing to be compared with; `--write` writes it"]


def test_the_table_has_both_and_how_often_one_goes_into_the_other() -> None:
    told = table({"linde": (Measured(1, 0.9, 170_000_000, 0), Measured(1, 0.6, 50_000_000, 0))})
    assert (
        told.splitlines()[-1] == "| `validate linde-2015` | 0.90 | 170 | `frictionless validate` of the package | 0.60 | 1.50 |"
    )


def test_visits_are_without_findings_and_their_floor_reads_them(tmp_path: Path) -> None:
    package = make_visits(tmp_path / "visits", 1_000)
    (report,) = validate(package).packages
    assert not report.findings
    assert {o.rule: o.checked for o in report.outcomes}["IPD001"] == 1_600, "to the next whole trial"
    FLOORS["visits"](package)


def test_what_is_in_parquet_is_the_same_without_findings(tmp_path: Path) -> None:
    in_parquet(tmp_path, 100)
    reports = validate(sorted(tmp_path.glob("*/trials"))).packages
    assert [len(r.findings) for r in reports] == [0, 0]
    assert reports[0].outcomes[-1].checked == reports[1].outcomes[-1].checked
    assert len(list((tmp_path / "parquet").glob("*/data/*.parquet"))) == len(list((tmp_path / "csv").glob("*/data/*.csv")))


def test_generated_packages_have_trials_of_their_own_and_no_findings(tmp_path: Path) -> None:
    GROWING["generated"].make(tmp_path, 3)
    reports = validate(sorted((tmp_path / "datapackages").iterdir())).packages
    assert [len(r.findings) for r in reports] == [0, 0, 0]
    files = [(p / "data" / "studies.csv").read_text(encoding="utf-8") for p in sorted((tmp_path / "datapackages").iterdir())]
    trials = [line.split(",")[0] for text in files for line in text.splitlines()[1:]]
    assert len(set(trials)) == len(trials) == 12


def test_every_other_row_is_in_breach(tmp_path: Path) -> None:
    GROWING["half"].make(tmp_path / "half", 40)
    (report,) = validate(tmp_path / "half", max_findings=40).packages
    assert {o.rule: o.violations for o in report.outcomes}["OUT001"] == 20


def test_larger_pairs_have_names_of_their_own() -> None:
    assert not LARGER.keys() & RATIOS.keys()


def test_queries_are_of_columns_that_every_view_has(real_registry: Path) -> None:
    database = real_registry / "registry.duckdb"
    found = timed(database, 1)
    assert len(found) == len(QUERIES) * len(VIEWS) == len(queries_table(found).splitlines()) - 2
