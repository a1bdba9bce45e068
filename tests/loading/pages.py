"""The commands of other tools that docs/loading.md and docs/store.md show, run as they stand, in this registry as it was after its first records.
Those of ours are run by tests/docs, in the same after more of them.

A block whose first line names a file (```` ```r rates.R ````) is written to it. In a block of ``console`` each line ``$ …`` is a command, and
what follows is what it prints. ``python -m tests.loading`` writes the outputs anew.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from registry.access import open as open_registry
from registry.depositing import deposit
from tests import fixed

ROOT = Path(__file__).parents[2]
PAGES = ("docs/loading.md", "docs/store.md")
OURS = "$ outcomes "
CLIENTS = ROOT / "build" / "clients" / "bin"
"""Where `make test-clients` puts clients that the project doesn't depend on."""
_THEIRS = re.compile(r"sqlite-utils|datasette|ibis|frictionless index")
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Command:
    """A command of a page, and what it prints by the page."""

    page: str
    line: str
    printed: str

    @property
    def tool(self) -> str:
        return self.line.split()[0]

    @property
    def theirs(self) -> bool:
        """Whether it needs a client that only `make test-clients` installs."""
        return _THEIRS.search(self.line) is not None


def commands() -> Iterator[Command]:
    for page in PAGES:
        for kind, _, body in BLOCK.findall((ROOT / page).read_text(encoding="utf-8")):
            if kind == "console" and not body.startswith(OURS):
                line, _, printed = body.partition("\n")
                yield Command(page, line.removeprefix("$ "), printed.rstrip("\n"))


def registry_in(folder: Path) -> Path:
    """The fixed registry with its ledger, and the pages' files."""
    fixed.copied(folder)
    deposit(open_registry(folder), "linde-2015", None, folder / "deposit")
    for page in PAGES:
        for _, name, body in BLOCK.findall((ROOT / page).read_text(encoding="utf-8")):
            if name:
                (folder / name).write_text(body, encoding="utf-8")
    return folder


def run(line: str, folder: Path, first: Path | None = None) -> str:
    """What a command prints, its tools taken from ``first`` where they are there. Raises ``AssertionError`` where it fails."""
    path = os.pathsep.join([str(first or Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "COLUMNS": "110", "PYTHONUTF8": "1", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
    done = subprocess.run(["bash", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    return "\n".join(text.rstrip() for text in done.stdout.splitlines()).rstrip()


def replayed(page: str, folder: Path) -> str:
    """The page with every output as it comes out now."""

    def block(match: re.Match[str]) -> str:
        kind, _, body = match.groups()
        line = body.partition("\n")[0]
        if kind != "console" or line.startswith(OURS):
            return match[0]
        command = Command("", line.removeprefix("$ "), "")
        return f"```console\n{line}\n{run(command.line, folder, CLIENTS if command.theirs else None)}\n```"

    return BLOCK.sub(block, page)
