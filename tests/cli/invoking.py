"""Running the command line within the test's own process, which spares every test the imports of a new one."""

from __future__ import annotations

import contextlib
import io
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from registry.cli.edge import run

_ONE_OF_SEVERAL = re.compile(
    r"(?<![\w,.–/-])(?<!→ )(?<!found, )1 (?:people|strata|studies|(?:arm|byte|cell|claim|contrast|day|document|error|figure|file|finding|harm|note|outcome|package|"
    r"participant|profile|reading|record|release|row|rule|score|source|term|treatment|trial|visit|waiver|warning)s)\b"
)
"""A number that doesn't agree with its noun. An exit code's name isn't counted, and two numbers with an arrow have one noun."""


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
    assert not (odd := _ONE_OF_SEVERAL.findall(out.getvalue() + err.getvalue())), odd
    return Done(int(code), out.getvalue(), err.getvalue())
