"""How commands read their words: usage lines and errors in plain words, whatever the libraries below write."""

from __future__ import annotations

import re
from typing import Any

import typer
import typer.core

__all__ = ["Command", "CommandGroup", "in_plain_words"]

_PLAIN = (
    (r"Value error, ", ""),
    (r"Input should be a valid integer.*", "give a whole number"),
    (r"Input should be greater than or equal to (\d+)", r"give \1 or more"),
    (r"(.*) does not match the formats? '%Y-%m-%d'\.?", r"\1 is not a day such as 2026-01-31"),
)
"""What typer passes on from pydantic and from ``strptime``, and the words for it."""


def in_plain_words(message: str) -> str:
    """A message about a word of the command line, without the words of the library that checked it."""
    for pattern, plain in _PLAIN:
        message = re.sub(rf"^{pattern}", plain, message)
    return message


def _nothing(**_: Any) -> None:
    return None


class _InPlainWords:
    """For a command or group: flags and arguments without a type in the help, and errors in plain words."""

    def get_params(self, ctx: Any) -> Any:
        """The parameters. The help would show `<bool>` after a flag and `<str>` after an argument."""
        params = super().get_params(ctx)  # type: ignore[misc]
        for param in params:
            if param.param_type_name == "argument":
                param.display_type_rich = _nothing
            elif param.is_flag:
                param.metavar = ""
        return params

    def make_context(self, *arguments: Any, **more: Any) -> Any:
        """The parsed words. Raises ``BadParameter`` in plain words."""
        try:
            return super().make_context(*arguments, **more)  # type: ignore[misc]
        except typer.BadParameter as error:
            error.message = in_plain_words(error.message)
            raise


class CommandGroup(_InPlainWords, typer.core.TyperGroup):
    """All commands."""


class Command(_InPlainWords, typer.core.TyperCommand):
    """One command."""

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """What follows the command in its usage line: `[OPTIONS] PACKAGE`, `[OPTIONS] [PACKAGE]...`."""
        pieces = ["[OPTIONS]"]
        for param in self.get_params(ctx):
            if param.param_type_name == "argument":
                name = param.metavar or str(param.name).upper()
                pieces.append((name if param.required else f"[{name}]") + ("" if param.nargs == 1 else "..."))
        return pieces
