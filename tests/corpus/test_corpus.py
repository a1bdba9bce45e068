"""Many packages, each spoilt in one way: every defect is found, nothing bursts, and what Frictionless sees is seen here too."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from frictionless.metadata.metadata import Metadata

from tests import sample
from tests.corpus.foreign import by_frictionless, unseen
from tests.corpus.mutations import MUTATIONS, Mutation
from tests.corpus.packages import bases
from validation import validate
from validation.report import PackageReport, Result

# Frictionless leaves files open that it could not read, and warns of `layout` besides reporting what it does.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning", "ignore:Resource .layout.:UserWarning"
)

SEED = 20261123
CHUNK = 20
CHUNKS = -(-len(MUTATIONS) // CHUNK)
CHUNKS_OF_ALL = 54


@dataclass(frozen=True)
class Spoilt:
    number: int
    mutation: Mutation
    folder: Path
    expected: set[str]


def spoilt(number: int, root: Path) -> Spoilt:
    """The package of that number: the same one in every run."""
    rng = random.Random(SEED + number)  # noqa: S311  not a secret
    mutation = MUTATIONS[number % len(MUTATIONS)]
    stock = bases()
    for i in range(len(stock)):
        base = stock[(number + number // len(MUTATIONS) + i) % len(stock)]
        package = base.copy()
        expected = mutation.spoil(rng, package)
        if expected:
            folder = root / str(number) / base.name
            folder.mkdir(parents=True)
            return Spoilt(number, mutation, package.write(folder), expected)
    raise AssertionError(f"no package can be spoilt by {mutation.name}")


def _reports(folders: Sequence[Path]) -> Sequence[PackageReport]:
    return validate(folders, today=sample.TODAY, max_findings=1_000_000).packages


def _bugs(report: PackageReport) -> list[str]:
    return [f"{o.rule} could not be run: {o.reason}" for o in report.outcomes if o.result is Result.ERRORED]


@pytest.mark.parametrize("base", bases(), ids=lambda b: b.name)
def test_cuttings_have_no_defect_of_structure(base: Any, tmp_path: Path) -> None:
    folder = tmp_path / base.name
    folder.mkdir()
    base.copy().write(folder)
    (report,) = _reports([folder])
    assert _bugs(report) == []
    assert [f for f in report.findings if f.rule.startswith("PKG")] == []
    assert [error for _, error in by_frictionless(folder)] == []


def test_every_mutation_is_in_the_default_run() -> None:
    assert len(MUTATIONS) <= CHUNK * CHUNKS
    assert len({m.name for m in MUTATIONS}) == len(MUTATIONS)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_some(chunk: int, tmp_path: Path) -> None:
    _check(chunk, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS, CHUNKS_OF_ALL))
def test_many(chunk: int, tmp_path: Path) -> None:
    _check(chunk, tmp_path)


def _check(chunk: int, root: Path) -> None:
    """Look at the chunk's packages; print how much was found by whom."""
    ours = theirs = 0
    missed: list[str] = []
    packages = [spoilt(number, root) for number in range(chunk * CHUNK, (chunk + 1) * CHUNK)]
    for package, report in zip(packages, _reports([p.folder for p in packages]), strict=True):
        found = {f.rule for f in report.findings}
        where = f"package {package.number} ({package.mutation.name}, {package.folder.name})"
        if not package.expected & found:
            missed.append(f"{where}: none of {sorted(package.expected)} in {sorted(found)}")
        missed += [f"{where}: {bug}" for bug in _bugs(report)]
        ours += sum(f.rule.startswith("PKG") for f in report.findings)
        if not package.mutation.foreign:
            continue
        errors, lost = unseen(package.folder, report.findings)
        theirs += errors
        missed += [f"{where}: {error}" for error in lost]
    print(f"ours {ours}, frictionless {theirs}")
    assert not missed, "\n".join(missed)


def test_of_a_header_that_frictionless_takes_elsewhere_its_rows_say_nothing(tmp_path: Path) -> None:
    """It takes the first row that is as long as rows are on average; ours is the first line."""
    folder = sample.write(tmp_path / "sample")
    arms = folder / "data" / "arms.csv"
    header, first, *_ = arms.read_text(encoding="utf-8").splitlines()
    arms.write_text("\n".join([header, *[first.rsplit(",", 4)[0]] * 5, first]), encoding="utf-8")
    report = _reports([folder])[0]
    assert "incorrect-label" in {error.type for path, error in by_frictionless(folder) if path == "data/arms.csv"}
    assert unseen(folder, report.findings)[1] == []


def test_a_row_with_a_cell_too_many_is_not_also_said_to_be_another_s_twin(tmp_path: Path) -> None:
    """Any of its cells may be in the wrong column, its key's too."""
    folder = sample.write(tmp_path / "sample")
    arms = folder / "data" / "arms.csv"
    header, first, *rest = arms.read_text(encoding="utf-8").splitlines()
    arms.write_text("\n".join([header, f"{first},extra", first, *rest]), encoding="utf-8")
    report = _reports([folder])[0]
    assert "primary-key" in {error.type for path, error in by_frictionless(folder) if path == "data/arms.csv"}
    assert unseen(folder, report.findings)[1] == []


def test_copies_that_are_not_validated_anew_are_judged_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [spoilt(number, tmp_path).folder for number in range(0, len(MUTATIONS), 9) if MUTATIONS[number].foreign]
    quick = [_in_words(folder) for folder in folders]
    monkeypatch.setattr("tests.corpus.foreign._copied", Metadata.to_copy)
    assert [_in_words(folder) for folder in folders] == quick
    assert any(quick)


def _in_words(folder: Path) -> list[tuple[str | None, Any]]:
    return [(path, error.to_descriptor()) for path, error in by_frictionless(folder)]
