"""A registry with its database, beside files that no query may read or change."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

import registry
from registry.building import build
from registry.questions import question
from tests import sample

ELSEWHERE = "the-words-of-another-file"


@dataclass(frozen=True)
class Place:
    """A folder with a registry in it and files about it; what may not change is all of it."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "root"

    @property
    def mine(self) -> Path:
        """The folder whose files a query may be given."""
        return self.folder / "mine"

    @property
    def registry(self) -> registry.access.Registry:
        return registry.open(self.root)

    def hashes(self) -> dict[str, str]:
        """Every entry below the folder, each file with its bytes' hash."""
        return {
            str(path.relative_to(self.folder)): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
            for path in sorted(self.folder.rglob("*"))
        }

    def state(self) -> dict[str, tuple[int, int, int, int]]:
        """Every entry below the folder, by what any writing to it changes: quicker than to read a database hundreds of times."""
        entries = {str(path.relative_to(self.folder)): path.lstat() for path in self.folder.rglob("*")}
        return {name: (e.st_ino, e.st_mode, e.st_size, e.st_mtime_ns) for name, e in entries.items()}

    def fill(self, statement: str) -> str:
        """A statement with its places put in: ``{new}`` is in the folder that may be read, ``{out}`` and ``{secret}`` aren't."""
        root, mine, folder = self.root.resolve(), self.mine.resolve(), self.folder.resolve()
        return (
            statement.replace("{new}", str(mine / "new"))
            .replace("{mine}", str(mine / "weights.csv"))
            .replace("{out}", str(folder / "new"))
            .replace("{ledger}", str(root / ".registry" / "ledger.jsonl"))
            .replace("{database}", str(root / "registry.duckdb"))
            .replace("{script}", str(mine / "script"))
            .replace("{secret}", str(folder / "secret.csv"))
        )


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sql-safety")
    sample.write(folder / "root" / "datapackages" / "sample")
    assert build(folder / "root", today=sample.TODAY, drafts=True).database
    (folder / "root" / ".registry").mkdir(exist_ok=True)
    (folder / "root" / ".registry" / "ledger.jsonl").write_text("", encoding="utf-8")
    (folder / "secret.csv").write_text(f"word\n{ELSEWHERE}\n", encoding="utf-8")
    (folder / "home").mkdir()
    mine = folder / "mine"
    mine.mkdir()
    (mine / "weights.csv").write_text("arm_id,weight\ndrug,2\nplacebo,3\n", encoding="utf-8")
    (mine / "script").mkdir()
    for name in ("schema.sql", "load.sql"):
        (mine / "script" / name).write_text(f"COPY (SELECT 1) TO '{mine / 'new'}';\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def place(built: Path) -> Iterator[Place]:
    """The place as it was made, with its root as the working folder. Each module sees that nothing of it has changed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(built / "root")
        patch.setenv("HOME", str(built / "home"))
        yield Place(built)


Ask = Callable[..., pl.DataFrame]


@pytest.fixture(scope="module")
def ask(place: Place) -> Iterator[Ask]:
    """Asks as ``Registry.sql`` does, of a connection without files, or of one with ``mine``, each opened once: that takes longer than an answer.

    However a query ends, it leaves nothing, and the next is asked of the same database.
    """
    made = "SELECT count(*) FROM duckdb_tables() WHERE database_name <> 'registry'"
    given = {False: place.registry.connect(), True: place.registry.connect(files=[place.mine])}

    def asked(statement: str, *, files: bool = False) -> pl.DataFrame:
        con = given[files]
        try:
            frame: pl.DataFrame = question(con, statement).relation(con).pl()
            return frame
        finally:
            state = con.execute(f"SELECT current_database(), count(*), ({made}) FROM arms").fetchall()
            assert state == [("registry", 2, 0)], statement

    yield asked
    for con in given.values():
        con.close()


@pytest.fixture
def copied(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A place of one's own, to spoil the database in."""
    shutil.copytree(built, tmp_path / "place")
    monkeypatch.chdir(tmp_path / "place" / "root")
    monkeypatch.setenv("HOME", str(tmp_path / "place" / "home"))
    return Place(tmp_path / "place")
