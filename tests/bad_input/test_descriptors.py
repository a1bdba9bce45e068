"""Folders without a package and descriptors that aren't one: always a finding, never an exception."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests import sample
from tests.bad_input.packages import DESCRIPTOR, checked, checked_together, of, rules, small
from validation.bounds import LARGEST
from validation.opening import Held
from validation.report import Result, Validity


def _unreadable(folder: Path) -> str:
    """What is said of a package whose descriptor can't be read, and that nothing else is said of it."""
    report = checked(folder)
    (finding,) = report.findings
    assert (finding.rule, finding.file) == ("PKG001", DESCRIPTOR)
    assert report.verdict is Validity.INVALID
    skipped = [o for o in report.outcomes if o.rule != "PKG001"]
    assert {o.result for o in skipped} == {Result.SKIPPED}
    assert {o.reason for o in skipped} == {"the package has no readable descriptor"}
    return finding.message


def test_empty_folder(tmp_path: Path) -> None:
    assert "there is none in the folder" in _unreadable(tmp_path)


def test_package_that_is_not_there(tmp_path: Path) -> None:
    assert "there is none in the folder" in _unreadable(tmp_path / "nowhere")


def test_file_instead_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("a,b\n")
    assert "there is none in the folder" in _unreadable(tmp_path / "table.csv")


def test_folder_called_as_the_descriptor_is(tmp_path: Path) -> None:
    folder = sample.write(tmp_path / DESCRIPTOR)
    assert checked(folder).findings == ()


def test_descriptor_itself_may_be_named(tmp_path: Path) -> None:
    folder = sample.write(tmp_path / "sample")
    assert checked(folder / DESCRIPTOR).verdict is Validity.VALID


DEEP = 100_000
TEXTS = {
    "not-json": (b"name: sample\n", "not JSON"),
    "cut-off": (b'{"name": "sample", "resources": [', "not JSON"),
    "empty": (b"", "not JSON"),
    "list": (b"[]", "a list"),
    "text": (b'"sample"', "a text"),
    "null": (b"null", "null"),
    "number": (b"5", "a number"),
    "utf-16": ('{"name": "sample"}'.encode("utf-16"), "not UTF-8"),
    "utf-16-without-mark": ('{"name": "sample"}'.encode("utf-16-le"), "not JSON"),
    "latin-1": ('{"name": "café"}'.encode("latin-1"), "not UTF-8"),
    "byte-order-mark": (b'\xef\xbb\xbf{"name": "sample"}', "not JSON"),
    "nul": (b'{"name": "sam\0ple"}', "not JSON"),
    "nan": (b'{"name": "sample", "size": NaN}', "NaN"),
    "infinity": (b'{"name": "sample", "size": -Infinity}', "-Infinity"),
    "number-too-large": (b'{"name": "sample", "size": 1e999}', "1e999"),
    "number-too-large-and-long": (b'{"size": -' + b"9" * 9999 + b".5}", "too large a number"),
    "number-of-9999-digits": (b'{"size": ' + b"9" * 9999 + b"}", "not JSON that can be read"),
    "duplicate-key": (b'{"name": "sample", "name": "other"}', "'name' twice"),
    "duplicate-key-below": (b'{"name": "sample", "resources": [{"path": "a.csv", "path": "b.csv"}]}', "'path' twice"),
    "half-a-character": (b'{"name": "sample", "title": "\\ud800"}', "half of a character"),
    "half-a-character-in-a-path": (b'{"resources": [{"name": "sources", "path": "\\udcff.csv"}]}', "half of a character"),
    "deep-lists": (b"[" * DEEP + b"]" * DEEP, "nested too deeply"),
    "deep-in-a-member": (b'{"a": ' + b"[" * 60 + b"]" * 60 + b"}", "nested too deeply"),
    "deep-objects": (b'{"a": ' * 900 + b"1" + b"}" * 900, "nested too deeply"),
}


@pytest.mark.parametrize(("content", "why"), TEXTS.values(), ids=TEXTS)
def test_descriptor_that_cannot_be_read(content: bytes, why: str, tmp_path: Path) -> None:
    (tmp_path / DESCRIPTOR).write_bytes(content)
    assert why in _unreadable(tmp_path)


def test_descriptor_of_50_megabytes(tmp_path: Path) -> None:
    with (tmp_path / DESCRIPTOR).open("wb") as file:
        file.write(b'{"name": "sample"}')
        file.truncate(50 << 20)
    assert f"{50 << 20:,} bytes" in _unreadable(tmp_path)


def test_descriptor_of_the_largest_size_is_looked_at(tmp_path: Path) -> None:
    folder = sample.write(tmp_path / "sample")
    text = (folder / DESCRIPTOR).read_text()
    (folder / DESCRIPTOR).write_text(text + " " * (LARGEST - len(text.encode())))
    assert checked(folder).findings == ()


def test_many_resources_end_in_findings(tmp_path: Path) -> None:
    data = {"name": tmp_path.name, "resources": [{"name": f"r{i % 50}", "path": f"r{i}.csv"} for i in range(1_000)]}
    (tmp_path / DESCRIPTOR).write_text(json.dumps(data))
    assert {"PKG004", "PKG005", "PKG007", "PKG008", "PKG013"} <= rules(tmp_path)


def test_descriptor_that_is_a_fifo(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / DESCRIPTOR)
    assert "not a regular file" in _unreadable(tmp_path)


def test_descriptor_that_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / DESCRIPTOR).mkdir()
    assert "not a regular file" in _unreadable(tmp_path)


def test_descriptor_that_is_a_link(tmp_path: Path) -> None:
    whole = sample.write(tmp_path / "whole")
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / DESCRIPTOR).symlink_to(whole / DESCRIPTOR)
    assert "not a regular file" in _unreadable(tmp_path / "linked")


def test_descriptor_that_may_not_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = sample.write(tmp_path / "sample")
    opened = Held.open

    def refused(held: Held, name: str, flags: int = os.O_RDONLY) -> int:
        if name == DESCRIPTOR:
            raise PermissionError(13, "Permission denied", name)
        return opened(held, name, flags)

    monkeypatch.setattr(Held, "open", refused)
    (finding,) = _findings_of(folder)
    assert "can't be opened" in finding


def _findings_of(folder: Path) -> list[str]:
    from validation import validate

    return [f.message for f in validate(folder, today=sample.TODAY).packages[0].findings]


ODD = [None, True, -1, 3.5, "", "a b", "http://127.0.0.1:1/x", "/etc/passwd", [], {}, [1], [None], [{}], [[]], {"name": []}]
MEMBERS = ["name", "path", "schema", "dialect", "hash", "bytes", "format", "encoding", "type", "profile", "$schema", "licenses"]
MEMBERS += ["profiles", "stats", "layout", "rows", "fields", "mediatype"]


def _anything(*members: str) -> list[Any]:
    """Each member with odd values: by default a third of them, another third for the next member; all of them in the long run."""
    return [
        pytest.param(member, ODD[(i + part) % 3 :: 3], id=f"{member}-{part}", marks=pytest.mark.slow if part else ())
        for i, member in enumerate(members)
        for part in range(3)
    ]


@pytest.mark.parametrize(("member", "odds"), _anything(*MEMBERS))
def test_member_of_a_resource_that_is_anything(
    member: str, odds: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stands in a member, there is a report; and nothing is fetched. Each of the sample's resources has an odd value of its own."""
    _forbid_network(monkeypatch)
    folder = sample.write(tmp_path / "sample")
    data = json.loads((folder / DESCRIPTOR).read_text())
    for resource, odd in zip(data["resources"], odds, strict=True):
        resource[member] = odd
    (folder / DESCRIPTOR).write_text(json.dumps(data))
    checked(folder)


@pytest.mark.parametrize(
    ("member", "odds"),
    _anything("name", "resources", "version", "licenses", "contributors", "waivers", "$schema", "profile", "profiles"),
)
def test_member_of_a_package_that_is_anything(
    member: str, odds: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _forbid_network(monkeypatch)
    folders = [small(tmp_path / str(number) / "sample") for number, _ in enumerate(odds)]
    for folder, odd in zip(folders, odds, strict=True):
        data = json.loads((folder / DESCRIPTOR).read_text())
        (folder / DESCRIPTOR).write_text(json.dumps({**data, member: odd}))
    checked_together(folders)


@pytest.mark.parametrize(
    ("member", "odds"), _anything("fields", "primaryKey", "foreignKeys", "missingValues", "uniqueKeys", "fieldsMatch")
)
def test_member_of_a_schema_that_is_anything(
    member: str, odds: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _forbid_network(monkeypatch)
    folder = sample.write(tmp_path / "sample")
    data = json.loads((folder / DESCRIPTOR).read_text())
    for resource, odd in zip(data["resources"], odds, strict=True):
        resource["schema"][member] = odd
    (folder / DESCRIPTOR).write_text(json.dumps(data))
    checked(folder)


def _forbid_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("an address was opened")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)


def test_name_of_a_megabyte_is_not_printed_whole(tmp_path: Path) -> None:
    folder = sample.write(tmp_path / "sample", descriptor={"name": "a" * 1_000_000, "version": "b" * 1_000_000})
    assert {"PKG011", "PKG012"} <= rules(folder)


def test_control_characters_in_names_are_not_printed_raw(tmp_path: Path) -> None:
    folder = sample.write(tmp_path / "sample")
    data = json.loads((folder / DESCRIPTOR).read_text())
    data["resources"][0]["name"] = "sources\x1b[31m\n::error::"
    data["version"] = "\x1b]0;title\x07"
    (folder / DESCRIPTOR).write_text(json.dumps(data))
    report = checked(folder)  # which asserts that every message is printable
    assert {"PKG005", "PKG011"} <= {f.rule for f in report.findings}


def test_duplicate_key_is_said_once_whichever_counts(tmp_path: Path) -> None:
    folder = sample.write(tmp_path / "sample")
    text = (folder / DESCRIPTOR).read_text().replace('"version": "1.0.0"', '"version": "1.0.0", "version": "2.0.0"')
    (folder / DESCRIPTOR).write_text(text)
    (finding,) = of(checked(folder), "PKG001")
    assert "keep only one" in finding.message


def test_package_through_a_link_to_its_folder(tmp_path: Path) -> None:
    """Somebody who names a link names what it leads to; only what the package itself holds must not be one."""
    sample.write(tmp_path / "sample")
    (tmp_path / "link").symlink_to(tmp_path / "sample")
    assert checked(tmp_path / "link").findings == ()
