"""Paths that lead out of the package, nowhere, or to what would hang or burst the reader."""

from __future__ import annotations

import gzip
import json
import os
import stat
from pathlib import Path

import pytest

from tests import sample
from tests.bad_input.packages import DESCRIPTOR, HEADER, ROW, checked, of, rules, sealed, small, with_file, with_resource
from validation import validate
from validation.opening import Held
from validation.report import Validity

OUTSIDE = [
    "/etc/passwd",
    "/dev/zero",
    "../x.csv",
    "data/../../x.csv",
    "~/x.csv",
    "C:\\x.csv",
    "C:/x.csv",
    "\\\\server\\x.csv",
    "data\\sources.csv",
    "http://127.0.0.1:1/x.csv",
    "https://example.org/x.csv",
    "file:///etc/passwd",
    "s3://bucket/x.csv",
    "data:text/csv,a",
    "data/\0.csv",
    "",
    ".",
    "./",
    "data",
    ["data/sources.csv", "data/studies.csv"],
    [],
    5,
    None,
    {"a": 1},
]


@pytest.mark.parametrize("path", OUTSIDE, ids=repr)
def test_path_that_may_not_be_followed(path: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("an address was opened")

    monkeypatch.setattr("socket.socket.connect", refuse)
    (tmp_path / "x.csv").write_text("secret\n")
    folder = small(tmp_path / "sample")
    data = json.loads((folder / DESCRIPTOR).read_text())
    data["resources"][0]["path"] = path
    (folder / DESCRIPTOR).write_text(json.dumps(data))
    report = checked(folder)
    (finding,) = of(report, "PKG003")
    assert finding.file == DESCRIPTOR
    assert report.verdict is Validity.INVALID
    assert "secret" not in str(report)
    assert not of(report, "PKG035"), "what can't be read isn't said to lack rows"


@pytest.mark.parametrize(
    "path", ["data/absent.csv", "absent/sources.csv", "data/sources.csv/x.csv", "data/" + "a" * 300 + ".csv"]
)
def test_path_to_nothing(path: str, tmp_path: Path) -> None:
    report = checked(with_resource(tmp_path / "sample", path=path))
    assert len(of(report, "PKG004")) == 1
    assert not of(report, "PKG035")


@pytest.mark.parametrize(
    ("there", "path", "said"),
    [
        ("größe.csv", "data/gro\u0308ße.csv", "; 'data/größe.csv' is, whose name differs in the encoding of an accent"),
        ("Sources.csv", "data/sources.csv", "; 'data/Sources.csv' is, whose name differs in capitals"),
        ("other.csv", "data/sources.csv", ""),
    ],
)
def test_path_to_a_name_written_otherwise(there: str, path: str, said: str, tmp_path: Path) -> None:
    folder = with_resource(tmp_path / "sample", path=path)
    (folder / "data" / "sources.csv").rename(folder / "data" / there)
    if (folder / path).exists():
        pytest.skip("this file system takes the two for one")
    (finding,) = of(checked(folder), "PKG004")
    assert finding.message.endswith(f"{path!r} is not in the package{said}")


@pytest.mark.parametrize("where", ["out", "in", "to-a-device", "nowhere"])
def test_link_as_the_file(where: str, tmp_path: Path) -> None:
    folder = small(tmp_path / "sample")
    (tmp_path / "x.csv").write_text(f"{HEADER}\n{ROW}\n")
    target = {"out": tmp_path / "x.csv", "in": Path("studies.csv"), "to-a-device": Path("/dev/zero"), "nowhere": Path("none")}
    (folder / "data/sources.csv").unlink()
    (folder / "data/sources.csv").symlink_to(target[where])
    (finding,) = of(checked(folder), "PKG003")
    assert "link" in finding.message


def test_link_on_the_way(tmp_path: Path) -> None:
    folder = small(tmp_path / "sample")
    (folder / "data").rename(tmp_path / "data")
    (folder / "data").symlink_to(tmp_path / "data")
    assert len(of(checked(folder), "PKG003")) == 2


def test_fifo_does_not_hang(tmp_path: Path) -> None:
    folder = small(tmp_path / "sample")
    (folder / "data/sources.csv").unlink()
    os.mkfifo(folder / "data/sources.csv")
    (finding,) = of(checked(folder), "PKG003")
    assert "not a regular file" in finding.message


def test_device_is_not_read(tmp_path: Path) -> None:
    folder = small(tmp_path / "sample")
    (folder / "data/sources.csv").unlink()
    try:
        os.mknod(folder / "data/sources.csv", stat.S_IFCHR | 0o600, os.makedev(1, 5))  # as /dev/zero
    except PermissionError:
        pytest.skip("this account may not make a device")
    (finding,) = of(checked(folder), "PKG003")
    assert "not a regular file" in finding.message


def _bomb() -> bytes:
    return gzip.compress(b"0" * (64 << 20), 9)


def test_gzip_bomb_named_csv(tmp_path: Path) -> None:
    (finding,) = of(checked(with_file(tmp_path / "sample", _bomb())), "PKG022")
    assert "gzip" in finding.message


def test_gzip_bomb_named_gz(tmp_path: Path) -> None:
    folder = small(tmp_path / "sample")
    (folder / "data/sources.csv.gz").write_bytes(_bomb())
    sealed(folder, {0: {"path": "data/sources.csv.gz"}})
    assert {"PKG006", "PKG022"} <= rules(folder)


@pytest.mark.parametrize("ending", ["gz", "zst", "parquet", "xlsx", "json", "txt", "CSV"])
def test_plain_table_under_another_ending(ending: str, tmp_path: Path) -> None:
    """It's read as what it is, never unpacked by its name."""
    folder = small(tmp_path / "sample")
    (folder / "data/sources.csv").rename(folder / f"data/sources.{ending}")
    sealed(folder, {0: {"path": f"data/sources.{ending}"}})
    assert rules(folder) == (set() if ending == "CSV" else {"PKG006"})


NAMES = [
    "[a-z]*.csv",
    "a?.csv",
    "{a,b}.csv",
    "so'urces.csv",
    'so"urces.csv',
    "a;b.csv",
    "a b.csv",
    "größe ≥ 3.csv",
    "治療.csv",
    "-rf.csv",
    "%41.csv",
    "a\nb.csv",
    "a\x1b[31mb.csv",
    "year=2020.csv",
    "'); DROP TABLE outcomes; --.csv",
]


@pytest.mark.parametrize("name", NAMES)
def test_name_of_a_file_is_only_a_name(name: str, tmp_path: Path) -> None:
    folder = small(tmp_path / "sample")
    (folder / "data/decoy.csv").write_text("not,the,file\n")
    (folder / "data/a.csv").write_text("not,the,file\n")
    (folder / "data/sources.csv").rename(folder / f"data/{name}")
    seen = {"PKG014"} if "\x1b" in name else set()  # a descriptor may have such a path, and is told of it
    assert rules(sealed(folder, {0: {"path": f"data/{name}"}})) == seen


@pytest.mark.parametrize("parent", ["year=2020", "[a-z]", "a b", "größe", "~", "s3:", "*"])
def test_name_of_a_folder_above_is_only_a_name(parent: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small(tmp_path / parent / "sample")
    assert rules(folder) == set()
    monkeypatch.chdir(tmp_path)
    assert rules(Path(parent) / "sample") == set()


def test_folder_whose_name_is_not_utf8(tmp_path: Path) -> None:
    folder = small(tmp_path / "sample")
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    odd.mkdir()
    folder.rename(odd / "sample")
    assert rules(odd / "sample") == set()


def test_two_resources_with_one_name(tmp_path: Path) -> None:
    folder = small(tmp_path / "sample")
    sealed(folder, {1: {"name": "sources"}})
    assert "PKG007" in rules(folder)


@pytest.mark.parametrize("path", ["data/sources.csv", "./data/sources.csv", "data//sources.csv", "data/./sources.csv"])
def test_two_resources_for_one_file(path: str, tmp_path: Path) -> None:
    folder = small(tmp_path / "sample")
    sealed(folder, {1: {"path": path}})
    assert "PKG007" in rules(folder)


@pytest.mark.parametrize(
    "name", ['outcomes"; DROP TABLE outcomes; --', "outcomes'; SELECT 1; --", "text.outcomes", "information_schema", "run"]
)
def test_resource_name_with_sql(name: str, tmp_path: Path) -> None:
    folder = small(tmp_path / "sample")
    sealed(folder, {1: {"name": name}})
    assert "PKG005" in rules(folder)


def test_file_that_may_not_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small(tmp_path / "sample")
    opened = Held.open

    def refused(held: Held, name: str, flags: int = os.O_RDONLY) -> int:
        if name == "sources.csv":
            raise PermissionError(13, "Permission denied", name)
        return opened(held, name, flags)

    monkeypatch.setattr(Held, "open", refused)
    (report,) = validate(folder, today=sample.TODAY).packages
    (finding,) = of(report, "PKG004")
    assert "Permission denied" in finding.message
    assert report.verdict is Validity.INVALID
    assert not of(report, "PKG035")


@pytest.mark.parametrize("what", ["deleted", "truncated", "replaced", "grown", "made-latin-1"])
def test_file_that_changes_while_it_is_looked_at(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was hashed isn't what was read, so nothing can be said: a plain error that names the file."""
    from validation import engine

    folder = sample.write(tmp_path / "sample")
    path = folder / "data/outcomes.csv"
    load = engine._load

    def changed(*args: object) -> object:
        text = path.read_bytes()
        if what == "deleted":
            path.unlink()
        elif what == "truncated":
            os.truncate(path, 300)
        elif what == "grown":
            path.write_bytes(text + text.splitlines(keepends=True)[1].replace(b"drug", b"other"))
        elif what == "made-latin-1":
            path.write_bytes(text.replace(b"Table 2", b"Tab\xe9"))
        else:
            (folder / "new.csv").write_bytes(text.replace(b",20,", b",21,"))
            (folder / "new.csv").replace(path)
        return load(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "_load", changed)
    with pytest.raises(OSError, match=r"outcomes\.csv"):
        validate(folder, today=sample.TODAY)
