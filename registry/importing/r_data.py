"""Reading a data frame out of a file of R (``.rda``, ``.rds``), which rdata takes apart. Nothing that is in such a file is run.

This module says what the columns hold; how that becomes text is in :mod:`registry.importing.typed_columns`.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import warnings
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from registry.importing.bounds import MOST_CELLS_OF_SHEET
from registry.importing.mapping import Input
from registry.importing.problems import ImportProblem, listed, nearest
from registry.importing.records import Records
from registry.importing.statistical import check_installed
from registry.importing.typed_columns import TypedColumn, as_texts
from validation.hints import named, shortened

__all__ = ["read_data_frame"]

_MOST_BYTES = 300_000_000  # unpacked: all of it is in memory
_PACKED = {b"\x1f\x8b": gzip, b"BZh": bz2, b"\xfd7zXZ": lzma}
_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
    zlib.error,
)
"""What rdata raises for bytes that are none of R's, or lead anywhere."""

_EPOCH = datetime(1970, 1, 1)
_NA = 1954  # the lower half of R's NA; whatever else isn't a number has another
_PLAIN = {
    "AsIs",
    "labelled",
    "noquote",
    "character",
    "numeric",
    "integer",
    "logical",
    "haven_labelled",
    "haven_labelled_spss",
    "vctrs_vctr",
    "double",
}
_KNOWN = {"factor", "integer64", "Date", "POSIXct"}
_NUMERIC = {"INT", "REAL"}
_DEEPEST = 3


def read_data_frame(path: Path, spec: Input, wanted: Collection[str], *, strict: bool = True) -> Records:
    """The data frame ``spec.object`` of a file, or its only one, as text. Row names are the column ``row.names``.

    Raises ``ImportProblem``, and ``OutOfReachError`` where the library isn't installed.
    """
    check_installed(path, "rdata")
    parsed = _parsed(path)
    declared = parsed.extra.encoding
    reading = _Reading(path, spec, declared)
    frame = reading.chosen(parsed.object)
    names, cells = reading.columns(frame)
    rows = reading.length(frame)
    for name, cell in zip(names, cells, strict=True):
        if cell.value is None or (
            reading.classes(cell) != ["POSIXlt"] and cell.info.type.name != "VEC" and len(cell.value) != rows
        ):
            raise ImportProblem(
                f"{path}: the column `{shortened(name)}` hasn't as many values as the others. The file is damaged."
            )

    def read(places: list[int]) -> Mapping[int, TypedColumn]:
        if rows * len(places) > MOST_CELLS_OF_SHEET:
            raise ImportProblem(
                f"{path}: the data frame has {rows:,} rows; at most {MOST_CELLS_OF_SHEET:,} cells are allowed in the columns that the mapping names."
            )
        return {n: reading.column(cells[n], rows) for n in places}

    return as_texts(path, spec, names, wanted, read, strict=strict)


def _parsed(path: Path) -> Any:
    from rdata import parser

    content = _unpacked(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of tags that it passes over, none of which a data frame has
            # without the ending it takes the bytes for a workspace (.rda), which begins with a mark
            return parser.parse_data(content, extension=None if content.startswith((b"RDX", b"RDA", b"RDB")) else ".rds")
    except _BROKEN as error:
        if str(error).startswith("252 "):
            raise ImportProblem(
                f"{path}: the file holds a promise, that is code that was never run. Save data frames alone."
            ) from error
        raise ImportProblem(
            f"{path}: this can't be read as a file of R: {shortened(str(error), 200) or type(error).__name__}."
        ) from error


def _unpacked(path: Path) -> bytes:
    with path.open("rb") as file:
        head = file.read(6)
    packed = next((module for mark, module in _PACKED.items() if head.startswith(mark)), None)
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        raise ImportProblem(f'{path}: the file is packed with zstd. Save it again with compress = "gzip".')
    try:
        with path.open("rb") if packed is None else packed.open(path) as file:
            content: bytes = file.read(_MOST_BYTES + 1)
    except (EOFError, ValueError, zlib.error, lzma.LZMAError, gzip.BadGzipFile) as error:
        raise ImportProblem(f"{path}: the file is damaged, or was cut off: {error}.") from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise ImportProblem(f"{path}: the file is damaged: {error}.") from error
    if len(content) > _MOST_BYTES:
        raise ImportProblem(
            f"{path}: the file unpacks to over {_MOST_BYTES:,} bytes, the most that are allowed. Save the data frame alone."
        )
    return content


class _Reading:
    """The objects of one file, in the encoding of texts that state none."""

    def __init__(self, path: Path, spec: Input, declared: str | None) -> None:
        self.path, self.spec = path, spec
        self.encoding = spec.encoding if spec.encoding_place != spec.place else declared or "utf-8"

    def chosen(self, root: Any) -> Any:
        """The data frame that is wanted."""
        held = dict(self._objects(root))
        frames = {name: thing for name, thing in held.items() if "data.frame" in self.classes(thing)}
        asked = self.spec.object
        if asked is not None and asked not in frames:
            there = [name for name in frames if name]
            what = f"is {_kind(held[asked])}, not a data frame." if asked in held else "isn't there."
            raise ImportProblem(
                f"{self.path}: the object {named(asked)} {what} {nearest(asked, there) if there else 'Leave out `object`.'}"
            )
        if asked is None and len(frames) != 1:
            found = (
                f"{len(frames)} data frames: {listed(frames)}. Name one of them as `object`"
                if frames
                else f"no data frame, but {self._listed(held)}"
            )
            raise ImportProblem(f"{self.path}: the file holds {found}.")
        if asked is None and (others := {n: o for n, o in held.items() if n not in frames}):
            raise ImportProblem(
                f"{self.path}: beside the data frame the file holds {self._listed(others)}. Name the data frame as `object: {next(iter(frames))}`."
            )
        return frames[asked] if asked is not None else next(iter(frames.values()))

    def _listed(self, held: Mapping[str, Any]) -> str:
        return ", ".join(f"{named(name)} ({_kind(thing)})" if name else _kind(thing) for name, thing in list(held.items())[:8])

    def _objects(self, thing: Any, prefix: str = "", deep: int = 0) -> Iterator[tuple[str, Any]]:
        """The objects of a workspace by their names, and those in lists by the way to them, such as ``all$first``."""
        if thing.info.type.name == "LIST" and deep == 0:
            for name, inner in _pairs(thing):
                yield from self._objects(inner, name, 1)
        elif thing.info.type.name == "VEC" and deep < _DEEPEST and not self.classes(thing) and "names" in _attributes(thing):
            for called, inner in zip(self.texts(_attributes(thing)["names"]), thing.value, strict=False):
                yield from self._objects(inner, f"{prefix}${called}" if prefix else str(called), deep + 1)
        else:
            yield prefix, thing

    def classes(self, thing: Any) -> list[str]:
        held = _attributes(thing).get("class")
        return [text or "" for text in self.texts(held)] if held is not None else []

    def texts(self, thing: Any) -> list[str | None]:
        if thing.info.type.name != "STR":
            raise ImportProblem(f"{self.path}: where texts should be there is {_kind(thing)}. The file is damaged.")
        return [self._text(item) for item in thing.value]

    def _text(self, item: Any) -> str | None:
        raw = item.value
        if raw is None:
            return None
        own = {4: "latin-1", 8: "utf-8", 64: "ascii"}
        encoding = next((own[bit] for bit in own if item.info.gp & bit), self.encoding)
        try:
            return str(raw, encoding)
        except (LookupError, UnicodeDecodeError, TypeError) as error:
            raise ImportProblem(
                f"{self.path}: a text isn't in the encoding {encoding} that the file states. State its `encoding` in the input, such as `cp1252`."
            ) from error

    def columns(self, frame: Any) -> tuple[list[str], list[Any]]:
        attributes = _attributes(frame)
        names = [text or "" for text in self.texts(attributes["names"])] if "names" in attributes else []
        if frame.info.type.name != "VEC" or len(names) != len(frame.value):
            raise ImportProblem(f"{self.path}: the data frame's columns haven't a name each. The file is damaged.")
        cells = list(frame.value)
        rows = attributes.get("row.names")
        if rows is not None and rows.info.type.name == "STR" and "row.names" not in names:
            names, cells = [*names, "row.names"], [*cells, rows]
        return names, cells

    def length(self, frame: Any) -> int:
        lengths = [
            len(c.value) for c in frame.value if c.info.type.name != "VEC" and c.value is not None and "dim" not in _attributes(c)
        ]
        return max(lengths, default=0)

    def column(self, thing: Any, rows: int) -> TypedColumn:
        """A column of a data frame by its class."""
        classes, kind = self.classes(thing), thing.info.type.name
        match next((name for name in classes if name in _KNOWN), ""):
            case "factor" if kind == "INT":
                return TypedColumn(self._levels(thing))
            case "integer64" if kind == "REAL":
                return TypedColumn(_wide_integers(thing.value))
            case "Date" if kind in _NUMERIC:
                return TypedColumn(_numbers(thing.value), unit="days", epoch=_EPOCH)
            case "POSIXct" if kind in _NUMERIC:
                return TypedColumn(_numbers(thing.value), unit="seconds", epoch=_EPOCH, zone="Z")
        odd = next((f"is of R's class {name}, shown otherwise than stored" for name in classes if name not in _PLAIN), "")
        if odd or kind not in {"STR", "LGL", *_NUMERIC} or "dim" in _attributes(thing):
            return TypedColumn([None] * rows, why=odd or f"holds {_kind(thing)}")
        values: list[Any] = list(self.texts(thing)) if kind == "STR" else list(_numbers(thing.value))
        if kind == "LGL":
            values = [None if v is None else bool(v) for v in values]
        return self._with_labels(TypedColumn(values), _attributes(thing), numbers=kind == "REAL")

    def _levels(self, factor: Any) -> list[str | None]:
        held = _attributes(factor).get("levels")
        levels: list[str | None] = [] if held is None else self.texts(held)
        codes = factor.value.filled(0).tolist() if hasattr(factor.value, "filled") else factor.value.tolist()
        if any(not 0 <= code <= len(levels) for code in codes):
            raise ImportProblem(f"{self.path}: a factor has codes without a level. The file is damaged.")
        return [levels[code - 1] if code else None for code in codes]

    def _with_labels(self, column: TypedColumn, attributes: Mapping[str, Any], *, numbers: bool) -> TypedColumn:
        """The column with the labels and missing codes that haven gives its vectors."""
        codes = {v for v in column.values if isinstance(v, str) and v.startswith(".")} if numbers else set[Any]()
        if "na_values" in attributes:
            codes |= set(self._plain(attributes["na_values"]))
        low, high = [*self._plain(attributes["na_range"]), None, None][:2] if "na_range" in attributes else (None, None)
        if codes or low is not None:
            column = replace(column, is_code=lambda v: v in codes or _lies(v, low, high))
        labels = attributes.get("labels")
        if labels is None or "names" not in _attributes(labels):
            return column
        pairs = zip(self._plain(labels), self.texts(_attributes(labels)["names"]), strict=False)
        return replace(column, labels={value: text for value, text in pairs if value is not None and text is not None})

    def _plain(self, thing: Any) -> list[Any]:
        return list(_numbers(thing.value)) if thing.info.type.name in {"INT", "REAL"} else list(self.texts(thing))


def _wide_integers(values: Any) -> list[int | None]:
    """The whole numbers of the package bit64, which are kept in the bytes of others."""
    import numpy as np

    return [None if v == -(2**63) else v for v in np.asarray(values, dtype=np.float64).view(np.int64).tolist()]


def _numbers(values: Any) -> list[float | int | str | None]:
    """R's numbers: NA is nothing, haven's tagged NA a point with its letter, NaN and Inf are texts."""
    import numpy as np

    if np.ma.isMaskedArray(values):
        return list(values.tolist())
    array = np.asarray(values)
    plain: list[Any] = array.tolist()
    if array.dtype.kind == "f":
        bits = array.astype(np.float64).view(np.uint64)
        for n in np.flatnonzero(~np.isfinite(array)):
            word = int(bits[n])
            tag = chr(word >> 32 & 0xFF)
            missing = f".{tag}" if tag.isalpha() else None
            plain[n] = (
                (missing if word & 0xFFFFFFFF == _NA else "NaN") if np.isnan(array[n]) else "Inf" if array[n] > 0 else "-Inf"
            )
    return plain


def _lies(value: Any, low: Any, high: Any) -> bool:
    return type(low) is type(value) is type(high) and bool(low <= value <= high)


def _pairs(thing: Any) -> Iterator[tuple[str, Any]]:
    """The names and values of R's linked list."""
    while thing is not None and thing.info.type.name in {"LIST", "ATTRLIST"} and isinstance(thing.value, tuple):
        tag = thing.tag
        if tag is not None and tag.info.type.name == "REF":
            tag = tag.referenced_object
        name = getattr(getattr(tag, "value", None), "value", None)
        yield (name.decode("utf-8", "replace") if isinstance(name, bytes) else ""), thing.value[0]
        thing = thing.value[1]


def _attributes(thing: Any) -> dict[str, Any]:
    return dict(_pairs(thing.attributes))


_KINDS = (
    {
        "CLO": "a function",
        "BUILTIN": "a function",
        "SPECIAL": "a function",
        "ENV": "an environment",
        "PROM": "a promise",
        "LANG": "code",
    }
    | {
        "EXPR": "code",
        "BCODE": "code",
        "SYM": "a name of code",
        "VEC": "a list",
        "STR": "texts",
        "INT": "whole numbers",
        "REAL": "numbers",
    }
    | {
        "LGL": "truth values",
        "CPLX": "complex numbers",
        "RAW": "bytes",
        "S4": "an S4 object",
        "NILVALUE": "nothing",
        "NIL": "nothing",
    }
)


def _kind(thing: Any) -> str:
    """What an R object is, for a person."""
    if "dim" in _attributes(thing):
        return "a matrix"
    return _KINDS.get(thing.info.type.name, "something else than data")
