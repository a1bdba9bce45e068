"""What several folders of tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

from tests import fixed, sample

settings.register_profile("quick", max_examples=25, deadline=None)
settings.register_profile("thorough", max_examples=200, deadline=None)
settings.load_profile("quick")  # `make test-all` chooses the other


@pytest.fixture(scope="session")
def real_registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the fixed packages and the database built from them: once a run, by whichever process comes first."""
    from registry.building import build

    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if shared.name.startswith("popen-") else shared
    root = shared / "real-registry"
    with FileLock(shared / "real-registry.lock"):
        if not root.exists():
            (root / "datapackages").parent.mkdir()
            (root / "datapackages").symlink_to(fixed.registry() / "datapackages", target_is_directory=True)
            assert build(root, today=sample.TODAY).database
    return root
