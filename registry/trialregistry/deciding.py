"""Whether a sentence of a description that bears on what is counted or measured is understood.

A description may say in any of its sentences that a level is a change, that points are percent, that a second condition was asked for, that
some participants aren't counted, that another day or another version of the scale is meant. So a sentence with a word that can say such a thing
(a *deciding* word) must be understood: each of these words belongs to what the figure is known to be, to an explanation of the scale, or to how
missing data were handled. Otherwise the figure isn't taken. What a scale is, its range and which way it is worse pass unread.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from registry.trialregistry.others import OTHER_FORM
from registry.trialregistry.people import says_missing
from registry.trialregistry.ranges import direction_turned, other_range
from registry.trialregistry.rules import turned
from registry.trialregistry.saying import FORMULAS, OF_A_SHARE, unbracketed
from registry.trialregistry.scales import OTHER, may_be, scales_in, without_scales
from registry.trialregistry.texts import Text, listed_words, sentences, tokens
from registry.trialregistry.times import days_in
from registry.trialregistry.understanding import NO_CONDITION, unknown_in
from registry.trialregistry.values import MODEL, NotTakenError
from schemas.vocabulary import rows

__all__ = ["FigureSense", "refuse_other_days", "refuse_undecided", "speaks_of", "undecided"]


def _p(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_CHANGE = r"chang\w*|decreas\w*|reduc\w*|improv\w*|declin\w*|differ\w*|deltas?|drop\w*|lowering|fell|falls?|increas\w*|ris(?:e|es|en|ing)|shifts?|gain\w*|worse\w*|better"
_DECIDING = _p(
    rf"\b(?:{_CHANGE}|minus|subtract\w*|divided|multiplied|doubled|halved|relative"
    # a share, or values that aren't the scale's points
    r"|percent\w*|per cent|ratios?|proportion\w*|fractions?|log|logarithm\w*|percentiles?|transform\w*|normali[sz]\w*|standardi[sz]ed|rescaled|converted|prorated|z-?scores?|[zt] scores?|corrected|weighted|(?<!baseline[- ])(?<!covariate[- ])adjusted"
    # one value of several
    r"|averag\w*|best|worst|maxim\w*|minim(?:um|a)|highest|lowest|largest|smallest|greatest|peak|nadir|area|AUC|slopes?|trajector\w*|rates? of|cumulative\w*|combin\w*|composite|pooled|means? of|medians?|geometric|ever|any|sum of"
    # a further condition
    r"|criteri\w*|both|also|addition\w*|(?:ha[ds]|have) to|must|required?|requirements?|need\w*|provided that|unless|as well as|along with|together|confirm\w*|simultaneous\w*|neither|nor"
    # whom or what the figures leave out
    r"|exclu\w*|except\w*|only|solely|omit\w*|omission|remov\w*|without|left out|leaving out|not (?:\w+ )?(?:count|includ|us|scor|assess|analy)\w*|ignor\w*|disregard\w*|restrict\w*|limited|subset|sub-?(?:group|sample)s?|respon(?:d|s)\w*|remi(?:t|s)\w*|relaps\w*|rescue"
    # another part, version or use of the scale
    r"|core(?! symptoms)|sub-?scales?|sub-?scores?|sub-?totals?|factors?|domains?|clusters?|items?|questions|versions?|editions?|modified|adapted|abbreviated|shortened|short|self|(?:\d+|some|most|several|part|half|\w*one|two|three|four|five|six|seven|eight|nine) of (?:the|its|these)|screen\w*|entry|eligib\w*|inclusion|enrol\w*|recall|parent\w*|caregiver\w*|teacher|(?<!experienced )by (?:the )?(?:participants?|patients?|subjects?)"
    # another time
    r"|first|second|third|fourth|last|final|later|previous|prior|before|after|during|until|end of|end-?points?|follow-?up|extension|maintenance|open[- ]label|run-?in|lead-?in|withdrawal|taper\w*|post-?\w+|pre-?(?:dose|treatment)|discontinu\w*|long-?term|re-?random\w*|cross-?over|phases?|periods?|stages?|baseline|visits?|sessions?|infusions?|doses?|minutes?|mins?|hours?|hrs?|days?|weeks?|wks?|months?|years?|daily|weekly|monthly|time-?points?|start of|interim|(?:each|every|all) (?:assessment|evaluation|rating|occasion)s?|questions? (?=\d)|numbers? of (?:the )?symptoms|numbers? with|(?:all|both|the)? ?(?:participants|patients|subjects) (?:were|was) (?:given|treated|switched))\b"
    r"|%|\u0394"
)
"""The kinds of words that can make a figure another one. A list of kinds, not of phrases: what isn't understood of them is refused."""

_SHORT = 12
"""Words of a sentence that says one thing, and is understood only if each of them is known; in a longer one the deciding words are enough."""

_WORSE = r"(?:sever\w*|wors\w*|depress\w*|ill|illness|symptom\w*|sick\w*|impair\w*|deteriorat\w*)"
_BETTER = r"(?:improv\w*|better|less|lower|reduc\w*|decreas\w*|milder|fewer|remi\w*)"
_SAYS = r"(?:indicat\w*|represent\w*|mean(?:s|ing)?|reflect\w*|signif\w*|correspond\w*(?: to)?|denot\w*|show\w*|suggest\w*|impl\w*|=|is|are|being|equals?|associated with)"
_SCORES = r"(?:\s+[\w\x01-]+){0,5}?"
_SOME = r"(?:\s+(?!and\b|or\b|but\b|only\b|exclud|without)[\w'/\x01-]+){0,6}?"
_TO_NEXT = r"(?:\s+(?:in|of|the|depressive|depression|symptoms?|severity|outcomes?|condition|status|clinical)\b)*"

_DOWN = rf"(?:lower|smaller|lesser|negative|an? (?:decrease|reduction)|decreas(?:es?|ed|ing)|reduc(?:tions?|ed)|less)\b{_SCORES}\s*{_SAYS}{_SOME}\s+{_BETTER}\b{_TO_NEXT}"
_UP = rf"(?:higher|greater|larger|positive|an? increase|increas(?:es?|ed|ing)|(?:the )?more)\b{_SCORES}\s*{_SAYS}{_SOME}\s+{_WORSE}\b{_TO_NEXT}"
_SYMPTOMS = (
    r"(?:sleep|appetite|weight|interest|energy|libido|concentrat\w*|activit\w*|mood|psychomotor|motor|speech|self[- ]esteem)"
)
_NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]

_EXPLAINED = tuple(
    map(
        _p,
        (
            _DOWN,
            _UP,
            rf"(?:the )?(?:higher|greater|lower)(?: the)?(?:\s+\w+)? scores?,? the (?:higher|greater|lower|more|less|worse)(?: the)?(?: \w+)?(?: {_WORSE})",
            # what the scale is for
            r"\b(?:detects?|sensitive to|sensitivity to)\s+(?:the\s+)?(?:changes?|treatment effects?|effects?)(?:\s+(?:due to|in|with|of|over)\s+(?:\w+\s+){0,2}?(?:treatments?|therapy|symptoms?|severity|time))?",
            r"\b(?:both )?as (?:an? )?screening tool(?: and (?:an? )?measure of response to treatment(?: for depression)?)?",
            r"\b(?:diagnostic (?:and|&) statistical manual|DSM)[^;.]*?\bcriteria\b|\bcriteri\w+ (?:symptom )?(?:domains?|for (?:an? )?(?:major )?depress\w+(?: disorder| episode)?)|\b(?:\d+|nine)(?: criterion)? (?:symptom )?(?:domains?)\b|\bto rate \d domains?\b",
            # when the scale asks about
            r"\b(?:over |during |within |in |for |of )?(?:the |their )?(?:past|last|previous|prior|preceding)\s+(?:(?:\d+|one|two|seven|fourteen)[ -]?)?(?:days?|weeks?)(?: \(\d+ days\))?\b(?!\s+of)",
            r"\brecall period(?: (?:is|was|of))*\s+(?:the )?(?:past |last )?(?:\d+|one|two|seven) (?:days?|weeks?)|\bseveral days\b|\b(?:more than )?half (?:of )?(?:the )?days\b|\bnearly every ?day\b|\b(?:daily|day-to-day) (?:life|living|activities|function\w*)\b",
            # how it is put together
            r"\b(?:sum|total|addition|adding)(?: up)? of (?:the |all )*(?:(?:scores?|ratings?|responses) (?:of|from|for|on) )?(?:the |all )*(?:individual |question )*(?:\x04(?: scores| ratings)?|scores|ratings|items?|item scores|item ratings|ratings|scores|responses)(?!\w)|\badding scores\b|[\x01\x04]\s*version\b(?=\s*[(;,.]|$)",
            r"\b(?:item |their )responses\b|\bresponses to (?:the |each |all )*(?:items?|questions)\b|\b(?:participant|patient|subject)s?'s? responses\b",
            r"\b(?:each|every|all|individual|per)\b(?:\s+(?!items?\b)[\w-]+){0,3}?\s+items?\b|\bitems?(?= (?:is|are|was|were|assess\w*|not|scores?|responses?|ratings?|present|scored|rated|each|covering|that assess\w*|related)\b)|\b\d+ items? (?:are |is )?used to rate\b",
            r"\b(?:maximum|max|minimum|min|highest|lowest|greatest|best|worst)(?:\.| and (?:the )?(?:maximum|minimum|highest|lowest))?(?: (?:possible|total|overall|scores?|ratings?|values?|is|are|of|being|and|attainable))* ?[=:(]* ?\d+",
            r"\(\s*(?:the )?(?:best|worst|lowest|highest|minimum|maximum|least|most)(?: [\w-]+){0,3}\)|\b(?:the )?['\"](?:best|worst)['\"] rating|\b\d+ ?[=(] ?(?:best|worst|better|worse)\b(?: outcome)?|\b(?:maximum|maximal) severity\b",
            r"\bvery much (?:improved|worse)\b|\b(?:much|minimally) (?:improved|worse)\b|\bno change\b(?=[^.;]*\b(?:worse|improved)\b)|\btotal improvement\b|\bimprovement (?:or worsening|item)\b",
            rf"\b(?:(?:reduc|decreas|increas|chang|impair)\w*|loss of|changes? in)\s+(?:\w+/)?{_SYMPTOMS}(?:(?:,| or|/)+ ?{_SYMPTOMS})*|\b(?:{_SYMPTOMS}/)?{_SYMPTOMS} changes?\b|\bself[- ](?:outlook|esteem|blame|confidence|harm|worth|criticism)\b",
            r"\bstandardi[sz]ed,?\s+(?:[\w-]+,? ){0,3}?(?:scale|interview|instrument|measure|questionnaire|assessment|tool)\b",
            r"\b(?:first|last|second) edition\b(?=[^.;]*\bDSM)|\b\d(?:th|nd|rd) edition\b|\b(?:the )?following (?:\w+ )?symptoms?|\b(?:questionnaire|scale) includes? questions\b",
            r"\bat the time of (?:the )?rating\b|\b(?:current|prior|previous|past) (?:\w+ )?(?:episodes?|experience|illness)\b|\b(?:not |un)differentiat\w*|\bdifferent (?:aspects|symptoms|areas|dimensions)\b|\bquestion items\b|\b\d+ items? used\b",
            # what is before the treatment
            r"\b(?:the )?(?:study )?baseline (?:(?:visit|score|value|assessment) )?(?:is|was|were)(?: (?:defined|taken) as)?(?: at| on)? (?:the )?(?:study )?(?:day -?[01]|week 0)\b(?!\d)(?:[\s,(]+(?:pre-?dose|(?:prior to|before) (?:the )?(?:first )?(?:dos\w+|infusion|treatment|randomi[sz]ation))\)?)?",
            r"\b(?:the )?baseline (?:\w+ )?(?:is|was|were)(?: defined as| taken as)? (?:the )?(?:last|most recent|latest|closest)?\s*(?:non-?missing |available |valid )*(?:observation|value|assessment|measurement|score)s? (?:\w+ )?(?:prior to|before|on or before|at|on|preceding)(?: or (?:on|at))? (?:the )?(?:time of )?(?:first |initial )?(?:dos\w+|administration|randomi[sz]ation|infusion|study drug|treatment|day -?[01])(?: of (?:the )?(?:[\w-]+ ){0,3}(?:drug|medication|treatment|product))?",
        ),
    )
)
"""Forms of what a scale is: its items, range, direction, recall and purpose, and what its baseline is."""

_ABOUT_ANALYSIS = _p(
    r"\b(?:treatment|visit|week|time|day|baseline(?: \x01+)?(?: total)?(?: score)?|score)(?:[\s*-]*(?:by|x|\*|and)[\s*-]*(?:MADRS |HAM-?D\w* |total |score )*(?:treatment|visit|week|time|day|baseline|score)\b)+(?:\s+interactions?)?"
    r"|\b(?:baseline|visit|week|time|day)\b(?:\s+(?:MADRS|HAM-?D\w*|CGI-?S|\x01+|total|scores?|values?|severity))*(?=\s*(?:,|\band\b|\bas\b|\.|;|\)|\*|-by-|$))|\b(?:pooled|analysis) (?:cent(?:er|re)|site|investigator|country|region)s?\b|\b(?:random|fixed|main|repeated) (?:effects?|factors?)\b|\bas (?:an? |the )?(?:factors?|covariates?)\b|\bfactors?\b|\brepeated\b|(?<!placebo[- ])(?<!sham[- ])(?<!vehicle[- ])(?<!control[- ])\badjust\w*\b(?! for (?:placebo|sham|vehicle|control))|\beffects?\b"
)
"""Words of the terms of a model, in a sentence that names one."""

_CARRIED = _p(
    r"\b(?:the )?last\b[^.;]{0,80}\b(?:observation|value|assessment|score)s?\b[^.;]{0,90}?\bcarried forward\b(?: as (?:the |an )?\"?end-?\s?point\"?)?(?: for (?:that|the) phase)?(?:,? at end-?point)?|\bLOCF\b(?: data\)?)?,?(?: at end-?point)?"
)
_OF_PEOPLE = _p(
    r"\b(?:percent\w*|proportions?|numbers?|%)(?: ?\(%\)| and (?:percent\w*|proportion))* of (?:the |all )?(?:participants|patients|subjects|responders|remitters|individuals|people)\b"
)
_PLAIN_CHANGE = _p(
    r"\bdifferences? (?:between|from) (?:the )?baseline(?: (?:and|to)\b)?|\bbaseline ?- ?(?=(?:week|day)\b)|"
    r"(?:\b(?:negative|positive|mean|LS|least squares|absolute)\s+)*\bchanges?(?: scores?| values?)?\b(?!\s+(?:from|since|relative|versus|between|to|of|over|per)\b)"
    r"|(?:\b(?:mean|LS|least squares|absolute)\s+)*\b(?:changes?|CFB)(?:\s+(?:in|on|of)\s+(?:the\s+|total\s+|mean\s+|\x01+\s*|\W{1,2}|scores?\s+|[\w-]*rat\w+\s+|overall\s+|severity\s+|depressi\w+\s+|symptoms?\s+){1,8}?)?,?\s*(?:from|relative to|since|compared (?:to|with)|versus)\s+(?:the\s+)?(?:study |pre-?treatment )?baseline\b(?:\s*\((?:day -?[01]|week 0)\))?"
    r"|\b(?:at|and|to|study|their|the|from) baseline\b(?:\s*\((?:day -?[01]|week 0)\))?"
)
_ANY_CHANGE = _p(rf"\b(?:{_CHANGE}|from|percent\w*|per cent|minus|subtract\w*|relative|baseline)\b|%")
_OWN_WORDS = {
    word: _p(
        rf"\b(?:criteri\w+ (?:for|of|defining) (?:clinical )?)?(?<!non-)(?<!non){stem}\w*(?: status)?(?: criteri\w+)?(?:\s+requir\w+)?"
    )
    for word, stem in (("response", "respon[ds]"), ("remission", "remi[st]"))
}
_ANSWERS = _p(
    r"\b(?:item|treatment|their|(?:participant|patient|subject)s?'s?) responses?\b|\bresponses? to (?:the |antidepressant )?(?:treatments?|therapy|items?|questions)\b"
)
_DEFINED = _p(
    r"^\W*(?:the |an? )?(?:(?P<lesser>partial|minimal|no|non)[\s-]?)?(?:clinical |MADRS |HAM-?D\w* )*(?:respon(?:se|ders?)|remi(?:ssion|tters?))\b(?: criteri\w+)?\s*(?::|=|\(|\b(?:was|were|is|are|has|had|defined)\b)[^.;]*\d"
    r"|^[^.;]*\d[^.;]*\b(?:considered|defined|classified)\b (?:as |to be )*(?:clinical )?(?:responders|remitters)\b"
)
_LEFT_OUT = _p(r"\b(?:exclu\w*|except|only|not includ\w*|left out|separate\w*|elsewhere|omit\w*)\b")
_OTHER_DEFINED = _p(r"\b(?:respon(?:se|ders?)|remi(?:ssion|tters?))(?= (?:was|is|were|are|as|if)\b[^.;]*\x02)")
_VISIT = _p(r"\bvisit \d+\b")
_SECONDARY = _p(r"\b(?:was|were) (?:an? |the )?(?:secondary|exploratory)\b")
_BANDS = _p(r"\b(?:mild|moderate|severe|normal|minimal|severity|none)\w*\b")
_ILLNESS = _p(
    r"\b(?:anxiety|PTSD|post-?traumatic|panic|psycho(?:sis|tic)|schizo\w+|bipolar|mania|manic|OCD|obsessive\w*|pain|insomnia|autis\w+|ADHD|dementia|eating|binge|bulimi\w*|anorexi\w*|alcohol|substance|suicid\w*|premenstrual|PMDD|fibromyalgia|irritability|agitation)\b"
)
"""Other illnesses than depression, which a global impression may be of."""

_LOOKED_AT = _p(r"\W*(?:assessed|evaluated|analy[sz]ed|included)\b")
"""The rest of a sentence about a number of participants, where these are all who were seen."""

_FILLED_IN = _p(r"\bimput\w*|\bcarried\b|\b[LB]OCF\b|\bsensitivity analys")
_SIGNED = _p(r"\b(?:negative|positive) (?:changes?|numbers?|values?|scores?)\b")
_INTERVAL = _p(r"\b\d+ ?% ?(?:CI\b|confidence)")
_FROM_START = _p(r"\b(?:from|since|of) (?:the )?(?:study )?day -?[01]\b(?: \(?pre-?dose\)?)?|\bpre-?treatment baseline\b")
_NOT_SEEN = _p(
    r"\b(?:without|later|any|last|final|before|after|during|missing|discontinu\w*|withdr\w+|visits?|post-?baseline|phases?|end-?points?|not (?:\w+ )?assess\w*|time-?points?)\b"
)
"""Words of a sentence that says how those not seen are filled in."""

_TIMED = _p(
    r"\b(?:from |at |on |by |to |through |the |end of |before |during |and |or |, ){0,12}+(?:(?:study )?(?:days?|weeks?|wks?|visits?|months?|hours?)[\s-]*#?-?\d+(?:\.\d+)?(?:\s*(?:,|/|&|\band\b|\bor\b|\bto\b|\bthrough\b)+\s*\d+)*(?![\w%])"
    rf"|(?:\d+(?:\.\d+)?|{'|'.join(_NUMBERS)})[\s-]*(?:minutes?|mins?|hours?|hrs?|h|days?|weeks?|wks?|months?|years?)\b)(?:[\s-]*(?:after|post|following|of)[\s-]+(?:the )?(?:first |initial |start of |double[- ]blind |randomi[sz]ed )*(?:dos\w+|infusion|treatment|administration|randomi[sz]ation)\b|[\s-]*post-?(?:dose|infusion|treatment|baseline)\b)?(?: visit\b)?"
)
_WHEN = _p(
    r"\b(?:during|at|in|of|for|throughout|over)?\s*(?:the )?(?:end of (?:the )?)?(?:\d+-week )?(?:double-?blind|DB|acute|treatment|induction|OL|randomi[sz]ed|IND)(?: \(\w+\))?(?: (?:treatment|induction|acute))*(?: \(\w+\))? (?:phases?|periods?)(?: \(\w+\))?"
    r"|\bat (?:a|the|each|every|any given|specified|given|that|indicated|a given|the specified|scheduled)(?: (?:specific|given|specified|scheduled|study))? (?:time ?points?|visits?)|\b(?:prior to|before) (?:the )?(?:first )?dos\w+\b|\bat (?:the )?(?:study )?end-?points?\b|\bat (?:the )?end of (?:the )?(?:treatment|study)\b|\b(?:primary|secondary|efficacy|key|outcome) end-?points?\b"
)
"""The acute phase, and visits that a class names."""

_SCHEDULE = _p(
    r"^(?:(?:the|it|this|scales?|scores?|totals?|assessments?|ratings?|questionnaires?|participants?|patients?|was|were|is|are|made|done)\s+|[()\x01]\s*){0,8}"
    r"(?:measured|administered|assessed|evaluated|collected|completed|obtained|made|done|rated)\s+(?:at|on)\s+(?P<visits>.+)$"
)
"""When a scale was given."""
_VISITS = listed_words("and at baseline day each every on or screening study the then thereafter visit visits week weeks weekly")

_ACRONYM = re.compile(r"\b(?=[A-Z\d-]*[A-Z][A-Z\d-]*[A-Z])[A-Z][A-Z\d-]{2,}\b")
_NO_SCALE = listed_words(
    "AD ANCOVA BOCF CI DB DSM DSM-5 DSM-IV DSM-IV-TR FAS ICD ITT LOCF LS LSM MDD MDE MMRM NRI OC OL OM SD SE SEM SIGH SIGH-D SIGMA SSRI TRD"
)
"""Short words in capitals that don't name a scale."""


@dataclass(frozen=True)
class FigureSense:
    """What a figure is known to be: ``kind`` (an outcome's ``count``, or a score's statistic), its scale, its word and the words of the rules that were
    read, the day it is of, and the texts that name its times (title, time frame, class).

    ``held`` says that the rule is one of several visits, ``turned`` that the sign of a change is, ``changes`` that the measure has changes, and
    ``only_here`` that no other text names the scale. ``ordinary`` are the sentences that change nothing, as a mapping has them.
    """

    kind: str
    scale: str
    word: str = ""
    rules: Collection[str] = ()
    held: bool = False
    changes: bool = False
    turned: bool = False
    day: str = ""
    timed_by: Collection[Text] = ()
    only_here: bool = False
    ordinary: Collection[str] = ()


def refuse_undecided(text: Text, about: FigureSense) -> None:
    """Raise, with the sentence, where one bears on what is counted or measured and isn't understood."""
    for part in sentences(text):
        if part.words not in about.ordinary and (word := undecided(part, about)):
            raise NotTakenError(
                f"`{word}` in the {text.place} may make it another figure, and the sentence isn't understood: `{part.words}`. "
                "If it changes nothing, list it under `sentences` in the mapping"
            )


def refuse_other_days(population: Text, about: FigureSense) -> None:
    """Raise where a population is that of another day than the figure's."""
    for part in sentences(population):
        if days_in(part) and part.words not in about.ordinary and (other := _other_time(part, about)):
            raise NotTakenError(f"`{other}` in the {population.place} isn't the day of the figure: `{part.words}`")


def undecided(part: Text, about: FigureSense) -> str:
    """The first deciding word of a sentence that isn't understood; empty where there is none."""
    ruled = any(span in part.words for span in about.rules)
    held = about.held and (ruled or "excursion" in part.words)
    if held or (says_missing(part) and not ruled) or _speaks_of_another(part, about.word, about.scale):
        return ""
    if other := _other_measure(part, about):
        return other
    plain = unbracketed(part.words)
    formula = about.changes and not OF_A_SHARE.search(part.words) and any(pattern.search(plain) for pattern in FORMULAS)
    words = _understood(plain if formula else part.words, about)
    if _is_schedule(part, about):
        return ""
    if odd := _other_time(Text(part.place, _VISIT.sub(" ", words) if formula else words), about):
        return odd
    left = _without_change(words, about, ruled=ruled, formula=formula)
    if found := _DECIDING.search(left) or (
        _LOOKED_AT.match(left) if about.kind == "count" and _OF_PEOPLE.search(part.words) else None
    ):
        return found[0].strip()
    whole = MODEL.search(part.words) or _FILLED_IN.search(part.words) or len(tokens(part.words)) > _SHORT
    return "" if ruled or whole else next(iter(unknown_in(NO_CONDITION.sub(" ", left))), "")


def _other_measure(part: Text, about: FigureSense) -> str:
    """The words of a sentence that name another scale, another form of the scale, another illness, or a cut-off from below."""
    named = scales_in(part)
    others = [scale.words for scale in named if scale.term != OTHER and not may_be(scale.term, about.scale)]
    others += [found[0].strip() for found in [OTHER_FORM.search(part.words)] if found]
    if about.scale.startswith("cgi"):
        others += [found[0] for found in [_ILLNESS.search(part.words)] if found]
    ruled = any(span in part.words for span in about.rules)
    others += [
        "" if ruled else other_range(part.words, about.scale, changes=about.changes),
        direction_turned(part.words, about.scale),
    ]
    if about.kind in {"endpoint", "baseline"}:
        others += [found[0] for found in [_SIGNED.search(part.words)] if found]
    if named and not _BANDS.search(part.words):
        others += [turned(part.words)]
    if about.only_here:
        others += [word for word in _ACRONYM.findall(_unscaled(part.words)) if word not in _NO_SCALE]
    return next(filter(None, others), "")


def _unscaled(words: str) -> str:
    return re.sub(r"\(\s*\)", " ", without_scales(words))


def _understood(words: str, about: FigureSense) -> str:
    """A sentence without its rule, names of its scale, and what explains the scale or how it was analysed."""
    for span in sorted(about.rules, key=len, reverse=True):
        words = words.replace(span, " \x02 ")
    words = without_scales(_FROM_START.sub(" ", NO_CONDITION.sub(" ", words)))
    words = " ".join(_self_known(_items_known(words, about.scale), about.scale).split())
    carried = _CARRIED.search(words) is not None
    for form in (_CARRIED, _INTERVAL, *_EXPLAINED, _WHEN, *((_NOT_SEEN,) if carried else ())):
        words = form.sub(" ", words)
    return _ABOUT_ANALYSIS.sub(" ", words) if MODEL.search(words) else words


def _without_change(words: str, about: FigureSense, *, ruled: bool, formula: bool) -> str:
    """What is left of a sentence without times, and without what the figure is known to be: a change, a count of an outcome."""
    for pattern in FORMULAS if formula else ():
        words = pattern.sub(" ", words)
    if about.changes:
        words = (_ANY_CHANGE if formula or about.turned else _PLAIN_CHANGE).sub(" ", words)
    if about.kind == "baseline":
        words = re.sub(r"\bbaseline\b", " ", words, flags=re.IGNORECASE)
    if about.kind == "count":
        words = _OWN_WORDS[about.word if about.word == "remission" else "response"].sub(" ", _OF_PEOPLE.sub(" ", words))
        words = _ANY_CHANGE.sub(" ", _OTHER_DEFINED.sub(" ", words)) if ruled else words
    return _TIMED.sub(" ", words)


def speaks_of(part: Text, word: str, scale: str) -> bool:
    """Whether a sentence is about the outcome, other than how those not seen are counted."""
    told = _ANSWERS.sub(" ", part.words)
    about = _OWN_WORDS.get(word)
    return about is not None and bool(about.search(told)) and not (says_missing(part) or _speaks_of_another(part, word, scale))


def _speaks_of_another(part: Text, word: str, scale: str) -> bool:
    """Whether a sentence only defines another outcome than the figure's, or says which scales others are of."""
    found = _DEFINED.match(part.words)
    if found and not _LEFT_OUT.search(part.words):
        return bool(found["lesser"]) or ("respon" if word == "response" else "remi" if word else "-") not in part.words.lower()
    ours = any(may_be(named.term, scale) for named in scales_in(part))
    return not ours and _SECONDARY.search(part.words) is not None


@cache
def _numbers_of_items(scale: str) -> frozenset[str]:
    stem = scale.removesuffix(".unstated")
    found = {
        row["items"]
        for row in rows("instruments")
        if row["items"] and (row["instrument_id"] == scale or (stem != scale and row["instrument_id"].startswith(stem)))
    }
    return frozenset(found | {_NUMBERS[int(n) - 1] for n in found if int(n) <= len(_NUMBERS)})


def _items_known(words: str, scale: str) -> str:
    """The words without the scale's own number of items."""
    own = _numbers_of_items(scale)
    return re.sub(
        r"(?:(?<=\x01)[\s,(-]*)?\b(\d+|[a-z]+)[\s-](?:individual |symptom |question )*items?\b",
        lambda m: " \x04 " if m[1].lower() in own else m[0],
        re.sub(r"(?<=\x01)-items?\b", " ", words),
        flags=re.IGNORECASE,
    )


def _self_known(words: str, scale: str) -> str:
    """The words without `self-rated` and who so rates, where the scale is one."""
    own = any(row["rater"] == "self" for row in rows("instruments") if row["instrument_id"] == scale)
    return (
        re.sub(
            r"\bself[- ]?(?:report|rat|administ|complet)\w*|\bby (?:the )?(?:participant|patient|subject)s?\b",
            " ",
            words,
            flags=re.IGNORECASE,
        )
        if own
        else words
    )


def _other_time(part: Text, about: FigureSense) -> str:
    """The words of a time that isn't the figure's."""
    named = {day for text in about.timed_by for day in days_in(text)} | {about.day, "0", "1"}
    if days := days_in(part):
        fits = about.kind == "baseline" or any(_same_day(about.day, day, words) for day, words in days.items())
        fits = fits and all(any(_same_day(own, day, words) for own in named) for day, words in days.items())
        return "" if fits else ", ".join(dict.fromkeys(days.values()))
    told = " ".join(text.words for text in about.timed_by).lower()
    return next((said for m in _TIMED.finditer(part.words) if (said := m[0].strip()).lower() not in told), "")


def _is_schedule(part: Text, about: FigureSense) -> bool:
    """Whether a sentence says at which visits the scale was given, and no more; if it names days, the figure's must be one of them."""
    if (seen := _SCHEDULE.match(without_scales(part.words))) is None:
        return False
    days = days_in(part)
    fits = not days or any(_same_day(about.day, day, words) for day, words in days.items())
    return fits and all(word.isdigit() or word in _VISITS for word in tokens(_TIMED.sub(" ", seen["visits"])))


def _same_day(day: str, told: str, words: str) -> bool:
    """Whether a day is the one told, its week counted from day 1 (day 57 is the end of week 8) or its hours (24 hours are day 2)."""
    if day == told or not (day.isdecimal() and told.isdecimal()):
        return day == told
    return int(told) - int(day) == (-1 if re.search(r"h(?:ou)?rs?\b", words, re.IGNORECASE) else 1) and (
        int(day) % 7 == 0 or int(day) == 2
    )
