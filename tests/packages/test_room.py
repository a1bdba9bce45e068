"""Errors of a disk: told with a path, and told apart from others."""

from __future__ import annotations

import errno
from pathlib import Path

import duckdb
import pytest

from registry.packages.room import Writing, disk_error

FULL = "No space left on device"


def engine(words: str) -> Exception:
    return duckdb.IOException(words)


def test_an_engine_s_words_are_understood() -> None:
    found = disk_error(engine(f'IO Error: Could not write file "/a/b.duckdb": {FULL}'))
    assert found is not None
    assert (found.errno, found.filename) == (errno.ENOSPC, "/a/b.duckdb")
    words = f'{{"exception_type":"IO","exception_message":"Could not write file \\"/a/b.parquet\\": {FULL}"}}'
    again = disk_error(duckdb.FatalException(words))
    assert again is not None
    assert again.filename == "/a/b.parquet"
    nowhere = disk_error(duckdb.FatalException(f'FATAL Error: Failed to commit "registry": {FULL}'))
    assert nowhere is not None
    assert nowhere.filename is None
    assert disk_error(engine('IO Error: Could not set lock on file "/a"')) is None
    assert disk_error(KeyError(3)) is None


def test_what_followed_leads_to_what_was_first() -> None:
    error = duckdb.FatalException("database has been invalidated")
    error.__cause__ = engine(f"IO Error: {FULL}")
    found = disk_error(error)
    assert found is not None
    assert found.errno == errno.ENOSPC


@pytest.mark.parametrize(
    ("error", "path"),
    [
        (OSError(errno.ENOSPC, FULL), "out"),
        (OSError(errno.ENOSPC, FULL, "draft"), "out"),
        (OSError(errno.ENOSPC, FULL, "elsewhere"), "elsewhere"),
        (engine(f'IO Error: Could not write file "/x/draft": {FULL}'), "out"),
        (engine(f'IO Error: Could not write file "/tmp/spill": {FULL}'), "/tmp/spill"),  # noqa: S108
        (engine(f"IO Error: {FULL}"), "out"),
    ],
)
def test_what_is_written_is_named(error: Exception, path: str) -> None:
    with pytest.raises(OSError, match=FULL) as told, Writing(Path("out"), Path("draft")):
        raise error
    assert told.value.filename == path


@pytest.mark.parametrize("error", [ValueError("x"), KeyboardInterrupt(), engine("IO Error: something else")])
def test_other_errors_stay_what_they_are(error: BaseException) -> None:
    with pytest.raises(type(error)) as told, Writing(Path("out")):
        raise error
    assert told.value is error
