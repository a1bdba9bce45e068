"""Some cases of each kind, the same ones in every run; ``make fuzz`` tries thousands, of a new seed."""

from __future__ import annotations

import importlib
import itertools
import re
from pathlib import Path

import pytest

from tests.fuzz import KINDS

SEED = 20261126
SOME = {"packages": 12}
ELSE = 60

# Frictionless leaves files open that it could not read, and warns of `layout` besides reporting what it does.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning", "ignore:Resource .layout.:UserWarning"
)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "ledgers"])
def test_some(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module(f"tests.fuzz.{kind}")
    failed = []
    for number, case in enumerate(itertools.islice(module.cases(SEED, module.COUNT), SOME.get(kind, ELSE))):
        here = tmp_path / str(number)
        here.mkdir()
        monkeypatch.chdir(here)
        try:
            module.check(case)
        except Exception as error:
            failed.append(f"python -m tests.fuzz --seed {SEED} {kind}:{number}: {type(error).__name__}: {error}")
    assert not failed, "\n".join(failed)


@pytest.mark.parametrize("kind", KINDS)
def test_cases_are_those_of_the_seed(kind: str) -> None:
    module = importlib.import_module(f"tests.fuzz.{kind}")
    one, same, other = (list(itertools.islice(module.cases(seed, module.COUNT), 5)) for seed in (1, 1, 2))
    first, again, differently = (re.sub(r" at 0x[0-9a-f]+", "", repr(cases)) for cases in (one, same, other))
    assert first == again != differently
