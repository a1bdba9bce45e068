"""PKG: each resource that a descriptor lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache, partial
from pathlib import PurePosixPath
from typing import Any

from schemas.grammar import PRINTED, PRINTED_AT_FIRST
from validation.hints import Suggestions, did_you_mean, kind_of, named, shown
from validation.reading import Form
from validation.rule import Problem, Severity, rule
from validation.subjects import DESCRIPTOR, Descriptor, Resource

_PROFILE = "Data Package v2, https://datapackage.org/standard/data-package/"
_RESOURCE = "Data Package v2, Data Resource, https://datapackage.org/standard/data-resource/"


@rule(
    "PKG003",
    stage="resource",
    severity=Severity.ERROR,
    fix="Put the file into the package's folder and name it by a relative path, such as `data/outcomes.csv`.",
    source=_RESOURCE,
    breaks=[
        {"path": "/etc/passwd"},
        {"path": "../other/data.csv"},
        {"path": "http://example.org/data.csv"},
        {"path": "data\\outcomes.csv"},
        {"path": ["a.csv", "b.csv"]},
    ],
    keeps=[{"path": "data/sources.csv"}],
)
def resource_path_unsafe(resource: Resource) -> Iterator[Problem]:
    """A resource's path must name a regular file inside the package, without links.

    A path out of the folder could read private files, and a remote file may change at any time.
    """
    if resource.path_fault:
        yield Problem(f"resource {named(resource.name)}: {resource.path_fault}", file=DESCRIPTOR, column="path")


@rule(
    "PKG004",
    stage="resource",
    severity=Severity.ERROR,
    fix="Add the file, or remove the resource from the descriptor.",
    source=_RESOURCE,
    breaks=[{"path": "data/absent.csv"}],
    keeps=[{"path": "data/sources.csv"}],
)
def resource_file_missing(resource: Resource) -> Iterator[Problem]:
    """Every file that the descriptor lists must exist and be readable.

    A table that is listed but missing is one that somebody meant to publish.
    """
    if resource.absent:
        yield Problem(f"resource {named(resource.name)}: {resource.absent}", file=DESCRIPTOR, column="path")


@rule(
    "PKG005",
    stage="resource",
    severity=Severity.ERROR,
    fix="Give the resource the name of the registry's table it contains; docs/dictionary.md lists the tables.",
    source="The registry's tables, docs/dictionary.md",
    breaks=[{"name": "outcome"}, {"name": "results"}],
    keeps=[{"name": "sources"}],
)
def resource_not_a_table_of_the_registry(resource: Resource) -> Iterator[Problem]:
    """Every resource must be one of the registry's tables.

    A table without a declared meaning can't be checked or compared.
    """
    from schemas.tables import TABLES

    if resource.name not in TABLES:
        hint = did_you_mean(resource.name, TABLES, lead="; ", otherwise=f"; it has {', '.join(TABLES)}")
        yield Problem(f"the registry has no table {named(resource.name)}{hint}", file=DESCRIPTOR, column="name")


@rule(
    "PKG006",
    stage="resource",
    severity=Severity.ERROR,
    fix="Save the table as plain UTF-8 CSV with commas, or as Parquet, and let the descriptor state that or nothing.",
    source="RFC 4180; https://parquet.apache.org/docs/file-format/; the registry reads tables in one dialect",
    breaks=[
        {"compression": "gz"},
        {"path": "data/sources.csv.gz"},
        {"format": "xlsx"},
        {"format": "CSV"},
        {"format": "parquet"},
        {"encoding": "latin-1"},
        {"dialect": {"delimiter": ";"}},
        {"data": [{"source_id": "a"}]},
        {"extrapaths": ["data/more.csv"]},
        {"mediatype": "application/json"},
        {"mediatype": "application/vnd.apache.parquet"},
        {"layout": {"header": False}},
        {"layout": {"headerRows": [2]}},
        {"parquet": "data/sources.parquet"},
        {"parquet": {"path": "data/sources.csv"}},
    ],
    keeps=[
        {},
        {"format": "csv", "encoding": "UTF-8", "type": "table"},
        {"mediatype": "text/csv"},
        {"dialect": {"delimiter": ","}},
        {"path": "data/sources.parquet", "format": "parquet", "mediatype": "application/vnd.apache.parquet"},
        {"parquet": {"path": "data/sources.parquet"}},
    ],
)
def resource_not_plain_csv(resource: Resource) -> Iterator[Problem]:
    """A resource must be a plain CSV file in UTF-8 with commas, quotation marks and a header, or a Parquet file.

    If tables are written in one way, every tool reads them in the same way. An archive can unpack to more than a machine has room for. A
    Parquet file that holds the table of a CSV file is named in that resource's member `parquet`.
    """
    form, text = resource.form, resource.form is Form.CSV
    wanted: dict[str, tuple[object, ...]] = {
        "type": ("table",),
        "scheme": ("file",),
        "format": (str(form),),
        "mediatype": ("text/csv",) if text else ("application/vnd.apache.parquet", "application/parquet"),
        "encoding": ("utf-8", "UTF-8", "utf8", "UTF8"),
        "compression": (),
        "innerpath": (),
        "extrapaths": (),
        "data": (),
        "layout": (),  # the name that `dialect` had, and still has for some tools
    }
    if not text:
        wanted |= {"parquet": ()}
    for member, allowed in wanted.items():
        stated = resource.data.get(member)
        if stated is not None and (not isinstance(stated, str) or stated not in allowed):
            must = f"it must be {allowed[0]!r} or left out" if allowed else "leave it out: the registry reads plain files only"
            found = shown(stated) if isinstance(stated, str) else "given"
            yield Problem(f"resource {named(resource.name)}: `{member}` is {found}; {must}", file=DESCRIPTOR, column=member)
    if text and resource.data.get("parquet") is not None and resource.beside is None:
        what = f"`parquet` is {kind_of(resource.data['parquet'])}; it must be an object with the `path` of a Parquet file"
        yield Problem(f"resource {named(resource.name)}: {what}", file=DESCRIPTOR, column="parquet")
    path = resource.stated_path
    if isinstance(path, str) and not resource.path_fault and not path.casefold().endswith(f".{form}"):
        yield Problem(f"resource {named(resource.name)}: {shown(path)} must end in `.{form}`", file=DESCRIPTOR, column="path")
    yield from _dialect_faults(resource)


def _dialect_faults(resource: Resource) -> Iterator[Problem]:
    standard = {
        "delimiter": ",",
        "quoteChar": '"',
        "doubleQuote": True,
        "header": True,
        "lineTerminator": None,
        "skipInitialSpace": False,
        "caseSensitiveHeader": None,
        "csvddfVersion": None,
        "$schema": None,
    }
    dialect = resource.data.get("dialect")
    if dialect is None:
        return
    if not isinstance(dialect, dict):
        yield Problem(f"resource {named(resource.name)}: `dialect` must be an object", file=DESCRIPTOR, column="dialect")
        return
    flat = {**dialect, **(dialect["csv"] if isinstance(dialect.get("csv"), dict) else {})}
    flat.pop("csv", None)
    for member, stated in flat.items():
        if member not in standard or (standard[member] is not None and not _same(stated, standard[member])):
            must = f"it must be {standard[member]!r} or left out" if standard.get(member) is not None else "leave it out"
            yield Problem(
                f"resource {named(resource.name)}: {named(f'dialect.{member}')} is {shown(stated)}; {must}",
                file=DESCRIPTOR,
                column="dialect",
            )


def _same(one: object, other: object) -> bool:
    """Whether two members are one; to Python, ``true`` is 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


@rule(
    "PKG007",
    stage="descriptor",
    severity=Severity.ERROR,
    fix="Keep one resource for each table.",
    source=_PROFILE,
    breaks=[
        {"resources": [{"name": "sources", "path": "data/sources.csv"}, {"name": "sources", "path": "data/studies.csv"}]},
        {"resources": [{"name": "sources", "path": "data/sources.csv"}, {"name": "studies", "path": "data/sources.csv"}]},
        {"resources": [{"name": "sources", "path": "data/sources.csv"}, {"name": "studies", "path": "./data//sources.csv"}]},
    ],
    keeps=[{}],
)
def resource_repeated(descriptor: Descriptor) -> Iterator[Problem]:
    """No two resources may have the same name or the same file.

    It is unclear which one was meant, so neither can be trusted.
    """
    paths = [str(PurePosixPath(r.stated_path)) for r in descriptor.files if isinstance(r.stated_path, str)]
    for member, values in (("name", Counter(r.name for r in descriptor.resources)), ("path", Counter(paths))):
        for value, times in values.items():
            if times > 1:
                yield Problem(
                    f"{times} resources have the {member} {named(value)}; each must have its own",
                    file=DESCRIPTOR,
                    line=descriptor.line_of(f'"{value}"'),
                    column=member,
                )


@rule(
    "PKG009",
    stage="resource",
    severity=Severity.ERROR,
    fix="Copy the schema from `schemas/rendered/`, or import the package again: the importer writes it.",
    source="Table Schema v2, https://datapackage.org/standard/table-schema/",
    breaks=[
        {"schema": {"fields": [{"name": "source_id", "type": "integer"}]}},
        {"schema": {"fields": [{"name": "source", "type": "string"}]}},
        {"schema": {"fields": "none"}},
        {"schema": "schema.json"},
        {"schema": {"fields": [{"name": "source_id"}, {"name": "source_id"}]}},
        {"schema": {"fields": [{"name": "source_id", "constraints": {"maxLength": 3}}]}},
        {"schema": {"fields": [{"name": "accessed", "type": "date", "format": "%d.%m.%Y"}]}},
        {"schema": {"fields": [{"name": "source_id"}], "primaryKey": ["title"]}},
        {"schema": {"fields": [{"name": "source_id"}], "missingValues": ["", "n/a"]}},
        {"schema": {"fields": [{"name": "title", "missingValues": ["13"]}]}},
    ],
    keeps=[
        {"schema": None},
        {"schema": {"fields": [{"name": "source_id", "type": "string"}]}},
        {
            "schema": {
                "fields": [{"name": "source_id", "title": "Source", "constraints": {"required": True}, "missingValues": [""]}],
                "primaryKey": "source_id",
            }
        },
    ],
)
def schema_differs(resource: Resource) -> Iterator[Problem]:
    """A resource's schema must describe its fields as the registry does, or say less.

    Tools that don't know the registry read the table by this schema, and must read the same values.
    """
    from schemas.tables import TABLES

    schema = resource.data.get("schema")
    if schema is None or resource.fields is None:
        return
    listed = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(schema, dict) or not isinstance(listed, list):
        what = "is a reference; it must be in the descriptor itself" if isinstance(schema, str) else "has no list `fields`"
        yield Problem(f"resource `{resource.name}`: the schema {what}", file=DESCRIPTOR, column="schema")
        return
    wanted = _schema(resource.name)
    fields = {f["name"]: f for f in wanted["fields"]}
    seen: set[str] = set()
    suggest = Suggestions(partial(did_you_mean, known=fields, lead="; "))
    for stated in listed:
        name = stated.get("name") if isinstance(stated, dict) else None
        if not isinstance(stated, dict) or not isinstance(name, str) or name not in fields:
            what = named(name) if isinstance(name, str) else shown(stated)
            yield Problem(
                f"resource `{resource.name}`: {what} isn't a field of the table{suggest(name)}", file=DESCRIPTOR, column="schema"
            )
            continue
        if name in seen:
            yield Problem(f"resource `{resource.name}`: the schema has `{name}` twice", file=DESCRIPTOR, column=name)
        seen.add(name)
        for what in _field_faults(stated, fields[name]):
            yield Problem(f"resource `{resource.name}`: `{name}` {what}", file=DESCRIPTOR, column=name)
    for what in _key_faults(schema, wanted, list(TABLES[resource.name].first_key())):
        yield Problem(f"resource `{resource.name}`: {what}", file=DESCRIPTOR, column="schema")


@cache
def _schema(table: str) -> Mapping[str, Any]:
    """The schema of a table, as it must be at least."""
    from schemas.rendering import table_schema

    return table_schema(table)


_MISSING = [""]
_WORDS_OF_A_FIELD = {
    "$schema",
    "name",
    "title",
    "description",
    "example",
    "examples",
    "unit",
    "vocabulary",
    "rdfType",
}
_TOLD_OF_A_FIELD = _WORDS_OF_A_FIELD | {"type", "format", "constraints", "missingValues"}


def _field_faults(stated: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    """What in a field's descriptor would make another tool read or check the column differently."""
    if stated.get("type", "any") not in (wanted["type"], "any"):
        yield f"has the type {shown(stated.get('type'))}; it must be {wanted['type']!r}"
    if stated.get("format", "default") != "default":
        yield f"has the format {shown(stated['format'])}; leave it out"
    constraints = stated.get("constraints")
    allowed = wanted.get("constraints", {})
    for member, value in constraints.items() if isinstance(constraints, dict) else ():
        at_first = member == "pattern" and value == PRINTED_AT_FIRST and allowed.get(member) == PRINTED
        if not (value is False and member in {"required", "unique"}) and not at_first and not _same(value, allowed.get(member)):
            must = f"it must be {allowed[member]!r} or left out" if member in allowed else "leave it out"
            yield f"has the constraint {named(member)} {shown(value)}; {must}"
    if stated.get("missingValues", _MISSING) != _MISSING:
        yield f"has the `missingValues` {shown(stated['missingValues'])}; it must be {_MISSING!r} or left out"
    for member in (m for m in stated if m not in _TOLD_OF_A_FIELD):
        yield f"has {named(member)}, which changes how its cells are read; leave it out"


def _key_faults(schema: Mapping[str, Any], wanted: Mapping[str, Any], first_key: list[str]) -> Iterator[str]:
    """What a schema says about keys, references and empty cells that the registry doesn't. The key may be the table's first one, which is
    narrower, so a reader that uses it accepts less.
    """
    key = wanted.get("primaryKey")
    stated = schema.get("primaryKey")
    if stated is not None and ([stated] if isinstance(stated, str) else stated) != key:
        yield f"the primary key is {shown(stated)}; {f'it must be {key!r} or left out' if key else 'leave it out'}"
    for member, must in (("uniqueKeys", wanted.get("uniqueKeys")), ("missingValues", _MISSING)):
        may = (must, [first_key]) if member == "uniqueKeys" and must else (must,)
        if schema.get(member) is not None and schema[member] not in may:
            yield f"`{member}` is {shown(schema[member])}; {f'it must be {must!r} or left out' if must else 'leave it out'}"
    foreign = schema.get("foreignKeys")
    if foreign is not None and (not isinstance(foreign, list) or any(k not in wanted.get("foreignKeys", ()) for k in foreign)):
        yield f"`foreignKeys` is {shown(foreign)}; it must be as in docs/dictionary.md"
    if schema.get("fieldsMatch", "exact") not in ("exact", ["exact"]):
        yield f"`fieldsMatch` is {shown(schema['fieldsMatch'])}; leave it out"
