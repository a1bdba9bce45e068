"""Filling a preset's template for one file: how it is read, which columns it has, and the terms that its values mean.

What neither the file nor the user says stays a question: a comment that begins with ``# ?``. A mapping with questions isn't run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.importing.bounds import Limits, connect
from registry.importing.inputs import FORMAT_NAMES, load
from registry.importing.presets import template_of
from registry.importing.problems import ImportProblem, Problems, as_plain, listed
from registry.importing.sniffing import sniffed
from registry.importing.suggesting import EVERY, scalar, ways
from schemas.lookup import meant
from schemas.sql import identifier, literal
from schemas.vocabulary import terms

if TYPE_CHECKING:
    import duckdb

    from registry.importing.mapping import Input

__all__ = ["OPEN", "draft_by_preset", "open_questions"]

OPEN = "# ?"
"""How a question begins."""

_MOST_VALUES = 500
_ASKED = re.compile(r"^( *)(map|sql): \?([a-z_]+) of (.+?)(?: where (.+))?$")
_ONLY = re.compile(r"^(.*?) +# (if|unless) ([^#]+)$")
_GIVEN = ("title", "licence", "url")
_QUESTIONS = {
    "title": "What is it called?",
    "licence": "Under which licence was it published, such as CC-BY-4.0?",
    "url": "Where was it taken from?",
}


def draft_by_preset(
    tell: Callable[[dict[str, Any]], None], *, file: str, preset: str, given: dict[str, str], scratch: str, limits: dict[str, Any]
) -> dict[str, Any]:
    """The ``draft`` of a mapping for a file by a preset, with what the user has ``given``; or the ``problem`` for which there is none."""
    path = Path(file)
    try:
        spec, _ = sniffed(path)
        template = template_of(preset)
        spec = _read_as(template, spec, preset, path)
        tell({"input": file, "format": FORMAT_NAMES[spec.format]})
        with connect(Limits(**limits), Path(scratch)) as connection:
            connection.execute("CREATE SCHEMA original")
            loaded = load(connection, spec, path, Problems(path), Path(scratch), wanted=EVERY, strict=False)
            reading = [f"    {key}: {scalar(value)}" for key, value in ways(spec, {})]
            words = {"name": spec.name.replace("_", "-"), "file": spec.file, "sha256": spec.sha256, **given}
            filling = _Filling(connection, spec, set(loaded.columns), words, path)
            return {"draft": "\n".join(filling.lines(template.splitlines(), reading)) + "\n"}
    except ImportProblem as problem:
        return {"problem": as_plain(problem)}


def _read_as(template: str, spec: Input, preset: str, path: Path) -> Input:
    """The file as the preset's template has it read, where it says."""
    header = re.search(r"^    header_row: ([0-9]+)$", template, re.MULTILINE)
    sheet = re.search(r"^    sheet: (.+)$", template, re.MULTILINE)
    if sheet and spec.format != "xlsx":
        raise ImportProblem(
            f"{path}: the preset {preset} reads a workbook (.xlsx, .xlsm), and this is {FORMAT_NAMES[spec.format]}."
        )
    return replace(spec, header=(int(header[1]),), sheet=sheet[1] if sheet else None) if header else spec


class _Filling:
    """One template being filled from one table."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, spec: Input, columns: set[str], words: dict[str, str], path: Path
    ) -> None:
        self.connection, self.spec, self.columns, self.words, self.path = connection, spec, columns, words, path

    def lines(self, template: list[str], reading: list[str]) -> Iterator[str]:
        for line in template:
            if line.strip() == "{{reading}}":
                yield from reading
                continue
            if (kept := self._kept(line)) is not None:
                yield from self._line(kept)

    def _kept(self, line: str) -> str | None:
        """The line without the columns that it is for; None where the file hasn't them, or has those that it is not for."""
        only = _ONLY.match(line)
        if only is None:
            return line
        rest, word, column = only.groups()
        return self._kept(rest) if (column in self.columns) == (word == "if") else None

    def _line(self, line: str) -> Iterator[str]:
        if asked := _ASKED.match(line):
            indent, form, vocabulary, columns, where = asked.groups()
            yield from self._asked(indent, form, vocabulary, columns.split(", "), where.split(", ") if where else [])
            return
        open_words = [word for word in _GIVEN if f"{{{{{word}}}}}" in line and word not in self.words]
        filled = re.sub(
            r"\{\{([a-z0-9]+)\}\}", lambda found: scalar(self.words[found[1]]) if found[1] in self.words else "", line
        )
        yield from (f"{line[: len(line) - len(line.lstrip())]}{OPEN} {_QUESTIONS[word]}" for word in open_words)
        yield filled

    def _asked(self, indent: str, form: str, vocabulary: str, columns: list[str], where: list[str]) -> Iterator[str]:
        """The values of columns with the terms they mean."""
        if missing := [column for column in columns if column not in self.columns]:
            raise ImportProblem(f"{self.path}: there is no column {listed(missing)}, which files for this preset have.")
        several = form == "sql"
        values = self._values(columns, where, several=several)
        found = {value: _term(value, vocabulary) for value in values}
        for value, term in found.items():
            if term is None:
                yield f"{indent}{OPEN} {scalar(value)} in {', '.join(columns)}: which term of `{vocabulary}`? (`outcomes vocab {vocabulary} --search WORDS`)"
        told = {value: term for value, term in found.items() if term is not None}
        if several:
            whens = [f"WHEN {literal(value)} THEN {literal(term)}" for value, term in told.items()]
            yield f"{indent}sql: >-"
            parts = ", ".join(identifier(c) for c in columns)
            yield f"{indent}  CASE concat_ws(' | ', {parts}) {' '.join(whens) or 'WHEN NULL THEN NULL'} END"
            return
        yield f"{indent}map:" if told else f"{indent}map: {{}}"
        yield from (f"{indent}  {scalar(value)}: {term}" for value, term in told.items())

    def _values(self, columns: list[str], where: list[str], *, several: bool) -> list[str]:
        """What is in the columns, together or each by itself, in rows in which one of others holds a number that is not 0."""
        there = [f"coalesce(TRY_CAST({self._number(c)} AS DOUBLE), 0) <> 0" for c in where if c in self.columns]
        held = f"({' OR '.join(there)})" if there else "true"
        each = [f"concat_ws(' | ', {', '.join(identifier(c) for c in columns)})"] if several else [identifier(c) for c in columns]
        query = " UNION ".join(
            f"SELECT {value} AS value FROM original.{identifier(self.spec.name)} WHERE {held}" for value in each
        )
        rows = self.connection.execute(
            f"SELECT value FROM ({query}) WHERE value IS NOT NULL AND value <> '' ORDER BY value LIMIT {_MOST_VALUES}"
        )
        return [value for (value,) in rows.fetchall()]

    def _number(self, column: str) -> str:
        """The column with a point for the input's decimal sign."""
        return f"replace({identifier(column)}, ',', '.')" if self.spec.decimal == "," else identifier(column)


def _term(value: str, vocabulary: str) -> str | None:
    """The one term that a value means. An outcome and a scale mean the definition on that scale whose rule is unstated."""
    found = meant(value, vocabulary)
    if vocabulary == "definitions" and not found:
        outcome, _, scale = value.lower().partition(" | ")
        scales = meant(scale, "instruments") if scale else [""]
        found = [
            name
            for s in scales
            if (name := ".".join(p for p in (outcome, s.removesuffix(".unstated"), "unstated") if p)) in terms("definitions")
        ]
        found = found or [name for s in scales if (name := ".".join((outcome, s, "unstated"))) in terms("definitions")]
    return found[0] if len(found) == 1 else None


def open_questions(draft: str) -> list[str]:
    """The questions of a draft, each once."""
    asked = (line.strip().removeprefix(OPEN).strip() for line in draft.splitlines() if line.lstrip().startswith(OPEN))
    return list(dict.fromkeys(asked))
