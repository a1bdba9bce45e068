"""What rules are given of a package as it describes itself: its folder, the descriptor, a resource."""

from __future__ import annotations

import json
import math
import os
import stat
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.grammar import PRINTED_AT_FIRST
from validation.bounds import DEEPEST, LARGEST, Excess, within_bounds
from validation.files import fault_of_path, resolve
from validation.hints import kind_of, shortened, shown
from validation.opening import IS_POINTER, POINTER, Within, opened
from validation.reading import Form

if TYPE_CHECKING:
    from schemas.table import Field

__all__ = ["DESCRIPTOR", "Descriptor", "Folder", "Resource"]

DESCRIPTOR = "datapackage.json"


@dataclass(frozen=True)
class Folder:
    """A folder that should hold a package. ``fault`` says why its descriptor can't be read, if it can't."""

    path: Path

    @cached_property
    def raw(self) -> bytes | None:
        """The bytes of the descriptor; ``None`` where there is no such regular file or it is too large to be one."""
        try:
            with opened(self.path, DESCRIPTOR) as file:
                content = file.read(LARGEST + 1)
        except OSError:
            return None
        return content if len(content) <= LARGEST else None

    @cached_property
    def fault(self) -> str | None:
        return self._parsed[1]

    @property
    def data(self) -> dict[str, Any]:
        """The descriptor as an object; empty where there is a ``fault``."""
        return self._parsed[0]

    @cached_property
    def descriptor(self) -> Descriptor:
        """As much of the descriptor as it may hold."""
        return Descriptor(self.path, *within_bounds(self.data))

    @cached_property
    def _parsed(self) -> tuple[dict[str, Any], str | None]:  # noqa: PLR0911  a list of faults, each in a line
        if self.raw is None:
            return {}, self._why_no_bytes()
        if self.raw.startswith(POINTER):
            return {}, f"it is {IS_POINTER}"
        try:
            data = json.loads(
                self.raw.decode("utf-8"), object_pairs_hook=_each_once, parse_constant=_no_number, parse_float=_finite
            )
        except UnicodeDecodeError as error:
            return {}, f"it is not UTF-8 (byte {error.start + 1})"
        except json.JSONDecodeError as error:
            return {}, f"it is not JSON: {error.msg}, line {error.lineno} column {error.colno}"
        except RecursionError:
            return {}, "it is nested too deeply"
        except _RefusedError as error:
            return {}, str(error)
        except ValueError as error:  # a number with more digits than Python turns into an integer
            return {}, f"it is not JSON that can be read: {error}"
        fault = _fault_of_json(data, escaped=b"\\u" in self.raw)
        return (data, None) if fault is None else ({}, fault)

    def _why_no_bytes(self) -> str:
        try:
            status = os.lstat(self.path / DESCRIPTOR)
        except OSError:
            return "there is none in the folder"
        if not stat.S_ISREG(status.st_mode):
            return "it is not a regular file"
        if status.st_size > LARGEST:
            return f"it has {status.st_size:,} bytes; a descriptor may have at most {LARGEST:,}"
        return "the file can't be opened"


class _RefusedError(ValueError):
    """JSON by the letter of Python's reader that other readers refuse, or understand differently."""


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, of which no member is given twice: which of the two counts, every reader decides for itself."""
    data = dict(pairs)
    if len(data) < len(pairs):
        times = Counter(name for name, _ in pairs)
        twice = next(name for name in times if times[name] > 1)
        raise _RefusedError(f"it has the member {shown(twice)} twice in one object; keep only one")
    return data


def _no_number(word: str) -> float:
    raise _RefusedError(f"it contains {word}, which isn't a number in JSON")


def _finite(digits: str) -> float:
    """A number with a point or an exponent. One that is too large is infinite to Python, and to other readers an error."""
    number = float(digits)
    if math.isinf(number):
        raise _RefusedError(f"it contains {shortened(digits)}, which is too large a number")
    return number


def _fault_of_json(data: object, *, escaped: bool) -> str | None:
    """What is wrong with JSON that could be read: not an object, deeper than anything here looks, or half a character, which only one that
    is ``escaped`` can be.
    """
    if not isinstance(data, dict):
        return f"it is {kind_of(data)}; a descriptor must be an object"
    level: list[Any] = [data]
    for _ in range(DEEPEST):
        level = [v for part in level for v in (part.values() if isinstance(part, dict) else part) if isinstance(v, dict | list)]
        if not level:
            break
    if level:
        return f"it is nested too deeply: more than {DEEPEST} levels"
    try:
        if escaped:
            json.dumps(data, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        return f"it contains {error.object[error.start]!a}, which is half of a character"
    return None


@dataclass(frozen=True)
class Descriptor:
    """A descriptor that is a JSON object, with the folder it is in. ``excess`` are the lists of which ``data`` holds as many entries
    as they may have, and not all.
    """

    folder: Path
    data: Mapping[str, Any]
    excess: Sequence[Excess] = ()

    @property
    def version(self) -> str | None:
        version = self.data.get("version")
        return version if isinstance(version, str) else None

    @cached_property
    def resources(self) -> list[Resource]:
        """The resources that are objects; the profile says that all must be."""
        listed = self.data.get("resources")
        found = listed if isinstance(listed, list) else []
        return [Resource(self.folder, i, r) for i, r in enumerate(found) if isinstance(r, dict)]

    @cached_property
    def files(self) -> list[Resource]:
        """The resources, each followed by the Parquet file that it has beside its own."""
        return [one for resource in self.resources for one in (resource, resource.beside) if one is not None]

    def line_of(self, word: str) -> int | None:
        """The first line of the descriptor's text that holds the word, if it is there unchanged."""
        return next((n for n, line in enumerate(self._lines, 1) if word in line), None)

    @cached_property
    def _lines(self) -> list[str]:
        return (Folder(self.folder).raw or b"").decode("utf-8", "replace").split("\n")


@dataclass(frozen=True)
class Resource:
    """A resource as the descriptor gives it, or the Parquet file in its member ``parquet``, which has the same table ``as_well``. ``file`` is set
    once the text of its path and what that leads to are harmless.
    """

    folder: Path
    index: int
    data: Mapping[str, Any]
    as_well: bool = False

    @property
    def name(self) -> str:
        name = self.data.get("name")
        return name if isinstance(name, str) else f"resource {self.index + 1}"

    @property
    def stated_path(self) -> object:
        """The path as written; a list of one path is that path, since Data Package allows both."""
        path = self.data.get("path")
        return path[0] if isinstance(path, list) and len(path) == 1 else path

    @property
    def form(self) -> Form:
        """The form of its file: as stated, or else by its ending."""
        stated, path = self.data.get("format"), self.stated_path
        ends = isinstance(path, str) and path.casefold().endswith(".parquet")
        return Form.PARQUET if self.as_well or stated == "parquet" or (stated is None and ends) else Form.CSV

    @cached_property
    def beside(self) -> Resource | None:
        """The Parquet file that holds the same table, where the resource names one in its member ``parquet``."""
        said = self.data.get("parquet")
        return Resource(self.folder, self.index, {**said, "name": self.name}, as_well=True) if isinstance(said, dict) else None

    def stated(self, *members: str) -> dict[str, object]:
        """What is said under these names: of the resource itself, and in ``stats``, where older tools keep it and still look."""
        stats = self.data.get("stats")
        parts = {"": self.data, "stats.": stats if isinstance(stats, dict) else {}}
        return {at + m: part[m] for at, part in parts.items() for m in members if part.get(m) is not None}

    @property
    def hashes(self) -> dict[str, object]:
        """The stated hashes by member, each as ``algorithm:digest``; one without an algorithm is MD5."""
        named_for = self.stated("sha256", "md5").items()
        return self.stated("hash") | {member: f"{member.removeprefix('stats.')}:{digest}" for member, digest in named_for}

    @cached_property
    def path_fault(self) -> str | None:
        """Why the path is not safe to follow."""
        fault = fault_of_path(self.stated_path)
        if fault is None and not self._resolved[2]:
            fault = self._resolved[1]
        return fault

    @property
    def absent(self) -> str | None:
        """Set when the path is harmless and there is nothing at it that can be read."""
        return self._resolved[1] if self.path_fault is None and self._resolved[2] else None

    @cached_property
    def _resolved(self) -> tuple[Within | None, str | None, bool]:
        return resolve(self.folder, str(self.stated_path))

    @property
    def file(self) -> Within | None:
        return self._resolved[0] if self.path_fault is None else None

    @cached_property
    def fields(self) -> tuple[Field, ...] | None:
        """The registry's fields of the table of that name, with the form of printed numbers that the schema states, if that is the first
        one; ``None`` where the registry has no such table.
        """
        from schemas.tables import TABLES

        if self.name not in TABLES:
            return None
        fields = TABLES[self.name].fields()
        first = {f.name for f in fields if f.kind == "verbatim" and _pattern_of(self.data, f.name) == PRINTED_AT_FIRST}
        return tuple(replace(f, pattern=PRINTED_AT_FIRST) if f.name in first else f for f in fields)


def _pattern_of(resource: Mapping[str, Any], name: str) -> object:
    """The form of a field's cells by the resource's schema."""
    schema = resource.get("schema")
    fields = schema.get("fields") if isinstance(schema, dict) else None
    for field in fields if isinstance(fields, list) else ():
        if isinstance(field, dict) and field.get("name") == name and isinstance(field.get("constraints"), dict):
            return field["constraints"].get("pattern")
    return None
