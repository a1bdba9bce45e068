"""Some cases of each kind, the same ones in every run; ``make fuzz`` tries thousands, of a new seed."""

from __future__ import annotations

import importlib
import itertools
import re
from pathlib import Path

import pytest

from tests.fuzz import KINDS
from tests.fuzz.running import Run

SEED = 20261126
SOME = {"packages": 1, "mappings": 4, "workbooks": 4}
ELSE = 10


@pytest.mark.parametrize("times", [1, pytest.param(8, marks=pytest.mark.slow)])
def test_some_of_each_kind(times: int, tmp_path: Path) -> None:
    said: list[str] = []
    counts = {kind: SOME.get(kind, ELSE) * times for kind in KINDS}
    assert Run(SEED, counts, tmp_path, say=said.append).run(), "\n".join(said)


@pytest.mark.parametrize("kind", KINDS)
def test_cases_are_those_of_the_seed(kind: str) -> None:
    module = importlib.import_module(f"tests.fuzz.{kind}")
    one, same, other = (list(itertools.islice(module.cases(seed, module.COUNT), 5)) for seed in (1, 1, 2))
    first, again, differently = (re.sub(r" at 0x[0-9a-f]+", "", repr(cases)) for cases in (one, same, other))
    assert first == again != differently
