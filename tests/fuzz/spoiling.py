"""Spoiling JSON by chance: members go, change their type, their name or their place, and hold what nobody meant."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["ELSEWHERE", "spoil_bytes", "spoil_json"]

ELSEWHERE = "canary"
"""The name of a file beside the store, which nothing in the store may lead to."""


def _deep() -> Any:
    value: Any = []
    for _ in range(200):
        value = [value]
    return value


ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 1.5, -0.0, 2**63, 10**30, 1e300),
    *("", " ", "x", "\0", "a\nb", "\x1b[31m", "\u202e", "\ufeff", "\U000e0041", "é", "9" * 5000),
    *("1.0.0", "01.0.0", "1.0.0-rc.1", "1.0.0+build", "sha256:" + "0" * 64, "sha256:", "accept", "retract", "merge"),
    *(ELSEWHERE, f"../{ELSEWHERE}", f"objects/../../{ELSEWHERE}", "/", "..", ".", "objects", "C:\\x", "\\\\host\\x", "NUL"),
    *("2026-11-23T12:26:37Z", "2026-02-30T00:00:00Z", "9999-99-99", "claims-stard", "claims-stard@1.0.0"),
    *([], {}, [None], [[]], {"": ""}, {"path": f"../{ELSEWHERE}"}, ["1.0.0", 1]),
)


def _copy(value: Any) -> Any:
    return json.loads(json.dumps(value))  # `copy.deepcopy` goes no deeper than Python's own stack


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container, from the value itself on, with each key or index in it."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from _places(value[key])


def spoil_json(rng: random.Random, value: Any) -> Any:
    """A copy of the value with one change somewhere in it."""
    value = _copy(value)
    places = list(_places(value))
    if not places:
        return _copy(rng.choice(ODD))
    container, key = rng.choice(places)
    rng.choice(CHANGES)(rng, container, key)
    return value


def _replace(rng: random.Random, container: Any, key: Any) -> None:
    container[key] = _copy(rng.choice(ODD))


def _remove(_: random.Random, container: Any, key: Any) -> None:
    del container[key]


def _bury(_: random.Random, container: Any, key: Any) -> None:
    container[key] = [container[key]]


def _deepen(_: random.Random, container: Any, key: Any) -> None:
    container[key] = _deep()


def _as_text(_: random.Random, container: Any, key: Any) -> None:
    container[key] = str(container[key])


def _edge(rng: random.Random, container: Any, key: Any) -> None:
    """A text or a number that is nearly what it was."""
    was = container[key]
    if isinstance(was, str) and was:
        at = rng.randrange(len(was))
        container[key] = was[:at] + rng.choice(["", "a", "A", "/", "\u200b", " ", "\x7f"]) + was[at + 1 :]
    elif isinstance(was, int | float):
        container[key] = was + rng.choice([-1, 1, 0.5, 2**40])
    else:
        _replace(rng, container, key)


def _rename(rng: random.Random, container: Any, key: Any) -> None:
    if isinstance(container, dict):
        container[rng.choice(["", "x", f"{key} ", str(key).upper(), "__class__"])] = container.pop(key)
    else:
        container.append(_copy(container[key]))


def _exchange(rng: random.Random, container: Any, key: Any) -> None:
    other = rng.choice(list(container) if isinstance(container, dict) else range(len(container)))
    container[key], container[other] = container[other], container[key]


CHANGES: tuple[Callable[[random.Random, Any, Any], None], ...] = (
    *(_replace, _replace, _replace, _remove, _remove, _bury, _deepen, _as_text, _edge, _edge, _rename, _exchange),
)


def spoil_bytes(rng: random.Random, content: bytes) -> bytes:
    """The bytes with one change: cut off, doubled, a byte changed, put in or taken out, other line ends, other encodings."""
    at = rng.randrange(len(content) + 1)
    lines = content.splitlines(keepends=True)
    line = rng.randrange(len(lines)) if lines else 0
    return rng.choice(
        [
            content[:at],
            content + content,
            content[:at] + rng.randbytes(1) + content[at + 1 :],
            content[:at] + rng.choice([b"\0", b"\n", b"\xff", b"{", b'"', b","]) + content[at:],
            content[:at] + content[at + rng.randrange(1, 20) :],
            content.replace(b"\n", b"\r\n"),
            b"\xef\xbb\xbf" + content,
            content.decode(errors="replace").encode("utf-16"),
            b"",
            b"".join(lines[:line] + lines[line + 1 :]),
            b"".join([*lines[: line + 1], *lines[line:]]),
            b"".join(reversed(lines)),
            content.rstrip(b"\n"),
            content + rng.choice([b"\n", b" ", b"{}\n", b"\0" * 4096, b"[" * 5000]),
        ]
    )
