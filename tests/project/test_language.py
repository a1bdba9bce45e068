"""What users read is plain English of today: the project's old turns of phrase stay out of messages, help, docstrings, pages and templates.

Each pattern comes with what to write instead. A hit prints its file, line and words.
"""

from __future__ import annotations

import ast
import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PATTERNS = {
    r"\bsay (?:which\b(?! (?:of|one))|another|the name\b|so much\b)|[;:] say \w+": "name one · choose another · give a file name",
    r"\b(?:is|are|was|were|be|been) told\b|\btold (?:of|apart)\b|\bwhat is told\b": "is shown · is reported · is distinguished",
    r"(?<!there )(?<!there may )\b(?:is|are|was|were|be) no (?!such\b)(?!longer\b|more\b|further\b|less\b|one\b|other\b)[a-z]": "is not a …",
    r"\b(?:some|a|one|every|each|whose every) word (?:of \w+ )?(?:is|are)(?:n't| not)? (?:un)?stated\b": "something is unstated",
    r"\bwords? (?:not |un)stated\b|\bby what an?\b|\bof every\b[^.]*\bnot stated\b": "something is unstated",
    r"\b(?:come|came|comes) by\b": "obtained",
    r"\bwhom (?!to\b)(?:a|the|it|they|an)\b|\blet(?:s|ting)? in\b": "who was eligible · who is in the denominator",
    r"\b(?:held|hold|holds|holding) (?:\S+ ){0,5}against\b|\bset(?:s|ting)? (?:\S+ ){0,3}against\b": "compared with · checked on",
    r"\bmend(?:s|ed|ing)?\b": "fix",
    r"\bstands? (?:in\b(?! for)|on|at|to|there|here|twice|beside|behind|so|between|above|under)\b": "is",
    r"\b(?:becomes?|became|become) of\b": "the outcome of · how … was handled",
    r"\b(?:what|that|which|it|they) (?:lies?|lay) (?:in|here|there|beside|about)\b": "is in · is next to",
    r"\b(?:anew|riddle|nought|hither|thither|whence|thereof|lest|amid|whoever|likewise)\b": "again · ambiguous · zero · anybody who",
    r"\bsays? (?:nothing )?of\b|\bsaid of\b|\bspeaks? of\b|\btells? of\b": "say about · report",
    r"\b(?:is|are) there already\b": "already exists",
    r"\bnothing of the kind\b": "nothing … to check",
    r"\b(?:takes?|took|taken) (?:them|it|all) in\b|\btaken in\b": "include",
    r"\bfor a (?:word|folder|name) that is none\b|\bwhere it is none\b": "unknown · isn't a …",
    r"^Whole: |\bwhole or not at all\b": "Ledger intact: · completely or not at all",
    r"\bCut no list\b|\bdown without a word\b": "Show full lists.",
    r"\bday 0\.\d{3,}": "2 hours",
    r"\bValue error,": "the message without pydantic's words",
    r"\b(?:a fault of ours|our fault)\b": "a bug in outcomes",
    r"\b(?:is|are) no part of\b|\bhasn't got\b": "isn't part of · doesn't have",
    r"\bbe (?:it|they|there) \w+ or\b": "whether … or …",
    r"\b(?:mostly|else) (?:not )?(?:would|had) \w+ed\b": "another order of words",
    r"\bgive or take\b": "to within",
    r"\bversions? (?:is|are) owed\b|\bis owed\b|\bowes\b": "is needed · needs",
}
"""Each pattern with what to write instead."""

ALLOWED = {
    "registry/cli/parsing.py": r"Value error,",  # takes these very words out of messages
    "validation/waiving.py": r"whoever",  # a name that is none
}
"""Words that must stay in a file, with the reason."""


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """The strings of a module, docstrings among them; `…` for what an f-string puts in."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {
        id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node) if part is not node
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.lineno, node.value


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """The paragraphs of a page; not its blocks of code and consoles, which quote data and what the code prints."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"^```.*?^```$", lambda block: "\n" * block[0].count("\n"), text, flags=re.DOTALL | re.MULTILINE)
    for paragraph in re.finditer(r"(?:.*\S.*\n?)+", text):
        yield text.count("\n", 0, paragraph.start()) + 1, paragraph[0]


def lines(path: Path) -> Iterator[tuple[int, str]]:
    yield from enumerate(path.read_text(encoding="utf-8").splitlines(), 1)


def terms(path: Path) -> Iterator[tuple[int, str]]:
    """Labels and descriptions of a vocabulary: sources are quoted."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        yield from ((rows.line_num, f"{row.get('label')}. {row.get('description')}") for row in rows)


def described(path: Path) -> Iterator[tuple[int, str]]:
    """The descriptions in a JSON Schema."""
    text = path.read_text(encoding="utf-8")
    for found in re.finditer(r'"(?:title|description)": ("(?:[^"\\]|\\.)*")', text):
        yield text.count("\n", 0, found.start()) + 1, json.loads(found[1])


READERS = {
    "registry/**/*.py": literals,
    "schemas/**/*.py": literals,
    "validation/**/*.py": literals,
    "*.md": prose,
    "docs/**/*.md": prose,
    ".github/**/*.yml": lines,
    ".github/*.md": prose,
    "registry/**/*.jinja": lines,
    "validation/**/*.jinja": lines,
    "schemas/vocabularies/*.csv": terms,
    "registry/**/*.schema.json": described,
    "validation/**/*.schema.json": described,
}


def hits(text: str) -> Iterator[tuple[str, str]]:
    """What a text has that it shouldn't, each with what to write instead."""
    text = re.sub(r"\s+", " ", text)
    for pattern, instead in PATTERNS.items():
        for found in re.finditer(pattern, text, re.IGNORECASE):
            yield text[max(0, found.start() - 30) : found.end() + 30].strip(), instead


@pytest.mark.parametrize("where", READERS)
def test_what_users_read_is_plain_english(where: str) -> None:
    paths = [path for path in sorted(ROOT.glob(where)) if path.name != "CHANGELOG.md"]
    assert paths
    found = [
        f"{path.relative_to(ROOT)}:{line}: “{words}” – write: {instead}"
        for path in paths
        for line, text in READERS[where](path)
        for words, instead in hits(re.sub(ALLOWED.get(path.relative_to(ROOT).as_posix(), r"(?!)"), "", text))
    ]
    assert not found, "\n".join([f"{len(found)} old turns of phrase", *found])


@pytest.mark.parametrize(
    "sentence",
    [
        "of every remission rate of ssri and ketamine some word is not stated",
        "rows of which a word is not stated taken in",
        "without figures that a finding stands on",
        "say which",
        "is there already and is no database",
        "how what lies here stands to it can't be told",
        "there was nothing of the kind it looks at",
        "so a point is a riddle",
        "how a figure was come by",
        "whom a trial let in",
        "whom the denominator holds",
        "Whole: 9 records",
        "Hold the built registry against its rules",
        "mend the finding",
        "what became of it",
        "window: day 0.0833",
        "Value error, 'x' is not one of",
    ],
)
def test_an_old_turn_of_phrase_is_found(sentence: str) -> None:
    assert list(hits(sentence))


@pytest.mark.parametrize(
    "sentence",
    [
        "There is no package `x`.",
        "is no longer needed",
        "The value is inside the 95% interval.",
        "The last score stands in for those that are missing.",
        "by whom, and when",
    ],
)
def test_plain_english_is_let_be(sentence: str) -> None:
    assert list(hits(sentence)) == []
