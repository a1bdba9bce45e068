"""By which rule participants are counted: the cut-off or reduction that a text states, and how long either must hold.

Each rule is read from one sentence. A sentence with two different cut-offs or reductions gives one that is unclear.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from registry.trialregistry.scales import OTHER, scales_in
from registry.trialregistry.texts import Text, sentences
from schemas.vocabulary import rows

__all__ = ["CountingRule", "definition_of", "other_baseline", "qualified", "rules_in", "sustained_in", "turned"]

_AT_LEAST = r"(?:(?:(?:greater|more|higher|larger|above|over)(?: than)?(?: or |/)equal(?:s)?(?: to)?|(?:equal(?:s)?(?: to)?(?: or |/)|at or )(?:greater|more|higher|larger|above)(?: than)?|no(?:t)? (?:lower|below|smaller|fewer)(?: than)?)(?! or )|(?:greater|more|higher|larger) than or equal(?:s)?(?: to)?|equal to or (?:greater|more|higher|larger) than|at least(?: an?)?|no(?:t)? less than|a minimum of|minimum|>=)"
_ABOVE = r"(?:(?:greater|more|higher|larger) than(?! or equal)|(?:over|above)(?! or equal)|(?<!not )exceeding|>(?!=))"
_AT_MOST = r"(?:(?:(?:less|lesser|lower|fewer|smaller|below|under)(?: than)?(?: or |/)equal(?:s)?(?: to)?|(?:equal(?:s)?(?: to)?(?: or |/)|at or )(?:less|lower|fewer|smaller|below|under)(?: than)?|(?:not|n't|does not|did not|without) (?:exceed(?:ing|ed|s)?|be(?:ing)? (?:above|over))|no(?:t)? (?:above|over|higher))(?! or | than)|(?:less|lesser|lower|fewer|smaller) than or equal(?:s)?(?: to)?|equal to or (?:less|lower|fewer|smaller) than|no(?:t)? (?:more|greater|higher|larger) than|at most|a maximum of|<=)"
_UNDER = r"(?:(?:less|lower|fewer|smaller) than(?! or equal)|(?:below|under)(?! or equal)|<(?!=))"
_AGAIN = r"(?:\s*[(\[]?\s*(?:[<>]=?|=)\s*[)\]]?)?\s*[(\[]?\s*"
"""The sign once more, in brackets or not: `greater than or equal to (>=) 50`."""

_PERCENT = r"\s*[)\]]?\s*-?(?:%|per ?cent\b|percentage\b)"
_MORE = r"(?:\s*\(%\))?\s*(?:or (?:greater|more|higher|larger|better|above)|and (?:greater|above))\b"
_LESS = r"(?:or (?:less|lower|fewer|below|under|smaller)|and (?:below|under|less|lower|fewer|smaller)|at (?:the )?most|at (?:the )?maximum)\b"
_NUMBER = r"([0-9]{1,3}(?:\.[0-9]+)?)"

_REDUCED = re.compile(r"\b(?:reduc|decreas|improve|declin|drop|lower|fall|fell|change|less than baseline)", re.IGNORECASE)
_REDUCTIONS = tuple(
    (sign, re.compile(pattern, re.IGNORECASE))
    for sign, pattern in (
        (">=", rf"{_AT_LEAST}{_AGAIN}{_NUMBER}{_PERCENT}"),
        (">=", rf"{_NUMBER}{_PERCENT}{_MORE}"),
        (">=", r"(?:at least|>=)\s*(?:a )?(?:half|fifty)(?:[\s-]*per ?cent)?"),
        (">", rf"{_ABOVE}{_AGAIN}{_NUMBER}{_PERCENT}"),
        ("", rf"(?<![\d.<>=])(?<![<>=] ){_NUMBER}{_PERCENT}"),
    )
)
_SCORES = tuple(
    (sign, re.compile(pattern, re.IGNORECASE))
    for sign, pattern in (
        ("<=", rf"{_AT_MOST}{_AGAIN}{_NUMBER}\b(?!{_PERCENT})(?!\.\d)"),
        ("<=", rf"(?<![\d.-]){_NUMBER}\s*(?:points? )?{_LESS}"),
        ("<", rf"{_UNDER}{_AGAIN}{_NUMBER}\b(?!{_PERCENT})(?!\.\d)"),
    )
)
_UNITS = r"[\s-]*(?:%|per ?cent|weeks?|days?|months?|years?|hours?|mg|visits?|doses?|infusions?|of the|post)"
_UNDER_PERCENT = re.compile(rf"(?:{_UNDER}|{_AT_MOST}){_AGAIN}(?:an? )?{_NUMBER}{_PERCENT}", re.IGNORECASE)
_WORSE = re.compile(r"(?<!dose )(?<!dosage )\b(?:increase|increasing|worsen|deteriorat)\w*", re.IGNORECASE)
_OVER_SCORE = re.compile(
    rf"(?:{_AT_LEAST}|{_ABOVE}){_AGAIN}{_NUMBER}\b(?!{_PERCENT})(?!\.\d)(?!{_UNITS})|(?<![\d.-]){_NUMBER}\s*(?:points? )?(?:or|and) (?:more|higher|greater|above|over)\b",
    re.IGNORECASE,
)
_UP_FROM_0 = re.compile(rf"(?:from |between |of |within )0 ?(?:to|and|through|up to|-) ?{_NUMBER}\b(?!{_PERCENT})", re.IGNORECASE)
"""A cut-off as a range from 0, which is one only where no sign gives it: scales have ranges too."""

_LESSER = re.compile(r"\bpartial|\bnon-?\s?(?:respon|remi)|\bminimal|\bno (?:respon|remi)", re.IGNORECASE)
_BEST_RATINGS = re.compile(
    r"\b1\b[^.;0-9]{0,40}\bor\b[^.;0-9]{0,40}\b2\b|very much improved['\"]?(?: \(1\))?,? (?:or|and) ['\"]?much improved"
    r"|much improved['\"]?(?: \(2\))?,? (?:or|and) ['\"]?very much improved",
    re.IGNORECASE,
)
_NOT_THE_RULE = re.compile(
    r"\bexcursion|\brelaps|total possible|possible (?:total )?score|rang(?:e|es|ing)\b|\bcategori[sz]ed as\b|severity of",
    re.IGNORECASE,
)
_HELD = re.compile(
    r"\b(?:sustain|maintain(?:ed|s|ing)?\b|onset of|consecutive|persist|durab|for (?:at least|>=|a minimum of|more than) ?\w+ (?:consecutive )?(?:days|weeks|months)|(?:both|two|2|three|3) (?:visits|assessments|occasions)|stable (?:response|remission))\w*",
    re.IGNORECASE,
)
_EVER = re.compile(
    r"\bat any (?:time|visit|point|assessment|post)\w*|\bat least once\b|\bany (?:visit|time ?point)\b|\bat one or more\b|\bcumulative\w*|\bever achiev\w*|\bat least one (?:visit|time ?point)\b",
    re.IGNORECASE,
)
_QUALIFIED = re.compile(
    r"\b(complete|full|functional|symptomatic)(?:ly)?[\s-]+(?:remi(?:ssion|tt)|respon(?:se|der|d))", re.IGNORECASE
)

_FROM_SCREENING = re.compile(r"\bfrom (?:the )?screening\b|\bsince screening\b|\bscreening score", re.IGNORECASE)
_LATER_PHASE = r"(?:maintenance|open[- ]label|OL|extension|continuation|follow-?up|lead[- ]in|run[- ]in|optimi[sz]ation|withdrawal|taper|rescue|relapse|re-?randomi[sz]ation|second|third|(?:phase|period|part|stage|cycle|course) (?:[2-9]|II+|[B-E])\b)"
_OTHER_BASELINE = re.compile(
    rf"\b(?:from|since|versus|relative to|compared (?:to|with)) (?:the |their |its |his |a )?(?:(?:(?:end|start|beginning|onset) of|entry (?:in)?to|baseline (?:of|for)) (?:the )?)?{_LATER_PHASE}"
    rf"|\bbaseline (?:\((?:at |of )?|of |for )(?:the )?{_LATER_PHASE}|\bbaseline \((?:at )?(?:the )?end of (?!(?:the )?(?:\w+ )?(?:run|lead|screen|wash))"
    r"|\b(?:from|since) (?:the |their )?(?:previous|prior|preceding|last|highest|worst|peak|day (?!-?[01]\b)-?\d|week (?!0\b)\d|month|visit (?!1\b)\d|end of)",
    re.IGNORECASE,
)
_LAPSE = re.compile(r"\bone excursion\b|\ban excursion\b|\b1 excursion\b", re.IGNORECASE)
_ONSET = re.compile(
    r"(?:onset|beginning|starting)[^.;]{0,40}?\b(?:day|by day) (\d+)|\bday (\d+) (?:up )?(?:to|through)\b", re.IGNORECASE
)
_UNTIL = re.compile(
    r"(?:maintain\w*|sustain\w*|persist\w*|kept|continu\w*)[^.;]{0,60}?\b(?:study )?day (\d+)|(?:to|through|until) (?:the )?(?:study )?day (\d+)",
    re.IGNORECASE,
)


_BETWEEN = " … "
"""Between words that aren't beside one another in a text."""


@dataclass(frozen=True)
class CountingRule:
    """A rule: the score's cut-off, the reduction from the baseline, or both, ``and`` or ``or``; and for how long it must be met.

    ``days`` is the span of a rule that must hold, ``lapse`` whether one visit may miss it. Signs and numbers are as the
    vocabulary of definitions has them; an empty ``percent_comparator`` beside a percentage leaves open whether exactly so much counts.
    """

    comparator: str = ""
    threshold: str = ""
    percent_comparator: str = ""
    percent_reduction: str = ""
    combine: str = ""
    ascertainment: str = "point"
    days: str = ""
    lapse: bool = False
    screening: bool = False
    words: str = ""
    place: str = ""

    @property
    def spans(self) -> list[str]:
        """The words in pieces that are whole in the text."""
        return self.words.split(_BETWEEN)


def rules_in(text: Text, word: str, scale: str) -> list[CountingRule]:
    """The rules that a text gives for an outcome's word (``response`` or ``remission``), in its order; each is stated in one sentence.

    A sentence about the other word, or about relapse, gives none. The scale says what a bare rating means.
    """
    parts = [part for part in sentences(text) if not re.search(r"\brelaps", part.words, re.IGNORECASE)]
    other = {"response": r"\bremi(?:ssion|tt)", "remission": r"(?<!non-)(?<!non)\brespon(?:se|der|d)"}[word]
    own = {"response": r"\brespon(?:se|der|d)", "remission": r"\bremi(?:ssion|tt)"}[word]
    clauses = [clause for part in parts for clause in _clauses(part, own, other)]
    clauses = [clause for clause in clauses if not _LESSER.search(clause.words)] or clauses
    named = [c for c in clauses if re.search(own, c.words, re.IGNORECASE)]
    free = [c for c in clauses if not re.search(other, c.words, re.IGNORECASE) or re.search(own, c.words, re.IGNORECASE)]
    for candidates in (named, free):
        if found := [rule for clause in candidates if (rule := _rule(clause, word, scale))]:
            return found
    return []


def qualified(words: str) -> str:
    """What sort of response or remission the words are about, where they say that it isn't the plain one: `complete remission`."""
    found = _QUALIFIED.search(words)
    return "complete" if found and found[1].lower() == "full" else found[1].lower() if found else ""


def turned(words: str) -> str:
    """The words by which a title counts from the other end: a reduction under a percentage, a rise, a score above a cut-off."""
    found = _UNDER_PERCENT.search(words) or _WORSE.search(words) or _OVER_SCORE.search(words)
    return found[0].strip() if found else ""


def _other_end(words: str) -> str:
    """The words of a sentence that make its percentage none of a reduction of at least so much."""
    found = _UNDER_PERCENT.search(words) or (_WORSE.search(words) if re.search(r"\d\s*%|per ?cent", words) else None)
    return found[0] if found else ""


def other_baseline(words: str) -> str:
    """The words that say that a change or reduction is from something else than the baseline of the study, or the screening."""
    found = _OTHER_BASELINE.search(words)
    return found[0] if found else ""


def _clauses(part: Text, own: str, other: str) -> list[Text]:
    """A sentence that defines both words is read in its halves: `response was a reduction of 50% and remission a score of 7`."""
    if not (re.search(own, part.words, re.IGNORECASE) and re.search(other, part.words, re.IGNORECASE)):
        return [part]
    halves = re.split(
        rf",\s+|;\s+|\band\b(?=[^.;]{{0,30}}(?:{own}|{other}))|\bwhile\b|\bwhereas\b", part.words, flags=re.IGNORECASE
    )
    return [Text(part.place, half.strip()) for half in halves if half and half.strip()]


def _rule(part: Text, word: str, scale: str) -> CountingRule | None:
    words = part.words
    reductions = _reductions(words)
    scores = _scores(words, scale) if scale != "unstated" or re.search(r"score|total", words, re.IGNORECASE) else []
    bare = word == "response" and not reductions and scale != "cgi-i"
    signed = scores or any(sign for sign, *_ in reductions)
    if not signed and re.search(r"\brespon|\bremi(?:ssion|tt)", words, re.IGNORECASE) and (odd := _other_end(words)):
        return CountingRule(combine="unclear", words=odd, place=part.place)
    if not (reductions or scores) or (bare and not re.search(r"\brespon", words, re.IGNORECASE)):
        return None  # the range of a scale is no rule
    reduction, score = next(iter(reductions), None), next(iter(scores), None)
    if len({found[:2] for found in scores}) > 1 or len({number for _, number, *_ in reductions}) > 1:
        said = _BETWEEN.join(found[2] for found in (*scores, *reductions))
        return CountingRule(combine="unclear", words=said, place=part.place)
    spans = [found[2] for found in (score, reduction) if found is not None]
    rule = CountingRule(
        comparator=score[0] if score else "",
        threshold=score[1] if score else "",
        percent_comparator=reduction[0] if reduction else "",
        percent_reduction=reduction[1] if reduction else "",
        words=_BETWEEN.join(spans),
        place=part.place,
        screening=_screening(words),
    )
    from_elsewhere = other_baseline(words) if reduction else ""
    if other := _other_scale(part, scale) or from_elsewhere:
        return replace(rule, combine="unclear", words=_BETWEEN.join([rule.words, other]))
    if score and reduction:
        return replace(rule, combine=_joined(words, score[3], reduction[3]))
    return rule


def _other_scale(part: Text, scale: str) -> str | None:
    """A second scale of which the sentence asks for a number too: `MADRS <= 10 and a CGI-S score of 1 or 2`."""
    for named in scales_in(part):
        if named.term != OTHER and _family(named.term) != _family(scale):
            at = re.escape(named.words)
            if re.search(rf"{at}[^.;]{{0,30}}?(?<![\w-])\d\b|[<>=]\s*\d+ (?:on|in|for) (?:the )?{at}", part.words, re.IGNORECASE):
                return named.words
    return None


def _family(scale: str) -> str:
    """The letters before a scale's edition."""
    return re.split(r"[^a-z]", scale)[0]


def _screening(words: str) -> bool:
    return bool(_FROM_SCREENING.search(words))


_Span = tuple[int, int]


_Found = tuple[str, str, str, _Span]
"""Sign, number, the words and where they are."""


def _reductions(words: str) -> list[_Found]:
    """The least reductions in percent: those with a sign, or else one without."""
    found: list[_Found] = []
    if not _REDUCED.search(words):
        return found
    under = [match.span() for match in _UNDER_PERCENT.finditer(words)]
    for sign, pattern in _REDUCTIONS:
        for match in pattern.finditer(words):
            if not sign and any(a < match.end() and match.start() < b for a, b in under):
                continue
            if re.match(
                r"[^.;,]{0,12}\b(?:confidence|ci\b|of (?:participants|patients|subjects))", words[match.end() :], re.IGNORECASE
            ):
                continue
            if re.search(r"\bexcursion|score (?:must )?show", words[: match.start()], re.IGNORECASE):
                continue
            number = match[1] if match.re.groups else "50"
            number = number.rstrip("0").rstrip(".") if "." in number else number
            if sign or not found:
                found.append((sign, number, match[0].strip(), match.span()))
    return found


def _scores(words: str, scale: str) -> list[_Found]:
    """The cut-offs of a score."""
    if scale == "cgi-i" and (match := _BEST_RATINGS.search(words)):
        return [("<=", "2", match[0], match.span())]
    found: list[_Found] = []
    for sign, pattern in _SCORES:
        for match in pattern.finditer(words):
            if re.match(_UNITS, words[match.end() :], re.IGNORECASE):
                continue
            if not any(a < match.end() and match.start() < b for *_, (a, b) in found):
                if _NOT_THE_RULE.search(words[max(0, match.start() - 40) : match.end()]):
                    continue
                found.append((sign, match[1].lstrip("0") or "0", match[0].strip(), match.span()))
    if (
        not found
        and (match := _UP_FROM_0.search(words))
        and not _NOT_THE_RULE.search(words[max(0, match.start() - 40) : match.end()])
    ):
        return [("<=", match[1].lstrip("0") or "0", match[0].strip(), match.span())]
    return found


def _joined(words: str, a: _Span, b: _Span) -> str:
    """How two conditions combine, by the word between them; nothing where that isn't clear."""
    early, late = sorted((a, b))
    between = words[early[1] : late[0]].lower()
    ors, ands = re.search(r"\bor\b", between), re.search(r"\band\b|\bplus\b|\bwith\b|\bas well as\b|\balong with\b", between)
    if bool(ors) == bool(ands):
        return "unclear"
    return "or" if ors else "and"


def sustained_in(rule: CountingRule, texts: Iterable[Text], onset: Text | None = None) -> CountingRule:
    """The rule, with how often or how long it must be met, by the title and the sentences that define it.

    ``onset`` is a text that names the day on which it must begin, such as a class's title.
    """
    days: set[int] = set()
    starts: set[int] = set()
    for text in texts:
        if _EVER.search(text.words):
            rule = replace(rule, ascertainment="any-visit")
        if _HELD.search(text.words):
            rule = replace(rule, ascertainment="sustained")
        if _LAPSE.search(text.words):
            rule = replace(rule, lapse=True)
        starts |= {int(m[1] or m[2]) for m in _ONSET.finditer(text.words)}
        days |= {int(m[1] or m[2]) for m in _UNTIL.finditer(text.words)}
    if rule.ascertainment != "sustained":
        return rule
    if onset is not None and (named := {int(d) for d in re.findall(r"\bday (\d+)", onset.words, re.IGNORECASE)} - days):
        starts = named
    if len(starts) == 1 and len(days) == 1 and (span := next(iter(days)) - next(iter(starts))) > 0:
        return replace(rule, days=str(span))
    return rule


def definition_of(word: str, scale: str, rule: CountingRule) -> str | None:
    """The term of the vocabulary for a rule; ``None`` where it has none."""
    if rule.combine == "unclear":
        return None
    suffix = "-screening" if rule.screening else ""
    if rule.ascertainment == "sustained" and not rule.days:
        return None
    key = (word, scale, rule.comparator, rule.threshold, rule.percent_comparator, rule.percent_reduction, rule.combine)
    found = [
        term for term in _terms().get((*key, rule.ascertainment, rule.days), ()) if term.endswith("-screening") == bool(suffix)
    ]
    if rule.ascertainment == "sustained":
        found = [term for term in found if rule.lapse == _allows_lapse(term)]
    return found[0] if len(found) == 1 else None


@cache
def _terms() -> dict[tuple[str, ...], list[str]]:
    """Definitions by what they require. Bands and rules over visits are in none that a registry entry states."""
    found: dict[tuple[str, ...], list[str]] = {}
    for row in rows("definitions"):
        if row["threshold_upper"] or row["visits"]:
            continue
        if not (row["threshold"] or row["percent_reduction"]):
            continue
        names = ("outcome", "instrument_id", "comparator", "threshold", "percent_comparator", "percent_reduction", "combine")
        found.setdefault((*(row[name] for name in names), row["ascertainment"], row["days"]), []).append(row["definition_id"])
    return found


def _allows_lapse(term: str) -> bool:
    return any(row["definition_id"] == term and "lapse allowed" in row["description"] for row in rows("definitions"))
