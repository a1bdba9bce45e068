"""``outcomes vocab adopt``: a proposed term becomes one of its vocabulary's, and its package is rewritten."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import schemas
from schemas import adopting
from schemas.tables import TABLES
from schemas.vocabulary import VOCABULARIES, rows
from tests import sample
from tests.cli.invoking import Done, outcomes
from tests.registry import proposals

HOME = Path(schemas.__file__).parents[1]


@pytest.mark.parametrize("name", [name for name, v in VOCABULARIES.items() if not v.union_of])
def test_a_line_of_a_vocabulary_is_a_row(name: str) -> None:
    lines = (HOME / "schemas" / "vocabularies" / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(rows(name)) + 1
    assert lines[0].split(",") == list(rows(name)[0])


@pytest.mark.parametrize(
    ("vocabulary", "term", "before"),
    [
        ("definitions", "remission.madrs.le8", "remission.madrs."),
        ("instruments", "hamd.le5", "hamd."),
        ("populations", "trd.episode.farmers", "trd.episode"),
    ],
)
def test_a_term_is_put_beside_its_like(vocabulary: str, term: str, before: str) -> None:
    key = VOCABULARIES[vocabulary].key
    row = {**dict.fromkeys(rows(vocabulary)[0], ""), key: term, "label": "A, b"}
    text, line = adopting.text_with(vocabulary, row)
    lines = text.splitlines()
    assert lines[line - 1].startswith(f"{term},")
    assert lines[line - 2].startswith(before)
    assert len(lines) == len(rows(vocabulary)) + 2


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the code, with a registry whose package proposes terms; the version that proposes them is accepted."""
    for part in ("schemas", "validation", "registry"):
        shutil.copytree(HOME / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HOME / "pyproject.toml", tmp_path)
    (tmp_path / "docs").mkdir()
    made = proposals.tables(1)
    (row,) = (r for r in made["outcomes"] if r["arm_id"] == "drug" and r["definition_id"].startswith("x."))
    row["value_origin"] = "derived-from-percent"
    where = {name: row[name] for name in TABLES["outcomes"].key()}
    waiver = {
        "rule": "OUT012",
        "where": where,
        "reason": "The percentage isn't printed.",
        "approver": "A. Maintainer",
        "until": "2027-01-01",
    }
    sample.write(tmp_path / "datapackages" / "one", made, {"waivers": [waiver]})
    (tmp_path / "datapackages" / "one" / "README.md").write_text("# one\n\nA trial, with terms of its own.\n", encoding="utf-8")
    return tmp_path


def run(checkout: Path, *words: str) -> Done:
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    done = subprocess.run(
        [sys.executable, "-m", "registry", *words], cwd=checkout, env=environment, capture_output=True, text=True, check=False
    )
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.mark.slow
def test_terms_are_adopted_one_after_the_other(checkout: Path) -> None:
    folder = checkout / "datapackages" / "one"
    assert (done := run(checkout, "accept", "one", "--by", "A Person", "--note", "a test")).returncode == 0, done.stderr
    done = run(checkout, "vocab", "adopt", "one", "x.remission.mood5.le4")
    assert (done.returncode, "refers to `x.mood5`, which is proposed too; adopt that first" in done.stderr) == (2, True)
    for term, words, new, file in (
        ("x.mood5", (), "mood5", "instruments"),
        ("x.remission.mood5.le4", (), "remission.mood5.le4", "definitions"),
        ("x.mono", ("--as", "monoxetine"), "monoxetine", "treatments"),
        ("x.farmers", ("--as", "mdd.farmers"), "mdd.farmers", "populations"),
    ):
        done = run(checkout, "vocab", "adopt", "one", term, *words)
        assert done.returncode == 0, done.stderr
        assert f"into `{file}` as `{new}`" in done.stdout
        vocabulary = (checkout / "schemas" / "vocabularies" / f"{file}.csv").read_text(encoding="utf-8")
        assert f"\n{new}," in vocabulary
        assert run(checkout, "validate", "one").returncode == 0
    assert not (folder / "data" / "terms.csv").exists()
    after = json.loads((folder / "datapackage.json").read_text())
    assert after["version"] == "2.0.0"
    assert after["waivers"][0]["where"]["definition_id"] == "remission.mood5.le4"
    assert "terms" not in {r["name"] for r in after["resources"]}
    assert "x." not in (folder / "data" / "outcomes.csv").read_text()
    classes = (checkout / "schemas" / "vocabularies" / "comparability_classes.csv").read_text(encoding="utf-8")
    assert "\nremission.mood5.le4,Mood ≤ 4,," in classes
    rendered = subprocess.run(
        [sys.executable, "-m", "schemas"],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert rendered.returncode == 0, rendered.stderr
    assert (done := run(checkout, "accept", "one", "--by", "A Person", "--note", "adopted")).returncode == 0, done.stderr


def test_a_draft_that_was_never_accepted_keeps_its_version(checkout: Path) -> None:
    before = (checkout / "schemas" / "vocabularies" / "treatments.csv").read_text(encoding="utf-8")
    done = run(checkout, "vocab", "adopt", "one", "x.mono")
    assert done.returncode == 0, done.stderr
    assert "data/arms.csv: 1 cell\n" in done.stdout
    assert "data/terms.csv: 1 row removed\n" in done.stdout
    after = (checkout / "schemas" / "vocabularies" / "treatments.csv").read_text(encoding="utf-8")
    (line,) = set(after.splitlines()) - set(before.splitlines())
    assert line == "mono,Monoxetine,ssri,oral,What the trial's report says.,10.1000/xyz123"
    assert json.loads((checkout / "datapackages" / "one" / "datapackage.json").read_text())["version"] == "1.0.0"


@pytest.mark.slow
def test_a_package_made_by_a_mapping_is_left_to_its_mapping(checkout: Path) -> None:
    folder = checkout / "datapackages" / "one"
    (folder / "mapping.yaml").write_text("package: {}\n")
    cells = (folder / "data" / "arms.csv").read_bytes()
    done = run(checkout, "vocab", "adopt", "one", "x.mono")
    assert "write `mono` for `x.mono` there, remove its row of `terms`, and import again" in done.stdout
    assert (folder / "data" / "arms.csv").read_bytes() == cells


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("proposing")
    proposals.write(place, "one", 1)
    proposals.write(place, "wrong", 2, instruments={"minimum": "30"})
    sample.write(place / "datapackages" / "sample")
    return place


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["one"], "give a package and the term it proposes"),
        (["one", "x.nothing"], "one does not propose `x.nothing`; it proposes `x."),
        (["sample", "x.mono"], "it proposes no terms"),
        (["one", "x.mono", "--as", "sertraline"], "`sertraline` is a term of `treatments` already; give another id with --as"),
        (["one", "x.mono", "--as", "x.other"], "`x.other` is a proposed id"),
        (["one", "x.mono", "--as", "Mono Drug"], "`Mono Drug` can't be a term of `treatments`: `treatment_id` is 'Mono Drug'"),
        (["one", "x.mono", "--class", "ssri"], "only a definition has a comparability class"),
        (["one", "x.remission.mood5.le4"], "adopt that first"),
        (["wrong", "x.mono"], "wrong is invalid; fix what `outcomes validate wrong` lists first"),
    ],
)
def test_what_can_not_be_adopted_is_said_and_changes_nothing(root: Path, words: list[str], said: str) -> None:
    before = {path: path.read_bytes() for path in (HOME / "schemas" / "vocabularies").glob("*.csv")}
    done = outcomes("vocab", "adopt", *words, cwd=root)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert before == {path: path.read_bytes() for path in before}


def test_an_installed_package_has_no_vocabulary_to_write(root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(adopting, "FOLDER", tmp_path / "trial_outcomes" / "schemas" / "vocabularies")
    done = outcomes("vocab", "adopt", "one", "x.mono", cwd=root)
    assert (done.returncode, "adopt a term in a checkout of the registry's repository" in done.stderr) == (2, True)
