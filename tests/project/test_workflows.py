"""What the workflows may do: run pinned actions, for a while, with the rights they need and no more."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))
MORE = {("site", "publish"): {"pages": "write", "id-token": "write"}}
"""The rights of a job that publishes; it checks nothing out."""

workflows = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


def _jobs(path: Path) -> dict[str, dict[str, Any]]:
    jobs: dict[str, dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]
    return jobs


def _steps(path: Path) -> Iterator[dict[str, Any]]:
    for job in _jobs(path).values():
        yield from job.get("steps", [])


def test_there_are_some() -> None:
    assert {path.stem for path in FILES} >= {"ci", "data", "nightly", "release", "site", "wheel"}


@pytest.mark.parametrize("path", [*FILES, ROOT / "action.yml"], ids=lambda path: path.stem)
def test_actions_are_pinned_by_hash_with_their_version_beside(path: Path) -> None:
    for used in re.findall(r"uses: *(.*)", path.read_text(encoding="utf-8")):
        assert used.startswith("./") or re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used), used


def test_one_action_has_one_version() -> None:
    used = {
        line
        for path in (*FILES, ROOT / "action.yml")
        for line in re.findall(r"uses: *(\S+@.*)", path.read_text(encoding="utf-8"))
    }
    names = [line.split("@")[0] for line in used]
    assert len(names) == len(set(names)), sorted(used)


@workflows
def test_rights_are_given_job_by_job(path: Path) -> None:
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["permissions"] == {}
    for name, job in _jobs(path).items():
        assert isinstance(job["permissions"], dict), name
        if path.stem != "release":
            assert job["permissions"] == MORE.get((path.stem, name), {"contents": "read"}), name


@workflows
def test_no_job_runs_for_ever(path: Path) -> None:
    for name, job in _jobs(path).items():
        assert "uses" in job or 0 < job["timeout-minutes"] <= 90, name


@workflows
def test_no_token_is_left_on_disk(path: Path) -> None:
    for step in _steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@workflows
def test_what_is_installed_is_installed_by_hash(path: Path) -> None:
    free = {"python -m pip install -e '.[dev]'"} if path.stem == "nightly" else set()  # the newest of everything is its purpose
    for step in _steps(path):
        if "pip install" in (run := step.get("run", "")):
            assert run in free or "--require-hashes" in run or "--no-deps --no-build-isolation -e ." in run or "dist/" in run, run


@workflows
def test_what_make_is_asked_for_is_in_the_makefile(path: Path) -> None:
    known = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    for step in _steps(path):
        for target in re.findall(r"^make ([a-z-]+)", step.get("run", "")):
            assert target in known, target


def test_what_a_page_shows_is_pinned_as_here() -> None:
    used = {line for path in FILES for line in re.findall(r"uses: *(\S+@\S+)", path.read_text(encoding="utf-8"))}
    page = (ROOT / "docs" / "pull-requests.md").read_text(encoding="utf-8")
    shown = {line for line in re.findall(r"uses: *(\S+@\S+)", page) if not line.endswith("@COMMIT")}
    assert shown
    assert shown <= used
