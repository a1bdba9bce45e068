"""The examples in the documentation, run as they stand.

In a block of ``console`` each line ``$ outcomes …`` is a command, and what follows is what it prints. A block of ``csv`` with a file's name
is written into the package that the page makes. ``python -m tests.docs`` writes the outputs anew.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
from pathlib import Path
from unittest import mock

from registry.cli.exits import Exit
from tests import fixed
from tests.cli.invoking import outcomes

ROOT = Path(__file__).parents[2]
PAGES = (
    "README.md",
    *(f"docs/{name}.md" for name in ("first-package", "store", "querying", "lineage", "comparing", "exporting", "auditing")),
)

_BLOCK = re.compile(r"^```(console|csv)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def registry_in(folder: Path, database: Path | None = None) -> Path:
    """A copy of the documented registry with its database, which is built if there is none to copy, to run examples in."""
    fixed.copied(folder, fixed.DOCUMENTED)
    if database is None:
        run("outcomes build", folder)
    else:
        shutil.copy(database, folder / "registry.duckdb")
    return folder


def run(command: str, folder: Path) -> str:
    """What a command prints, as somebody without a terminal of their own sees it."""
    settings = {name: value for name, value in os.environ.items() if name != "OUTCOMES_ROOT"}
    with mock.patch.dict(os.environ, settings | {"COLUMNS": "110", "NO_COLOR": "1"}, clear=True):
        done = outcomes(*shlex.split(command)[1:], cwd=folder, one_stream=True)
    assert done.returncode != Exit.BUG, f"{command}: {done.stdout}"
    return "\n".join(line.rstrip() for line in done.stdout.splitlines())


PICTURE = ROOT / "docs" / "images" / "forest.svg"
_PICTURED = "outcomes compare esketamine quetiapine --outcome remission --population trd.episode.consecutive --plot"


def pictured(folder: Path) -> bytes:
    """The picture on the first page, drawn now."""
    run(f"{_PICTURED} picture.svg", folder)
    return (folder / "picture.svg").read_bytes()


def replayed(page: str, folder: Path) -> str:
    """The page with every output as it comes out now."""

    def block(match: re.Match[str]) -> str:
        kind, name, body = match.groups()
        if kind == "csv" and name is not None:
            (folder / "datapackages" / "my-trial" / name).write_text(body, encoding="utf-8")
            return match[0]
        commands = [line for line in body.splitlines() if line.startswith("$ outcomes ")]
        if kind != "console" or not commands or "…" in commands[0]:
            return match[0]
        printed = [f"{line}\n{run(line[2:], folder)}".strip() for line in commands]
        return "```console\n" + "\n".join(printed) + "\n```"

    return _BLOCK.sub(block, page)
