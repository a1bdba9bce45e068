"""Lock files, spoilt, beside a registry that is whole."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import registry
from registry.errors import OutcomesError
from registry.ledger.pinning import pins_of
from registry.ledger.records import read_ledger
from tests.fuzz.ledgers import PACKAGES, lay, loaded, whole
from tests.fuzz.spoiling import spoil_bytes, spoil_json

COUNT = 1_500


@dataclass(frozen=True)
class Case:
    """The bytes of a lock file."""

    lock: bytes


def cases(seed: int, count: int) -> Iterator[Case]:
    """One to three changes to what `outcomes lock` writes, of its members or of its bytes."""
    pins: dict[str, Any] = {"packages": pins_of(read_ledger(whole()))}
    for number in range(count):
        rng = random.Random(f"{seed} lock {number}")
        data: Any = pins
        for _ in range(rng.choice([1, 1, 2, 3])):
            data = spoil_json(rng, data) if isinstance(data, dict | list) else data
        content = json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False).encode(errors="surrogatepass") + b"\n"
        yield Case(spoil_bytes(rng, content) if rng.random() < 0.3 else content)


def check(case: Case) -> str:
    """Opening says what is wrong with the lock file, or loading does, or what was pinned is loaded."""
    lay(whole())
    Path("outcomes.lock").write_bytes(case.lock)
    try:
        opened = registry.open(Path.cwd(), lock="outcomes.lock")
    except OutcomesError as error:
        return f"{type(error).__name__}: {error}"
    names = tuple(sorted({*PACKAGES, *(opened.pins or {})}))
    return "\n".join(loaded(opened, names))
