"""The chain: what stands in it can't be changed by a byte without being found."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.ledger.records import FIRST, Ledger, LedgerError, next_record, read_ledger


def written(*names: str) -> bytes:
    ledger = Ledger()
    for name in names:
        members = {
            **{"kind": "retract", "package": name, "version": None, "versions": ["1.0.0"], "superseded_by": None},
            **{"at": "2026-11-23T00:00:00Z", "by": "é", "reason": "naïve – “quoted”\n\x00"},
        }
        ledger = Ledger((*ledger.records, next_record(ledger, members)))
    return b"".join(r.line() for r in ledger.records)


LEDGER = written("one", "two", "three")
LINES = LEDGER.splitlines(keepends=True)


def test_it_reads_what_it_wrote() -> None:
    ledger = read_ledger(LEDGER)
    assert [r.package for r in ledger.records] == ["one", "two", "three"]
    assert [r.sequence for r in ledger.records] == [1, 2, 3]
    assert ledger.records[0].data["previous"] == FIRST
    assert ledger.records[2].data["previous"] == ledger.records[1].hash
    assert b"".join(r.line() for r in ledger.records) == LEDGER


@pytest.mark.parametrize("bit", [0x01, 0x20, 0x0A ^ 0x20, 0x80])
def test_every_byte_that_is_changed_is_found(bit: int) -> None:
    for place in range(len(LEDGER)):
        changed = bytearray(LEDGER)
        changed[place] ^= bit
        with pytest.raises(LedgerError):
            read_ledger(bytes(changed))


@given(st.integers(0, len(LINES[2]) - 2))
def test_an_append_that_was_cut_off_counts_for_nothing(length: int) -> None:
    ledger = read_ledger(LINES[0] + LINES[1] + LINES[2][:length])
    assert [r.package for r in ledger.records] == ["one", "two"]
    assert ledger.unfinished == length


def test_a_record_that_lost_its_line_feed_is_a_record() -> None:
    ledger = read_ledger(LEDGER[:-1])
    assert [r.package for r in ledger.records] == ["one", "two", "three"]
    assert ledger.unended


@pytest.mark.parametrize("rest", [b"hello", b"\0" * 4096, b" ", b"{}", b'{"at":"2026","hash":"x"}'])
def test_what_no_record_ever_wrote_is_damage(rest: bytes) -> None:
    with pytest.raises(LedgerError, match="line 4"):
        read_ledger(LEDGER + rest)


@pytest.mark.parametrize(
    "members",
    [
        {"kind": "merge"},
        {"kind": "accept", "package": "p"},
        {"kind": "retract", "package": "p", "versions": "1.0.0"},
    ],
)
def test_a_record_that_is_not_understood_is_said_to_be(members: dict[str, object]) -> None:
    with pytest.raises(LedgerError, match="can't read it"):
        read_ledger(next_record(Ledger(), {"at": "2026-11-23T00:00:00Z", **members}).line())


@pytest.mark.parametrize(
    "lines",
    [
        LINES[1:],
        [LINES[0], LINES[2]],
        [LINES[1], LINES[0]],
        [LINES[0], LINES[0]],
        [*LINES, LINES[2]],
        [b"\n", *LINES],
        [*LINES, b"\n"],
    ],
    ids=["first gone", "one gone", "turned round", "twice", "last twice", "empty line before", "empty line after"],
)
def test_records_that_were_taken_out_put_in_or_moved_are_found(lines: list[bytes]) -> None:
    with pytest.raises(LedgerError):
        read_ledger(b"".join(lines))


@pytest.mark.parametrize("content", [b"[]\n", b"null\n", b'{"hash":1}\n', b"\xff\n", b"{" * 100_000 + b"\n", b'{"hash":"x"}\n'])
def test_what_is_no_ledger_is_told_by_line(content: bytes) -> None:
    with pytest.raises(LedgerError, match="line 1"):
        read_ledger(content)


@given(st.binary(max_size=60))
def test_nothing_makes_it_crash(content: bytes) -> None:
    with contextlib.suppress(LedgerError):
        read_ledger(content)


def test_versions_are_ordered_as_semver_orders_them() -> None:
    ledger = Ledger()
    for version in ("1.10.0", "1.9.0", "2.0.0-rc.1"):
        ledger = Ledger((*ledger.records, next_record(ledger, {"kind": "accept", "package": "p", "version": version})))
    assert list(ledger.accepted("p")) == ["1.9.0", "1.10.0", "2.0.0-rc.1"]
    latest = ledger.latest("p")
    assert latest is not None
    assert latest.version == "1.10.0"  # a pre-release is not what users get
