"""The site of the real registry, written once for all that looks at it."""

from __future__ import annotations

from pathlib import Path

import pytest

import registry
from registry.site.making import make_site
from tests.conftest import Once


@pytest.fixture(scope="module")
def site(once: Once, real_registry: Path) -> Path:
    def fill(folder: Path) -> None:
        opened = registry.open(real_registry)
        with opened.connect() as con:
            make_site(opened, con, folder)

    return once("site", fill)
