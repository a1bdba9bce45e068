"""Mappings whose expressions ask for what no mapping may have, or that are spoilt as text or as a tree, over a small table."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import yaml

from registry.importing.functions import CASTS, NAMES
from tests.fuzz.imports import HASH, imported
from tests.fuzz.spoiling import spoil_bytes, spoil_json
from tests.importing.conftest import DATA, MAPPING

COUNT = 2_000
COLUMNS = ("id", "drug", "n", "events", "weeks", "_row", "_split", '"no such"')


@dataclass(frozen=True)
class Case:
    """A mapping, an original, and whether the one must be refused, whatever the other holds."""

    mapping: bytes
    original: bytes
    refused: bool = False


def cases(seed: int, count: int) -> Iterator[Case]:
    """Half of them hold an expression made by chance, a quarter one that must be refused, the others are spoilt."""
    for number in range(count):
        rng = random.Random(f"{seed} mapping {number}")
        yield rng.choice([_grown, _grown, _refused, _spoilt])(rng)


def check(case: Case) -> str:
    """The package or a problem; and a problem, where one is due."""
    return imported(case.mapping, "arms.csv", case.original, refused=case.refused)


def _with(rng: random.Random, sql: str) -> bytes:
    """The mapping with an expression as a field, or as a filter."""
    text = json.dumps(sql)
    if rng.random() < 0.7:
        return MAPPING.replace("n_randomised: n", f"n_randomised: {{sql: {text}}}").encode()
    key = rng.choice(["keep", "drop"])
    return MAPPING.replace(
        "  arms:\n    from: arms", f"  arms:\n    {key}: {{where: {text}, reason: r}}\n    from: arms"
    ).encode()


def _original(rng: random.Random) -> bytes:
    if rng.random() < 0.8:
        return DATA.encode()
    rows = [f"{n},{rng.choice(['SSRI', 'Placebo'])},{n},,{'S' * rng.choice([0, 1, 1000])}" for n in range(rng.choice([1, 3000]))]
    return ("id,drug,n,events,weeks\n" + "\n".join(rows) + "\n").encode()


def _grown(rng: random.Random) -> Case:
    return Case(_with(rng, _expression(rng, rng.choice([1, 2, 3, 5, 8]))), _original(rng))


def _expression(rng: random.Random, depth: int) -> str:
    """An expression of what a mapping may use, though mostly of arguments that don't fit."""
    if depth <= 0:
        constants = (
            "'x'",
            "''",
            "'S'",
            "'2015-01-31'",
            "'%Y'",
            "'.+'",
            r"'\0\0'",
            "'g'",
            "0",
            "1",
            "-1",
            "2147483648",
            "0.5",
            "NULL",
            "true",
        )
        return rng.choice([rng.choice(COLUMNS), rng.choice(COLUMNS[:5]), rng.choice(constants)])
    inner = [_expression(rng, depth - rng.choice([1, 1, 2, 3])) for _ in range(rng.choice([1, 2, 2, 3, 4]))]
    first, second = inner[0], inner[-1]
    return rng.choice(
        [
            f"{rng.choice(NAMES)}({', '.join(inner)})",
            f"{rng.choice(NAMES)}({', '.join(inner)})",
            f"({first} {rng.choice(['+', '-', '*', '/', '//', '%', '||', '=', '<', 'LIKE', 'GLOB', 'AND', 'OR', 'IS DISTINCT FROM'])} {second})",
            f"CASE WHEN {first} THEN {second} ELSE {first} END",
            f"CASE {first} WHEN {second} THEN {first} END",
            f"{rng.choice(['CAST', 'TRY_CAST'])}({first} AS {rng.choice([*CASTS, 'DECIMAL(38, 10)', 'VARCHAR(3)'])})",
            f"{first} IN ({', '.join(inner)})",
            f"({first})[{rng.choice(['1', '-1', '0', '1:2', ':', '99999999999'])}]",
            f"({first} IS NULL)",
            f"{first} BETWEEN {first} AND {second}",
            _nested(rng, first),
        ]
    )


def _nested(rng: random.Random, inner: str) -> str:
    """The same function many times over: texts that double, or more levels than may be."""
    times = rng.choice([2, 20, 60, 99, 101, 300, 2000])
    before, after = rng.choice(
        [
            ("replace(", ", 'S', 'SS')"),
            ("regexp_replace(", r", '(.)', '\1\1', 'g')"),
            ("concat(drug, ", ")"),
            ("CASE WHEN n = '1' THEN n ELSE ", " END"),
            ("(", " || n)"),
            ("NOT ", ""),
            ("(", ")"),
            ("lower(", ")"),
        ]
    )
    return before * times + inner + after * times


REFUSED = (
    *(
        "version()",
        "now()",
        "random()",
        "uuid()",
        "current_user",
        "current_setting('threads')",
        "getenv('HOME')",
        "nextval('s')",
        "hash(n)",
    ),
    *(
        "lpad(n, 9999999, 'x')",
        "repeat(n, 9999999)",
        "format('{:>999999999}', n)",
        "printf('%999999999s', n)",
        "range(999999999)",
    ),
    *(
        "max(n)",
        "string_agg(n, '')",
        "count(*)",
        "row_number() OVER ()",
        "lag(n) OVER (ORDER BY n)",
        "unnest([n])",
        "list_transform([n], x -> x)",
    ),
    *(
        "(SELECT n)",
        "(SELECT max(n) FROM block)",
        "EXISTS (FROM block)",
        "n IN (SELECT n FROM block)",
        "(FROM duckdb_settings())",
        "(VALUES (1))",
    ),
    *(
        "read_text('/etc/passwd')",
        "(FROM read_csv('/etc/passwd'))",
        "(FROM glob('*'))",
        "getvariable('x')",
        "error('x')",
        "TRY(n)",
    ),
    *(
        "n) UNION ALL (SELECT n",
        "n) FROM (SELECT 1",
        "n); DROP TABLE block; SELECT (n",
        "n), (n",
        "n) LIMIT (0",
        "n) WHERE (true",
        "n) GROUP BY (n",
    ),
    *(
        "*",
        "COLUMNS(*)",
        "#1",
        "?",
        "$1",
        "rowid",
        "n::JSON",
        "n::VARCHAR[]",
        "CAST(n AS INTEGER[99999])",
        "n ~ 'x'",
        "n COLLATE NOCASE",
        "{'a': n}",
    ),
)


def _refused(rng: random.Random) -> Case:
    """What must be refused stands alone, or anywhere within what mayn't be; in capitals, or after comments."""
    sql = rng.choice(REFUSED)
    wrap: Callable[[str], str] = rng.choice(
        [
            str,
            lambda s: f"lower({s})",
            lambda s: f"CASE WHEN n = '0' THEN {s} ELSE n END",
            lambda s: f"coalesce(n, {s})",
            lambda s: f"/* ' */ {s} -- '",
            lambda s: f"CAST({s} AS VARCHAR)",
            lambda s: f"n || {s}",
            lambda s: s.upper() if "'" not in s else s,
        ]
    )
    return Case(_with(rng, wrap(sql)), DATA.encode(), refused=True)


def _spoilt(rng: random.Random) -> Case:
    """A change to the mapping's text, to its tree, or to the original's bytes or to how they are read."""
    mapping, original = MAPPING.encode(), DATA.encode()
    way = rng.choice(["text", "tree", "tree", "original", "options"])
    if way == "text":
        mapping = spoil_bytes(rng, mapping)
    elif way == "tree":
        tree = yaml.safe_load(MAPPING)
        for _ in range(rng.choice([1, 1, 2, 3])):
            tree = spoil_json(rng, tree) if isinstance(tree, dict | list) else tree
        mapping = json.dumps(tree, ensure_ascii=rng.random() < 0.5).encode(errors="surrogatepass")
    elif way == "original":
        original = spoil_bytes(rng, original)
    else:
        named = [
            f"encoding: {rng.choice(['utf-16', 'utf-7', 'cp1252', 'shift_jis', 'unicode_escape', 'utf_8_sig', 'cp037', 'hz', 'punycode'])}",
            f"delimiter: {json.dumps(rng.choice([';', chr(9), '|', 'i', '0', ' ', chr(0x7F), 'ü', '🙂']))}",
            f"decimal: {json.dumps(rng.choice([',', '.', ';']))}",
            f"missing: {json.dumps(rng.sample(['1', 'SSRI', '', 'x' * 5000, chr(39)], 2))}",
        ]
        chosen = rng.sample(named, rng.choice([1, 2]))
        mapping = MAPPING.replace("    origin:", "".join(f"    {option}\n" for option in chosen) + "    origin:").encode()
        original = spoil_bytes(rng, original) if rng.random() < 0.5 else original
    assert HASH in MAPPING
    return Case(mapping, original)
