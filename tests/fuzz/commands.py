"""What any command may do with any input: leave with one of its codes, and say what it has to say."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.invoking import Done

__all__ = ["leaves"]


def leaves(done: Done, codes: set[int]) -> Done:
    """What the command did, if it left with one of these codes; else the log of the bug is in the error."""
    if done.returncode in codes:
        return done
    kept = re.search(r"the log is in (\S+)", done.stderr)
    log = Path(kept[1]).read_text(encoding="utf-8") if kept else ""
    if kept:
        Path(kept[1]).unlink()
    raise AssertionError(f"left with {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}\n{log}".rstrip())
