"""Files of R, written by hand: the serialised form of a few objects, version 2, big-endian."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Mapping, Sequence

NIL = struct.pack(">i", 254)
LGL, INT, REAL, STR, VEC, CLO, SYM, PAIRS, CHAR = 10, 13, 14, 16, 19, 3, 1, 2, 9
NA_INT = -(2**31)
NA = struct.unpack(">d", struct.pack(">Q", 0x7FF00000000007A2))[0]


def tagged(letter: str) -> float:
    """haven's tagged NA."""
    return struct.unpack(">d", struct.pack(">Q", 0x7FF80000000007A2 | ord(letter) << 32))[0]


def number(value: int) -> bytes:
    return struct.pack(">i", value)


def symbol(name: str) -> bytes:
    return number(SYM) + text(name)


def text(value: str | None) -> bytes:
    if value is None:
        return number(CHAR) + number(-1)
    raw = value.encode()
    return number(CHAR | (0x40 if value.isascii() else 8) << 12) + number(len(raw)) + raw


def pairs(entries: Mapping[str, bytes]) -> bytes:
    return b"".join(number(PAIRS | 0x400) + symbol(name) + value for name, value in entries.items()) + NIL


def vector(values: Sequence[object], kind: int = 0, **attributes: bytes) -> bytes:
    """A vector; its kind is told by its values where none is given."""
    first = next((v for v in values if v is not None), "")
    kind = kind or {bool: LGL, int: INT, float: REAL, str: STR, bytes: VEC}[type(first)]
    head = number(kind | (0x200 if attributes else 0) | (0x100 if "class" in attributes else 0)) + number(len(values))
    match kind:
        case 14:
            body = b"".join(struct.pack(">d", NA) if v is None or (v != v and v is NA) else _double(v) for v in values)
        case 16:
            body = b"".join(text(v) for v in values)  # type: ignore[arg-type]
        case 19:
            body = b"".join(values)  # type: ignore[arg-type]
        case _:
            body = b"".join(number(NA_INT if v is None else int(v)) for v in values)  # type: ignore[call-overload]
    return head + body + (pairs(attributes) if attributes else b"")


def _double(value: object) -> bytes:
    return struct.pack(">d", value)


def frame(**columns: bytes) -> bytes:
    rows = struct.unpack(">i", next(iter(columns.values()))[4:8])[0]
    about = {"names": vector(list(columns)), "class": vector(["data.frame"]), "row.names": vector([None, -rows], INT)}
    return vector(list(columns.values()), VEC, **about)


def rds(thing: bytes) -> bytes:
    return gzip.compress(b"X\n" + number(2) + number(0x30400) + number(0x20300) + thing)


def rda(**things: bytes) -> bytes:
    return gzip.compress(b"RDX2\n" + b"X\n" + number(2) + number(0x30400) + number(0x20300) + pairs(things))
