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
    done = run(root)
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
