"""Packages looked at together: whichever they are and in whatever order, of each is said what is said of it alone."""

from __future__ import annotations

import json
import random
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import fixed, sample
from tests.corpus.mutations import MUTATIONS
from tests.corpus.packages import bases
from tests.corpus.test_corpus import spoilt
from validation import engine, validate, workspace
from validation.engine import validate_package
from validation.report import PackageReport

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

FEW = 12
"""Packages spoilt by default."""


def _packages(root: Path, count: int) -> list[Path]:
    """Packages spoilt in as many ways, sound ones, two of one name and content, one without anything, and real ones."""
    step = max(len(MUTATIONS) // count, 1)
    made = [spoilt(number * step, root).folder for number in range(count)]
    made += [sample.write(root / twin / "twin", sample.cell("outcomes", "events", "41")) for twin in ("a", "b")]
    for base in bases() if count > FEW else bases()[:3]:
        folder = root / "sound" / base.name
        folder.mkdir(parents=True)
        made.append(base.copy().write(folder))
    (root / "nothing").mkdir()
    real = sorted((fixed.registry() / "datapackages").iterdir())
    return [*made, root / "nothing", *(real if count > FEW else real[::3])]


@cache
def _alone(folder: Path) -> PackageReport:
    return validate_package(folder, today=sample.TODAY)


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return _packages(tmp_path_factory.mktemp("packages"), FEW)


@given(seed=st.randoms(use_true_random=False), together=st.integers(5, 30), small=st.booleans())
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_of_each_is_said_what_is_said_of_it_alone(
    packages: list[Path], seed: random.Random, together: int, small: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = seed.sample(packages, len(packages))
    monkeypatch.setattr(engine, "_TOGETHER", together)
    monkeypatch.setattr(workspace, "_SMALL", (1 << 40) if small else -1)
    for folder, found in zip(order, validate(order, today=sample.TODAY).packages, strict=True):
        assert found == _alone(folder), folder


@pytest.mark.slow
def test_of_all_that_are_spoilt_is_said_what_is_said_of_each_alone(tmp_path: Path) -> None:
    packages = _packages(tmp_path, 3 * len(MUTATIONS))
    for folder, found in zip(packages, validate(packages, today=sample.TODAY).packages, strict=True):
        assert found == _alone(folder), folder


def test_more_packages_are_no_more_questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    run = workspace.Room._run

    def counting(room: workspace.Room, sql: str) -> object:
        asked.append(sql)
        return run(room, sql)

    monkeypatch.setattr(workspace.Room, "_run", counting)
    few, many = ([sample.write(tmp_path / f"{n}-{i}") for i in range(n)] for n in (2, 20))
    numbers = []
    for folders in (few, many):
        # One that waited is emptied first, by a dozen statements more; whether one waits depends on the tests before.
        workspace._leave()
        asked.clear()
        validate(folders, today=sample.TODAY)
        numbers.append(len(asked))
    assert 30 < numbers[1] <= numbers[0]


def test_waivers_and_findings_of_one_package_are_not_those_of_another(tmp_path: Path) -> None:
    """Two packages with the same rows, of which one waives what is found."""
    tables = sample.cell("outcomes", "events", "41")
    key = {n: tables["outcomes"][0][n] for n in ("study_id", "arm_id", "definition_id", "timepoint_days", "timepoint_anchor")}
    where = key | {n: tables["outcomes"][0][n] for n in ("analysis_set", "missing_data")}
    said = {"rule": "OUT001", "where": where, "reason": "It is printed so.", "approver": "A. Maintainer", "until": "2027-12-31"}
    waiving = sample.write(tmp_path / "waiving", tables, {"waivers": [said]})
    other = sample.write(tmp_path / "other", tables)
    mine, theirs = validate([waiving, other], today=sample.TODAY).packages
    assert [f.waived is not None for f in mine.findings if f.rule == "OUT001"] == [True]
    assert [f.waived is not None for f in theirs.findings if f.rule == "OUT001"] == [False]
    assert json.loads((waiving / "datapackage.json").read_text())["waivers"]
