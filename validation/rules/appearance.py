"""PKG: what isn't what it looks like. Invisible characters in texts, and names that look alike."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from schemas.sql import identifier, literal
from validation.garbled import RUN, ungarbled
from validation.hints import named, shortened, shown
from validation.lookalikes import MIXED_IN_SQL, skeleton, skeleton_in_sql
from validation.rule import Problem, Severity, Unlisted, rule
from validation.rules.cells import CELL, found_in, some_row
from validation.subjects import DESCRIPTOR, Cells, Descriptor, LoadedTable
from validation.unseen import IN_SQL, odd, suspect, written_out

if TYPE_CHECKING:
    from schemas.table import Field

_UNICODE = "Unicode 16.0, section 23; UAX #9; UTS #39, section 5.4; Trojan Source, CVE-2021-42574"
_LOOK = "Look at it in an editor that shows invisible characters, and copy it again from the source."
_LOST = "\ufffd"
_ESCAPED = re.compile(rf"\\[ubf]|{_LOST}")
"""In JSON, what is written as an escape and may not be seen."""

_BEFORE = 20
"""Characters that are shown before what can't be seen."""


@rule(
    "PKG014",
    stage="descriptor",
    severity=Severity.WARNING,
    fix=_LOOK,
    source=_UNICODE,
    breaks=[
        {"title": "A registry\u202e of trials"},
        {"contributors": [{"title": "A.\u200b Author"}]},
        {"description": "Rates\x1b[8m, and something hidden"},
        {"waivers": [{"reason": "Printed so\U000e0041."}]},
        {"cus\u00adtom": 1},
    ],
    keeps=[{"title": "Größe ≥ 3 – naïve"}, {"description": "two\nlines"}, {"contributors": [{"title": "می\u200cخواهم"}]}],
)
def descriptor_holds_unseen_characters(descriptor: Descriptor) -> Iterator[Problem]:
    """The descriptor must not contain invisible characters, or the replacement character that marks lost ones.

    People read what a package is, who made it and why a finding is waived. They can't judge what they can't see.
    """
    written = json.dumps(descriptor.data, ensure_ascii=False)
    if not suspect(written) and not _ESCAPED.search(written):
        return
    for path, text in _texts(descriptor.data):
        if words := _hidden(text):
            yield Problem(f"{named(path)} contains invisible characters:  {words}", file=DESCRIPTOR, column=shortened(path))


def _texts(data: Any) -> Iterator[tuple[str, str]]:
    """Every text of a descriptor, names of members among them, with the way to it."""
    left = [("", data)]
    while left:
        path, value = left.pop()
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, dict):
            yield from ((path or "the descriptor", name) for name in value)
            left += [(f"{path}.{shortened(name)}".removeprefix("."), v) for name, v in reversed(value.items())]
        elif isinstance(value, list):
            left += [(f"{path}.{i}", value[i]) for i in reversed(range(len(value)))]


@rule(
    "PKG039",
    stage="cells",
    severity=Severity.WARNING,
    fix=_LOOK,
    source=_UNICODE,
    breaks=[
        {"sources": {"title": f"A trial{c} of this"}}
        for c in (
            *("\x07", "\x1b[31m", "\x7f", "\x85", "\u202e", "\ufeff", _LOST, "\u200b", "\u00ad", "\u2060", "\u200d", "\u200f"),
            *("\ue000", "\U000e0041", "\u3164", "\ufe0f", "\u0301" * 5),
        )
    ],
    keeps=[
        {"sources": {"title": title}}
        for title in (
            *("Größe ≥ 3 – naïve", "two\nlines", "a\ttab", "治療抵抗性うつ病", "µ-opioid 👩\u200d⚕\ufe0f", "Nguye\u0302\u0303n"),
            *("می\u200cخواهم", "क्\u200dष", "שלום\u200f (3)", "葛\U000e0100城"),
        )
    ],
)
def cell_holds_unseen_characters(cells: Cells) -> Iterator[Problem | Unlisted]:
    """No text cell may contain invisible characters, or the replacement character that marks lost ones.

    A terminal or a page obeys some of them; others hide words, or make two names look like one. A replacement character shows that a file
    was read in the wrong encoding. Honest uses are allowed: joiners in Arabic and Indic scripts, the parts of an emoji, direction marks in
    right-to-left text, up to four accents on a letter.
    """
    for table in cells.tables.values():
        bad = [t for t in _suspects(cells, table) if _hidden(t)] if cells.beyond_ascii(table) else []
        if bad:
            yield from _cells_with(cells, table, bad, _unseen)


def _suspects(cells: Cells, table: LoadedTable) -> list[str]:
    """The texts of a table, each once, in which there may be something that can't be seen."""
    return _texts_with(cells, table, f"{IN_SQL}|{_LOST}")


def _texts_with(cells: Cells, table: LoadedTable, pattern: str) -> list[str]:
    """The texts of a table, each once, in which a pattern of DuckDB's is found."""
    texts = f"SELECT DISTINCT unnest([{', '.join(identifier(f.name) for f in table.prose)}]::VARCHAR[]) AS text FROM {table.rows}"
    found = cells.room.con.execute(f"SELECT text FROM ({texts}) WHERE regexp_matches(text, {literal(pattern)})").fetchall()
    return [text for (text,) in found]


def _cells_with(
    cells: Cells, table: LoadedTable, texts: Sequence[str], message: Callable[[Field], Any]
) -> Iterator[Problem | Unlisted]:
    """The cells of a table that are one of the texts."""
    cells.room.con.execute("CREATE OR REPLACE TEMP TABLE _odd AS SELECT unnest(?::VARCHAR[]) AS text", [texts])
    yield from found_in(cells, table, dict.fromkeys(table.prose, f"{CELL} IN (FROM _odd)"), message)
    cells.room.con.execute("DROP TABLE _odd")


def _unseen(f: Field) -> Any:
    return lambda row: f"`{f.name}` contains invisible characters:  {_hidden(row[f.name])}"


def _hidden(text: str) -> str | None:
    """A text that holds what can't be seen, from shortly before that on, with escapes for it; None for any other."""
    if text.isascii() and text.isprintable():
        return None
    spans = [*odd(text), *((i, i + 1) for i, c in enumerate(text) if c == _LOST)] if _LOST in text else list(odd(text))
    if not spans:
        return None
    start = max(min(spans)[0] - _BEFORE, 0)
    words = shortened(written_out(text[start:], [(a - start, b - start) for a, b in sorted(spans)]))
    # A message is a line: tabs and line ends, which belong to a text, don't to that.
    return f"'{''.join(c if c.isprintable() else repr(c)[1:-1] for c in words)}'"


_NAMES = {
    "sources": (("source_id", ()),),
    "studies": (("study_id", ()), ("label", ())),
    "arms": (("arm_id", ("study_id",)), ("label", ("study_id",))),
    "claims": (("claim_id", ()),),
}
"""The columns that name what people tell apart by eye, each with those within which it must differ."""


@rule(
    "PKG046",
    stage="cells",
    severity=Severity.WARNING,
    fix="If they are the same thing, use one name. If they are two things, give them names that nobody can confuse.",
    source="UTS #39, section 4, Confusable Detection",
    breaks=[
        {"sources": [{"source_id": a}, {"source_id": b}]}
        for a, b in (("Smith", "smith"), ("trial-O", "trial-0"), ("arm-I", "arm-l"), ("v1", "vl"), ("Kern", "Kem"))
    ]
    + [
        {"studies": [{"study_id": "a", "label": "Müller 2010"}, {"study_id": "b", "label": label}]}
        for label in ("Mu\u0308ller 2010", "Мüller 2010", "Müller\u200b 2010", "Müller\u00a02010", "Ｍüller 2010")
    ],
    keeps=[
        {"sources": [{"source_id": "smith-2010"}, {"source_id": "smith-2011"}]},
        {"studies": [{"study_id": "a", "label": "Müller 2010"}, {"study_id": "b", "label": "Muller 2010"}]},
        {"studies": [{"study_id": "a", "label": "Smith 2010"}, {"study_id": "b", "label": "Smith 2010"}]},
    ],
)
def names_look_alike(cells: Cells) -> Iterator[Problem | Unlisted]:
    """Two sources, studies, claims or arms of a study must not have names that look alike.

    `Smith` and `smith`, `trial-O` and `trial-0`: a reader sees one name, and a program counts one trial twice. The labels of studies and arms
    are compared too. Unicode's table says which letters look alike; case is ignored.
    """
    for table in cells.tables.values():
        for column, within in _NAMES.get(table.name, ()):
            if {column, *within} <= table.present:
                yield from _alike(cells, table, column, within)


def _alike(cells: Cells, table: LoadedTable, column: str, within: tuple[str, ...]) -> Iterator[Problem | Unlisted]:
    name, scope = identifier(column), "".join(f"{identifier(w)}, " for w in within)
    looks, known = skeleton_in_sql(name), ""
    if not cells.beyond_ascii(table):
        alike = f"SELECT _package FROM {identifier(table.name)} WHERE {name} IS NOT NULL GROUP BY _package, {scope}{looks}"
        if not cells.shared(f"SELECT DISTINCT _package FROM ({alike} HAVING count(DISTINCT {name}) > 1)"):
            return
    else:  # only then Python has to look
        others = f"SELECT DISTINCT {name} FROM {table.rows} WHERE strlen({name}) > length({name})"
        words = [text for (text,) in cells.room.con.execute(others).fetchall()]
        cells.room.con.execute(
            "CREATE OR REPLACE TEMP TABLE _looks AS SELECT unnest(?::VARCHAR[]) AS text, unnest(?::VARCHAR[]) AS skeleton",
            [words, [skeleton(text) for text in words]],
        )
        looks, known = f"coalesce(_looks.skeleton, {looks})", f"LEFT JOIN _looks ON _looks.text = {name}"
    query = (
        f"WITH named AS (SELECT _line, {scope}{name} AS name, {looks} AS looks FROM {table.rows} {known} "
        f"WHERE {name} IS NOT NULL), "
        "first AS (SELECT *, first_value(name) OVER w AS other, first_value(_line) OVER w AS above FROM named "
        f"WINDOW w AS (PARTITION BY {scope}looks ORDER BY _line)) "
        f"SELECT *, count(*) OVER () AS total FROM first WHERE name <> other ORDER BY _line LIMIT {max(cells.limit, 1)}"
    )
    rows = cells.select(query)
    cells.room.con.execute("DROP TABLE IF EXISTS _looks")
    for row in rows[: cells.limit]:
        key = {w: row[w] for w in within} | {column: row["name"]}
        message = f"`{column}` is {shown(row['name'])}, which looks like {shown(row['other'])} {table.at(row['above'])}"
        yield Problem(message, file=table.file, line=row["_line"], column=column, key=key)
    if rows and rows[0]["total"] > cells.limit:
        yield Unlisted(rows[0]["total"] - cells.limit)


@rule(
    "PKG047",
    stage="cells",
    severity=Severity.NOTE,
    fix="Copy the word again from the source, or type it on one keyboard layout.",
    source="UTS #39, section 5.1, Mixed-Script Detection",
    breaks=[
        {"sources": {"title": title}} for title in ("\u0405mith 2010", "Ketamin\u0435", "H₂\u039fO of Τrials", "M\u00fcll\u0435r")
    ],
    keeps=[
        {"sources": {"title": title}}
        for title in ("TNFα, hν, Δ9-THC, χ²", "Терапия SSRI-антидепрессантами", "µg", "β-blocker", "ΔT")
    ],
)
def word_mixes_alphabets(cells: Cells) -> Iterator[Problem | Unlisted]:
    """No word may mix Latin letters with look-alikes from another alphabet.

    A search for the word doesn't find it, and nothing shows why. Greek letters that science uses in words are allowed.
    """
    for table in cells.tables.values():
        if cells.beyond_ascii(table) and any(cells.totals(table, some_row(table, _mixes))):
            yield from found_in(cells, table, dict.fromkeys(table.prose, _mixes(CELL)), _mixed)


def _mixes(text: str) -> str:
    return f"CASE WHEN strlen({text}) > length({text}) THEN regexp_matches({text}, {literal(MIXED_IN_SQL)}) END"


def _mixed(f: Field) -> Any:
    return lambda row: f"`{f.name}` is {shortened(row[f.name])!a}, a word that mixes letters of two alphabets"


@rule(
    "PKG048",
    stage="cells",
    severity=Severity.WARNING,
    fix="Export the table again as UTF-8, or give the mapping the input's `encoding`; don't correct single letters by hand.",
    source="WHATWG Encoding Standard; Unicode 16.0, section 3.9",
    breaks=[
        {"sources": {"title": title}}
        for title in (
            "MÃ¼ller 2004 â‰¥ 50%",
            "QIDSâ‰¤5",
            "QIDS‚â§ 5",
            "ÃƒÂ¼ber",
            "donâ€™t – really",
            "Î²-blocker",
            "Â±3",
            "M├╝ller ΓëÑ 50%",
            "DvoĹ™Ăˇk 2004",
            "MĂĽller â‰Ą 50%",
            "MĂźller",
            "DvoÅ™Ć”k",
            "MГјller 2004 в‰Ґ 50%",
            "РњСЋР»Р»РµСЂ 2004",
            "MΓΌller 2004",
        )
    ],
    keeps=[
        {"sources": {"title": title}}
        for title in (
            "Müller 2004 ≥ 50%",
            "São Paulo, Ångström",
            "« voilà\u00a0»",
            "İstanbul Üniversitesi",
            "Łódź, SPÓŁKA „RADIO”",
            "ORĂŞANU, TĂŞNAD",
            "Žižka, ŘÍŠE, Úľ",
            "Сёмин, Сім’я",
            "Ελλάδα ± Γ",
            "治療抵抗性うつ病",
            "β–γ",
        )
    ],
)
def cell_is_garbled(cells: Cells) -> Iterator[Problem | Unlisted]:
    """No text cell may hold what is left of UTF-8 that was read as another encoding.

    A name that is spelt so isn't found again, and a sign such as ≥ that decides what counts is lost. The finding shows what it most likely was, and
    nothing is changed: the program that read the file so may have lost more.
    """
    for table in cells.tables.values():
        found = {t: meant for t in _texts_with(cells, table, RUN) if (meant := ungarbled(t))} if cells.beyond_ascii(table) else {}
        if found:
            yield from _cells_with(cells, table, list(found), partial(_was, found))


def _was(found: Mapping[str, tuple[str, str]], f: Field) -> Any:
    def told(row: Any) -> str:
        meant, encoding = found[row[f.name]]
        return f"`{f.name}` ({shortened(row[f.name])}) looks like UTF-8 that was read as {encoding}: {shortened(meant)}"

    return told
