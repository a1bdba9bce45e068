"""One version, wherever it is written, and a changelog in the form of Keep a Changelog."""

from __future__ import annotations

import datetime
import re
import tomllib
from pathlib import Path

import yaml
from semver import Version

from tests.project.archived import rendered

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def _released() -> list[tuple[str, str]]:
    """The versions in the changelog with their days, newest first."""
    first, *rest = re.findall(r"^## (.*)$", CHANGELOG, flags=re.MULTILINE)
    assert first == "[Unreleased]"
    matches = [re.fullmatch(r"\[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)", heading) for heading in rest]
    assert all(matches), rest
    return [(match[1], match[2]) for match in matches if match]


def test_the_changelog_is_in_order() -> None:
    released = _released()
    assert [Version.parse(v) for v, _ in released] == sorted((Version.parse(v) for v, _ in released), reverse=True)
    assert [day for _, day in released] == sorted((day for _, day in released), reverse=True)
    assert all(datetime.date.fromisoformat(day) for _, day in released)


def test_each_section_says_of_which_kind_its_lines_are() -> None:
    for section in CHANGELOG.split("\n## ")[1:]:
        kinds = re.findall(r"^### (.*)$", section, flags=re.MULTILINE)
        assert set(kinds) <= KINDS
        assert len(kinds) == len(set(kinds)), f"a kind twice below {section.splitlines()[0]}"


def test_one_version_is_named() -> None:
    version, day = _released()[0]
    assert PROJECT["version"] == version == CITATION["version"]
    assert CITATION["date-released"] == day


def test_the_citation_says_what_pyproject_says() -> None:
    assert CITATION["title"] == PROJECT["name"]
    assert CITATION["license"] == PROJECT["license"]
    assert CITATION["keywords"] == PROJECT["keywords"]
    assert [author["name"] for author in CITATION["authors"]] == [author["name"] for author in PROJECT["authors"]]


def test_what_zenodo_is_told_follows_the_citation() -> None:
    told = (ROOT / ".zenodo.json").read_text(encoding="utf-8")
    assert told == rendered(), "`make refresh` writes it anew"
