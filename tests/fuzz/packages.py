"""Packages spoilt in one to three of the ways that the corpus knows."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import frictionless  # noqa: F401  some packages are shown to it: not within the time of the first of them
import pandera.polars  # noqa: F401  likewise

from tests.cli.invoking import outcomes
from tests.corpus.foreign import unseen
from tests.corpus.mutations import MUTATIONS
from tests.corpus.packages import Package, bases
from tests.fuzz.commands import leaves
from tests.fuzz.reducing import cuttings

COUNT = 10_000


@dataclass(frozen=True)
class Case:
    """A package, the ways in which it was spoilt, the rules of which one must say so, if that can be foretold, and whether Frictionless may
    see it.
    """

    package: Package
    ways: tuple[str, ...]
    expected: frozenset[str]
    foreign: bool


def cases(seed: int, count: int) -> Iterator[Case]:
    """Every way is as likely; two or three of them together can hide each other, so then no rule is expected."""
    for number in range(count):
        yield _case(random.Random(f"{seed} package {number}"))


def _case(rng: random.Random) -> Case:
    while True:
        package = rng.choice(bases()).copy()
        ways, expected, foreign = [], frozenset[str](), True
        for mutation in rng.sample(MUTATIONS, rng.choice([1, 1, 2, 3])):
            try:
                rules = mutation.spoil(rng, package)
            except (AttributeError, IndexError, KeyError, StopIteration, TypeError, ValueError):
                break  # what the first did to the package is more than the next can work on
            if rules:
                ways.append(mutation.name)
                foreign &= mutation.foreign
                expected = frozenset(rules)
        if ways:
            return Case(package, tuple(ways), expected if len(ways) == 1 else frozenset(), foreign)


def smaller(case: Case) -> Iterator[Case]:
    """The case without a resource's file, without some of the rows of one, or without a member of its descriptor."""
    package = case.package
    for path, content in package.files.items():
        rest = {other: text for other, text in package.files.items() if other != path}
        yield replace(case, package=replace(package, files=rest))
        yield from (replace(case, package=replace(package, files={**package.files, path: less})) for less in cuttings(content))
    if package.raw is not None:
        yield from (replace(case, package=replace(package, raw=less)) for less in cuttings(package.raw))
    for member in package.data if isinstance(package.data, dict) else ():
        yield replace(case, package=replace(package, data={k: v for k, v in package.data.items() if k != member}))


def check(case: Case) -> str:
    """A finding where one is due and where Frictionless has one, and never a crash, by `validate` and by what looks at a folder without
    validating it.
    """
    folder = Path("datapackages") / case.package.name
    folder.mkdir(parents=True)
    case.package.write(folder)
    here = Path.cwd()
    report = leaves(outcomes("validate", str(folder), "--format", "json", "--max-findings", "1000000", cwd=here), {0, 1, 3})
    if report.returncode != 3:
        findings = [finding for package in json.loads(report.stdout)["packages"] for finding in package["findings"]]
        found = {finding["rule"] for finding in findings}
        assert not case.expected or found & case.expected, f"none of {sorted(case.expected)} in {sorted(found)}: {case.ways}"
        if case.foreign and os.environ.get("PYTHONHASHSEED") == "1":  # it is slow, and says the same to both processes
            _, lost = unseen(folder, [SimpleNamespace(**{"line": None, "column": None, **one}) for one in findings])
            assert not lost, f"unseen by us: {case.ways}: {lost[:3]}"
    shown = leaves(outcomes("show", case.package.name, cwd=here), {0, 1, 2, 3})
    return "\n".join([*case.ways, report.stdout, report.stderr, shown.stdout, shown.stderr])
