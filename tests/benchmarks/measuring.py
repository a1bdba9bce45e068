"""A command as a whole process: wall time, CPU time and the most memory it held, as the kernel tells them."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Measured", "interleaved", "measure", "median"]

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Measured:
    """Seconds and bytes of one process with its children. ``code`` is None where it was stopped at the time limit."""

    wall: float
    cpu: float
    memory: int
    code: int | None


def measure(command: Sequence[str], *, limit: float = 3600) -> Measured:
    """Run a command once and wait for it, at most ``limit`` seconds.

    The most memory of a process counts what it held before it became the command, which is this process: so nothing heavy is
    ever imported here.
    """
    began = time.perf_counter()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stopped = False
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        if time.perf_counter() - began > limit and not stopped:
            stopped = True
            process.send_signal(signal.SIGKILL)
        time.sleep(0.002)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)  # it was waited for here, not by the module
    return Measured(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, None if stopped else process.returncode)


def interleaved(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, list[Measured]]:
    """Run the commands in turn, A B C A B C, so that whatever else the machine does falls on all of them alike.

    A first round isn't counted: it writes the bytecode and fills the cache of files, which happens once after an install. Where one round is asked for, of what
    takes minutes, it is the only one.
    Raises ``RuntimeError`` where one says that it failed: a table without defects has none to find.
    """
    runs: dict[str, list[Measured]] = {name: [] for name in commands}
    for counted in range(0 if rounds > 1 else 1, rounds + 1):
        for name, command in commands.items():
            measured = measure(command)
            if measured.code:
                raise RuntimeError(f"{name} left with {measured.code}: {' '.join(command)}")
            if counted:
                runs[name].append(measured)
    return runs


def median(runs: Sequence[Measured]) -> Measured:
    """The median of each figure by itself."""
    return Measured(
        statistics.median(r.wall for r in runs),
        statistics.median(r.cpu for r in runs),
        int(statistics.median(r.memory for r in runs)),
        runs[-1].code,
    )
