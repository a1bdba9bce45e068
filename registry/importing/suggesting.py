"""Drafting a mapping from an original's headings and values. What they don't say is left as a question in a comment.

A column is taken for a field only if its heading is the field's name or title; its values are taken for terms only if each means one
term and no other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.importing.bounds import Limits, connect
from registry.importing.inputs import FORMAT_NAMES, load
from registry.importing.mapping import Input
from registry.importing.problems import ImportProblem, Problems, as_plain
from registry.importing.sniffing import sniffed
from schemas.lookup import meant
from schemas.sql import identifier
from schemas.table import Field
from schemas.tables import TABLES
from schemas.wording import counted
from validation.hints import shortened

if TYPE_CHECKING:
    import duckdb

__all__ = ["EVERY", "scalar", "suggest", "ways"]

_MOST_VALUES = 200
_MOST_SHOWN = 5
_BY_VALUES = {
    "treatment_id": "treatments",
    "definition_id": "definitions",
    "instrument_id": "instruments",
    "population_id": "populations",
}
"""Fields that a column is taken for by its values alone, most of which must mean a term of the vocabulary."""

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*( [A-Za-z0-9_.-]+)*")
_NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?")
_NO_TEXT = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}


class _Every(Collection[str]):
    """The names of all columns there may be."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 1


EVERY = _Every()
"""What is wanted where the columns aren't known yet."""


@dataclass(frozen=True)
class _Column:
    """A column: its name, the most frequent of its values, and how many there are."""

    name: str
    values: tuple[str, ...]
    distinct: int

    @property
    def called(self) -> str:
        return _words(self.name)

    def without_number(self) -> list[str]:
        """The few values that aren't numbers, if most are."""
        odd = [value for value in self.values if not _NUMBER.fullmatch(value)]
        return odd if 4 * len(odd) < len(self.values) or len(odd) == 1 < len(self.values) - 1 else []

    def shows(self) -> str:
        some = ", ".join(_quoted(value) for value in self.values[:_MOST_SHOWN])
        return f"{_quoted(self.name)}: {counted(self.distinct, 'value')}{f', such as {some}' if some else ''}"


def suggest(tell: Callable[[dict[str, Any]], None], *, file: str, scratch: str, limits: dict[str, Any]) -> dict[str, Any]:
    """The ``draft`` of a mapping for a file, or the ``problem`` for which there is none."""
    path = Path(file)
    try:
        spec, said = sniffed(path)
        tell({"input": file, "format": FORMAT_NAMES[spec.format]})
        with connect(Limits(**limits), Path(scratch)) as connection:
            connection.execute("CREATE SCHEMA original")
            loaded = load(connection, spec, path, Problems(path), Path(scratch), wanted=EVERY, strict=False)
            columns = [_seen(connection, spec, name) for name in loaded.columns]
    except ImportProblem as problem:
        return {"problem": as_plain(problem)}
    return {"draft": "\n".join(_draft(spec, said, loaded.notes, columns)) + "\n"}


def _seen(connection: duckdb.DuckDBPyConnection, spec: Input, name: str) -> _Column:
    column, table = identifier(name), f"original.{identifier(spec.name)}"
    query = f"SELECT {column}, count(*) AS n FROM {table} WHERE {column} IS NOT NULL GROUP BY ALL ORDER BY n DESC, 1 LIMIT {_MOST_VALUES}"
    values = tuple(value for value, _ in connection.execute(query).fetchall())
    (distinct,) = connection.execute(f"SELECT count(DISTINCT {column}) FROM {table}").fetchall()[0]
    return _Column(name, values, distinct)


def _draft(spec: Input, said: dict[str, str], notes: Iterable[str], columns: list[_Column]) -> Iterator[str]:
    yield "# yaml-language-server: $schema=mapping.schema.json"
    yield "# (`outcomes import --schema > mapping.schema.json` writes it; an editor then completes keys, fields and terms)"
    yield "# A draft by `outcomes import --suggest`. A line with a question mark needs an answer: nothing was guessed."
    yield "# docs/writing-a-mapping.md explains the language; `outcomes columns NAME` explains a field."
    yield "package:"
    yield f"  name: {spec.name.replace('_', '-')}"
    yield "  version: 0.1.0"
    yield "  title: # ? What is the package called?"
    yield "  licenses:"
    yield "    - {name: } # ? Under which licence may it be used? Such as CC-BY-4.0"
    yield ""
    yield "inputs:"
    yield f"  {spec.name}:"
    for key, value in (("file", spec.file), ("sha256", spec.sha256), *ways(spec, said)):
        yield f"    {key}: {scalar(value)}{f'  # {said[key]}' if key in said else ''}"
    yield "    origin:"
    yield "      url: # ? Where was the file taken from?"
    yield "      licence: # ? Under which licence was it published?"
    odd = list(dict.fromkeys(value for column in columns for value in column.without_number()))[:_MOST_SHOWN]
    yield f"    # missing: [{', '.join(scalar(value) for value in odd)}] # ? Which texts mean an empty cell?"
    if spec.format == "xlsx" and (len(columns) == 1 or 2 * sum(c.name.startswith("column_") for c in columns) > len(columns)):
        yield "    # header_row: ? Most columns have no heading in the first row. In which row is the header?"
    yield from (f"    # {_line(note)}" for note in notes)
    yield ""
    yield "# The columns:"
    yield from (f"#   {column.shows()}" for column in columns)
    yield ""
    yield "tables:"
    wanted = ["studies", "arms", "outcomes", *(name for name in ("scores", "harms") if _looks_like(name, columns))]
    for name in wanted:
        yield f"  {name}:"
        yield f"    from: {spec.name}"
        if name in {"studies", "arms"}:
            yield "    unique: true # rows that repeat are one; rows that differ are an error"
        yield "    fields:"
        shared = {f.name for other in wanted if other != name for f in TABLES[other].fields()}
        for f in TABLES[name].fields():
            yield from _field(f, columns, of=name if f.name in shared and f.kind not in {"identifier", "reference"} else None)
        yield ""


def ways(spec: Input, said: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The keys that say how the file is read, where that isn't as usual or there is something to say."""
    usual = {
        "delimiter": "\t" if spec.file.lower().endswith(".tsv") else ",",
        "decimal": ".",
        "encoding": "utf-8",
        "sheet": None,
        "labels": "",
    }
    for key, value in usual.items():
        found = getattr(spec, key)
        if found != value or key in said:
            yield key, "\\t" if found == "\t" else found


def _looks_like(table: str, columns: list[_Column]) -> bool:
    """Whether a column is called as one of the table's own figures."""
    own = {"scores": ("instrument_id", "mean", "sd"), "harms": ("term",)}[table]
    return any(f.name in own and _may_be(f, columns) for f in TABLES[table].fields())


def _may_be(f: Field, columns: list[_Column]) -> list[_Column]:
    """The columns that have the field's heading; or, if none has, those whose values are of its vocabulary."""
    by_name = [c for c in columns if c.called in {_words(f.name), _words(f.title)}]
    vocabulary = _BY_VALUES.get(f.name)
    return by_name or [c for c in columns if vocabulary is not None and _share(c, vocabulary) > 0.5]


def _share(column: _Column, vocabulary: str) -> float:
    """The share of the column's values that mean one term."""
    return sum(len(meant(value, vocabulary)) == 1 for value in column.values) / max(1, len(column.values))


def _field(f: Field, columns: list[_Column], *, of: str | None) -> Iterator[str]:
    """The lines of a field; a column whose heading may be about another table as well is asked about: is it ``of`` this one?"""
    may_be = _may_be(f, columns)
    if of is not None and len(may_be) == 1:
        yield f"      # {f.name}: ? {_quoted(may_be[0].name)}, if it is of the rows of `{of}`."
        return
    if len(may_be) != 1:
        if may_be:
            several = " or ".join(_quoted(c.name) for c in may_be)
            yield f"      # {f.name}: ? {several}. If a row has several arms, `split` it."
        elif f.required:
            yield f"      # {f.name}: ? {_line(f.title)}: {_line(f.description)} Write {f.written}."
        elif f.name == "timepoint_days" and (weeks := [c for c in columns if c.called in {"week", "weeks"}]):
            yield f"      # {f.name}: ? If {_quoted(weeks[0].name)} counts weeks: {{column: {scalar(weeks[0].name)}, times: 7}}"
        return
    (column,) = may_be
    if f.vocabulary is None:
        yield f"      {f.name}: {scalar(column.name)}"
        return
    terms = {value: meant(value, f.vocabulary) for value in column.values}
    told = {value: found[0] for value, found in terms.items() if len(found) == 1}
    yield f"      {f.name}:"
    yield f"        column: {scalar(column.name)}"
    yield "        map:" if told else "        map: {}"
    for value, found in terms.items():
        if value in told:
            yield f"          {scalar(value)}: {told[value]}"
        else:
            yield f"          # {_quoted(value)}: ?{_one_of(found)}"
    if column.distinct > len(column.values):
        yield f"          # ? and {counted(column.distinct - len(column.values), 'more value')}"


def _one_of(terms: list[str]) -> str:
    return f" One of {', '.join(terms)}?" if terms else ""


def _words(name: str) -> str:
    """A heading as it is compared: in small letters, of whole words, in British spelling."""
    words = re.sub("[^a-z0-9]+", " ", name.casefold()).strip()
    return re.sub(r"(?<=random)ized|(?<=anal)yzed", lambda found: found[0].replace("z", "s"), words)


def scalar(text: str) -> str:
    """A text as YAML holds it."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _NO_TEXT:
        return text
    return text if re.fullmatch(r"[0-9a-f]{64}|[0-9.]+[0-9]", text) else json.dumps(text.replace("\\t", "\t"), ensure_ascii=True)


def _quoted(text: str) -> str:
    return json.dumps(shortened(text), ensure_ascii=False) if text.isprintable() else json.dumps(shortened(text))


def _line(text: str) -> str:
    return " ".join(text.split())
