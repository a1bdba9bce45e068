"""Claims on delivery, course, onset and the like: compared with sourced statements, where both give a figure in the same unit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from textwrap import shorten

from registry.auditing.changing import in_span, supported_instead, undone
from registry.auditing.claims import Claim
from registry.auditing.coherence import claimed
from registry.auditing.grounds import Evidence, Ground, Word
from registry.auditing.holding import only_parts
from registry.auditing.knowledge import Knowledge, ProfileStatement, Separation
from registry.auditing.margins import Bearing, around, everything, loose, settled, view, wanted
from registry.auditing.spans import TIMES, Span, figure_in_words, span_of
from registry.auditing.spans import said as said_as
from schemas.roles import placebos_in_words
from schemas.wording import counted, in_quotes, listed

__all__ = ["judged_statement"]


_LONGEST = 36
"""Characters of a title in the reasoning, which names several."""

_LEAST_SOURCES = 2
"""One source, like one trial, settles nothing: what one clinic does isn't what is usual."""


_ROUNDED = 1.001
"""Two hours are 0.0833 days in the tables."""

_COUNTS = "Counts of adverse events by arm, which `compare` shows, are not compared with claims."


def judged_statement(claim: Claim, known: Knowledge) -> Ground:
    """The ground of a claim that isn't about a rate: what every sourced figure in its unit says about it. Of side effects it says what isn't looked at."""
    ground = _judged(claim, known)
    return replace(ground, because=(*ground.because, _COUNTS)) if claim.attribute == "side-effects" else ground


def _judged(claim: Claim, known: Knowledge) -> Ground:
    span = span_of(claim.low, claim.high, claim.bound, claim.unit)
    stated = [_as_evidence(s, span, known, claim.subject) for s in known.of_subject(claim.attribute, claim.subject)]
    within = None if claim.population is None else known.within(claim.population)
    seen = [s for s in known.separations if claim.subject in s.subjects and (within is None or s.population in within)]
    # What parts of the people show is looked at only where nothing is of exactly the claimed ones.
    visits = [s for s in seen if s.population == claim.population] or seen
    parts = only_parts(claim, (one.population for one in visits), known)
    parted = [_as_visits(visits, span, known)] if visits else []
    # What has a figure stands first: it decides.
    evidence = tuple(
        sorted([*stated, *(parted if claim.attribute == "onset" else [])], key=lambda e: not e.figures.get("compared"))
    )
    figures = [item for item in evidence if item.figures.get("compared")]
    about = f"the {claim.attribute.replace('-', ' ')} of {known.word(claim.subject)}"
    holds = f"The registry has {counted(len(evidence), 'sourced statement') if evidence else 'no sourced statement'} on {about}"
    if span is None or everything(span):
        gap, lacks = ("no-figure", "gives no figure") if span is None else ("any-value", "holds every possible value")
        because = (f"The claim {lacks}.", f"{holds}{', to be read next to it' if evidence else ''}.")
        change = _figure_wanted(claim, known)
        return Ground(Word.NOT_JUDGED, because, ("a figure in the claim",), evidence=evidence, to_change=change, gap=gap)
    if not figures:
        gap, lacks = ("no-sourced-figure", "a sourced figure") if evidence else ("no-statement", "a source")
        told = f"{holds}, but none with a figure to compare with {claimed(claim)}." if evidence else f"{holds}."
        of = f"in {claim.unit}" if claim.unit else "in its unit"
        change = f"Two sources that state {about} {of} would be compared with it."
        if claim.attribute == "onset" and span.unit != "days":
            change = f"Onset is compared in {listed(TIMES)}: a claim in one of these, and no other words, would be one to judge."
        return Ground(Word.NOT_JUDGED, (told,), (lacks,), evidence=evidence, to_change=change, gap=gap)
    ground = _weighed(claim, span, figures, evidence)
    first, *others = ground.because
    told = f"{first}{parts}" if any(item.kind == "separation" for item in figures) else first
    return replace(ground, because=(told, *others))


def _figure_wanted(claim: Claim, known: Knowledge) -> str:
    """Figures are compared in one unit, so those that sources give are named."""
    stated = known.of_subject(claim.attribute, claim.subject)
    units = sorted({s.unit for s in stated if s.unit and span_of(s.low, s.high, s.bound, s.unit) is not None})
    if not units:
        return "A figure in the claim would make it one to judge, once two sources give one in its unit."
    return f"A figure in the claim would make it one to judge: sources give figures in {listed(units)}."


def _weighed(claim: Claim, span: Span, figures: Sequence[Evidence], evidence: tuple[Evidence, ...]) -> Ground:
    said = {
        agrees: "; ".join(str(item.figures["figure"]) for item in figures if item.agrees is agrees)
        for agrees in (True, False, None)
    }
    within = "it and its margin" if span.near else "it"
    unit, margin = str(claim.unit), around(span)
    agreeing = f"{'of' if span.one_sided else 'within'} {in_span(wanted(span), unit)}"
    beyond = f"outside {in_span(margin, unit)}"
    if span.one_sided:
        beyond = f"under {said_as(margin.low, unit)}" if span.high_open else f"over {said_as(margin.high, unit)}"
    spans = [item.span for item in figures if item.span is not None]
    # Trials are as many sources, in however many documents they are told.
    alone = sum({(item.sources, item.kind): item.figures.get("trials", 1) for item in figures}.values()) < _LEAST_SOURCES
    because: tuple[str, ...]
    word = settled([item.agrees for item in figures])
    far = (loose(span),) if any(item.figures.get("beyond") for item in figures) else ()
    if word in {Word.SUPPORTED, Word.CONTRADICTED} and alone:
        does = f"lies within {within}" if word is Word.SUPPORTED else "misses it and its margin"
        one = (
            f"The one sourced figure in that unit {does}: {said[word is Word.SUPPORTED]}.",
            "One source, like one trial, settles nothing.",
        )
        change = (
            f"A second source that gave a figure {agreeing if word is Word.SUPPORTED else beyond} would have it {word.value}."
        )
        return Ground(Word.UNDECIDED, (*one, *far), ("a second source",), evidence=evidence, to_change=change)
    if word is Word.SUPPORTED:
        because = (f"Every sourced figure in that unit lies within {within}: {said[True]}.",)
        change = undone(span, spans, "A sourced figure", unit)
        if any(item.kind == "separation" for item in figures):
            change += " So would a trial in which an arm was compared in time and hadn't separated."
        return Ground(word, (*because, *far), evidence=evidence, to_change=change)
    if word is Word.CONTRADICTED:
        because = (f"Every sourced figure in that unit misses it and its margin: {said[False]}.",)
        return Ground(word, (*because, *far), evidence=evidence, to_change=supported_instead(span, spans, unit))
    parts = {"within it": said[True], "outside it": said[False], "overlapping it, which decides nothing": said[None]}
    because = (
        f"The sourced figures in that unit don't settle it: {'; '.join(f'{how}: {which}' for how, which in parts.items() if which)}.",
    )
    against = [item for item in figures if not item.agrees]
    if alone:
        change = f"At least two sources, this one among them, would have to give figures {agreeing} to support it, or {beyond} to contradict it."
    else:
        which = "They" if len(against) > 1 else "Those trials" if against[0].kind == "separation" else "That source"
        change = f"{which} would have to give figures {agreeing}. {supported_instead(span, spans, unit)}"
    return Ground(Word.UNDECIDED, because, ("agreement of the sources",), evidence=evidence, to_change=change)


def _as_evidence(statement: ProfileStatement, span: Span | None, known: Knowledge, subject: str) -> Evidence:
    own = span_of(statement.low, statement.high, statement.bound, statement.unit)
    of = f"({known.word(statement.subject)}) " if statement.subject != subject else ""
    sources = (statement.source,) if statement.source else ()
    # A bare per cent is a share of anything: of those with nausea here, of those with headaches there.
    said = view(span, own, own) if own is not None and span is not None and own.unit == span.unit != "%" else None
    figure = f"{figure_in_words(statement.low, statement.high, statement.bound, statement.unit)}{_by(statement.cited)}"
    return Evidence(
        "statement",
        f"{of}{statement.text}",
        sources,
        statement.locator,
        agrees=None if said is None else said.agrees,
        figures={} if own is None else {"figure": figure, **_marks(said)},
        span=own,
        source_ids=(statement.source_id,) if statement.source_id else (),
    )


def _as_visits(visits: Sequence[Separation], span: Span | None, known: Knowledge) -> Evidence:
    """What the trials that looked show about how soon it works, those that found nothing too: the first of many trials to find something says little.

    By the visit at which an arm separates the treatment had started to work; it may have worked earlier, unmeasured or in too few participants. An arm that
    looked within the claimed time and hadn't separated leaves it open, and so does one that looked first after it and hadn't separated even then. One that
    had by its first look, after the claimed time, doesn't bear on it. So what is shown by a day is shown by every later one.
    """
    in_days = span if span is not None and span.unit == "days" else None
    # A claim that it begins at some day, or later, is wrong if it had begun before that and its margin.
    late = in_days is not None and in_days.low > 0
    end = math.inf if in_days is None else around(in_days).low if late else in_days.high
    looked, behind = _parted(visits, end, before=late)
    everywhere, _ = _parted(visits, math.inf)
    last = max(looked.values(), default=math.inf)
    said = None if in_days is None else Bearing(agrees=None)
    if in_days is not None and math.isfinite(last) and not behind:
        shown = Span(0, last if late else min(last, end), "days")
        said = view(in_days, shown, shown)
    agrees = None if said is None else said.agrees
    first = min((one for one in visits if one.separate), key=lambda one: (one.day, one.treatment, one.study), default=None)
    number = sum(day < math.inf for day in (looked or everywhere).values())
    controls = placebos_in_words({one.control_role for one in visits if one.day <= end or not looked})
    within = f" {'before' if late else 'by'} {_visit(end)}" if looked and end < math.inf else ""
    counted_in = [one for one in visits if not looked or one.day <= end * _ROUNDED]
    some_only = ", by some scale or rule if not by all" if number and _differ(counted_in) else ""
    total = len(looked or everywhere)
    trials = f"{number or 'none'} of {total} trials" if total > 1 else "the one trial"
    every = "not every" if total == 1 and not number else "every"
    of = f"in {trials} that looked{within} {every} arm separated from {controls}{' by then' if within else ''}{some_only}"
    some = visits[0] if first is None else first
    told = "" if first is None else f"the first by {_visit(first.day)}, in {first.study}"
    still = f"; in {counted(len(behind), 'trial')} that first looked later some arm hadn't even then" if within and behind else ""
    figure = f"{of}{f' ({told})' if told else ''}{still}"
    figures = {"figure": figure, "trials": len(looked) or 1, **({} if first is None else {"day": first.day}), **_marks(said)}
    text = f"{known.word(some.treatment) + ': ' if first else ''}{told}{f' ({first.measure}); ' if first else ''}{of}{still}"
    sources = tuple(sorted({one.source for one in visits if one.source and (one.day <= end or behind)})) or tuple(
        sorted({one.source for one in visits if one.source})
    )
    locator = None if first is None else first.locator
    return Evidence(
        "separation",
        text,
        sources,
        locator,
        agrees=agrees,
        figures=figures,
        span=Span(0, last if agrees is not None else max(everywhere.values()), "days"),
    )


def _parted(visits: Sequence[Separation], end: float, *, before: bool = False) -> tuple[dict[str, float], set[str]]:
    """Of each trial that looked until ``end``, or ``before`` it, the day by which every arm had separated: infinite if one hadn't. And the trials with an arm
    that looked first after it, and hadn't separated at that first look.
    """
    arms: dict[tuple[str, str], list[Separation]] = {}
    for one in visits:
        arms.setdefault((one.trial or one.study, one.arm), []).append(one)
    looked: dict[str, float] = {}
    behind: set[str] = set()
    for (trial, _), seen in arms.items():
        in_time = [one for one in seen if (one.day < end / _ROUNDED if before else one.day <= end * _ROUNDED)]
        if in_time:
            day = min((one.day for one in in_time if one.separate), default=math.inf)
            looked[trial] = max(looked.get(trial, 0.0), day)
        else:
            first = min(one.day for one in seen)
            if not any(one.separate for one in seen if one.day == first):
                behind.add(trial)
    return looked, behind


def _differ(visits: Sequence[Separation]) -> bool:
    """Whether an arm had separated at a visit by one scale, rule or set of people and not by another."""
    found: dict[tuple[str, str, float], set[bool]] = {}
    for one in visits:
        found.setdefault((one.trial or one.study, one.arm, one.day), set()).add(one.separate)
    return any(len(both) > 1 for both in found.values())


def _visit(day: float) -> str:
    return f"day {day:.3g}" if day >= 1 else f"hour {day * 24:.0f}"


def _marks(said: Bearing | None) -> dict[str, bool]:
    """What a figure that was compared with the claim carries: that it was, and whether it is far from a claimed bound."""
    return {} if said is None else {"compared": True, **({"beyond": True} if said.beyond else {})}


def _by(title: str | None) -> str:
    """The source's title, or its beginning: the evidence has the document itself."""
    return f" in “{in_quotes(shorten(title, _LONGEST, placeholder='…'))}”" if title else ""
