"""What findings about cells say, and which are listed where there are many."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemas.grammar import PRINTED, PRINTED_AT_FIRST
from schemas.table import FORMS
from schemas.tables import TABLES
from tests import sample
from validation.engine import validate_package


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("72%", "without the % sign, here 72"),
        ("72.0 %", "without the % sign, here 72.0"),
        ("0.5%", "without the % sign, here 0.5"),
        ("32,5", "with a decimal point, here 32.5"),
        ("-0,50", "with a decimal point, here -0.50"),
        ("−15.2", "a hyphen for its sign and a full stop for its point, here -15.2"),
        ("54·5", "a hyphen for its sign and a full stop for its point, here 54.5"),
        ("–3", "a hyphen for its sign and a full stop for its point, here -3"),
        ("3–5", "a number digit for digit as it is printed"),
        ("1,012", "a number digit for digit as it is printed"),
        ("%", "a number digit for digit as it is printed"),
        ("~72%", "a number digit for digit as it is printed"),
    ],
)
def test_a_percent_sign_and_a_decimal_comma_have_their_own_words(tmp_path: Path, cell: str, said: str) -> None:
    folder = sample.write(tmp_path / "sample", sample.cell("outcomes", "percent_reported", cell))
    (finding,) = [f for f in validate_package(folder, today=sample.TODAY).findings if f.rule == "PKG036"]
    assert said in finding.message


@pytest.mark.parametrize(
    ("table", "column", "cell", "said"),
    [
        ("outcomes", "timepoint_days", "-0.0", "it must be a zero without a sign, here 0.0"),
        (
            "outcomes",
            "timepoint_days",
            "2.3333333333333333",
            "it must be a number of at most 15 digits on either side of its point",
        ),
        ("outcomes", "events", "9" * 20, "it must be a whole number of at most 18 digits"),
        ("outcomes", "timepoint_days", "056", "without spaces, leading zeros or exponent"),
    ],
)
def test_a_sign_before_zero_and_too_many_digits_are_named(tmp_path: Path, table: str, column: str, cell: str, said: str) -> None:
    folder = sample.write(tmp_path / "sample", sample.cell(table, column, cell))
    (finding,) = [f for f in validate_package(folder, today=sample.TODAY).findings if f.rule == "PKG031"]
    assert finding.message.endswith(said)


def test_a_form_is_told_in_words(tmp_path: Path) -> None:
    """Of every pattern that a cell must match, never as a regular expression."""
    patterns = {f.pattern for table in TABLES.values() for f in table.fields() if f.pattern is not None}
    assert {PRINTED_AT_FIRST, *patterns} == set(FORMS)
    folder = sample.write(tmp_path / "sample", sample.cell("sources", "url", "example.org"))
    (finding,) = [f for f in validate_package(folder, today=sample.TODAY).findings if f.rule == "PKG036"]
    assert (
        finding.message
        == "`url` is 'example.org'; it must be an address that begins with `http://` or `https://`, without spaces"
    )


def test_what_is_unstated_is_told_the_terms_that_say_so(tmp_path: Path) -> None:
    folder = sample.write(tmp_path / "sample", sample.cell("outcomes", "definition_id", "unstated"))
    (finding,) = [f for f in validate_package(folder, today=sample.TODAY).findings if f.rule == "PKG032"]
    assert "; did you mean `response.unstated` or `remission.unstated` or " in finding.message


def test_cells_that_something_else_separates_are_one_finding(tmp_path: Path) -> None:
    """Not one for each of the table's columns."""
    folder = sample.write(tmp_path / "sample")
    for separator in (";", "\t"):
        (folder / "data" / "arms.csv").write_text((folder / "data" / "arms.csv").read_text().replace(",", separator))
        (finding,) = [f for f in validate_package(folder, today=sample.TODAY).findings if f.rule == "PKG027"]
        assert finding.message == f"the cells are separated by {separator!r}; they must be separated by ','"
        sample.write(folder)


def test_each_value_is_listed_before_any_twice(tmp_path: Path) -> None:
    tables = {name: [dict(row) for row in rows] for name, rows in sample.TABLES.items()}
    for row, word in zip(tables["outcomes"], ("ITT", "ITT", "ITT", "PP"), strict=True):
        row["analysis_set"] = word
    report = validate_package(sample.write(tmp_path / "sample", tables), today=sample.TODAY, max_findings=2)
    found = [f for f in report.findings if f.rule == "PKG032"]
    assert sorted(f.message.split("'")[1] for f in found) == ["ITT", "PP"]
    assert [f.line for f in found] == sorted(f.line or 0 for f in found)


@pytest.mark.parametrize(("cell", "events"), [(".5", "2"), ("-.5", "2"), (".50", "2"), (".4", "2")])
def test_a_number_printed_without_a_nought_is_that_number(tmp_path: Path, cell: str, events: str) -> None:
    tables = {name: [dict(row) for row in rows] for name, rows in sample.TABLES.items()}
    tables["outcomes"][0] |= {"percent_reported": cell, "events": events, "n_analysed": "400"}
    tables["arms"][0] |= {"n_randomised": "400", "n_treated": "400", "n_completed": "400"}
    found = {f.rule for f in validate_package(sample.write(tmp_path / "sample", tables), today=sample.TODAY).findings}
    assert "PKG036" not in found
    assert bool(found & {"OUT003", "OUT004"}) is (cell in {"-.5", ".4"})


def test_where_the_file_says_otherwise_it_is_told_as_frictionless_tells_it(tmp_path: Path) -> None:
    """Packages of the first schemas state that a number begins with a digit: they are as valid as they were, and such a cell is none of theirs."""
    from frictionless import Package, system

    for cell, broken in (("50.0", False), (".5", True)):
        folder = sample.write(tmp_path / f"of{cell}", sample.cell("outcomes", "percent_reported", cell))
        path = folder / "datapackage.json"
        path.write_text(path.read_text().replace(json.dumps(PRINTED), json.dumps(PRINTED_AT_FIRST)))
        found = {f.rule for f in validate_package(folder, today=sample.TODAY).findings}
        assert ("PKG036" in found, "PKG009" in found) == (broken, False)
        with system.use_context(trusted=True):
            errors = Package(str(path)).validate().flatten(["type", "fieldName"])
        assert (errors == [["constraint-error", "percent_reported"]]) is broken
