"""``python -m validation``: write the rendered files again."""

from __future__ import annotations

from pathlib import Path

from validation.rule_pages import rendered_files


def main() -> None:
    for path, content in rendered_files(Path(__file__).parents[1]).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
