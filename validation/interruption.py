"""Telling Ctrl-C from a fault: in the midst of a query DuckDB answers it with an error of its own."""

from __future__ import annotations

__all__ = ["is_interruption"]


def is_interruption(error: BaseException) -> bool:
    """Whether the error is DuckDB's word for an interrupted query."""
    return type(error).__name__ == "InterruptException" or (isinstance(error, RuntimeError) and str(error) == "Query interrupted")
