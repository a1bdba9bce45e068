"""Each answer as JSON has a schema beside the code, that the documentation names, and keeps it."""

from __future__ import annotations

import json
import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer

from registry.cli.app import app_for
from registry.diffing.kinds import Kind
from registry.diffing.versions import Bump
from schemas.tables import TABLES
from schemas.vocabulary import VOCABULARIES
from tests import fixed, sample
from tests.cli.invoking import outcomes

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "querying.md"

OWN_COLUMNS = {"sql"}
"""Commands whose answer has the columns of the question."""


def published() -> dict[str, Path]:
    """The schema of each command's answer, by the documentation."""
    section = PAGE.read_text(encoding="utf-8").partition("## Answers as JSON")[2].partition("\n## ")[0]
    found = re.findall(r"^\| `outcomes (\w+)[^|]*` \| \[`[^`]+`\]\(\.\./([\w./]+\.schema\.json)\)", section, re.MULTILINE)
    return {command: ROOT / path for command, path in found}


@cache
def validator(command: str) -> jsonschema.Draft202012Validator:
    schema = json.loads(published()[command].read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def answers(command: str, *words: str, cwd: Path) -> Any:
    done = outcomes(command, *words, "--format", "json", cwd=cwd)
    assert done.returncode == 0, done
    found = json.loads(done.stdout)
    validator(command).validate(found)
    return found


def test_every_command_that_answers_in_json_has_a_schema() -> None:
    commands = typer.main.get_group(app_for()).commands  # type: ignore[attr-defined]
    in_json = {
        name
        for name, command in commands.items()
        for param in command.params
        if "--format" in param.opts and "json" in re.findall(r"\w+(?:-\w+)*", str(param.metavar))
    }
    assert published().keys() == in_json - OWN_COLUMNS
    every = {path for room in ("registry", "validation") for path in (ROOT / room).rglob("*.schema.json")}
    assert set(published().values()) == {path for path in every if path.name != "mapping.schema.json"}


@pytest.mark.parametrize("command", published())
def test_a_schema_says_whose_answer_it_is(command: str) -> None:
    schema = validator(command).schema
    assert re.fullmatch(r"urn:trial-outcomes:[a-z]+:\d", schema["$id"])
    assert f"`outcomes {command} " in schema["description"]


def test_tables_columns_and_rules(tmp_path: Path) -> None:
    assert [table["name"] for table in answers("tables", cwd=tmp_path)] == list(TABLES)
    assert len(answers("tables", "arms", cwd=tmp_path)) == 1
    for name in {field.name for table in TABLES.values() for field in table.columns}:
        assert {found["name"] for found in answers("columns", name, cwd=tmp_path)} == {name}
    assert answers("rules", cwd=tmp_path)
    assert {rule["id"][:3] for rule in answers("rules", "OUT", cwd=tmp_path)} == {"OUT"}


def test_vocabularies_and_terms(tmp_path: Path) -> None:
    listed = answers("vocab", cwd=tmp_path)
    assert [one["name"] for one in listed] == list(VOCABULARIES)
    for one in listed:
        assert len(answers("vocab", one["name"], cwd=tmp_path)) == one["terms"]
    assert answers("vocab", "--search", "madrs", cwd=tmp_path)
    assert answers("vocab", "--search", "no such term", cwd=tmp_path) == []


def test_versions_that_differ(tmp_path: Path) -> None:
    root = fixed.copied(tmp_path)
    versions = [path.name.removesuffix(".json") for path in sorted((root / ".registry").glob("*@*.json"))]
    pairs = [(a, b) for a, b in pairwise(versions) if a.partition("@")[0] == b.partition("@")[0]]
    assert pairs
    for a, b in pairs:
        assert answers("diff", a, b, cwd=root)["reasons"]
    same = answers("diff", a, a, cwd=root)
    assert (same["owed"], same["reasons"]) == (None, [])
    sample.write(root / "other", {**sample.TABLES, "outcomes": []}, {"version": "draft"})
    assert answers("diff", "./other", b, cwd=root)["refusal"]["made"] is None


def test_the_words_of_a_difference_are_those_of_the_schema() -> None:
    schema = validator("diff").schema
    assert schema["$defs"]["kind"]["enum"] == [kind.value for kind in Kind]
    difference = schema["$defs"]["difference"]["properties"]
    made = difference["refusal"]["anyOf"][1]["properties"]["made"]["enum"]
    assert made == [*(bump.value for bump in Bump), None]
