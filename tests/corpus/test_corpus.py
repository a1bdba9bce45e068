"""Many packages, each spoilt in one way: every defect is found, nothing bursts, and what Frictionless sees is seen here too."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import sample
from tests.corpus.mutations import MUTATIONS, Mutation
from tests.corpus.packages import bases
from validation import validate
from validation.report import Finding, PackageReport, Result

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
    assert [error for _, error in _by_frictionless(folder)] == []


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
        lines = _Lines(package.folder)
        for path, error in _by_frictionless(package.folder):
            theirs += 1
            if not _seen(path, error, report.findings, lines):
                missed.append(f"{where}: {path} {error.type} row {_row(error)} {getattr(error, 'field_name', '')}: {error.note}")
    print(f"ours {ours}, frictionless {theirs}")
    assert not missed, "\n".join(missed)


def _by_frictionless(folder: Path) -> Iterator[tuple[str | None, Any]]:
    """Every error that Frictionless reports, with the path of its file where it is about one."""
    import frictionless

    report = frictionless.validate(str(folder / "datapackage.json"), limit_errors=100_000)
    for error in report.errors:
        yield None, error
    for task in report.tasks:
        for error in task.errors:
            yield task.place.removesuffix(" (multipart)"), error


class _Lines:
    """The line on which each row of a file begins, by the number that Frictionless gives a row."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.known = folder, dict[str, list[int]]()

    def of(self, path: str, row: int) -> int:
        if path not in self.known:
            begins = [1]
            with (self.folder / path).open(encoding="utf-8", errors="replace", newline="") as file:
                reader = csv.reader(file)
                begins += [reader.line_num + 1 for _ in reader]
            self.known[path] = begins
        return self.known[path][row - 1]


def _row(error: Any) -> int | None:
    number: int | None = getattr(error, "row_number", None)
    return number


ROW_RULES = {
    "type-error": {"PKG031"},
    "constraint-error": {"PKG033", "PKG036"},
    "primary-key": {"PKG033", "PKG034"},
    "unique-error": {"PKG034"},
    "foreign-key": {"PKG035", "PKG033"},
    "missing-cell": {"PKG030"},
    "extra-cell": {"PKG030"},
    "blank-row": {"PKG030"},
}
ABOUT_A_FIELD = {"type-error", "constraint-error"}
FILE_RULES = {f"PKG0{n}" for n in range(20, 29)} - {"PKG021", "PKG025", "PKG028"}
DESCRIPTOR_RULES = {f"PKG0{n:02}" for n in range(1, 13)}


def _seen(path: str | None, error: Any, findings: tuple[Finding, ...], lines: _Lines) -> bool:
    """Whether a finding says what the error says, as narrowly as both say where."""
    here = {f.rule for f in findings if f.file == path}
    about = {f.rule for f in findings if f.file == "datapackage.json"}
    if "PKG001" in about:
        return True
    if error.type in {"hash-count", "byte-count", "row-count", "field-count"}:
        # Of several files in one, the sizes are of all together; a file outside of the package is never opened.
        return "PKG021" in here or bool({"PKG003", "PKG006"} & about)
    if path is None or _row(error) is None:
        # A file that can't be read is said by Frictionless of every file that refers to it too.
        unread = {f.rule for f in findings if f.file != "datapackage.json"} & {"PKG020", "PKG022", "PKG024"}
        return bool(here & (FILE_RULES | {"PKG030"}) or about & DESCRIPTOR_RULES or unread)
    if here & FILE_RULES or about & DESCRIPTOR_RULES:
        return True  # The table as a whole isn't what it should be: what its rows say isn't known.
    line = lines.of(path, _row(error) or 0)
    at = [f for f in findings if f.file == path and f.line == line]
    if error.type == "foreign-key" and _parent_is_broken(error, findings):
        return True
    if error.type in ABOUT_A_FIELD:
        at = [f for f in at if f.column == error.field_name or f.rule == "PKG030"]
    return bool({f.rule for f in at} & (ROW_RULES[error.type] | {"PKG030"})) or _after_a_break(path, line, findings)


def _parent_is_broken(error: Any, findings: tuple[Finding, ...]) -> bool:
    """A reference into a file that can't be read to its end isn't said to lead nowhere."""
    parent = f"data/{error.reference_name}.csv"
    return any(f.file == parent and f.rule in FILE_RULES | {"PKG030"} for f in findings)


def _after_a_break(path: str, line: int, findings: tuple[Finding, ...]) -> bool:
    """Whether the line follows one from which the rest can't be told apart."""
    return any(f.file == path and f.rule == "PKG030" and (f.line or 0) <= line and "the rest" in f.message for f in findings)
