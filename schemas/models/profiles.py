"""The table ``profiles``."""

from __future__ import annotations

from schemas import field
from schemas.model import Model

__all__ = ["Profiles"]


class Profiles(Model):
    """A sourced statement about a treatment or a class of treatments."""

    treatment_id: str = field.term("subjects", "Treatment or class", "What the statement is about.", key=True)
    attribute: str = field.term("profile_attributes", "Attribute", "The respect in which it describes the treatment.", key=True)
    source_id: str = field.reference("sources", "Source", "The document with the statement.", key=True)
    text: str = field.text("Statement", "In our words.", required=True)
    source_locator: str = field.text("Place in the source", "Table, figure or page.")
    value_low: float = field.number("Value, low", "The figure in the statement, or the lower end of its range.", "unit")
    value_high: float = field.number("Value, high", "The upper end of the range; empty for a single figure.", "unit")
    value_bound: str = field.term("value_bounds", "Bound", "Whether the figure is exact, approximate or a bound.", required=False)
    unit: str = field.text("Unit", "Unit of the figure, in the words that a claim would use.")
