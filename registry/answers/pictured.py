"""A picture on a page, with what belongs to it: its figures as a table and to be downloaded, and R that draws it again."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from markupsafe import Markup, escape

from registry.answers.pages import template
from registry.exporting.tables import Cell
from registry.forest.pictures import Picture, csv_of, fitted
from validation.formats.visible import visible, well_formed

__all__ = ["cells_told", "pictured"]


def pictured(picture: Picture, data: str | None = None, *, table: bool = True, elsewhere: str | None = None) -> Markup:
    """The picture as an element of a page. ``data`` is the address of its table; without one the table is in the link itself, for a page that
    stands alone. ``table`` is false where the page has the same figures beside it, or where another page has them, ``elsewhere``.
    """
    return Markup(  # noqa: S704  a template of ours
        template("picture.html.jinja").render(
            picture=picture,
            drawn=fitted(picture.draw, picture.named),
            data=data or f"data:text/csv;charset=utf-8,{quote(well_formed(csv_of(picture)))}",
            table=[cells_told(row) for row in picture.table] if table else [],
            elsewhere=elsewhere,
        )
    )


def cells_told(row: Mapping[str, Cell]) -> Markup:
    """The cells of a row of a table as a reader has them."""
    # No cell has a line end, which is written out; to escape a row at once takes a third of the time.
    cells = str.split(escape("\n".join(_told(cell) for cell in row.values())), "\n")
    return Markup(f"<td>{'</td><td>'.join(cells)}</td>")  # noqa: S704  escaped


def _told(cell: Cell) -> str:
    """A cell as a reader has it; the file has it unrounded."""
    if cell is None:
        return "–"
    return f"{cell:.4g}" if isinstance(cell, float) else f"{cell:,}" if isinstance(cell, int) else visible(cell)
