"""Running the command line within the test's own process, which spares every test the imports of a new one."""

from __future__ import annotations

import contextlib
import io
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from registry.cli.edge import run


@dataclass(frozen=True)
class Done:
    """What a command left: its exit code and what it said where."""

    returncode: int
    stdout: str
    stderr: str


def outcomes(*words: str, cwd: Path, stdin: str = "", one_stream: bool = False) -> Done:
    """Run a command; ``one_stream`` has all it says in ``stdout``, in the order in which it is said."""
    out, err = io.StringIO(), io.StringIO()
    err = out if one_stream else err
    with (
        mock.patch.multiple(sys, argv=["outcomes", *words], stdin=io.StringIO(stdin)),
        contextlib.chdir(cwd),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        code = run()
    assert "Traceback" not in err.getvalue(), err.getvalue()
    return Done(int(code), out.getvalue(), err.getvalue())
