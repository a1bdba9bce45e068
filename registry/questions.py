"""Distinguishing read-only queries from all other SQL, by how DuckDB itself parses it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from registry.database import does_more_than_read
from registry.errors import RequestError

if TYPE_CHECKING:
    import duckdb

__all__ = ["Question", "question"]

_READ_ONLY = "queries are read-only"
_ASKS = {"(", "DESC", "DESCRIBE", "FROM", "SELECT", "SHOW", "SUMMARIZE", "TABLE", "VALUES", "WITH"}
_ASKS |= {"PIVOT", "PIVOT_LONGER", "PIVOT_WIDER", "UNPIVOT"}
_WRITES = {"COPY", "DELETE", "INSERT", "MERGE", "UPDATE"}
_OPTIONS_OF_EXPLAIN = {"ANALYZE", "FORMAT", "VERBOSE"}


@dataclass(frozen=True)
class Question:
    """A query that only asks: one that can stand where a table stands, with the ``EXPLAIN`` before it where there is one."""

    body: str
    explain: str = ""

    @property
    def table(self) -> str:
        """The query as something to select from. What it ends in, such as a comment, ends there."""
        return f"({self.body}\n)"

    @property
    def sql(self) -> str:
        """What is run. Never the query as it was written: by DuckDB's grammar, nothing that writes can stand within another query."""
        return f"{self.explain}FROM {self.table}"

    def relation(self, con: duckdb.DuckDBPyConnection, parameters: Sequence[Any] | None = None) -> duckdb.DuckDBPyRelation:
        """The answer, to read or to turn into a frame. Raises ``duckdb.Error`` if the query is wrong."""
        found = con.sql(self.sql, params=parameters)
        if found is None:  # DuckDB 1.5 ends what it makes of EXPLAIN and PIVOT with a setting, which answers nothing
            raise RequestError("this version of DuckDB can't explain a PIVOT")
        return found


def question(con: duckdb.DuckDBPyConnection, query: str) -> Question:
    """The query, if it is one and only asks. Raises ``RequestError`` where it isn't, and ``duckdb.Error`` where it can't be parsed."""
    if query.encode("utf-8", "replace").decode() != query:
        raise RequestError("the query isn't text in UTF-8")
    con.extract_statements(query)  # by itself first: its brackets might else close those that are put around it, and open others
    words = _words(query)
    ends = len(query.encode())
    while words and words[-1].text == ";":
        ends = words.pop().place
    while words and words[0].text == ";":
        del words[0]
    if not words:
        raise RequestError("the query is empty")
    if several := sum(word.text == ";" for word in words):
        raise RequestError(f"give one query at a time; this has {several + 1} statements")
    body = _after_explain(words)
    starts, first = (body[0].place, body[0].text) if body else (ends, "EXPLAIN")
    if first not in _ASKS:
        raise RequestError(f"{first} is not a query: {_READ_ONLY}")
    asked = Question(_part(query, starts, ends), _part(query, words[0].place, starts))
    parsed = [statement.type.name for statement in con.extract_statements(asked.sql)]
    if parsed not in (["SELECT"], ["EXPLAIN"]):
        # What a PIVOT is made of, DuckDB runs piece by piece, each at the top: there a WITH may write.
        for before, word in pairwise(words):
            if before.text in {"(", ")"} and word.text in _WRITES:
                raise RequestError(f"this PIVOT contains {word.text}: {_READ_ONLY}")
    for word, after in pairwise(words):
        name = word.text.strip('"').lower()
        if after.text == "(" and does_more_than_read(name):
            raise RequestError(f"`{name}` does more than read: {_READ_ONLY}")
    return asked


class _Word(NamedTuple):
    place: int
    """Where it starts, in bytes."""
    text: str
    """In capitals; a quoted name keeps its quotes."""


def _words(query: str) -> list[_Word]:
    """The words of a query as DuckDB tells them apart, without what is in texts and comments."""
    import duckdb

    whole = query.encode()
    tokens = duckdb.tokenize(query)
    words: list[_Word] = []
    for (place, kind), (end, _) in pairwise([*tokens, (len(whole), None)]):
        text = whole[place:end].decode()
        if kind in {duckdb.token_type.string_const, duckdb.token_type.comment}:
            continue
        if text.startswith('"'):
            words.append(_Word(place, text[: text.rindex('"') + 1].upper()))
            continue
        # DuckDB takes a space of another alphabet for a space when it parses, and for a letter here; a comment may hang on a word.
        parts = re.finditer(r"\w+|[!-~]", re.split(r"--|/\*", text)[0], re.ASCII)
        words += [_Word(place + len(text[: part.start()].encode()), part[0].upper()) for part in parts]
    return words


def _after_explain(words: Sequence[_Word]) -> Sequence[_Word]:
    """The words after ``EXPLAIN`` and its options; all of them without ``EXPLAIN``."""
    texts = [word.text for word in words]
    if texts[0] != "EXPLAIN":
        return words
    start = 1
    while texts[start : start + 1] in (["ANALYZE"], ["VERBOSE"]):
        start += 1
    if texts[start : start + 1] == ["("] and texts[start + 1 : start + 2] and texts[start + 1] in _OPTIONS_OF_EXPLAIN:
        start = texts.index(")", start) + 1 if ")" in texts[start:] else len(texts)
    return words[start:]


def _part(query: str, start: int, end: int) -> str:
    return query.encode()[start:end].decode()
