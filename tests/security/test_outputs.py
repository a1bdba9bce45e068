"""What is written to a place that nobody named goes nowhere else, and replaces only what it is taken for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import registry
from registry.ledger import refreshing
from registry.ledger.pinning import read_pins
from registry.packages.finding import is_database
from registry.packages.writing import OccupiedError, write_package
from tests import sample
from tests.cli.invoking import outcomes
from tests.security.conftest import state

DEFAULTS: dict[str, tuple[str, ...]] = {
    "registry.duckdb": (
        "build",
        "--drafts",
    ),
    "outcomes.lock": ("lock",),
    "gate": ("docs",),
    "site": ("site",),
    "datapackages/new": ("init", "new"),
}
"""Each place that a command writes to if none is named."""


def _gone(place: Path) -> None:
    if place.is_symlink() or place.is_file():
        place.unlink()
    elif place.is_dir():
        shutil.rmtree(place)


@pytest.mark.parametrize("to", ["letters/old/letter.txt", "letters", "nothing"])
@pytest.mark.parametrize("word", DEFAULTS)
def test_a_link_at_a_place_that_nobody_named_is_not_written_through(root: Path, victim: Path, word: str, to: str) -> None:
    _gone(root / word)
    (root / word).symlink_to(victim / to)
    before = state(root.parent)
    done = outcomes(*DEFAULTS[word], cwd=root)
    assert done.returncode in {2, 3}, done
    assert word in done.stderr
    assert state(root.parent) == before


@pytest.mark.parametrize("kind", ["pipe", "folder", "text"])
@pytest.mark.parametrize("word", DEFAULTS)
def test_only_what_it_is_taken_for_is_replaced(root: Path, word: str, kind: str) -> None:
    _gone(root / word)
    if kind == "pipe":
        os.mkfifo(root / word)
    elif kind == "folder":
        (root / word / "mine").mkdir(parents=True)
        (root / word / "index.html").write_text("<p>mine</p>")
    else:
        (root / word).write_text("mine\n")
    before = state(root)
    done = outcomes(*DEFAULTS[word], cwd=root)
    assert done.returncode in {2, 3}, done
    assert word in done.stderr
    assert state(root) == before


@pytest.mark.parametrize("beside", ["notes.txt", "expectations/notes.txt", "link.html", "a/b/c/d/e/f/g/h/i/page.html"])
@pytest.mark.parametrize("made", ["trial-outcomes: the registry as a whole", "trial-outcomes: the gate's Data Docs"])
def test_a_site_with_something_beside_its_pages_is_kept(root: Path, victim: Path, beside: str, made: str) -> None:
    from validation.gate import site

    (root / "gate").mkdir()
    (root / "gate" / "index.html").write_text(f'<html><head><meta name="generator" content="{made}"></head></html>')
    assert site.is_site(root / "gate")
    (root / "gate" / beside).parent.mkdir(parents=True, exist_ok=True)
    if beside == "link.html":
        (root / "gate" / beside).symlink_to(victim)
    else:
        (root / "gate" / beside).write_text("mine\n")
    before = state(root)
    assert outcomes("docs", cwd=root).returncode == 2
    assert state(root) == before


def test_what_is_taken_for_it_is_replaced(root: Path) -> None:
    for place in ("registry.duckdb", "outcomes.lock"):
        (root / place).write_bytes(b"")  # an empty file is nobody's
    for _ in range(2):
        assert outcomes("build", "--drafts", cwd=root).returncode == 0
        assert outcomes("lock", cwd=root).returncode == 0
    assert is_database(root / "registry.duckdb")
    assert set(read_pins(root / "outcomes.lock")) == {"sample"}


def test_a_link_that_is_named_is_followed(root: Path, tmp_path: Path) -> None:
    (root / "db").symlink_to(tmp_path / "large.duckdb")
    (root / "pins").symlink_to(tmp_path / "large.lock")
    (root / "page").symlink_to(tmp_path / "page.html")
    assert outcomes("build", "--drafts", "-o", "db", cwd=root).returncode == 0
    assert outcomes("lock", "-o", "pins", cwd=root).returncode == 0
    assert outcomes("validate", "sample", "--format", "html", "-o", "page", cwd=root).returncode == 0
    assert is_database(tmp_path / "large.duckdb")
    assert read_pins(tmp_path / "large.lock")
    assert "<html" in (tmp_path / "page.html").read_text()
    assert all((root / name).is_symlink() for name in ("db", "pins", "page"))


@pytest.mark.parametrize("name", ["notes.txt", "outcomes.lock"])
def test_a_named_file_that_is_something_else_is_not_replaced(root: Path, name: str) -> None:
    (root / name).write_text("mine\n")
    for command in ("build", "lock"):
        done = outcomes(command, "-o", name, cwd=root)
        assert done.returncode in {2, 3}, done
        assert name in done.stderr
        assert (root / name).read_text() == "mine\n"


WRITERS: list[tuple[str, ...]] = [
    ("validate", "sample"),
    ("validate", "sample", "--format", "json"),
    (
        "build",
        "--drafts",
    ),
    ("lock",),
    ("docs",),
    ("sql", "SELECT 1", "--format", "csv"),
    ("sql", "SELECT 1", "--format", "parquet"),
    ("compare", "ssri", "placebo", "--format", "json"),
    ("audit", "sample", "--format", "json"),
    ("export", "sample", "--prov"),
]


def test_no_package_is_made_in_the_store(root: Path) -> None:
    done = outcomes("import", "x.csv", "-m", "m.yaml", "--to", ".registry/objects/new", cwd=root)
    assert (done.returncode, "registry's store" in done.stderr) == (2, True)


@pytest.mark.parametrize("command", WRITERS, ids=" ".join)
@pytest.mark.parametrize("way", ["straight", "by a link to a file", "by a link to its folder"])
def test_nothing_is_written_into_the_store(root: Path, command: tuple[str, ...], way: str) -> None:
    (root / "file").symlink_to(".registry/new")
    (root / "folder").symlink_to(".registry/objects")
    output = {"straight": ".registry/new", "by a link to a file": "file", "by a link to its folder": "folder/new"}[way]
    before = state(root)
    done = outcomes(*command, "-o", output, cwd=root)
    assert done.returncode == 2, done
    assert "registry's store" in done.stderr
    assert state(root) == before


def test_only_drafts_of_builds_that_were_killed_are_cleared(root: Path, victim: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left = [f".registry.duckdb.{gone.pid}.0123abcd.draft", f".registry.duckdb.{gone.pid}.0123abcd.draft.wal"]
    kept = [
        f".registry.duckdb.{gone.pid}.mine.draft",
        f".registry.duckdb.{gone.pid}.0123abcd.draft.old",
        ".registry.duckdb.99999999999999999999.0123abcd.draft",
        f".registry.duckdb.{os.getppid()}.0123abcd.draft",
        ".registry.duckdb.draft",
    ]
    for name in (*left, *kept):
        (root / name).write_text("x")
    linked = f".registry.duckdb.{gone.pid}.aaaaaaaa.draft"
    (root / linked).symlink_to(victim / "letters" / "old" / "letter.txt")
    before = state(victim)
    assert outcomes("build", "--drafts", cwd=root).returncode == 0
    assert {p.name for p in root.iterdir() if p.name.startswith(".registry.duckdb.")} == {*kept, linked}
    assert state(victim) == before


def test_changes_that_no_build_made_are_shown_by_nothing(root: Path, tmp_path: Path) -> None:
    """A log beside a database is played back by whoever opens it, and a branch can carry one."""
    other = Path(shutil.copy(root / "registry.duckdb", tmp_path / "other.duckdb"))
    with duckdb.connect(str(other)) as con:
        con.execute("PRAGMA disable_checkpoint_on_shutdown")
        con.execute("UPDATE outcomes SET events = 39 WHERE events = 20")
        shutil.copy(f"{other}.wal", root / "registry.duckdb.wal")
    with duckdb.connect(str(root / "registry.duckdb"), read_only=True) as con:
        assert con.execute("SELECT max(events) FROM outcomes").fetchone() == (39,), "else there is nothing to fear"
    for command in (("sql", "FROM outcomes"), ("compare", "sertraline", "placebo"), ("audit", "sample")):
        done = outcomes(*command, cwd=root)
        assert done.returncode == 3, done
        assert "registry.duckdb.wal" in done.stderr
    with pytest.raises(OSError, match="no build made"):
        registry.open(root).sql("FROM outcomes")
    assert outcomes("build", "--drafts", cwd=root).returncode == 0
    assert not (root / "registry.duckdb.wal").exists()
    assert registry.open(root).sql("SELECT max(events) AS m FROM outcomes").rows() == [(20,)]


@pytest.mark.parametrize("word", ["datapackages", "datapackages/sample"])
def test_what_is_accepted_lies_in_the_registry(root: Path, tmp_path: Path, word: str) -> None:
    """A link may lead to what nobody meant to publish."""
    _gone(root / ".registry")
    (tmp_path / "private").mkdir()
    (root / word).symlink_to(shutil.move(root / word, tmp_path / "private"))
    assert outcomes("validate", "sample", cwd=root).returncode == 0
    done = outcomes("accept", "sample", "--by", "tester", cwd=root)
    assert done.returncode == 1, done
    assert "is a link" in done.stderr
    assert not (root / ".registry").exists()


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "NOTICE"])
def test_a_file_beside_the_tables_is_frozen_or_refused(root: Path, victim: Path, name: str) -> None:
    (root / "datapackages" / "other" / name).unlink(missing_ok=True)
    (root / "datapackages" / "other" / name).symlink_to(victim / "letters" / "old" / "letter.txt")
    before = state(root / ".registry")
    done = outcomes("accept", "other", "--by", "tester", cwd=root)
    assert done.returncode == 1, done
    assert name in done.stderr
    assert "link" in done.stderr
    assert state(root / ".registry") == before


@pytest.mark.parametrize("word", ["datapackages", "datapackages/made", "datapackages/made/data", "datapackages/made/README.md"])
def test_a_package_is_written_to_no_link(root: Path, victim: Path, word: str) -> None:
    made = root / "datapackages" / "made"
    sample.write(made)
    (made / "README.md").write_text("old\n")
    place = root / word
    shutil.move(place, victim / "moved")
    place.symlink_to(victim / "moved")
    before = state(victim)
    with pytest.raises(OccupiedError, match="this is a link"):
        write_package(made, {}, {"name": "made"}, beside={"README.md": b"new\n"})
    assert state(victim) == before


@pytest.mark.parametrize("word", ["datapackages/sample", "datapackages/sample/datapackage.json"])
def test_schemas_are_written_anew_through_no_link(root: Path, victim: Path, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refreshing, "table_schema", lambda *_, **__: {"fields": []})
    monkeypatch.setattr(refreshing, "__file__", str(root / "registry" / "ledger" / "refreshing.py"))
    shutil.move(root / word, victim / "moved")
    (root / word).symlink_to(victim / "moved")
    before = state(victim)
    refreshing.main()
    assert state(victim) == before
    assert '"fields": []' in (root / "datapackages" / "other" / "datapackage.json").read_text()
