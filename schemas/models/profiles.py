"""The table ``profiles``."""

from __future__ import annotations

from schemas import field
from schemas.model import Model

__all__ = ["Profiles"]


class Profiles(Model):
    """A sourced statement about a treatment or a class of treatments."""

    treatment_id: str = field.term("subjects", "Treatment or class", "What the statement is about.", key=True)
    attribute: str = field.term("profile_attributes", "Attribute", "The respect in which it speaks.", key=True)
    source_id: str = field.reference("sources", "Source", "Where it was read.", key=True)
    text: str = field.text("Statement", "In our words.", required=True)
    source_locator: str = field.text("Place in the source", "Table, figure or page.")
