"""What is rendered from the table models: Table Schemas, DuckDB tables and the data dictionary.

The rendered files are committed, so that a reader needs none of this code; ``python -m schemas`` writes them again and a test
fails when one is stale.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from schemas.sql import identifier, literal
from schemas.table import Field, Table
from schemas.tables import TABLES
from schemas.vocabulary import VOCABULARIES, rows

__all__ = ["ddl", "dictionary", "foreign_keys", "rendered_files", "table_schema", "vocabulary_ddl"]

PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"


def table_schema(table: str, columns: Collection[object] | None = None, *, first_key: bool = False) -> dict[str, Any]:
    """The Frictionless Table Schema (v2) of a table, as it is in the descriptors of packages; of these ``columns`` alone, where a
    file hasn't all: it may be older than a column that is optional. ``first_key`` states the key that the table had at first.

    A key with a field that may be empty is written as ``uniqueKeys``, since a ``primaryKey`` allows no empty field. Raises
    ``KeyError`` for a table the registry does not have.
    """
    fields = TABLES[table].fields()
    key = list(TABLES[table].first_key() if first_key else TABLES[table].key())
    nullable_key = any(f.key and not f.required for f in fields)
    schema: dict[str, Any] = {
        "$schema": PROFILE,
        "fields": [_field_schema(f) for f in fields if columns is None or f.name in columns],
    }
    if nullable_key:
        schema["uniqueKeys"] = [key]
    else:
        schema["primaryKey"] = key
    foreign = [
        {"fields": list(names), "reference": {"resource": parent, "fields": list(names)}}
        for parent, names in foreign_keys(TABLES[table]).items()
    ]
    if foreign:
        schema["foreignKeys"] = foreign
    schema["missingValues"] = [""]
    return schema


def foreign_keys(table: Table) -> dict[str, tuple[str, ...]]:
    """For each table that the table refers to, the columns that refer: they carry the names of that table's key."""
    parents = dict.fromkeys(f.references for f in table.fields() if f.references)
    return {parent: TABLES[parent].key() for parent in parents if parent is not None}


def _field_schema(f: Field) -> dict[str, Any]:
    constraints = {
        "required": f.required or None,
        "minimum": f.minimum,
        "maximum": f.maximum,
        "pattern": f.pattern,
    }
    schema = {
        "name": f.name,
        "type": f.table_schema_type,
        "title": f.title,
        "description": f.description,
        "unit": f.unit,
        "vocabulary": f.vocabulary,
        "constraints": {k: v for k, v in constraints.items() if v is not None} or None,
    }
    return {k: v for k, v in schema.items() if v is not None}


def ddl(table: str) -> str:
    """The DuckDB table that holds a table's rows of every package, with a comment on the table and each column."""
    known = TABLES[table]
    columns = [("package", "VARCHAR", "The data package of the row.")]
    columns += [(f.name, f.duckdb_type, _comment(f)) for f in known.fields()]
    name = identifier(table)
    body = ",\n".join(f"  {identifier(column)} {kind}" for column, kind, _ in columns)
    lines = [f"CREATE TABLE {name} (\n{body}\n);", f"COMMENT ON TABLE {name} IS {literal(known.about)};"]
    lines += [f"COMMENT ON COLUMN {name}.{identifier(column)} IS {literal(comment)};" for column, _, comment in columns]
    return "\n".join(lines) + "\n"


def _comment(f: Field) -> str:
    unit = f" Unit: {f.unit}." if f.unit else ""
    vocabulary = f" Vocabulary: {f.vocabulary}." if f.vocabulary else ""
    return f"{f.title}. {f.description}{unit}{vocabulary}"


def vocabulary_ddl(name: str) -> str:
    """The DuckDB table that holds a vocabulary, in the schema ``vocabulary``, with a comment on the table and each column."""
    types = {"Int64": "BIGINT", "Float64": "DOUBLE", "Boolean": "BOOLEAN", "String": "VARCHAR"}
    from schemas.vocabulary_frames import columns_of

    columns = columns_of(name)
    body = ",\n".join(f"  {identifier(column)} {types[str(declared.dtype.type)]}" for column, declared in columns.items())
    lines = [f"CREATE TABLE vocabulary.{name} (\n{body}\n);"]
    lines.append(f"COMMENT ON TABLE vocabulary.{name} IS {literal(f'Vocabulary: {VOCABULARIES[name].title}.')};")
    lines += [f"COMMENT ON COLUMN vocabulary.{name}.{identifier(c)} IS {literal(d.description)};" for c, d in columns.items()]
    return "\n".join(lines) + "\n"


def dictionary() -> str:
    """The data dictionary, in Markdown: every table with its fields, every vocabulary with its terms."""
    parts = [
        "# Data dictionary",
        "Rendered from the table models and the vocabularies by `python -m schemas`; don't edit it by hand.",
        "## Tables",
    ]
    parts += [_table_section(table) for table in TABLES.values()]
    parts.append("## Vocabularies")
    parts += [_vocabulary_section(name) for name in VOCABULARIES]
    return "\n\n".join(parts) + "\n"


def _table_section(table: Table) -> str:
    head = "| field | type | must | unit | meaning |\n|---|---|---|---|---|"
    lines = [
        f"| `{f.name}` | {_type_in_words(f)} | {_must(f)} | {f.unit or ''} | **{f.title}.** {f.description} |"
        for f in table.fields()
    ]
    key = ", ".join(f"`{name}`" for name in table.key())
    return f"### `{table.name}`\n\n{table.about} Key: {key}.\n\n" + "\n".join([head, *lines])


def _type_in_words(f: Field) -> str:
    if f.vocabulary:
        return f"term of [{f.vocabulary}](#{f.vocabulary})"
    if f.references:
        return f"key of [{f.references}](#{f.references})"
    return f.kind


def _must(f: Field) -> str:
    bounds = [
        "filled" if f.required else "",
        f"≥ {f.minimum:g}" if f.minimum is not None else "",
        f"≤ {f.maximum:g}" if f.maximum is not None else "",
    ]
    return ", ".join(b for b in bounds if b)


def _vocabulary_section(name: str) -> str:
    vocabulary = VOCABULARIES[name]
    title = f"### `{name}`\n\n{vocabulary.title}."
    if vocabulary.union_of:
        return f"{title} The terms of {' and '.join(f'[{n}](#{n})' for n in vocabulary.union_of)}."
    columns = list(rows(name)[0])
    head = f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}"
    lines = [
        "| " + " | ".join(f"`{row[c]}`" if c == vocabulary.key else row[c].replace("|", "\\|") for c in columns) + " |"
        for row in rows(name)
    ]
    return "\n".join([f"{title}\n", head, *lines])


def rendered_files(root: Path) -> dict[Path, str]:
    """Every rendered file and what must be in it, under the folder that holds ``schemas`` and ``docs``."""
    from schemas.models import rendered

    folder = root / "schemas" / "rendered"
    files = {folder / "tables.json": rendered()}
    for table in TABLES:
        files[folder / f"{table}.schema.json"] = json.dumps(table_schema(table), indent=2, ensure_ascii=False) + "\n"
    for name in VOCABULARIES:
        files[folder / "vocabularies" / f"{name}.sql"] = vocabulary_ddl(name)
    files[folder / "tables.sql"] = "\n".join(ddl(table) for table in TABLES)
    files[root / "docs" / "dictionary.md"] = dictionary()
    return files
