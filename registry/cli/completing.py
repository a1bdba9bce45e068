"""Completion in bash, which cuts words where ours go on: ``NAME@1.0`` is three of its words, and so is ``--format=json``.

What is asked is put together again, and of what is answered bash gets only what it puts in: from the last ``@`` on, which it counts to the word that it completes,
or what comes after the last ``=``.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Callable

__all__ = ["asked_by_bash", "complete_in_bash"]

_ASKED, _WORDS, _PLACE = "_OUTCOMES_COMPLETE", "COMP_WORDS", "COMP_CWORD"

_CUTS = "@="
"""Signs by which bash, as it comes, ends a word and which are part of one of ours."""


def asked_by_bash() -> bool:
    """Whether bash runs this process to complete a line, and its words are a line each, as its own variable has them."""
    return os.environ.get(_ASKED) == "complete_bash" and "\n" in os.environ.get(_WORDS, "")


def complete_in_bash(answer: Callable[[], int]) -> int:
    """Have the question answered as it was typed, and say what bash is to put in. Returns the exit code of ``answer``."""
    words, place, before = _typed(os.environ[_WORDS].split("\n"), int(os.environ[_PLACE]))
    os.environ.update({_WORDS: "\n".join(words), _PLACE: str(place)})
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        code = answer()
    sys.stdout.write("".join(line.removeprefix(before) for line in told.getvalue().splitlines(keepends=True)))
    return code


def _typed(words: list[str], place: int) -> tuple[list[str], int, str]:
    """The words as they were typed, which of them is completed, and what of it bash leaves as it is."""
    typed: list[str] = []
    goes_on, at, before = False, place, ""
    for i, word in enumerate(words):
        is_cut = word != "" and not word.strip(_CUTS)
        joins = bool(typed) and (goes_on or is_cut)
        if i <= place and (is_cut or not joins):
            before = typed[-1] + word.removesuffix("@") if joins else ""
        if joins:
            typed[-1] += word
        else:
            typed.append(word)
        goes_on = is_cut
        at = len(typed) - 1 if i == place else at
    return typed, at, before
