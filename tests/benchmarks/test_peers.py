"""A comparison is honest when every peer finds what it is said to look for, and nothing else."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

from tests.benchmarks.checks import CHECKS
from tests.benchmarks.contenders import CONTENDERS, WHOLE
from tests.benchmarks.defects import DEFECTS, spoil
from tests.benchmarks.peers import frictionless_schema


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


def said(peer: str, folder: Path, settings: Path, capsys: pytest.CaptureFixture[str]) -> set[str]:
    """The checks that a peer says are broken. Its own function is called: a process each would take a minute."""
    command = CONTENDERS[peer].command(folder, settings)
    if peer == "frictionless":
        from frictionless.console import console
        from typer.testing import CliRunner

        return frictionless_schema.broken(CliRunner().invoke(console, [*command[1:], "--json"]).stdout)
    with pytest.raises(SystemExit) as left:
        importlib.import_module(command[2]).main(command[3])
    broken = set(capsys.readouterr().out.split())
    assert left.value.code == bool(broken)
    return broken


def test_every_check_has_a_defect() -> None:
    assert tuple(DEFECTS) == CHECKS


def test_the_package_is_without_findings(package: Path) -> None:
    from validation import validate

    report = validate(package)
    assert not report.packages[0].findings


@pytest.mark.parametrize("peer", [name for name in CONTENDERS if name not in WHOLE])
def test_a_peer_finds_each_defect_and_no_other(
    peer: str, package: Path, spoilt: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip(CONTENDERS[peer].library)
    assert said(peer, package, tmp_path, capsys) == set()
    assert {c: said(peer, folder, tmp_path, capsys) for c, folder in spoilt.items()} == {c: {c} for c in CHECKS}
