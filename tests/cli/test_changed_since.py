"""``validate --changed-since``: what a branch changed, and nothing else."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests import sample
from tests.cli.invoking import outcomes

REF = "main"


def git(where: Path, *words: str) -> str:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false", "-c", "init.defaultBranch=main"]
    return subprocess.run(["git", *who, *words], cwd=where, check=True, capture_output=True, text=True).stdout


def commit(where: Path, message: str = "Change") -> None:
    git(where, "add", "--all")
    git(where, "commit", "--quiet", "--allow-empty", "--message", message)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with three packages, one with a finding, on a branch that has changed nothing yet."""
    root = tmp_path / "repository"
    for name in ("one", "two", "three"):
        sample.write(root / "datapackages" / name, sample.cell("outcomes", "events", "41") if name == "two" else None)
    git(root, "init", "--quiet")
    commit(root, "Begin")
    git(root, "checkout", "--quiet", "-b", "work")
    return root


def run(root: Path, *words: str, ref: str = REF) -> Any:
    return outcomes("validate", "--no-registry", "--changed-since", ref, *words, cwd=root)


def names(root: Path, *words: str, ref: str = REF) -> list[str]:
    return [p["name"] for p in json.loads(run(root, "--format", "json", *words, ref=ref).stdout)["packages"]]


def test_nothing_changed(root: Path) -> None:
    for done in (run(root), outcomes("diff", "--changed-since", "main", cwd=root)):
        assert (done.returncode, done.stderr) == (0, "outcomes: no package changed since main\n")
    assert names(root) == []


def test_what_is_committed_staged_changed_or_new_is_changed(root: Path) -> None:
    (root / "datapackages" / "one" / "README.md").write_text("# one\n")
    assert names(root) == ["one"]
    git(root, "add", "--all")
    assert names(root) == ["one"]
    commit(root)
    assert names(root) == ["one"]
    sample.write(root / "datapackages" / "new one")
    assert names(root) == ["new one", "one"]
    (root / "notes.md").write_text("notes\n")
    (root / "datapackages" / "README.md").write_text("notes\n")
    assert names(root) == ["new one", "one"]


def test_what_changed_on_the_other_branch_is_not_ours(root: Path) -> None:
    git(root, "checkout", "--quiet", "main")
    sample.write(root / "datapackages" / "theirs")
    commit(root)
    git(root, "checkout", "--quiet", "work")
    (root / "datapackages" / "one" / "README.md").write_text("# one\n")
    commit(root)
    assert names(root) == ["one"]


def test_a_removed_package_is_named(root: Path) -> None:
    shutil.rmtree(root / "datapackages" / "three")
    done = run(root)
    assert done.returncode == 0
    assert "outcomes: removed since main: three\n" in done.stderr


def test_it_chooses_the_packages(root: Path) -> None:
    for words in (("validate", "one"), ("diff", "one"), ("diff", "one", "three")):
        done = outcomes(*words, "--changed-since", "main", cwd=root)
        assert (done.returncode, done.stderr) == (2, "outcomes: --changed-since chooses the packages; leave out their names\n")


def test_a_registry_below_the_repositorys_folder(tmp_path: Path) -> None:
    sample.write(tmp_path / "deep" / "datapackages" / "one")
    git(tmp_path, "init", "--quiet")
    commit(tmp_path)
    git(tmp_path, "checkout", "--quiet", "-b", "work")
    sample.write(tmp_path / "deep" / "datapackages" / "two", sample.cell("outcomes", "events", "41"))
    commit(tmp_path)
    assert names(tmp_path / "deep") == ["two"]
    done = outcomes("validate", "--no-registry", "--changed-since", "main", "--root", "deep", "--format", "github", cwd=tmp_path)
    assert "::error file=deep/datapackages/two/data/outcomes.csv,line=" in done.stdout


def test_findings_say_whether_they_are_new(root: Path) -> None:
    tables = sample.cell("outcomes", "events", "41")
    tables["outcomes"][2]["events"] = "42"
    shutil.rmtree(root / "datapackages" / "two")
    sample.write(root / "datapackages" / "two", tables)
    sample.write(root / "datapackages" / "new", sample.cell("outcomes", "events", "41"))
    packages = json.loads(run(root, "--format", "json").stdout)["packages"]
    found = {(p["name"], f["key"]["arm_id"]): f["new"] for p in packages for f in p["findings"] if f["rule"] == "OUT001"}
    assert found == {("new", "drug"): True, ("two", "drug"): False, ("two", "placebo"): True}
    annotations = [line for line in run(root, "--format", "github").stdout.splitlines() if "title=OUT001" in line]
    assert "/new/" in annotations[0]
    assert ["Row: trial, placebo" in line for line in annotations] == [False, True, False]


@pytest.mark.parametrize("ref", ["nowhere", "-x", "--output=x", "main^{tree}", "", "main..work", "HEAD:datapackages"])
def test_an_unknown_ref(root: Path, ref: str) -> None:
    done = run(root, ref=ref)
    assert done.returncode == 2
    assert f"{ref!r} is not a commit, branch or tag of this repository" in done.stderr
    assert not (root / "x").exists()


def test_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    sample.write(tmp_path / "datapackages" / "one")
    done = run(tmp_path)
    assert done.returncode == 3
    assert "git can't say what changed in .: not a git repository" in done.stderr


def test_no_git(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(root / "nothing"))
    done = run(root)
    assert done.returncode == 3
    assert "git isn't installed" in done.stderr


def test_a_shallow_clone(root: Path, tmp_path: Path) -> None:
    (root / "datapackages" / "one" / "README.md").write_text("# one\n")
    commit(root)
    git(tmp_path, "clone", "--quiet", "--depth=1", "--branch=work", root.as_uri(), "shallow")
    unknown = run(tmp_path / "shallow", ref="origin/main")
    assert unknown.returncode == 2
    assert "`fetch-depth: 0`" in unknown.stderr
    git(tmp_path / "shallow", "fetch", "--quiet", "--depth=1", "origin", "main:main")
    apart = run(tmp_path / "shallow")
    assert apart.returncode == 3
    assert "no commit in common: this clone has only part of the history; run `git fetch --unshallow`" in apart.stderr
    git(tmp_path / "shallow", "fetch", "--quiet", "--unshallow")
    assert names(tmp_path / "shallow") == ["one"]


def test_names_beside_it_are_refused(root: Path) -> None:
    done = run(root, "one")
    assert done.returncode == 2
    assert "leave out their names" in done.stderr


def test_a_report_is_written_to_each_file_in_its_format(root: Path) -> None:
    sample.write(root / "datapackages" / "new", sample.cell("outcomes", "events", "41"))
    done = run(root, "--report", "a.html", "--report", "b.SARIF", "--report", "c.md", "--report", "d.xml", "--report", "e.json")
    assert done.returncode == 1
    assert "error[OUT001]" in done.stdout
    begins = {"a.html": "<!doctype html>", "b.SARIF": '{\n  "$schema"', "c.md": "### ❌ ", "d.xml": "<?xml ", "e.json": "{\n"}
    for name, words in begins.items():
        assert (root / name).read_text(encoding="utf-8").startswith(words), name
    refused = run(root, "--report", "x.pdf")
    assert refused.returncode == 2
    assert "the ending of x.pdf says no format; use one of .txt, .html, .json, .md, .sarif, .xml" in refused.stderr


def test_the_figures_that_changed(root: Path) -> None:
    shutil.rmtree(root / "datapackages" / "one")
    sample.write(root / "datapackages" / "one", sample.cell("outcomes", "events", "21"), {"version": "1.0.1"})
    sample.write(root / "datapackages" / "new")
    (root / "datapackages" / "three" / "datapackage.json").write_text("{")
    done = outcomes("diff", "--changed-since", "main", cwd=root)
    assert done.returncode == 3
    assert "new (no" not in done.stdout
    assert "new without a version → 1.0.0\nThe package is new.\n" in done.stdout
    assert "outcomes  4 rows" in done.stdout
    assert "one 1.0.0 → 1.0.1\nA patch version is needed.\n1.0.1 is a patch release, which is enough.\n" in done.stdout
    assert "three" in done.stderr
    git(root, "checkout", "--quiet", "datapackages/three")
    page = outcomes("diff", "--changed-since", "main", "--format", "markdown", cwd=root)
    assert page.returncode == 0
    assert "### `new` (no version) → `1.0.0`\n\nThe package is new.\n" in page.stdout
    assert "- added `trial, drug, response.madrs.ge50pct, 56" in page.stdout
    assert "| `events` | `20` | `21` |" in page.stdout
    data = json.loads(outcomes("diff", "--changed-since", "main", "--format", "json", cwd=root).stdout)
    assert [one["new"]["name"] for one in data] == ["new", "one"]
    assert outcomes("diff", "--changed-since", "main", "--exit-code", cwd=root).returncode == 1
    assert outcomes("diff", "--changed-since", "main", "one", cwd=root).returncode == 2
    assert outcomes("diff", "one", cwd=root).returncode == 2
