"""What each figure of an entry says, read from its own words; or why it isn't taken. Nothing is guessed: what isn't said is unstated."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby

from registry.trialregistry.deciding import FigureSense, refuse_other_days, refuse_undecided, speaks_of
from registry.trialregistry.figures import Figure
from registry.trialregistry.measures import Reading, plausible
from registry.trialregistry.others import (
    counts_those_without,
    refuse_differences,
    refuse_not_points,
    refuse_others,
    says_no,
    whole_of,
)
from registry.trialregistry.people import is_of_those_seen, missing_of, named_in, refuse_other_set, set_of, subset_of
from registry.trialregistry.phases import check_times
from registry.trialregistry.rules import CountingRule, definition_of, other_baseline, qualified, rules_in, sustained_in, turned
from registry.trialregistry.saying import (
    is_turned,
    refuse_counts_of_others,
    refuse_estimates,
    refuse_other_values,
    refuse_some,
    rule_not_understood,
)
from registry.trialregistry.scales import OTHER, SEVERAL, other_than, scale_of
from registry.trialregistry.starts import anchor_of
from registry.trialregistry.stated import Stated, find_stated, read_stated
from registry.trialregistry.texts import Read, Text, clean, sentences
from registry.trialregistry.times import UNTIMED, Time, before_treatment, is_baseline, time_of, visits_in
from registry.trialregistry.understanding import check_population, check_rule, check_titles
from registry.trialregistry.values import (
    COUNTED,
    MEANS,
    NotTakenError,
    analysed,
    check_range,
    count_of,
    estimate_of,
    negative,
    number_of,
    refuse_no_mean,
    spread_of,
)
from schemas.vocabulary import terms

__all__ = ["Reading", "read_figures", "refuse_other_words"]

NOTHING: Mapping[tuple[int, str, str], Stated] = {}
RESPONSE = "response"
REMISSION = "remission"
_WORDS = {
    RESPONSE: re.compile(
        r"(?<!non-)(?<!non)\brespon(?:se|ses|ders?|ded)\b(?! (?:rate )?(?:scale|sheet|time|questionnaire))", re.IGNORECASE
    ),
    REMISSION: re.compile(r"(?<!non-)\bremi(?:ssions?|tters?|tted)\b", re.IGNORECASE),
}
_CHANGE = re.compile(r"\bchanges?\b|\bdifference from baseline\b", re.IGNORECASE)
_OTHER_SIGN = re.compile(
    r"\b(?:reduc\w*|decreas\w*|improv\w*|declin\w*|differences?|deltas?|drop\w*|lowering|increase\w*|increasing|shifts?|gains?|falls?|variations?|worsening|deteriorat\w*)\b|\u0394",
    re.IGNORECASE,
)
_FROM_BASELINE = re.compile(rf"(?:{_CHANGE.pattern}|{_OTHER_SIGN.pattern})\s+from\s+(?:the\s+)?baseline\b", re.IGNORECASE)
_PERCENT_CHANGE = re.compile(
    r"\bpercent(?:age)?[- ](?:change|reduction|improvement|decrease)|% (?:change|reduction|improvement)|\bratio\b|\blog\b",
    re.IGNORECASE,
)
_UNCLEAR_BY = re.compile(
    r"\b(?:by|within|up to|through|thru|until) (?:the )?(?:end of )?(?:the )?(?:(?:study|double[- ]blind) )?(?:\d+[\s-]?)?(?:days?|weeks?|months?|hours?|treatment|study|trial|end-?point|acute|phase|period)\b",
    re.IGNORECASE,
)
_LONGEST = 5_000  # characters of a text; ClinicalTrials.gov allows 999


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
            texts = _Texts(figure)
            return texts.understood(_score(figure, texts, siblings), ordinary)
        if figure.measure.param in COUNTED:
            texts = _Texts(figure)
            return texts.understood(_outcome(figure, texts), ordinary)
    except NotTakenError as why:
        return Reading(figure, refused=str(why))
    kind = figure.measure.param.lower().replace("_", " ") or "value of an unstated kind"
    return Reading(figure, refused=f"a {kind} is neither a count nor a mean")


class _Texts:
    """The words about a figure, cleaned."""

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

    def understood(self, reading: Reading, ordinary: Collection[str]) -> Reading:
        """The reading, if every word of the titles, of the rule's sentence and of the population is known or was read."""
        rule = reading.rule.spans if reading.rule else []
        said = [
            *rule,
            *(read.words for read in (reading.people, reading.missing, reading.anchor)),
            reading.subset,
            missing_of(self.population).words,
        ]
        said = [words for words in said if words]
        at_one_visit = reading.rule is None or reading.rule.ascertainment == "point"
        check_titles(reading.figure, [*self.own, self.title], said, ordinary, at_one_visit=at_one_visit)
        of = {word: rules_in(self.description, word, reading.scale.term) if reading.rule else [] for word in _WORDS}
        every = [words for rules in of.values() for one in rules for words in one.spans]
        for part in (one for one in sentences(self.description) if one.words not in ordinary):
            ruled = any(one.spans[0] in part.words for one in of.get(reading.word.term, of[RESPONSE]))
            if ruled or (at_one_visit and reading.count and speaks_of(part, reading.word.term, reading.scale.term)):
                check_rule(part, every, ordinary, at_one_visit=at_one_visit)
        about = self.sense(reading, every, ordinary)
        refuse_undecided(self.description, about)
        refuse_undecided(Text("comment", clean(reading.figure.comment)), about)
        of_some = bool(reading.subset) or re.search(r"\bperiod [2-9]", reading.figure.group.title, re.IGNORECASE) is not None
        titles = [*self.own, self.title]
        check_times(self.frame, titles, clean(reading.figure.group.title), reading.time.day, ordinary)
        said += ["subset"] if is_of_those_seen(self.population) else []
        check_population(self.population, said, ordinary, people=reading.people.term, of_some=of_some)
        refuse_other_days(self.population, about)
        return reading

    def sense(self, reading: Reading, rules: Collection[str], ordinary: Collection[str]) -> FigureSense:
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
            timed_by=[*self.own, self.title, self.frame],
            only_here=reading.scale.place == "description",
            ordinary=ordinary,
        )


def refuse_other_words(text: Text, reading: Reading, ordinary: Collection[str]) -> None:
    """Raise where a text beside a figure that was taken may make it another one, or has another set."""
    refuse_undecided(text, _Texts(reading.figure).sense(reading, reading.rule.spans if reading.rule else [], ordinary))
    refuse_other_set(text, reading.people)


def _outcome(figure: Figure, texts: _Texts) -> Reading:
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
        texts.title, word.term if word.term in _WORDS else RESPONSE, ""
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
    if rule is not None and rule.ascertainment == "point" and word.term in _WORDS:
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


def _check_plain(rule: CountingRule, word: str, texts: _Texts, time: Time) -> None:
    """Raise where the sentence of a rule for one visit is about several, or about another sort of remission than the figure."""
    named = " ".join(text.words for text in [*texts.own, texts.title])
    for part in sentences(texts.description):
        if rule.place != "description" or rule.spans[0] not in part.words:
            continue
        if time.read.place not in {"class", "category"} and (visits := visits_in(part)):
            raise NotTakenError(f"the rule names several visits, and whether it must be met at each isn't said: {visits}")
        sort, other = qualified(part.words), qualified(named)
        if sort != other and _WORDS[word].search(part.words):
            raise NotTakenError(f"the rule is of {sort or 'plain'} {word}, and the figure of {other or 'plain'} {word}")


def _own_or_frame(texts: _Texts) -> str:
    own = next((text.words for text in texts.own if re.search(r"\b(?:to|through)\b", text.words)), "")
    return own or texts.frame.words


def _word_of(texts: _Texts) -> Read:
    """Response or remission: by the class or category, else the title, else the description. A title that names both needs a class."""
    for text in [*texts.own, texts.title]:
        named = {word: match[0] for word, pattern in _WORDS.items() if (match := pattern.search(text.words))}
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
    named = {word: match[0] for word, pattern in _WORDS.items() if (match := pattern.search(texts.description.words))}
    if len(named) == 1:
        ((word, words),) = named.items()
        defining = [part for part in sentences(texts.description) if _WORDS[word].search(part.words)]
        if all(counts_those_without(part.words) for part in defining):
            raise NotTakenError(f"it counts those without {word}")
        return Read(word, words, "description")
    raise NotTakenError("it is neither response nor remission")


def _scale_and_rule(texts: _Texts, word: str) -> tuple[Read, CountingRule | None]:
    pattern = _WORDS[word] if word in _WORDS else _WORDS[RESPONSE]
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
        for rule in rules_in(text, word if word in _WORDS else RESPONSE, scale.term):
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


def _onset(texts: _Texts) -> Text | None:
    return next((text for text in texts.own if re.search(r"\bday \d+", text.words, re.IGNORECASE)), None)


def _definition(word: str, scale: Read, rule: CountingRule | None, texts: _Texts) -> str:
    """The definition's term. Raises where the vocabulary has none."""
    if rule is None:
        if word in _WORDS and (said := rule_not_understood(texts.description, _WORDS[word], scale.term)):
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


def _score(figure: Figure, texts: _Texts, siblings: Sequence[Figure]) -> Reading:
    scale = scale_of([*texts.own, texts.title, texts.description])
    if scale.term in {OTHER, "unstated"}:
        raise NotTakenError("it isn't of a scale of depression")
    if scale.term == SEVERAL:
        raise NotTakenError(f"several scales are named, and nothing says which: {scale.words}")
    texts.refuse_others()
    if scale.place != "description" and (words := other_than(scale, [texts.description])):
        raise NotTakenError(f"the {scale.place} is of `{scale.words}`, and the description of `{words}`")
    if re.search(
        r"(?:percent\w*|%|proportion|number) of (?:the )?(?:participants|patients|subjects)", figure.measure.unit, re.IGNORECASE
    ):
        raise NotTakenError(f"it is a mean whose unit is `{figure.measure.unit}`, which is neither a count nor a mean on a scale")
    named = [texts.title.words, clean(figure.measure.unit), *(text.words for text in texts.own)]
    if any(_PERCENT_CHANGE.search(words) or re.search("percent|%", words, re.IGNORECASE) for words in named):
        raise NotTakenError("it is in percent, not in points")
    refuse_not_points(clean(figure.measure.unit), scale.term)
    refuse_no_mean(figure)
    refuse_other_values(texts.description)
    refuse_some(texts.description)
    statistic = _statistic(texts, siblings)
    if statistic.term == "change" and (
        words := next(filter(None, (other_baseline(t.words) for t in [*texts.own, texts.title])), "")
    ):
        raise NotTakenError(f"it is a change `{words}`, and not from the baseline of the study")
    missing = missing_of(named_in(texts.own, texts.title), texts.description, texts.population, scale)
    time = time_of(texts.own, texts.title, texts.frame)
    if statistic.term == "baseline":
        time = Time("0", statistic)
    if time.problem:
        raise NotTakenError(time.problem)
    if scale.term == "cgi-i" and statistic.term == "change":
        raise NotTakenError("the CGI-I is itself a rating of change")
    mean = number_of(figure)
    check_range(scale.term, statistic.term, mean)
    raw = [figure.class_title, figure.category_title, figure.measure.title, figure.measure.description, figure.measure.time_frame]
    flipped = statistic.term == "change" and is_turned(raw)
    sd, untaken = spread_of(figure)
    return Reading(
        figure,
        word=statistic,
        scale=scale,
        statistic=statistic.term,
        estimate=estimate_of(figure),
        time=time,
        anchor=anchor_of([*texts.own, texts.title, texts.frame]),
        people=set_of(named_in(texts.own, texts.title), texts.population, missing),
        missing=missing,
        subset=subset_of(texts.title),
        n=analysed(figure),
        mean=negative(mean) if flipped else mean,
        printed=mean,
        sd=sd,
        untaken=untaken,
    )


def _statistic(texts: _Texts, siblings: Sequence[Figure]) -> Read:
    """Change, endpoint or baseline: by the class or category, else by the title, or the unit and the time frame."""
    classes = {clean(f"{s.class_title} {s.category_title}") for s in siblings}
    about = [texts.title, texts.unit, texts.frame]
    changed = next((Read("change", match[0], t.place) for t in about if (match := _CHANGE.search(t.words))), None)
    for text in texts.own:
        if match := _CHANGE.search(text.words):
            return Read("change", match[0], text.place)
        if is_baseline(text, of_change=changed is not None):
            return Read("baseline", text.words, text.place)
    levels = any(before_treatment(words) and not _CHANGE.search(words) for words in classes)
    if match := next((m for t in [*texts.own, *([] if changed else about)] if (m := _OTHER_SIGN.search(t.words))), None):
        raise NotTakenError(f"whether a `{match[0].lower()}` is printed with a minus isn't said")
    if changed and levels and any(_CHANGE.search(words) for words in classes):
        return Read("endpoint", texts.own[0].words if texts.own else changed.words, "class")
    if changed and levels:
        raise NotTakenError(f"the {changed.place} says change, and a class gives the baseline: this may be a change or a level")
    return changed or _baseline(texts) or _level(texts, has_baseline=levels)


def _baseline(texts: _Texts) -> Read | None:
    """A level before the treatment: by the title, or by a time frame of nothing else."""
    if words := before_treatment(texts.title.words) or next(
        iter(re.findall(r"\bbaseline\b", texts.title.words, re.IGNORECASE)), ""
    ):
        if words.lower() != "baseline" or time_of(texts.own, texts.title, texts.frame) != UNTIMED:
            raise NotTakenError(
                f"the title names the {words.lower()} and the text another day: whether it is a level or a change isn't said"
            )
        return Read("baseline", words, "title")
    if not texts.own and is_baseline(texts.frame, of_change=False):
        return Read("baseline", texts.frame.words, texts.frame.place)
    return None


def _level(texts: _Texts, *, has_baseline: bool) -> Read:
    """A level: by the title, or where that only names the scale, by the description, if no baseline is beside its time that it may be a change from."""
    said = re.search(r"\bscores?\b|\btotal\b|\brating\b", texts.title.words, re.IGNORECASE)
    described = re.search(r"\b(?:total|sum|overall)? ?\bscores?\b", texts.description.words, re.IGNORECASE)
    if said is None and (described is None or not (has_baseline or not re.search("baseline", texts.frame.words, re.IGNORECASE))):
        raise NotTakenError("whether it is a change or a level isn't said")
    if words := next(
        (m[0] for p in sentences(texts.description) if (m := _FROM_BASELINE.search(p.words)) and "%" not in p.words), ""
    ):
        raise NotTakenError(f"the title is of a level, and the description says `{words}`")
    return Read("endpoint", said[0], "title") if said else Read("endpoint", described[0] if described else "", "description")
