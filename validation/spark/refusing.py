"""What is refused on a worker, said on the driver in one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["RefusedError", "refusals"]

_SAID = re.compile(r"RefusedError: (.*)")

_OF_FILES = {"CANNOT_MERGE_SCHEMAS", "CANNOT_READ_FILE_FOOTER", "FAILED_READ_FILE"}
"""Spark's names for files that don't go together, or aren't what their names say."""


class RefusedError(ValueError):
    """Tables can't be judged as they are, for the reason that the message gives in one line."""


@contextmanager
def refusals(about: str) -> Iterator[None]:
    """Spark's errors that the user's files cause, as ``FileNotFoundError`` and ``RefusedError``. Others stay as they are."""
    from pyspark.errors import AnalysisException, PySparkException

    try:
        yield
    except PySparkException as error:
        if said := _SAID.search(str(error)):
            raise RefusedError(said[1]) from None
        condition = (error.getCondition() or "").partition(".")[0]
        if not isinstance(error, AnalysisException) and condition not in _OF_FILES:
            raise
        first = str(error).strip().splitlines()[0]
        if condition == "PATH_NOT_FOUND":
            raise FileNotFoundError(f"`{about}`: {first}") from None
        raise RefusedError(f"`{about}`: {first}") from None
