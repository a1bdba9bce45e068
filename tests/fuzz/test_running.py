"""The frame notices what it is there for, keeps it, and goes on after it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fuzz import toys
from tests.fuzz.reducing import cuttings, same_fault
from tests.fuzz.running import Run

TOYS = "tests.fuzz.toys"


def test_what_fails_is_kept_and_the_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setenv(toys.MARKS, str(tmp_path))
    run = Run(7, {TOYS: toys.COUNT}, tmp_path, limit=1, say=said.append)
    assert not run.run()
    assert run.failed == [f"{TOYS}-7-{number}" for number in (1, 2, 3, 4, 7)], (
        "6 is over a limit by chance, 7 whenever it is tried"
    )
    faults = {name: (tmp_path / name / "fault.txt").read_text(encoding="utf-8") for name in run.failed}
    for fault, words in zip(
        faults.values(),
        ["ValueError: as it should", "no answer after 1 s", "ended with -6", "two reports", "two reports"],
        strict=True,
    ):
        assert words in fault
    for name, fault in faults.items():
        assert f"--seed 7 {TOYS}:{name.rsplit('-', 1)[1]}" in fault
        assert (tmp_path / name / "case" / "input.txt").is_file()
    assert f"{TOYS}: 8 tried, 5 failed" in said[-1]
    # Of the words of the one that raises, five are left out, one by one from the second on.
    assert f"{TOYS}:1:1:1:1:1:1:1\n" in faults[f"{TOYS}-7-1"]
    assert (tmp_path / f"{TOYS}-7-1" / "case" / "input.txt").read_text(encoding="utf-8") == "raises"


def test_a_run_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    assert not Run(7, {TOYS: 2}, tmp_path, say=lambda _: None).run()
    again = Run(7, {TOYS: 1, "of-more": 0}, tmp_path, say=lambda _: None)
    again.resume()
    assert not again.done, "there was nothing left to do, so it begins anew"
    kept = json.loads((tmp_path / "7.json").read_text(encoding="utf-8"))
    assert (kept["done"], kept["failed"]) == ({TOYS: 2}, [f"{TOYS}-7-1"])
    further = Run(7, {TOYS: 3}, tmp_path, limit=1, say=lambda _: None)
    further.resume()
    assert further.done == {TOYS: 2}
    assert not further.run()
    assert further.failed == [f"{TOYS}-7-1", f"{TOYS}-7-2"]


def test_bytes_are_cut_by_lines_and_a_line_by_bytes() -> None:
    assert list(cuttings(b"")) == []
    assert list(cuttings(b"ab")) == [b"b", b"a"]
    lines = list(cuttings(b"1\n2\n3\n"))
    assert lines[:2] == [b"3\n", b"1\n2\n"]
    assert {b"2\n3\n", b"1\n3\n", b"1\n2\n"} <= set(lines)
    assert all(len(less) < 100_000 for less in cuttings(b"x" * 100_000))


def test_faults_of_one_kind_are_told_by_what_was_raised() -> None:
    assert same_fault("Traceback\nValueError: a", "Traceback\nValueError: b")
    assert not same_fault("ValueError: a", "KeyError: a")
    assert not same_fault("AssertionError: a is missing", "AssertionError: b is missing")
    assert same_fault("left with 4\nthe process ended with -6", "the process ended with -11")
