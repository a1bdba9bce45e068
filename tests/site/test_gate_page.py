"""The page of the gate: every rule on the registry as a whole, its outcome, and never "nowhere" of what wasn't checked."""

from __future__ import annotations

from pathlib import Path

import registry
from registry.building import build
from registry.site.making import make_site
from tests import sample
from tests.site.test_site import text_of
from validation.catalogue import catalogue
from validation.report import Finding, Outcome, PackageReport, Result
from validation.rule import Severity

MESSAGE = "`results` of <b onload=x> differ"


def test_without_the_gate_nothing_is_said_to_hold(site: Path) -> None:
    page = text_of(site / "gate.html")
    assert "Not run for this site" in page
    rules = [rule.id for rule in catalogue().values() if rule.relation is not None]
    assert page.count("not checked") == len(rules) > 20
    for rule in rules:
        assert rule in page
        said = text_of(site / "rules" / f"{rule}.html")
        assert "wasn’t checked for this site" in said
        assert "Nowhere" not in said


def test_what_became_of_each_rule_is_on_its_page_and_on_that_of_the_gate(tmp_path: Path) -> None:
    sample.write(tmp_path / "datapackages" / "sample")
    assert build(tmp_path, today=sample.TODAY, drafts=True).database
    report = PackageReport(
        name="the registry",
        version=None,
        path="registry.duckdb",
        outcomes=(
            Outcome("REG001", Result.VIOLATED, checked=30, violations=2),
            Outcome("REG002", Result.PASSED, checked=4),
            Outcome("REG009", Result.NOT_APPLICABLE, reason="no participants are in two packages"),
        ),
        findings=(Finding("REG001", Severity.WARNING, "the registry", MESSAGE, key={"package": "sample", "study_id": "trial"}),),
    )
    opened = registry.open(tmp_path)
    with opened.connect() as con:
        make_site(opened, con, tmp_path / "site", gate=report)
    page = text_of(tmp_path / "site" / "gate.html")
    assert "1 violated" in page
    assert "1 passed" in page
    assert "1 not applicable" in page
    assert "no participants are in two packages" in page
    assert "Where: 1 of 2" in page
    assert "results of <b onload=x> differ" in page
    assert "<b onload" not in (tmp_path / "site" / "gate.html").read_text(encoding="utf-8")
    assert "results of <b onload=x> differ" in text_of(tmp_path / "site" / "rules" / "REG001.html")
    assert "Nowhere: the gate found nothing" in text_of(tmp_path / "site" / "rules" / "REG002.html")
    assert "wasn’t checked for this site" in text_of(tmp_path / "site" / "rules" / "REG003.html")
