"""The command line, ``outcomes``. One module holds a command or a few of a kind; this one holds the process's edge."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import sys
from typing import NoReturn

__all__ = ["lacking", "main"]


def main() -> None:
    """Run the command line and exit, with a code of :class:`registry.cli.exits.Exit`."""
    # Nearly all that a command makes stays to its end: the classes and functions of libraries. To look it through for garbage
    # every few hundred objects takes a twentieth of the time in which a small package is validated.
    gc.set_threshold(100_000)
    # The matrices here are small: a second thread of the linear algebra only waits in a loop for the first, which takes as long again.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from registry.cli.edge import run, take_signals
        from registry.cli.streams import prepare

        prepare()
        take_signals()
        code = run()
    except KeyboardInterrupt:
        code = 130  # before anything was begun, or after all was done
    except ModuleNotFoundError as error:
        sys.stderr.write(f"outcomes: {lacking(error)}\n")
        code = 3
    _leave(code)


def lacking(error: ModuleNotFoundError) -> str:
    """What to do about a library that outcomes can't do without, or about a file that is found in the place of one of its own packages. Raises
    the error again if it is one of its own modules that isn't there.
    """
    from importlib.util import find_spec
    from pathlib import Path

    name = str(error.name).partition(".")[0]
    if name in {__name__.partition(".")[0], "validation", "schemas"}:
        spec = find_spec(name)
        if (
            spec is not None
            and spec.origin
            and not Path(spec.origin).resolve().is_relative_to(Path(__file__).resolve().parents[2])
        ):
            return f"{name} is shadowed by {Path(spec.origin).resolve()}: run outcomes from another folder, or rename that one"
        raise error
    return f"{name} isn't installed, and outcomes needs it; reinstall trial-outcomes in its own environment (`outcomes doctor` lists what it needs)"


def _leave(code: int) -> NoReturn:
    """End the process, once what libraries have left to be done at its end is done.

    To take the modules of a data-frame library and a database apart, object by object, takes an eighth of the time in which a small
    package is validated, and frees nothing that the end of the process doesn't.
    """
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)
