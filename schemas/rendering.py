"""What is rendered from the table models: Table Schemas, DuckDB tables and the data dictionary.

The rendered files are committed, so that a reader needs none of this code; ``python -m schemas`` writes them anew and a test
fails when one is stale.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from schemas.table import Field, Table
from schemas.tables import TABLES
from schemas.vocabulary import VOCABULARIES, columns_of, rows

__all__ = ["ddl", "dictionary", "foreign_keys", "quoted", "rendered_files", "table_schema", "vocabulary_ddl"]

PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"


def table_schema(table: str) -> dict[str, Any]:
    """The Frictionless Table Schema (v2) of a table, as it stands in the descriptors of packages.

    A key with a field that may be empty is written as ``uniqueKeys``, since a ``primaryKey`` allows no empty field. Raises
    ``KeyError`` for a table the registry does not have.
    """
    model = TABLES[table]
    fields = model.fields()
    key = [f.name for f in fields if f.key]
    nullable_key = any(f.key and not f.required for f in fields)
    schema: dict[str, Any] = {"$schema": PROFILE, "fields": [_field_schema(f) for f in fields]}
    if nullable_key:
        schema["uniqueKeys"] = [key]
    else:
        schema["primaryKey"] = key
    foreign = [
        {"fields": list(names), "reference": {"resource": parent, "fields": list(names)}}
        for parent, names in foreign_keys(model).items()
    ]
    if foreign:
        schema["foreignKeys"] = foreign
    schema["missingValues"] = [""]
    return schema


def foreign_keys(model: type[Table]) -> dict[str, tuple[str, ...]]:
    """For each table that the model refers to, the columns that refer: they carry the names of that table's key."""
    parents = dict.fromkeys(f.references for f in model.fields() if f.references)
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


def quoted(words: str) -> str:
    """A text as an SQL literal."""
    return "'" + words.replace("'", "''") + "'"


def ddl(table: str) -> str:
    """The DuckDB table that holds a table's rows of every package, with a comment on the table and each column."""
    model = TABLES[table]
    columns = [("package", "VARCHAR", "The data package that the row came in.")]
    columns += [(f.name, f.duckdb_type, _comment(f)) for f in model.fields()]
    body = ",\n".join(f'  "{name}" {kind}' for name, kind, _ in columns)
    lines = [f'CREATE TABLE "{table}" (\n{body}\n);', f'COMMENT ON TABLE "{table}" IS {quoted(_summary(model))};']
    lines += [f'COMMENT ON COLUMN "{table}"."{name}" IS {quoted(comment)};' for name, _, comment in columns]
    return "\n".join(lines) + "\n"


def _summary(model: type[Table]) -> str:
    return (model.__doc__ or "").strip().splitlines()[0]


def _comment(f: Field) -> str:
    unit = f" Unit: {f.unit}." if f.unit else ""
    vocabulary = f" Vocabulary: {f.vocabulary}." if f.vocabulary else ""
    return f"{f.title}. {f.description}{unit}{vocabulary}"


def vocabulary_ddl(name: str) -> str:
    """The DuckDB table that holds a vocabulary, in the schema ``vocabulary``, with a comment on the table and each column."""
    types = {"Int64": "BIGINT", "Float64": "DOUBLE", "Boolean": "BOOLEAN", "String": "VARCHAR"}
    columns = columns_of(name)
    body = ",\n".join(f'  "{column}" {types[str(declared.dtype.type)]}' for column, declared in columns.items())
    lines = [f"CREATE TABLE vocabulary.{name} (\n{body}\n);"]
    lines.append(f"COMMENT ON TABLE vocabulary.{name} IS {quoted(f'Vocabulary: {VOCABULARIES[name].title}.')};")
    lines += [f'COMMENT ON COLUMN vocabulary.{name}."{c}" IS {quoted(str(d.description))};' for c, d in columns.items()]
    return "\n".join(lines) + "\n"


def dictionary() -> str:
    """The data dictionary, in Markdown: every table with its fields, every vocabulary with its terms."""
    parts = [
        "# Data dictionary",
        "Rendered from the table models and the vocabularies by `python -m schemas`; not edited by hand.",
        "## Tables",
    ]
    parts += [_table_section(model) for model in TABLES.values()]
    parts.append("## Vocabularies")
    parts += [_vocabulary_section(name) for name in VOCABULARIES]
    return "\n\n".join(parts) + "\n"


def _table_section(model: type[Table]) -> str:
    head = "| field | type | must | unit | meaning |\n|---|---|---|---|---|"
    lines = [
        f"| `{f.name}` | {_type_in_words(f)} | {_must(f)} | {f.unit or ''} | **{f.title}.** {f.description} |"
        for f in model.fields()
    ]
    key = ", ".join(f"`{name}`" for name in model.key())
    return f"### `{model.table_name()}`\n\n{_summary(model)} Key: {key}.\n\n" + "\n".join([head, *lines])


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
    """Every rendered file and what must stand in it, under the folder that holds ``schemas`` and ``docs``."""
    files = {
        root / "schemas" / "rendered" / f"{table}.schema.json": json.dumps(table_schema(table), indent=2, ensure_ascii=False)
        + "\n"
        for table in TABLES
    }
    for name in VOCABULARIES:
        files[root / "schemas" / "rendered" / "vocabularies" / f"{name}.sql"] = vocabulary_ddl(name)
    files[root / "schemas" / "rendered" / "tables.sql"] = "\n".join(ddl(table) for table in TABLES)
    files[root / "docs" / "dictionary.md"] = dictionary()
    return files
