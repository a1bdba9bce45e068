"""``python -m tests.benchmarks [--quick] [--only SECTION …] [--output FILE]``: measure, and write docs/benchmarks.md.

With ``--quick``, smaller tables, fewer rounds and nothing that takes minutes, printed and not written. With ``--only``, the rest of the page is left as it is.
Each section is written as soon as it is measured.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.benchmarks.contenders import COMMANDS, CONTENDERS, OUTCOMES, extra_name
from tests.benchmarks.growing import grown, table
from tests.benchmarks.larger import LARGER, built
from tests.benchmarks.measuring import ROOT, Measured, interleaved, measure, median
from tests.benchmarks.page import SECTIONS, everyday, ledger, memory, page, pooled, rows
from tests.benchmarks.pooling import POOLING, measured
from tests.benchmarks.pooling import table as pooling_table
from tests.benchmarks.ratios import measured as measured_ratios
from tests.benchmarks.ratios import table as ratios_table


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 and 100,000 rows, printed and not written")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, default=list(SECTIONS), help="these sections of the page")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "benchmarks.md")
    parser.add_argument("--rounds", type=int, default=7, help="times that each command is run on the small table")
    parser.add_argument("--limit", type=int, default=600, help="seconds that frictionless is given for the large table")
    options = parser.parse_args()
    found: dict[str, str] = {}
    for run, sections in _PARTS.items():
        wanted = not {*sections}.isdisjoint(options.only)
        if not wanted or (options.quick and run is _larger):
            continue
        sys.stderr.write(f"{', '.join(sections)}\n")
        with tempfile.TemporaryDirectory(prefix="outcomes-bench-") as scratch:
            os.environ["OUTCOMES_CACHE"] = str(Path(scratch) / "cache")
            told = run(Path(scratch), options)
        found |= dict(zip(sections, told, strict=True))
        if not options.quick:
            text = options.output.read_text(encoding="utf-8") if options.output.exists() else ""
            options.output.write_text(page(found, text), encoding="utf-8")
    if options.quick:
        sys.stdout.write(page(found))


def _checked(work: Path, options: argparse.Namespace) -> tuple[str, str]:
    """Every contender on a small and a large table, and ours on a larger one."""
    small, large, largest = (1_000, 100_000, 500_000) if options.quick else (1_000, 1_000_000, 5_000_000)
    rounds = 3 if options.quick else options.rounds
    packages = {rows: _generated(work, rows) for rows in (small, large, largest)}
    commands = {rows: _commands(work, package) for rows, package in packages.items()}
    sizes = {small: _medians(commands[small], rounds)}
    # Minutes of it: once, and by itself, and the table alone.
    without = {name: c for name, c in commands[large].items() if CONTENDERS[name].library != "frictionless"}
    sizes[large] = _medians(without, max(3, rounds - 2))
    sizes[large] |= {"frictionless": measure(commands[large]["frictionless"], limit=options.limit)}
    most = _medians({"outcomes": commands[largest]["outcomes"]}, 1 if options.quick else 2)
    ours = {rows: sizes[rows]["outcomes"] for rows in (small, large)} | {largest: most["outcomes"]}
    return rows(sizes, options.limit), memory(ours)


def _accepted(work: Path, options: argparse.Namespace) -> tuple[str]:
    rounds = 3 if options.quick else options.rounds
    return (ledger({count: _registry(work, count, rounds) for count in ((1, 20, 100) if options.quick else (1, 100, 1_000))}),)


def _twice(work: Path, options: argparse.Namespace) -> tuple[str]:
    return (table(grown(work, min(options.rounds, 3), 10 if options.quick else 1)),)


def _ratios(work: Path, options: argparse.Namespace) -> tuple[str]:
    return (ratios_table(measured_ratios(work, min(options.rounds, 3))),)


def _larger(work: Path, options: argparse.Namespace) -> tuple[str, str]:
    """What takes minutes, and queries of the database that it builds."""
    found = measured_ratios(work, min(options.rounds, 3), LARGER)
    asked = [sys.executable, "-m", "tests.benchmarks.queries", str(built(work))]
    queries = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return ratios_table(found, LARGER), queries.rstrip()


def _pooling(_: Path, options: argparse.Namespace) -> tuple[str]:
    return (pooled(pooling_table(measured({name: one.sizes[:1] for name, one in POOLING.items()} if options.quick else None))),)


def _everyday(work: Path, options: argparse.Namespace) -> tuple[str]:
    """In a registry of one small package, with its database."""
    (work / "datapackages").mkdir()
    _generated(work / "datapackages", 1_000)
    os.environ["OUTCOMES_ROOT"] = str(work)
    subprocess.run([OUTCOMES, "build", "--drafts"], cwd=work, check=True, capture_output=True)
    found = _medians({name: [OUTCOMES, *words] for name, words in COMMANDS.items()}, 3 if options.quick else options.rounds)
    del os.environ["OUTCOMES_ROOT"]
    return (everyday(found),)


_PARTS: Mapping[Callable[[Path, argparse.Namespace], tuple[str, ...]], tuple[str, ...]] = {
    _checked: ("rows", "memory"),
    _accepted: ("ledger",),
    _twice: ("twice",),
    _ratios: ("ratios",),
    _larger: ("larger", "queries"),
    _pooling: ("pooling",),
    _everyday: ("everyday",),
}
"""What is measured together, with the sections of the page that it gives."""


def _registry(work: Path, count: int, rounds: int) -> dict[str, Measured]:
    """``accept`` of one more package, ``verify`` of every file, and again of files that are unchanged, in a registry of so many accepted
    packages.
    """
    sys.stderr.write(f"a registry of {count:,} packages\n")
    root = work / f"registry-{count}"
    made = [sys.executable, "-m", "tests.benchmarks.registries", str(root), str(count), str(rounds)]
    subprocess.run(made, cwd=ROOT, check=True)
    accepts = [measure([OUTCOMES, "accept", extra_name(n), "--by", "x", "--root", str(root)]) for n in range(rounds)]
    time.sleep(3)  # what was written in the last two seconds is always hashed again
    verifies, again = (
        [measure([OUTCOMES, "verify", *more, "--root", str(root)]) for _ in range(rounds)] for more in (["--full"], [])
    )
    if any(m.code for m in (*accepts, *verifies, *again)):
        raise RuntimeError("accept or verify failed")
    return {"accept": median(accepts), "verify": median(verifies), "again": median(again)}


def _generated(work: Path, rows: int) -> Path:
    folder = work / f"trials-{rows}"
    subprocess.run([sys.executable, "-m", "tests.benchmarks.generator", str(folder), str(rows)], cwd=ROOT, check=True)
    return folder


def _commands(work: Path, package: Path) -> dict[str, list[str]]:
    settings = work / f"settings-{package.name}"
    settings.mkdir()
    return {name: contender.command(package, settings) for name, contender in CONTENDERS.items()}


def _medians(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, Measured]:
    sys.stderr.write(f"{', '.join(commands)}, {rounds} times\n")
    return {name: median(runs) for name, runs in interleaved(commands, rounds).items()}


if __name__ == "__main__":
    main()
