"""Accepting, and what comes after, as a maintainer meets it at the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

import registry
from tests import sample
from tests.cli.invoking import outcomes
from tests.conftest import Once


@pytest.fixture
def place(tmp_path: Path) -> Path:
    sample.write(tmp_path / "datapackages" / "sample")
    return tmp_path


@pytest.fixture
def accepted(once: Once, tmp_path: Path) -> Path:
    """The same with the package accepted, which its gates make long: done once."""

    def fill(folder: Path) -> None:
        sample.write(folder / "datapackages" / "sample")
        assert outcomes("accept", "sample", cwd=folder).returncode == 0

    return Path(shutil.copytree(once("sample-accepted", fill), tmp_path, dirs_exist_ok=True))


def test_from_accept_to_retract(place: Path) -> None:
    done = outcomes("accept", "sample", "--by", "A. Maintainer", "--note", "The first", cwd=place)
    assert done.returncode == 0, done.stderr
    assert "Accepted sample@1.0.0: 1 source," in done.stdout
    assert "nothing to do" in outcomes("accept", "sample", cwd=place).stdout
    assert "what is here is accepted" in outcomes("show", "sample", cwd=place).stdout
    told = outcomes("history", cwd=place).stdout
    assert "sample@1.0.0  by A. Maintainer" in told
    assert "The first" in told
    assert json.loads(outcomes("history", "sample", "--format", "json", cwd=place).stdout)[0]["sequence"] == 1
    assert "Ledger intact: 1 record," in outcomes("verify", cwd=place).stdout
    assert "sample 1.0.0 sha256:" in outcomes("lock", cwd=place).stdout
    assert registry.open(place, lock=place / "outcomes.lock").load("sample").outcomes.height == 4

    assert outcomes("build", "--drafts", cwd=place).returncode == 0
    assert standing(place) == [("accepted", 1, 4)]
    done = outcomes("retract", "sample@1.0.0", "--reason", "The signs are reversed", "--by", "x", cwd=place)
    assert done.returncode == 0, done.stderr
    assert "is retracted already" in outcomes("retract", "sample", "--reason", "again", cwd=place).stdout
    assert "retracted by record 2" in outcomes("history", cwd=place).stdout
    assert "nothing to pin: every accepted version is retracted" in outcomes("lock", cwd=place).stderr
    done = outcomes("build", "--drafts", cwd=place)
    assert (done.returncode, "retracted  sample 1.0.0: left out; accept a new version" in done.stdout) == (0, True)
    assert standing(place) == []
    tables = registry.open(place).sql(
        "SELECT table_name FROM duckdb_columns() WHERE column_name = 'package' AND schema_name = 'main'"
    )
    with registry.open(place).connect() as con:
        held = {t for (t,) in tables.rows() if con.execute(f'FROM "{t}" WHERE package = ?', ["sample"]).fetchall()}
    assert held == set()
    assert (
        "The registry has no response rate for SSRI or Ketamine."
        in outcomes("compare", "ssri", "ketamine", "--outcome", "response", cwd=place).stdout
    )


def test_what_the_registry_as_a_whole_forbids_is_not_accepted(accepted: Path) -> None:
    """Two packages with one trial say what they are to each other, or the second isn't accepted."""
    sample.write(accepted / "datapackages" / "twin")
    before = {path: path.read_bytes() for path in accepted.rglob("*") if path.is_file()}
    for words in ((), ("--dry-run",)):
        done = outcomes("accept", "twin", *words, cwd=accepted)
        assert done.returncode == 1
        assert "REG002" in done.stdout
        assert "`sample` and `twin` share trials" in " ".join(done.stdout.split())
        assert done.stderr == "outcomes: twin was not accepted: fix what is listed above\n"
    assert {path: path.read_bytes() for path in accepted.rglob("*") if path.is_file()} == before
    sample.write(accepted / "datapackages" / "twin", None, {"lineage": [{"package": "sample", "relation": "same-trials"}]})
    # A draft beside it is nothing to it.
    sample.write(accepted / "datapackages" / "third")
    assert outcomes("accept", "twin", cwd=accepted).returncode == 0
    # And what is wrong between those that are there already isn't laid at the door of a new one.
    others = sample.cell("studies", "registration_id", "NCT00000002") | sample.part("sources")
    others["sources"] = [{**row, "doi": "10.1000/other"} for row in others["sources"]]
    sample.write(accepted / "datapackages" / "other", others)
    assert outcomes("accept", "other", cwd=accepted).returncode == 0


def standing(place: Path) -> list[tuple[object, ...]]:
    """How the package stands, whether its rates are in the views, and in how many rows of strata."""
    with duckdb.connect(str(place / "registry.duckdb"), read_only=True) as con:
        query = "(SELECT count(*) > 0 FROM response_rates)::INT, (SELECT count(*) FROM comparable_rates) FROM packages"
        return con.execute(f"SELECT standing, {query}").fetchall()


def test_an_older_version_in_the_folder_is_not_the_one_that_answers(accepted: Path) -> None:
    folder = accepted / "datapackages" / "sample"
    older = (folder / "datapackage.json").read_bytes()
    sample.write(folder, None, {"version": "2.0.0"})
    assert outcomes("accept", "sample", cwd=accepted).returncode == 0
    (folder / "datapackage.json").write_bytes(older)
    assert "sample  1.0.0  accepted (2.0.0 answers)  Sample" in outcomes("list", cwd=accepted).stdout
    assert "what is here is accepted (2.0.0 answers)\n" in outcomes("show", "sample", cwd=accepted).stdout
    retract = ("retract", "--reason", "Wrong arms", "--by", "A. Maintainer")
    assert outcomes(*retract, "sample@1.0.0", cwd=accepted).stdout.endswith("\nsample@2.0.0 answers, as before.\n")
    assert "what is here is retracted (2.0.0 answers)\n" in outcomes("show", "sample", cwd=accepted).stdout
    last = outcomes(*retract, "sample@2.0.0", cwd=accepted).stdout
    assert last.endswith("\nRun `outcomes build` to remove it from the database, after which no version of sample answers.\n")


def test_a_draft_that_was_changed_since_is_a_draft(accepted: Path) -> None:
    sample.write(accepted / "datapackages" / "sample", sample.cell("outcomes", "source_locator", "Table 3"))
    assert "what is here is changed since 1.0.0" in outcomes("show", "sample", cwd=accepted).stdout
    outcomes("build", "--drafts", cwd=accepted)
    assert standing(accepted)[0][0] == "draft"


def test_what_is_refused_is_exit_1_and_changes_nothing(accepted: Path) -> None:
    before = (accepted / ".registry" / "ledger.jsonl").read_bytes()
    sample.write(accepted / "datapackages" / "sample", sample.cell("outcomes", "source_locator", "Table 3"))
    done = outcomes("accept", "sample", cwd=accepted)
    assert done.returncode == 1
    assert "an accepted version never changes" in done.stderr
    sample.write(accepted / "datapackages" / "sample", sample.cell("outcomes", "events", "41"))
    done = outcomes("accept", "sample", cwd=accepted)
    assert done.returncode == 1
    assert "OUT001" in done.stdout
    assert (accepted / ".registry" / "ledger.jsonl").read_bytes() == before


def test_damage_is_exit_1_and_named(accepted: Path) -> None:
    path = next((accepted / ".registry" / "objects").glob("*.csv"))
    path.write_bytes(path.read_bytes() + b" ")
    done = outcomes("verify", cwd=accepted)
    assert done.returncode == 1
    assert done.stdout.startswith(f"Damaged: objects/{path.name} was changed")
    ledger = accepted / ".registry" / "ledger.jsonl"
    ledger.write_bytes(ledger.read_bytes().replace(b'"sample"', b'"simple"'))
    assert "ledger.jsonl, line 1" in outcomes("verify", cwd=accepted).stdout
    done = outcomes("history", cwd=accepted)
    assert done.returncode == 3
    assert "`outcomes verify`" in done.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["accept", "sampel"], 2, "did you mean `sample`?"),
        (["accept", "sample", "--by", " "], 2, "give your name"),
        (["history", "sample"], 2, "never accepted"),
        (["verify"], 2, "nothing is accepted here yet"),
        (["retract", "sample", "--reason", "r"], 2, "nothing is accepted yet"),
        (["lock"], 2, "nothing to pin"),
        (["diff", "sample@1.0.0", "sample"], 2, "sample"),
        (["export", "sample"], 2, "prov"),
        (["compare", "ssri", "ketamin"], 2, "has not been built"),
    ],
)
def test_what_can_not_be_done_is_said(place: Path, words: list[str], code: int, said: str) -> None:
    done = outcomes(*words, cwd=place)
    assert done.returncode == code, done
    assert said in done.stderr


def test_comparing(place: Path) -> None:
    outcomes("build", "--drafts", cwd=place)
    done = outcomes("compare", "ssri", "placebo", "--outcome", "response", cwd=place)
    assert done.returncode == 0, done.stderr
    assert "Risk ratio 1.43" in " ".join(done.stdout.split())
    done = outcomes("compare", "ssri", "ketamin", cwd=place)
    assert (done.returncode, "did you mean `ketamine`" in done.stderr) == (2, True)
    for words, said in (
        (["ssri", "sertraline"], "overlap"),
        (["ssri", "placebo", "--across", "population"], "needs a reason"),
        (["ssri", "placebo", "--population", "MDD inpatients"], "did you mean `mdd.inpatient`"),
    ):
        done = outcomes("compare", *words, cwd=place)
        assert (done.returncode, said in done.stderr) == (2, True), done


def test_older_versions_are_pinned_by_name(accepted: Path) -> None:
    corrected = sample.cell("outcomes", "events", "19")
    corrected["outcomes"][0]["percent_reported"] = "47.5"
    sample.write(accepted / "datapackages" / "sample", corrected, {"version": "2.0.0"})
    assert outcomes("accept", "sample", cwd=accepted).returncode == 0
    assert outcomes("lock", cwd=accepted).stdout.startswith("sample 2.0.0 sha256:")
    assert outcomes("lock", "sample@1.0.0", cwd=accepted).stdout.startswith("sample 1.0.0 sha256:")
    pinned = registry.open(accepted, lock=accepted / "outcomes.lock").load("sample")
    assert (pinned.version, 20 in pinned.outcomes["events"], 19 in pinned.outcomes["events"]) == ("1.0.0", True, False)
    assert outcomes("lock", "sample@1.0.0", "sample@1.0.0", cwd=accepted).returncode == 0
    for words, said in (
        (["sample@1.0.0", "sample"], "one version of a package, and of `sample` 1.0.0 and 2.0.0 are asked for"),
        (["sample@1.0.1"], "did you mean `1.0.0`?"),
        (["sample@"], "sample@ has no version after the @"),
        (["sampel@1.0.0"], "did you mean `sample`?"),
    ):
        done = outcomes("lock", *words, cwd=accepted)
        assert (done.returncode, said in done.stderr) == (2, True), done
    assert outcomes("retract", "sample@1.0.0", "--reason", "Wrong arms", cwd=accepted).returncode == 0
    done = outcomes("lock", "sample@1.0.0", cwd=accepted)
    assert (done.returncode, "sample@1.0.0 is retracted: Wrong arms" in done.stderr) == (0, True)


def test_what_git_made_of_the_store_is_said(accepted: Path) -> None:
    """Its line ends, and Git LFS's pointers in place of files."""
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345\n"
    ledger = accepted / ".registry" / "ledger.jsonl"
    table = next((accepted / ".registry" / "objects").glob("*.csv"))
    for path, content, said in (
        (ledger, ledger.read_bytes().replace(b"\n", b"\r\n"), "git or an editor has changed the file's line ends"),
        (ledger, pointer, "is a Git LFS pointer in place of the file; `git lfs pull`"),
        (table, pointer, "is a Git LFS pointer in place of the file; `git lfs pull`"),
    ):
        whole = path.read_bytes()
        path.write_bytes(content)
        done = outcomes("verify", cwd=accepted)
        assert (done.returncode, said in " ".join(done.stdout.split())) == (1, True), done
        if path == ledger:
            assert said in " ".join(outcomes("history", cwd=accepted).stderr.split())
        path.write_bytes(whole)
    assert outcomes("verify", cwd=accepted).returncode == 0


def test_a_build_does_not_take_other_line_ends_for_newer_rules(accepted: Path) -> None:
    file = accepted / "datapackages" / "sample" / "data" / "outcomes.csv"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    done = outcomes("build", cwd=accepted)
    assert done.returncode == 0, done.stderr
    (line,) = (line for line in done.stdout.splitlines() if "sample 1.0.0" in line)
    assert "2 errors" in line
    assert "valid when it was accepted: rules are newer, files have other bytes, or a waiver has ended" in line
    assert "[PKG021]" in outcomes("validate", "sample", cwd=accepted).stdout
