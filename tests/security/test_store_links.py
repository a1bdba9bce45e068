"""No part of the store is a link, a pipe or a folder in a file's place: what writes refuses it, what reads never follows it, and
``verify`` names it.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

import registry
from registry.ledger.store import DamagedError
from tests.cli.invoking import Done, outcomes
from tests.security.conftest import state

ACCEPT = ("accept", "other", "--by", "tester")
RETRACT = ("retract", "sample@1.0.0", "--reason", "t", "--by", "tester")


def _place(root: Path, word: str) -> Path:
    """The part of the store that a word means."""
    store = root / ".registry"
    record = json.loads((store / "ledger.jsonl").read_bytes().splitlines()[0])
    named = {
        "store": store,
        "tmp": store / "tmp",
        "objects": store / "objects",
        "lock": store / "lock",
        "ledger": store / "ledger.jsonl",
        "release": store / "sample@1.0.0.json",
        "next release": store / "other@1.0.0.json",
        "table": store / record["tables"]["outcomes"]["parquet"]["path"],
        "report": store / record["report"],
        "stray object": store / "objects" / f"{'0' * 64}.csv",
        "stray": store / "notes",
    }
    return named[word]


def _spoil(place: Path, kind: str, elsewhere: Path) -> None:
    """Put a link or the like in the place. What was there lies elsewhere now: whoever follows the link finds what it should be."""
    if kind == "link":
        if os.path.lexists(place):
            shutil.move(place, elsewhere)
        elif place.suffix or place.name in {"lock", "notes"}:
            elsewhere.write_bytes(b"")
        else:
            elsewhere.mkdir()
        place.symlink_to(elsewhere)
        return
    if place.is_dir():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    if kind == "pipe":
        os.mkfifo(place)
    elif kind == "folder":
        place.mkdir()
    else:
        place.symlink_to(elsewhere / "none")


PLACES = ["store", "tmp", "objects", "lock", "ledger", "release", "next release", "table", "report", "stray object", "stray"]
KINDS = ["link", "link to nothing", "pipe"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("word", PLACES)
def test_what_writes_refuses_the_store_and_changes_nothing(root: Path, tmp_path: Path, word: str, kind: str) -> None:
    place = _place(root, word)
    _spoil(place, kind, tmp_path / "elsewhere")
    before, files = state(tmp_path), set(tmp_path.rglob("*"))
    for command in (ACCEPT, RETRACT):
        done = outcomes(*command, cwd=root)
        assert done.returncode == 3, done
        assert place.relative_to(root).as_posix() in done.stderr
        assert state(tmp_path) == before
        assert set(tmp_path.rglob("*")) == files


@pytest.mark.parametrize("kind", [*KINDS, "folder"])
@pytest.mark.parametrize("word", PLACES)
def test_verify_names_it_and_goes_on(root: Path, tmp_path: Path, word: str, kind: str) -> None:
    place = _place(root, word)
    if kind == "folder" and word in {"store", "tmp", "objects", "stray"}:
        pytest.skip("that is a folder")
    _spoil(place, kind, tmp_path / "elsewhere")
    other = _place(root, "table" if word != "table" else "report") if word not in {"store", "ledger", "objects"} else None
    if other is not None:
        other.write_bytes(b"other")
    before = state(tmp_path)
    done = outcomes("verify", cwd=root)
    assert done.returncode == 1, done
    name = place.relative_to(root / ".registry").as_posix() if word != "store" else ".registry"
    assert f"{name} is" in done.stdout or f"{name} isn't" in done.stdout
    assert other is None or f"{other.name} was changed" in done.stdout
    assert state(tmp_path) == before


READERS: dict[str, tuple[tuple[str, ...], set[str]]] = {
    "history": (("history",), {"store", "ledger"}),
    "lock": (("lock", "-o", "pins"), {"store", "ledger"}),
    "show": (("show", "sample"), set()),
    "diff": (("diff", "sample@1.0.0", "sample"), {"store", "ledger", "release", "table", "objects"}),
    "prov": (("export", "sample", "--prov"), {"store", "ledger", "release", "table", "objects"}),
    "build": (
        (
            "build",
            "--drafts",
        ),
        {"store", "ledger"},
    ),
}
"""What reads the store, and the parts that each can't do without."""


@pytest.mark.parametrize("kind", ["link", "pipe"])
@pytest.mark.parametrize("word", ["store", "tmp", "objects", "lock", "ledger", "release", "table"])
def test_what_reads_never_follows_it(root: Path, tmp_path: Path, word: str, kind: str) -> None:
    _spoil(_place(root, word), kind, tmp_path / "elsewhere")
    for command, needed in READERS.values():
        done: Done = outcomes(*command, cwd=root)
        assert done.returncode == (3 if word in needed else 0), (command, done)
        if word in needed:
            assert "is a" in done.stderr
    if word in {"store", "ledger", "release", "table", "objects"}:
        with pytest.raises(DamagedError, match=r"is a (link|pipe)"):
            registry.open(root).load("sample").outcomes  # noqa: B018


def test_a_store_is_opened_where_its_user_says(root: Path, tmp_path: Path) -> None:
    """A link that the user names is the user's own; what lies in the store behind it is not."""
    (tmp_path / "copy").symlink_to(root / ".registry")
    assert registry.open(tmp_path / "copy").load("sample").outcomes.height == 4
    (tmp_path / "copy of all").symlink_to(root)
    assert registry.open(tmp_path / "copy of all").load("sample").outcomes.height == 4


@pytest.mark.parametrize("command", [ACCEPT, RETRACT])
def test_only_a_writers_own_leftovers_are_cleared(root: Path, victim: Path, command: tuple[str, ...]) -> None:
    tmp = root / ".registry" / "tmp"
    kept = ["notes", "123", "123.0123abcd.old", "x.0123abcd", "123.0123ABCD", "123.0123abc"]
    for name in kept:
        (tmp / name).mkdir(parents=True)
        (tmp / name / "lock").touch()
    (tmp / "124.0123abcd").mkdir()
    (tmp / "124.0123abcd" / "letter").write_text("no lock beside it\n")
    (tmp / "125.0123abcd" / "package" / "deep").mkdir(parents=True)
    (tmp / "125.0123abcd" / "lock").touch()
    (tmp / "125.0123abcd" / "package" / "deep" / "a.csv").write_text("left over\n")
    (tmp / "126.0123abcd").mkdir()
    before = state(victim)
    assert outcomes(*command, cwd=root).returncode == 0
    assert sorted(p.name for p in tmp.iterdir()) == sorted([*kept, "124.0123abcd"])
    assert state(victim) == before


def test_folders_without_end_are_told_as_damage(root: Path) -> None:
    """A branch can carry a thousand folders in each other, which Python goes down into and never comes up from. Forty are too many."""
    deep = root / ".registry" / "tmp" / "1.0123abcd"
    deep.joinpath(*["a"] * 40).mkdir(parents=True)
    (deep / "lock").touch()
    done = outcomes("verify", cwd=root)
    assert (done.returncode, "is nested deeper than any store's folder" in done.stdout) == (1, True)
    done = outcomes(*RETRACT, cwd=root)
    assert (done.returncode, "is nested deeper than any store's folder" in done.stderr) == (3, True)


def test_a_folder_that_a_writer_holds_is_not_cleared(root: Path) -> None:
    from registry.ledger.writer import staging

    with staging(root / ".registry") as held:
        assert outcomes(*RETRACT, cwd=root).returncode == 0
        assert (held / "lock").exists()
    assert not (root / ".registry" / "tmp").exists()


@pytest.mark.parametrize("word", ["ledger", "lock"])
def test_what_is_written_in_its_place_has_no_name_elsewhere(root: Path, tmp_path: Path, word: str) -> None:
    """A copy made of hard links, or the file of somebody else, would be written to as well."""
    place = _place(root, word)
    place.unlink(missing_ok=True) if word == "lock" else None
    (tmp_path / "theirs").write_bytes(place.read_bytes() if place.exists() else b"theirs\n")
    place.unlink(missing_ok=True)
    os.link(tmp_path / "theirs", place)
    before = (tmp_path / "theirs").read_bytes()
    for command in (ACCEPT, RETRACT):
        done = outcomes(*command, cwd=root)
        assert done.returncode == 3, done
        assert "hard link" in done.stderr
    assert (tmp_path / "theirs").read_bytes() == before
    assert outcomes("history", cwd=root).returncode == 0


def test_git_carries_no_link_in_the_place_of_the_writers_files() -> None:
    ignored = (Path(__file__).parents[2] / ".gitignore").read_text().splitlines()
    assert {"/.registry/tmp", "/.registry/lock"} <= set(ignored)
