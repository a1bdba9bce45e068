"""A process that is killed at any moment leaves a whole registry, with the package either in or out."""

from __future__ import annotations

import contextlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from registry.errors import NotFoundError
from registry.ledger import accepting, writer
from registry.ledger.accepting import Answer, accept
from registry.ledger.records import read_ledger
from registry.ledger.retracting import retract
from registry.ledger.verifying import verify
from registry.packages.finding import find_entry
from tests import sample
from tests.ledger.conftest import Place


class Killed(BaseException):
    """The process ends here: nothing of ours runs any more, not even what clears up."""


class Death:
    """Kills at the n-th step that touches the store: writing, moving, syncing, and what would clear up afterwards does nothing."""

    def __init__(self, patch: pytest.MonkeyPatch, at: int | None) -> None:
        self.steps, self.at = 0, at
        for owner, name in (
            (os, "fsync"),
            (os, "replace"),
            (os, "mkdir"),
            (os, "rmdir"),
            (Path, "write_bytes"),
            (writer.shutil, "rmtree"),
        ):
            patch.setattr(owner, name, self._counted(getattr(owner, name)))
        real_open, real_fdopen = Path.open, os.fdopen

        def opened(path: Path, mode: str = "r", *rest: object, **more: object) -> object:
            if set(mode) & set("wxa+"):
                self.step()
            return real_open(path, mode, *rest, **more)  # type: ignore[call-overload]

        def taken(handle: int, mode: str = "r", *rest: object, **more: object) -> object:
            if "+" not in mode:
                return real_fdopen(handle, mode, *rest, **more)  # type: ignore[call-overload]
            self.step()
            # The ledger, which alone is written to in its place.
            return _Torn(real_fdopen(handle, mode, *rest, **more), self)  # type: ignore[call-overload]

        patch.setattr(Path, "open", opened)
        patch.setattr(os, "fdopen", taken)

    def _counted(self, real: Callable[..., object]) -> Callable[..., object]:
        def step(*arguments: object, **named: object) -> object:
            self.step()
            return real(*arguments, **named)

        return step

    def step(self) -> None:
        self.steps += 1
        if self.dead:
            raise Killed

    @property
    def dead(self) -> bool:
        return self.at is not None and self.steps >= self.at


class _Torn:
    """A file whose write can be cut off in the middle."""

    def __init__(self, file: object, death: Death) -> None:
        self.file, self.death = file, death

    def __getattr__(self, name: str) -> object:
        return getattr(self.file, name)

    def __enter__(self) -> _Torn:
        return self

    def __exit__(self, *error: object) -> None:
        self.file.close()  # type: ignore[attr-defined]

    def write(self, content: bytes) -> int:
        self.death.steps += 1
        if self.death.dead:
            self.file.write(content[: len(content) // 2])  # type: ignore[attr-defined]
            raise Killed
        return int(self.file.write(content))  # type: ignore[attr-defined]


def steps_of(work: Callable[[], object], at: int | None) -> int:
    """Do the work, killed at that step; how many steps it came to."""
    with pytest.MonkeyPatch.context() as patch:
        death = Death(patch, at)
        with contextlib.suppress(Killed):
            work()
        return death.steps


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> None:
    """One validation for all: what is tried here comes after it."""
    known: dict[str, object] = {}
    real = accepting._validated

    def once(entry: object, folder: Path, today: object, granted: object) -> object:
        key = (entry.folder / "datapackage.json").read_text()  # type: ignore[attr-defined]
        if key not in known:
            report, facts = real(entry, folder, today, granted)  # type: ignore[arg-type]
            known[key] = (report, {name: (folder / f"{name}.parquet").read_bytes() for name in facts}, facts)
        report, tables, facts = known[key]  # type: ignore[misc]
        for name, content in tables.items():
            (folder / f"{name}.parquet").write_bytes(content)
        return report, facts

    monkeypatch.setattr(accepting, "_validated", once)


@pytest.mark.parametrize("first", [True, pytest.param(False, marks=pytest.mark.slow)], ids=["first", "later"])
def test_killed_at_every_step(tmp_path: Path, fast: None, first: bool) -> None:
    total = _killed(_begun(tmp_path / "whole", first=False), None)
    assert total > 20
    for at in range(1, total + 1):
        place = _begun(tmp_path / f"{at}", first=first)
        _killed(place, at)
        try:
            done = verify(place.store)
        except NotFoundError:
            assert first
        else:
            assert done.whole, (at, done.damages)
        records = _packages(place)
        assert records in ([] if first else ["sample"], ["other"] if first else ["sample", "other"])
        # And the next one goes on from there.
        assert place.accept("other").answer is (Answer.ALREADY if "other" in records else Answer.ACCEPTED)
        assert verify(place.store).whole


def _begun(folder: Path, *, first: bool) -> Place:
    """A registry with a package to be accepted, the first one or a later one."""
    folder.mkdir()
    place = Place(folder)
    if not first:
        place.write("sample", tables=sample.part("outcomes"))
        place.accept("sample")
    place.write("other", tables=sample.part("outcomes"))
    return place


def _killed(place: Place, at: int | None) -> int:
    return steps_of(lambda: place.accept("other"), at)


def _packages(place: Place) -> list[str]:
    path = place.store / "ledger.jsonl"
    return [r.package for r in read_ledger(path.read_bytes()).records] if path.exists() else []


class Chain(RuleBasedStateMachine):
    """Any sequence of accept, retract and crash leaves a chain that verifies."""

    @initialize()
    def begin(self) -> None:
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.place = Place(Path(self.folder.name))
        self.versions = {"a": 0, "b": 0}
        self.expected: set[str] = set()

    @rule(name=st.sampled_from("ab"), crash=st.none() | st.integers(1, 45))
    def accept(self, name: str, crash: int | None) -> None:
        version = f"1.0.{self.versions[name]}"
        tables = sample.cell("outcomes", "source_locator", f"Table {self.versions[name]}")
        self.place.write(name, version, tables)
        steps_of(lambda: accept(self.place.root, find_entry(self.place.root, name), by="x", today=sample.TODAY), crash)
        if version in _versions(self.place, name):
            self.versions[name] += 1
        if crash is None:
            assert self.versions[name] > 0

    @rule(name=st.sampled_from("ab"), crash=st.none() | st.integers(1, 5))
    def retract(self, name: str, crash: int | None) -> None:
        try:
            steps_of(lambda: retract(self.place.root, name, None, reason="r", by="x"), crash)
        except NotFoundError:
            assert not _versions(self.place, name)
        else:
            self.versions[name] = max(self.versions[name], 1)

    @invariant()
    def whole(self) -> None:
        if hasattr(self, "place") and self.place.store.exists():
            try:
                assert verify(self.place.store).whole
            except NotFoundError:
                assert not _packages(self.place)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()


def _versions(place: Place, name: str) -> set[str]:
    path = place.store / "ledger.jsonl"
    records = read_ledger(path.read_bytes()).records if path.exists() else ()
    return {str(r.version) for r in records if r.package == name and r.kind == "accept"}


TestChain = Chain.TestCase
TestChain.settings = settings(
    max_examples=6, stateful_step_count=6, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)


def outcomes(place: Place, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "registry", *words, "--root", str(place.root)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)


def _own(place: Place, n: int) -> None:
    """A package ``p{n}`` of a trial that no other has."""
    (study,), (source,) = sample.TABLES["studies"], sample.TABLES["sources"]
    study = study | {"label": f"Trial {1900 + n}", "registration_id": f"NCT{n:08}", "year": str(1900 + n)}
    place.write(f"p{n}", tables={**sample.TABLES, "studies": [study], "sources": [source | {"doi": f"10.1000/{n}"}]})


@pytest.mark.slow
def test_twenty_processes_all_land_once_each(place: Place) -> None:
    for n in range(20):
        _own(place, n)
    running = [outcomes(place, "accept", f"p{n}", "--by", "x") for n in range(20)]
    assert [p.wait() for p in running] == [0] * 20
    assert sorted(_packages(place)) == sorted(f"p{n}" for n in range(20))
    assert verify(place.store).whole


@pytest.mark.slow
def test_kill_9_at_many_moments(place: Place) -> None:
    begun = time.monotonic()
    place.write("timed")
    assert outcomes(place, "accept", "timed").wait() == 0
    whole = time.monotonic() - begun
    moments = random.Random(7)  # noqa: S311  no secret
    landed = 0
    for n in range(25):
        _own(place, n)
        process = outcomes(place, "accept", f"p{n}")
        time.sleep(moments.uniform(0.4, 1.1) * whole)
        process.kill()
        process.wait()
        assert verify(place.store).whole
        there = f"p{n}" in _packages(place)
        landed += there
        # With more drafts beside it, and on a busy machine, it takes longer than the first: its end is kept among the moments.
        whole *= 0.95 if there else 1.05
    for n in range(25):
        assert outcomes(place, "accept", f"p{n}").wait() == 0
    assert len(_packages(place)) == 26
    assert verify(place.store).whole
    assert 0 < landed < 25
