"""`init` where there is no registry makes one, and asks on a terminal for what no option gives."""

from __future__ import annotations

import fnmatch
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from registry.packages.atomic import draft_of
from registry.packages.finding import DATABASE
from tests.cli.invoking import outcomes
from tests.docs.examples import ROOT
from tests.entry.filling import TRIAL, fill


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_newcomer_in_an_empty_folder(tmp_path: Path) -> None:
    made = outcomes("init", "my-trial", "--xlsx", "--licence", "CC-BY-4.0", "--title", "T", "--contributor", "A", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert f"Made a registry in {tmp_path.resolve()}:" in made.stdout
    assert files(tmp_path) == {".gitattributes", ".gitignore", "my-trial.xlsx"}
    empty = outcomes("validate", cwd=tmp_path)
    assert (empty.returncode, "has no package; `outcomes init NAME` makes one" in empty.stderr) == (2, True)
    fill(tmp_path / "my-trial.xlsx", TRIAL)
    assert outcomes("import", "my-trial.xlsx", cwd=tmp_path).returncode == 0
    done = outcomes("validate", cwd=tmp_path)
    assert (done.returncode, done.stdout.startswith("valid    my-trial 0.1.0")) == (0, True), done.stdout
    readme = tmp_path / "datapackages" / "my-trial" / "README.md"
    readme.write_text("# My trial\n\nRead by one person from the article.\n")
    done = outcomes("accept", "my-trial", "--by", "A", "--note", "first", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert outcomes("build", cwd=tmp_path).returncode == 0


def test_the_package_itself_in_an_empty_folder(tmp_path: Path) -> None:
    assert outcomes("init", "my-trial", cwd=tmp_path).returncode == 0
    assert (tmp_path / "datapackages" / "my-trial" / "datapackage.json").is_file()
    assert outcomes("init", "other", cwd=tmp_path / "datapackages").returncode == 0, "a registry is above"
    assert (tmp_path / "datapackages" / "other").is_dir()


def test_git_ignores_a_database_that_a_killed_build_left(tmp_path: Path) -> None:
    assert outcomes("init", "my-trial", cwd=tmp_path).returncode == 0
    ignored = (tmp_path / ".gitignore").read_text().splitlines()
    assert set(ignored) <= set((ROOT / ".gitignore").read_text().splitlines())
    with draft_of(tmp_path / DATABASE) as draft:
        for name in (draft.name, f"{draft.name}.wal", DATABASE):
            assert any(fnmatch.fnmatch(f"/{name}", line) for line in ignored), name


def test_what_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    (tmp_path / "README.md").write_text("mine\n")
    assert outcomes("init", "my-trial", cwd=tmp_path).returncode == 0
    assert (tmp_path / ".gitignore").read_text() == "mine\n"


def test_a_folder_with_other_things_is_made_a_registry_only_if_named(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"")
    done = outcomes("init", "my-trial", cwd=tmp_path)
    assert done.returncode == 2
    assert "this folder has other things in it (holiday.jpg); add `--root .` to make a registry of it" in done.stderr
    assert files(tmp_path) == {"holiday.jpg"}
    assert outcomes("init", "my-trial", "--root", ".", cwd=tmp_path).returncode == 0
    assert (tmp_path / "datapackages" / "my-trial").is_dir()
    done = outcomes("init", "my-trial", "--root", "none", cwd=tmp_path)
    assert (done.returncode, "there is no folder none to make a registry in" in done.stderr) == (2, True)


def test_a_folder_that_was_removed_is_said_to_be(tmp_path: Path) -> None:
    script = (
        "import os, sys; os.chdir(sys.argv[1]); os.rmdir(sys.argv[1]); os.execv(sys.executable, [sys.executable, *sys.argv[2:]])"
    )
    command = [str(Path(sys.executable).parent / "outcomes"), "init", "my-trial"]
    (tmp_path / "gone").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "gone"), *command], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "the current folder was removed; change to another" in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize("wrong", [("My Trial",), ("my-trial", "--licence", "CC-BY-9"), ("my-trial", "--table", "none")])
def test_a_wish_that_cannot_be_met_makes_no_registry(tmp_path: Path, wrong: tuple[str, ...]) -> None:
    assert outcomes("init", *wrong, cwd=tmp_path).returncode == 2
    assert list(tmp_path.iterdir()) == []


def on_a_terminal(words: list[str], answers: str, folder: Path) -> tuple[int, str]:
    """A command's exit code and what is seen, with the answers typed."""
    main, end = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "registry", *words], cwd=folder, stdin=end, stdout=end, stderr=end, close_fds=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "TERM": "dumb"},
    ) as process:  # fmt: skip
        os.close(end)
        os.write(main, answers.encode())
        seen = b""
        while True:
            try:
                seen += (more := os.read(main, 4096))
            except OSError:  # the other end is closed
                break
            if not more:
                break
    os.close(main)
    return process.returncode, seen.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
def test_a_terminal_is_asked_for_what_no_option_gives(tmp_path: Path) -> None:
    code, seen = on_a_terminal(["init", "my-trial"], "A trial\nCC-BY-9\nCC-BY-4.0\nA. Reader; B. Reader\n", tmp_path)
    assert code == 0, seen
    assert "'CC-BY-9' isn't one of the open licences: " in seen
    said = json.loads((tmp_path / "datapackages" / "my-trial" / "datapackage.json").read_text())
    assert said["title"] == "A trial"
    assert said["licenses"] == [{"name": "CC-BY-4.0"}]
    assert said["contributors"] == [{"title": "A. Reader"}, {"title": "B. Reader"}]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
def test_a_question_can_be_interrupted(tmp_path: Path) -> None:
    code, seen = on_a_terminal(["init", "my-trial"], "\x04", tmp_path)
    assert (code, "outcomes: interrupted" in seen) == (130, True), seen
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such terminals")
def test_what_is_given_is_not_asked_for_and_what_is_left_out_is_left_out(tmp_path: Path) -> None:
    code, seen = on_a_terminal(["init", "my-trial", "--title", "T"], "\n\n", tmp_path)
    assert code == 0, seen
    assert "Title" not in seen
    said = json.loads((tmp_path / "datapackages" / "my-trial" / "datapackage.json").read_text())
    assert (said["title"], said["licenses"], said["contributors"]) == ("T", [], [])
