"""That nothing but the gate pays for Great Expectations, and what the commands say around it. Here it is never imported."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

import registry.gating
from registry.building import build
from registry.cli.exits import CommandError, Exit
from registry.cli.gate import docs
from registry.errors import NotFoundError
from registry.gating import gate
from registry.ledger.accepting import Answer, accept
from registry.ledger.releases import insert_released
from registry.packages.finding import find_entry
from registry.packages.package import Package
from tests import sample
from tests.cli.invoking import outcomes
from validation import expectations as library
from validation.catalogue import catalogue, ruleset
from validation.engine import validate_package
from validation.gate.relations import RELATIONS
from validation.gate.site import is_site
from validation.report import Finding, Outcome, PackageReport, Result
from validation.rule import Severity, rule

HERE = Path(__file__).parents[2]


def test_one_module_imports_the_library_when_it_runs() -> None:
    found = set()
    for package in ("registry", "schemas", "validation"):
        for path in (HERE / package).rglob("*.py"):
            if "great_expectations" in path.read_text(encoding="utf-8") and any(
                imported(ast.parse(path.read_text(encoding="utf-8")))
            ):
                found.add(path.relative_to(HERE).as_posix())
    assert found == set(), "it is imported by its name as a text, in validation/expectations.py"


def imported(tree: ast.AST) -> Iterator[str]:
    """What is imported at run time of the library: not what stands under ``if TYPE_CHECKING``."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        names = (
            [a.name for a in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        yield from (name for name in names if name and name.startswith("great_expectations"))
        yield from imported(node)


def test_only_the_gate_names_it_as_a_text() -> None:
    files = [p for d in ("registry", "schemas", "validation") for p in (HERE / d).rglob("*.py")]
    naming = {p.name for p in files if '"great_expectations' in p.read_text(encoding="utf-8")}
    assert naming == {"expectations.py"}


CHILD = """
import contextlib, io, sys
from unittest import mock
from registry.cli.edge import run
for words in sys.argv[1].split(","):
    with mock.patch.object(sys, "argv", ["outcomes", *words.split()]), contextlib.redirect_stdout(io.StringIO()) as said:
        assert run() == 0, words
    assert said.getvalue()
heavy = {"great_expectations", "altair"} & set(sys.modules)
sys.exit(f"imported {sorted(heavy)}" if heavy else 0)
"""


def test_commands_around_the_gate_do_without_it(tmp_path: Path) -> None:
    sample.write(tmp_path / "datapackages" / "sample")
    commands = f"explain REG001,rules REG,rules,validate --root {tmp_path},build --drafts --root {tmp_path},validate --help"
    done = subprocess.run([sys.executable, "-c", CHILD, commands], capture_output=True, text=True, check=False, cwd=HERE)
    assert done.returncode == 0, done.stderr


def test_rules_of_the_registry_are_not_rules_of_packages(tmp_path: Path) -> None:
    reg = {id_ for id_ in catalogue() if id_.startswith("REG")}
    assert reg == {r.id for r in catalogue().values() if r.relation}
    asked = validate_package(sample.write(tmp_path / "sample"), today=sample.TODAY).outcomes
    assert {o.rule for o in asked} == set(catalogue()) - reg
    assert {catalogue()[id_].relation for id_ in reg} == set(RELATIONS)
    assert not any(catalogue()[id_].waivable for id_ in reg)
    assert all(catalogue()[id_].message for id_ in reg)


def test_a_rule_stands_over_one_thing() -> None:
    words: dict[str, Any] = {"severity": Severity.NOTE, "fix": "x", "source": "x", "breaks": [{}], "keeps": [{}]}

    def nothing_wrong() -> None:
        """Nothing must be wrong.

        Because.
        """

    for places in ({}, {"table": "arms", "relation": "coverage"}, {"stage": "file", "relation": "coverage"}):
        with pytest.raises(ValueError, match="a table, a stage or a relation"):
            rule("REG999", **words, **places)(nothing_wrong)
    assert "REG999" not in catalogue()


def test_without_the_library_it_is_said_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample.write(tmp_path / "datapackages" / "sample")
    monkeypatch.setattr(library, "find_spec", lambda name: None)
    for words in (["validate", "--registry"], ["build", "--drafts", "--gate"]):
        done = outcomes(*words, cwd=tmp_path)
        assert done.returncode == Exit.COULD_NOT_RUN
        assert "pip install 'trial-outcomes[gate]'" in done.stderr
        assert not done.stdout
    assert not (tmp_path / "registry.duckdb").exists()
    with pytest.raises(CommandError, match="trial-outcomes"):
        docs(tmp_path / "site", tmp_path)
    with pytest.raises(ModuleNotFoundError, match="trial-outcomes"):
        library.load()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    sample.write(tmp_path / "datapackages" / "sample")
    return tmp_path


def entry(severity: Severity, **changes: Any) -> PackageReport:
    id_ = next(r.id for r in catalogue().values() if r.relation and r.severity is severity)
    finding = Finding(id_, severity, "registry", "something", key={"package": "sample"})
    outcome = replace(Outcome(id_, Result.VIOLATED, 3, 1), **changes)
    return PackageReport("registry", "2026-11-23", "registry.duckdb", (outcome,), (finding,), {id_: severity})


def found(monkeypatch: pytest.MonkeyPatch, report: PackageReport) -> list[Path]:
    """Let the gate find this, and keep the databases that it was asked about."""
    asked: list[Path] = []

    def stand_in(root: Path, database: Path, **more: object) -> PackageReport:
        with duckdb.connect(str(database), read_only=True) as con:
            assert con.execute("SELECT count(*) FROM packages").fetchall() == [(1,)]
        asked.append(database)
        return report

    monkeypatch.setattr(library, "find_spec", lambda name: True)
    monkeypatch.setattr(registry.gating, "gate", stand_in)
    return asked


def test_a_database_is_put_in_place_if_the_gate_lets_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = found(monkeypatch, entry(Severity.WARNING))
    done = outcomes("build", "--drafts", "--gate", cwd=root)
    assert (done.returncode, done.stderr) == (0, "")
    assert "valid  registry 2026-11-23: 1 warning, 0 notes" in done.stdout
    assert (root / "registry.duckdb").is_file()
    assert not any(database.exists() for database in asked), "what was asked about is the draft"


def test_an_error_of_the_gates_leaves_the_old_database(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert build(root, today=sample.TODAY, drafts=True).database
    before = (root / "registry.duckdb").read_bytes()
    found(monkeypatch, entry(Severity.ERROR))
    done = outcomes("build", "--drafts", "--gate", cwd=root)
    assert done.returncode == Exit.FINDINGS
    assert "error[REG" in done.stdout
    assert "the registry as a whole is invalid" in done.stderr
    assert (root / "registry.duckdb").read_bytes() == before
    assert sorted(p.name for p in root.iterdir()) == ["datapackages", "registry.duckdb"]


def test_a_bug_of_the_gates_is_no_finding(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = entry(Severity.WARNING, result=Result.ERRORED, violations=0, reason="KeyError: 'row'")
    found(monkeypatch, report)
    for words in (["build", "--drafts", "--gate"], ["validate", "--registry"]):
        done = outcomes(*words, cwd=root)
        assert done.returncode == Exit.BUG
        assert "KeyError" in done.stdout
    assert not (root / "registry.duckdb").exists()


@pytest.mark.parametrize("names", [[], ["sample"], ["datapackages/sample"]])
def test_the_registry_is_told_after_its_packages(names: list[str], root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = found(monkeypatch, entry(Severity.ERROR))
    done = outcomes("validate", "--registry", *names, cwd=root)
    assert done.returncode == Exit.FINDINGS
    told = [line.split()[1] for line in done.stdout.splitlines() if line.startswith(("valid", "invalid"))]
    assert told == ["sample", "registry"]
    assert "registry.duckdb  sample" in done.stdout
    assert not any(database.exists() for database in asked)
    assert sorted(p.name for p in root.iterdir()) == ["datapackages"], "nothing is built that stays"


def test_an_invalid_package_is_no_part_of_the_registry_that_is_looked_at(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sample.write(root / "datapackages" / "other", sample.cell("outcomes", "events", "99"))
    monkeypatch.setattr(library, "find_spec", lambda name: True)
    seen: list[Any] = []

    def stand_in(root: Path, database: Path, **more: object) -> PackageReport:
        with duckdb.connect(str(database), read_only=True) as con:
            seen.extend(con.execute("SELECT DISTINCT package FROM outcomes").fetchall())
        return entry(Severity.WARNING)

    monkeypatch.setattr(registry.gating, "gate", stand_in)
    done = outcomes("validate", "--registry", cwd=root)
    assert done.returncode == Exit.FINDINGS
    assert seen == [("sample",)]


def test_a_database_must_be_there_and_of_these_rules(root: Path) -> None:
    with pytest.raises(NotFoundError, match="outcomes build"):
        gate(root)
    (root / "registry.duckdb").write_text("no database at all", encoding="utf-8")
    with pytest.raises(OSError, match="outcomes build"):
        gate(root)
    (root / "registry.duckdb").unlink()
    assert build(root, today=sample.TODAY, drafts=True).database
    with duckdb.connect(str(root / "registry.duckdb")) as con:
        assert con.execute("SELECT ruleset FROM build").fetchall() == [(ruleset().digest,)]
        con.execute("UPDATE build SET ruleset = 'sha256:other'")
    with pytest.raises(NotFoundError, match="other rules"):
        gate(root)


def test_a_release_of_another_schema_is_taken_as_far_as_it_goes() -> None:
    """A column that is no more is left out, one that is new is empty, and so is a cell that the column's type no longer takes."""
    frame = pl.DataFrame({"study_id": ["a", "b"], "year": ["1999", "about 2000"], "colour": ["red", "blue"]})
    package = Package("one", "1.0.0", {}, type("Tables", (), {"frame": lambda self, resource: frame})())
    with duckdb.connect() as con:
        con.execute(
            "CREATE SCHEMA released; CREATE TABLE released.studies (package VARCHAR, study_id VARCHAR, year BIGINT, label VARCHAR)"
        )
        release = replace(package, descriptor={"resources": [{"name": "studies"}]})
        insert_released(con, [release], "studies", "released", lenient=True)
        assert con.execute("FROM released.studies").fetchall() == [("one", "a", 1999, None), ("one", "b", None, None)]


def test_the_last_release_is_that_of_the_store_whatever_the_database_has(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The gate is the one check of what a build made: it may not take the build's word for what was accepted."""
    assert accept(root, find_entry(root, "sample"), by="a test", today=sample.TODAY).answer is Answer.ACCEPTED
    assert build(root, today=sample.TODAY).database
    with duckdb.connect(str(root / "registry.duckdb")) as con:
        con.execute("DELETE FROM outcomes")
        con.execute("UPDATE studies SET label = 'Another'")
    seen = []

    def stand_in(con: duckdb.DuckDBPyConnection, **more: object) -> PackageReport:
        seen.append(
            con.execute("SELECT count(*), (SELECT any_value(label) FROM released.studies) FROM released.outcomes").fetchall()
        )
        return entry(Severity.NOTE)

    monkeypatch.setattr(library, "find_spec", lambda name: True)
    monkeypatch.setattr(registry.gating, "hold", stand_in)
    gate(root)
    assert seen == [[(len(sample.TABLES["outcomes"]), sample.TABLES["studies"][0]["label"])]]


def test_a_changed_store_is_said_to_be_changed(root: Path) -> None:
    (root / ".registry").mkdir()
    (root / ".registry" / "ledger.jsonl").write_text("{}\n", encoding="utf-8")
    for words in (["build", "--drafts"], ["validate", "--registry"]):
        done = outcomes(*words, cwd=root)
        assert (done.returncode, "`outcomes verify`" in done.stderr) == (3, True), done


def test_a_folder_with_something_else_in_it_is_left_alone(root: Path) -> None:
    assert is_site(root / "site")
    assert not is_site(root)
    assert not is_site(root / "datapackages" / "sample" / "datapackage.json")
    (root / "index.html").write_text("<html>mine</html>", encoding="utf-8")
    assert not is_site(root)
    with pytest.raises(CommandError, match="another folder"):
        docs(root, root)
