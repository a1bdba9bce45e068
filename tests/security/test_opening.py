"""The one way of opening what a stranger's folder holds: its own regular files, and nothing else."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from pathlib import Path
from types import ModuleType

import pytest

from registry.packages import opening as of_registry
from validation import opening as of_validation


@pytest.fixture(params=["held", "by its path"])
def opening(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module, and what is left of it on a system that can't open a file within a folder that is held."""
    if request.param == "by its path":
        monkeypatch.setattr(of_registry, "_HOLDS", False)
        monkeypatch.setattr(of_registry, "_FILE", 0)
    return of_registry


def test_the_two_are_one_text() -> None:
    assert Path(str(of_registry.__file__)).read_bytes() == Path(str(of_validation.__file__)).read_bytes()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "a.csv").write_text("a\n1\n")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "a.csv").write_text("secret\n")
    return folder


@pytest.mark.parametrize("path", ["data/a.csv", "./data//a.csv", "data/./a.csv"])
def test_a_file_of_the_folders_own_is_opened(opening: ModuleType, folder: Path, path: str) -> None:
    with opening.opened(folder, path) as file:
        assert file.read() == b"a\n1\n"
    with opening.Within(folder, path).text() as text:
        assert text.read() == "a\n1\n"


def test_the_folder_itself_may_be_a_link(opening: ModuleType, folder: Path) -> None:
    (folder.parent / "link").symlink_to(folder)
    with opening.opened(folder.parent / "link", "data/a.csv") as file:
        assert file.read() == b"a\n1\n"


@pytest.mark.parametrize("to", ["../../secret/a.csv", "b.csv", "none", "/dev/zero", "a.csv"])
def test_a_link_is_not_followed(opening: ModuleType, folder: Path, to: str) -> None:
    (folder / "data" / "a.csv").rename(folder / "data" / "b.csv")
    (folder / "data" / "a.csv").symlink_to(to)
    with pytest.raises(opening.IrregularError, match="is a link") as caught:
        opening.opened(folder, "data/a.csv")
    assert caught.value.errno == errno.ELOOP
    assert caught.value.filename == str(folder / "data/a.csv")


def test_a_link_on_the_way_is_not_followed(opening: ModuleType, folder: Path) -> None:
    (folder / "other").symlink_to(folder.parent / "secret")
    with pytest.raises(opening.IrregularError, match="is a link") as caught:
        opening.opened(folder, "other/a.csv")
    assert caught.value.filename == str(folder / "other")


@pytest.mark.parametrize("kind", ["pipe", "socket", "folder", "device"])
def test_nothing_but_a_regular_file_is_opened(
    opening: ModuleType, folder: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    if kind == "pipe":
        os.mkfifo("it")
    elif kind == "folder":
        Path("it").mkdir()
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("it")
    else:
        try:
            os.mknod("it", 0o20600, os.makedev(1, 5))
        except PermissionError:
            pytest.skip("this account may not make a device")
    with pytest.raises(opening.IrregularError, match=f"is a {kind}, not a file"):
        opening.opened(folder, "it")


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../secret/a.csv", "data/../../secret/a.csv", "a\0b", "..\\a", "", ".", "\ud800"]
)
def test_a_path_that_names_no_file_of_the_folder_is_refused(opening: ModuleType, folder: Path, path: str) -> None:
    with pytest.raises(opening.IrregularError):
        opening.opened(folder, path)


def test_what_is_not_there_is_not_there(opening: ModuleType, folder: Path) -> None:
    for path in ("none", "none/a.csv", "data/none"):
        with pytest.raises(FileNotFoundError):
            opening.opened(folder, path)
    with pytest.raises(FileNotFoundError):
        opening.opened(folder / "none", "a.csv")
    with pytest.raises(NotADirectoryError):
        opening.opened(folder, "data/a.csv/b")


@pytest.mark.parametrize("what", ["file", "folder", "pipe"])
def test_what_is_put_in_its_place_meanwhile_is_not_opened(
    opening: ModuleType, folder: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at a name and its opening, another may come under it."""
    looked_at = opening.Held.status

    def swap(held: object, name: str) -> os.stat_result:
        found: os.stat_result = looked_at(held, name)
        if name == ("data" if what == "folder" else "a.csv"):
            place = folder / "data" if what == "folder" else folder / "data" / name
            if not (folder / "old").exists():
                place.rename(folder / "old")
                if what == "pipe":
                    os.mkfifo(place)
                else:
                    place.symlink_to(folder.parent / ("secret" if what == "folder" else "secret/a.csv"))
        return found

    monkeypatch.setattr(opening.Held, "status", swap)
    if not of_registry._HOLDS and what != "file":
        pytest.skip("a system without descriptors of folders has a moment in between, and no pipes in them")
    with pytest.raises(OSError, match=r"link|Too many levels|Not a directory|changed while"):
        opening.opened(folder, "data/a.csv")


def test_no_descriptor_is_left_open(opening: ModuleType, folder: Path) -> None:
    before = _descriptors()
    (folder / "link").symlink_to("data")
    for path in ("data/a.csv", "link/a.csv", "data", "none/x", "data/a.csv/b"):
        with contextlib.suppress(OSError):
            opening.opened(folder, path).close()
    assert _descriptors() == before


def _descriptors() -> int:
    """How many are open, where the system says so."""
    told = Path("/proc/self/fd")
    return sum(1 for _ in told.iterdir()) if told.is_dir() else 0
