"""A pull request with data, from end to end: a clone, a branch with a new package, and the workflow's own commands, as a runner runs them."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import sample
from tests.cli.invoking import outcomes
from tests.cli.test_changed_since import commit, git
from tests.conftest import Once
from tests.formats.test_github import commands
from tests.project.running import Ran, run_job

ROOT = Path(__file__).parents[2]
WORKFLOW = ROOT / ".github" / "workflows" / "data.yml"


@pytest.fixture(scope="module")
def origin(once: Once) -> Path:
    """A registry with an accepted package, in a repository that others clone."""

    def fill(folder: Path) -> None:
        sample.write(folder / "datapackages" / "known")
        assert outcomes("accept", "known", "--by", "A. Maintainer", cwd=folder).returncode == 0
        git(folder, "init", "--quiet")
        commit(folder, "Begin")

    return once("origin-of-pull-requests", fill)


@pytest.fixture
def clone(origin: Path, tmp_path: Path) -> Path:
    git(tmp_path, "clone", "--quiet", str(origin), "clone")
    git(tmp_path / "clone", "checkout", "--quiet", "-b", "work")
    return tmp_path / "clone"


def checked(clone: Path) -> Ran:
    commit(clone, "Add a package")
    return run_job(WORKFLOW, "validate", clone, {"GITHUB_BASE_REF": "main"})


def trial(clone: Path, **cells: str) -> None:
    """A new package of another trial: made by the command, and filled in by hand."""
    done = outcomes("init", "new-trial", "--licence", "CC-BY-4.0", cwd=clone)
    assert done.returncode == 0, done
    tables = {name: [dict(row) for row in rows] for name, rows in sample.TABLES.items() if name != "participants"}
    tables["studies"][0]["registration_id"] = "NCT07654321"
    tables["sources"][0]["doi"] = "10.1000/other"
    for row in tables["outcomes"]:
        row |= {"events": str(int(row["events"]) - 1), "percent_reported": ""}
    tables["outcomes"][0] |= cells
    sample.write(clone / "made", tables)
    for file in (clone / "made" / "data").iterdir():
        file.replace(clone / "datapackages" / "new-trial" / "data" / file.name)
    shutil.rmtree(clone / "made")


def test_a_valid_package_is_green_with_its_figures(clone: Path) -> None:
    trial(clone)
    ran = checked(clone)
    assert ran.green, ran.log
    assert "valid: new-trial 0.1.0: " in ran.log
    assert "known" not in ran.summary.split("###")[2]
    assert ran.summary.startswith("### ✅ 1 package and the registry: all valid\n")
    assert "### `new-trial` (no version) → `0.1.0`\n\nThe package is new.\n" in ran.summary
    assert "- added `trial, drug, response.madrs.ge50pct, 56, randomisation, randomised, non-responder`" in ran.summary
    assert [path.name for path in ran.kept] == ["report.html", "report.md", "report.sarif", "figures.md"]
    assert "new-trial" in ran.kept[0].read_text(encoding="utf-8")


def test_an_invalid_package_is_red_with_an_annotation_at_the_line(clone: Path) -> None:
    trial(clone, events="41")
    ran = checked(clone)
    assert not ran.green
    found, _ = commands(ran.log)
    places = {(c.name, c.properties.get("file"), c.properties.get("line")) for c in found if "OUT001" in c.properties["title"]}
    lines = (clone / "datapackages" / "new-trial" / "data" / "outcomes.csv").read_text(encoding="utf-8").splitlines()
    (line,) = [number for number, text in enumerate(lines, 1) if ",41," in text]
    assert places == {("error", "datapackages/new-trial/data/outcomes.csv", str(line))}
    assert ran.summary.startswith("### ❌ 1 package and the registry: 1 valid, 1 invalid\n")
    assert "The package is new." in ran.summary
    assert [path.name for path in ran.kept] == ["report.html", "report.md", "report.sarif", "figures.md"]


@pytest.mark.slow
def test_a_correction_shows_each_figure_before_and_after(clone: Path) -> None:
    tables = sample.cell("outcomes", "events", "21")
    tables["outcomes"][0]["percent_reported"] = "52.5"
    for path in sorted((clone / "datapackages" / "known").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    sample.write(clone / "datapackages" / "known", tables, {"version": "1.0.1"})
    ran = checked(clone)
    assert ran.green, ran.log
    assert "### `known` `1.0.0` → `1.0.1`" in ran.summary
    assert "| `events` | `20` | `21` |" in ran.summary


def hook() -> dict[str, Any]:
    (found,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    return dict(found)


def test_the_hook_maps_file_names_to_packages(clone: Path) -> None:
    """As pre-commit runs it: the entry, with the changed files that its pattern matches."""
    import re

    trial(clone, events="41")
    changed = ["README.md", *git(clone, "ls-files", "--others", "datapackages").split(), "datapackages/README.md"]
    files = [name for name in changed if re.search(hook()["files"], name)]
    assert len(files) == len(changed) - 2
    command, *words = shlex.split(hook()["entry"])
    assert command == "outcomes"
    done = outcomes(*words, *files, cwd=clone)
    assert done.returncode == 1
    assert "invalid  new-trial 0.1.0: 1 error" in done.stdout, done.stdout
    assert "known" not in done.stdout


def test_the_action_hands_its_inputs_on(clone: Path, tmp_path: Path) -> None:
    """The action's own script, with its inputs in the environment as the action puts them there."""
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    *_, step = action["runs"]["steps"]
    named = {name: value.removeprefix("${{ inputs.").removesuffix(" }}") for name, value in step["env"].items()}
    assert set(named.values()) == set(action["inputs"])
    (tmp_path / "outcomes" / "bin").mkdir(parents=True)
    script = tmp_path / "outcomes" / "bin" / "outcomes"
    script.write_text('#!/bin/sh\nfor word in "$@"; do printf "%s\\n" "$word"; done\n')
    script.chmod(0o755)

    def handed(**inputs: str) -> list[str]:
        given = {k: inputs.get(v.replace("-", "_"), action["inputs"][v]["default"]) for k, v in named.items()}
        env = {**given, "RUNNER_TEMP": str(tmp_path), "PATH": "/usr/bin:/bin"}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            env=env,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.splitlines()

    usual = ["validate", "--root", ".", "--format", "github", "--fail-on", "error"]
    assert handed() == [*usual, "--"]
    assert handed(changed_since="origin/main", report="a b.html\nc.sarif\n") == [
        *usual, "--changed-since", "origin/main", "--report", "a b.html", "--report", "c.sarif", "--",
    ]  # fmt: skip
    assert handed(packages="one\n--help\n$(id); two") == [*usual, "--", "one", "--help", "$(id); two"]


def test_no_input_is_put_into_a_script() -> None:
    for path in (ROOT / "action.yml", WORKFLOW):
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        steps = data["runs"]["steps"] if "runs" in data else data["jobs"]["validate"]["steps"]
        assert not [step["run"] for step in steps if "${{" in step.get("run", "")], path


def test_json_of_the_figures_is_json(clone: Path) -> None:
    trial(clone)
    commit(clone)
    done = outcomes("diff", "--changed-since", "origin/main", "--format", "json", cwd=clone)
    assert [one["new"]["name"] for one in json.loads(done.stdout)] == ["new-trial"]
