"""Waived errors are accepted by whoever looked at them, and what was accepted with its waivers keeps them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import registry
from registry.building import build
from registry.ledger.accepting import Acceptance, Answer, accept
from registry.ledger.records import Ledger
from registry.ledger.verifying import verify
from registry.packages.descriptor import waivers
from registry.packages.finding import find_entry, read_entry
from schemas.tables import TABLES
from tests import sample
from tests.cli.invoking import outcomes
from tests.ledger.conftest import Place
from validation.report import Validity

KEY = TABLES["outcomes"].key()
BROAD = {
    **{"rule": "OUT001", "where": {"study_id": "trial"}, "reason": "I say so.", "approver": "me", "until": "9999-12-31"},
}


def spoilt(place: Place, version: str = "1.0.0", waived: list[dict[str, Any]] | None = None) -> Path:
    """The sample with more responders than participants in one row, and by default a waiver for it."""
    tables = sample.cell("outcomes", "events", "50")
    tables["outcomes"][0] |= {"percent_reported": ""}
    row = tables["outcomes"][0]
    good = {**BROAD, "where": {name: row[name] for name in KEY}, "approver": "A. Maintainer", "until": "2027-12-31"}
    return place.write("sample", version, tables, waivers=[good] if waived is None else waived)


def accepted_with(place: Place, *, with_waivers: bool) -> Acceptance:
    return accept(place.root, find_entry(place.root, "sample"), by="tester", with_waivers=with_waivers, today=sample.TODAY)


def test_waived_errors_are_listed_and_accepted_only_on_request(place: Place) -> None:
    spoilt(place)
    before = place.files()
    done = accepted_with(place, with_waivers=False)
    assert done.answer is Answer.REFUSED
    assert "--with-waivers" in str(done.reason)
    assert [(waiver.rule, waiver.where["arm_id"], covers) for waiver, covers in done.waived] == [("OUT001", "drug", 1)]
    assert place.files() == before
    done = accepted_with(place, with_waivers=True)
    assert done.answer is Answer.ACCEPTED
    assert done.record is not None
    assert done.record.data["waivers"][0]["approver"] == "A. Maintainer"
    assert len(done.waived) == 1
    assert accepted_with(place, with_waivers=False).answer is Answer.ALREADY


def test_a_waived_warning_needs_no_request(place: Place) -> None:
    tables = sample.cell("sources", "correction_status", "unchecked")
    waiver = {**BROAD, "rule": "SRC006", "where": {"source_id": "report"}, "approver": "A. Maintainer", "until": "2027-12-31"}
    place.write("sample", "1.0.0", tables, waivers=[waiver])
    done = accepted_with(place, with_waivers=False)
    assert done.answer is Answer.ACCEPTED
    assert done.waived == []


def test_the_command_lists_them(place: Place) -> None:
    spoilt(place)
    done = outcomes("accept", "sample", "--by", "tester", cwd=place.root)
    assert done.returncode == 1
    said = " ".join(done.stderr.split())
    assert "waived: OUT001 events-exceed-analysed, 1 of its errors, at study_id trial, arm_id drug, definition_id" in said
    assert "until 2027-12-31, by A. Maintainer: I say so." in said
    assert "--with-waivers" in said
    done = outcomes("accept", "sample", "--by", "tester", "--with-waivers", cwd=place.root)
    assert (done.returncode, "Accepted sample@1.0.0" in done.stdout) == (0, True)
    assert "waived: OUT001" in done.stderr


@pytest.fixture
def of_old(place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A registry in which a package was accepted when a waiver could still be for everything, by anybody, for ever."""
    folder = spoilt(place, waived=[BROAD])
    assert accepted_with(place, with_waivers=True).answer is Answer.INVALID
    with monkeypatch.context() as before:
        before.setattr(Ledger, "granted", lambda *_: waivers(read_entry(folder).descriptor))
        assert accepted_with(place, with_waivers=True).answer is Answer.ACCEPTED
    return place


def test_what_was_accepted_before_stays(of_old: Place) -> None:
    assert verify(of_old.store).whole
    made = build(of_old.root, today=sample.TODAY, drafts=True)
    assert made.database is not None
    assert made.report.packages[0].verdict is Validity.VALID
    assert registry.open(of_old.root).load("sample").outcomes.height == 4
    # The count stays as it is printed, and no more people than there were are in a comparison.
    kept = registry.open(of_old.root).sql(
        "SELECT (FROM outcomes SELECT max(events)) AS told, (FROM comparable_rates SELECT max(events)) AS compared"
    )
    assert kept.rows() == [(50, 14)]
    assert accepted_with(of_old, with_waivers=False).answer is Answer.ALREADY
    done = outcomes("validate", "sample", "--today", "2026-11-23", cwd=of_old.root)
    assert done.returncode == 0, done.stdout
    resources = read_entry(of_old.folder("sample")).descriptor["resources"]
    of_old.descriptor("sample", resources=resources[::-1])
    assert accepted_with(of_old, with_waivers=False).answer is Answer.ALREADY


def test_a_new_version_must_renew_them(of_old: Place) -> None:
    of_old.descriptor("sample", version="1.0.1", title="Another title")
    done = accepted_with(of_old, with_waivers=True)
    assert done.answer is Answer.INVALID
    assert done.report is not None
    assert {f.rule for f in done.report.packages[0].findings} >= {"PKG043", "PKG044", "PKG045"}
    assert build(of_old.root, today=sample.TODAY, drafts=True).database is None


def test_nor_may_an_accepted_version_take_more(of_old: Place) -> None:
    more = {**BROAD, "rule": "OUT002"}
    of_old.descriptor("sample", waivers=[BROAD, more])
    (package,) = build(of_old.root, today=sample.TODAY, drafts=True).report.packages
    assert {f.message.split(":")[0] for f in package.findings if f.rule == "PKG043"} == {"waiver 2 (OUT002)"}
