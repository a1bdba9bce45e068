"""The fixed packages: their whole reports as they were last looked at.

``UPDATE_GOLDEN=1 pytest tests/packages`` writes the reports anew; what changed is then read in the diff.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from registry.packages.finding import Entry, entries
from registry.validating import validate
from tests import fixed, sample
from validation.formats.text import render_text
from validation.report import Validity

GOLDEN = Path(__file__).parent / "golden"
PACKAGES = entries(fixed.registry())


@pytest.mark.parametrize("entry", PACKAGES, ids=lambda e: e.name)
def test_report(entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(fixed.registry())
    report = validate(Path("datapackages") / entry.name, today=sample.TODAY)
    assert report.summary.bugs == 0
    assert report.packages[0].verdict is Validity.VALID
    found = render_text(report, width=110)
    golden = GOLDEN / f"{entry.name}.txt"
    if "UPDATE_GOLDEN" in os.environ:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


def test_linde_shows_each_of_its_defects_once() -> None:
    """15 arms with more remitters than responders, 2 with more who left for adverse events than left at all."""
    (package,) = validate(fixed.registry() / "datapackages" / "linde-2015", today=sample.TODAY).packages
    places = {
        rule: [f.key["study_id"] + "/" + f.key["arm_id"] for f in package.findings if f.rule == rule]
        for rule in ("OUT007", "OUT010")
    }
    assert places["OUT010"] == ["linde-135/1", "linde-135/2"]
    assert len(places["OUT007"]) == len(set(places["OUT007"])) == 15
    waived = {f.rule for f in package.findings if f.waived}
    assert waived == {"OUT010"}


def test_what_is_no_response_or_remission_can_not_be_submitted_as_one(tmp_path: Path) -> None:
    """Suicidal ideation at 0, or a reduction by 30%, under a name that says response or remission: there is no such definition."""
    for definition in ("remission.cssrs-iss.eq0", "response.madrs.ge30pct"):
        package = sample.write(tmp_path / "sample", sample.cell("outcomes", "definition_id", definition))
        (report,) = validate(package, today=sample.TODAY).packages
        assert report.verdict is Validity.INVALID
        (finding,) = (f for f in report.findings if f.rule == "PKG032")
        assert definition in finding.message
