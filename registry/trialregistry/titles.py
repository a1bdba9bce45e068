"""Whether a title is understood: that of a measure, a class or a category is only if each of its words is known.

What a title may say that makes it another figure is endless: an item of the scale, women, a country, a stage, a time until something. So a word that is
known of none of what a title of response, remission or a score says leaves the figure out, unless the mapping says that it changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache

from registry.trialregistry.figures import Figure
from registry.trialregistry.given import words_for
from registry.trialregistry.scales import without_scales
from registry.trialregistry.texts import Text, tokens, unknown_words
from registry.trialregistry.values import COUNTED, NotTakenError

__all__ = ["check_titles"]

_KNOWN = """
    achieve achieved achieves achieving acute after among an analyses analysis ancova and approximately as assessed assessment assessments
    at attained attaining based baseline blind bocf both by case cases change changes clinical clinically clinician completely covariance
    criteria criterion data db decrease defined definition demonstrated demonstrating depression depressive determined disorder dose double
    during effect effectiveness efficacy end endpoint endpoints eot episode et evaluated evaluation experience experienced experiencing fas
    final fit follow followup for forward from full fully global grid group groups guide guided had has have having health illness
    impression impressions improvement in ind induction infusion intent intention interview inventory is itt key label last lead least level
    levels locf ls ma maintained major mdd mean means measure measured measures meeting met mixed mmrm model models number numbers
    observation observations observed oc of ol on onset op open or oral original outcome over overall participant participants patient
    patients people per percent percentage percentages period periods phase point points population post postbaseline postdose pre predose
    primary proportion protocol questionnaire randomisation randomised rate rated rates rating reached reaching reduction repeated report
    reported resistant run scale scales score scores secondary set severity show showed showing shown so stable start structured study
    subject subjects sum summary sustained symptom symptomatology symptoms term the through timepoint timepoints to total trd treat treated
    treatment trial under up using utilising value values versions via visit visits was were when who with within y yes
"""
"""Words of titles of response, remission and scores, beside days, scales, rules, sets and treatments."""

_OUTCOMES = (
    "responded responder responders responding response responses remission remissions remitted remitter remitters remitting"
)
"""Words of what is counted. A score that has one may be that of the responders."""

_READ_ELSEWHERE = re.compile(
    r"\b(?:study )?(?:days?|weeks?|wks?|months?|hours?|hrs?|visits?)[\s-]*#?-?\d+(?:\.\d+)?(?:\s*(?:,|/|&|\band\b|\bor\b|\bto\b|\bthrough\b|\buntil\b|-)+\s*(?:(?:day|week|wk|month|hour|visit)s?\s*)?\d+(?:\.\d+)?)*(?![\w%])"
    r"|(?<![\w.])(?:\d+(?:\.\d+)?(?:\s*(?:,|/|&|\band\b|\bor\b|\bto\b|-)+\s*\d+)*|one|two|three|four|six|eight|ten|twelve)[\s-]*(?:days?|weeks?|wks?|months?|hours?|hrs?|h)\b"
    r"|\btime[\s-]?points?\b|\bperiods? \d(?:\s*(?:and|&|-)\s*\d)*|\b(?:first|initial|1st) (?:dose|infusion)\b|\bprior to\b|\bend of (?:the )?(?:day|week|month)s?\b|\bweek by week\b"
    r"|\b(?:maintenance|optimi[sz]ation|extension|continuation)(?: \(\w+\))?(?:/\w+)? (?:phase|period)\b|\bopen[- ]label(?: \(OL\))? extension\b|\bextension study\b|\bsingle[- ]blind\b"
    r"|\bat any (?:time(?:[- ]?point)?|visit)\b|\bany visit\b|\bcumulative(?:ly)?\b|\bleast squares?\b|(?<=\x01)(?:[\s,-]*\(?\d+[\s-]*items?\)?)?[\s,-]*self[- ]?report(?:ed)?\b"
    r"|\bno\.? of\b|\bnon-?\s?(?:respon|remi)\w*|\bdose increase\b|\b(?:with )?(?:missing|drop-?outs?)\s*(?:=|as\b|counted as\b|considered\b|imputed as\b|treated as\b)(?=\s*(?:;|non))"
    r"|\b(?:after|following|despite) (?:an? |the )?(?:(?:inadequate|insufficient|prior|previous|initial|treatment) ){0,2}(?:response|failure|resistance|nonresponse)(?: to (?:an? |the |prior |oral )*(?:SSRIs?|SNRIs?|antidepressants?|ADs?|treatments?|therapy))?\b"
    r"|(?:\b\d+|(?<=\x01))[\s-]*items?(?: depression module)?\b|\(?\b[nN]\s*=\s*\d+(?:\s*[,;/]\s*(?:n\s*=\s*)?\d+)*",
    re.IGNORECASE,
)
"""Visits and spans of time; those without response, how those not seen are counted, and what was tried before; numbers of items and of those
analysed. Each is read elsewhere.
"""


def check_titles(figure: Figure, texts: Iterable[Text], understood: Collection[str], ordinary: Collection[str]) -> None:
    """Raise for a title with words that aren't known. ``understood`` are words that something was read from, ``ordinary`` those that a mapping
    says change nothing.
    """
    counted = _OUTCOMES.split() if figure.measure.param in COUNTED else ()
    known = {
        *_known(),
        *counted,
        *ordinary,
        *(word for group in figure.measure.groups.values() for word in _of_group(group.title)),
    }
    for text in texts:
        words = text.words
        for said in sorted(understood, key=len, reverse=True):
            words = re.sub(rf"{re.escape(said)}\w*", " ; ", words)
        words = re.sub(r"\b[Aa]\b" if words.isupper() else r"\ba\b", " ", words)
        words = _READ_ELSEWHERE.sub(" ; ", without_scales(words))
        if unread := unknown_words(words, known.__contains__):
            raise NotTakenError(
                f"the {text.place} has words that aren't understood: `{', '.join(dict.fromkeys(unread))}`. They may make it another figure, or one of a "
                "part of the participants; if they don't, list them under `words` in the mapping"
            )


@cache
def _known() -> frozenset[str]:
    return frozenset(_KNOWN.split())


@cache
def _of_group(title: str) -> frozenset[str]:
    """The words of a group's title that a measure's title may have too: its treatment's name and its panel."""
    panel = re.search(r"\b(panel)s? ([A-Z])\b", title, re.IGNORECASE)
    return words_for(title) | (frozenset(tokens(panel[0])) if panel else frozenset())
