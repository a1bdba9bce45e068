"""What a waiver covers, how long, and that neither a limit on listing nor a fault of ours is mistaken for the data's."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from schemas.tables import TABLES
from tests import sample
from validation import listing, validate
from validation.report import Result, Validity
from validation.rule import Severity
from validation.waiving import horizon, is_nobody

WAIVER = {
    "rule": "OUT001",
    "where": {},
    "reason": "The report prints it so.",
    "approver": "A. Maintainer",
    "until": "2027-12-31",
}


KEY = tuple(TABLES["outcomes"].key())
EACH = [{**WAIVER, "where": {name: row[name] for name in KEY}} for row in sample.TABLES["outcomes"]]
"""A waiver for each of the sample's rows of outcomes."""


def broken(folder: Path, waivers: list[dict[str, Any]]) -> Path:
    """The sample with every count of responders above its denominator."""
    tables = {name: [dict(r) for r in rows] for name, rows in sample.part("outcomes").items()}
    for row in tables["outcomes"]:
        row |= {"events": "50", "percent_reported": "", "definition_id": row["definition_id"]}
    return sample.write(folder, tables, {"waivers": waivers})


@pytest.mark.parametrize("limit", [0, 1, 20])
def test_a_waiver_is_used_whether_its_findings_are_listed_or_not(tmp_path: Path, limit: int) -> None:
    (package,) = validate(broken(tmp_path / "sample", EACH), today=sample.TODAY, max_findings=limit).packages
    outcomes = {o.rule: o for o in package.outcomes}
    assert outcomes["OUT001"].result is Result.WAIVED
    assert (outcomes["OUT001"].violations, outcomes["OUT001"].waived) == (4, 4)
    assert outcomes["PKG042"].result is Result.PASSED
    assert sum(f.rule == "OUT001" for f in package.findings) == min(limit, 4)
    assert package.verdict is Validity.VALID
    assert [(waiver.where, covers) for waiver, covers in package.waivers] == [(w["where"], 1) for w in EACH]


def test_a_waiver_covers_its_row_and_no_other(tmp_path: Path) -> None:
    (package,) = validate(broken(tmp_path / "sample", EACH[:1]), today=sample.TODAY).packages
    waived = [f.key for f in package.findings if f.rule == "OUT001" and f.waived is not None]
    assert waived == [EACH[0]["where"]]
    assert package.verdict is Validity.INVALID
    assert package.standing(Severity.ERROR) == 3


@pytest.mark.parametrize(
    ("beside", "covers"), [({"file": "data/outcomes.csv"}, 4), ({"column": "events"}, 4), ({"column": "n"}, 0)]
)
def test_a_waiver_may_name_the_file_or_the_column_too(tmp_path: Path, beside: dict[str, str], covers: int) -> None:
    waivers = [{**w, "where": w["where"] | beside} for w in EACH]
    (package,) = validate(broken(tmp_path / "sample", waivers), today=sample.TODAY).packages
    assert next(o.waived for o in package.outcomes if o.rule == "OUT001") == covers
    assert "PKG043" not in {f.rule for f in package.findings}


@pytest.mark.parametrize(("column", "covers"), [("accessed", 1), ("checked_on", 1), ("title", 0)])
def test_a_waiver_may_name_each_column_that_a_rule_points_at(tmp_path: Path, column: str, covers: int) -> None:
    waiver = {**WAIVER, "rule": "SRC013", "where": {"source_id": "report", "column": column}}
    tables = sample.cell("sources", "accessed", "2031-01-01")
    (package,) = validate(sample.write(tmp_path / "sample", tables, {"waivers": [waiver]}), today=sample.TODAY).packages
    assert next(o.waived for o in package.outcomes if o.rule == "SRC013") == covers


@pytest.mark.parametrize("day", [None, ""])
def test_an_empty_cell_of_a_key_is_named_by_null(tmp_path: Path, day: str | None) -> None:
    waivers = [{**w, "where": w["where"] | {"timepoint_days": day}} for w in EACH]
    folder = broken(tmp_path / "sample", waivers)
    (package,) = validate(folder, today=sample.TODAY).packages
    assert next(o.waived for o in package.outcomes if o.rule == "OUT001") == 0
    path = folder / "data" / "outcomes.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",56,randomisation", ",,randomisation"), encoding="utf-8")
    (package,) = validate(folder, today=sample.TODAY).packages
    assert next(o.waived for o in package.outcomes if o.rule == "OUT001") == 4


@pytest.mark.parametrize("number", ["56", 56, 56.0])
def test_a_number_in_where_is_that_of_the_cell(tmp_path: Path, number: object) -> None:
    waivers = [{**w, "where": w["where"] | {"timepoint_days": number}} for w in EACH]
    (package,) = validate(broken(tmp_path / "sample", waivers), today=sample.TODAY).packages
    assert package.verdict is Validity.VALID


BROAD = [
    {"study_id": "trial"},
    {"file": "data/outcomes.csv"},
    {"column": "events"},
    {n: EACH[0]["where"][n] for n in KEY if n != "analysis_set"},
]


@pytest.mark.parametrize("where", BROAD)
def test_a_waiver_of_more_than_a_row_is_an_error(tmp_path: Path, where: dict[str, str]) -> None:
    (package,) = validate(broken(tmp_path / "sample", [{**WAIVER, "where": where}]), today=sample.TODAY).packages
    (finding,) = (f for f in package.findings if f.rule == "PKG043")
    assert "`analysis_set`" in finding.message
    assert package.verdict is Validity.INVALID


def test_a_waiver_without_all_of_the_key_is_not_one_for_several_impossible_rows(tmp_path: Path) -> None:
    tables = {name: [dict(r) for r in rows] for name, rows in sample.part("outcomes").items()}
    first = {**tables["outcomes"][0], "percent_reported": ""}
    tables["outcomes"] = [{**first, "events": "120"}, {**first, "missing_data": "locf", "events": "150"}]
    where = {n: v for n, v in EACH[0]["where"].items() if n not in {"timepoint_anchor", "missing_data"}}
    package = sample.write(tmp_path / "sample", tables, {"waivers": [{**WAIVER, "where": where}]})
    report = validate(package, today=sample.TODAY).packages[0]
    assert report.verdict is Validity.INVALID
    assert "`missing_data`, and covers 2 rows; it must" in next(f.message for f in report.findings if f.rule == "PKG043")


def test_a_waiver_by_the_key_of_earlier_times_stands_while_it_covers_one_row(tmp_path: Path) -> None:
    where = {n: v for n, v in EACH[0]["where"].items() if n not in {"timepoint_anchor", "missing_data"}}
    report = validate(broken(tmp_path / "sample", [{**WAIVER, "where": where}]), today=sample.TODAY).packages[0]
    assert [f.rule for f in report.findings if f.rule == "PKG043"] == []


@pytest.mark.parametrize("where", [{"label": "Drug"}, {"label": ""}, {"arm_id": ["drug", "placebo"]}, {"arm_id": {"a": 1}}])
def test_a_waiver_of_what_no_row_has_covers_nothing_and_is_an_error(tmp_path: Path, where: dict[str, Any]) -> None:
    waivers = [{**WAIVER, "where": EACH[0]["where"] | where}]
    (package,) = validate(broken(tmp_path / "sample", waivers), today=sample.TODAY).packages
    assert next(o.waived for o in package.outcomes if o.rule == "OUT001") == 0
    assert {"PKG042", "PKG043"} <= {f.rule for f in package.findings}


@pytest.mark.parametrize(
    ("today", "last"),
    [("2026-11-23", "2028-11-23"), ("2028-02-29", "2030-02-28"), ("9998-03-01", "9999-03-01"), ("9999-12-31", "9999-12-31")],
)
def test_a_waiver_ends_within_two_years(tmp_path: Path, today: str, last: str) -> None:
    day = datetime.date.fromisoformat(today)
    assert horizon(day) == datetime.date.fromisoformat(last)
    found = {}
    for until in (last, "9999-12-31"):
        folder = broken(tmp_path / until, [{**w, "until": until} for w in EACH])
        (package,) = validate(folder, today=day).packages
        found[until] = sum(o.violations for o in package.outcomes if o.rule == "PKG044")
    assert found[last] == 0
    assert found["9999-12-31"] == (4 if last != "9999-12-31" else 0)


NOBODY = [
    "me",
    "Me.",
    "ME",
    "i",
    "x",
    " x ",
    "self",
    "m e",
    "m\u200be",
    "\uff4d\uff45",
    "N/A",
    "--",
    "42",
    "tbd",
    "author",
    "The author",
    "this package's maintainers",
]


@pytest.mark.parametrize("name", NOBODY)
def test_an_approver_that_names_nobody(name: str) -> None:
    assert is_nobody(name)


def test_an_approver_that_names_nobody_is_an_error(tmp_path: Path) -> None:
    waivers = [{**w, "approver": name} for w in EACH for name in NOBODY]
    (package,) = validate(broken(tmp_path / "sample", waivers), today=sample.TODAY).packages
    assert next(o.violations for o in package.outcomes if o.rule == "PKG045") == len(waivers)
    assert package.verdict is Validity.INVALID


@pytest.mark.parametrize(
    "name", ["A. Maintainer", "jdoe", "trial-outcomes maintainers", "Wu", "李明", "Mo", "O'Neil", "You Na", "Nguyen The Anh"]
)
def test_an_approver_that_names_somebody_is_none(name: str) -> None:
    assert not is_nobody(name)


def test_what_was_accepted_with_a_version_is_not_asked_again(tmp_path: Path) -> None:
    old = {**WAIVER, "where": {"study_id": "trial"}, "approver": "me", "until": "2090-12-31"}
    folder = broken(tmp_path / "sample", [old])
    new = {"PKG043", "PKG044", "PKG045"}
    (package,) = validate(folder, today=sample.TODAY).packages
    assert new <= {f.rule for f in package.findings}
    asked: list[tuple[str, str | None]] = []

    def granted(name: str, version: str | None) -> list[dict[str, Any]]:
        asked.append((name, version))
        return [old]

    (package,) = validate(folder, today=sample.TODAY, granted=granted).packages
    assert asked == [("sample", "1.0.0")]
    assert not new & {f.rule for f in package.findings}
    assert package.verdict is Validity.VALID
    (package,) = validate(folder, today=sample.TODAY, granted=lambda *_: [{**old, "reason": "Another."}]).packages
    assert new <= {f.rule for f in package.findings}
    (package,) = validate(folder, today=datetime.date(2091, 1, 1), granted=granted).packages
    assert package.verdict is Validity.INVALID


@pytest.mark.parametrize("where", [None, {}, [], "trial", ["study_id"]])
def test_a_waiver_that_says_nowhere_covers_nothing(tmp_path: Path, where: Any) -> None:
    (package,) = validate(broken(tmp_path / "sample", [{**WAIVER, "where": where}]), today=sample.TODAY).packages
    assert package.verdict is Validity.INVALID
    assert [f.waived for f in package.findings if f.rule == "OUT001"] == [None] * 4
    (finding,) = (f for f in package.findings if f.rule == "PKG040")
    assert "`where`" in finding.message


def test_an_expired_waiver_covers_nothing_and_says_so(tmp_path: Path) -> None:
    folder = broken(tmp_path / "sample", EACH)
    (package,) = validate(folder, today=datetime.date(2028, 1, 1)).packages
    assert package.verdict is Validity.INVALID
    assert {"OUT001", "PKG041"} <= {f.rule for f in package.findings}
    assert "PKG042" not in {f.rule for f in package.findings}


def test_a_message_that_can_not_be_made_is_our_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from validation import catalogue as home

    def fails(row: dict[str, Any]) -> dict[str, Any]:
        raise ZeroDivisionError

    rules = dict(home.catalogue())
    rules["OUT001"] = replace(rules["OUT001"], message="{x}", details=fails)
    for module in ("validation.meaning", "validation.engine"):
        monkeypatch.setattr(f"{module}.catalogue", lambda: rules)
    (package,) = validate(broken(tmp_path / "sample", []), today=sample.TODAY).packages
    outcome = next(o for o in package.outcomes if o.rule == "OUT001")
    assert outcome.result is Result.ERRORED
    assert "ZeroDivisionError" in str(outcome.reason)
    assert not [f for f in package.findings if f.rule == "OUT001"]
    assert package.bugs == 1


def test_a_rule_on_a_missing_column_is_skipped_and_says_which(tmp_path: Path) -> None:
    folder = sample.write(tmp_path / "sample")
    path = folder / "data" / "sources.csv"
    lines = [line.split(",") for line in path.read_text().splitlines()]
    gone = lines[0].index("doi")
    path.write_text("".join(",".join(c for i, c in enumerate(cells) if i != gone) + "\n" for cells in lines), encoding="utf-8")
    (package,) = validate(folder, today=sample.TODAY).packages
    outcomes = {o.rule: o for o in package.outcomes}
    assert outcomes["PKG027"].result is Result.VIOLATED
    assert outcomes["SRC004"].result is Result.SKIPPED
    assert outcomes["SRC004"].reason == "the file has no column `doi`"


@pytest.mark.parametrize(
    ("expression", "reason"),
    [(pl.col("events") * 2, "gives Int64"), (pl.col("events").head(2), "length"), (pl.col("evnts") > 0, "events")],
)
def test_a_rule_that_says_neither_true_nor_false_is_our_fault_and_no_other_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expression: pl.Expr, reason: str
) -> None:
    from validation import catalogue as home

    rules = dict(home.catalogue())
    rules["OUT002"] = replace(rules["OUT002"], body=lambda: expression)
    for module in ("validation.meaning", "validation.engine"):
        monkeypatch.setattr(f"{module}.catalogue", lambda: rules)
    (package,) = validate(broken(tmp_path / "sample", []), today=sample.TODAY).packages
    outcomes = {o.rule: o for o in package.outcomes}
    assert [o.rule for o in package.outcomes if o.result is Result.ERRORED] == ["OUT002"]
    assert reason in str(outcomes["OUT002"].reason)
    assert outcomes["OUT001"].violations == 4


def test_a_long_value_does_not_make_a_long_message() -> None:
    rows = pl.DataFrame({"_line": [2], "doi": ["x" * 10**6]})
    assert max(map(len, listing._messages(_rule(), rows))) < 400


def _rule() -> Any:
    from validation.catalogue import catalogue

    return replace(catalogue()["SRC009"], message=None)
