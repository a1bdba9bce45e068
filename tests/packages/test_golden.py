"""The registry's own packages: accepted, and their whole reports as they were last looked at.

``UPDATE_GOLDEN=1 pytest tests/packages`` writes the reports anew; what changed is then read in the diff.
"""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from registry.packages.finding import Entry, entries
from tests import sample
from validation import validate
from validation.formats.text import render_text
from validation.report import Validity

ROOT = Path(__file__).parents[2]
GOLDEN = Path(__file__).parent / "golden"
PACKAGES = entries(ROOT)


def test_the_registry_holds_its_packages() -> None:
    assert {e.name for e in PACKAGES} >= {
        "addis-depression",
        "claims-ssri-vs-ketamine",
        "claims-stard",
        "dia-duloxetine",
        "furukawa-2019-ssri",
        "ketamine-esketamine",
        "linde-2015",
        "sypres-psilocybin",
        "treatment-profiles",
    }


@pytest.mark.parametrize("entry", PACKAGES, ids=lambda e: e.name)
def test_report(entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    report = validate(Path("datapackages") / entry.name, today=sample.TODAY)
    assert report.summary.bugs == 0
    assert report.packages[0].verdict is Validity.VALID
    found = render_text(report, width=110)
    golden = GOLDEN / f"{entry.name}.txt"
    if "UPDATE_GOLDEN" in os.environ:
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")


AUTHORED = {"claims-ssri-vs-ketamine", "claims-stard", "treatment-profiles"}
"""Packages that somebody wrote from documents, statement by statement: there is no table to map, and every source is in the data."""


@pytest.mark.parametrize("entry", PACKAGES, ids=lambda e: e.name)
def test_it_comes_with_what_makes_it_trustworthy(entry: Entry) -> None:
    readme = (entry.folder / "README.md").read_text(encoding="utf-8")
    assert "unstated" in readme.casefold()
    assert "waive" in readme.casefold()
    if entry.name in AUTHORED:
        assert not (entry.folder / "mapping.yaml").exists()
        with (entry.folder / "data" / "sources.csv").open(encoding="utf-8", newline="") as file:
            assert all(row["doi"] or row["pmid"] or row["url"] for row in csv.DictReader(file))
        return
    mapping = (entry.folder / "mapping.yaml").read_text(encoding="utf-8")
    for source in entry.descriptor["sources"]:
        assert len(source["sha256"]) == 64
        assert source["sha256"] in mapping
        assert source["path"].startswith("https://")


def test_linde_shows_each_of_its_defects_once() -> None:
    """15 arms with more remitters than responders, 2 with more who left for adverse events than left at all."""
    (package,) = validate(ROOT / "datapackages" / "linde-2015", today=sample.TODAY).packages
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
