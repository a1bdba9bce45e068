"""Whatever the ledger and the store say, with every hash right: damage is told as damage, and is no bug of ours."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

import registry
from registry.access import RetractedWarning
from registry.building import build
from registry.errors import ChangedError, NotFoundError
from registry.ledger.accepting import accept
from registry.ledger.retracting import retract
from registry.packages.finding import find_entry
from tests import sample
from tests.cli.invoking import outcomes
from tests.ledger.conftest import Place
from tests.ledger.mutating import chain, changed, changes, records_of, with_parquet, with_release

COMMANDS = (["verify"], ["history"], ["history", "--format", "json"], ["show", "sample"], ["list"])


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Two versions of a package, and one that is retracted."""
    place = Place(tmp_path_factory.mktemp("whole"))
    place.write("sample")
    assert place.accept("sample").record is not None
    place.write("sample", "1.0.1", sample.cell("outcomes", "source_locator", "Table 3"))
    assert place.accept("sample").record is not None
    retract(place.root, "sample", "1.0.0", reason="An older one", by="tester", superseded_by="sample@1.0.1")
    return place


@pytest.fixture
def own(whole: Place, tmp_path: Path) -> Place:
    shutil.copytree(whole.root, tmp_path / "own")
    return Place(tmp_path / "own")


def used(root: Path, *, more: bool) -> None:
    """Everything that reads the store. Only what says that it was changed may be raised."""
    for command in COMMANDS:
        done = outcomes(*command, cwd=root)
        assert done.returncode in {0, 1, 2, 3}, (command, done)
    with warnings.catch_warnings(), contextlib.suppress(ChangedError, NotFoundError):
        warnings.simplefilter("ignore", RetractedWarning)
        reg = registry.open(root)
        for name in reg.packages:
            for version in reg.ledger.accepted(name):
                package = reg.load(name, version)
                assert all(package.table(table).height >= 0 for table in package.tables)
    if more:
        for command in (["diff", "sample@1.0.0", "sample@1.0.1"], ["export", "sample@1.0.1", "--prov"]):
            done = outcomes(*command, cwd=root)
            assert done.returncode in {0, 2, 3}, (command, done)
        with contextlib.suppress(ChangedError):
            build(root, today=sample.TODAY, drafts=True, skip_invalid=True)
        with contextlib.suppress(ChangedError):
            accept(root, find_entry(root, "sample"), by="x", today=sample.TODAY)


@contextlib.contextmanager
def put(files: Iterable[tuple[Path, bytes]]) -> Iterator[None]:
    """The files with this content, and afterwards as they were."""
    before = {}
    try:
        for path, content in list(files):
            before[path] = path.read_bytes() if path.exists() else None
            path.write_bytes(content)
        yield
    finally:
        for path, old in before.items():
            path.unlink() if old is None else path.write_bytes(old)


def mutate_records(place: Place, seed: int, count: int) -> None:
    drawn = random.Random(seed)  # noqa: S311  no secret
    records = records_of(place.store)
    every = [(n, change) for n, record in enumerate(records) for change in changes(record)]
    for turn, (number, change) in enumerate(drawn.sample(every, min(count, len(every)))):
        untouched = tuple(name for name in ("sequence", "previous") if change[0] == (name,))
        mutated = [*records]
        mutated[number] = changed(records[number], change)
        try:
            content = chain(mutated, untouched)
        except UnicodeEncodeError:
            continue
        with put([(place.store / "ledger.jsonl", content)]):
            used(place.root, more=turn % 50 == 0)


def mutate_releases(place: Place, seed: int, count: int) -> None:
    drawn = random.Random(seed)  # noqa: S311  no secret
    for turn in range(count):
        number = drawn.randrange(2)
        release = json.loads((place.store / records_of(place.store)[number]["release"]["path"]).read_bytes())
        change = drawn.choice(changes(release))
        with put(with_release(place.store, number, lambda d, change=change: json.dumps(changed(d, change)).encode())):
            used(place.root, more=turn % 15 == 0)


def mutate_parquet(place: Place, seed: int, count: int) -> None:
    drawn = random.Random(seed)  # noqa: S311  no secret

    def mutated(content: bytes) -> bytes:
        new = bytearray(content)
        for _ in range(drawn.choice((1, 1, 2, 6))):
            new[drawn.randrange(len(new))] = drawn.randrange(256)
        return bytes(new) if drawn.random() < 0.95 else bytes(new[: drawn.randrange(len(new))])

    for _ in range(count):
        table = drawn.choice(list(sample.TABLES))
        with put(with_parquet(place.store, 1, table, mutated)):
            used(place.root, more=False)


@pytest.mark.parametrize(("mutate", "count"), [(mutate_records, 60), (mutate_releases, 15), (mutate_parquet, 25)])
def test_a_few_mutations_end_as_damage(own: Place, mutate: Callable[[Place, int, int], None], count: int) -> None:
    mutate(own, 1, count)


@pytest.mark.slow
@pytest.mark.parametrize(("mutate", "count"), [(mutate_records, 5_000), (mutate_releases, 1_000), (mutate_parquet, 1_000)])
def test_thousands_of_mutations_end_as_damage(own: Place, mutate: Callable[[Place, int, int], None], count: int) -> None:
    mutate(own, 2, count)
