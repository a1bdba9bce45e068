"""The registry: which packages exist, where each came from, and how to get at them.

``open`` gives a :class:`Registry`, from which packages are loaded as polars frames and the database is queried; this side of the
registry imports neither ``schemas`` nor ``validation``. ``validate`` checks packages.

Every error that is raised on purpose is an :class:`OutcomesError`: a :class:`RequestError` where what was asked for can't be, among
them :class:`NotFoundError` and :class:`PinnedError`; a :class:`ChangedError` where the store isn't what was written
(:class:`LedgerError`, :class:`DamagedError`, :class:`RollbackError`); an :class:`ImportProblem`, :class:`LargerError`,
:class:`OccupiedError`, :class:`CitationError` or :class:`UnreadableError` where files are at fault; an :class:`OutdatedError` where another version built the database; a :class:`MissingError` where an extra isn't installed. Anything else is a bug.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from registry.access import Package, Registry, RetractedWarning, open
    from registry.diffing.frames import UnreadableError
    from registry.errors import ChangedError, NotFoundError, OutcomesError, RequestError
    from registry.extras import MissingError
    from registry.freshness import OutdatedError
    from registry.importing.problems import ImportProblem
    from registry.ledger.kept import RollbackError
    from registry.ledger.pinning import PinnedError
    from registry.ledger.records import LedgerError
    from registry.ledger.store import DamagedError, LargerError
    from registry.packages.writing import OccupiedError
    from registry.sources.formats import CitationError
    from registry.validating import validate
    from validation.report import Report

__all__ = [
    "ChangedError",
    "CitationError",
    "DamagedError",
    "ImportProblem",
    "LargerError",
    "LedgerError",
    "MissingError",
    "NotFoundError",
    "OccupiedError",
    "OutcomesError",
    "OutdatedError",
    "Package",
    "PinnedError",
    "Registry",
    "Report",
    "RequestError",
    "RetractedWarning",
    "RollbackError",
    "UnreadableError",
    "open",
    "validate",
]

_HOME = {
    **dict.fromkeys(("Package", "Registry", "RetractedWarning", "open"), "access"),
    **dict.fromkeys(("ChangedError", "NotFoundError", "OutcomesError", "RequestError"), "errors"),
    "DamagedError": "ledger.store",
    "OutdatedError": "freshness",
    "LargerError": "ledger.store",
    "ImportProblem": "importing.problems",
    "CitationError": "sources.formats",
    "LedgerError": "ledger.records",
    "MissingError": "extras",
    "OccupiedError": "packages.writing",
    "PinnedError": "ledger.pinning",
    "RollbackError": "ledger.kept",
    "UnreadableError": "diffing.frames",
    "validate": "validating",
}


def __getattr__(name: str) -> Any:
    """What is public is imported when it is asked for: the command line mostly doesn't."""
    if name == "Report":
        from validation import Report

        return Report
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
