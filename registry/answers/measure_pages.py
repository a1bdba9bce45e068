"""What is rendered from the measures' records: ``python -m registry.answers.measure_pages`` writes it again, and a test fails when it is out of date.

It is the table in docs/comparing.md, between two markers, and the words that the JSON Schema of the answers allows.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from registry.pooling.measures import MEASURES, PROPORTION, Measure
from registry.strata.rows import VARIANTS

__all__ = ["rendered_files", "table"]

_BEGIN, _END = "<!-- measures: written by `python -m registry.answers.measure_pages` -->\n", "<!-- end of measures -->\n"


def table() -> str:
    """The measures as a table in Markdown."""
    told: list[Measure[Any]] = [PROPORTION, *MEASURES.values()]
    head = "| measure | of a and b | pooled as | interval of a single trial | empty cells |\n|---|---|---|---|---|\n"
    rows = (f"| {m.name} | {m.meaning} | {m.model} | {m.single} | {m.empty} |\n" for m in told)
    return head + "".join(rows)


def rendered_files(root: Path) -> dict[Path, str]:
    """Every file in which something is rendered and what must be in it, under the folder that holds ``registry`` and ``docs``.

    Raises ``ValueError`` where the page has lost its markers.
    """
    page, schema = root / "docs" / "comparing.md", root / "registry" / "answers" / "comparison.schema.json"
    return {page: _page(page.read_text(encoding="utf-8")), schema: _schema(schema.read_text(encoding="utf-8"))}


def _page(text: str) -> str:
    before, begin, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        raise ValueError(
            f"docs/comparing.md has no line {(_BEGIN if not begin else _END).strip()!r}; the measures are written after it"
        )
    return f"{before}{begin}\n{table()}\n{end}{after}"


def _schema(text: str) -> str:
    schema = json.loads(text)
    for name, words in (("measure", MEASURES), ("variant", VARIANTS)):
        schema["$defs"][name]["enum"] = list(words)
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    for path, text in rendered_files(Path(__file__).parents[2]).items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
