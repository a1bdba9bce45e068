"""A run: cases of every kind in turn, each in two processes, with what was done kept so that a run goes on where it was stopped.

Neither process waits for the other, so that both are always at work. What failed is tried again, smaller, in two others: going back would
have those make all cases anew.
"""

from __future__ import annotations

import difflib
import itertools
import json
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.fuzz.reducing import same_fault
from tests.fuzz.workers import LIMIT, OVER, Answer, Worker

__all__ = ["Run", "disagreement"]

HASH_SEEDS = (1, 2)
"""Of the two processes: a report that depends on the order of a set differs between them."""

AHEAD = 30
"""Cases by which one process may be ahead of the other."""

SAVED_EVERY = 5.0
"""Seconds."""

REDUCING = 60.0
"""Seconds for which a smaller case is looked for that fails in the same way."""


@dataclass
class Run:
    """``counts`` are the cases to try of each kind; ``folder`` keeps how far the run is and the cases that failed."""

    seed: int
    counts: Mapping[str, int]
    folder: Path
    limit: float = LIMIT
    say: Callable[[str], None] = print
    done: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    @property
    def state(self) -> Path:
        """The file that says how far the run is."""
        return self.folder / f"{self.seed}.json"

    def resume(self) -> None:
        """Go on where a run with this seed was stopped, if one was."""
        if self.state.is_file():
            kept = json.loads(self.state.read_text(encoding="utf-8"))
            if any(kept["done"].get(kind, 0) < count for kind, count in self.counts.items()):
                self.done, self.failed = kept["done"], kept["failed"]

    def run(self) -> bool:
        """Try every case. Returns whether none failed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with _workers(self.limit) as workers, _workers(self.limit) as others:
            try:
                for kind, count in self.counts.items():
                    self._run(kind, count, workers, others)
            finally:
                self._save()
        return not self.failed

    def _run(self, kind: str, count: int, workers: list[Worker], others: list[Worker]) -> None:
        began = saved = time.monotonic()
        first = self.done.get(kind, 0)
        for number, answers in enumerate(_tried(workers, kind, self.seed, range(first, count)), first):
            fault = disagreement(answers)
            if fault and any(answer.report == OVER for answer in answers):
                fault = disagreement(_answers(others, kind, self.seed, number))  # beside other work, a case may be over by chance
            if fault:
                steps, fault = self._reduced(kind, number, fault, others)
                self._keep(kind, number, steps, fault, others[0])
            self.done[kind] = number + 1
            if time.monotonic() - saved > SAVED_EVERY:
                saved = time.monotonic()
                self._save()
        own = sum(name.startswith(f"{kind}-") for name in self.failed)
        went = f", {first} of them before" if first else ""
        self.say(f"{kind}: {count} tried{went}, {own} failed, {time.monotonic() - began:.0f} s")

    def _reduced(self, kind: str, number: int, fault: str, workers: list[Worker]) -> tuple[tuple[int, ...], str]:
        """The steps to a smaller case that fails in the same way, and how it does; none to one that hangs, for want of time."""
        steps, step, until = (), 0, time.monotonic() + REDUCING
        late = False
        while not late and time.monotonic() < until:
            answers = _answers(workers, kind, self.seed, number, (*steps, step))
            if answers[0].none:
                break
            found, late = disagreement(answers), any(answer.late for answer in answers)
            if found and not late and same_fault(fault, found):
                steps, step, fault = (*steps, step), 0, found
            else:
                step += 1
        _answers(workers, kind, self.seed, number, steps)  # so that what lies in the folder is the case that is kept
        return steps, fault

    def _keep(self, kind: str, number: int, steps: tuple[int, ...], fault: str, worker: Worker) -> None:
        name = f"{kind}-{self.seed}-{number}"
        kept = self.folder / name
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir()
        again = f"python -m tests.fuzz --seed {self.seed} {':'.join(map(str, (kind, number, *steps)))}"
        (kept / "fault.txt").write_text(f"{again}\n\n{fault}\n", encoding="utf-8", errors="backslashreplace")
        if (worker.folder / "case").is_dir():
            shutil.copytree(worker.folder / "case", kept / "case", symlinks=True, ignore=_no_plain_files)
        self.failed.append(name)
        self.say(f"{kept}: {fault.strip().splitlines()[-1]}")

    def _save(self) -> None:
        text = json.dumps({"seed": self.seed, "counts": dict(self.counts), "done": self.done, "failed": self.failed}, indent=1)
        self.state.write_text(text + "\n", encoding="utf-8")


@contextmanager
def _workers(limit: float) -> Iterator[list[Worker]]:
    workers = [Worker(seed, limit) for seed in HASH_SEEDS]
    try:
        yield workers
    finally:
        for worker in workers:
            worker.close()


def _tried(workers: list[Worker], kind: str, seed: int, numbers: range) -> Iterator[list[Answer]]:
    """What became of one case after another, each worker in a thread of its own."""
    asked: deque[list[Future[Answer]]] = deque()
    with ExitStack() as ending:
        threads = [ending.enter_context(ThreadPoolExecutor(1)) for _ in workers]
        for thread in threads:
            ending.callback(thread.shutdown, wait=False, cancel_futures=True)
        left = iter(numbers)
        while True:
            for number in itertools.islice(left, AHEAD - len(asked)):
                asked.append(
                    [thread.submit(worker.tried, kind, seed, number) for thread, worker in zip(threads, workers, strict=True)]
                )
            if not asked:
                return
            yield [future.result() for future in asked.popleft()]


def _answers(workers: list[Worker], kind: str, seed: int, number: int, steps: tuple[int, ...] = ()) -> list[Answer]:
    for worker in workers:
        worker.ask(kind, seed, number, steps)
    return [worker.answer() for worker in workers]


def _no_plain_files(folder: str, names: list[str]) -> list[str]:
    """What waits for ever when it is copied: pipes and the like."""
    return [
        name for name in names if not any(is_it(Path(folder) / name) for is_it in (Path.is_file, Path.is_dir, Path.is_symlink))
    ]


def disagreement(answers: list[Answer]) -> str | None:
    """What is wrong with the answers of the two processes, or None: a fault of either, or reports that differ."""
    for answer in answers:
        if answer.fault is not None:
            return answer.fault
    one, other = (answer.report or "" for answer in answers)
    if one == other:
        return None
    lines = difflib.unified_diff(one.splitlines(), other.splitlines(), "one process", "the other", lineterm="", n=1)
    return "\n".join(["two reports of one case differ", *lines, "two reports of one case differ"])
