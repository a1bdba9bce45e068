"""One registry for every test that only reads it, and a web server before it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Once
from tests.loading.registries import make
from tests.loading.servers import Server, web_server, without_settings


@pytest.fixture(scope="package")
def shared(once: Once) -> Path:
    return once("loaded", make)


@pytest.fixture
def own(shared: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    shutil.copytree(shared, tmp_path / "own")
    return tmp_path / "own"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and an environment that says nothing of proxies."""
    without_settings(monkeypatch)
    monkeypatch.setenv("OUTCOMES_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def web(shared: Path, cache: Path) -> Iterator[Server]:
    with web_server(shared) as server:
        yield server
