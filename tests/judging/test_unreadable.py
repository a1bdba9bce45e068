"""A cell that can't be read is one fault, and one finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import sample
from validation import validate

_VISIT = {
    "study_id": "trial",
    "instrument_id": "madrs",
    "timepoint_days": "56",
    "timepoint_anchor": "randomisation",
    "analysis_set": "randomised",
    "missing_data": "locf",
    "value_origin": "reported",
    "source_id": "report",
}
_MEAN = {**_VISIT, "statistic": "endpoint", "estimate": "raw", "n": "40", "sd": "9.0", "sd_reported": "9.0"}
_PRINTED = {"value": "-3.3", "low": "-7.0", "high": "0.4", "p": "0.08"}
_EVENTS = {"study_id": "trial", "term": "Nausea", "serious": "false", "n_at_risk": "40", "source_id": "report"}
TABLES = {
    **sample.TABLES,
    "scores": [
        {**_MEAN, "arm_id": "drug", "mean": "15.0", "mean_reported": "15.0"},
        {**_MEAN, "arm_id": "placebo", "mean": "18.3", "mean_reported": "18.3"},
    ],
    "contrasts": [
        {
            **_VISIT,
            **_PRINTED,
            **{f"{name}_reported": text for name, text in _PRINTED.items()},
            "arm_id": "drug",
            "other_arm_id": "placebo",
            "measure": "mean-difference",
            "adjusted": "true",
            "level": "95",
        }
    ],
    "harms": [
        {**_EVENTS, "arm_id": "drug", "events": "8", "percent_reported": "20.0", "value_origin": "reported"},
        {**_EVENTS, "arm_id": "placebo", "events": "4", "percent_reported": "10.0", "value_origin": "reported"},
    ],
}


BESIDE = {
    "sources": {"source_id": {"PKG036"}},
    "studies": {"study_id": {"PKG036"}},
    "arms": {"study_id": {"ARM001", "STU010"}, "arm_id": {"PKG036"}},
}
"""By table, the keys that rows refer to, with what is found besides those."""


def _with(table: str, column: str, cell: str) -> dict[str, list[dict[str, str]]]:
    first, *others = TABLES[table]
    return {**TABLES, table: [{**first, column: cell}, *others]}


@pytest.mark.parametrize("cell", ["12a", "-0.0"])
@pytest.mark.parametrize("table", TABLES)
def test_one_cell_that_cannot_be_read_is_one_finding(table: str, cell: str, tmp_path: Path) -> None:
    columns = list(TABLES[table][0])
    packages = [sample.write(tmp_path / name / "sample", _with(table, name, cell)) for name in columns]
    sound = sample.write(tmp_path / "sound" / "sample", TABLES)
    *reports, whole = validate([*packages, sound], today=sample.TODAY).packages
    always = {f.rule for f in whole.findings}
    unread = 0
    for column, report in zip(columns, reports, strict=True):
        found = [(f.rule, f.line, f.column) for f in report.findings if f.rule not in always]
        if {"PKG031", "PKG032"} & {rule for rule, _, _ in found}:
            unread += 1
            assert [place for _, *place in found] == [[found[0][1], column]]
    assert unread > 1


@pytest.mark.parametrize("table", TABLES)
def test_a_word_for_nothing_is_one_finding_in_any_column(table: str, tmp_path: Path) -> None:
    """Also in texts of a form. What refers to a key that was spoilt leads nowhere, row by row; an arm of no study is missing in its own, too."""
    columns = list(TABLES[table][0])
    packages = [sample.write(tmp_path / name / "sample", _with(table, name, "n/a")) for name in columns]
    sound = sample.write(tmp_path / "sound" / "sample", TABLES)
    *reports, whole = validate([*packages, sound], today=sample.TODAY).packages
    always = {f.rule for f in whole.findings}
    found = {
        name: [f.rule for f in report.findings if f.rule not in always] for name, report in zip(columns, reports, strict=True)
    }
    several = {name: {*rules} for name, rules in found.items() if len(rules) > 1}
    assert {name: rules - {"PKG035"} for name, rules in several.items()} == BESIDE.get(table, {})
    assert any(found.values())


def test_a_measure_that_cannot_be_read_is_not_taken_for_a_difference(tmp_path: Path) -> None:
    (row,) = TABLES["contrasts"]
    printed = {"value": "1.59", "low": "0.51", "high": "4.98", "p": "0.42"}
    ratio = {**row, **printed, **{f"{name}_reported": text for name, text in printed.items()}, "instrument_id": ""}
    spoilt = {**TABLES, "contrasts": [{**ratio, "definition_id": "response.madrs.ge50pct", "measure": "n/a"}]}
    (report,) = validate(sample.write(tmp_path / "sample", spoilt), today=sample.TODAY).packages
    assert [f.rule for f in report.findings if f.rule.startswith(("PKG", "CON"))] == ["PKG032"]


def test_what_else_is_wrong_in_the_row_is_found(tmp_path: Path) -> None:
    """One unreadable cell hides nothing that doesn't rest on it."""
    spoilt = _with("outcomes", "timepoint_days", "week 8")
    spoilt["outcomes"][0]["events"] = "41"
    (report,) = validate(sample.write(tmp_path / "sample", spoilt), today=sample.TODAY).packages
    assert {"PKG031", "OUT001"} <= {f.rule for f in report.findings}
