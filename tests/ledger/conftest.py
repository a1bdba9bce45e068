"""A registry with one sample package that can be accepted, and one in which it was."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from registry.ledger.accepting import Acceptance, accept
from registry.ledger.standing import Standing, standing
from registry.ledger.store import FolderStore, ledger_of
from registry.packages.finding import find_entry
from tests import sample
from tests.conftest import Once


class Place:
    """A registry in a folder of the test's own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.store = root / ".registry"
        (root / "datapackages").mkdir(exist_ok=True)

    def folder(self, name: str) -> Path:
        return self.root / "datapackages" / name

    def write(self, name: str, version: str = "1.0.0", tables: Any = None, **members: Any) -> Path:
        return sample.write(self.folder(name), tables, {"version": version, **members})

    def accept(self, name: str, by: str = "tester") -> Acceptance:
        return accept(self.root, find_entry(self.root, name), by=by, today=sample.TODAY)

    def standing(self, name: str) -> Standing:
        store = FolderStore(self.store)
        return standing(store, ledger_of(store), find_entry(self.root, name))

    def descriptor(self, name: str, **members: Any) -> None:
        path = self.folder(name) / "datapackage.json"
        path.write_text(json.dumps({**json.loads(path.read_text()), **members}), encoding="utf-8")

    def files(self) -> dict[str, bytes]:
        return {p.relative_to(self.root).as_posix(): p.read_bytes() for p in sorted(self.root.rglob("*")) if p.is_file()}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place(tmp_path)
    made.write("sample")
    return made


@pytest.fixture(scope="session")
def _accepted(once: Once) -> Path:
    def fill(root: Path) -> None:
        place = Place(root)
        place.write("sample")
        assert place.accept("sample").record is not None

    return once("accepted", fill)


@pytest.fixture
def accepted(_accepted: Path, tmp_path: Path) -> Place:
    """A copy of one in which it was accepted."""
    return Place(Path(shutil.copytree(_accepted, tmp_path, dirs_exist_ok=True)))
