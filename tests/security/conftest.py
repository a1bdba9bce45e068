"""A registry with an accepted package that each test may spoil, a victim beside it, and a bell that ends whatever waits for ever."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.building import build
from registry.ledger.accepting import accept
from registry.packages.finding import find_entry
from tests import sample
from tests.conftest import Once

SECONDS = 120


@pytest.fixture(autouse=True)
def bell() -> Iterator[None]:
    """What opens a pipe waits until somebody writes to it: nobody does."""

    def ring(*_: object) -> None:
        raise AssertionError(f"still waiting after {SECONDS} seconds")

    old = signal.signal(signal.SIGALRM, ring)
    signal.alarm(SECONDS)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, old)


@pytest.fixture(scope="session")
def _whole(once: Once) -> Path:
    return once("whole", _fill) / "registry"


def _fill(folder: Path) -> None:
    root = folder / "registry"
    sample.write(root / "datapackages" / "sample", sample.part("outcomes"))
    (root / "datapackages" / "sample" / "README.md").write_text("# Sample\n", encoding="utf-8")
    assert accept(root, find_entry(root, "sample"), by="tester", today=sample.TODAY).record is not None
    tables = {**sample.part("outcomes"), "outcomes": sample.cell("outcomes", "source_locator", "Table 9")["outcomes"]}
    sample.write(root / "datapackages" / "other", tables, {"lineage": [{"package": "sample", "relation": "same-trials"}]})
    assert build(root, today=sample.TODAY, drafts=True).database


@pytest.fixture
def root(_whole: Path, tmp_path: Path) -> Path:
    """A registry of two packages: `sample`, which was accepted, and `other`, a draft. Its database is built."""
    return Path(shutil.copytree(_whole, tmp_path / "registry"))


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    """A folder outside that nothing may read or change, with a folder in it and a file in that."""
    folder = tmp_path / "victim"
    (folder / "letters" / "old").mkdir(parents=True)
    (folder / "letters" / "old" / "letter.txt").write_text("Dear Ada\n", encoding="utf-8")
    (folder / "12345.0123abcd").mkdir()
    (folder / "12345.0123abcd" / "lock").write_text("not ours\n", encoding="utf-8")
    return folder


def state(folder: Path) -> dict[str, object]:
    """All that is in a folder: the bytes of files, where links lead."""
    return {
        p.relative_to(folder).as_posix(): str(p.readlink())
        if p.is_symlink()
        else p.read_bytes()
        if p.is_file()
        else p.stat().st_mode
        for p in sorted(folder.rglob("*"))
    }
