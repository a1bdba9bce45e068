"""Packages spoilt in one to three of the ways that the corpus knows, twenty at a time: most of the time of one goes into what all share."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import frictionless  # noqa: F401  some packages are shown to it: not within the time of the first of them
import pandera.polars  # noqa: F401  likewise

from tests.cli.invoking import Done, outcomes
from tests.corpus.foreign import unseen
from tests.corpus.mutations import MUTATIONS
from tests.corpus.packages import Package, bases
from tests.fuzz.commands import leaves
from tests.fuzz.reducing import cuttings

EACH = 20
COUNT = 10_000 // EACH


@dataclass(frozen=True)
class Spoilt:
    """A package, the ways in which it was spoilt, the rules of which one must say so, if that can be foretold, and whether Frictionless may
    see it.
    """

    package: Package
    ways: tuple[str, ...]
    expected: frozenset[str]
    foreign: bool


@dataclass(frozen=True)
class Case:
    """Packages to be validated together, and which case of its seed it is."""

    number: int
    packages: tuple[Spoilt, ...]


def cases(seed: int, count: int) -> Iterator[Case]:
    """Every way is as likely; two or three of them together can hide each other, so then no rule is expected."""
    for number in range(count):
        yield Case(number, tuple(_spoilt(random.Random(f"{seed} package {number * EACH + n}")) for n in range(EACH)))


def _spoilt(rng: random.Random) -> Spoilt:
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
            return Spoilt(package, tuple(ways), expected if len(ways) == 1 else frozenset(), foreign)


def smaller(case: Case) -> Iterator[Case]:
    """One of the packages; of one alone, without a resource's file, without some of the rows of one, or without a member of its descriptor."""
    for one in case.packages:
        if len(case.packages) > 1:
            yield replace(case, packages=(one,))
        else:
            yield from (replace(case, packages=(replace(one, package=less),)) for less in _smaller(one.package))


def _smaller(package: Package) -> Iterator[Package]:
    for path, content in package.files.items():
        yield replace(package, files={other: text for other, text in package.files.items() if other != path})
        yield from (replace(package, files={**package.files, path: less}) for less in cuttings(content))
    if package.raw is not None:
        yield from (replace(package, raw=less) for less in cuttings(package.raw))
    for member in package.data if isinstance(package.data, dict) else ():
        yield replace(package, data={k: v for k, v in package.data.items() if k != member})


def check(case: Case) -> str:
    """A finding where one is due and where Frictionless has one, and never a crash, by `validate` and by what looks at a folder without
    validating it. Frictionless is slow, and says the same to both processes: each asks it of half of the cases.
    """
    spoilt = {f"{n}/{one.package.name}": one for n, one in enumerate(case.packages)}
    for path, one in spoilt.items():
        Path(path).mkdir(parents=True)
        one.package.write(Path(path))
    done = _validated([*spoilt])
    to_frictionless = case.number % 2 == int(os.environ["PYTHONHASHSEED"]) % 2
    for report in (json.loads(one.stdout) for one in done if one.returncode != 3):
        for package in report["packages"]:
            _judge(spoilt[package["path"]], package, to_frictionless)
    shown = [leaves(outcomes("show", path, cwd=Path.cwd()), {0, 1, 2, 3}) for path in spoilt]
    return "\n".join(
        [*(str(one.ways) for one in case.packages), *(text for one in (*done, *shown) for text in (one.stdout, one.stderr))]
    )


def _validated(paths: list[str]) -> list[Done]:
    """All at once, or one by one where one of them keeps the others from being looked at."""
    done = leaves(outcomes("validate", *paths, "--format", "json", "--max-findings", "1000000", cwd=Path.cwd()), {0, 1, 3})
    return [done] if done.returncode != 3 or len(paths) == 1 else [one for path in paths for one in _validated([path])]


def _judge(spoilt: Spoilt, package: dict[str, Any], to_frictionless: bool) -> None:
    found = {finding["rule"] for finding in package["findings"]}
    assert not spoilt.expected or found & spoilt.expected, f"none of {sorted(spoilt.expected)} in {sorted(found)}: {spoilt.ways}"
    if spoilt.foreign and to_frictionless:
        findings = [SimpleNamespace(**{"line": None, "column": None, **one}) for one in package["findings"]]
        _, lost = unseen(Path(package["path"]), findings)
        assert not lost, f"unseen by us: {spoilt.ways}: {lost[:3]}"
