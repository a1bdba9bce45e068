"""A file system without locks, which some network file systems are: said at once, with the way out, and nothing is changed."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from registry.ledger.accepting import accept
from registry.ledger.retracting import retract
from registry.packages.finding import find_entry
from tests import sample
from tests.security.conftest import state

SHIM = """
#include <errno.h>
int flock(int descriptor, int operation) { errno = ENOSYS; return -1; }
"""


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOTSUP, errno.ENOLCK, errno.EINVAL])
def test_where_nothing_can_be_locked_nobody_waits(root: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    def unlockable(*_: object) -> None:
        nonlocal asked
        asked += 1
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", unlockable)
    before = state(root)
    for write in (
        lambda: accept(root, find_entry(root, "other"), by="me", today=sample.TODAY),
        lambda: retract(root, "sample", None, reason="r", by="me"),
    ):
        asked = 0
        with pytest.raises(
            OSError, match=r"its file system can't lock files \(.*\): accept and retract in a copy on a local disk"
        ):
            write()
        assert asked == 1
    assert state(root) == before


@pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("gcc") is None, reason="a library is put before the system's own by gcc"
)
def test_a_system_without_flock_is_told_by_the_commands(root: Path, tmp_path: Path) -> None:
    """The whole process has no ``flock``, whatever library asks for it."""
    (tmp_path / "shim.c").write_text(SHIM)
    shim = tmp_path / "shim.so"
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", shim, tmp_path / "shim.c"], check=True)
    before = state(root)
    for words in (["accept", "other"], ["retract", "sample", "--reason", "r"]):
        command = [sys.executable, "-m", "registry", *words, "--by", "me", "--root", str(root)]
        environment = {**os.environ, "LD_PRELOAD": str(shim)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 3, done
        assert "its file system can't lock files (Function not implemented): accept and retract in a copy" in done.stderr
    assert state(root) == before
