"""A value of a JSON document that knows its path, so that what is wrong with it can be said where it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registry.importing.problems import ImportProblem
from validation.hints import kind_of

__all__ = ["JsonAt"]

_NO_TEXT = re.compile(r"[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class JsonAt:
    """A value, with the file and the path to it (``resultsSection.outcomeMeasuresModule``; empty for the document itself)."""

    file: Path
    path: str
    value: Any

    def problem(self, said: str) -> ImportProblem:
        """The problem that something is wrong here."""
        return ImportProblem(f"{self.file}: {f'`{self.path}`' if self.path else 'the document'}: {said}.")

    def get(self, *keys: str) -> JsonAt:
        """What is under the keys, one after the other; a value of ``None`` where one is missing."""
        found = self
        for key in keys:
            if found.value is not None and not isinstance(found.value, dict):
                raise found.problem(f"this is {kind_of(found.value)}. It must be an object")
            found = JsonAt(
                self.file, f"{found.path}.{key}" if found.path else key, None if found.value is None else found.value.get(key)
            )
        return found

    def items(self) -> list[JsonAt]:
        """The objects of a list; none where there is no list."""
        found = self._list("objects")
        for item in found:
            if not isinstance(item.value, dict):
                raise item.problem(f"this is {kind_of(item.value)}. It must be an object")
        return found

    def texts(self) -> list[JsonAt]:
        """The texts of a list; none where there is no list."""
        found = self._list("texts")
        for item in found:
            item.needed()
        return found

    def _list(self, of: str) -> list[JsonAt]:
        if self.value is None:
            return []
        if not isinstance(self.value, list):
            raise self.problem(f"this is {kind_of(self.value)}. It must be a list of {of}")
        return [JsonAt(self.file, f"{self.path}[{n}]", value) for n, value in enumerate(self.value)]

    def text(self) -> str:
        """A text, without white space around it; an empty one where there is none."""
        if self.value is None:
            return ""
        if not isinstance(self.value, str):
            raise self.problem(f"this is {kind_of(self.value)}. It must be a text")
        if found := _NO_TEXT.search(self.value):
            raise self.problem(f"a text contains U+{ord(found[0]):04X}, which no text file may contain")
        return self.value.strip()

    def needed(self) -> str:
        """A text that must be there."""
        if not (text := self.text()):
            raise self.problem("there is nothing here. There must be a text")
        return text

    def count(self) -> int | None:
        """A whole number of people; nothing where there is none, or something else."""
        text = self.text()
        return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None
