"""Looking at a file before anything reads it: where it really is, and what its bytes are."""

from __future__ import annotations

import codecs
import errno
import hashlib
import os
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from validation.hints import shown
from validation.opening import IrregularError, Within, opened

__all__ = ["LONGEST_LINE", "MOST_COLUMNS", "Scan", "fault_of_path", "resolve", "scan"]

LONGEST_LINE = 1 << 20
"""Bytes. A longer line is not a row of any table here; readers keep buffers of the size of a line."""

MOST_COLUMNS = 10_000
"""Columns of a file. DuckDB takes time and memory for each, even without rows."""

_CHUNK = LONGEST_LINE

_DEEPEST = 20
"""Parts of a path. Code that makes or removes folders recurses into them, and Python's recursion is limited."""


def fault_of_path(path: object) -> str | None:
    """Why a resource's ``path`` may not be followed, judged by its text alone; ``None`` where it may."""
    if not isinstance(path, str) or not path:
        return f"the path is {shown(path)}; it must be the name of one file inside the package"
    if "://" in path or path.startswith(("http:", "https:", "ftp:", "file:", "data:")):
        return f"{shown(path)} is a remote address; every file must be inside the package"
    if "\\" in path or "\0" in path:
        return f"{shown(path)} contains a backslash or a NUL; parts of a path are separated by `/`"
    parts = PurePosixPath(path).parts
    if path.startswith(("/", "~")) or (len(path) > 1 and path[1] == ":"):
        return f"{shown(path)} is absolute; it must be relative to the descriptor"
    if ".." in parts or len(parts) > _DEEPEST:
        out = f"has {len(parts):,} parts; a path may have at most {_DEEPEST}"
        return f"{shown(path)} {'leads out of the package through `..`' if '..' in parts else out}"
    return None


def resolve(folder: Path, path: str) -> tuple[Within | None, str | None, bool]:
    """Where a harmless path leads: the file, or why it may not be opened, and whether it just isn't there to be read.

    Links are not followed, neither as the file nor on the way to it, and nothing but a regular file is opened: opening a FIFO
    would wait for ever.
    """
    try:
        opened(folder, path).close()
    except IrregularError as error:
        why = (
            "goes through a link; the package must contain the file itself"
            if error.errno == errno.ELOOP
            else "is not a regular file"
        )
        return None, f"{shown(path)} {why}", False
    except (FileNotFoundError, NotADirectoryError):
        return None, f"{shown(path)} is not in the package{_spelt_otherwise(folder, path)}", True
    except OSError as error:
        return None, f"{shown(path)} can't be read: {error.strerror}", True
    return Within(folder, path), None, False


def _spelt_otherwise(folder: Path, path: str) -> str:
    """That a file next to its place has the same name but for capitals or the encoding of an accent, which some systems take for the same."""

    def folded(name: str) -> str:
        return unicodedata.normalize("NFC", name).casefold()

    wanted = PurePosixPath(path)
    places = [folder, *(folder.joinpath(*wanted.parts[:n]) for n in range(1, len(wanted.parts)))]
    if any(place.is_symlink() or not place.is_dir() for place in places[1:]) or not os.access(places[-1], os.R_OK):
        return ""
    for name in sorted(found.name for found in places[-1].iterdir()):
        if folded(name) == folded(wanted.name):
            differ = (
                "the encoding of an accent"
                if unicodedata.normalize("NFC", name) == unicodedata.normalize("NFC", wanted.name)
                else "capitals"
            )
            return f"; {shown(str(wanted.with_name(name)))} is, whose name differs in {differ}"
    return ""


@dataclass(frozen=True)
class Scan:
    """What one pass over the bytes of a file shows. Lines are 1-based; ``None`` means nowhere.

    ``loose_quotes`` says that a quotation mark is next to a space, ``bare_returns`` that a carriage return has no
    line feed: readers of CSV understand both differently.
    """

    size: int
    sha256: str
    md5: str | None
    lines: int
    byte_order_mark: bool
    nul_on_line: int | None
    not_utf8_on_line: int | None
    long_line: int | None
    carriage_returns: int
    return_on_line: int | None
    bare_returns: bool
    loose_quotes: bool
    first_bytes: bytes
    state: tuple[int, ...]

    def without_lines(self, rows: int) -> Scan:
        """The same of a file of bytes, which has no lines of text; it counts as if each of its rows had one, below a header."""
        return replace(
            self,
            lines=rows + 1,
            byte_order_mark=False,
            nul_on_line=None,
            not_utf8_on_line=None,
            long_line=None,
            carriage_returns=0,
            return_on_line=None,
            bare_returns=False,
            loose_quotes=False,
        )

    def still_holds(self, file: Within) -> bool:
        """Whether the file is, by its size and the time of its last change, the one that was checked."""
        try:
            with file.open() as now:
                return _state(os.fstat(now.fileno())) == self.state
        except OSError:
            return False


def _state(status: os.stat_result) -> tuple[int, ...]:
    return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)


def scan(file: Within, *, md5: bool = False) -> Scan:
    """Read the file once, in pieces. ``lines`` counts a last line without a line end. Raises ``OSError``."""
    digest, old_digest = hashlib.sha256(), hashlib.md5(usedforsecurity=False) if md5 else None
    decoder = codecs.getincrementaldecoder("utf-8")()
    size = newlines = returns = pairs = tail = 0
    loose = False
    nul = bad = long_line = first_return = None
    first = last = b""
    with file.open() as content:
        state = _state(os.fstat(content.fileno()))
        while chunk := content.read(_CHUNK):
            first = first or chunk[:512]
            digest.update(chunk)
            if old_digest is not None:
                old_digest.update(chunk)
            if nul is None and (at := chunk.find(b"\0")) >= 0:
                nul = newlines + chunk.count(b"\n", 0, at) + 1
            if bad is None and (decoder.getstate()[0] or not chunk.isascii()):
                bad = _undecodable(decoder, chunk, newlines)
            here = chunk.find(b"\n")
            if long_line is None and tail + (here if here >= 0 else len(chunk)) > LONGEST_LINE:
                long_line = newlines + 1
            tail = len(chunk) - chunk.rfind(b"\n") - 1 if here >= 0 else tail + len(chunk)
            newlines += chunk.count(b"\n")
            seam = last[-1:] + chunk[:1]
            if b"\r" in chunk:  # looking for one byte takes a tenth of looking for two
                if first_return is None:
                    first_return = newlines - chunk.count(b"\n", chunk.index(b"\r")) + 1
                returns += chunk.count(b"\r")
                pairs += chunk.count(b"\r\n")
            pairs += seam == b"\r\n"
            loose = loose or any(pair == seam or (b'"' in chunk and pair in chunk) for pair in (b'" ', b' "'))
            size += len(chunk)
            last = chunk
    if bad is None and decoder.getstate()[0]:
        bad = newlines + 1
    return Scan(
        size=size,
        sha256=digest.hexdigest(),
        md5=old_digest.hexdigest() if old_digest is not None else None,
        lines=newlines + (bool(size) and not last.endswith(b"\n")),
        byte_order_mark=first.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)),
        nul_on_line=nul,
        not_utf8_on_line=bad,
        long_line=long_line,
        carriage_returns=returns,
        return_on_line=first_return,
        bare_returns=returns > pairs,
        loose_quotes=loose,
        first_bytes=first,
        state=state,
    )


def _undecodable(decoder: codecs.IncrementalDecoder, chunk: bytes, lines_before: int) -> int | None:
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError as error:
        # The decoder may have held bytes of the chunk before; they hold no line end, being part of one character.
        return lines_before + error.object.count(b"\n", 0, error.start) + 1
    return None
