"""Claims on delivery, course, onset and the like: compared with sourced statements, where both give a figure in the same unit."""

from __future__ import annotations

from collections.abc import Sequence

from registry.auditing.claims import Claim
from registry.auditing.coherence import claimed
from registry.auditing.grounds import Evidence, Ground, Word
from registry.auditing.knowledge import Knowledge, ProfileStatement, Separation
from registry.auditing.margins import Bearing, everything, loose, settled, view
from registry.auditing.spans import Span, figure_in_words, span_of

__all__ = ["judged_statement"]


def judged_statement(claim: Claim, known: Knowledge) -> Ground:
    """The ground of a claim that isn't about a rate: what every sourced figure in its unit says about it."""
    span = span_of(claim.low, claim.high, claim.bound, claim.unit)
    stated = [_as_evidence(s, span, known, claim.subject) for s in known.of_subject(claim.attribute, claim.subject)]
    visits = sorted(
        (s for s in known.separations if claim.subject in (s.treatment, s.class_)), key=lambda s: (s.day, s.treatment)
    )
    parted = [_as_visit(s, span, known) for s in visits[:1]]
    # What has a figure stands first: it decides.
    evidence = tuple(
        sorted([*stated, *(parted if claim.attribute == "onset" else [])], key=lambda e: not e.figures.get("compared"))
    )
    figures = [item for item in evidence if item.figures.get("compared")]
    subject, respect = known.word(claim.subject), claim.attribute.replace("-", " ")
    if not evidence:
        because = f"The registry has no sourced statement on the {respect} of {subject}."
        return Ground(Word.NOT_JUDGED, (because,), ("a source",))
    holds = f"The registry has {_count(evidence, 'sourced statement')} on the {respect} of {subject}"
    if span is None or everything(span):
        lacks = "gives no figure" if span is None else "holds every possible value"
        because = f"{holds}. The claim {lacks}, so they can be read next to it but not compared with it."
        return Ground(Word.NOT_JUDGED, (because,), ("a figure in the claim",), evidence=evidence)
    if not figures:
        because = f"{holds}, but none with a figure to compare with {claimed(claim)}."
        return Ground(Word.NOT_JUDGED, (because,), ("a sourced figure",), evidence=evidence)
    return _weighed(claim, span, figures, evidence)


def _weighed(claim: Claim, span: Span, figures: Sequence[Evidence], evidence: tuple[Evidence, ...]) -> Ground:
    said = {
        agrees: "; ".join(str(item.figures["figure"]) for item in figures if item.agrees is agrees)
        for agrees in (True, False, None)
    }
    begin = f"The claim says {claimed(claim)}."
    word = settled([item.agrees for item in figures])
    if word is Word.SUPPORTED:
        because = f"Every sourced figure in that unit lies within it and its margin: {said[True]}."
    elif word is Word.CONTRADICTED:
        one = len(figures) == 1
        begins = "The one sourced figure in that unit misses" if one else "Every sourced figure in that unit misses"
        because = f"{begins} it and its margin: {said[False]}."
    else:
        parts = {"within it": said[True], "outside it": said[False], "overlapping it, which decides nothing": said[None]}
        because = f"The sourced figures in that unit don't settle it: {'; '.join(f'{how}: {which}' for how, which in parts.items() if which)}."
        return Ground(Word.UNDECIDED, (begin, because), ("agreement of the sources",), evidence=evidence)
    far = any(item.figures.get("beyond") for item in figures)
    return Ground(word, (begin, because, *((loose(span),) if far else ())), evidence=evidence)


def _as_evidence(statement: ProfileStatement, span: Span | None, known: Knowledge, subject: str) -> Evidence:
    own = span_of(statement.low, statement.high, statement.bound, statement.unit)
    of = f"({known.word(statement.subject)}) " if statement.subject != subject else ""
    sources = (statement.source,) if statement.source else ()
    said = view(span, own, own) if own is not None and span is not None and own.unit == span.unit else None
    figure = f"{figure_in_words(statement.low, statement.high, statement.bound, statement.unit)}{_by(statement.name)}"
    return Evidence(
        "statement",
        f"{of}{statement.text}",
        sources,
        statement.locator,
        agrees=None if said is None else said.agrees,
        figures={} if own is None else {"figure": figure, **_marks(said)},
    )


def _as_visit(one: Separation, span: Span | None, known: Knowledge) -> Evidence:
    """By that visit the treatment had started to work; it may have worked earlier, unmeasured or in too few participants."""
    day = f"day {one.day:g}" if one.day >= 1 else f"hour {one.day * 24:.0f}"
    text = f"{known.word(one.treatment)} separates from placebo by {day}, in {one.study} ({one.measure})"
    by = Span(0, one.day, "days", one_sided=True)
    said = view(span, by, by) if span is not None and span.unit == "days" else None
    figures = {"figure": f"separate from placebo by {day} ({one.study})", "day": one.day, **_marks(said)}
    agrees = None if said is None else said.agrees
    return Evidence("separation", text, (one.source,) if one.source else (), one.locator, agrees=agrees, figures=figures)


def _marks(said: Bearing | None) -> dict[str, bool]:
    """What a figure that was compared with the claim carries: that it was, and whether it is far from a claimed bound."""
    return {} if said is None else {"compared": True, **({"beyond": True} if said.beyond else {})}


def _by(name: str | None) -> str:
    return f" ({name})" if name else ""


def _count(found: Sequence[object], name: str) -> str:
    return f"{len(found)} {name}{'' if len(found) == 1 else 's'}"
