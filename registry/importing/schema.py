"""The JSON Schema of a mapping, by which an editor completes keys, fields and terms, and marks what can't be.

It says what can be said without the inputs; `outcomes import` says the rest.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from registry.importing.keys import (
    BLOCK,
    CHANGES,
    CODED,
    CONSULTED,
    CONTRIBUTOR,
    FILTER,
    INPUT,
    JOIN,
    LICENCE,
    LINEAGE,
    LITERAL,
    MAPPING,
    ORIGIN,
    PACKAGE,
    WAIVER,
    WAYS,
    Keys,
)
from schemas.grammar import PACKAGE_NAME, SEMVER
from schemas.proposing import PROPOSED, may_be_proposed
from schemas.table import Field
from schemas.tables import TABLES
from schemas.vocabulary import terms
from validation.rules.lineage import RELATIONS

__all__ = ["FILE", "rendered", "schema"]

FILE = Path(__file__).with_name("mapping.schema.json")
"""The schema as it is committed."""

Schema = dict[str, Any]

_SCALAR: Schema = {"type": ["string", "number", "boolean", "null"]}  # an editor takes 0.50 for a number; a mapping doesn't
_WORDS: Schema = {"type": ["string", "number", "boolean"]}
_COUNT: Schema = {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]{1,15}$"}]}
_FLAG: Schema = {"enum": [True, False, "true", "false"]}


def schema() -> Schema:
    """The schema, by draft 2020-12."""
    vocabularies = sorted({f.vocabulary for table in TABLES.values() for f in table.fields() if f.vocabulary})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A mapping of trial-outcomes",
        "description": "Which column of somebody else's table becomes which field of which table of a package.",
        **_map(
            MAPPING,
            {
                "package": _package(),
                "inputs": {"type": "object", "minProperties": 1, "additionalProperties": _input()},
                "defaults": {"description": "A place for anchors."},
                "tables": _closed({name: _one_or_more({"$ref": f"#/$defs/{name}"}) for name in TABLES}),
            },
        ),
        "$defs": {
            **{name: _block(name) for name in TABLES},
            "cell": _SCALAR,
            "flag": {"enum": [*_FLAG["enum"], None]},
            **{f"term.{name}": _term(name) for name in vocabularies},
            **{f"from.{cell}": {"anyOf": _forms(cell)} for cell in ("cell", "flag", *(f"term.{name}" for name in vocabularies))},
            "sql": {"type": "string", "description": "A DuckDB expression over the columns of the row, which are text."},
            "split": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": {"anyOf": [_SCALAR, _map(Keys(("value",)), {"value": _SCALAR})]},
                },
            },
            "join": _map(
                JOIN,
                {
                    "on": {"anyOf": [_one_or_more(_WORDS), {"type": "object", "additionalProperties": _WORDS}]},
                    "unmatched": {"enum": ["error", "empty"]},
                },
            ),
            "filter": _map(FILTER, {"where": {"$ref": "#/$defs/sql"}, "count": _COUNT}),
        },
    }


def rendered() -> str:
    """The schema as text."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def _map(keys: Keys, of: dict[str, Schema]) -> Schema:
    """A map with these keys and no others; the value of a key is a text where nothing else is said."""
    return {**_closed({key: of.get(key, _WORDS) for key in (*keys.must, *keys.may)}), "required": list(keys.must)}


def _closed(properties: dict[str, Schema]) -> Schema:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _one_or_more(one: Schema) -> Schema:
    return {"anyOf": [one, {"type": "array", "items": one}]}


def _listed(one: Schema) -> Schema:
    return {"type": "array", "items": one}


def _package() -> Schema:
    return _map(
        PACKAGE,
        {
            "name": {"type": "string", "pattern": _whole(PACKAGE_NAME)},
            "version": {"type": "string", "pattern": _whole(SEMVER)},
            "licenses": {**_listed(_map(LICENCE, {})), "minItems": 1},
            "contributors": _listed(_map(CONTRIBUTOR, {"roles": _listed(_WORDS)})),
            "keywords": _listed(_WORDS),
            "lineage": _listed(_map(LINEAGE, {"relation": {"enum": sorted(RELATIONS)}})),
            "corrections": _listed(_consulted()),
            "waivers": _listed(_map(WAIVER, {"where": {"type": "object", "additionalProperties": _SCALAR}})),
        },
    )


def _consulted() -> Schema:
    return _map(
        CONSULTED,
        {
            "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "on": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
            "records": _COUNT,
            "origin": _origin(),
        },
    )


def _origin() -> Schema:
    return _map(ORIGIN, {"url": {"type": "string", "pattern": "^https?://"}})


def _input() -> Schema:
    row = {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": "^[1-9][0-9]*$"}]}
    return _map(
        INPUT,
        {
            "sha256": {"type": "string", "pattern": "^[0-9a-fA-F]{64}$"},
            "origin": _origin(),
            "decimal": {"enum": [",", "."]},
            "header_row": {"anyOf": [row, {"type": "array", "items": row, "minItems": 1}]},
            "missing": _listed(_WORDS),
            **{key: {"enum": list(ways)} for key, ways in {**WAYS, **CODED}.items()},
            "labels": {"anyOf": [{"enum": list(CODED["labels"])}, {**_listed(_WORDS), "minItems": 1}]},
        },
    )


def _whole(pattern: str) -> str:
    return f"^(?:{pattern})$"


def _term(vocabulary: str) -> Schema:
    known: Schema = {"enum": [*terms(vocabulary), None]}
    return {"anyOf": [known, {"type": "string", "pattern": PROPOSED}]} if may_be_proposed(vocabulary) else known


def _block(table: str) -> Schema:
    fields = TABLES[table].fields()
    cells = _closed({f.name: {"description": f.description, "$ref": f"#/$defs/{_cell(f)}"} for f in fields})
    made = {
        **_closed({f.name: {"description": f"{f.title}: {f.description}", "$ref": f"#/$defs/from.{_cell(f)}"} for f in fields}),
        "required": [f.name for f in fields if f.required],
    }
    filters = _one_or_more({"$ref": "#/$defs/filter"})
    of = {
        "fields": made,
        "join": _one_or_more({"$ref": "#/$defs/join"}),
        "split": {"$ref": "#/$defs/split"},
        "keep": filters,
        "drop": filters,
        "unique": {"enum": [*_FLAG["enum"], "first"]},
    }
    return {"description": TABLES[table].about, "anyOf": [_map(LITERAL, {"rows": _listed(cells)}), _map(BLOCK, of)]}


def _cell(f: Field) -> str:
    """Which definition says what a cell that is written out may be."""
    return f"term.{f.vocabulary}" if f.vocabulary is not None else "flag" if f.kind == "flag" else "cell"


def _forms(of: str) -> list[Schema]:
    """The forms in which a field may be filled whose cell is ``of`` such a definition."""
    cell: Schema = {"$ref": f"#/$defs/{of}"}
    changed: dict[str, Schema] = {
        "map": {"type": "object", "additionalProperties": cell},
        "otherwise": {"anyOf": [cell, {"const": "error"}]},
    }
    return [
        _SCALAR,
        _map(CHANGES, changed),
        _map(Keys(("value",)), {"value": cell}),
        _map(Keys(("template",)), {}),
        _map(Keys(("sql",)), {"sql": {"$ref": "#/$defs/sql"}}),
    ]
