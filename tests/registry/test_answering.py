"""Only what was accepted answers: drafts are added when they are asked for, and then every answer says so."""

from __future__ import annotations

import csv
import html
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

import registry
from registry.building import build
from registry.errors import RequestError
from registry.freshness import OutdatedError
from tests import sample
from tests.cli.invoking import outcomes
from tests.conftest import Once

ACCEPT = ("--by", "A Person", "--note", "First version")


@pytest.fixture(scope="session")
def _answering(once: Once) -> Path:
    def fill(folder: Path) -> None:
        sample.write(folder / "datapackages" / "sample")
        done = outcomes("accept", "sample", *ACCEPT, cwd=folder)
        assert done.returncode == 0, done
        another = json.loads(
            json.dumps(sample.TABLES).replace("NCT01234567", "NCT07654321").replace("10.1000/xyz123", "10.1000/abc456")
        )
        sample.write(folder / "datapackages" / "invented", another)

    return once("answering", fill)


@pytest.fixture
def root(_answering: Path, tmp_path: Path) -> Path:
    """A registry with one accepted package, and an invented one that nobody accepted."""
    return Path(shutil.copytree(_answering, tmp_path, dirs_exist_ok=True))


def rows(root: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(root / "registry.duckdb"), read_only=True) as con:
        return con.execute(query).fetchall()


def test_an_invented_package_is_in_no_answer(root: Path) -> None:
    done = outcomes("build", cwd=root)
    assert done.returncode == 0, done
    assert "draft  invented 1.0.0: left out; --drafts adds it" in done.stdout
    assert rows(root, "SELECT DISTINCT package FROM outcomes") == [("sample",)]
    assert rows(root, "SELECT name, standing FROM packages") == [("sample", "accepted")]
    for words in (("compare", "sertraline", "placebo"), ("sql", "FROM packages")):
        assert "invented" not in outcomes(*words, cwd=root).stdout


def test_a_draft_that_was_asked_for_is_named_in_every_answer(root: Path) -> None:
    assert outcomes("build", "--drafts", cwd=root).returncode == 0
    assert rows(root, "SELECT name, standing FROM packages ORDER BY name") == [("invented", "draft"), ("sample", "accepted")]
    assert set(rows(root, "SELECT DISTINCT package, standing FROM response_rates")) == {
        ("invented", "draft"),
        ("sample", "accepted"),
    }
    text = outcomes("compare", "sertraline", "placebo", cwd=root).stdout
    assert text.startswith("With drafts that nobody has accepted: invented 1.0.0.\n")
    data = json.loads(outcomes("compare", "sertraline", "placebo", "--format", "json", cwd=root).stdout)
    assert data["drafts"] == ["invented 1.0.0"]
    page = outcomes("compare", "sertraline", "placebo", "--format", "html", cwd=root).stdout
    assert "With drafts that nobody has accepted:</b> invented 1.0.0." in page


def test_a_draft_is_named_in_what_leaves_the_registry_as_a_file(root: Path) -> None:
    """A picture, a page of the gate; a row of an export says what its package is."""
    assert outcomes("build", "--drafts", cwd=root).returncode == 0
    said = "With drafts that nobody has accepted: invented 1.0.0."
    for picture in ("forest", "ladder", "times"):
        for file in ("plot.svg", "plot.html"):
            done = outcomes("compare", "sertraline", "placebo", "--plot", file, "--picture", picture, cwd=root)
            assert done.returncode == 0, done.stderr
            words = " ".join(re.findall(r">([^<>]+)</text>", (root / file).read_text(encoding="utf-8")))
            assert said in html.unescape(words), (picture, file)
    assert outcomes("docs", cwd=root).returncode == 0
    assert said in (root / "gate" / "index.html").read_text(encoding="utf-8")
    (stratum,), *_ = rows(root, "SELECT DISTINCT stratum FROM strata WHERE outcome = 'response' ORDER BY ALL")
    done = outcomes("export", "--metafor", "--stratum", stratum, cwd=root)
    table = list(csv.DictReader(done.stdout.splitlines()))
    assert {(row["package"], row["standing"]) for row in table} == {("invented", "draft"), ("sample", "accepted")}


def test_what_was_accepted_answers_whatever_lies_in_the_folder_now(root: Path) -> None:
    before = rows(build_and(root), "FROM outcomes ORDER BY ALL")
    outcomes_csv = root / "datapackages" / "sample" / "data" / "outcomes.csv"
    outcomes_csv.write_text(outcomes_csv.read_text().splitlines()[0] + "\n")
    done = outcomes("build", cwd=root)
    assert "draft  sample 1.0.0: left out; 1.0.0 is in its place; --drafts adds it" in done.stdout
    assert rows(root, "FROM outcomes ORDER BY ALL") == before
    for path in sorted((root / "datapackages" / "sample").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    (root / "datapackages" / "sample").rmdir()
    assert rows(build_and(root), "FROM outcomes ORDER BY ALL") == before, "the store has it, the folder needn't"
    assert registry.open(root).load("sample").table("outcomes").height == len(before)


def build_and(root: Path) -> Path:
    assert build(root, today=sample.TODAY).database
    return root


def test_where_nothing_is_accepted_it_is_said_how_to_go_on(tmp_path: Path) -> None:
    sample.write(tmp_path / "datapackages" / "sample")
    with pytest.raises(RequestError, match=r"nothing is accepted yet \(sample\): `outcomes accept NAME`"):
        build(tmp_path, today=sample.TODAY)
    assert not (tmp_path / "registry.duckdb").exists()


def test_a_database_behind_the_ledger_or_a_draft_is_said_to_be(root: Path) -> None:
    assert outcomes("build", "--drafts", cwd=root).returncode == 0
    asked = ("sql", "SELECT 1")
    drafts = "With drafts that nobody has accepted: invented 1.0.0.\n"
    assert outcomes(*asked, cwd=root).stderr == drafts
    (stratum,), *_ = rows(root, "SELECT DISTINCT stratum FROM strata ORDER BY ALL")
    assert outcomes("export", "--csv", "--stratum", stratum, cwd=root).stderr.startswith(drafts)
    sources = root / "datapackages" / "invented" / "data" / "sources.csv"
    sources.write_text(sources.read_text().replace("A trial", "Another trial"))
    behind = "outcomes: the draft invented has changed since the database was built; run `outcomes build --drafts`\n"
    for words, more in ((asked, drafts), (("compare", "sertraline", "placebo"), "")):
        done = outcomes(*words, cwd=root)
        assert (done.returncode, done.stderr) == (0, behind + more)
    assert behind.removeprefix("outcomes: ").strip() in outcomes("doctor", cwd=root).stdout
    assert outcomes("retract", "sample", "--by", "A Person", "--reason", "To see", cwd=root).returncode == 0
    assert outcomes(*asked, cwd=root).stderr.startswith("outcomes: the ledger has changed since the database was built")


def test_a_database_of_another_version_is_no_bug(root: Path) -> None:
    build(root, today=sample.TODAY)
    with duckdb.connect(str(root / "registry.duckdb")) as con:
        con.execute("DROP TABLE comparable_rates")
        con.execute("UPDATE build SET form = 'another'")
    done = outcomes("compare", "sertraline", "placebo", cwd=root)
    assert (done.returncode, "built by another version of this program" in done.stderr) == (3, True)
    with pytest.raises(OutdatedError):
        registry.open(root).compare("sertraline", "placebo")


def test_a_version_that_newer_rules_refuse_still_answers(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from registry import loading
    from validation.engine import validate
    from validation.report import Result

    def stricter(paths: object, **kwargs: object) -> object:
        sink = kwargs.pop("sink")
        report = validate(paths, **kwargs)  # type: ignore[arg-type]
        (found,) = report.packages
        broken = tuple(replace(o, result=Result.VIOLATED, violations=1) if o.rule == "OUT001" else o for o in found.outcomes)
        spoilt = replace(found, outcomes=broken)
        with duckdb.connect() as con:
            sink(con, [(spoilt, {})])  # type: ignore[operator]
        return replace(report, packages=(spoilt,))

    monkeypatch.setattr(loading, "validate", stricter)
    made = build(root, today=sample.TODAY)
    assert made.database
    assert rows(root, "SELECT name, standing, verdict FROM packages") == [("sample", "accepted", "invalid")]
    assert rows(root, "SELECT count(*) FROM outcomes") == [(4,)]
