"""What a count of responders or remitters says: its scale, rule, time, set and people."""

from __future__ import annotations

import re

from registry.trialregistry.figure_texts import FigureTexts
from registry.trialregistry.figures import Figure
from registry.trialregistry.measures import Reading
from registry.trialregistry.others import (
    counts_those_without,
    refuse_differences,
    says_no,
    whole_of,
)
from registry.trialregistry.people import missing_of, named_in, set_of, subset_of
from registry.trialregistry.rules import CountingRule, definition_of, qualified, rules_in, sustained_in, turned
from registry.trialregistry.saying import (
    refuse_counts_of_others,
    refuse_estimates,
    refuse_some,
    rule_not_understood,
)
from registry.trialregistry.scales import OTHER, SEVERAL, other_than, scale_of
from registry.trialregistry.starts import anchor_of
from registry.trialregistry.texts import Read, Text, clean, sentences
from registry.trialregistry.times import Time, before_treatment, time_of, visits_in
from registry.trialregistry.values import (
    NotTakenError,
    analysed,
    count_of,
    spread_of,
)
from schemas.vocabulary import terms

__all__ = ["OUTCOME_WORDS", "RESPONSE", "read_outcome"]

RESPONSE = "response"
REMISSION = "remission"
OUTCOME_WORDS = {
    RESPONSE: re.compile(
        r"(?<!non-)(?<!non)\brespon(?:se|ses|ders?|ded)\b(?! (?:rate )?(?:scale|sheet|time|questionnaire))", re.IGNORECASE
    ),
    REMISSION: re.compile(r"(?<!non-)\bremi(?:ssions?|tters?|tted)\b", re.IGNORECASE),
}
_UNCLEAR_BY = re.compile(
    r"\b(?:by|within|up to|through|thru|until) (?:the )?(?:end of )?(?:the )?(?:(?:study|double[- ]blind) )?(?:\d+[\s-]?)?(?:days?|weeks?|months?|hours?|treatment|study|trial|end-?point|acute|phase|period)\b",
    re.IGNORECASE,
)


def read_outcome(figure: Figure, texts: FigureTexts) -> Reading:
    """A count or share of participants as response or remission by a definition of the vocabulary. Raises ``NotTakenError``, with the words, where
    the texts don't say one, or say several things.
    """
    word = _word_of(texts)
    texts.refuse_others()
    if any(before_treatment(text.words) for text in texts.own):
        raise NotTakenError(f"`{texts.own[0].words}` is before the treatment, and the outcome is defined by what came of it")
    unit = clean(figure.measure.unit)
    told = (
        [unit] if word.place in {"class", "category"} else [unit, texts.title.words]
    )  # `Responders and Non-responders` may have both
    if any(says_no(text.words) for text in texts.own) or any(map(counts_those_without, told)):
        raise NotTakenError(f"it counts those without {word.term}")
    refuse_counts_of_others(texts.description, word.term)
    refuse_some(texts.description)
    if (words := turned(whole_of(texts.title.words))) and not rules_in(
        texts.title, word.term if word.term in OUTCOME_WORDS else RESPONSE, ""
    ):
        raise NotTakenError(f"`{words}` in the title is not what a rule for {word.term} counts")
    refuse_differences(texts.title, unit)
    scale, rule = _scale_and_rule(texts, word.term)
    definition = _definition(word.term, scale, rule, texts)
    missing = missing_of(named_in(texts.own, texts.title), texts.description, texts.population, scale)
    n = analysed(figure)
    count = count_of(figure, n, missing.term)
    if count.origin != "reported":
        refuse_estimates(texts.description)
    time = time_of(texts.own, texts.title, texts.frame)
    if rule is not None and rule.ascertainment == "sustained":
        time = time_of([], Text("rule", ""), Text("time frame", re.sub(r".*\b(?:to|through)\b", "", _own_or_frame(texts))))
    if time.problem:
        raise NotTakenError(time.problem)
    if rule is not None and rule.ascertainment == "point" and word.term in OUTCOME_WORDS:
        _check_plain(rule, word.term, texts, time)
    return Reading(
        figure,
        word=word,
        scale=scale,
        rule=rule,
        definition=definition,
        time=time,
        anchor=anchor_of([*texts.own, texts.title, texts.frame]),
        people=set_of(named_in(texts.own, texts.title), texts.population, missing),
        missing=missing,
        subset=subset_of(texts.title),
        n=n,
        count=count,
        untaken=spread_of(figure)[1],
    )


def _check_plain(rule: CountingRule, word: str, texts: FigureTexts, time: Time) -> None:
    """Raise where the sentence of a rule for one visit is about several, or about another sort of remission than the figure."""
    named = " ".join(text.words for text in [*texts.own, texts.title])
    for part in sentences(texts.description):
        if rule.place != "description" or rule.spans[0] not in part.words:
            continue
        if time.read.place not in {"class", "category"} and (visits := visits_in(part)):
            raise NotTakenError(f"the rule names several visits, and whether it must be met at each isn't said: {visits}")
        sort, other = qualified(part.words), qualified(named)
        if sort != other and OUTCOME_WORDS[word].search(part.words):
            raise NotTakenError(f"the rule is of {sort or 'plain'} {word}, and the figure of {other or 'plain'} {word}")


def _own_or_frame(texts: FigureTexts) -> str:
    own = next((text.words for text in texts.own if re.search(r"\b(?:to|through)\b", text.words)), "")
    return own or texts.frame.words


def _word_of(texts: FigureTexts) -> Read:
    """Response or remission: by the class or category, else the title, else the description. A title that names both needs a class."""
    for text in [*texts.own, texts.title]:
        named = {word: match[0] for word, pattern in OUTCOME_WORDS.items() if (match := pattern.search(text.words))}
        if len(named) == 1:
            ((word, words),) = named.items()
            return Read(word, words, text.place)
        if named:
            raise NotTakenError(f"the {text.place} names both response and remission")
    scale = scale_of([texts.title])
    if scale.term == OTHER or (
        scale.term == "unstated" and not re.search(r"reduction|improvement|decrease|depress", texts.title.words, re.IGNORECASE)
    ):
        raise NotTakenError("it is neither response nor remission")
    if rules := [r for r in rules_in(texts.title, RESPONSE, scale.term) if r.percent_reduction]:
        return Read(RESPONSE if float(rules[0].percent_reduction) >= 50 else "improvement", rules[0].words, "title")
    named = {word: match[0] for word, pattern in OUTCOME_WORDS.items() if (match := pattern.search(texts.description.words))}
    if len(named) == 1:
        ((word, words),) = named.items()
        defining = [part for part in sentences(texts.description) if OUTCOME_WORDS[word].search(part.words)]
        if all(counts_those_without(part.words) for part in defining):
            raise NotTakenError(f"it counts those without {word}")
        return Read(word, words, "description")
    raise NotTakenError("it is neither response nor remission")


def _scale_and_rule(texts: FigureTexts, word: str) -> tuple[Read, CountingRule | None]:
    pattern = OUTCOME_WORDS[word] if word in OUTCOME_WORDS else OUTCOME_WORDS[RESPONSE]
    defining = [part for part in sentences(texts.description) if pattern.search(part.words)]
    scale = scale_of([*texts.own, texts.title, *defining, texts.description])
    if scale.term == SEVERAL:
        raise NotTakenError(f"several scales are named, and nothing says which: {scale.words}")
    if scale.term == OTHER:
        raise NotTakenError(f"{word} is on another scale than one of depression: {scale.words}")
    if scale.place != "description" and (words := other_than(scale, defining)):
        raise NotTakenError(f"the {scale.place} is of `{scale.words}`, and the description of {word} on `{words}`")
    found: dict[tuple[str, ...], CountingRule] = {}
    for text in [*texts.own, texts.title, texts.description]:
        for rule in rules_in(text, word if word in OUTCOME_WORDS else RESPONSE, scale.term):
            key = (rule.comparator, rule.threshold, rule.percent_comparator, rule.percent_reduction, rule.combine)
            found.setdefault(key, rule)
    for rule in found.values():
        told = [part for part in sentences(texts.description) if rule.spans[0] in part.words]
        if rule.place == scale.place or rule.place != "description":
            continue
        if words := other_than(scale, told):
            raise NotTakenError(f"the {scale.place} is of `{scale.words}`, and the rule for {word} of `{words}`")
    signed = {rule.percent_reduction for rule in found.values() if rule.percent_comparator}
    # `50%` in the title, `at least 50%` in the description
    found = {key: r for key, r in found.items() if r.percent_comparator or r.percent_reduction not in signed}
    if len(found) > 1:
        said = "; ".join(rule.words for rule in found.values())
        raise NotTakenError(f"the text gives several rules for {word}: {said}")
    if any(re.search(r"%|[<>]", text.words) for text in texts.own) and not any(
        rule.place in {"class", "category"} for rule in found.values()
    ):
        raise NotTakenError(f"the class `{texts.own[0].words}` has a rule of its own, which can't be read")
    if scale.term == "unstated" and not found:
        raise NotTakenError("neither a scale nor a rule is named")
    stated = next(iter(found.values()), None)
    whole = [*texts.own, texts.title, *defining]
    held = sustained_in(
        stated or CountingRule(),
        whole + [p for p in sentences(texts.description) if re.search("excursion", p.words)],
        _onset(texts),
    )
    return scale, None if stated is None and held.ascertainment == "point" else held


def _onset(texts: FigureTexts) -> Text | None:
    return next((text for text in texts.own if re.search(r"\bday \d+", text.words, re.IGNORECASE)), None)


def _definition(word: str, scale: Read, rule: CountingRule | None, texts: FigureTexts) -> str:
    """The definition's term. Raises where the vocabulary has none."""
    if rule is None:
        if word in OUTCOME_WORDS and (said := rule_not_understood(texts.description, OUTCOME_WORDS[word], scale.term)):
            raise NotTakenError(f"the rule for {word} isn't understood: `{said[:120]}`")
        term = f"{word}.{scale.term}" if scale.term.endswith("unstated") else f"{word}.{scale.term}.unstated"
        if term not in terms("definitions"):
            raise NotTakenError(f"the rule isn't stated, and no term says so of {scale.term}")
        return term
    if rule.ascertainment == "point" and (
        match := next((m for text in [*texts.own, texts.title] if (m := _UNCLEAR_BY.search(text.words))), None)
    ):
        raise NotTakenError(f"`{match[0]}` may mean at that visit or at any until then")
    if rule.ascertainment == "sustained" and not rule.days:
        raise NotTakenError(f"the {word} must last, and from when to when isn't said in days")
    if (defined := definition_of(word, scale.term, rule)) is not None:
        return defined
    held = "" if rule.ascertainment == "point" else f", {rule.ascertainment}"
    on = scale.term if scale.term != "unstated" else "a scale that isn't known"
    raise NotTakenError(f"no definition in the vocabulary is {word} on {on} by `{rule.words or 'no stated rule'}`{held}")
