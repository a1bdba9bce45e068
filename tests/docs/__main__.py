"""``python -m tests.docs``: write the outputs of the documentation's examples anew."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.docs.examples import PAGES, PICTURE, ROOT, pictured, registry_in, replayed

with tempfile.TemporaryDirectory() as scratch:
    folder = registry_in(Path(scratch))
    pages = {ROOT / name: replayed((ROOT / name).read_text(encoding="utf-8"), folder) for name in PAGES}
    picture = pictured(folder)
for page, text in pages.items():
    page.write_text(text, encoding="utf-8")
PICTURE.write_bytes(picture)
