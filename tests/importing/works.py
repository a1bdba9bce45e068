"""Works for :mod:`registry.importing.child` to do, each of which ends in a way of its own."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from pathlib import Path


def gives(tell, **arguments):
    tell("at work")
    print("said to nobody")
    os.write(1, b"said by a library\n")
    return arguments


def takes_memory(tell, **_):
    tell("taking")
    return len([bytearray(50_000_000) for _ in range(100)])


def takes_memory_as_libraries_do(tell):
    import polars as pl

    tell("taking")
    return int(pl.int_range(500_000_000, eager=True).sum())


def aborts(tell, at="aborting"):
    tell(at)
    os.abort()


def reads_address_0(tell, at="reading"):
    tell(at)
    ctypes.string_at(0)


def panics(tell, at="panicking"):
    import polars as pl

    tell(at)
    raise pl.exceptions.PanicException("capacity overflow")


def exits(tell):
    tell("leaving")
    os._exit(7)


def loops(tell):
    tell("looping")
    while True:
        pass


def goes_on(tell):
    for step in range(100):
        tell(step)
        time.sleep(0.2)


def finds_a_full_disk(tell):
    raise OSError(28, "No space left on device", "/full")


def has_a_bug(tell):
    return {}["missing"]


def sleeps(tell, *, pid_file):
    Path(pid_file).write_text(str(os.getpid()))
    tell("sleeping")
    time.sleep(60)


def tells_its_imports(tell):
    import duckdb
    import polars

    return [
        sys.modules[__package__.partition(".")[0]].__file__,
        duckdb.__file__,
        polars.__file__,
        "sitecustomize_ran" in os.environ,
    ]
