"""Answers as text, JSON, HTML and Markdown: of a comparison, an audit and a difference.

A format is a module that has ``render(answer, *, console=None, **options) -> str``. It takes the options of its kind and passes over those
that mean nothing to it; text is printed to the console too where one is given, in its width and with its colours. A format that is added
to :data:`ANSWERS` is at once one that ``--format`` takes.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["ANSWERS", "render"]

ANSWERS: dict[str, dict[str, str]] = {
    "comparison": {"text": "comparison_text", "json": "comparison_json", "html": "comparison_html"},
    "audit": {"text": "audit_text", "json": "audit_json", "html": "audit_html"},
    "difference": {"text": "diff_text", "json": "diff_json", "markdown": "diff_markdown"},
}
"""By kind of answer the formats, each with its module here."""


def render(kind: str, format_: str, answer: Any, /, **options: Any) -> str:
    """The answer in a format. Raises ``KeyError`` for a kind or format that isn't in :data:`ANSWERS`."""
    module = import_module(f"{__name__}.{ANSWERS[kind][format_]}")
    words: str = module.render(answer, **options)
    return words
