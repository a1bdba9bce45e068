"""The runs of a workbook's text, of which one may be raised, lowered or struck out: a footnote's mark after a number, or a digit that is no longer meant."""

from __future__ import annotations

__all__ = ["APART", "Runs", "sets_apart"]

APART = "raised, lowered or struck out, in whole or part"


def sets_apart(called: str, attributes: dict[str, str]) -> bool:
    """Whether an element of a font or of a run's properties raises, lowers or strikes out what it is of."""
    value = attributes.get("val", "1")
    return (called == "strike" and value not in {"0", "false"}) or (
        called == "vertAlign" and value in {"superscript", "subscript"}
    )


class Runs:
    """Whether the run that is being read sets its text ``apart`` from the rest."""

    def __init__(self) -> None:
        self.apart = False

    def start(self, called: str, attributes: dict[str, str]) -> None:
        if called == "r":
            self.apart = False
        elif sets_apart(called, attributes):
            self.apart = True

    def end(self, called: str) -> None:
        if called == "r":
            self.apart = False
