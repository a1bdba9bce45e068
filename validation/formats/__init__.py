"""The formats of a report, by the name that ``--format`` takes.

Each is ``(report, **options) -> str``. The module of a format, and the library it writes with, is imported
when the format is first used: reading this dictionary costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from validation.report import Report

__all__ = ["FORMATS", "Renderer"]


class Renderer(Protocol):
    """What writes a report as text. It takes the options of all formats, and passes over those that mean nothing to it."""

    def __call__(self, report: Report, /, **options: Any) -> str: ...


def _lazily(module: str, function: str) -> Renderer:
    def render(report: Report, /, **options: Any) -> str:
        renderer: Renderer = getattr(import_module(f"{__name__}.{module}"), function)
        return renderer(report, **options)

    render.__name__ = render.__qualname__ = function
    return render


FORMATS: dict[str, Renderer] = {
    "text": _lazily("text", "render_text"),
    "json": _lazily("json_report", "render_json"),
    "html": _lazily("html_report", "render_html"),
    "markdown": _lazily("markdown", "render_markdown"),
    "github": _lazily("github", "render_github"),
    "sarif": _lazily("sarif", "render_sarif"),
    "junit": _lazily("junit", "render_junit"),
}
