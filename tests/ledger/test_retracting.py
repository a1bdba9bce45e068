"""Retracting: nothing is deleted, and everybody is told."""

from __future__ import annotations

import datetime

import pytest

import registry
from registry.access import RetractedWarning
from registry.errors import NotFoundError
from registry.ledger.accepting import Answer
from registry.ledger.retracting import retract
from registry.ledger.standing import Standing
from registry.ledger.store import FolderStore, ledger_of
from registry.ledger.verifying import verify
from tests import sample
from tests.ledger.conftest import Place


@pytest.fixture
def two(accepted: Place) -> Place:
    accepted.write("sample", "1.0.1", sample.cell("outcomes", "source_locator", "Table 3"))
    assert accepted.accept("sample").answer is Answer.ACCEPTED
    return accepted


def test_a_retracted_version_is_there_and_warns(two: Place) -> None:
    record, new = retract(two.root, "sample", "1.0.1", reason=" The signs are reversed ", by="me", superseded_by="sample@1.0.0")
    assert new
    assert record.data["reason"] == "The signs are reversed"
    reg = registry.open(two.root)
    assert reg.load("sample").version == "1.0.0"
    with pytest.warns(RetractedWarning, match="The signs are reversed; sample@1.0.0 replaces it"):
        package = reg.load("sample", version="1.0.1")
    assert package.retracted == "The signs are reversed"
    assert "Table 3" in package.outcomes["source_locator"].to_list()
    assert verify(two.store).whole


def test_a_folder_is_retracted_with_its_version_and_with_its_package(two: Place) -> None:
    retract(two.root, "sample", "1.0.1", reason="wrong", by="me")
    assert two.standing("sample") is Standing.RETRACTED
    with pytest.warns(RetractedWarning, match=r"sample@1\.0\.1 was retracted: wrong") as told:
        assert registry.open(two.root).load("sample", version="draft").version == "1.0.1"
    assert told[0].filename == __file__
    two.write("sample", "1.0.2", sample.cell("outcomes", "source_locator", "Table 4"))
    assert two.standing("sample") is Standing.DRAFT
    retract(two.root, "sample", None, reason="withdrawn", by="me")
    assert two.standing("sample") is Standing.RETRACTED
    assert two.accept("sample").record is not None
    assert two.standing("sample") is Standing.ACCEPTED


def test_what_is_retracted_stays_so(two: Place) -> None:
    retract(two.root, "sample", "1.0.1", reason="first", by="me")
    record, new = retract(two.root, "sample", "1.0.1", reason="second", by="me")
    assert not new
    assert record.data["reason"] == "first"
    done = two.accept("sample")
    assert done.answer is Answer.REFUSED
    assert "was retracted (first)" in str(done.reason)


def test_every_version_at_once(two: Place) -> None:
    record, _ = retract(two.root, "sample", None, reason="withdrawn", by="me")
    assert record.data["versions"] == ["1.0.0", "1.0.1"]
    with pytest.warns(RetractedWarning, match="withdrawn"):
        assert registry.open(two.root).load("sample").version == "1.0.1"


def test_a_new_version_is_held_against_the_one_before_it_retracted_or_not(two: Place) -> None:
    retract(two.root, "sample", "1.0.1", reason="wrong table", by="me")
    two.write("sample", "1.0.2", sample.cell("outcomes", "source_locator", "Table 4"))
    done = two.accept("sample")
    assert done.record is not None, done.reason
    assert done.record.data["since"] == "1.0.1"


def test_what_was_withdrawn_altogether_can_be_released_again(two: Place) -> None:
    retract(two.root, "sample", None, reason="withdrawn", by="me")
    two.write("sample", "1.0.2", sample.cell("outcomes", "source_locator", "Table 4"))
    done = two.accept("sample")
    assert done.record is not None, done.reason
    assert done.record.data["since"] == "1.0.1"
    two.write("sample", "0.9.0")
    assert "a new version must be higher" in str(two.accept("sample").reason)


@pytest.mark.parametrize(
    ("package", "version", "successor", "said"),
    [
        ("sampel", None, None, "did you mean `sample`"),
        ("sample", "9.0.0", None, "never accepted"),
        ("sample", "1.0.0", "other@1.0.0", "never accepted"),
        ("sample", "1.0.0", "sample", "has no version"),
        ("sample", "1.0.0", "sample@1.0.0", "would be retracted with it"),
    ],
)
def test_what_cannot_be_retracted(two: Place, package: str, version: str | None, successor: str | None, said: str) -> None:
    before = two.files()
    with pytest.raises((NotFoundError, ValueError), match=said):
        retract(two.root, package, version, reason="r", by="me", superseded_by=successor)
    assert two.files() == before


def test_a_reason_is_owed(two: Place) -> None:
    with pytest.raises(ValueError, match="needs a reason"):
        retract(two.root, "sample", "1.0.0", reason="  ", by="me")


def test_a_clock_that_goes_back_is_noticed(two: Place, caplog: pytest.LogCaptureFixture) -> None:
    earlier = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    record, _ = retract(two.root, "sample", "1.0.1", reason="wrong", by="me", now=earlier)
    assert "the clock says 2020-01-01T00:00:00Z, but the last record is dated 20" in caplog.text
    done = verify(two.store)
    assert done.whole
    assert done.backwards == (
        f"record 3 is dated 2020-01-01T00:00:00Z, before the record above it ({record_before(two, record.sequence)})",
    )


def record_before(place: Place, sequence: int) -> str:
    return str(ledger_of(FolderStore(place.store)).records[sequence - 2].data["at"])
