"""Text that is printed to a terminal, or kept where there is none."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["printed"]

_WIDTH = 140


def printed(console: Console | None, write: Callable[[Console], None]) -> str:
    """What ``write`` prints: to the console, of which nothing is kept, or without one as text of 140 columns."""
    from rich.console import Console

    if console is not None:
        write(console)
        return ""
    words = io.StringIO()
    write(Console(width=_WIDTH, file=words, highlight=False))
    return words.getvalue()
