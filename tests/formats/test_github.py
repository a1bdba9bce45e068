"""Annotations of GitHub Actions: read back as the runner reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.reports import RULESET, of_one, spoilt
from validation.formats.github import render_github
from validation.report import Report, Waiver
from validation.rule import Severity


@dataclass(frozen=True)
class Command:
    name: str
    properties: dict[str, str]
    data: str


def commands(text: str) -> tuple[list[Command], list[str]]:
    """The commands of a log and its other lines. The runner looks for ``::name k=v,…::data`` in each line, blanks before it or not, and
    for the older ``##[name k=v;…]data`` anywhere in it: of the latter there must be none.
    """
    found, others = [], []
    for line in re.split(r"\r\n|[\n\r]", text.removesuffix("\n")):
        if not line.strip().startswith("::"):
            assert "##[" not in line
            others.append(line)
            continue
        head, sep, data = line.strip()[2:].partition("::")
        assert sep
        name, _, rest = head.partition(" ")
        stated = dict(part.split("=", 1) for part in rest.split(",") if part)
        found.append(Command(name, {k: _back(v, ",:") for k, v in stated.items()}, _back(data, "")))
    return found, others


def _back(text: str, more: str) -> str:
    for c in more + "\n\r":
        text = text.replace(f"%{ord(c):02X}", c)
    return text.replace("%25", "%")


def test_a_finding_is_at_its_file_and_line() -> None:
    (command,), (verdict,) = commands(render_github(of_one("`events` is 41", line=7)))
    assert command.name == "error"
    assert command.properties == {
        "file": "datapackages/sample/data/outcomes.csv",
        "line": "7",
        "title": "OUT001 events-exceed-analysed",
    }
    assert command.data.startswith("`events` is 41\nRow: trial\nEvents must not exceed")
    assert "\nTo fix it: " in command.data
    assert verdict == "invalid: sample 1.0.0: 1 error"


def test_a_finding_without_a_file_is_at_the_descriptor() -> None:
    (command,), _ = commands(render_github(of_one("m", file=None, line=None, key={})))
    assert command.properties["file"] == "datapackages/sample/datapackage.json"
    assert "line" not in command.properties


def test_the_first_ten_show_as_many_rules_and_packages_as_can_be() -> None:
    one = spoilt(20).packages[1]
    many = Report(RULESET, tuple(replace(one, name=f"p{n}", path=f"datapackages/p{n}") for n in range(2)))
    found, _ = commands(render_github(many))
    severities = [c.name for c in found]
    assert severities == sorted(severities, key=["error", "warning", "notice"].index)
    first = [(c.properties["file"].split("/")[1], c.properties["title"][:6]) for c in found[:10]]
    assert len(set(first)) == 10
    assert not any(f"waived: {c}" in c.data for c in found)


def test_one_annotation_names_all_rows_with_a_value() -> None:
    found, _ = commands(render_github(spoilt(20)))
    (terms,) = [c for c in found if c.properties["title"].startswith("PKG032")]
    assert terms.properties["line"] == "2"
    assert "or `modified-itt`? (rows 2, 4, 5)" in terms.data


def test_what_is_new_comes_before_what_was_there() -> None:
    package = of_one("old").packages[0]
    old = replace(package.findings[0], new=False)
    new = replace(old, message="new", line=99, new=True)
    outcomes = tuple(replace(o, violations=2) if o.violations else o for o in package.outcomes)
    report = Report(RULESET, (replace(package, findings=(old, new), outcomes=outcomes),))
    assert [c.properties["line"] for c in commands(render_github(report))[0]] == ["99", "2"]


def test_a_waived_finding_is_no_annotation() -> None:
    found, others = commands(render_github(of_one("m", waived=Waiver("OUT001", {}, "why", "who", "2027-12-31"))))
    assert (found, others) == ([], ["valid: sample 1.0.0: 1 waived"])


def test_a_bug_is_an_error_that_says_whose_it_is() -> None:
    found, _ = commands(render_github(of_one("m", bug="KeyError: 'events'")))
    assert found[0].properties["title"] == "PKG031 could not be run"
    assert "bug in outcomes" in found[0].data


ANY = st.text(st.characters(exclude_categories=[]))
TRICKS = st.sampled_from(["::error::x", "\n::add-mask::y", "##[add-mask]z", "%0A::stop-commands::t", "a,b:c=d", "%25"])


@given(st.one_of(ANY, TRICKS, st.builds(lambda a, b: a + b, ANY, TRICKS)), st.sampled_from(list(Severity)))
def test_no_text_ends_a_command_or_begins_one(words: str, severity: Severity) -> None:
    report = of_one(words, file=words, column=words, key={words: words}, name=words, version=words, bug=words)
    found, others = commands(render_github(report))
    assert [c.name for c in found] == ["error", "error"]
    assert all(set(c.properties) <= {"file", "line", "title"} for c in found)
    assert len(others) == 1


@pytest.mark.parametrize("below", ["", "sub/folder/"])
def test_files_are_named_from_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, below: str) -> None:
    package = tmp_path / below / "datapackages" / "sample"
    package.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(package)
    report = of_one("m")
    for path in (str(package), "../sample", "."):
        there = Report(RULESET, (replace(report.packages[0], path=path),))
        (command,), _ = commands(render_github(there))
        assert command.properties["file"] == f"{below}datapackages/sample/data/outcomes.csv"
