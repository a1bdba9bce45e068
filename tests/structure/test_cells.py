"""What findings about cells say, and which are listed where there are many."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import sample
from validation.engine import validate_package


@pytest.mark.parametrize(
    ("cell", "said"),
    [("72%", "here 72"), ("72.0 %", "here 72.0"), ("0.5%", "here 0.5"), ("%", "of the form"), ("~72%", "of the form")],
)
def test_a_percent_sign_has_its_own_words(tmp_path: Path, cell: str, said: str) -> None:
    folder = sample.write(tmp_path / "sample", sample.cell("outcomes", "percent_reported", cell))
    (finding,) = [f for f in validate_package(folder, today=sample.TODAY).findings if f.rule == "PKG036"]
    assert said in finding.message
    assert ("without the % sign" in finding.message) is said.startswith("here")


def test_each_value_is_listed_before_any_twice(tmp_path: Path) -> None:
    tables = {name: [dict(row) for row in rows] for name, rows in sample.TABLES.items()}
    for row, word in zip(tables["outcomes"], ("ITT", "ITT", "ITT", "PP"), strict=True):
        row["analysis_set"] = word
    report = validate_package(sample.write(tmp_path / "sample", tables), today=sample.TODAY, max_findings=2)
    found = [f for f in report.findings if f.rule == "PKG032"]
    assert sorted(f.message.split("'")[1] for f in found) == ["ITT", "PP"]
    assert [f.line for f in found] == sorted(f.line or 0 for f in found)
