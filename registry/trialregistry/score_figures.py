"""What a mean on a scale of depression says: change, level or baseline, its time, set and people."""

from __future__ import annotations

import re
from collections.abc import Sequence

from registry.trialregistry.figure_texts import FigureTexts
from registry.trialregistry.figures import Figure
from registry.trialregistry.measures import Reading
from registry.trialregistry.others import (
    refuse_not_points,
)
from registry.trialregistry.people import missing_of, named_in, set_of, subset_of
from registry.trialregistry.rules import other_baseline
from registry.trialregistry.saying import (
    is_turned,
    refuse_other_values,
    refuse_some,
)
from registry.trialregistry.scales import OTHER, SEVERAL, other_than, scale_of
from registry.trialregistry.starts import anchor_of
from registry.trialregistry.texts import Read, clean, sentences
from registry.trialregistry.times import UNTIMED, Time, before_treatment, days_in, is_baseline, time_of
from registry.trialregistry.values import (
    NotTakenError,
    analysed,
    check_range,
    estimate_of,
    negative,
    number_of,
    refuse_no_mean,
    spread_of,
)

__all__ = ["read_score"]

_CHANGE = re.compile(r"\bchanges?\b|\bdifference from baseline\b", re.IGNORECASE)
_OTHER_SIGN = re.compile(
    r"\b(?:reduc\w*|decreas\w*|improv\w*|declin\w*|differences?|deltas?|drop\w*|lowering|increase\w*|increasing|shifts?|gains?|falls?|variations?|worsening|deteriorat\w*)\b|\u0394",
    re.IGNORECASE,
)
_FROM_BASELINE = re.compile(rf"(?:{_CHANGE.pattern}|{_OTHER_SIGN.pattern})\s+from\s+(?:the\s+)?baseline\b", re.IGNORECASE)
_EARLIER = re.compile(
    r"\b(?:baseline|screening)\b(?!\s*(?:[(\[:=/-]|is|at|on)+\s*(?:at |on )?(?:study )?day 1\b)|\bday\s*(?:0|-\s*\d+)\b|\bpre-?(?:dose|infusion|treatment)\b",
    re.IGNORECASE,
)
_PERCENT_CHANGE = re.compile(
    r"\bpercent(?:age)?[- ](?:change|reduction|improvement|decrease)|% (?:change|reduction|improvement)|\bratio\b|\blog\b",
    re.IGNORECASE,
)


def read_score(figure: Figure, texts: FigureTexts, siblings: Sequence[Figure]) -> Reading:
    """A mean as a level of a scale of depression, a change from baseline or the baseline itself; ``siblings`` are the figures of its measure, whose
    classes may give the baseline. Raises ``NotTakenError``, with the words, where that is left open.
    """
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
    if statistic.term == "endpoint" and time.read.words.lower() == "day 1" and _is_first(texts, siblings):
        raise NotTakenError(
            "`Day 1` may be before the first dose or after it: it is the first of several days, and no baseline is named beside it"
        )
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


def _statistic(texts: FigureTexts, siblings: Sequence[Figure]) -> Read:
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


def _is_first(texts: FigureTexts, siblings: Sequence[Figure]) -> bool:
    """Whether day 1 is the first of several days, and neither a class nor, beside day 1, the time frame names a baseline that isn't day 1 itself."""
    several = len({s.class_title for s in siblings}) > 1 or len(days_in(texts.frame)) > 1
    beside = re.search(r"\b(?:days?|d) ?1\b", texts.frame.words, re.IGNORECASE) or not days_in(texts.frame)
    named = [texts.frame.words] if beside else []
    return several and not _EARLIER.search(" ; ".join([*named, *(clean(s.class_title) for s in siblings)]))


def _baseline(texts: FigureTexts) -> Read | None:
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


def _level(texts: FigureTexts, *, has_baseline: bool) -> Read:
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
