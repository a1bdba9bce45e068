"""One registry with a built database, for every test that only reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from registry.building import build
from tests import sample


@pytest.fixture(scope="package")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("registry")
    sample.write(root / "datapackages" / "sample")
    assert build(root, today=sample.TODAY, drafts=True).database
    return root
