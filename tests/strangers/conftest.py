"""What is told in a registry in which no text can be seen, made once for all tests that look at it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Once
from tests.strangers.registries import everything


@pytest.fixture(scope="session")
def painted(once: Once) -> Path:
    """The folder of the registry; ``told.json`` in it is what is told there."""

    def fill(folder: Path) -> None:
        (folder / "told.json").write_text(json.dumps(everything(folder)), encoding="utf-8")

    return once("painted", fill)
