"""A session of Spark on this machine, with pyspark of this environment or of those that `make test-clients` makes; without either, and
without Java, what needs it is skipped.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.loading.pages import CLIENTS

_ALONE = ("pyspark", "py4j")


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    if find_spec("pyspark") is None:
        # Of the clients' environment pyspark alone: its other libraries are of other versions than ours.
        found = {name: next(CLIENTS.parent.glob(f"lib/python3*/site-packages/{name}"), None) for name in _ALONE}
        if None in found.values():
            pytest.skip("pyspark isn't installed: make test-clients")
        where = tmp_path_factory.mktemp("pyspark")
        for name, folder in found.items():
            (where / name).symlink_to(folder)
        sys.path.append(str(where))
    if shutil.which("java") is None:
        pytest.skip("there is no Java")
    from validation.spark import local_session

    session = local_session(2)
    session.sparkContext.setLogLevel("OFF")
    session.conf.set("spark.sql.shuffle.partitions", "4")  # Spark's 200 are nearly all empty here, and each has its cost
    yield session
    session.stop()


@pytest.fixture
def home() -> Path:
    return Path(__file__).parents[2]
