"""What a command says to the caller of its process: an exit code, and why it can't go on."""

from __future__ import annotations

from enum import IntEnum
from typing import NoReturn

__all__ = ["CommandError", "Exit", "fail"]


class Exit(IntEnum):
    """What the process says to its caller."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    COULD_NOT_RUN = 3
    BUG = 4
    INTERRUPTED = 130


class CommandError(Exception):
    """A command can't go on, through no fault of its own. The message says why and what to do."""

    def __init__(self, message: str, code: Exit = Exit.COULD_NOT_RUN) -> None:
        super().__init__(message)
        self.code = code


def fail(message: str, code: Exit = Exit.COULD_NOT_RUN) -> NoReturn:
    """End the command with a message on stderr and an exit code."""
    raise CommandError(message, code)
