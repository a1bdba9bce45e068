"""Telling Ctrl-C, and memory that ran out, from a fault: in the midst of a query DuckDB answers them with errors of its own."""

from __future__ import annotations

__all__ = ["NO_THREAD", "is_interruption", "is_of_the_disk", "is_out_of_memory"]

NO_THREAD = "can't start new thread"
"""Python's words where there is no memory for a thread: of the kind that it calls a ``RuntimeError``."""


def is_interruption(error: BaseException) -> bool:
    """Whether the error is DuckDB's word for an interrupted query."""
    return type(error).__name__ == "InterruptException" or (isinstance(error, RuntimeError) and str(error) == "Query interrupted")


def is_of_the_disk(error: BaseException) -> bool:
    """Whether the error is DuckDB's word for a file that can't be read or written, such as one of its own where the disk is full."""
    return type(error).__name__ == "IOException"


def is_out_of_memory(error: BaseException) -> bool:
    """Whether the error says that there is not enough memory, be it Python's or DuckDB's."""
    no_thread = isinstance(error, RuntimeError) and str(error) == NO_THREAD
    return isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryException" or no_thread
