"""docs/benchmarks.md from what was measured."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping
from importlib.metadata import version

from tests.benchmarks.contenders import CONTENDERS
from tests.benchmarks.measuring import Measured

__all__ = ["LIBRARIES", "SECTIONS", "Results", "everyday", "ledger", "memory", "page", "pooled", "rows"]

LIBRARIES = ("duckdb", "polars", "pandera", "dataframely", "pointblank", "frictionless", "pyarrow")
Results = Mapping[int, Mapping[str, Measured]]


def page(measured: Mapping[str, str], before: str = "") -> str:
    """The page: of each section what was ``measured``, by its name in ``SECTIONS``, or what the page held ``before``."""
    held = {part.partition("\n")[0]: part.partition("\n\n")[2].rstrip() for part in before.split("\n## ")[1:]}
    parts = [_HEAD, _machine()]
    for name, (heading, told) in SECTIONS.items():
        words = "\n\n".join(part for part in (told, measured[name]) if part) if name in measured else held.get(heading)
        if words:
            parts.append(f"## {heading}\n\n{words}")
    return "\n\n".join([*parts, _TAIL]) + "\n"


def rows(sizes: Results, limit: float) -> str:
    """The medians of every contender, by rows."""
    return "\n\n".join(f"### {count:,} rows\n\n{_table(measured, limit)}" for count, measured in sizes.items())


def pooled(table: str) -> str:
    """The table of estimators, with the libraries."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "statsmodels"))
    return f"{table}\n\nMeasured with {libraries}."


def _table(measured: Mapping[str, Measured], limit: float) -> str:
    lines = [
        "| | CPU s | wall s | peak MB | CPU ÷ DuckDB | CPU ÷ frictionless |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for name, m in sorted(measured.items(), key=lambda item: item[1].cpu):
        # A process that was stopped had used so much by then; what it would have needed isn't known.
        mark = "> " if m.code is None else ""
        ratios = [_ratio(m, measured["duckdb"]), _ratio(m, measured["frictionless"])]
        cells = [CONTENDERS[name].what, f"{mark}{m.cpu:.2f}", f"{mark}{m.wall:.2f}", f"{mark}{m.memory / 1e6:,.0f}", *ratios]
        lines.append(f"| {' | '.join(cells)} |")
    if any(m.code is None for m in measured.values()):
        lines += ["", f"`>`: stopped after {limit / 60:.0f} minutes."]
    return "\n".join(lines)


def _ratio(of: Measured, to: Measured) -> str:
    mark = "> " if of.code is None and of is not to else "< " if to.code is None and of is not to else ""
    ratio = of.cpu / to.cpu
    return f"{mark}{ratio:.2f}" if ratio >= 0.1 else f"{mark}{ratio:.3f}"


def memory(ours: Mapping[int, Measured]) -> str:
    """``outcomes validate`` alone, by rows."""
    lines = ["| rows | CPU s | wall s | peak MB | µs CPU a row |", "|---:|---:|---:|---:|---:|"]
    lines += [
        f"| {rows:,} | {m.cpu:.2f} | {m.wall:.2f} | {m.memory / 1e6:,.0f} | {1e6 * m.cpu / rows:,.1f} |"
        for rows, m in ours.items()
    ]
    return "\n".join(lines)


def ledger(growth: Results) -> str:
    """The ledger's commands, by the number of packages in it."""
    lines = [
        "| packages accepted | `accept` one more, CPU s | `verify --full`, CPU s | ms CPU a package | `verify` again, CPU s |",
        "|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {count:,} | {m['accept'].cpu:.2f} | {m['verify'].cpu:.2f} | {1e3 * m['verify'].cpu / count:,.1f} "
        f"| {m['again'].cpu:.2f} |"
        for count, m in growth.items()
    ]
    return "\n".join(lines)


def everyday(commands: Mapping[str, Measured]) -> str:
    """Commands that people wait for many times a day."""
    lines = ["| | CPU s | wall s | peak MB |", "|---|---:|---:|---:|"]
    lines += [f"| `{name}` | {m.cpu:.2f} | {m.wall:.2f} | {m.memory / 1e6:,.0f} |" for name, m in commands.items()]
    return "\n".join(lines)


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"Measured on {os.cpu_count()} cores ({platform.machine()}) and {memory:.0f} GiB of memory, "
        f"with {platform.python_implementation()} {'.'.join(map(str, sys.version_info[:3]))}, {libraries}."
    )


_HEAD = """# Benchmarks

Written by `make bench` (`python -m tests.benchmarks`); not edited by hand.

What is timed is the whole process, from the shell's call to its end, imports and all: CPU seconds (user and system, all
threads), wall seconds, and the most memory it held. Medians of runs that were interleaved (A B C, A B C), after a first round
that isn't counted, so that whatever else the machine did fell on all alike. The machine was
shared: **compare the CPU ratios, not the seconds**.

The package is generated (`tests/benchmarks/generator.py`, seeded): trials of two to four arms, each arm with responders and
remitters at two to four visits, without a single finding. Every peer makes the same nine checks of the same `outcomes.csv`:
required columns filled, events a whole number, analysed a whole number, events at least 0, events at most the analysed,
analysis set and value origin in their vocabularies, the day a number, the key unique. A test
(`tests/benchmarks/test_peers.py`) plants a defect for each of the nine and sees that every peer finds it and no other.

`outcomes validate` isn't asked for the nine but for everything: hashes, encodings, the descriptor, every cell of four tables,
keys and references, and every rule across arms, studies, definitions and sources. `frictionless validate` is its own
command with a Table Schema; only that events must not exceed the analysed is more than a Table Schema can say, and comes from a
`row-constraint` in a checklist. Of the package, it looks at hashes, types, keys and references of all four tables, and at nothing that
they mean."""

_TWICE = """The slope is what 2n take over what n take, both without what the command takes for one: 2 is linear, 4 quadratic; `–` stands
where n took no tenth of a second more than one."""

_BESIDE = """Each command is run in turn with something that it can't be quicker than, or that does part of the same: the ratio is what to compare from one
machine to another, and from one version to the next. `make bench-quick` measures these alone, and fails where a ratio is 1.5 times the one in
`tests/benchmarks/ratios.json`."""

_LARGER = """The same with more rows. Each visit is of one of 200 participants of a trial. Visits and pooling were run once, the others in turn."""

_QUERIES = """In one process that has the database open, all rows fetched as Arrow: 20 runs of each, in turn."""

_POOLED = """CPU seconds of one call for so many strata, each in a process of its own; imports and the making of trials are left out. What a stratum is given is all that
`compare` prints: estimate, interval, common effect, heterogeneity, prediction, and where a prior makes it, half and double the prior. `–`: not measured, for it would take minutes.
A peer is given 100 to 300 of the same strata, one by one, and does less."""

SECTIONS: Mapping[str, tuple[str, str]] = {
    "rows": ("The nine checks, and every rule", ""),
    "memory": ("Memory, as the table grows", ""),
    "ledger": ("The ledger, as the registry grows", ""),
    "twice": ("Twice as much of one thing", _TWICE),
    "ratios": ("Commands beside a yardstick", _BESIDE),
    "larger": ("What takes minutes", _LARGER),
    "queries": ("Queries of 100,000 outcomes", _QUERIES),
    "pooling": ("Pooling", _POOLED),
    "everyday": ("Commands of every day", ""),
}
"""Heading of each section, and what is said before its table, in the order of the page."""

_TAIL = """## Again, on your machine

    make bench                                    everything, in an hour
    python -m tests.benchmarks --only ratios      one section or several, and the rest of the page as it is
    python -m tests.benchmarks --quick            1,000 and 100,000 rows and nothing that takes minutes, to the terminal only"""
