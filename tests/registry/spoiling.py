"""Files that aren't as they were kept."""

from __future__ import annotations

from pathlib import Path

__all__ = ["spoil"]


def spoil(file: Path, how: str, elsewhere: Path) -> None:
    """Cut a file short, or put in its place a text, a folder or a link to its bytes ``elsewhere``."""
    content = file.read_bytes()
    file.unlink()
    if how == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif how == "text":
        file.write_text("not a database", encoding="utf-8")
    elif how == "folder":
        file.mkdir()
    elif how == "link":
        elsewhere.write_bytes(content)
        file.symlink_to(elsewhere)
    else:
        raise ValueError(how)
