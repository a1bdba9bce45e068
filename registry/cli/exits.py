"""What a command says to the caller of its process: an exit code, and why it can't go on."""

from __future__ import annotations

from enum import IntEnum
from typing import NoReturn

__all__ = ["MEANINGS", "CommandError", "Exit", "fail", "fail_for_a_bug"]


class Exit(IntEnum):
    """What the process says to its caller."""

    OK = 0
    FINDINGS = 1
    USAGE = 2
    COULD_NOT_RUN = 3
    BUG = 4
    INTERRUPTED = 130


MEANINGS = {
    Exit.OK: "done, or nothing found",
    Exit.FINDINGS: "findings",
    Exit.USAGE: "usage",
    Exit.COULD_NOT_RUN: "could not run",
    Exit.BUG: "a bug in outcomes (the log's path is printed)",
}
"""The codes that every command has, for the help and the manual. A command's own help says only what its 1 means."""


class CommandError(Exception):
    """A command can't go on, through no fault of its own. The message says why and what to do."""

    def __init__(self, message: str, code: Exit = Exit.COULD_NOT_RUN) -> None:
        super().__init__(message)
        self.code = code


def fail(message: str, code: Exit = Exit.COULD_NOT_RUN) -> NoReturn:
    """End the command with a message on stderr and an exit code."""
    raise CommandError(message, code)


def fail_for_a_bug() -> NoReturn:
    """End the command after a validation in which a rule could not be run."""
    fail("a rule could not be run. This is a bug in outcomes, not in your data; please report it", Exit.BUG)
