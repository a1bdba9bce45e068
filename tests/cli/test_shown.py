"""What is listed and shown, as text and as data: the data keep their schemas."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import registry.cli
from registry.ledger.accepting import Answer, accept
from registry.packages.finding import find_entry
from schemas.tables import TABLES
from tests import sample
from tests.catalogue.examples import as_parquet
from tests.cli.invoking import outcomes

FOLDER = Path(registry.cli.__file__).parent


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A registry with a package of each standing, and one whose descriptor can't be read."""
    for name in ("accepted", "changed", "draft", "retracted", "unreadable"):
        sample.write(tmp_path / "datapackages" / name)
    for name in ("accepted", "changed", "retracted"):
        assert accept(tmp_path, find_entry(tmp_path, name), by="A. Maintainer").answer is Answer.ACCEPTED
    assert outcomes("retract", "retracted", "--reason", "Withdrawn", "--by", "A. Maintainer", cwd=tmp_path).returncode == 0
    sample.write(tmp_path / "elsewhere" / "changed", sample.cell("outcomes", "events", "19"))
    changed = tmp_path / "elsewhere" / "changed" / "data" / "outcomes.csv"
    changed.replace(tmp_path / "datapackages" / "changed" / "data" / "outcomes.csv")
    (tmp_path / "datapackages" / "unreadable" / "datapackage.json").write_text("{")
    return tmp_path


def data(root: Path, command: str, *words: str, code: int = 0) -> Any:
    done = outcomes(command, *words, "--format", "json", cwd=root)
    assert done.returncode == code, done
    found = json.loads(done.stdout)
    schema = json.loads((FOLDER / f"{command}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(found)
    return found


def test_list_says_how_each_package_stands(root: Path) -> None:
    standings = {one["name"]: (one["standing"], one["accepted_version"]) for one in data(root, "list")}
    assert standings == {
        "accepted": ("accepted", "1.0.0"),
        "changed": ("changed since 1.0.0", "1.0.0"),
        "draft": ("draft", None),
        "retracted": ("retracted", None),
        "unreadable": ("draft", None),
    }
    lines = outcomes("list", cwd=root).stdout.splitlines()
    assert lines[0] == "accepted    1.0.0  accepted             Sample"
    assert lines[1] == "changed     1.0.0  changed since 1.0.0  Sample"
    assert "can't be read" in lines[4]


def test_list_has_a_package_whose_folder_is_gone(root: Path) -> None:
    """It answers still, unless it was retracted."""
    for name in ("accepted", "changed", "retracted"):
        shutil.rmtree(root / "datapackages" / name)
    (root / ".registry" / "changed@1.0.0.json").write_text("{")
    gone = {one["name"]: (one["version"], one["standing"], one["accepted_version"], one["title"]) for one in data(root, "list")}
    assert gone["accepted"] == (None, "no folder", "1.0.0", "Sample")
    assert gone["changed"] == (None, "unknown", None, None)
    assert list(gone) == ["accepted", "changed", "draft", "unreadable"]
    assert outcomes("list", cwd=root).stdout.splitlines()[0] == "accepted    –      no folder (1.0.0 answers)  Sample"


def test_show_has_a_package_whose_folder_is_gone(root: Path) -> None:
    """As it was accepted last, retracted or not; one that was never accepted isn't there."""
    for name in ("accepted", "retracted", "draft"):
        shutil.rmtree(root / "datapackages" / name)
    told = data(root, "show", "accepted")
    assert (told["version"], told["title"], told["standing"], told["accepted_version"]) == (
        "1.0.0",
        "Sample",
        "no folder",
        "1.0.0",
    )
    assert {table["name"]: table["rows"] for table in told["tables"]}["outcomes"] == 4
    shown = outcomes("show", "accepted", cwd=root).stdout
    assert shown.endswith("  1.0.0 is shown as it was accepted: the package has no folder here\n")
    told = data(root, "show", "retracted")
    assert (told["standing"], told["accepted_version"], told["accepted"][0]["retracted"]["reason"]) == (
        "no folder",
        None,
        "Withdrawn",
    )
    assert "no package `draft`" in outcomes("show", "draft", cwd=root).stderr
    next((root / ".registry").glob("accepted@*.json")).write_text("{")
    assert "outcomes verify" in outcomes("show", "accepted", cwd=root).stderr


def test_list_goes_on_where_the_ledger_is_damaged(root: Path) -> None:
    (root / ".registry" / "ledger.jsonl").write_bytes(b"{}\n")
    assert {one["standing"] for one in data(root, "list")} == {"unknown"}
    assert "the store can't be read, so what is accepted is unknown" in outcomes("list", cwd=root).stderr
    assert data(root, "show", "draft")["fault"] is not None


def test_show(root: Path) -> None:
    told = data(root, "show", "changed")
    assert {table["name"]: table["rows"] for table in told["tables"]}["outcomes"] == 4
    assert told["licences"] == ["CC0-1.0"]
    assert [(r["version"], r["by"], r["retracted"]) for r in told["accepted"]] == [("1.0.0", "A. Maintainer", None)]
    assert "  what is here is changed since 1.0.0\n" in outcomes("show", "changed", cwd=root).stdout
    (retracted,) = data(root, "show", "retracted")["accepted"]
    assert retracted["retracted"]["reason"] == "Withdrawn"
    assert data(root, "show", "unreadable")["readable"] is False


def test_columns_are_as_wide_as_what_they_hold(tmp_path: Path) -> None:
    folder = sample.write(tmp_path / "datapackages" / "long")
    descriptor = json.loads((folder / "datapackage.json").read_text())
    for version in ("1.0.0", "2.0.0-rc.1.of.many"):
        (folder / "datapackage.json").write_text(json.dumps({**descriptor, "version": version}))
        assert outcomes("accept", "long", "--by", "A. Maintainer", cwd=tmp_path).returncode == 0
    lines = outcomes("show", "long", cwd=tmp_path).stdout.splitlines()
    accepted = [line.partition("20")[0] for line in lines if " by A. Maintainer" in line]
    assert [len(words) for words in accepted] == [22, 22]
    assert "failure_improvement_below  25" in outcomes("vocab", "populations", cwd=tmp_path).stdout


def test_show_waivers_with_an_empty_cell(root: Path) -> None:
    waiver = {
        "rule": "OUT010",
        "where": {"study_id": "trial", "timepoint_days": None},
        "reason": "So printed.",
        "approver": "A",
        "until": "2027-12-31",
    }
    sample.write(root / "datapackages" / "waiving", None, {"waivers": [waiver]})
    (told,) = data(root, "show", "waiving")["waivers"]
    assert told["where"] == {"study_id": "trial", "timepoint_days": None}
    assert "study_id trial, timepoint_days empty, until 2027-12-31" in outcomes("show", "waiving", cwd=root).stdout


def test_show_counts_the_rows_of_parquet(root: Path) -> None:
    term = {"vocabulary": "treatments", "id": "x.arketamine", "label": "Arketamine", "description": "A drug.", "source": "a"}
    folder = sample.write(root / "datapackages" / "columns", {**sample.TABLES, "terms": [term]})
    for table in ("outcomes", "terms"):
        as_parquet(folder, table)
    told = data(root, "show", "columns")
    assert {table["path"]: table["rows"] for table in told["tables"]}["data/outcomes.parquet"] == 4
    assert told["proposed_terms"] == [{name: term[name] for name in ("vocabulary", "id", "label")}]
    (folder / "data" / "outcomes.parquet").write_bytes(b"PAR1 and no more")
    (told,) = (t for t in data(root, "show", "columns")["tables"] if t["name"] == "outcomes")
    assert (told["rows"], told["fault"]) == (None, "unreadable")


def test_history(root: Path) -> None:
    assert [(r["kind"], r["package"]) for r in data(root, "history")] == [
        ("accept", "accepted"),
        ("accept", "changed"),
        ("accept", "retracted"),
        ("retract", "retracted"),
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("history", "accepteed"), "did you mean `accepted`?"),
        (("history", "nosuch"), "; the packages are accepted, changed, draft, retracted, unreadable"),
        (("history", "draft"), "`draft` was never accepted; `outcomes accept draft` accepts it"),
        (("diff", "draft@1.0.0", "draft"), "`draft` was never accepted; its only version is `draft`, the package in its folder"),
        (("diff", "accepted@7", "accepted"), "accepted@7 was never accepted; the only accepted version is 1.0.0"),
        (("retract", "draft", "--reason", "x"), "; the accepted packages are accepted, changed, retracted"),
    ],
)
def test_what_was_never_accepted_is_told_with_what_was(root: Path, words: tuple[str, ...], said: str) -> None:
    done = outcomes(*words, cwd=root)
    assert done.returncode in {2, 3}, done
    assert said in done.stderr


def test_verify(root: Path) -> None:
    assert data(root, "verify")["intact"] is True
    next(iter((root / ".registry" / "objects").iterdir())).write_bytes(b"other")
    told = data(root, "verify", code=1)
    assert told["intact"] is False
    assert told["damages"]


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_explained(tmp_path: Path, name: str) -> None:
    (table,) = json.loads(outcomes("tables", name, "--format", "json", cwd=tmp_path).stdout)
    assert [column["name"] for column in table["columns"]] == [f.name for f in TABLES[name].columns]
    shown = outcomes("tables", name, cwd=tmp_path).stdout
    for column in table["columns"]:
        assert f" {column['name']} " in shown
        assert column["written"]
        done = outcomes("columns", f"{name}.{column['name']}", cwd=tmp_path)
        assert column["description"] in done.stdout


def test_columns_say_what_to_write(tmp_path: Path) -> None:
    shown = outcomes("columns", "analysis_set", cwd=tmp_path).stdout
    assert (
        "analysis_set of outcomes\n    Analysis set: Who is in the denominator.\n    Write a term of `analysis_sets`.\n" in shown
    )
    assert shown.count("    per-protocol ") == 1
    assert "`outcomes vocab definitions` lists the " in outcomes("columns", "definition_id", cwd=tmp_path).stdout
    assert ", at least 0.\n    Unit: participants\n" in outcomes("columns", "events", cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("columns", "evnts"), "did you mean `events`?"),
        (("columns", "outcomes"), "`outcomes tables outcomes` lists its columns"),
        (("columns", "outcomes.dose"), "there is no column 'outcomes.dose'"),
        (("tables", "outcoms"), "did you mean `outcomes`?"),
        # A word of another kind has a command of its own; that it shares letters with one of this kind makes it no slip.
        (("explain", "response.madrs.ge50pct"), "`outcomes vocab --search response.madrs.ge50pct` has it"),
        (("explain", "HAM-D17"), "`outcomes vocab --search HAM-D17` has it"),
        (("explain", "n_analysed"), "`outcomes columns n_analysed` has it"),
        (("explain", "outcomes"), "`outcomes tables outcomes` has it"),
        (("explain", "Depressed mood"), "`outcomes rules` lists them"),
        (("columns", "anchor"), "did you mean `timepoint_anchor`?"),
        (("columns", "madrs"), "`outcomes vocab --search madrs` has it"),
        (("tables", "events"), "`outcomes columns events` has it"),
        (("tables", "populations"), "`outcomes vocab populations` has it"),
        (("vocab", "response"), "`outcomes vocab --search response` has it"),
        (("vocab", "Zoloft"), "`outcomes vocab --search Zoloft` has it"),
        (("vocab", "major depression"), "`outcomes vocab --search 'major depression'` has it"),
        (("vocab", "OUT001"), "`outcomes explain OUT001` has it"),
        (("vocab", "definition"), "did you mean `definitions`?"),
        (("vocab", "xyzzy"), "`outcomes vocab` lists them"),
    ],
)
def test_an_unknown_name_has_a_hint(tmp_path: Path, words: tuple[str, ...], hint: str) -> None:
    done = outcomes(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert hint in done.stderr
