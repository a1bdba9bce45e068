"""What a mapping's expressions may be made of. Everything else is refused, so that what a new DuckDB brings is refused too.

Each function gives the same for the same cells on every machine and with every DuckDB, and reads nothing but its arguments.
None makes more text of a number than the number is long: those that could (``lpad``, ``repeat``, ``format``) have no place in a
mapping. What the others can still grow to is held by the limits of the process that runs them.
"""

from __future__ import annotations

import re

__all__ = ["CASTS", "CLASSES", "FUNCTIONS", "NAMES", "OPERATORS", "SIGNS", "rendered"]

FUNCTIONS = {
    "text": [
        "concat",
        "concat_ws",
        "contains",
        "ends_with",
        "left",
        "length",
        "lower",
        "ltrim",
        "position",
        "replace",
        "reverse",
        "right",
        "rtrim",
        "split_part",
        "starts_with",
        "strip_accents",
        "strpos",
        "substr",
        "substring",
        "translate",
        "trim",
        "upper",
    ],
    "patterns": [
        "regexp_extract",
        "regexp_extract_all",
        "regexp_full_match",
        "regexp_matches",
        "regexp_replace",
        "regexp_split_to_array",
    ],
    "numbers": ["abs", "ceil", "ceiling", "floor", "greatest", "least", "mod", "round", "sign", "sqrt", "trunc"],
    "empty cells and choice": ["coalesce", "if", "ifnull", "nullif"],
    "dates": [
        "date_diff",
        "date_part",
        "datediff",
        "datepart",
        "day",
        "make_date",
        "month",
        "strftime",
        "strptime",
        "try_strptime",
        "year",
    ],
    "lists of texts": [
        "array_extract",
        "array_slice",
        "array_to_string",
        "list_contains",
        "list_value",
        "string_split",
    ],
}
"""The functions by purpose."""

SIGNS = {"+", "-", "*", "/", "//", "%", "||", "~~", "!~~", "~~*", "!~~*", "~~~", "^@", "like_escape", "ilike_escape"} | {
    "not_like_escape",
    "not_ilike_escape",
}
"""DuckDB's names for the signs of arithmetic, ``||``, ``LIKE``, ``ILIKE``, ``GLOB`` and their negations."""

NAMES = sorted(name for names in FUNCTIONS.values() for name in names)

CLASSES = {"BETWEEN", "CASE", "CAST", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT", "FUNCTION", "OPERATOR", "TYPE"}
"""DuckDB's names for the kinds of expressions."""

OPERATORS = {
    "ARRAY_EXTRACT",
    "ARRAY_SLICE",
    "COMPARE_IN",
    "COMPARE_NOT_IN",
    "OPERATOR_COALESCE",
    "OPERATOR_IS_NOT_NULL",
    "OPERATOR_IS_NULL",
    "OPERATOR_NOT",
}

CASTS = [
    "BOOLEAN",
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "UHUGEINT",
    "DECIMAL",
    "FLOAT",
    "DOUBLE",
    "VARCHAR",
    "DATE",
    "TIMESTAMP",
]
"""The types that a value may be cast to."""


_PART = re.compile(r"(?<=<!-- functions -->\n\n).*?(?=\n\n<!-- /functions -->)", re.DOTALL)


def rendered(page: str) -> str:
    """The page of the documentation with the present lists of functions and types, between its two marks."""
    rows = [f"| {what} | {' '.join(f'`{name}`' for name in names)} |" for what, names in FUNCTIONS.items()]
    types = f"Types to cast to: {', '.join(f'`{name}`' for name in CASTS)}."
    return _PART.sub(lambda _: "\n".join(["| for | functions |", "|---|---|", *rows, "", types]), page)
