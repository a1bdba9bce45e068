"""Processes that try one case after another, so that a case can end its process, or never end, and the run goes on."""

from __future__ import annotations

import contextlib
import importlib
import itertools
import multiprocessing
import os
import shutil
import tempfile
import threading
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from unittest import mock

from tests.fuzz.reducing import reduced

__all__ = ["LIMIT", "OVER", "Answer", "Worker"]

LIMIT = 20.0
"""Seconds that a case may take: of the processor, where the system says how many a process has had."""

PATIENCE = 5
"""Times the limit by the clock after which even a process that had little of the processor hangs."""

OVER = "over a limit"
"""The report of a case that the code itself gave up, for it took too long or too much. Which of two limits is met first is chance."""

START = 120.0
"""Seconds that a process may take to import what it needs, besides."""

_STARTING = threading.Lock()
"""The environment is one for all threads."""


@dataclass(frozen=True)
class Answer:
    """What became of a case: ``report`` is what the code reported; ``fault`` says what it did that it must not, else it is None.
    ``late`` where it was the time that ran out; ``none`` where there is no such case.
    """

    report: str | None = None
    fault: str | None = None
    late: bool = False
    none: bool = False


class Worker:
    """A process of its own, with its own hash seed. Started when it is first asked, and again after it ended."""

    def __init__(self, hash_seed: int, limit: float = LIMIT) -> None:
        self.hash_seed = hash_seed
        self.limit = limit
        self.folder = Path(tempfile.mkdtemp(prefix="outcomes-fuzz-"))
        self._process: Any = None
        self._had: float | None = None
        self._connection: Connection | None = None

    def ask(self, kind: str, seed: int, number: int, steps: tuple[int, ...] = ()) -> None:
        """Hand over a case: of that kind, the ``number``-th of that seed, made smaller by these steps."""
        if self._process is None:
            self._start()
        assert self._connection is not None
        self._had = _processor_seconds(self._process.pid)
        with contextlib.suppress(BrokenPipeError):  # it ended by itself: the answer says so
            self._connection.send((kind, seed, number, steps))

    def answer(self) -> Answer:
        """What became of the case that was handed over. A process that takes too long is ended."""
        assert self._connection is not None
        try:
            for limit, what in ((START, "no start"), (self.limit, "no answer")):
                if not self._answers(limit):
                    self.stop()
                    return Answer(fault=f"{what} after {limit:g} s", late=True)
                answer = self._connection.recv()
                if isinstance(answer, Answer):
                    return answer
            raise AssertionError("an answer follows the start")
        except EOFError:
            self._process.join()
            code = self._process.exitcode
            self.stop()
            return Answer(fault=f"the process ended with {code}")

    def _answers(self, limit: float) -> bool:
        """Whether the process says something before the limit, which on a busy machine is later by the clock."""
        assert self._connection is not None
        for _ in range(PATIENCE):
            if self._connection.poll(limit):
                return True
            had = _processor_seconds(self._process.pid)
            if had is None or self._had is None or had - self._had >= 0.9 * limit:
                break
        return False

    def tried(self, kind: str, seed: int, number: int) -> Answer:
        """Hand over a case and wait for what becomes of it. With more to do than one machine can, it is late; a hang is late again."""
        self.ask(kind, seed, number)
        answer = self.answer()
        if answer.late:
            self.ask(kind, seed, number)
            answer = self.answer()
        return answer

    def stop(self) -> None:
        """End the process, whatever it does."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None

    def close(self) -> None:
        """End the process and clear its folder away."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        # NumPy's threads would keep the process from being forked.
        with _STARTING, mock.patch.dict(os.environ, PYTHONHASHSEED=str(self.hash_seed), OPENBLAS_NUM_THREADS="1"):
            self._process = context.Process(target=_serve, args=(theirs, str(self.folder)), daemon=True)
            self._process.start()
        theirs.close()


def _processor_seconds(pid: int) -> float | None:
    """What a process has had of the processor; None where the system doesn't say."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return None
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _serve(connection: Connection, folder: str) -> None:
    """Try what is asked for until nobody asks any more. What is left in the temporary folder goes with the worker's own."""
    tempfile.tempdir = str(Path(folder) / "temporary")
    Path(tempfile.tempdir).mkdir(exist_ok=True)
    streams: dict[tuple[str, int], tuple[int, Iterator[Any]]] = {}
    last: dict[tuple[str, int], Any] = {}
    with contextlib.suppress(EOFError):
        while True:
            kind, seed, number, steps = connection.recv()
            module = importlib.import_module(kind if "." in kind else f"tests.fuzz.{kind}")
            at, stream = streams.get((kind, seed), (0, iter(())))
            if number == at - 1:
                case = last[kind, seed]  # the same again, or smaller
            else:
                if at == 0 or at > number:
                    at, stream = 0, iter(module.cases(seed, max(module.COUNT, number + 1)))
                case = next(itertools.islice(stream, number - at, None))
            streams[kind, seed], last[kind, seed] = (number + 1, stream), case
            less = reduced(module, case, steps)
            connection.send("begins")
            connection.send(Answer(none=True) if less is None else _try(module.check, less, Path(folder)))


def _try(check: Any, case: Any, folder: Path) -> Answer:
    here = folder / "case"
    shutil.rmtree(here, ignore_errors=True)
    here.mkdir()
    try:
        with contextlib.chdir(here):
            report = check(case)
        return Answer(None if report is None else str(report).replace(str(here), "."))
    except BaseException:
        return Answer(fault=traceback.format_exc())
