"""Where an import fails, its exit code says whose move it is, and nothing on disk has changed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

import pytest

from tests.cli.invoking import outcomes
from tests.docs.examples import ROOT
from tests.importing import inline

PAGE = (ROOT / "docs" / "writing-a-mapping.md").read_text(encoding="utf-8")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name in ("ward.csv", "mapping.yaml"):
        text = PAGE.split(f" {name}\n", 1)[1].split("```", 1)[0]
        (tmp_path / name).write_text(text.replace("name: ward-example", "name: made"), encoding="utf-8")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "taken").mkdir()
    os.mkfifo(tmp_path / "taken" / "datapackage.json")
    return tmp_path


def everything(place: Path) -> dict[str, bytes | None]:
    return {str(p): p.read_bytes() if p.is_file() else None for p in sorted(place.rglob("*"))}


def test_a_sound_import_is_exit_0(place: Path) -> None:
    assert outcomes("import", "ward.csv", "-m", "mapping.yaml", "--to", "made", cwd=place).returncode == 0
    assert (place / "made" / "datapackage.json").is_file()


ENDLESS = {"pipe", "/dev/zero", "taken"}


def killable(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, which can be ended: what reads a pipe waits without end."""
    command = [str(Path(sys.executable).parent / "outcomes"), *words]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    ("file", "mapping", "to", "code", "said"),
    [
        ("none.csv", "mapping.yaml", "made", 2, "none.csv: the file can't be read: there is no such file"),
        ("pipe", "mapping.yaml", "made", 2, "pipe: the file is a pipe, a device or the like, not a regular file"),
        ("/dev/zero", "mapping.yaml", "made", 2, "/dev/zero: the file is a pipe, a device or the like, not a regular file"),
        ("ward.csv", "none.yaml", "made", 2, "none.yaml: the mapping can't be read: there is no such file"),
        ("ward.csv", "folder", "made", 2, "folder: the mapping is a folder, not a regular file"),
        ("ward.csv", "pipe", "made", 2, "pipe: the mapping is a pipe, a device or the like, not a regular file"),
        ("ward.csv", "/dev/zero", "made", 2, "/dev/zero: the mapping is a pipe, a device or the like"),
        ("ward.csv", "mapping.yaml", "ward.csv", 2, "ward.csv: this isn't a folder"),
        ("ward.csv", "mapping.yaml", "ward.csv/made", 2, "ward.csv/made: this isn't a folder"),
        ("ward.csv", "mapping.yaml", "else", 2, "else: the package's name is `made`, and its folder must have the same; choose"),
        ("ward.csv", "mapping.yaml", "taken", 2, "taken/datapackage.json: this isn't a package's descriptor"),
        ("ward.csv", "mapping.yaml", "/proc/made", 3, "/proc/made: the package can't be written: No such file or directory"),
        ("ward.csv", "ward.csv", "made", 1, "ward.csv:1:1: "),
        ("mapping.yaml", "mapping.yaml", "made", 1, "mapping.yaml:13:13: `mapping.yaml` isn't the file"),
    ],
)
def test_the_exit_code_says_whose_move_it_is(place: Path, file: str, mapping: str, to: str, code: int, said: str) -> None:
    before = everything(place)
    words = ("import", file, "-m", mapping, "--to", to)
    done = killable(place, *words) if ENDLESS & {file, mapping, to} else outcomes(*words, cwd=place)
    assert (done.returncode, done.stdout) == (code, ""), done.stderr
    assert done.stderr.startswith(f"outcomes: {said}")
    assert everything(place) == before


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), OSError(30, "Read-only file system")])
def test_a_disk_that_takes_nothing_is_exit_3(place: Path, fault: OSError) -> None:
    before = everything(place)
    with mock.patch("pathlib.Path.write_bytes", side_effect=fault):
        done = outcomes("import", "ward.csv", "-m", "mapping.yaml", "--to", "made", cwd=place)
    assert done.returncode == 3
    assert done.stderr == f"outcomes: made: the package can't be written: {fault.strerror}.\n"
    assert everything(place) == before


def test_a_file_that_may_not_be_read_is_exit_3(place: Path) -> None:
    refused = mock.patch("pathlib.Path.open", side_effect=PermissionError(13, "Permission denied"))
    with mock.patch("registry.importing.package.run", inline.run), refused:
        done = outcomes("import", "ward.csv", "-m", "mapping.yaml", "--to", "made", cwd=place)
    assert done.returncode == 3
    assert done.stderr == "outcomes: mapping.yaml: the mapping can't be read: Permission denied.\n"
