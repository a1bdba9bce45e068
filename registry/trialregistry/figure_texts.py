"""The words about a figure: its class, category and measure's, cleaned."""

from __future__ import annotations

from registry.trialregistry.figures import Figure
from registry.trialregistry.others import refuse_others
from registry.trialregistry.scales import OTHER, scale_of
from registry.trialregistry.texts import Text, clean
from registry.trialregistry.values import NotTakenError

__all__ = ["FigureTexts"]

_LONGEST = 5_000  # characters of a text; ClinicalTrials.gov allows 999


class FigureTexts:
    """The words about a figure, cleaned; ``own`` are those of its class and category. Raises ``NotTakenError`` for a text that no entry could have."""

    def __init__(self, figure: Figure) -> None:
        measure = figure.measure
        self.own = [
            Text(place, words)
            for place, title in (("class", figure.class_title), ("category", figure.category_title))
            if (words := clean(title))
        ]
        self.title = Text("title", clean(measure.title))
        self.description = Text("description", clean(measure.description))
        self.frame = Text("time frame", clean(measure.time_frame))
        self.population = Text("population", clean(measure.population))
        self.unit = Text("unit", clean(measure.unit))
        if max(len(t.words) for t in (*self.own, self.title, self.description, self.frame, self.population)) > _LONGEST:
            raise NotTakenError(f"a text about it has over {_LONGEST:,} characters, which no entry's has")

    def refuse_others(self) -> None:
        """Raise where the title, class or category says that the measure is of something else."""
        if (scale := scale_of([*self.own, self.title])).term == OTHER:
            raise NotTakenError(f"it is on another scale than one of depression: {scale.words}")
        refuse_others(self.own, self.title)
