"""The decision records: each is listed, short, and has its four parts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "docs" / "decisions"
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))


def test_each_is_listed_under_its_own_title() -> None:
    listed = re.findall(r"^\| \[(\d{4})\]\((\S+)\) \| (.*) \|$", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    titles = [(path.name[:4], path.name, path.read_text(encoding="utf-8").splitlines()[0].split(". ", 1)[1]) for path in RECORDS]
    assert listed == titles
    assert [number for number, _, _ in listed] == [f"{n:04}" for n in range(1, len(RECORDS) + 1)]


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem)
def test_each_is_half_a_page_with_its_parts(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"^\*\*(\w+)\.\*\*", text, flags=re.MULTILINE) == ["Context", "Decision", "Consequences", "Alternatives"]
    assert len(text.split()) < 400
