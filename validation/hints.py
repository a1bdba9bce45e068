"""What a message shows of a value somebody wrote, and what was probably meant by it.

Whatever stands in a package may be of any length and hold any character; a message is a line that people read in a terminal.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["named", "nearest", "shortened", "shown"]

LONGEST_SHOWN = 60
_LONGEST_COMPARED = 80


def shortened(text: str, most: int = LONGEST_SHOWN) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 3]}…"


def shown(value: object) -> str:
    """A value as a message quotes it: in Python's notation, so that spaces and control characters are seen, and not too long."""
    return repr(shortened(value)) if isinstance(value, str) else shortened(repr(value))


def named(name: str) -> str:
    """A name in the backticks of a message, with what can't be printed escaped."""
    return f"`{''.join(c if c.isprintable() else repr(c)[1:-1] for c in shortened(name))}`"


def nearest(word: object, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word that was probably meant; ``None`` where none is near.

    A long text is nobody's slip of the pen, and would take minutes to compare.
    """
    if not isinstance(word, str) or len(word) > _LONGEST_COMPARED:
        return None
    return next(iter(difflib.get_close_matches(word, list(known), 1, cutoff)), None)
