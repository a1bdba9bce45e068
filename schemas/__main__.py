"""``python -m schemas``: write the rendered files anew."""

from __future__ import annotations

from pathlib import Path

from schemas.models import rendered


def main() -> None:
    root = Path(__file__).parents[1]
    # Whatever imports the tables reads them from this file, so it comes first.
    (root / "schemas" / "rendered" / "tables.json").write_text(rendered(), encoding="utf-8")

    from schemas.rendering import rendered_files

    for path, content in rendered_files(root).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
