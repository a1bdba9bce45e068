"""Making a registry of a folder: a place for packages, and what git must know of it."""

from __future__ import annotations

import os
from pathlib import Path

from registry.errors import NotFoundError
from registry.packages.finding import DATABASE, DATAPACKAGES, current_folder, find_root

__all__ = ["found_registry", "root_or_new"]

_FILES = {
    ".gitattributes": "# What is frozen, and what a descriptor has the hash of, is bytes: no line end is to be changed on the way.\n"
    f".registry/** -text\n{DATAPACKAGES}/** -text\n",
    ".gitignore": f"/{DATABASE}\n/{DATABASE}.*\n/.{DATABASE}.*\n/{Path(DATABASE).stem}.web.duckdb\n/.registry/tmp\n/.registry/lock\n",
}
_NOTHING_YET = {"readme", "license", "licence", "copying"}


def root_or_new(stated: Path | None) -> tuple[Path, bool]:
    """The registry's folder, and whether it is yet to be made one: a folder that is stated, or this one if nothing but a README and a
    licence is in it. Raises ``NotFoundError`` for a folder that isn't there, or that has other things in it and wasn't stated.
    """
    try:
        return find_root(stated), False
    except NotFoundError:
        chosen = stated or (Path(os.environ["OUTCOMES_ROOT"]) if os.environ.get("OUTCOMES_ROOT") else None)
        if chosen is not None:
            if not chosen.is_dir():
                raise NotFoundError(f"there is no folder {chosen} to make a registry in; make it first") from None
            return chosen, True
        if others := sorted(path.name for path in current_folder().iterdir() if not _is_nothing_yet(path)):
            raise NotFoundError(
                f"no registry here, nor in a folder above, and this folder has other things in it ({', '.join(others[:3])}"
                f"{', …' if len(others) > 3 else ''}); add `--root .` to make a registry of it, or go to another folder"
            ) from None
        return Path(), True


def _is_nothing_yet(path: Path) -> bool:
    return path.name.startswith(".") or path.stem.casefold() in _NOTHING_YET


def found_registry(root: Path) -> list[Path]:
    """Make a registry of a folder, and give what was made. Files that are there stay as they are."""
    made = []
    (root / DATAPACKAGES).mkdir()
    made.append(root / DATAPACKAGES)
    for name, text in _FILES.items():
        path = root / name
        if not os.path.lexists(path):
            path.write_text(text, encoding="utf-8", newline="\n")
            made.append(path)
    return made
