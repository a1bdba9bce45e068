"""``python -m tests.docs``: write the outputs of the documentation's examples anew."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.docs.examples import PAGES, PICTURE, ROOT, pictured, registry_in, replayed

with tempfile.TemporaryDirectory() as scratch:
    folder = registry_in(Path(scratch))
    for name in PAGES:
        page = ROOT / name
        page.write_text(replayed(page.read_text(encoding="utf-8"), folder), encoding="utf-8")
    PICTURE.write_bytes(pictured(folder))
