"""What several folders of tests share."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from registry.ledger.store import STORE
from tests import fixed, sample

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line does, before numpy is there

settings.register_profile("quick", max_examples=10, deadline=None)
settings.register_profile("thorough", max_examples=200, deadline=None)
settings.load_profile("quick")  # `make test-all` chooses the other

gc.disable()  # until all is collected: nearly nothing that imports and collection make goes away again


def pytest_collection_finish() -> None:
    """Leave what was collected, hundreds of megabytes, out of every later look for garbage, and look less often."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()


def pytest_sessionfinish() -> None:
    """Let go of it, or libraries report at the interpreter's end that theirs was never freed."""
    gc.unfreeze()


@pytest.fixture(scope="session", autouse=True)
def _no_cache_of_the_users(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ["OUTCOMES_CACHE"] = str(tmp_path_factory.mktemp("cache"))


Once = Callable[[str, Callable[[Path], object]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Makes a folder of a name once a run, in whichever process comes first, and gives it to all: nobody may change it."""
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if shared.name.startswith("popen-") else shared

    def made(name: str, fill: Callable[[Path], object]) -> Path:
        folder, ready = shared / name / "made", shared / f"{name}.ready"
        with FileLock(shared / f"{name}.lock"):
            if not ready.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir(parents=True)
                fill(folder)
                ready.touch()
        return folder

    return made


@pytest.fixture(scope="session", autouse=True)
def nowhere() -> Iterator[None]:
    """Tests are the same wherever they run: on GitHub Actions too, reports are text unless a test asks for something else."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "OUTCOMES_ROOT", "OUTCOMES_BY"):
            patch.delenv(name, raising=False)
        yield


def _built(count: int) -> Callable[[Path], None]:
    from registry.building import build

    def fill(root: Path) -> None:
        for part in ("datapackages", STORE):
            shutil.copytree(fixed.registry(count) / part, root / part)
        assert build(root, today=sample.TODAY).database

    return fill


@pytest.fixture(scope="session")
def real_registry(once: Once) -> Path:
    """A folder with the fixed packages and the database built from them."""
    return once("real-registry", _built(fixed.RECORDS))


@pytest.fixture(scope="session")
def documented_registry(once: Once) -> Path:
    """The same of the packages whose answers the documentation shows: it takes long."""
    return once("documented-registry", _built(fixed.DOCUMENTED))
