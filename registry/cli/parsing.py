"""How commands read their words: usage lines and errors in plain words, whatever the libraries below write, and nothing imported for a
word that needs no conversion.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
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


class _AsItIs:
    """Takes the words of a parameter as they are where they are of its type already, or name a place of which nothing is asked, and leaves all
    others to typer. What typer makes of a word it makes with pydantic, and importing that takes longer than ``list`` does.
    """

    def __init__(self, param: Any) -> None:
        self.kind, self.make, self.default = param.type_descriptor.annotation, param.get_runtime_param, param.default
        self.taken = _TAKEN.get(self.kind) if _asks_nothing(param.type_descriptor.parameter_info) else None

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value that the command is given. Raises ``BadParameter``."""
        several = param.multiple or param.nargs == -1
        if value is None:
            return () if several else None
        if self.taken is not None and (not several or isinstance(value, list | tuple)):
            fits, made = self.taken
            words = value if several else [value]
            if made is Path and "" in words:
                raise typer.BadParameter("it is empty; give a path", ctx=ctx, param=param)
            if all(map(fits, words)):
                return [made(word) for word in words] if several else made(value)
        if value is self.default and isinstance(self.kind, type) and isinstance(value, self.kind):
            return value
        return self.make().coerce(value, param=param, ctx=ctx)


def _asks_nothing(info: Any) -> bool:
    """Whether a parameter asks no more of a place than that it can be read, if it is there."""
    asked = ("exists", "writable", "resolve_path", "path_type")
    return info.file_okay and info.dir_okay and not any(getattr(info, name) for name in asked)


def _is_plain(word: object) -> bool:
    # A word with other characters may be one that the terminal's encoding can't say.
    return isinstance(word, str) and word.isascii()


def _is_place(word: object) -> bool:
    return _is_plain(word) and (os.access(str(word), os.R_OK) or not os.path.lexists(str(word)))


_TAKEN: dict[object, tuple[Callable[[object], bool], Callable[[Any], object]]] = {
    **dict.fromkeys((str, list[str]), (_is_plain, str)),
    **dict.fromkeys((Path, list[Path]), (_is_place, Path)),
}
"""By type, which words are taken as they are, and what is made of them."""


class _InPlainWords:
    """For a command or group: flags and arguments without a type in the help, and errors in plain words."""

    def get_params(self, ctx: Any) -> Any:
        """The parameters. The help would show `<bool>` after a flag and `<str>` after an argument."""
        params = super().get_params(ctx)  # type: ignore[misc]
        for param in params:
            # An older typer leaves this to click, and has no such method.
            if hasattr(param, "get_runtime_param") and "get_runtime_param" not in vars(param):
                taken = _AsItIs(param)
                param.get_runtime_param = lambda taken=taken: taken
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
