"""Verifying: every byte of the store, offline."""

from __future__ import annotations

import contextlib
import tracemalloc

import pytest

import registry
from registry.errors import ChangedError, NotFoundError
from registry.ledger.records import LedgerError
from registry.ledger.retracting import retract
from registry.ledger.verifying import verify
from tests import sample
from tests.ledger.conftest import Place
from tests.ledger.mutating import chain, records_of


@pytest.fixture
def two(accepted: Place) -> Place:
    accepted.write("other", tables=sample.cell("outcomes", "source_locator", "Table 9"))
    accepted.accept("other")
    retract(accepted.root, "other", "1.0.0", reason="It was a copy", by="tester")
    return accepted


def test_what_is_whole_is_called_whole(two: Place) -> None:
    done = verify(two.store)
    assert done.whole
    assert (done.records, done.leftovers) == (3, ())
    assert done.files == sum(1 for p in two.store.rglob("*") if p.is_file() and p.name != "lock")


def test_a_byte_that_is_flipped_in_any_file_is_found(two: Place) -> None:
    files = [p for p in sorted(two.store.rglob("*")) if p.is_file() and p.name != "lock"]
    assert len(files) > 15
    for path in files:
        content = path.read_bytes()
        for place in {0, len(content) // 2, len(content) - 1}:
            changed = bytearray(content)
            changed[place] ^= 0x01
            path.write_bytes(bytes(changed))
            done = verify(two.store)
            assert not done.whole, (path.name, place)
            assert path.name in done.damages[0].file
        path.write_bytes(content)
    assert verify(two.store).whole


def test_a_file_that_is_gone_is_found(two: Place) -> None:
    for path in [p for p in sorted(two.store.rglob("*")) if p.is_file() and p.name != "lock"]:
        content = path.read_bytes()
        path.unlink()
        done = verify(two.store)
        assert not done.whole
        assert "is missing" in done.damages[0].message
        path.write_bytes(content)


def test_the_first_record_that_differs_is_named(two: Place) -> None:
    (report,) = list(two.store.glob("sample@*.json"))
    report.write_text(report.read_text() + " ")
    done = verify(two.store)
    assert done.damages[0].record == 1
    assert "sample@1.0.0 (record 1)" in done.damages[0].message


def test_line_ends_that_git_changed_are_told_as_such(two: Place) -> None:
    for pattern in ("sample@*.json", "objects/*.csv"):
        path = next(two.store.glob(pattern))
        content = path.read_bytes()
        path.write_bytes(content.replace(b"\n", b"\r\n"))
        (damage, *_) = verify(two.store).damages
        assert "line ends" in damage.message, damage
        assert ".gitattributes" in damage.message
        path.write_bytes(content)


def test_what_no_record_names_is_no_part_of_it(two: Place) -> None:
    (two.store / "stray@1.0.0.json").write_text("{}")
    done = verify(two.store)
    assert done.whole
    assert done.leftovers == ("stray@1.0.0.json",)
    (two.store / "objects" / f"{'0' * 64}.csv").write_text("a\n")
    assert not verify(two.store).whole  # an object that isn't what its name says


def test_where_nothing_was_accepted_there_is_nothing_to_verify(place: Place) -> None:
    with pytest.raises(NotFoundError, match="nothing is accepted"):
        verify(place.store)


def test_nothing_is_accepted_onto_a_ledger_that_was_changed(accepted: Place) -> None:
    path = accepted.store / "ledger.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"tester"', b'"Tester"'))
    accepted.write("other")
    before = accepted.files()
    with pytest.raises(LedgerError, match="line 1"):
        accepted.accept("other")
    assert accepted.files() == before


@pytest.mark.parametrize("size", [2**33, 2**40, 2**62, 10**30])
def test_a_size_that_no_file_has_takes_no_memory(accepted: Place, size: int) -> None:
    (record,) = records_of(accepted.store)
    record["release"]["bytes"] = size
    (accepted.store / "ledger.jsonl").write_bytes(chain([record]))
    tracemalloc.start()
    try:
        with contextlib.suppress(ChangedError):
            registry.open(accepted.root).load("sample")
        verify(accepted.store)
        assert tracemalloc.get_traced_memory()[1] < 100_000_000
    finally:
        tracemalloc.stop()
