"""``python -m tests.benchmarks [--quick] [--output FILE]``: measure everything and write docs/benchmarks.md.

With ``--quick``, smaller tables, fewer rounds and nothing that takes minutes, printed and not written.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.benchmarks.contenders import COMMANDS, CONTENDERS, OUTCOMES, extra_name
from tests.benchmarks.growing import grown, table
from tests.benchmarks.larger import LARGER, built
from tests.benchmarks.measuring import ROOT, Measured, interleaved, measure, median
from tests.benchmarks.page import page, with_pooling, with_ratios
from tests.benchmarks.pooling import POOLING, measured
from tests.benchmarks.pooling import table as pooling_table
from tests.benchmarks.ratios import measured as measured_ratios
from tests.benchmarks.ratios import table as ratios_table


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 and 100,000 rows, printed and not written")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "benchmarks.md")
    parser.add_argument("--rounds", type=int, default=7, help="times that each command is run on the small table")
    parser.add_argument("--limit", type=int, default=600, help="seconds that frictionless is given for the large table")
    parser.add_argument(
        "--only-pooling", action="store_true", help="measure estimators alone, and leave the rest of the page as it is"
    )
    parser.add_argument("--only-ratios", action="store_true", help="the same with commands beside yardsticks")
    options = parser.parse_args()
    if options.only_ratios:
        with tempfile.TemporaryDirectory(prefix="outcomes-bench-") as scratch:
            os.environ["OUTCOMES_CACHE"] = str(Path(scratch) / "cache")
            words = ratios_table(measured_ratios(Path(scratch)))
        options.output.write_text(with_ratios(options.output.read_text(encoding="utf-8"), words), encoding="utf-8")
        return
    if options.only_pooling:
        text = options.output.read_text(encoding="utf-8")
        options.output.write_text(with_pooling(text, pooling_table(measured())), encoding="utf-8")
        return
    small, large, largest = (1_000, 100_000, 500_000) if options.quick else (1_000, 1_000_000, 5_000_000)
    rounds, limit = 3 if options.quick else options.rounds, options.limit
    with tempfile.TemporaryDirectory(prefix="outcomes-bench-") as scratch:
        work = Path(scratch)
        os.environ["OUTCOMES_CACHE"] = str(work / "cache")
        folder = work / "datapackages"
        folder.mkdir()
        packages = {small: _generated(folder, small)}
        _build(work)
        packages |= {rows: _generated(work, rows) for rows in (large, largest)}
        commands = {rows: _commands(work, package) for rows, package in packages.items()}
        sizes = {small: _medians(commands[small], rounds, "1 of 6")}
        # Minutes of it: once, and by itself, and the table alone.
        without = {name: c for name, c in commands[large].items() if CONTENDERS[name].library != "frictionless"}
        sizes[large] = _medians(without, max(3, rounds - 2), "2 of 6")
        sizes[large] |= {"frictionless": measure(commands[large]["frictionless"], limit=limit)}
        most = _medians({"outcomes": commands[largest]["outcomes"]}, 1 if options.quick else 2, "3 of 6")
        ours = {rows: sizes[rows]["outcomes"] for rows in (small, large)} | {largest: most["outcomes"]}
        growth = {count: _registry(work, count, rounds) for count in ((1, 20, 100) if options.quick else (1, 100, 1_000))}
        twice = table(grown(work, min(rounds, 3), 10 if options.quick else 1))
        ratios = ratios_table(measured_ratios(work, min(rounds, 3)))
        larger, queries = ("", "") if options.quick else _larger(work, min(rounds, 3))
        pooling = pooling_table(measured({name: one.sizes[:1] for name, one in POOLING.items()} if options.quick else None))
        everyday = _medians({name: [OUTCOMES, *words] for name, words in COMMANDS.items()}, rounds, "6 of 6")
    text = page(sizes, ours, growth, twice, ratios, larger, queries, pooling, everyday, limit)
    if options.quick:
        sys.stdout.write(text)
    else:
        options.output.write_text(text, encoding="utf-8")


def _build(root: Path) -> None:
    """A registry of the one small package, with its database, for the commands that ask one."""
    os.environ["OUTCOMES_ROOT"] = str(root)
    subprocess.run([OUTCOMES, "build", "--drafts"], cwd=root, check=True, capture_output=True)


def _registry(work: Path, count: int, rounds: int) -> dict[str, Measured]:
    """``accept`` of one more package, ``verify`` of every file, and again of files that are unchanged, in a registry of so many accepted
    packages.
    """
    sys.stderr.write(f"part 4 of 6: a registry of {count:,} packages\n")
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


def _larger(work: Path, rounds: int) -> tuple[str, str]:
    """The tables of what takes minutes, and of queries of the database that it builds."""
    found = measured_ratios(work, rounds, LARGER)
    asked = [sys.executable, "-m", "tests.benchmarks.queries", str(built(work))]
    queries = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return ratios_table(found, LARGER), queries.rstrip()


def _generated(work: Path, rows: int) -> Path:
    folder = work / f"trials-{rows}"
    subprocess.run([sys.executable, "-m", "tests.benchmarks.generator", str(folder), str(rows)], cwd=ROOT, check=True)
    return folder


def _commands(work: Path, package: Path) -> dict[str, list[str]]:
    settings = work / f"settings-{package.name}"
    settings.mkdir()
    return {name: contender.command(package, settings) for name, contender in CONTENDERS.items()}


def _medians(commands: Mapping[str, Sequence[str]], rounds: int, part: str) -> dict[str, Measured]:
    sys.stderr.write(f"part {part}: {', '.join(commands)}, {rounds} times\n")
    return {name: median(runs) for name, runs in interleaved(commands, rounds).items()}


if __name__ == "__main__":
    main()
