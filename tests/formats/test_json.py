from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import validation.formats
from tests.formats.reports import RULESET, of_one, spoilt
from validation.formats.json_report import render_json
from validation.report import Report, Waiver

SCHEMA = json.loads((Path(validation.formats.__file__).parent / "report.schema.json").read_text(encoding="utf-8"))


def checked(report: Report) -> Any:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    text = render_json(report)
    assert text.endswith("}\n")
    data = json.loads(text.encode("utf-8"), parse_constant=refuse)
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(data)
    return data


@pytest.mark.parametrize(
    "report",
    [
        spoilt(),
        Report(RULESET, ()),
        of_one("m", version=None, file=None, line=None, column=None, key={}),
        of_one("m", bug="KeyError: 'x'"),
        of_one("m", key={"n": float("nan"), "day": 56.5, "none": None}),
    ],
)
def test_json_keeps_its_schema(report: Report) -> None:
    checked(report)


def test_json_has_every_rule_asked_every_outcome_and_the_counts_of_all() -> None:
    data = checked(spoilt())
    spoilt_package = data["packages"][1]
    assert spoilt_package["verdict"] == "invalid"
    assert {o["rule"] for o in spoilt_package["outcomes"]} == set(data["rules"])
    by_rule = {o["rule"]: o for o in spoilt_package["outcomes"]}
    assert by_rule["PKG032"] == {
        "rule": "PKG032",
        "outcome": "violated",
        "checked": 9,
        "violations": 3,
        "reason": None,
    }
    assert sum(f["rule"] == "PKG032" for f in spoilt_package["findings"]) == 2
    assert data["summary"]["waived"] == 1


def test_a_waived_finding_carries_its_waiver() -> None:
    data = checked(of_one("m", waived=Waiver("OUT001", {}, "why", "who", "2027-12-31")))
    assert data["packages"][0]["findings"][0]["waived"] == {
        "reason": "why",
        "approver": "who",
        "until": "2027-12-31",
    }
    assert data["packages"][0]["verdict"] == "valid"


def test_half_a_surrogate_pair_becomes_the_replacement_character() -> None:
    data = checked(of_one("\ud800 and \udfff", name="a\ud800"))
    assert data["packages"][0]["findings"][0]["message"] == "\ufffd and \ufffd"


def test_a_line_for_a_report_is_a_line() -> None:
    assert render_json(of_one("two\nlines"), indent=None).count("\n") == 1
