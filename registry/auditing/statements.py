"""Claims on delivery, course, onset and the like: compared with sourced statements, where both give a figure in the same unit."""

from __future__ import annotations

from collections.abc import Sequence

from registry.auditing.claims import Claim
from registry.auditing.coherence import claimed
from registry.auditing.grounds import Evidence, Ground, Word
from registry.auditing.knowledge import Knowledge, ProfileStatement, Separation
from registry.auditing.spans import Span, figure_in_words, span_of

__all__ = ["judged_statement"]


def judged_statement(claim: Claim, known: Knowledge) -> Ground:
    """The ground of a claim that is of no rate: all sourced figures overlap it, none does, or they disagree."""
    span = span_of(claim.low, claim.high, claim.bound, claim.unit)
    stated = [_as_evidence(s, span, known, claim.subject) for s in known.of_subject(claim.attribute, claim.subject)]
    visits = sorted(
        (s for s in known.separations if claim.subject in (s.treatment, s.class_)), key=lambda s: (s.day, s.treatment)
    )
    parted = [_as_visit(s, span, known) for s in visits[:1]]
    # What has a figure stands first: it decides.
    evidence = tuple(sorted([*stated, *(parted if claim.attribute == "onset" else [])], key=lambda e: e.agrees is None))
    figures = [item for item in evidence if item.agrees is not None]
    subject, respect = known.word(claim.subject), claim.attribute.replace("-", " ")
    if not evidence:
        because = f"The registry has no sourced statement on the {respect} of {subject}."
        return Ground(Word.UNVERIFIABLE, (because,), ("a source",))
    holds = f"The registry has {_count(evidence, 'sourced statement')} on the {respect} of {subject}"
    if span is None:
        because = f"{holds}. The claim gives no figure, so they can be read next to it but not compared with it."
        return Ground(Word.UNVERIFIABLE, (because,), ("a figure in the claim",), evidence=evidence)
    if not figures:
        because = f"{holds}, but none with a figure to compare with {claimed(claim)}."
        return Ground(Word.UNVERIFIABLE, (because,), ("a sourced figure",), evidence=evidence)
    return _weighed(claim, figures, evidence)


def _weighed(claim: Claim, figures: Sequence[Evidence], evidence: tuple[Evidence, ...]) -> Ground:
    agreeing = [str(item.figures["figure"]) for item in figures if item.agrees]
    against = [str(item.figures["figure"]) for item in figures if not item.agrees]
    begin = f"The claim says {claimed(claim)}."
    if not against:
        because = f"Every sourced figure in that unit is compatible with it: {'; '.join(agreeing)}."
        return Ground(Word.SUPPORTED, (begin, because), evidence=evidence)
    if not agreeing:
        one = len(against) == 1
        because = f"{'The one sourced figure' if one else 'No sourced figure'} in that unit {'is not' if one else 'is'} compatible with it: "
        return Ground(Word.CONTRADICTED, (begin, f"{because}{'; '.join(against)}."), evidence=evidence)
    because = f"The sources disagree: compatible {'; '.join(agreeing)}; not compatible {'; '.join(against)}."
    return Ground(Word.UNVERIFIABLE, (begin, because), ("agreement of the sources",), evidence=evidence)


def _as_evidence(statement: ProfileStatement, span: Span | None, known: Knowledge, subject: str) -> Evidence:
    own = span_of(statement.low, statement.high, statement.bound, statement.unit)
    of = f"({known.word(statement.subject)}) " if statement.subject != subject else ""
    sources = (statement.source,) if statement.source else ()
    comparable = own is not None and span is not None and own.unit == span.unit
    figure = figure_in_words(statement.low, statement.high, statement.bound, statement.unit)
    return Evidence(
        "statement",
        f"{of}{statement.text}",
        sources,
        statement.locator,
        agrees=own.meets(span) if comparable and own is not None and span is not None else None,
        figures={"figure": f"{figure}{_by(statement.name)}"} if own is not None else {},
    )


def _as_visit(one: Separation, span: Span | None, known: Knowledge) -> Evidence:
    """By that visit the treatment had started to work; it may have worked earlier, unmeasured or in too few participants."""
    day = f"day {one.day:g}" if one.day >= 1 else f"hour {one.day * 24:.0f}"
    text = f"{known.word(one.treatment)} first separates from placebo on {day}, in {one.study} ({one.measure})"
    agrees = Span(0, one.day, span.unit).meets(span) if span is not None and span.unit == "days" else None
    figures = {"figure": f"separate from placebo by {day} ({one.study})", "day": one.day}
    return Evidence("separation", text, (one.source,) if one.source else (), one.locator, agrees=agrees, figures=figures)


def _by(name: str | None) -> str:
    return f" ({name})" if name else ""


def _count(found: Sequence[object], name: str) -> str:
    return f"{len(found)} {name}{'' if len(found) == 1 else 's'}"
