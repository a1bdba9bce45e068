"""What a waiver covers, how long, and that neither a limit on listing nor a fault of ours is mistaken for the data's."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests import sample
from validation import listing, validate
from validation.report import Result, Validity

WAIVER = {
    "rule": "OUT001",
    "where": {"study_id": "trial", "arm_id": "drug"},
    "reason": "The report prints it so.",
    "approver": "A. Maintainer",
    "until": "2027-12-31",
}


def broken(folder: Path, waivers: list[dict[str, Any]]) -> Path:
    """The sample with every count of responders above its denominator."""
    tables = {name: [dict(r) for r in rows] for name, rows in sample.TABLES.items()}
    for row in tables["outcomes"]:
        row |= {"events": "50", "percent_reported": "", "definition_id": row["definition_id"]}
    return sample.write(folder, tables, {"waivers": waivers})


@pytest.mark.parametrize("limit", [0, 1, 20])
def test_a_waiver_is_used_whether_its_findings_are_listed_or_not(tmp_path: Path, limit: int) -> None:
    everywhere = {**WAIVER, "where": {"study_id": "trial"}}
    (package,) = validate(broken(tmp_path / "sample", [everywhere]), today=sample.TODAY, max_findings=limit).packages
    outcomes = {o.rule: o for o in package.outcomes}
    assert outcomes["OUT001"].result is Result.WAIVED
    assert (outcomes["OUT001"].violations, outcomes["OUT001"].waived) == (4, 4)
    assert outcomes["PKG042"].result is Result.PASSED
    assert sum(f.rule == "OUT001" for f in package.findings) == min(limit, 4)
    assert package.verdict is Validity.VALID


def test_a_waiver_covers_its_rows_and_no_others(tmp_path: Path) -> None:
    (package,) = validate(broken(tmp_path / "sample", [WAIVER]), today=sample.TODAY).packages
    waived = {f.key["arm_id"]: f.waived is not None for f in package.findings if f.rule == "OUT001"}
    assert waived == {"drug": True, "placebo": False}
    assert package.verdict is Validity.INVALID


@pytest.mark.parametrize("where", [{"file": "data/outcomes.csv"}, {"column": "events"}])
def test_a_waiver_may_name_the_file_or_the_column(tmp_path: Path, where: dict[str, str]) -> None:
    (package,) = validate(broken(tmp_path / "sample", [{**WAIVER, "where": where}]), today=sample.TODAY).packages
    assert package.verdict is Validity.VALID


@pytest.mark.parametrize("where", [None, {}, [], "trial", ["study_id"]])
def test_a_waiver_that_says_nowhere_covers_nothing(tmp_path: Path, where: Any) -> None:
    (package,) = validate(broken(tmp_path / "sample", [{**WAIVER, "where": where}]), today=sample.TODAY).packages
    assert package.verdict is Validity.INVALID
    assert [f.waived for f in package.findings if f.rule == "OUT001"] == [None] * 4
    (finding,) = (f for f in package.findings if f.rule == "PKG040")
    assert "`where`" in finding.message


def test_an_expired_waiver_covers_nothing_and_says_so(tmp_path: Path) -> None:
    folder = broken(tmp_path / "sample", [{**WAIVER, "where": {"study_id": "trial"}}])
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


def test_a_long_value_does_not_make_a_long_message() -> None:
    assert len(listing._message(_rule(), {"doi": "x" * 10**6}, ["doi"])) < 400


def _rule() -> Any:
    from validation.catalogue import catalogue

    return replace(catalogue()["SRC009"], message=None)
