"""The installed command, and folders for it to work in. Nothing of the project's code is imported here: the wheel is to be found."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import fixed

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def command() -> str:
    """The program that this environment's installation put beside its Python."""
    found = shutil.which("outcomes", path=sysconfig.get_path("scripts"))
    assert found, "not installed"
    return found


def run(command: str, *words: str, cwd: Path, code: int = 0) -> str:
    """What a command prints on either stream, once it has left with the code it should."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run([command, *words], cwd=cwd, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    said = (done.stdout + done.stderr).decode(errors="replace").replace("\r\n", "\n")
    assert done.returncode == code, said
    assert "Traceback" not in said
    return said


def fill(folder: Path, tables: Mapping[str, Sequence[Mapping[str, str]]]) -> None:
    """Fill in what `init` made, as a person would: rows below the headers, a title, a README."""
    for table, rows in tables.items():
        path = folder / "data" / f"{table}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    descriptor = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    (folder / "datapackage.json").write_text(json.dumps({**descriptor, "title": "Sample"}, indent=2), encoding="utf-8")
    (folder / "README.md").write_text("# Sample\n\nA trial that nobody ran.\n", encoding="utf-8")


def hostile(folder: Path) -> None:
    """Put files into a folder that are called as our packages are, and end whatever imports them."""
    for name in ("registry.py", "validation.py", "schemas/__init__.py"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"raise SystemExit('{name} was imported')\n", encoding="utf-8")


@dataclass(frozen=True)
class Registry:
    """A folder, and the command run in it."""

    command: str
    root: Path

    def __call__(self, *words: str, code: int = 0) -> str:
        return run(self.command, *words, cwd=self.root, code=code)


@pytest.fixture(scope="module")
def small(command: str, tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """A registry without packages, in a folder with files that are called as ours are."""
    root = tmp_path_factory.mktemp("small")
    (root / "datapackages").mkdir()
    hostile(root)
    return Registry(command, root)


@pytest.fixture(scope="module")
def real(command: str, tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """The fixed packages with their ledger, copied."""
    return Registry(command, fixed.copied(tmp_path_factory.mktemp("real")))
