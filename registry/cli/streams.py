"""The process's standard streams: there whatever the caller left of them, and able to take every word.

A stream that was closed is as good as /dev/null: nobody listens, and a file that is opened next must not get its number, or what
is said would be written into a database. A character that the terminal's encoding hasn't is written in a plainer form. A reader
that goes away, such as ``head``, ends the writing and not, as an ``OSError``, the command.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

__all__ = [
    "ReaderGone",
    "answer",
    "deliver",
    "deliver_json",
    "divert",
    "folder_for",
    "heard_or_not",
    "place",
    "prepare",
    "refuse_store",
    "say",
]

_PLAIN = str.maketrans(
    dict(zip("–—…·×│─┌┐└┘├┤┬┴┼╭╮╰╯‘’“”", "--.*x|-+++++++++++++''\"\"", strict=True))
    # At most and at least aren't below and above: two definitions of remission may differ in no more than that.
    | {"≤": "<=", "≥": ">="}
)


class ReaderGone(Exception):  # noqa: N818  it is no error
    """The reader of our output has gone. Not an ``OSError``: libraries in between turn that into exit code 1."""


class _Pipe(io.FileIO):
    def write(self, data: ReadableBuffer, /) -> int | None:  # type: ignore[override]  # typeshed's own FileIO says so
        try:
            return super().write(data)
        except BrokenPipeError:
            raise ReaderGone from None


def prepare() -> None:
    """Make the standard streams fit to be used; once, when the process begins."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # it gets the lowest number that is free: this one
    codecs.register_error("plainer", _plainer)
    # Typed as if they always were there, they are None where the caller closed them.
    sys.stdin = sys.stdin or Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115  open as long as the process
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    sys.stdout = _open_stdout()


def _open_stdout() -> io.TextIOWrapper:
    old = sys.stdout
    if not isinstance(old, io.TextIOWrapper):
        return Path(os.devnull).open("w", encoding="utf-8")
    if old.isatty():
        old.reconfigure(errors="plainer")
        return old
    old.flush()
    raw = _Pipe(old.fileno(), "wb", closefd=False)
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding=old.encoding, errors="plainer")


def _plainer(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    words = error.object[error.start : error.end].translate(_PLAIN)
    return words.encode("ascii", "backslashreplace").decode("ascii"), error.end


def divert() -> None:
    """Send what is still to be written to stdout nowhere, so that the interpreter's last flush doesn't fail."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextlib.contextmanager
def heard_or_not() -> Iterator[None]:
    """The command goes on, to its exit code, even if nobody reads to the end."""
    try:
        yield
        sys.stdout.flush()
    except ReaderGone:
        divert()


def folder_for(output: Path | None, default: str, is_own: Callable[[Path], object]) -> Path:
    """Where pages are written, seen to before any work is done. Ends the command for a folder with other files than an earlier run's own."""
    from registry.cli.exits import fail

    folder = Path(default) if output is None else output
    if output is None and folder.is_symlink():
        fail(f"{folder} is a link; to write there, name the folder with --output")
    refuse_store(folder)
    if not is_own(folder):
        _refuse_other_files(folder)
    return folder


def _refuse_other_files(folder: Path) -> NoReturn:
    """End the command that would write its pages where something else is, saying what."""
    from registry.cli.exits import Exit, fail

    if folder.is_symlink() or not folder.is_dir():
        fail(f"{folder} is {'a link' if folder.is_symlink() else 'not a folder'}; choose another place with --output", Exit.USAGE)
    from registry.site.writing import known
    from validation.gate.site import is_site

    if whose := "site" if known(folder) else "docs" if is_site(folder) else None:
        fail(f"{folder} has what `outcomes {whose}` wrote; choose another folder with --output", Exit.USAGE)
    one = min((path.name for path in folder.iterdir()), default="")
    fail(f"{folder} has other files than such a site, such as {one}; choose another folder with --output", Exit.USAGE)


def place(output: Path | None) -> Path | None:
    """Where ``--output`` leads, seen to before any work is done; ``-`` is stdout."""
    from registry.cli.exits import Exit, fail

    if output is None or str(output) == "-":
        return None
    if output.is_dir():
        fail(f"{output} is a folder: give a file name", Exit.USAGE)
    refuse_store(output)
    if not output.parent.is_dir():
        fail(f"there is no folder {output.parent} to write {output.name} to", Exit.USAGE)
    return output


def refuse_store(place: Path) -> None:
    """End the command where a place, or what it leads to through links, is in a registry's store."""
    from registry.cli.exits import Exit, fail

    if any(".registry" in path.parts for path in (place.absolute(), Path(os.path.realpath(place)))):
        fail(f"{place} is inside the registry's store, which holds accepted files only; choose another place", Exit.USAGE)


def say(*lines: str, err: bool = False) -> None:
    """Show lines to people. Text from strangers may be in them: invisible characters are written as escapes."""
    import typer

    from validation.formats.visible import visible

    for line in lines:
        typer.echo(visible(line), err=err)


def deliver(words: Iterable[str], output: Path | None) -> None:
    """Write a result that a program will read, as UTF-8: to a file, completely or not at all, or to stdout."""
    from registry.packages.atomic import draft_of

    if output is not None:
        with draft_of(output) as draft, draft.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            file.writelines(words)
        return
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="")
    sys.stdout.writelines(words)


def deliver_json(found: object) -> None:
    """Write an answer as JSON to stdout."""
    from validation.formats.visible import as_json

    deliver([as_json(found, indent=2), "\n"], None)


def answer(kind: str, format_: str, found: object, output: Path | None, **options: object) -> None:
    """Write an answer in a format of :data:`registry.answers.ANSWERS`: text to the terminal as it comes, the rest when it is whole."""
    from registry.answers import render

    with heard_or_not():
        if format_ == "text" and output is None:
            from rich.console import Console

            render(kind, format_, found, console=Console(highlight=False), **options)
        else:
            deliver([render(kind, format_, found, **options)], output)
