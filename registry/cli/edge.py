"""The edge of the process: what any command may raise becomes a message and an exit code here, and nowhere else."""

from __future__ import annotations

import datetime
import os
import sys
import tempfile
import traceback
from enum import IntEnum
from pathlib import Path
from typing import NoReturn

__all__ = ["CommandError", "Exit", "fail", "run"]


class Exit(IntEnum):
    """What the process says to its caller."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    COULD_NOT_RUN = 3
    BUG = 4
    INTERRUPTED = 130


class CommandError(Exception):
    """A command can't go on, through no fault of its own. The message says why and what to do."""

    def __init__(self, message: str, code: Exit = Exit.COULD_NOT_RUN) -> None:
        super().__init__(message)
        self.code = code


def fail(message: str, code: Exit = Exit.COULD_NOT_RUN) -> NoReturn:
    """End the command with a message on stderr and an exit code."""
    raise CommandError(message, code)


def run() -> int:
    """Run the command line on the process's arguments. Returns the exit code."""
    from registry.cli.app import app
    from registry.root import NotFoundError

    try:
        app()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else Exit.OK if end.code is None else Exit.COULD_NOT_RUN
    except KeyboardInterrupt:
        return _say("interrupted; nothing was changed", Exit.INTERRUPTED)
    except BrokenPipeError:
        # Whoever read the output has seen enough; the interpreter must not try to flush the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.OK
    except CommandError as error:
        return _say(str(error), error.code)
    except NotFoundError as error:
        return _say(str(error), Exit.USAGE)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _say(f"{where}{error.strerror or error}", Exit.COULD_NOT_RUN)
    except Exception as error:  # the last word on anything unforeseen: it is our fault, and the log says where
        from validation.interruption import is_interruption

        return _say("interrupted; nothing was changed", Exit.INTERRUPTED) if is_interruption(error) else _bug()
    return Exit.OK


def _say(message: str, code: Exit) -> int:
    print(f"outcomes: {message}", file=sys.stderr)
    return code


def _bug() -> int:
    """Keep a log of the bug in a file and say where."""
    told = "\n".join([f"outcomes {' '.join(sys.argv[1:])}", f"Python {sys.version}", traceback.format_exc()])
    name = f"outcomes-bug-{datetime.datetime.now(datetime.UTC):%Y%m%dT%H%M%S}-{os.getpid()}.log"
    path = Path(tempfile.gettempdir()) / name
    try:
        path.write_text(told, encoding="utf-8")
        kept = f"a log was kept in {path}"
    except OSError:
        kept = told
    return _say(f"this is a bug in outcomes, not in your data; please report it: {kept}", Exit.BUG)
