"""What a word means where a package is meant: its name, its folder, or any file in it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from registry.cli.exits import Exit, fail

__all__ = ["file_named", "is_path", "may_be_replaced", "package_folder", "package_name", "release_of"]


def file_named(path: Path, what: str = "the file", *, regular: bool = True) -> Path:
    """A file that the command line names, to be read. Ends the command where there is none."""
    from registry.packages.given import fault_of_file

    if fault := fault_of_file(path, what, regular=regular):
        fail(fault, Exit.USAGE)
    return path


def may_be_replaced(path: Path, is_one: Callable[[Path], bool], what: str, *, named: bool) -> None:
    """End the command where it would write over a file that isn't such a one itself; an empty file is nobody's. It is the user's mistake if the file was ``named``."""
    if path.is_file() and path.stat().st_size and not is_one(path):
        fail(
            f"{path} already exists and is not {what}; choose another name, or move it away",
            Exit.USAGE if named else Exit.COULD_NOT_RUN,
        )


def is_path(word: str) -> bool:
    """Whether a word is a path: by how it is written, or because there is such a file here."""
    return "/" in word or os.sep in word or word.startswith(".") or word.endswith(".json") or Path(word).is_file()


def package_folder(word: str, root: Path | None) -> Path:
    """The folder of the package that a word means. A name means one of the registry, else a folder here.

    Ends the command for a path that leads to no package; raises :class:`registry.errors.NotFoundError` for an unknown name.
    """
    return _folder_at(word) if is_path(word) else _named(word, root)


def package_name(word: str, root: Path | None) -> str:
    """The name of the registry's package that a word means. A name is returned as it is, known or not.

    Ends the command for the path of a folder that isn't in this registry's ``datapackages/``.
    """
    if not is_path(word):
        return word
    from registry.packages.finding import DATAPACKAGES, find_root

    folder, own = Path(os.path.abspath(_folder_at(word))), find_root(root) / DATAPACKAGES  # noqa: PTH100  a link keeps its name
    if not own.is_dir() or not folder.parent.exists() or not folder.parent.samefile(own):
        fail(f"{word} is not a package of this registry: its packages are in {own}", Exit.USAGE)
    return folder.name


def release_of(word: str, root: Path | None) -> tuple[str, str | None]:
    """The name and the version that ``NAME@VERSION`` means, or a name or path alone without a version. A file's own @ is part of its path."""
    from registry.packages.finding import release_named

    name, version = (word, None) if is_path(word) and os.path.lexists(word) else release_named(word)
    return package_name(name, root), version


def _folder_at(word: str) -> Path:
    """The package that a path leads to: the nearest folder with a descriptor, or one that lacks it in ``datapackages/``."""
    from registry.packages.finding import DATAPACKAGES, DESCRIPTOR

    path = Path(word)
    if not os.path.lexists(path):
        fail(f"there is no package at {word}", Exit.USAGE)
    whole = Path(os.path.abspath(path))  # noqa: PTH100  a link keeps its name
    for folder in (whole, *whole.parents) if path.is_dir() else whole.parents:
        if os.path.lexists(folder / DESCRIPTOR) or folder.parent.name == DATAPACKAGES:
            return folder if path.is_absolute() else Path(os.path.relpath(folder))
        if (folder / DATAPACKAGES).is_dir() or os.path.lexists(folder / ".git"):
            break
    if whole.name == DATAPACKAGES or (whole / DATAPACKAGES).is_dir():
        fail(f"{word} is a registry, not a package; name one of its packages, and the registry by --root", Exit.USAGE)
    if not path.is_dir():
        fail(f"{word} is not in a package: a package is a folder with a datapackage.json", Exit.USAGE)
    return path


def _named(name: str, root: Path | None) -> Path:
    """The package of that name in the registry, else the one in the folder of that name here."""
    from registry.errors import NotFoundError
    from registry.packages.finding import DESCRIPTOR, find_entry, find_root, folder_of

    here = Path(name) if os.path.lexists(Path(name) / DESCRIPTOR) else None
    try:
        folder = find_root(root)
    except NotFoundError:
        if here is None:
            raise
        return here
    return folder_of(folder, name) or here or find_entry(folder, name).folder
