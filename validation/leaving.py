"""Modules of libraries that others import and that may never be used: they are left where they are until something of them is.

Python's own ``LazyLoader`` doesn't do for them: in 3.11, ``import altair`` already asks the module for its spec, and so loads it.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

__all__ = ["leave"]


class _Left(ModuleType):
    """Stands for a module, and is replaced by it once something of it is asked for."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


def leave(name: str) -> None:
    """Let a module be imported when something of it is first used. One that was imported before, or isn't installed, stays as it is."""
    above, _, last = name.rpartition(".")
    if name in sys.modules or (above and find_spec(above) is None) or (spec := find_spec(name)) is None:
        return
    sys.modules[name] = left = _Left(name)
    left.__spec__ = spec  # whoever asks whether it is installed asks for it
    if above:
        setattr(sys.modules[above], last, left)
