"""The process of an import as a fork of this one, which has imported already what takes most of an import's time."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NoReturn
from unittest import mock

import duckdb  # noqa: F401  what the process of an import needs
import polars  # noqa: F401
import pyarrow  # noqa: F401

import registry.importing.conversion  # noqa: F401
from registry.importing import child

__all__ = ["forked"]

_TASKS = Path("/proc/self/task")
_IDLE = {"jemalloc_bg_thd", "polars-ooc-clea"}
"""Threads that only tidy up, and know what a fork is. Of others a fork has none, and waits for them without end."""


def _forkable() -> bool:
    """Whether nothing runs here besides this thread and those that only tidy up; no, where the system doesn't say."""
    own = threading.get_native_id()
    return _TASKS.is_dir() and all(task.name == str(own) or _is_idle(task) for task in _TASKS.iterdir())


def _is_idle(task: Path) -> bool:
    try:
        return (task / "comm").read_text().strip() in _IDLE
    except OSError:  # it has ended since
        return True


@contextmanager
def forked() -> Iterator[None]:
    """Within this, an import's process is a fork where this one may be forked, else one from the start."""
    with mock.patch.object(child, "start", _start):
        yield


def _start(stderr: IO[bytes], environment: dict[str, str]) -> Any:
    if _forkable():
        return _Forked(stderr, environment)
    return _anew(stderr, environment)


_anew = child.start


class _Forked:
    """What :class:`subprocess.Popen` is to its maker, of a fork."""

    def __init__(self, stderr: IO[bytes], environment: dict[str, str]) -> None:
        (their_input, ours), (output, theirs) = os.pipe(), os.pipe()
        self.returncode: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            _become(their_input, theirs, stderr.fileno(), environment)
        os.close(their_input)
        os.close(theirs)
        self.stdin, self.stdout = os.fdopen(ours, "wb"), os.fdopen(output, "rb")  # closed by its maker

    def poll(self) -> int | None:
        """How it ended, or None as long as it runs."""
        return self._ended(os.WNOHANG)

    def wait(self) -> int:
        """How it ended, as soon as it has."""
        code = self._ended(0)
        assert code is not None
        return code

    def kill(self) -> None:
        """End it, if it runs."""
        if self.returncode is None:
            os.kill(self.pid, signal.SIGKILL)

    def _ended(self, options: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, options)
            self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode


def _become(stdin: int, stdout: int, stderr: int, environment: dict[str, str]) -> NoReturn:
    try:
        os.setsid()
        for there, here in enumerate((stdin, stdout, stderr)):
            os.dup2(here, there)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))
        sys.stdin = os.fdopen(0, encoding="utf-8")
        os.environ.clear()
        os.environ.update(environment)
        child.main()
    except BaseException:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]  # there is one
    finally:
        os._exit(1)
