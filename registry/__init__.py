"""The registry: which packages exist, where each came from, and how to get at them.

``open`` gives a :class:`Registry`, from which packages are loaded as polars frames and the database is queried. This side of the
registry imports neither ``schemas`` nor ``validation``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from registry.access import Package, Registry, open

__all__ = ["Package", "Registry", "open"]


def __getattr__(name: str) -> Any:
    """What is public is imported when it is asked for: the command line mostly doesn't."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from registry import access

    return getattr(access, name)
