"""``outcomes diff``: what it says, to whom, and with which exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import sample
from tests.cli.invoking import Done, outcomes

pytestmark = pytest.mark.usefixtures("command")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A registry with ``sample``, and beside it folders with later versions."""
    sample.write(tmp_path / "datapackages" / "sample")
    tables = {n: [dict(r) for r in rows] for n, rows in sample.TABLES.items()}
    tables["outcomes"][0]["events"] = "21"
    sample.write(tmp_path / "later" / "sample", tables, {"version": "1.0.1"})
    sample.write(tmp_path / "moved" / "sample", sample.cell("studies", "population_id", "trd"), {"version": "1.0.1"})
    return tmp_path


def run(root: Path, *words: str) -> Done:
    return outcomes("diff", *words, cwd=root)


def test_a_patch_that_is_enough(root: Path) -> None:
    done = run(root, "sample", "later/sample")
    assert done.returncode == 0
    assert done.stdout == (
        "sample 1.0.0 → 1.0.1\n"
        "A patch version is needed.\n"
        "1.0.1 is a patch release, which is enough.\n"
        "\n"
        "Why\n"
        "  patch `outcomes.events`: 1 cell another value\n"
        "        The data were wrong or missing and are corrected; what they are about stays the same.\n"
        "\n"
        "Tables\n"
        "  outcomes  4 rows: 1 changed in 1 cell\n"
        "    trial, drug, response.madrs.ge50pct, 56, randomisation, randomised, non-responder\n"
        "      events  20 → 21  another value\n"
    )


def test_a_patch_that_is_refused(root: Path) -> None:
    done = run(root, "sample", "moved/sample/datapackage.json")
    assert "A major version is needed.\n`outcomes accept` refuses it: 1.0.1 is a patch release.\n" in done.stdout
    assert "The smallest sufficient version is 2.0.0." in done.stdout
    backwards = run(root, "moved/sample", "sample")
    assert "1.0.0 comes before 1.0.1; a new version must be higher." in backwards.stdout


def test_nothing_changed_and_the_exit_code(root: Path) -> None:
    done = run(root, "sample", "./datapackages/sample", "--exit-code")
    assert (done.returncode, done.stdout) == (0, "sample 1.0.0 → 1.0.0\nNothing changed, so no new version is needed.\n")
    assert run(root, "sample", "later/sample", "--exit-code").returncode == 1


def test_json(root: Path) -> None:
    found = json.loads(run(root, "sample", "moved/sample", "--format", "json").stdout)
    assert found["schema_version"] == "1.0"
    assert (found["old"], found["new"]) == ({"name": "sample", "version": "1.0.0"}, {"name": "sample", "version": "1.0.1"})
    assert found["summary"] == {"removed": 0, "added": 0, "rows_changed": 1, "cells_changed": 1}
    assert (found["owed"], found["refusal"]["made"], found["refusal"]["smallest"]) == ("major", "patch", "2.0.0")
    assert [(r["rule"], r["kinds"], r["count"]) for r in found["reasons"]] == [("term-changed", ["population"], 1)]
    (studies,) = [t for t in found["tables"] if t["name"] == "studies"]
    assert studies["changes"] == [
        {"key": {"study_id": "trial"}, "column": "population_id", "old": "mdd", "new": "trd", "kind": "population"}
    ]
    none = json.loads(run(root, "sample", "moved/sample", "--format", "json", "--max-changes", "0").stdout)
    assert [t["changes"] for t in none["tables"]] == [[]] * 5
    assert none["summary"] == found["summary"]


def test_only_so_many_changes_are_listed(root: Path) -> None:
    tables = {n: [dict(r) for r in rows] for n, rows in sample.TABLES.items()}
    for row in tables["outcomes"]:
        row["events"] = str(int(row["events"]) + 1)
    tables["participants"] = []
    sample.write(root / "more" / "sample", tables, {"version": "2.0.0", "title": "Another"})
    done = run(root, "sample", "more/sample", "--max-changes", "1")
    assert "1 of 4 changed cells shown" in done.stdout
    assert "- p1" in done.stdout
    assert '  title  "Sample" → "Another"' in done.stdout


def test_nothing_in_a_package_paints_the_terminal(root: Path) -> None:
    tables = sample.cell("arms", "label", "\x1b[31mred\x07 [bold]" + "x" * 3000)
    sample.write(root / "evil" / "sample", tables, {"version": "1.0.1", "title": "\x1b]0;title\x07"})
    done = run(root, "sample", "evil/sample")
    assert "\x1b" not in done.stdout
    assert "\\x1b[31mred\\x07 [bold]" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 110


def test_two_packages_are_an_answer(root: Path) -> None:
    sample.write(root / "datapackages" / "other")
    done = run(root, "sample", "other")
    assert done.returncode == 0
    assert "sample 1.0.0 → other 1.0.0\nA major version is needed.\nThe two packages have different names" in done.stdout
    assert '`name` changed from "sample" to "other"' in done.stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("sample", "smaple"), 2, "no package `smaple` in datapackages; did you mean `sample`?"),
        (("sample", "./nowhere"), 2, "there is no package at ./nowhere"),
        (("sample", "later"), 2, "no package `later`"),
        (("sample", "later/"), 2, "there is no package at later/"),
        (("sample@", "sample"), 2, "sample@ has no version after the @"),
        (("@1.0.0", "sample"), 2, "@1.0.0 has no name before the @"),
        (("sample@1.0.0", "sample"), 2, "was never accepted"),
    ],
)
def test_words_that_mean_no_package(root: Path, words: tuple[str, str], code: int, said: str) -> None:
    done = run(root, *words)
    assert done.returncode == code
    assert said in done.stderr


def test_a_package_that_cannot_be_read(root: Path) -> None:
    (root / "later" / "sample" / "data" / "outcomes.csv").write_text("study_id,events\nx,many\n", encoding="utf-8")
    done = run(root, "sample", "later/sample")
    assert done.returncode == 3
    assert "`outcomes` of sample 1.0.1 can't be read" in done.stderr
    assert "`outcomes validate` shows where" in done.stderr
    (root / "later" / "sample" / "data" / "arms.csv").unlink()
    assert run(root, "sample", "later/sample").returncode == 3
    (root / "later" / "sample" / "datapackage.json").write_text("{", encoding="utf-8")
    done = run(root, "sample", "later/sample")
    assert (done.returncode, "the descriptor of sample can't be read" in done.stderr) == (3, True)


def test_an_accepted_version_against_what_stands_there(root: Path) -> None:
    from registry.ledger.accepting import accept
    from registry.packages.finding import find_entry

    accept(root, find_entry(root, "sample"), by="test", today=sample.TODAY)
    done = run(root, "sample@1.0.0", "sample")
    assert done.stdout.endswith("Nothing changed, so no new version is needed.\n"), done
    assert "never accepted; did you mean `1.0.0`" in run(root, "sample@1.0.1", "sample").stderr


def test_a_retracted_version_is_compared_and_said_to_be_one(root: Path) -> None:
    from registry.ledger.accepting import accept
    from registry.packages.finding import find_entry

    accept(root, find_entry(root, "sample"), by="test", today=sample.TODAY)
    retracted = outcomes("retract", "sample@1.0.0", "--reason", "two arms were \x1b[31mswapped", "--by", "test", cwd=root)
    assert retracted.returncode == 0, retracted
    done = run(root, "sample@1.0.0", "sample")
    assert done.returncode == 0
    assert "was retracted: two arms were \\x1b[31mswapped" in done.stderr
