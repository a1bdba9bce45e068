"""Packages spoilt in one to three of the ways that the corpus knows."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import frictionless  # noqa: F401  some packages are shown to it: not within the time of the first of them
import pandera.polars  # noqa: F401  likewise

from tests.cli.invoking import outcomes
from tests.corpus.mutations import MUTATIONS
from tests.corpus.packages import Package, bases
from tests.fuzz.commands import leaves

COUNT = 3_000


@dataclass(frozen=True)
class Case:
    """A package, the ways in which it was spoilt, and the rules of which one must say so, if that can be foretold."""

    package: Package
    ways: tuple[str, ...]
    expected: frozenset[str]


def cases(seed: int, count: int) -> Iterator[Case]:
    """Every way is as likely; two or three of them together can hide each other, so then no rule is expected."""
    for number in range(count):
        yield _case(random.Random(f"{seed} package {number}"))


def _case(rng: random.Random) -> Case:
    while True:
        package = rng.choice(bases()).copy()
        ways, expected = [], frozenset[str]()
        for mutation in rng.sample(MUTATIONS, rng.choice([1, 1, 2, 3])):
            try:
                rules = mutation.spoil(rng, package)
            except (AttributeError, IndexError, KeyError, StopIteration, TypeError, ValueError):
                break  # what the first did to the package is more than the next can work on
            if rules:
                ways.append(mutation.name)
                expected = frozenset(rules)
        if ways:
            return Case(package, tuple(ways), expected if len(ways) == 1 else frozenset())


def check(case: Case) -> str:
    """A finding where one is due, and never a crash, by `validate` and by what looks at a folder without validating it."""
    folder = Path("datapackages") / case.package.name
    folder.mkdir(parents=True)
    case.package.write(folder)
    here = Path.cwd()
    report = leaves(outcomes("validate", str(folder), "--format", "json", cwd=here), {0, 1, 3})
    if case.expected and report.returncode != 3:
        found = {finding["rule"] for package in json.loads(report.stdout)["packages"] for finding in package["findings"]}
        assert found & case.expected, f"{case.ways}: none of {sorted(case.expected)} in {sorted(found)}"
    shown = leaves(outcomes("show", case.package.name, cwd=here), {0, 1, 2, 3})
    return "\n".join([*case.ways, report.stdout, report.stderr, shown.stdout, shown.stderr])
