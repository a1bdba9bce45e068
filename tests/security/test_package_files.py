"""Whatever lies where a file of a package should be, no command hangs, follows it or takes it for the file."""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import registry
from registry.packages.finding import read_entry
from tests.cli.invoking import outcomes
from tests.security.conftest import state

FILES = ["data/arms.csv", "data/outcomes.csv", "datapackage.json", "README.md", "data"]


def _pipe(place: Path) -> None:
    os.mkfifo(place)


def _socket(place: Path) -> None:
    here = Path.cwd()
    os.chdir(place.parent)  # the address of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(place.name)
    finally:
        os.chdir(here)


def _device(place: Path) -> None:
    try:
        os.mknod(place, 0o20600, os.makedev(1, 5))  # as /dev/zero
    except PermissionError:
        pytest.skip("this account may not make a device")


KINDS: dict[str, Callable[[Path], None]] = {
    "pipe": _pipe,
    "socket": _socket,
    "device": _device,
    "folder": Path.mkdir,
    "link to it": lambda place: place.symlink_to(next(p for p in place.parents if p.name == "registry") / "kept"),
    "link to a device": lambda place: place.symlink_to("/dev/zero"),
    "link to nothing": lambda place: place.symlink_to("nothing"),
    "link to itself": lambda place: place.symlink_to(place.name),
}

COMMANDS: list[tuple[tuple[str, ...], set[int]]] = [
    (("list",), {0}),
    (("show", "sample"), {0}),
    (("validate", "sample"), {0, 1}),
    (("diff", "sample@1.0.0", "sample"), {0, 3}),
    (("diff", "datapackages/sample", "sample@1.0.0"), {0, 3}),
    (("build", "--drafts", "--skip-invalid"), {0, 1}),
    (("export", "sample@draft", "--prov"), {0, 2, 3}),
    (("accept", "sample", "--by", "tester"), {0, 1}),
    (("history", "sample"), {0}),
    (("verify",), {0}),
]
"""Each command that looks at a package, and how it may end."""


CASES = [
    *(
        # By default a pipe in some places and a link in the others.
        pytest.param(name, kind, marks=pytest.mark.slow if (i + j) % 2 else ())
        for i, name in enumerate(FILES)
        for j, kind in enumerate(("pipe", "link to it"))
    ),
    *(
        # By default each of the other kinds in one of the two places.
        pytest.param(name, kind, marks=pytest.mark.slow if (i + j) % 2 else ())
        for i, name in enumerate(("data/arms.csv", "datapackage.json"))
        for j, kind in enumerate(k for k in KINDS if k not in {"pipe", "link to it"})
    ),
]


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_no_command_waits_for_it_or_follows_it(root: Path, name: str, kind: str) -> None:
    place = root / "datapackages" / "sample" / name
    shutil.move(place, root / "kept")
    KINDS[kind](place)
    store = state(root / ".registry")
    for command, ends in COMMANDS:
        done = outcomes(*command, cwd=root)
        assert done.returncode in ends, (command, done)
    assert state(root / ".registry") == store
    if name != "README.md":
        assert registry.open(root).sql("SELECT count(*) FROM outcomes WHERE package = 'sample'").rows() == [(0,)]
        with pytest.raises((ValueError, OSError, LookupError)):
            registry.open(root).load("sample", "draft").table("outcomes" if "outcomes" in name else "arms")


def test_a_descriptor_without_end_is_no_descriptor(root: Path) -> None:
    place = root / "datapackages" / "other" / "datapackage.json"
    with place.open("r+b") as file:
        file.truncate(10 << 30)
    assert read_entry(place.parent).descriptor == {}
    for command, ends in COMMANDS:
        done = outcomes(*(word.replace("sample", "other") for word in command), cwd=root)
        assert done.returncode in ends | {2}, (command, done)


def test_a_path_without_end_is_a_finding(root: Path) -> None:
    """Of a thousand folders in each other Python makes no copy."""
    package = root / "datapackages" / "other"
    descriptor = package / "datapackage.json"
    descriptor.write_text(descriptor.read_text().replace("data/arms.csv", f"{'a/' * 40}arms.csv"))
    deep = package.joinpath(*["a"] * 40)
    deep.mkdir(parents=True)
    shutil.copy(package / "data" / "arms.csv", deep)
    for command, ends in COMMANDS:
        done = outcomes(*(word.replace("sample", "other") for word in command), cwd=root)
        assert done.returncode in ends | {2}, (command, done)
    done = outcomes("accept", "other", "--by", "tester", cwd=root)
    assert (done.returncode, "PKG003" in done.stdout) == (1, True)


@pytest.mark.parametrize("path", ["./data/sources.csv", "data//sources.csv", "./README.md", "./datapackage.json"])
def test_one_file_by_two_paths_is_a_finding(root: Path, path: str) -> None:
    package = root / "datapackages" / "other"
    (package / "README.md").write_text("# Other\n")
    descriptor = json.loads((package / "datapackage.json").read_text())
    descriptor["resources"].append({**descriptor["resources"][0], "name": "harms", "path": path})
    (package / "datapackage.json").write_text(json.dumps(descriptor))
    done = outcomes("accept", "other", "--by", "tester", cwd=root)
    assert (done.returncode, "error[PKG" in done.stdout) == (1, True)


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """The paths of the files that Python itself opens by their path."""
    paths: list[str] = []
    on = [True]

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        # What is opened by `os.open` has no mode.
        if on and event == "open" and isinstance(arguments[0], str) and arguments[1] is not None:
            paths.append(str(Path(arguments[0]).absolute()))

    sys.addaudithook(hook)
    yield paths
    on.clear()


def test_every_file_is_opened_in_the_one_way(root: Path, heard: list[str]) -> None:
    """Nothing of a package or of the store is opened by its path, so that a new command isn't forgotten either."""
    for command in [*(c for c, _ in COMMANDS), ("accept", "other", "--by", "tester"), ("diff", "other", "sample"), ("lock",)]:
        assert outcomes(*command, cwd=root).returncode in {0, 1, 3}, command
    for version in (None, "draft"):
        package = registry.open(root).load("sample", version)
        assert [package.table(name).height for name in package.tables]
    ours = [Path(p).relative_to(root) for p in heard if Path(p).is_relative_to(root)]
    theirs = [p for p in ours if p.parts[0] in {"datapackages", ".registry"} and p.parts[:2] != (".registry", "tmp")]
    # What has no name, such as a file to try a lock on, goes by its folder.
    theirs = [p for p in theirs if not (root / p).is_dir()]
    assert theirs == []
    assert ours, "else nothing was heard"
