"""Doing work in a process of its own, which may be ended from without.

A library that reads a stranger's bytes can abort, panic, loop, or take all memory there is, and no handler of exceptions helps
the process that it is in. So the work is done in a child process with limits: it reports its progress and its result as
lines of JSON; however it ends, its parent raises an exception.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NoReturn

from registry.importing.bounds import Limits, hold, says_full
from validation.interruption import is_out_of_memory

__all__ = ["ChildFault", "EndedError", "main", "run", "start"]

_MOST_SAID = 4_000


class EndedError(Exception):
    """The child went over its ``memory`` or its ``time``, or ended by itself (``crash``).

    ``at`` is what it last said it was at; ``said`` is what it wrote on standard error, or the signal that ended it.
    """

    def __init__(self, why: str, at: Any, said: str = "") -> None:
        super().__init__(f"{why}: {said}")
        self.why, self.at, self.said = why, at, said


class ChildFault(Exception):  # noqa: N818  a fault of ours, which was found in the child
    """The child raised what it should not have. The message is its traceback."""


def run(work: Callable[..., Any], arguments: dict[str, Any], *, scratch: Path, limits: Limits) -> Any:
    """Call a function of a module as ``work(tell, **arguments)`` in a process of its own, and give what it returns.

    Arguments and result are what JSON holds. With ``tell(at)`` the function reports its progress, which restarts the time limit of a
    stage. ``scratch`` is a folder for what libraries write. Raises ``EndedError``, ``OSError`` where the function raised it,
    and ``ChildFault``. The child is gone when this returns or raises, Ctrl-C included.
    """
    order = {"work": f"{work.__module__}:{work.__qualname__}", "arguments": arguments, "limits": vars(limits)}
    with (scratch / "stderr").open("w+b") as stderr:
        process = start(stderr, os.environ | limits.environment)
        try:
            return _wait(process, order, stderr, limits)
        finally:
            _end(process)


def start(stderr: IO[bytes], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    """A new process that runs :func:`main`, with pipes as its standard input and output."""
    return subprocess.Popen(
        # isolated: neither a variable of the environment nor the working folder says what is imported
        [sys.executable, "-I", "-B", "-c", _START, json.dumps(_paths())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=stderr,
        env=environment,
        start_new_session=True,  # Ctrl-C is its parent's to answer
    )


_START = f"import json, sys; sys.path[:] = json.loads(sys.argv[1]); from {__name__} import main; main()"


def _paths() -> list[str]:
    """Where this process finds its modules; without the working folder, unless this package is in it."""
    home, here = Path(__file__).resolve().parents[__name__.count(".")], Path.cwd()
    paths = [path for path in sys.path if path and (Path(path).resolve() != here or here == home)]
    return paths if str(home) in paths else [*paths, str(home)]


def _wait(process: subprocess.Popen[bytes], order: dict[str, Any], stderr: IO[bytes], limits: Limits) -> Any:
    lines: queue.Queue[bytes | None] = queue.Queue()
    threading.Thread(target=_collect, args=(process.stdout, lines), daemon=True).start()
    assert process.stdin is not None  # noqa: S101  the type says it may be
    with contextlib.suppress(OSError):  # of a child that is gone, the return code tells
        process.stdin.write(json.dumps(order).encode() + b"\n")
        process.stdin.flush()
    at, end = None, time.monotonic() + limits.whole
    try:
        while (line := lines.get(timeout=_left(limits.whole if at is None else limits.seconds, end))) is not None:
            word, value = json.loads(line)
            match word:
                case "at":
                    at = value
                case "done":
                    return value
                case "system":
                    raise OSError(*value)
                case "memory" | "crash":
                    raise EndedError(word, at, value)
                case _:
                    raise ChildFault(value)
    except queue.Empty:
        raise EndedError("time", at) from None
    code = process.wait()
    stderr.seek(max(0, stderr.seek(0, os.SEEK_END) - _MOST_SAID))
    said = stderr.read().decode(errors="replace")
    ended_by = signal.Signals(-code).name if code < 0 else ""
    if says_full(said) or ended_by == "SIGKILL":  # which the system sends when its own memory runs out
        raise EndedError("memory", at, said)
    if ended_by == "SIGXCPU":
        raise EndedError("time", at)
    raise EndedError("crash", at, ended_by or f"exit code {code}: {said}")


def _left(seconds: float, end: float) -> float:
    return max(0, min(seconds, end - time.monotonic()))


def _collect(stdout: IO[bytes], lines: queue.Queue[bytes | None]) -> None:
    with contextlib.suppress(ValueError):  # closed, since nobody waits any more
        for line in stdout:
            lines.put(line)
    lines.put(None)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None and hasattr(os, "killpg"):
        os.killpg(process.pid, signal.SIGKILL)  # and whatever a library may have started
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def main() -> NoReturn:
    """Be the child: read the order from standard input, do the work, say what came of it, and end."""
    channel = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # what a library prints is no answer

    def say(word: str, value: Any) -> None:
        channel.write(json.dumps([word, value]) + "\n")
        channel.flush()

    def answer(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        say(*_fault(kind, error, trace))

    sys.excepthook = answer
    order = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    hold(Limits(**order["limits"]))
    module, _, name = order["work"].partition(":")
    say("done", getattr(import_module(module), name)(lambda at: say("at", at), **order["arguments"]))
    os._exit(0)  # nothing has to be tidied up: the libraries' own way out takes its time


def _fault(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> tuple[str, Any]:
    # Python itself stumbles where there is no memory for its next step; and Ctrl-C is not ours to get
    if is_out_of_memory(error) or says_full(str(error)) or isinstance(error, SystemError | KeyboardInterrupt):
        return "memory", str(error)
    if isinstance(error, OSError):
        return "system", [error.errno, error.strerror or str(error), error.filename]
    if kind.__name__ == "PanicException":  # of a library in Rust, each of which has a class of this name
        return "crash", str(error)
    return "fault", "".join(traceback.format_exception(kind, error, trace))


def _end_with_parent() -> None:
    os.read(0, 1)  # gives nothing until the other end is closed, be it by the parent's death
    os._exit(1)
