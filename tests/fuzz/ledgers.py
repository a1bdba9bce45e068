"""The registry's own ledger, cut down to its smallest packages, spoilt, and mostly hashed anew: a forger's would be whole as a chain."""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import registry
from registry.access import RetractedWarning
from registry.errors import OutcomesError
from registry.ledger.records import canonical_json
from tests import fixed
from tests.cli.invoking import outcomes
from tests.fuzz.commands import leaves
from tests.fuzz.spoiling import ELSEWHERE, spoil_bytes, spoil_json
from tests.ledger.mutating import chain

COUNT = 4_000
STORE = fixed.registry() / ".registry"
PACKAGES = ("claims-ssri-vs-ketamine", "claims-stard", "treatment-profiles")

Records = list[dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """The bytes of a ledger."""

    ledger: bytes


@cache
def base() -> tuple[dict[str, Any], ...]:
    """The acceptances of the smallest packages, and the retraction of one of them."""
    lines = (STORE / "ledger.jsonl").read_text(encoding="utf-8").splitlines()
    accepted = [r for r in map(json.loads, lines) if r["kind"] == "accept" and r["package"] in PACKAGES]
    retraction = {
        **{"kind": "retract", "package": PACKAGES[0], "version": "1.0.0", "versions": ["1.0.0"], "superseded_by": None},
        **{"at": "2026-11-24T00:00:00Z", "by": "a person", "reason": "for the case"},
    }
    return (*accepted, retraction)


@cache
def whole() -> bytes:
    """The ledger with nothing wrong."""
    return chain(list(base()))


def cases(seed: int, count: int) -> Iterator[Case]:
    """One to three changes; nine in ten are hashed anew, one in ten has a byte changed, too, or instead."""
    for number in range(count):
        rng = random.Random(f"{seed} ledger {number}")
        records: Records = [json.loads(line) for line in whole().splitlines()]
        for _ in range(rng.choice([1, 1, 2, 3])):
            if rng.random() < 0.85 and records:
                at = rng.randrange(len(records))
                records[at] = spoil_json(rng, records[at])
            else:
                records = spoil_json(rng, records)
        chained = rng.random() < 0.9 and all(isinstance(record, dict) for record in records)
        content = chain(records) if chained else b"".join(canonical_json(record) + b"\n" for record in records)
        yield Case(spoil_bytes(rng, content) if rng.random() < 0.1 else content)


@cache
def _files() -> Path:
    """The files of the smallest packages, copied once a process, to be linked to for each case."""
    folder = Path(tempfile.mkdtemp(prefix="outcomes-fuzz-store-"))
    named = json.dumps(base())
    for path in [*STORE.glob("*.json"), *STORE.glob("objects/*")]:
        if path.name in named or path.stem in named:
            to = folder / path.relative_to(STORE)
            to.parent.mkdir(exist_ok=True)
            shutil.copy2(path, to)
    return folder


def lay(ledger: bytes) -> None:
    """A registry in the working folder: this ledger, the files that it should name, and a file beside the store that it shouldn't."""
    Path("datapackages").mkdir()
    Path(ELSEWHERE).write_text("not for you\n", encoding="utf-8")
    for path in _files().rglob("*"):
        if path.is_file():
            to = Path(".registry") / path.relative_to(_files())
            to.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, to)
    Path(".registry/ledger.jsonl").write_bytes(ledger)


_opened: list[str] = []


@cache
def _watch() -> None:
    """Note, from now on, whenever this process opens the file beside the store."""

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | bytes) and os.fsdecode(arguments[0]).endswith(ELSEWHERE):
            _opened.append(os.fsdecode(arguments[0]))

    sys.addaudithook(note)


def check(case: Case) -> str:
    """Each command that reads the ledger leaves as it may; Python gets an error of ours or a package; nothing leads out of the store."""
    lay(case.ledger)
    _watch()
    _opened.clear()
    here = Path.cwd()
    said = []
    for words in (["history"], ["verify"], ["list"], ["lock", "-o", "made.lock"]):
        done = leaves(outcomes(*words, cwd=here), {0, 1, 2, 3})
        said += [f"{words} {done.returncode}", done.stdout, done.stderr]
    said += loaded(registry.open(here))
    assert not _opened, _opened
    return "\n".join(said)


def loaded(opened: registry.Registry, names: tuple[str, ...] = PACKAGES) -> list[str]:
    """What loading each package gives: how many rows, or which error."""
    said = []
    for name in names:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RetractedWarning)
            try:
                package = opened.load(name)
                said.append(f"{name}: {package.sources.height} sources")
            except OutcomesError as error:
                said.append(f"{name}: {type(error).__name__}: {error}")
    return said
