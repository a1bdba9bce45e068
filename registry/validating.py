"""Validating packages with what a registry has accepted of them."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from validation.engine import MAX_FINDINGS

if TYPE_CHECKING:
    from registry.ledger.records import Ledger
    from validation.engine import Granted
    from validation.report import Report

__all__ = ["granted_in", "validate"]


def validate(
    paths: Iterable[Path | str] | Path | str,
    *,
    today: datetime.date | None = None,
    max_findings: int = MAX_FINDINGS,
    progress: Callable[[str], None] | None = None,
) -> Report:
    """Validate packages, as ``outcomes validate`` does: folders that hold a ``datapackage.json``, or that file itself; a text
    that isn't written as a path is a package's name in the registry here, if it has one of that name.

    ``today`` is the day on which waivers and look-ups must be valid, by default the present one. ``progress`` gets the name of each package before it is
    checked. What is asked of new waivers isn't asked of those with which the registry here accepted the version. Bad data never raises; ``OSError`` does
    where a file can't be read at all.
    """
    from validation import engine

    listed = [paths] if isinstance(paths, str | Path) else list(paths)
    return engine.validate(
        list(map(_meant, listed)), today=today, max_findings=max_findings, progress=progress, granted=granted_in()
    )


def _meant(word: Path | str) -> Path | str:
    """The folder of the package that a word means."""
    from registry.errors import NotFoundError
    from registry.packages.finding import find_root, folder_of

    if isinstance(word, Path) or Path(word).name != word or word.startswith(".") or word.endswith(".json"):
        return word
    try:
        return folder_of(find_root(), word) or word
    except NotFoundError:
        return word


def granted_in(root: Path | None = None) -> Granted:
    """Tells the waivers that were accepted with a version, by the ledger of a registry, or of none. It is read for the first package that carries any."""

    @cache
    def ledger() -> Ledger:
        from registry.errors import NotFoundError
        from registry.ledger.records import Ledger
        from registry.ledger.store import STORE, FolderStore, ledger_of
        from registry.packages.finding import find_root

        try:
            return ledger_of(FolderStore(find_root(root) / STORE))
        except NotFoundError:
            return Ledger()

    return lambda package, version: ledger().granted(package, version)
