"""A comparison is honest when every peer finds what it is said to look for, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.checks import CHECKS
from tests.benchmarks.contenders import CONTENDERS
from tests.benchmarks.defects import DEFECTS, spoil
from tests.benchmarks.peers import frictionless_schema

ROOT = Path(__file__).parents[2]
SCRIPTS = ("duckdb", "pandera", "dataframely", "pointblank")


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    generator = pytest.importorskip("tests.benchmarks.generator")
    return generator.make_package(tmp_path_factory.mktemp("bench") / "trials", 200)


@pytest.fixture(scope="session")
def spoilt(package: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("spoilt")
    tables = {}
    for check in DEFECTS:
        (folder / check / "data").mkdir(parents=True)
        spoil(package / "data" / "outcomes.csv", folder / check / "data" / "outcomes.csv", check)
        tables[check] = folder / check
    return tables


def said(command: list[str]) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode in {0, 1}, done.stderr
    return done.stdout


def test_every_check_has_a_defect() -> None:
    assert tuple(DEFECTS) == CHECKS


def test_the_package_is_without_findings(package: Path) -> None:
    from validation import validate

    report = validate(package)
    assert not report.packages[0].findings


@pytest.mark.parametrize("peer", SCRIPTS)
def test_a_peer_finds_each_defect_and_no_other(peer: str, package: Path, spoilt: dict[str, Path], tmp_path: Path) -> None:
    pytest.importorskip(CONTENDERS[peer].library)
    command = CONTENDERS[peer].command
    assert said(command(package, tmp_path)) == "\n"
    assert {check: said(command(folder, tmp_path)).split() for check, folder in spoilt.items()} == {c: [c] for c in CHECKS}


def test_frictionless_finds_each_defect(package: Path, spoilt: dict[str, Path], tmp_path: Path) -> None:
    command = CONTENDERS["frictionless"].command
    found = {
        check: frictionless_schema.broken(said([*command(folder, tmp_path), "--json"]))
        for check, folder in spoilt.items()
    }
    assert not frictionless_schema.broken(said([*command(package, tmp_path), "--json"]))
    assert found == {c: {c} for c in CHECKS}
