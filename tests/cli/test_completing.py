"""Completion, asked by bash itself on a terminal: it cuts words at @ and =, and puts in what it is answered behind the cut."""

from __future__ import annotations

import os
import re
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.cli.completing import _typed
from registry.cli.options import complete_accepted, subject_terms
from tests.loading.registries import make


def _has_bash() -> bool:
    """Whether there is one of 4.4 or later, as typer asks for, on a system with terminals."""
    if sys.platform == "win32" or shutil.which("bash") is None:
        return False
    told = subprocess.run(
        ["bash", "-c", "echo ${BASH_VERSINFO[0]} ${BASH_VERSINFO[1]}"], capture_output=True, text=True, check=True
    )
    return tuple(map(int, told.stdout.split())) >= (4, 4)


needs_bash = pytest.mark.skipif(not _has_bash(), reason="there is no bash 4.4")

ROOT = Path(__file__).parents[2]

_BEGIN = f"""#!/bin/sh
exec '{sys.executable}' -c 'import sys; sys.argv[0] = "outcomes"; from registry.cli import main; main()' "$@"
"""

_SHOW = r"""bind -x '"\C-xl": printf "<%s>" "$READLINE_LINE"'; bind 'set bell-style none'; eval "$(_OUTCOMES_COMPLETE=source_bash outcomes)"; echo re''ady"""
"""What makes bash print the line as it is by a key, and completes `outcomes` as `--install-completion` has it."""


class Bash:
    """A bash on a terminal, to which a line is typed and a key that completes it."""

    def __init__(self, folder: Path, path: Path) -> None:
        import pty

        self.main, end = pty.openpty()
        environment = {**os.environ, "PATH": f"{path}{os.pathsep}{os.environ['PATH']}", "PS1": "$ ", "TERM": "dumb", "PYTHONPATH": str(ROOT)}  # fmt: skip
        environment |= {"INPUTRC": os.devnull, "COLUMNS": "200"}
        self.process = subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-i"],
            cwd=folder,
            env=environment,
            stdin=end,
            stdout=end,
            stderr=end,
            start_new_session=True,
        )
        os.close(end)
        self._type(_SHOW + "\n", "\nready|\rready")

    def after(self, line: str, key: str = "\t") -> tuple[str, list[str]]:
        """The line once a key completed it, and what was listed."""
        seen = self._type(f"{line}{key}\x18l", "<(.*)>")
        left = re.findall(r"<(.*)>", seen)[0]
        self._type("\x15echo cl''eared\n", "cleared")
        listed = seen.partition("\n")[2].partition("$ ")[0] if key == LIST else ""
        return left, listed.split()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.main)

    def _type(self, keys: str, until: str) -> str:
        os.write(self.main, keys.encode())
        seen, end = "", time.monotonic() + 60
        while re.search(until, seen) is None:
            assert time.monotonic() < end, repr(seen)
            if select.select([self.main], [], [], 0.1)[0]:
                seen += os.read(self.main, 65536).decode()
        return seen


LIST = "\x1b?"
"""The key that lists what a word may go on as."""


@pytest.fixture(scope="module")
def bash(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bash]:
    folder, path = tmp_path_factory.mktemp("registry"), tmp_path_factory.mktemp("bin")
    make(folder)
    (path / "outcomes").write_text(_BEGIN, encoding="utf-8")
    (path / "outcomes").chmod(0o755)
    shell = Bash(folder, path)
    yield shell
    shell.close()


@needs_bash
@pytest.mark.parametrize(
    ("typed", "there"),
    [
        ("outcomes lock sam", "outcomes lock sample "),
        ("outcomes lock sample@1", "outcomes lock sample@1.0.0 "),
        ("outcomes diff sample@1.0.0 sample@dr", "outcomes diff sample@1.0.0 sample@draft "),
        ("outcomes lock sample@dr", "outcomes lock sample@dr"),
        ("outcomes retract sample@2", "outcomes retract sample@2.0.0 "),
        ("outcomes sources check sam", "outcomes sources check sample "),
        ("outcomes vocab adopt sam", "outcomes vocab adopt sample "),
        ("outcomes list --format=j", "outcomes list --format=json "),
    ],
)
def test_bash_goes_on_behind_its_cut(bash: Bash, typed: str, there: str) -> None:
    assert bash.after(typed) == (there, [])


@needs_bash
def test_bash_lists_the_versions(bash: Bash) -> None:
    assert bash.after("outcomes lock sample@", LIST) == ("outcomes lock sample@", ["@1.0.0", "@2.0.0"])
    assert bash.after("outcomes diff sample@", LIST)[1] == ["@1.0.0", "@2.0.0", "@draft"]


@pytest.mark.parametrize(
    ("words", "place", "typed"),
    [
        (["outcomes", "lock", "a"], 2, (["outcomes", "lock", "a"], 2, "")),
        (["outcomes", "lock", "a", "@"], 3, (["outcomes", "lock", "a@"], 2, "a")),
        (["outcomes", "lock", "a", "@", "1"], 4, (["outcomes", "lock", "a@1"], 2, "a")),
        (["outcomes", "diff", "a", "@", "1", "b", "@", "2"], 7, (["outcomes", "diff", "a@1", "b@2"], 3, "b")),
        (["outcomes", "list", "--format", "=", "j"], 4, (["outcomes", "list", "--format=j"], 2, "--format=")),
        (["outcomes", "diff", "a", "@", "1", ""], 5, (["outcomes", "diff", "a@1", ""], 3, "")),
        (["outcomes", "diff", "a", "b", "@", "1"], 2, (["outcomes", "diff", "a", "b@1"], 2, "")),
    ],
)
def test_words_are_put_together_again(words: list[str], place: int, typed: tuple[list[str], int, str]) -> None:
    assert _typed(words, place) == typed


def test_what_takes_accepted_versions_is_offered_no_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert complete_accepted("sample@") == ["sample@1.0.0", "sample@2.0.0"]


def test_a_treatment_and_a_class_of_one_name_are_offered_once() -> None:
    terms = [term for term, _ in subject_terms("")]
    assert terms.count("placebo") == 1
    assert len(terms) == len(set(terms))
