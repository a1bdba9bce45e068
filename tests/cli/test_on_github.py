"""On GitHub Actions a validation speaks its language without being asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import sample
from tests.cli.invoking import outcomes
from tests.formats.test_github import commands


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    sample.write(tmp_path / "datapackages" / "sample", sample.cell("outcomes", "events", "41"))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    return tmp_path


def test_findings_are_annotations_and_there_is_a_summary(root: Path) -> None:
    (root / "summary.md").write_text("before\n")
    done = outcomes("validate", cwd=root)
    assert done.returncode == 1
    found, others = commands(done.stdout)
    assert found[0].properties["file"] == "datapackages/sample/data/outcomes.csv"
    assert others[0].startswith("invalid: sample 1.0.0: ")
    assert (root / "summary.md").read_text().startswith("before\n### ❌ `sample` is invalid\n")


@pytest.mark.parametrize("words", [["--format", "text"], ["-o", "report.txt"]])
def test_what_was_asked_for_is_written(root: Path, words: list[str]) -> None:
    done = outcomes("validate", *words, cwd=root)
    written = (root / "report.txt").read_text() if "-o" in words else done.stdout
    assert "error[OUT001]" in written
    assert not (root / "summary.md").exists()


def test_a_summary_that_cant_be_written_changes_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(root / "no" / "folder.md"))
    done = outcomes("validate", cwd=root)
    assert done.returncode == 1
    assert done.stdout.startswith("::error file=")
    assert "the summary of the step can't be written: No such file or directory" in done.stderr


def test_elsewhere_it_is_text(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS")
    assert "error[OUT001]" in outcomes("validate", cwd=root).stdout
