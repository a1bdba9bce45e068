"""What each figure of an entry says, read from its own words; or why it isn't taken. Nothing is guessed: what isn't said is unstated."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby

from registry.trialregistry.deciding import FigureSense, refuse_other_days, refuse_undecided, speaks_of
from registry.trialregistry.figure_texts import FigureTexts
from registry.trialregistry.figures import Figure
from registry.trialregistry.measures import Reading, plausible
from registry.trialregistry.outcome_figures import OUTCOME_WORDS, RESPONSE, read_outcome
from registry.trialregistry.people import is_of_those_seen, missing_of, refuse_other_set
from registry.trialregistry.phases import check_times
from registry.trialregistry.rules import rules_in
from registry.trialregistry.score_figures import read_score
from registry.trialregistry.stated import Stated, find_stated, read_stated
from registry.trialregistry.texts import Text, clean, sentences
from registry.trialregistry.understanding import check_population, check_rule, check_titles
from registry.trialregistry.values import (
    COUNTED,
    MEANS,
    NotTakenError,
)

__all__ = ["Reading", "read_figures", "refuse_other_words"]

NOTHING: Mapping[tuple[int, str, str], Stated] = {}


def read_figures(
    figures: Sequence[Figure], ordinary: Collection[str] = (), stated: Mapping[tuple[int, str, str], Stated] = NOTHING
) -> list[Reading]:
    """What each of an entry's figures says, in their order. ``ordinary`` are words and sentences that change nothing, as a mapping has them, and ``stated``
    is what it says that figures are, by measure, class and category.
    """
    found: list[Reading] = []
    for _, same in groupby(figures, key=lambda figure: figure.measure.number):
        measure = list(same)
        told = [(figure, find_stated(figure, stated)) for figure in measure]
        found += plausible([_read(figure, measure, ordinary) if of is None else read_stated(figure, of) for figure, of in told])
    return found


def _read(figure: Figure, siblings: Sequence[Figure], ordinary: Collection[str]) -> Reading:
    if figure.measure.status == "NOT_POSTED":
        return Reading(figure, refused="the entry says that the measure's results aren't posted")
    try:
        if figure.measure.param in MEANS:
            texts = FigureTexts(figure)
            return _understood(texts, read_score(figure, texts, siblings), ordinary)
        if figure.measure.param in COUNTED:
            texts = FigureTexts(figure)
            return _understood(texts, read_outcome(figure, texts), ordinary)
    except NotTakenError as why:
        return Reading(figure, refused=str(why))
    kind = figure.measure.param.lower().replace("_", " ") or "value of an unstated kind"
    return Reading(figure, refused=f"a {kind} is neither a count nor a mean")


def _understood(texts: FigureTexts, reading: Reading, ordinary: Collection[str]) -> Reading:
    """The reading, if every word of the titles, of the rule's sentence and of the population is known or was read."""
    rule = reading.rule.spans if reading.rule else []
    said = [
        *rule,
        *(read.words for read in (reading.people, reading.missing, reading.anchor)),
        reading.subset,
        missing_of(texts.population).words,
    ]
    said = [words for words in said if words]
    at_one_visit = reading.rule is None or reading.rule.ascertainment == "point"
    check_titles(reading.figure, [*texts.own, texts.title], said, ordinary, at_one_visit=at_one_visit)
    of = {word: rules_in(texts.description, word, reading.scale.term) if reading.rule else [] for word in OUTCOME_WORDS}
    every = [words for rules in of.values() for one in rules for words in one.spans]
    for part in (one for one in sentences(texts.description) if one.words not in ordinary):
        ruled = any(one.spans[0] in part.words for one in of.get(reading.word.term, of[RESPONSE]))
        if ruled or (at_one_visit and reading.count and speaks_of(part, reading.word.term, reading.scale.term)):
            check_rule(part, every, ordinary, at_one_visit=at_one_visit)
    about = _sense(texts, reading, every, ordinary)
    refuse_undecided(texts.description, about)
    refuse_undecided(Text("comment", clean(reading.figure.comment)), about)
    of_some = bool(reading.subset) or re.search(r"\bperiod [2-9]", reading.figure.group.title, re.IGNORECASE) is not None
    titles = [*texts.own, texts.title]
    check_times(texts.frame, titles, clean(reading.figure.group.title), reading.time.day, ordinary)
    said += ["subset"] if is_of_those_seen(texts.population) else []
    check_population(texts.population, said, ordinary, people=reading.people.term, of_some=of_some)
    refuse_other_days(texts.population, about)
    return reading


def _sense(texts: FigureTexts, reading: Reading, rules: Collection[str], ordinary: Collection[str]) -> FigureSense:
    """What the figure is known to be, for what judges sentences."""
    return FigureSense(
        kind="count" if reading.count else reading.statistic,
        scale=reading.scale.term,
        word=reading.word.term if reading.count else "",
        rules=rules,
        held=reading.rule is not None and reading.rule.ascertainment != "point",
        changes=reading.statistic == "change",
        turned=reading.printed != reading.mean,
        day=reading.time.day,
        timed_by=[*texts.own, texts.title, texts.frame],
        only_here=reading.scale.place == "description",
        ordinary=ordinary,
    )


def refuse_other_words(text: Text, reading: Reading, ordinary: Collection[str]) -> None:
    """Raise where a text beside a figure that was taken may make it another one, or has another set."""
    refuse_undecided(text, _sense(FigureTexts(reading.figure), reading, reading.rule.spans if reading.rule else [], ordinary))
    refuse_other_set(text, reading.people)
