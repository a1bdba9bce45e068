"""Room in memory for what somebody else says is large: judged before any of it is taken."""

from __future__ import annotations

import os

__all__ = ["must_have_room"]


def must_have_room(needed: int, where: str) -> None:
    """Raises ``MemoryError`` where what lies at ``where`` takes more bytes of memory than this machine can give one thing."""
    if needed > (room := _memory() // 2):
        raise MemoryError(f"{where} needs {needed:,} bytes of memory, but this machine has {room:,}")


def _memory() -> int:
    """The machine's memory in bytes; where the system doesn't say, that of a small one."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 8 << 30
