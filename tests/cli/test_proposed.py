"""A package's own terms: terms in its cells alone, another package's never, and pooled with nothing."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import registry
from registry.building import build
from tests import sample
from tests.cli.invoking import outcomes
from tests.conftest import Once
from tests.registry import proposals
from validation.engine import validate, validate_package


@pytest.fixture(scope="module")
def root(once: Once) -> Path:
    """A registry of two packages that mean different things by the same ids, and one that has adopted terms alone."""

    def fill(folder: Path) -> None:
        proposals.write(folder, "one", 1)
        proposals.write(folder, "two", 2, definitions={"threshold": "6", "label": "Mood ≤ 6"})
        sample.write(folder / "datapackages" / "three")
        assert build(folder, today=sample.TODAY, drafts=True).database

    return once("proposed", fill)


def test_packages_with_terms_of_their_own_are_valid_side_by_side(root: Path) -> None:
    report = validate([root / "datapackages" / name for name in ("one", "three", "two")], today=sample.TODAY)
    assert [(p.name, p.verdict.value, p.findings) for p in report.packages] == [(n, "valid", ()) for n in ("one", "three", "two")]


def test_a_term_of_another_package_is_none(root: Path, tmp_path: Path) -> None:
    """Whichever package is looked at before, together or alone."""
    folder = sample.write(tmp_path / "four", sample.cell("arms", "treatment_id", "x.mono"))
    for listed in ([root / "datapackages" / "one", folder], [folder, root / "datapackages" / "one"], [folder]):
        report = validate(listed, today=sample.TODAY)
        (four,) = (p for p in report.packages if p.name == "four")
        assert [(f.rule, f.column) for f in four.findings] == [("PKG032", "treatment_id")]
        assert "it must be the `id` of a row of the package's table `terms`" in four.findings[0].message


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({"definitions": {"threshold": "21"}}, "DEF001"),
        ({"populations": {"age_min": "70"}}, "STU006"),
        ({"instruments": {"maximum": "8"}}, "STU011"),
        ({"treatments": {"routes": "intravenous"}}, "ARM004"),
    ],
)
def test_rules_judge_a_proposed_term_as_an_adopted_one(cells: dict[str, dict[str, str]], rule: str, tmp_path: Path) -> None:
    report = validate_package(proposals.write(tmp_path, "one", 1, **cells), today=sample.TODAY)
    assert rule in {f.rule for f in report.findings}, [(f.rule, f.message) for f in report.findings]


def test_every_package_has_a_class_of_its_own(root: Path) -> None:
    reg = registry.open(root)
    rates = reg.sql(
        "SELECT DISTINCT package, definition, comparability_class, population, class FROM remission_rates ORDER BY ALL"
    )
    assert {row for row in rates.rows() if row[0] != "three"} == {
        (p, f"x.remission.mood5.le4@{p}", f"x.remission.mood5.le4@{p}", f"x.farmers@{p}", subject)
        for p in ("one", "two")
        for subject in (f"x.mono@{p}", "placebo")
    }
    pooled = reg.sql("SELECT max(k) FROM pooled_rates WHERE stratum LIKE '%x.%@%'").item()
    assert pooled == 1
    assert reg.sql("SELECT count(*) FROM response_rates WHERE class = 'ssri' AND package <> 'three'").item() == 0
    labels = reg.sql("SELECT label FROM vocabulary.definitions WHERE definition_id LIKE 'x.%' ORDER BY 1")["label"].to_list()
    assert labels == ["Mood ≤ 4 (proposed by one)", "Mood ≤ 6 (proposed by two)"]


def test_a_finding_flags_the_rate_by_a_proposed_rule(tmp_path: Path) -> None:
    """More in remission by a scale of the package's own than responded by the MADRS; the other package's row, by the same id, has no finding."""
    for number, name in enumerate(("one", "two"), 1):
        tables = proposals.tables(number)
        for row in tables["outcomes"]:
            if name == "one" and row["definition_id"].startswith("x."):
                row["events"] = "40"
        sample.write(tmp_path / "datapackages" / name, tables)
    made = build(tmp_path, today=sample.TODAY, drafts=True)
    assert made.database is not None
    reg = registry.open(tmp_path)
    flagged = reg.sql(
        "SELECT DISTINCT package, definition_id FROM flagged_rows WHERE in_table = 'outcomes' AND definition_id LIKE 'x.%'"
    )
    assert flagged.rows() == [("one", "x.remission.mood5.le4@one")]
    rates = "SELECT DISTINCT package, flagged FROM comparable_rates WHERE definition LIKE 'x.%' ORDER BY ALL"
    assert reg.sql(rates).rows() == [("one", True), ("two", False)]


def test_a_table_is_loaded_as_it_was_written(root: Path) -> None:
    package = registry.open(root).load("one", "draft")
    assert "x.remission.mood5.le4" in package.outcomes["definition_id"].to_list()
    assert set(package.terms["id"]) == {row["id"] for row in proposals.tables(1)["terms"]}


@pytest.mark.parametrize("format_", ["text", "json", "html"])
def test_a_comparison_says_what_is_proposed(root: Path, format_: str) -> None:
    done = outcomes("compare", "x.mono@one", "placebo", "--format", format_, cwd=root)
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert "x.remission.mood5.le4@one" in said
    assert "proposed by the package after the @, not adopted, and pooled with nothing else" in said


def test_a_crossed_dimension_leaves_proposed_terms_alone(root: Path) -> None:
    reason = ("--across", "definition", "--across", "population", "--reason", "a test")
    done = outcomes("compare", "x.mono@one", "placebo", *reason, "--format", "json", cwd=root)
    strata = [s["stratum"] for o in json.loads(done.stdout)["outcomes"] for s in o["shared"]]
    assert strata
    assert {s["population"] for s in strata} == {"x.farmers@one"}


def test_a_term_of_several_packages_is_asked_for_with_its_package(root: Path) -> None:
    done = outcomes("compare", "x.mono", "placebo", cwd=root)
    assert (done.returncode, "did you mean `x.mono@one` or `x.mono@two`?" in done.stderr) == (2, True)
    done = outcomes("compare", "x.mono@one", "placebo", "--population", "x.farmers", cwd=root)
    assert (done.returncode, "did you mean `x.farmers@one` or `x.farmers@two`?" in done.stderr) == (2, True)
    assert outcomes("compare", "x.mono@one", "placebo", "--population", "x.farmers@one", cwd=root).returncode == 0


def test_a_package_is_shown_with_what_it_proposes(root: Path) -> None:
    shown = outcomes("show", "one", cwd=root).stdout
    assert "Proposed terms, which nobody has adopted\n  definitions  x.remission.mood5.le4  Mood ≤ 4\n" in shown
    told = json.loads(outcomes("show", "one", "--format", "json", cwd=root).stdout)["proposed_terms"]
    assert {"vocabulary": "populations", "id": "x.farmers", "label": "Farmers"} in told


def test_accepted_terms_answer_and_their_meaning_needs_a_major_version(root: Path, tmp_path: Path) -> None:
    shutil.copytree(root / "datapackages", tmp_path / "datapackages")
    for name in ("one", "two"):
        done = outcomes("accept", name, "--by", "A Person", "--note", "a test", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    assert outcomes("build", cwd=tmp_path).returncode == 0
    assert outcomes("verify", cwd=tmp_path).returncode == 0
    assert registry.open(tmp_path).sql("SELECT count(*) FROM vocabulary.treatments WHERE treatment_id = 'x.mono@one'").item() == 1
    for cells, step in (
        ({"definitions": {"threshold": "5"}}, "A major version"),
        ({"populations": {"psychotic_allowed": "false"}}, "A major version"),
        ({"definitions": {"description": "In other words."}}, "A patch version"),
    ):
        proposals.write(tmp_path, "one", 1, **cells)
        assert f"{step} is needed" in outcomes("diff", "one@1.0.0", "one", cwd=tmp_path).stdout
    gate = outcomes("validate", "--registry", cwd=tmp_path)
    assert "released" not in gate.stdout
    assert gate.returncode == 0, gate.stdout
