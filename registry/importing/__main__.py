"""``python -m registry.importing``: update the list of functions in docs/writing-a-mapping.md, and the schema of a mapping."""

from __future__ import annotations

from pathlib import Path

from registry.importing import functions, schema

PAGE = Path(__file__).parents[2] / "docs" / "writing-a-mapping.md"

if __name__ == "__main__":
    PAGE.write_text(functions.rendered(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    schema.FILE.write_text(schema.rendered(), encoding="utf-8")
