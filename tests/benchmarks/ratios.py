"""Our commands beside yardsticks: ``python -m tests.benchmarks.ratios`` measures each pair and leaves with 1 where one has grown.

The ratio of two commands that are run in turn says more than seconds do: a machine that is slow, or busy, is so for both. ``ratios.json`` holds
what each was when it was last written, by ``--write``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.contenders import CONTENDERS, OUTCOMES
from tests.benchmarks.growing import GROWING
from tests.benchmarks.measuring import ROOT, Measured, interleaved, median

__all__ = ["COMMITTED", "MOST", "RATIOS", "Ratio", "anew", "floor", "growing", "grown", "made", "measured", "script", "table"]

COMMITTED = Path(__file__).with_name("ratios.json")
"""The ratios that a run is compared with, by name."""

MOST = 1.5
"""How many times its committed value a ratio may be."""

_LINDE = ROOT / "datapackages" / "linde-2015"


@dataclass(frozen=True)
class Ratio:
    """``ours`` and ``yardstick`` are commands over a folder that ``make``, a command too, has filled. ``rounds`` says how often where they take minutes."""

    what: str
    beside: str
    make: Callable[[Path], list[list[str]]]
    ours: Callable[[Path], list[str]]
    yardstick: Callable[[Path], list[str]]
    rounds: int | None = None


def script(module: str, *words: str) -> list[str]:
    """The command of a module of the benchmarks."""
    return [sys.executable, "-m", f"tests.benchmarks.{module}", *words]


def floor(what: str) -> Callable[[Path], list[str]]:
    """The yardstick of that name, of the folder that is measured."""
    return lambda folder: script("peers.floors", what, str(folder))


def anew(command: list[str]) -> list[str]:
    """The command, when nothing is known of what builds found before."""
    return ["sh", "-c", 'rm -rf "$OUTCOMES_CACHE/looked-at" && exec "$@"', "sh", *command]


def growing(kind: str, size: int) -> Callable[[Path], list[list[str]]]:
    """What makes so many of a kind that grows."""
    return lambda folder: [script("growing", kind, str(size), str(folder))]


def _built(folder: Path) -> list[list[str]]:
    package = folder / "datapackages" / "trials"
    return [script("generator", str(package), "1000"), [OUTCOMES, "build", "--drafts", "--root", str(folder)]]


def _sql(query: str) -> Callable[[Path], list[str]]:
    return lambda folder: [OUTCOMES, "sql", query, "--root", str(folder)]


_LISTED = 10_000
_SMALL = 200

RATIOS: Mapping[str, Ratio] = {
    "linde": Ratio(
        "`validate linde-2015`",
        "`frictionless validate` of the package",
        lambda _: [],
        lambda _: [OUTCOMES, "validate", str(_LINDE)],
        lambda folder: CONTENDERS["package"].command(_LINDE, folder),
    ),
    "outcomes": Ratio(
        "`validate`, 100,000 outcomes",
        "DuckDB alone, nine checks",
        lambda folder: [script("generator", str(folder), "100000")],
        lambda folder: [OUTCOMES, "validate", str(folder)],
        lambda folder: CONTENDERS["duckdb"].command(folder, folder),
    ),
    "visits": Ratio(
        "`validate`, 200,000 visits",
        "DuckDB alone, four checks",
        lambda folder: [script("visits", str(folder), "200000")],
        lambda folder: [OUTCOMES, "validate", str(folder)],
        floor("visits"),
    ),
    "listed": Ratio(
        f"`validate --format json`, {_LISTED:,} rows in breach, each listed",
        "the same, 20 listed a rule",
        growing("listed", _LISTED),
        lambda folder: GROWING["listed"].command(folder, _LISTED),
        lambda folder: [OUTCOMES, "validate", str(folder), "--fail-on", "never", "--format", "json"],
    ),
    "small": Ratio(
        f"`validate`, {_SMALL} packages of 50 rows",
        "reading, hashing and separating their cells",
        growing("generated", _SMALL),
        lambda folder: GROWING["generated"].command(folder, _SMALL),
        floor("packages"),
    ),
    "built": Ratio(
        f"`build --drafts`, {_SMALL} packages of one trial",
        "`validate` of them",
        growing("built", _SMALL),
        lambda folder: anew(GROWING["built"].command(folder, _SMALL)),
        lambda folder: [OUTCOMES, "validate", "--root", str(folder)],
    ),
    "compare": Ratio(
        "`compare sertraline placebo`, 1,000 outcomes",
        "importing what it needs",
        _built,
        lambda folder: [OUTCOMES, "compare", "sertraline", "placebo", "--root", str(folder)],
        floor("libraries"),
    ),
    "rates": Ratio(
        "`sql` over all of `comparable_rates`",
        "`sql` that asks for nothing",
        _built,
        _sql("SELECT outcome, count(*), avg(rate) FROM comparable_rates GROUP BY ALL"),
        _sql("SELECT 1"),
    ),
}
"""By name."""


def made(work: Path, name: str) -> Path:
    """Where the pair of that name has its files, in the folder that all is measured in."""
    return work / f"ratio-{name}" / "made"


def measured(work: Path, rounds: int = 3, among: Mapping[str, Ratio] = RATIOS) -> dict[str, tuple[Measured, Measured]]:
    """Of each, the medians of ours and of the yardstick."""
    found = {}
    for name, one in among.items():
        sys.stderr.write(f"ratios: {one.what}\n")
        folder = made(work, name)
        folder.parent.mkdir()
        for command in one.make(folder):
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        runs = interleaved({"ours": one.ours(folder), "yardstick": one.yardstick(folder)}, one.rounds or rounds)
        found[name] = median(runs["ours"]), median(runs["yardstick"])
    return found


def table(found: Mapping[str, tuple[Measured, Measured]], among: Mapping[str, Ratio] = RATIOS) -> str:
    """The table of the page on benchmarks."""
    lines = ["| | CPU s | peak MB | yardstick | its CPU s | ratio |", "|---|---:|---:|---|---:|---:|"]
    for name, (ours, theirs) in found.items():
        one = among[name]
        cells = [one.what, f"{ours.cpu:.2f}", f"{ours.memory / 1e6:,.0f}", one.beside, f"{theirs.cpu:.2f}"]
        lines.append(f"| {' | '.join([*cells, f'{ours.cpu / theirs.cpu:.2f}'])} |")
    return "\n".join(lines)


def grown(ratios: Mapping[str, float], committed: Mapping[str, float]) -> list[str]:
    """What has grown beyond measure, a line each: a ratio that is more than ``MOST`` times the committed one, or isn't committed at all."""
    told = []
    for name, ratio in ratios.items():
        if name not in committed:
            told.append(f"{name}: {ratio:.2f} has nothing to be compared with; `--write` writes it")
        elif ratio > MOST * committed[name]:
            told.append(f"{name}: {ratio:.2f} was {committed[name]:.2f}; at most {MOST:g} times that is allowed")
    return told


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.ratios", description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {COMMITTED.name} instead of comparing with it")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="outcomes-bench-") as scratch:
        os.environ["OUTCOMES_CACHE"] = str(Path(scratch) / "cache")
        found = measured(Path(scratch), options.rounds)
    sys.stdout.write(table(found) + "\n")
    ratios = {name: round(ours.cpu / theirs.cpu, 2) for name, (ours, theirs) in found.items()}
    if options.write:
        COMMITTED.write_text(json.dumps(ratios, indent=2) + "\n", encoding="utf-8")
        return
    if told := grown(ratios, json.loads(COMMITTED.read_text(encoding="utf-8"))):
        sys.exit("\n".join(told))


if __name__ == "__main__":
    main()
