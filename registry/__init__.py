"""The registry: which packages exist, where each came from, and how to get at them.

``open`` gives a :class:`Registry`, from which packages are loaded as polars frames and the database is queried. This side of the
registry imports neither ``schemas`` nor ``validation``.
"""

from __future__ import annotations

from registry.access import Package, Registry, open

__all__ = ["Package", "Registry", "open"]
