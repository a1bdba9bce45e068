"""``python -m tests.fuzz [--seed N] [KIND | KIND=COUNT | KIND:NUMBER[:STEP…]]…``: all kinds in full, some, or one case alone."""

from __future__ import annotations

import argparse
import importlib
import secrets
import sys
from pathlib import Path

from tests.fuzz import KINDS
from tests.fuzz.running import HASH_SEEDS, Run, disagreement
from tests.fuzz.workers import Worker

FOLDER = Path("build/fuzz")


def main() -> int:
    """Run what was asked for. Returns 1 where a case failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, help="else a new one; a run that was stopped goes on under its seed")
    parser.add_argument(
        "cases",
        nargs="*",
        metavar="KIND[=COUNT|:NUMBER[:STEP]…]",
        help=f"of {', '.join(KINDS)}; else all, in full; a case of packages is twenty",
    )
    given = parser.parse_args()
    seed = secrets.randbelow(2**32) if given.seed is None else given.seed
    print(f"seed {seed}", flush=True)
    if len(given.cases) == 1 and ":" in given.cases[0]:
        kind, number, *steps = given.cases[0].split(":")
        return _one(kind, seed, int(number), tuple(map(int, steps)))
    counts = {}
    for word in given.cases or KINDS:
        kind, _, count = word.partition("=")
        if kind not in KINDS:
            parser.error(f"{kind} is none of {', '.join(KINDS)}")
        counts[kind] = int(count) if count else importlib.import_module(f"tests.fuzz.{kind}").COUNT
    run = Run(seed, counts, FOLDER, say=lambda line: print(line, flush=True))
    run.resume()
    return 0 if run.run() else 1


def _one(kind: str, seed: int, number: int, steps: tuple[int, ...]) -> int:
    workers = [Worker(hash_seed) for hash_seed in HASH_SEEDS]
    try:
        for worker in workers:
            worker.ask(kind, seed, number, steps)
        answers = [worker.answer() for worker in workers]
    finally:
        for worker in workers:
            worker.close()
    fault = disagreement(answers)
    print(fault or answers[0].report)
    return 1 if fault else 0


if __name__ == "__main__":
    sys.exit(main())
