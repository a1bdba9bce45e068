"""``python -m schemas``: write the rendered files again."""

from __future__ import annotations

import sys
from pathlib import Path

from schemas.models import rendered


def main() -> None:
    root = Path(__file__).parents[1]
    # Whatever imports the tables reads them from this file, so it comes first.
    (root / "schemas" / "rendered" / "tables.json").write_text(rendered(), encoding="utf-8")

    from schemas.rendering import rendered_files
    from schemas.vocabulary import VOCABULARIES
    from schemas.vocabulary_frames import faults

    # A term that is twice there, or of no class, would else be told by a database, long after and without its name.
    if found := [fault for name in VOCABULARIES for fault in faults(name)]:
        sys.exit("\n".join(found))
    for path, content in rendered_files(root).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
