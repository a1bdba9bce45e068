"""Writing one file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

__all__ = ["write_whole"]


def write_whole(path: Path, content: bytes) -> None:
    """Write the file beside its place and move it there, so that nobody ever sees half of it. Raises ``OSError``."""
    if path.exists() and not path.is_file():
        path.write_bytes(content)  # a pipe or a device, such as /dev/stdout, is written to, not replaced
        return
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        mask = os.umask(0)
        os.umask(mask)
        Path(draft).chmod(0o666 & ~mask)
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)
