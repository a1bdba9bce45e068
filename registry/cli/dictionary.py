"""``tables`` and ``columns``: what is written where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from registry.cli.elsewhere import meant_by
from registry.cli.exits import Exit, fail
from registry.cli.options import ListFormat
from registry.cli.streams import deliver_json, heard_or_not, say

if TYPE_CHECKING:
    from schemas.table import Field, Table

__all__ = ["columns", "tables"]

_MOST_TERMS = 12
_OF_DATABASE = '`outcomes tables` lists those of packages, and `outcomes sql "SHOW TABLES"` those of the database'


def _complete_table(incomplete: str) -> list[str]:
    from schemas.tables import TABLES

    return [name for name in TABLES if name.startswith(incomplete)]


def tables(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A table.", autocompletion=_complete_table, show_default=False)
    ] = None,
    format_: ListFormat = "text",
) -> None:
    """List the tables, or the columns of one with what a cell holds; `*` marks the key, `!` what must be filled.

    **Examples**

    - `outcomes tables`
    - `outcomes tables outcomes`
    """
    from schemas.tables import TABLES

    if name is not None and name not in TABLES:
        hint = meant_by(name, TABLES, otherwise=_OF_DATABASE)
        fail(f"there is no table {name!r}; {hint}", Exit.USAGE)
    chosen = [table for table in TABLES.values() if name in (None, table.name)]
    if format_ == "json":
        deliver_json([_table(table) for table in chosen])
        return
    with heard_or_not():
        if name is None:
            widest = max(map(len, TABLES))
            for table in chosen:
                say(f"{table.name:<{widest}}  {len(table.columns):>2} columns  {table.about}")
            return
        (table,) = chosen
        say(f"{table.name}: {table.about}", f"Key: {', '.join(table.key())}", "")
        widest = max(len(f.name) for f in table.columns)
        for f in table.columns:
            mark = "*" if f.key else "!" if f.required else " "
            say(f"{mark} {f.name:<{widest}}  {f.title}: {_short(f)}")
        say("", f"`outcomes columns {table.name}.{table.columns[0].name}` explains one.")


def columns(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME", help="A column, such as events, or outcomes.events for that of one table.", show_default=False
        ),
    ],
    format_: ListFormat = "text",
) -> None:
    """Explain a column: what it means, what a cell holds, and the terms it takes.

    **Examples**

    - `outcomes columns analysis_set`
    - `outcomes columns arms.dose`
    """
    from schemas.tables import TABLES

    of, _, column = name.rpartition(".")
    found = [(t, f) for t in TABLES.values() for f in t.columns if f.name == column and of in ("", t.name)]
    if not found:
        known = dict.fromkeys(f"{t.name}.{f.name}" if of else f.name for t in TABLES.values() for f in t.columns)
        hint = f"`outcomes tables {name}` lists its columns" if name in TABLES else meant_by(name, known, otherwise=_OF_DATABASE)
        fail(f"there is no column {name!r}; {hint}", Exit.USAGE)
    if format_ == "json":
        deliver_json([{"table": t.name, **_column(f)} for t, f in found])
        return
    with heard_or_not():
        alike: dict[tuple[str, ...], list[str]] = {}
        for t, f in found:
            alike.setdefault(tuple(_explained(f)), []).append(t.name)
        for lines, names in alike.items():
            say(f"{column} of {', '.join(names)}", *(f"    {line}" for line in lines))
        for vocabulary in dict.fromkeys(f.vocabulary for _, f in found if f.vocabulary is not None):
            say(*_terms(vocabulary))


def _explained(f: Field) -> Iterator[str]:
    yield f"{f.title}: {f.description}"
    yield f"Write {f.written}{_bounds(f)}."
    if f.unit is not None:
        yield f"Unit: {f.unit}"
    yield "It must be filled." if f.required else "It may be empty, which means that the source doesn't state it."
    if f.key:
        yield "It is part of the key: no two rows may have the same key."


def _terms(name: str) -> Iterator[str]:
    from schemas.vocabulary import VOCABULARIES, rows

    vocabulary, terms = VOCABULARIES[name], rows(name)
    if len(terms) > _MOST_TERMS:
        yield f"`outcomes vocab {vocabulary.name}` lists the {len(terms):,} terms; --search WORD finds some."
        return
    yield f"The terms of `{vocabulary.name}`"
    for term in terms:
        yield f"    {term[vocabulary.key]:<24} {term.get('label') or term.get('description') or ''}".rstrip()


def _bounds(f: Field) -> str:
    least, most = f.minimum, f.maximum
    return (f", at least {least:g}" if least is not None else "") + (f", at most {most:g}" if most is not None else "")


def _short(f: Field) -> str:
    return f"{f.written.split(', ')[0]}{_bounds(f)}{f' ({f.unit})' if f.unit else ''}"


def _table(table: Table) -> dict[str, Any]:
    return {"name": table.name, "about": table.about, "key": list(table.key()), "columns": [_column(f) for f in table.columns]}


def _column(f: Field) -> dict[str, Any]:
    told = (
        "name",
        "title",
        "description",
        "kind",
        "required",
        "key",
        "unit",
        "vocabulary",
        "references",
        "minimum",
        "maximum",
        "pattern",
    )
    return {**{name: getattr(f, name) for name in told}, "written": f.written}
