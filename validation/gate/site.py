"""The gate's report as a site to publish: a folder with one page, in the look of every other report, that loads nothing."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path

from validation.catalogue import ruleset
from validation.formats.html_report import render_html
from validation.opening import kind_of, opened
from validation.report import PackageReport, Report

__all__ = ["is_site", "write_site"]

GENERATOR = "trial-outcomes: the registry as a whole"

_MARKS = tuple(
    f'<meta name="generator" content="{name}">'.encode() for name in (GENERATOR, "trial-outcomes: the gate's Data Docs")
)
"""What says that a page was written here; the second, by earlier versions, which wrote a page for each relation."""

_HEAD_ENDS = 1 << 12
"""Bytes of a page within which the mark is."""

_DEEPEST = 8
"""Levels of folders in a site of an earlier version."""


def is_site(folder: Path) -> bool:
    """Whether the folder holds a site that was written here and nothing besides, or nothing at all: what may be replaced by another."""
    if not folder.exists():
        return True
    if not folder.is_dir():
        return False
    if not any(folder.iterdir()):
        return True
    try:
        with opened(folder, "index.html") as index:
            head = index.read(_HEAD_ENDS)
            return any(mark in head for mark in _MARKS) and _pages_alone(folder)
    except OSError:
        return False


def _pages_alone(folder: Path) -> bool:
    for here, folders, names in os.walk(folder):
        place = Path(here)
        kinds = {kind_of((place / name).lstat()) for name in (*folders, *names)}
        deep = len(place.relative_to(folder).parts) > _DEEPEST
        if deep or not kinds <= {"a folder", "a file"} or not all(name.endswith(".html") for name in names):
            return False
    return True


def write_site(report: PackageReport, folder: Path, note: str = "") -> None:
    """Write the report as ``index.html``, completely or not at all, in the place of what was there, with the note under its heading if there is one. It names no folder of this machine.

    Raises ``FileExistsError`` where the folder holds something else, and ``OSError`` where it can't be written.
    """
    if not is_site(folder):
        raise FileExistsError(17, "has other files than such a site", str(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as scratch:
        draft = Path(scratch) / "site"
        draft.mkdir()
        shown = replace(report, path=Path(report.path).name)
        words = render_html(Report(ruleset(), (shown,)), title="The registry as a whole", generator=GENERATOR, note=note)
        (draft / "index.html").write_text(words, encoding="utf-8")
        draft.chmod(0o777 & ~_mask())
        old = Path(scratch) / "old"
        if os.path.lexists(folder):
            folder.rename(old)
        try:
            draft.rename(folder)
        except OSError:
            if os.path.lexists(old):
                old.rename(folder)
            raise


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
