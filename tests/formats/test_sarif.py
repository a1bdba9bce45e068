"""SARIF: valid by OASIS's own schema, and what it says."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.reports import RULESET, of_one, spoilt
from tests.sample import TABLES, TODAY, write
from validation.engine import validate
from validation.formats.sarif import SCHEMA, render_sarif
from validation.report import Report, Waiver

FOLDER = Path(__file__).parent / "sarif"


@cache
def validator() -> jsonschema.Draft4Validator:
    return jsonschema.Draft4Validator(json.loads((FOLDER / "sarif-schema-2.1.0.json").read_text(encoding="utf-8")))


def run_of(report: Report) -> Any:
    data = json.loads(render_sarif(report).encode("utf-8"))
    validator().validate(data)
    (run,) = data["runs"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
        for location in result["locations"]:
            artifact = location["physicalLocation"]["artifactLocation"]
            assert re.fullmatch(r"(?:[A-Za-z0-9._~/-]|%[0-9A-F]{2})+", artifact["uri"].removeprefix("file://"))
    return run


def test_the_schema_is_the_one_that_its_page_names() -> None:
    digest = hashlib.sha256((FOLDER / "sarif-schema-2.1.0.json").read_bytes()).hexdigest()
    assert digest in (FOLDER / "README.md").read_text(encoding="utf-8")
    assert validator().schema["id"] == SCHEMA


@pytest.mark.parametrize(
    "report", [spoilt(20), Report(RULESET, ()), of_one("m", bug="b"), of_one("m", file=None, line=None, key={})]
)
def test_it_is_valid(report: Report) -> None:
    run_of(report)


def test_the_schema_refuses_what_is_wrong() -> None:
    data = json.loads(render_sarif(spoilt()))
    data["runs"][0]["results"][0]["level"] = "grave"
    with pytest.raises(jsonschema.ValidationError):
        validator().validate(data)


def test_a_result_says_what_is_where() -> None:
    result = run_of(of_one("`events` is 41", line=7))["results"][0]
    assert (result["ruleId"], result["level"], result["message"]["text"]) == ("OUT001", "error", "`events` is 41")
    (place,) = result["locations"]
    artifact = {"uri": "datapackages/sample/data/outcomes.csv", "uriBaseId": "%SRCROOT%"}
    assert place == {"physicalLocation": {"artifactLocation": artifact, "region": {"startLine": 7}}}
    assert result["suppressions"] == []
    assert "baselineState" not in result


def test_a_waiver_is_a_suppression_with_its_reason() -> None:
    result = run_of(of_one("m", waived=Waiver("OUT001", {}, "As printed.", "A. Curator", "2027-12-31")))["results"][0]
    (suppression,) = result["suppressions"]
    assert (suppression["status"], suppression["justification"]) == ("accepted", "As printed.")
    assert suppression["properties"] == {"approver": "A. Curator", "until": "2027-12-31"}


def test_skipped_rules_bugs_and_what_isnt_listed_are_notifications() -> None:
    (invocation,) = run_of(spoilt(1))["invocations"]
    told = {(n["associatedRule"]["id"], n["level"]): n["message"]["text"] for n in invocation["toolExecutionNotifications"]}
    assert told["PKG040", "note"] == "PKG040 was skipped in sound: nothing in the package for this rule to check"
    assert told["PKG032", "note"] == "PKG032 has 3 findings in spoilt, of which 1 are listed"
    assert invocation["executionSuccessful"] is True
    (invocation,) = run_of(of_one("m", bug="KeyError: 'x'"))["invocations"]
    assert invocation["executionSuccessful"] is False
    assert any(n["level"] == "error" and "KeyError" in n["message"]["text"] for n in invocation["toolExecutionNotifications"])


def test_a_rule_comes_with_its_help() -> None:
    rules = {r["id"]: r for r in run_of(spoilt())["tool"]["driver"]["rules"]}
    rule = rules["OUT001"]
    assert rule["shortDescription"]["text"].startswith("Events must not exceed")
    assert "What to do: " in rule["help"]["text"]
    assert "**Source:** " in rule["help"]["markdown"]
    assert rule["defaultConfiguration"]["level"] == "error"


def test_what_is_new_is_said_where_it_is_known() -> None:
    package = of_one("m").packages[0]
    for new, state in ((True, "new"), (False, "unchanged")):
        known = replace(package, findings=tuple(replace(f, new=new) for f in package.findings))
        assert run_of(Report(RULESET, (known,)))["results"][0]["baselineState"] == state


def prints(report: Report) -> dict[str, tuple[str, int]]:
    return {
        r["partialFingerprints"]["outcomesFinding/v1"]: (
            r["ruleId"],
            r["locations"][0]["physicalLocation"].get("region", {}).get("startLine", 0),
        )
        for r in run_of(report)["results"]
    }


def test_fingerprints_survive_shifted_lines(tmp_path: Path) -> None:
    tables = {name: [dict(row) for row in rows] for name, rows in TABLES.items()}
    for row in tables["outcomes"]:
        row["analysis_set"] = "ITT"
    tables["outcomes"][1]["events"] = "4O"
    before = prints(validate(write(tmp_path / "a" / "sample", tables), today=TODAY))
    added = {**tables["outcomes"][0], "timepoint_days": "7"}
    tables["outcomes"].insert(0, added)
    after = prints(validate(write(tmp_path / "b" / "sample", tables), today=TODAY))
    assert len(before) == len(set(before)) > 4
    assert before.keys() < after.keys()
    moved = [p for p in before if before[p][1] > 1 and before[p][0] == "PKG032"]
    assert any(after[p][1] == before[p][1] + 1 for p in moved)


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_is_valid(words: str) -> None:
    waiver = Waiver("OUT001", {}, words, words, words)
    for waived in (None, waiver):
        run = run_of(
            of_one(words, file=words, column=words, key={words: words}, name=words, version=words, waived=waived, bug=words)
        )
        assert run["results"][0]["locations"]


@pytest.mark.parametrize("file", ["data/a b.csv", "data/ü%20#?.csv", "a:b.csv", "data\\x.csv"])
def test_a_files_name_can_be_had_back(file: str) -> None:
    (place,) = run_of(of_one("m", file=file))["results"][0]["locations"]
    assert unquote(place["physicalLocation"]["artifactLocation"]["uri"]) == f"datapackages/sample/{file}"
