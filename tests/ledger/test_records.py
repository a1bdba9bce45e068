"""The chain: what stands in it can't be changed by a byte without being found."""

from __future__ import annotations

import contextlib
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.ledger import model, records
from registry.ledger.forms import fault_of
from registry.ledger.model import NAME, VERSION
from registry.ledger.records import FIRST, Ledger, LedgerError, Record, canonical_json, digest_of, next_record, read_ledger
from schemas import grammar
from validation.files import fault_of_path

DIGEST = "sha256:" + "ab" * 32
FILE = {"hash": DIGEST, "bytes": 7}


def accepted(package: str, version: str = "1.0.0", **members: object) -> dict[str, Any]:
    """The members of a record that says so."""
    return {
        **{"kind": "accept", "package": package, "version": version, "since": None, "note": None, "content": DIGEST},
        **{"at": "2026-11-23T00:00:00Z", "by": "é", "ruleset": {"version": "0.1.0", "digest": DIGEST}},
        "release": {**FILE, "path": f"{package}@{version}.json"},
        "files": [{**FILE, "path": "datapackage.json"}],
        "tables": {"arms": {"rows": 2, "digest": DIGEST, "parquet": {**FILE, "path": f"objects/{DIGEST[7:]}.parquet"}}},
        "report": f"objects/{DIGEST[7:]}.json",
        "summary": dict.fromkeys(("errors", "warnings", "notes", "waived"), 0),
        **{"findings": {}, "waivers": []},
        **members,
    }


def retracted(package: str, **members: object) -> dict[str, Any]:
    return {
        **{"kind": "retract", "package": package, "version": None, "versions": ["1.0.0"], "superseded_by": None},
        **{"at": "2026-11-23T00:00:00Z", "by": "é", "reason": "naïve – “quoted”\n\x00"},
        **members,
    }


def chained(*members: dict[str, Any]) -> bytes:
    """Records as somebody writes them who knows how to make a chain, whatever they say."""
    previous, lines = FIRST, []
    for number, said in enumerate(members, 1):
        data = {**said, "sequence": number, "previous": previous}
        data["hash"] = previous = digest_of(canonical_json(data))
        lines.append(Record(data).line())
    return b"".join(lines)


def written(*names: str) -> bytes:
    ledger = Ledger()
    for members in [accepted(names[0]), *(accepted(n) if n != "one" else retracted(n) for n in names[1:])]:
        ledger = Ledger((*ledger.records, next_record(ledger, members)))
    return b"".join(r.line() for r in ledger.records)


LEDGER = written("one", "two", "one")
LINES = LEDGER.splitlines(keepends=True)


def test_it_reads_what_it_wrote() -> None:
    ledger = read_ledger(LEDGER)
    assert [r.package for r in ledger.records] == ["one", "two", "one"]
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
    assert [r.package for r in ledger.records] == ["one", "two", "one"]
    assert ledger.unended


@pytest.mark.parametrize("rest", [b"hello", b"\0" * 4096, b" ", b"{}", b'{"at":"2026","hash":"x"}'])
def test_what_no_record_ever_wrote_is_damage(rest: bytes) -> None:
    with pytest.raises(LedgerError, match="line 4"):
        read_ledger(LEDGER + rest)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ([{**accepted("p"), "kind": "merge"}], r"line 1: the member `kind` is \"merge\"; it must be one of accept, retract"),
        ([accepted("p"), {**accepted("q"), "tables": {"arms": {}}}], r"line 2: the member `tables\.arms\.rows` is missing"),
        ([accepted("p", at="yesterday")], '`at` is "yesterday"; it must be a time in UTC'),
        ([accepted("p", at="2026-02-30T00:00:00Z")], "`at` is .*; it must be a time"),
        ([accepted("P/../../q")], "`package` is .*; it must be the name of a package"),
        ([accepted("p", version="1.0")], '`version` is "1.0"; it must be a semantic version'),
        ([accepted("p", report="../secret.json")], r"`report` is \"\.\./secret\.json\"; it must be `objects/`"),
        ([accepted("p", files=[{**FILE, "path": "../x"}])], r"`files\[0\]\.path` is .*; it must be the path of a file inside"),
        ([accepted("p", files=[])], "`datapackage.json` among them"),
        ([accepted("p", release={**FILE, "path": "q@1.0.0.json"})], r"`release\.path` must be 'p@1\.0\.0\.json'"),
        ([accepted("p", summary={"errors": True})], r"`summary\.errors` is true; it must be a whole number"),
        ([accepted("p"), accepted("p")], "line 2: p@1.0.0 was already accepted by record 1"),
        ([accepted("p", since="0.9.0")], "it names p@0.9.0, which was never accepted"),
        ([retracted("p")], "it names p@1.0.0, which was never accepted"),
        ([accepted("p"), retracted("p", versions=[])], "`versions` must name the versions"),
        ([accepted("p"), retracted("p", superseded_by="q")], '`superseded_by` is "q"; it must be a package and its version'),
        ([accepted("p"), retracted("p", superseded_by="q@1.0.0")], "it names q@1.0.0, which was never accepted"),
    ],
)
def test_a_record_that_is_not_understood_is_said_to_be(members: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(LedgerError, match=said) as told:
        read_ledger(chained(*members))
    assert "this version of outcomes can't read it" in str(told.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: [b"\xef\xbb\xbf" + lines[0], *lines[1:]], "line 1: it begins with a byte order mark"),
        (lambda lines: [*lines, b"\n"], "line 4: it is no longer JSON but blank: every line is a record"),
        (lambda lines: [*lines, b" \r\n"], "line 4: it is no longer JSON but blank"),
        (lambda lines: [lines[0], b"\n", *lines[1:]], "line 2: it is no longer JSON but blank"),
        (lambda lines: [lines[0], b"<<<<<<< HEAD\n", *lines[1:]], "line 2: it is a mark of a merge that git left undone"),
        (lambda lines: [*lines[:2], b"=======\n", lines[2]], "line 3: it is a mark of a merge"),
        (lambda lines: [*lines, b">>>>>>> branch\n"], "line 4: it is a mark of a merge"),
        (
            lambda lines: [lines[0].replace(b'":', b'": '), *lines[1:]],
            "line 1: it says what was recorded in other bytes: spaces, order",
        ),
        (lambda lines: [lines[0].replace(b"one", b"two"), *lines[1:]], "line 1: its content doesn't have the hash"),
    ],
)
def test_what_editors_and_git_leave_is_named(change: Callable[[list[bytes]], list[bytes]], said: str) -> None:
    lines = written("one", "two", "three").splitlines(keepends=True)
    with pytest.raises(LedgerError, match=said):
        read_ledger(b"".join(change(lines)))


def test_what_a_later_version_adds_is_passed_over() -> None:
    later = accepted("p", signature={"key": "…"}, files=[{**FILE, "path": "datapackage.json", "licence": "MIT"}])
    (record,) = read_ledger(chained(later)).records
    assert record.data["signature"] == {"key": "…"}
    assert record.line() == chained(later)


def test_nothing_is_written_that_could_not_be_read_again() -> None:
    with pytest.raises(ValueError, match="can't be written into the ledger: the member `by`"):
        next_record(Ledger(), accepted("p", by=" "))
    with pytest.raises(ValueError, match="was never accepted"):
        next_record(Ledger(), retracted("p"))


def test_names_and_versions_are_those_of_the_rules() -> None:
    """What validation lets through, the ledger must be able to read. Names may be those of older rules: once accepted, they stay."""
    for version in ("1.0.0", "0.3.0-rc.1", "1.0.0+build.5", "1.0", "01.0.0", "1.0.٣", "1.0.0-", f"{'9' * 60}.0.0", "1.0.0\n"):
        assert VERSION.holds(version) is grammar.is_version(version), version
    for name in ("linde-2015", "a", "a.b_c-d", "a" * 100, "A", "-a", "a/b", "ä", ""):
        assert NAME.holds(name) or not grammar.is_package_name(name), name
    for path in ("data/a.csv", "./data//a.csv", "a b.csv", "é.csv", "/etc/passwd", "../a", "a/../b", "a\\b", "a\0", ""):
        assert (fault_of([path], [model._INSIDE]) is None) is (fault_of_path(path) is None), path


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
        ledger = Ledger((*ledger.records, next_record(ledger, accepted("p", version))))
    assert list(ledger.accepted("p")) == ["1.9.0", "1.10.0", "2.0.0-rc.1"]
    latest = ledger.latest("p")
    assert latest is not None
    assert latest.version == "1.10.0"  # a pre-release is not what users get


LARGE = 20_000_000


@pytest.mark.parametrize(
    "content",
    [
        b"\n" * LARGE,
        b"{}\n" * (LARGE // 3),
        b'{"a":[' + b"{}," * (LARGE // 3) + b"{}]}\n",
        b'{"at":"","b":[' + b"{}," * (LARGE // 3),
        b'{"at":"' + b"x" * LARGE,
    ],
    ids=["empty lines", "empty records", "a long line", "a long beginning", "a long text"],
)
def test_what_is_no_ledger_takes_little_more_memory_than_its_bytes(content: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(
            LedgerError, match=r"line 1: (it is no longer JSON|it is not a record|it is longer than the .* bytes)"
        ):
            read_ledger(content)
        assert tracemalloc.get_traced_memory()[1] < 3 * LARGE
    finally:
        tracemalloc.stop()


def test_no_record_is_written_that_is_too_long_to_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    record = next_record(Ledger(), accepted("one", note="x" * 1000))
    monkeypatch.setattr(records, "LONGEST_RECORD", len(record.line()))
    assert read_ledger(record.line()).records == (record,)
    with pytest.raises(ValueError, match="longer than"):
        next_record(Ledger(), accepted("one", note="x" * 1001))
