"""What is in a store's folder, and what may not be there: links, pipes and the like, and a folder where a file goes."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from registry.ledger.store import ANCHORS, LEDGER, OBJECTS, DamagedError, told_as_damage
from registry.ledger.verified import stamp_of
from registry.packages.opening import holding, kind_of

__all__ = ["LOCK", "STAGING", "StoreLayout", "must_be_plain", "survey"]

STAGING = "tmp"
LOCK = "lock"

_DEEPEST = 30
"""Levels of folders: a writer's copy of a package has a few more than a package may have."""

_FILE = re.compile(rf"{LOCK}|{re.escape(LEDGER)}|[^/]+@[^/]+\.json|({OBJECTS}|{ANCHORS})/.*", re.DOTALL)
_FOLDER = re.compile(rf"{OBJECTS}|{ANCHORS}|{STAGING}")


@dataclass(frozen=True)
class StoreLayout:
    """``files`` are the store's files by their path in it, sorted, without what is the writer's; ``strange`` says what is there that a
    store doesn't hold: its path, and what it is. ``stamps`` are those of the files, by :func:`registry.ledger.verified.stamp_of`.
    """

    files: tuple[str, ...]
    strange: Mapping[str, str]
    stamps: Mapping[str, str] = field(default_factory=dict)


def survey(store: Path) -> StoreLayout:
    """What is in a store's folder, no link followed. Raises ``DamagedError`` if the folder itself isn't one, and ``OSError``."""
    files: dict[str, str | None] = {}
    strange: dict[str, str] = {}
    folders = [""]
    with told_as_damage(), holding(store.parent, store.name):
        pass
    while folders:
        here = folders.pop()
        # What a writer prepares at this moment comes and goes.
        with contextlib.suppress(FileNotFoundError), holding(store.parent, f"{store.name}/{here}") as held:
            for name in held.names():
                path = f"{here}{name}"
                status = None
                with contextlib.suppress(FileNotFoundError):
                    status = held.status(name)
                kind = "a file" if status is None else kind_of(status)
                wanted = "a file" if _FILE.fullmatch(path) else "a folder" if _FOLDER.fullmatch(path) else kind
                if kind not in {"a file", "a folder"}:
                    strange[path] = f"is {kind}; a store may contain only its own files and folders"
                elif kind != wanted:
                    strange[path] = f"is {kind}, not {wanted}"
                elif kind == "a folder" and path.count("/") >= _DEEPEST:
                    strange[path] = "is nested deeper than any store's folder"
                elif kind == "a folder":
                    folders.append(f"{path}/")
                elif path != LOCK and not path.startswith(f"{STAGING}/"):
                    files[path] = None if status is None else stamp_of(status)
    stamps = {path: stamp for path, stamp in files.items() if stamp is not None}
    return StoreLayout(tuple(sorted(files)), dict(sorted(strange.items())), stamps)


def must_be_plain(store: Path) -> None:
    """Raises ``DamagedError`` for the first part of a store that is a link or anything else that doesn't belong there."""
    for path, what in survey(store).strange.items():
        raise DamagedError(f"{store / path} {what}")
