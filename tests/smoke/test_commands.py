"""Each command once, as a person would use it: that it starts, does its work and leaves with the right code on this system."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import sample
from tests.smoke.conftest import ROOT, Registry, fill, run


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["rules"], ["explain", "OUT001"], ["vocab", "definitions"]])
def test_what_needs_no_registry(command: str, tmp_path: Path, words: list[str]) -> None:
    assert run(command, *words, cwd=tmp_path)


def test_a_word_that_is_no_command(command: str, tmp_path: Path) -> None:
    run(command, "no-such-command", cwd=tmp_path, code=2)


def test_a_package_from_draft_to_retraction(small: Registry) -> None:
    small("init", "sample", "--licence", "CC0-1.0", "--table", "participants", "--title", "Sample", "--contributor", "A Person")
    (small.root / "datapackages" / "sample" / "README.md").write_text("# Sample\n\nA trial that was made up.\n")
    fill(small.root / "datapackages" / "sample", sample.TABLES)
    small("validate", "sample")
    small("accept", "sample", "--by", "A Person", "--note", "First version")
    assert "sample" in small("history")
    small("verify")
    small("lock")
    small("build")
    assert small("sql", "SELECT count(*) AS n FROM outcomes", "--format", "csv") == "n\n4\n"
    for words, shown in (
        (["list"], "sample"),
        (["show", "sample"], "sample 0.1.0"),
        (["doctor"], "trial-outcomes"),
        (["diff", "sample@0.1.0", "sample"], "sample"),
    ):
        assert shown in small(*words)
    assert '"entity"' in small("export", "sample", "--prov")
    small("retract", "sample@0.1.0", "--by", "A Person", "--reason", "To see that it works")
    small("verify")


def test_an_empty_folder_becomes_a_registry_with_a_valid_package(command: str, tmp_path: Path) -> None:
    run(
        command,
        "init",
        "first",
        "--licence",
        "CC0-1.0",
        "--title",
        "First",
        "--contributor",
        "A Person",
        "--table",
        "participants",
        cwd=tmp_path,
    )
    fill(tmp_path / "datapackages" / "first", sample.TABLES)
    assert "valid    first 0.1.0" in run(command, "validate", cwd=tmp_path)


def test_a_package_with_a_fault(small: Registry) -> None:
    small("init", "faulty", "--licence", "CC0-1.0", "--table", "participants")
    fill(small.root / "datapackages" / "faulty", sample.cell("outcomes", "events", "1000000"))
    assert "outcomes.csv" in small("validate", "faulty", code=1)


def test_a_table_of_another_form(small: Registry) -> None:
    page = (ROOT / "docs" / "writing-a-mapping.md").read_text(encoding="utf-8")
    for name in ("ward.csv", "mapping.yaml"):
        (small.root / name).write_text(page.split(f" {name}\n", 1)[1].split("```", 1)[0], encoding="utf-8")
    small("import", "ward.csv", "--mapping", "mapping.yaml", "--to", "datapackages/ward-example")
    assert "ward-example" in small("show", "ward-example")


@pytest.mark.slow
def test_the_registrys_own_packages(real: Registry) -> None:
    real("verify")
    real("build")
    assert "remission" in real("compare", "ssri", "ketamine").lower()
    assert json.loads(real("audit", "claims-stard", "--format", "json"))
