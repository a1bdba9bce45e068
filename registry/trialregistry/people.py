"""Who is in a denominator, what stands in for those not seen, and of which part of the participants a measure is."""

from __future__ import annotations

import re

from registry.trialregistry.texts import UNSTATED, Read, Text, first, sentences

__all__ = ["missing_of", "set_of", "subset_of"]


def _p(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_PEOPLE = r"(?:participants|patients|subjects|individuals)"
_GONE = r"(?:discontinu|missing|missed|withdr[ae]w|drop(?:ped)?[ -]?out|lost to|terminat|not assessed|no post)"
_MISSING = {
    "bocf": _p(r"\bm?BOCF\b|(?<!post )(?<!post-)\bbaseline (?:observation|value|score)s?[^.;]{0,30}carried forward"),
    "locf": _p(r"\bLOCF\b|last (?:[\w-]+ ){0,3}(?:observation|value|assessment|score)s?\b[^.;]{0,80}carried forward|last[- ]observation[- ]carried"),
    "multiple-imputation": _p(r"\bmultiple(?:ly)?[- ]imput"),
    "non-responder": _p(
        rf"non-?respon\w*[- ]imputation|\bNRI\b"
        rf"|{_GONE}[^.;]{{0,90}}(?:considered|counted|treated|classified|imputed|regarded|assigned|analy[sz]ed|assumed|categori[sz]ed)[^.;]{{0,50}}(?:non-?respon|non-?remi|not (?:to )?(?:have|be|having|achiev|respon|in remi)|failure|no\b)"
        rf"|{_GONE}[^.;]{{0,60}}\bnot (?:considered|counted|regarded|classified)(?: to| as)\b"
        rf"|(?:remission|responder|response)\b[^.;]{{0,80}}\bno (?:treatment or study |treatment |study )?discontinuation"
    ),
    "observed": _p(r"\bobserved (?:data|cases?|values?)\b|\bas observed\b|\(OC\)|\bOC (?:data|analysis)\b"),
    "mmrm": _p(r"\bMMRM\b|mixed[- ]*(?:effects?)?[- ]*models?(?: for| using| with| of)?(?: a)? repeated"),
}  # fmt: skip
_AT_VISITS = _p(
    r"(?:evaluable|analy[sz]ed|available|assessed|data)[^.;]{0,60}\bat (?:the )?(?:each |specified |given |particular |that |indicated |respective |different )+(?:time ?points?|visits?)"
)
_EVALUABLE = _p(
    r"\bevaluable\b|\bwith (?:available |non-missing )?(?:data|assessments?) (?:at|for|available)|\bwho had (?:data|an? assessment)|\bwith both baseline and|\bwith (?:a )?baseline and (?:at least )?"
)
_CONDITION = r"(?!,? *(?:\([^)]*\) )?(?:who|that|which|with|and (?:who|treated|dosed|received)|for whom|having))"
_SETS = {
    "per-protocol": _p(r"\bper[- ]protocol\b"),
    "completers": _p(rf"\bcompleters?\b|{_PEOPLE}[^.;]{{0,80}}\bwho (?:had )?completed\b"),
    "safety": _p(r"\bsafety (?:analysis )?(?:set|population|sample)\b"),
    "modified-itt": _p(r"\bmodified[- ]*(?:full analysis|intent|ITT)|\bmITT\b"),
    "randomised": _p(rf"\ball (?:the )?randomi[sz]ed {_PEOPLE}\b{_CONDITION}|\ball {_PEOPLE}(?: who were)? randomi[sz]ed\b(?! and (?:received|treated|dosed|who))|\ball {_PEOPLE} (?:who were )?randomly (?:assigned|allocated)\b(?! and received)"),
    "full-analysis": _p(r"\bfull (?:\([^)]*\) )?(?:efficacy )?analysis (?:set|population)\b|\bFAS\b"),
    "modified-itt ": _p(r"\b(?:randomi[sz]ed|ITT|intent(?:ion)?[- ]to[- ]treat)\b[^.;]{0,80}\b(?:who|that|and) (?:had )?(?:received|took|were (?:dosed|treated))"),
}  # fmt: skip
_OF_ALL = {"randomised", "full-analysis", "modified-itt"}
_SUBSET = _p(
    rf"\b(?:in|among) {_PEOPLE} (?:with|who|whose|without) (?P<which>[^.;]+?)(?=\s+(?:at|by|on|during|from|over|up to|through|as|using|based)\b|\s*\((?!but)|[,:-]\s|$)"
)
_SUBSET_BY_NAME = _p(r"\b(?:in|among) (?:the )?(?P<which>(?:stable |non-?|week \d+ )*(?:responders|remitters))\b")
_NOT_A_SUBSET = _p(
    r"^(?:major|depress|MDD|TRD|treatment[- ]resist|postpartum|PPD|bipolar|response\b|remission\b|sustained|onset|a response|severe|current)"
)


def missing_of(title: Text, description: Text, population: Text) -> Read:
    """What stands in for those not seen. The title comes first, then the rest; a text that says two things says none."""
    for text in (title, description, population):
        found = {term: match[0] for term, pattern in _MISSING.items() if (match := _said(pattern, text))}
        if len(found) > 1:
            found.pop("mmrm", None)  # a model beside a way of filling in: the figure is of what was filled in
        if len(found) == 1:
            ((term, words),) = found.items()
            return Read(term, words, text.place)
        if found:
            return UNSTATED
    if at := _AT_VISITS.search(population.words):
        return Read("observed", at[0], population.place)
    return UNSTATED


def _said(pattern: re.Pattern[str], text: Text) -> re.Match[str] | None:
    for part in sentences(text):
        if match := pattern.search(part.words):
            return match
    return None


def set_of(population: Text, missing: Read) -> Read:
    """Who was analysed. Where the population is cut down to those evaluable, and nothing stands in for the others, they are the cases
    observed if the text says so or counts them visit by visit, and otherwise not stated.
    """
    named = first(_SETS, [Text(population.place, population.words)])
    named = Read(named.term.strip(), named.words, named.place)
    if named.term not in _OF_ALL:
        return named
    if missing.term == "observed":
        return Read("observed-cases", missing.words, missing.place)
    cut = _AT_VISITS.search(population.words) or _EVALUABLE.search(population.words)
    if not cut:
        return named
    if missing.term in {"locf", "bocf", "non-responder", "multiple-imputation"}:
        return Read("full-analysis" if named.term == "full-analysis" else "modified-itt", named.words, named.place)
    return UNSTATED


def subset_of(title: Text) -> str:
    """Which of a group's participants a measure is of, in the title's words: `stable remission`; empty for all of them."""
    if by_name := _SUBSET_BY_NAME.search(title.words):
        return by_name["which"]
    match = _SUBSET.search(title.words)
    return match["which"].strip() if match and not _NOT_A_SUBSET.search(match["which"].strip()) else ""
