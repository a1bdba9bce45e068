"""What an import may do with any original and any mapping: make the package, or say why not and leave the disk as it was."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from registry.importing import ImportProblem, import_package
from registry.importing.bounds import Limits
from tests.fuzz.forking import forked
from tests.fuzz.workers import OVER

__all__ = ["HASH", "imported"]

HASH = "SHA256"
"""Stands in a mapping for the hash of the one original."""

LIMITS = Limits(memory=700_000_000, seconds=6, whole=12)
_OVER = re.compile(r"takes more (?:time )?than|[Oo]ut of [Mm]emory|bad allocation|can't be kept on disk")


def imported(mapping: bytes, name: str, content: bytes, *, refused: bool = False) -> str:
    """Import an original of that name in the working folder. What is told, or the tables made with the hashes of their bytes.

    Raises ``AssertionError`` where a problem left something behind, or where what must be ``refused`` was not.
    """
    here = Path.cwd()
    (here / name).write_bytes(content)
    (here / "mapping.yaml").write_bytes(mapping.replace(HASH.encode(), hashlib.sha256(content).hexdigest().encode()))
    before = sorted(here.rglob("*"))
    try:
        with forked():
            report = import_package([here / name], here / "mapping.yaml", here / "small", limits=LIMITS)
    except ImportProblem as problem:
        assert sorted(here.rglob("*")) == before
        return OVER if _OVER.search(str(problem)) else f"{type(problem).__name__}: {problem}"
    assert not refused, f"taken: {report}"
    tables = sorted((here / "small" / "data").glob("*.csv"))
    return "\n".join([str(report), *(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in tables)])
