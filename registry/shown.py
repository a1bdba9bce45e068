"""Objects that show themselves in a notebook: a few lines, and a short table.

What is shown of each kind is said by ``registry.answers.notebook``, which is above all of them in the order of imports: it is imported when
something is to be shown.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas
    import polars as pl

__all__ = ["Shown", "drawn", "must_have_pandas"]


class Shown:
    """An object whose ``repr`` is three lines at most, which a notebook shows with a table of at most ten rows."""

    def __repr__(self) -> str:
        return "\n".join(_notebook().lines(self))

    def _repr_html_(self) -> str:
        return str(_notebook().html(self))

    def to_polars(self) -> pl.DataFrame:
        """All rows of the table that a notebook shows the first ones of, with figures as numbers."""
        frame: pl.DataFrame = _notebook().frame(self)
        return frame

    def to_pandas(self) -> pandas.DataFrame:
        """The same as a pandas frame. Raises ``ModuleNotFoundError`` where pandas isn't installed."""
        must_have_pandas()
        return self.to_polars().to_pandas()


def must_have_pandas() -> None:
    """Raises ``ModuleNotFoundError`` where pandas isn't installed, and says what else there is."""
    from importlib.util import find_spec

    if find_spec("pandas") is None:
        raise ModuleNotFoundError("pandas isn't installed: install it, or use the polars frames or .arrow()", name="pandas")


def drawn(comparison: Shown, measure: str, sort: str) -> Any:
    """The plot of a comparison, its trials in that order."""
    return _notebook().plot(comparison, measure, sort)


def _notebook() -> Any:
    return import_module(".answers.notebook", __package__)
