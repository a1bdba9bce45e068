"""What may be raised for a reason that isn't a bug: one root, and what the other errors have in common."""

from __future__ import annotations

__all__ = ["ChangedError", "NotFoundError", "OutcomesError", "RequestError"]


class OutcomesError(Exception):
    """The root of all errors that this project raises on purpose. The message says what was found, what must hold and what to do."""


class RequestError(OutcomesError, ValueError):
    """The request is impossible: an unknown name, an invalid version, options that exclude each other."""


class NotFoundError(RequestError, LookupError):
    """There is no such registry, package or database. The message says which, and what to do."""


class ChangedError(OutcomesError):
    """The ledger or a file of the store isn't what was written. The message says which, and what is wrong."""
