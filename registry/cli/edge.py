"""The edge of the process: what any command may raise becomes a message and an exit code here, and nowhere else."""

from __future__ import annotations

import contextlib
import datetime
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from registry.cli import lacking
from registry.cli.completing import asked_by_bash, complete_in_bash
from registry.cli.exits import CommandError, Exit
from registry.cli.streams import ReaderGone, divert

__all__ = ["run", "take_signals"]


_received: list[int] = []


def take_signals() -> None:
    """Let the signals that end a process end it as Ctrl-C does, with what it has begun cleared away."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # One that the caller ignores, as nohup does, stays ignored.
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _stop)


def _stop(number: int, _frame: FrameType | None) -> None:
    _received.append(number)
    raise KeyboardInterrupt


def run() -> int:
    """Run the command line on the process's arguments. Returns the exit code."""
    code: int = Exit.OK
    try:
        code = complete_in_bash(_run) if asked_by_bash() else _run()
        sys.stdout.flush()
    except ReaderGone:
        divert()
    except OSError as error:
        divert()
        if code <= Exit.FINDINGS:  # else why it failed has been said
            return _say(f"the output can't be written: {error.strerror or error}", Exit.COULD_NOT_RUN)
    return code


def _run() -> int:  # noqa: PLR0911, PLR0912  what may be raised, each with its answer
    from registry.cli.app import app_for
    from registry.errors import ChangedError, OutcomesError, RequestError

    if sys.flags.optimize > 1:
        # What a rule or a table means is its docstring.
        return _say(
            "Python runs without docstrings (-OO or PYTHONOPTIMIZE=2), and outcomes needs them; leave that option out",
            Exit.COULD_NOT_RUN,
        )

    try:
        app_for(sys.argv[1:])()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else Exit.OK if end.code is None else Exit.COULD_NOT_RUN
        return _interrupted() if code == Exit.INTERRUPTED else code
    except KeyboardInterrupt:
        return _interrupted()
    except CommandError as error:
        return _say(str(error), error.code)
    except RequestError as error:
        return _say(str(error), Exit.USAGE)
    except ReaderGone:
        raise
    except OSError as error:
        return _say(_of_system(error), Exit.COULD_NOT_RUN)
    except ChangedError as error:
        return _say(f"the registry's store was changed: {error}; run `outcomes verify` to check all of it", Exit.COULD_NOT_RUN)
    except OutcomesError as error:
        return _say(str(error), Exit.COULD_NOT_RUN)
    except ModuleNotFoundError as error:
        return _missing(error)
    except Exception as error:  # the last word on anything unforeseen: it is our fault, and the log says where
        from registry.database import reaches_out
        from registry.packages.room import disk_error
        from validation.interruption import is_interruption, is_out_of_memory

        if is_out_of_memory(error):
            return _say("there is not enough memory", Exit.COULD_NOT_RUN)
        from validation.catalogue import RulesError  # with the report's classes, which most commands do without

        if isinstance(error, RulesError):
            return _say(str(error), Exit.COULD_NOT_RUN)
        if reaches_out(error):
            # Nothing of ours asks for a file from within the database: what was opened is somebody else's.
            told = str(error).splitlines()[0]
            return _say(
                f"the database wasn't made by this version's build ({told}); run `outcomes build` again", Exit.COULD_NOT_RUN
            )
        if (found := disk_error(error)) is not None:
            return _say(_of_system(found), Exit.COULD_NOT_RUN)
        return _interrupted() if is_interruption(error) else _bug()
    return Exit.OK


def _missing(error: ModuleNotFoundError) -> int:
    try:
        return _say(lacking(error), Exit.COULD_NOT_RUN)
    except ModuleNotFoundError:
        return _bug()


def _of_system(error: OSError) -> str:
    return f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror or error)


def _interrupted() -> int:
    _say("interrupted", Exit.INTERRUPTED)
    return 128 + _received[-1] if _received else Exit.INTERRUPTED


def _say(message: str, code: Exit) -> int:
    if not (message.isascii() and message.isprintable()):
        from validation.formats.visible import visible_lines

        # Names of packages and words of DuckDB's about data stand in messages: they must not paint the terminal.
        message = visible_lines(message)
    with contextlib.suppress(OSError):
        print(f"outcomes: {message}", file=sys.stderr)
    return code


def _bug() -> int:
    """Keep a log of the bug in a file and say where."""
    import tempfile
    import traceback

    told = "\n".join([f"outcomes {' '.join(sys.argv[1:])}", f"Python {sys.version}", traceback.format_exc()])
    name = f"outcomes-bug-{datetime.datetime.now(datetime.UTC):%Y%m%dT%H%M%S}-{os.getpid()}.log"
    try:
        path = Path(tempfile.gettempdir()) / name
        # Anybody may write to the folder: a link that waits under the name is not followed.
        with path.open("x", encoding="utf-8", errors="backslashreplace") as file:
            file.write(told)
        kept = f"the log is in {path}"
    except OSError:
        kept = told
    return _say(f"this is a bug in outcomes, not in your data; please report it: {kept}", Exit.BUG)
