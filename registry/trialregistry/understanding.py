"""Whether what an entry says about a figure is understood: a title, the sentence that gives the rule and the population are only if each of their words is known.

What these may say that makes it another figure is endless: an item of the scale, women, a country, a stage, a time until something, a further condition. So a
word that is known of none of what such a text says leaves the figure out, unless the mapping says that it changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cache

from registry.trialregistry.figures import Figure
from registry.trialregistry.given import words_for
from registry.trialregistry.people import says_missing
from registry.trialregistry.scales import without_scales
from registry.trialregistry.texts import Text, listed_words, sentences, tokens, unknown_words
from registry.trialregistry.values import COUNTED, NotTakenError

__all__ = ["NO_CONDITION", "check_population", "check_rule", "check_titles", "unknown_in"]

_KNOWN = """
    achieve achieved achieves achieving acute among an analyses analysis ancova and approximately as assessed assessment assessments
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
    treatment trial under up using utilising value values versions via visit was were when who with within y yes
"""
"""Words of titles of response, remission and scores, beside days, scales, rules, sets and treatments."""

_OUTCOMES = (
    "responded responder responders responding response responses remission remissions remitted remitter remitters remitting"
)
"""Words of what is counted. A score that has one may be that of the responders."""

_TIMES_COUNTED = "responses remissions"
"""What may be counted several times in one participant, in a title that names no participants."""

_OF_PARTS = "mdd resistant trd"
"""Words of everybody in a title, by which a class or category is of some of them."""

_NON = re.compile(r"\bnon-?\s?(?=respon|remi)", re.IGNORECASE)
"""Before an outcome: that a title is of those without it is read elsewhere where it counts. A mean, or a population, is of them."""

_LASTING = "maintained repeated stable sustained"
"""Words that make an outcome one of more than a visit."""

_OF_SHARES = "effect number numbers percent percentage percentages proportion rate rates y yes"
"""Words of shares and counts, which a title of a score in points hasn't."""

_ONLY_IN = {
    "least": re.compile(r"\b(?:at least|least[- ]squares?)\b", re.IGNORECASE),
    "last": re.compile(
        r"\blast (?:post-?\s?baseline (?:assessment|value|observation)|observation|dose|treatment|infusion)|\b(?:after|following|post|since|prior to|before) (?:the )?last\b",
        re.IGNORECASE,
    ),
}
_LOOKED_AT = re.compile(
    r"\b(?:participants|patients|subjects|individuals)\s+(?:who\s+)?(?:were\s+)?(?:assessed|evaluated|analy[sz]ed|measured|included|tested|with (?:data|assessments?|scores?))\b|\bdata on\b|\b(?:response|remission)\s+analys[ie]s\b"
    r"|\bby (?:participants|patients|subjects)\b|^(?:n|assessed|evaluated|analy[sz]ed|observed|measured|tested)$",
    re.IGNORECASE,
)
"""Of a count: words of those who could have had the outcome."""

_OF_PEOPLE = re.compile(r"\b(?:participant|patient|subject)s?\b|\bpeople\b", re.IGNORECASE)
_CONTROLS = frozenset({"placebo", "sham", "vehicle", "control", "saline"})
_AFTER = re.compile(
    r"\bafter (?=(?:the |a |an |single |first |initial |last |post|start of |end of |\d)*(?:\d|dos|infusion|treatment|randomi|baseline|induction|double|acute|week|day|second|third|(?:one|two|three|four|six|eight|ten|twelve)\b))",
    re.IGNORECASE,
)
"""After a time or the treatment; after anything else, such as another drug or another response, it is of some of the participants."""

_OF_TITLES = "both during mean over repeated showed showing shown second"
"""Known in a title, and in a rule's sentence a sign of several visits or of another value."""

_DEFINING = """
    after all also are be before being better between calculated complete symptomatic very much improved improve categorised classified clinician condition considered counted define defines described described equal
    from given greater higher his included including her if indicate indicated indicates indicating is it its lower minimum more maximum met no possible range ranges ranging relative
    required requires reach satisfied satisfying screening severe severity such that their then there these they this those total were what where which whom whose worse yes
"""
"""Words of a sentence that defines an outcome, beside those of titles."""

_POPULATION = """
    1 ad all also analysable analysed analyses analysis and are as assessment assessments at available based baseline been being bocf both by case cases category consider considered consist consisted
    consists comprised comprises comprising contributed data db defined depression depressive described disorder double blind each efficacy eligible endpoint endpoints enrolled et evaluable evaluated evaluation fas follow followup for forward from full given group groups
    had has have here in include included includes including ind intent intention is itt label last later least locf ls ma major mdd measure measurement measures mitt mixed mmrm model models n na non-missing number numbers
    observation observations observed oc of ol om one op open or outcome over overall participant participants patient patients people per point points population post postbaseline pps primary protocol
    questionnaire randomisation randomised randomly refer refers repeated reported respective safety same sample scale score scores secondary set shown signified signifies specified study subject subjects that the their there these they this
    those timepoint timepoints to total treat treated treatment trial trd under used using valid value values variable variables visit visits was were when where which while who whom whose with within
"""
"""Words of populations that ask nothing of a participant. What an ordinary set asks is in ``_ASKED``; who was left out, and how those not seen
count, is read elsewhere.
"""

_OF_SOME = """
    assigned but complete completed did dose end maintenance medication met not only optimisation period phase placebo re received remit responded response responder responders remission remitter remitters sustained stable start summary then
"""
"""Words of a population of some of the participants, which its measure names."""

_DRUG = (
    r"(?:(?:the|any|their|test|intranasal(?:ly)?|intravenous|IV|oral|nasal|sublingual|open-?label|OL|double-?blind|DB|(?:single-?)?blind(?:ed)?|randomi[sz]ed|assigned|allocated|study|trial|investigational|new|active|AD|antidepressant|\(\w+\))\s+)*"
    r"(?:drugs?|articles?|medications?|treatments?|agents?|interventions?|products?|therapy|placebo|antidepressant|AD|infusion|spray)\b(?: or placebo\b)?"
)
_DOSE = rf"(?:at least |a least |>=? ?)?(?:1|one|an?|any)(?: (?:single|full|partial))*(?: or more)? (?:doses?|administrations?|infusions?)\b(?: \((?:full|partial)[^)]*\))?(?:\s+of\s+{_DRUG})?"
_STUDY_DRUG = rf"(?:(?:the|any|their|at least some)\s+)?(?:(?:double-?blind|DB|blinded|randomi[sz]ed|assigned|allocated|study|trial|investigational)\s+)+{_DRUG}|(?:any )?treatment\b"
_PHASE = r"(?:the\s+)?(?:(?:double-?\s?blind|DB|OL|MA|OP|open-?label|maintenance|induction|optimi[sz]ation|acute|treatment|randomi[sz]ed)(?: \(\w+\))?\s+)+(?:phase|period)\b(?: \([\w-]+\))?"
_ASKED = re.compile(
    rf"\b(?:received|receiving|started|took|taken|taking|had taken|were given|(?:were )?(?:dosed|treated|administered)(?: with)?|(?:with|who had)(?= (?:at least|a least|>)))\s+(?:{_DOSE}|{_STUDY_DRUG})(?:(?:,|\s+and|\s+or)+\s+(?:(?:received|took)\s+)?(?:{_DOSE}|{_STUDY_DRUG}))*"
    rf"|(?:\b(?:during|in|of|for)\s+)?\b{_PHASE}"
    r"|\bmet non-?response criteria(?= and received\b)|\b(?:randomly )?(?:assigned|allocated|randomi[sz]ed) to (?:(?:an?|the|study|double-?blind)\s+)*(?:treatments?|groups?)(?: groups?)?\b"
    r"|\bcompleted (?:(?:an?|the|at least (?:1|one)|any|both)\s+)*(?:(?:baseline|post-?baseline|MADRS)\s+)+(?:assessment|visit|questionnaire|scale|evaluation)s?\b"
    r"|\bmissing (?:data|values|scores|assessments)(?: (?:was|were|is|are))? (?:imputed|excluded|handled)\b|\bnon-missing\b|\bon-therapy\b|\bbased on\b|\bon (?=(?:the )?(?:day|week|visit|MADRS)\b)|\brandomi[sz]ed and (?:treated|dosed)\b|\bregardless of\b",
    re.IGNORECASE,
)
"""What is asked of the participants of an ordinary set: that they were treated at all, in which phase, and seen. Anything else that a population asks
names some of them.
"""

_KEPT_TO_PROTOCOL = re.compile(
    r"\b(?:without|no|not have|who had no)\b(?: (?:any|an?|major|important|significant|relevant))* (?:protocol )?(?:violation|deviation)s?\b|\bcompliant\b",
    re.IGNORECASE,
)
"""What a set per protocol is of."""

_EITHER = re.compile(
    r"\bby (?:the )?(?:end of )?(?:study )?(?:day|week|month|visit)s?\b|\brespon\w+[^.;]{0,40}\bor\b[^.;]{0,15}\bremi\w+|\bremi\w+[^.;]{0,40}\bor\b[^.;]{0,15}\brespon\w+",
    re.IGNORECASE,
)
_MORE_THAN_THE_RULE = re.compile(
    r"\b(?:and|or|plus|if|when|while|among|unless|provided|who|whose|with|(?:in|for) (?:participants|patients|subjects|those))\b"
    r"(?!(?: there (?:was|were|is))? +;)"
    r"(?! (?:was|were|is|are) (?:assessed|measured|evaluated|reported|calculated|analy[sz]ed)"
    r"| (?:the |an? )?(?:clinical |MADRS |HAM-?D\w* )*(?:remi|respon)\w+ (?:was|is|were|are|as|if)\b"
    r"| (?:lower|higher|the higher|scores?|ranges?|all (?:participants|patients|subjects) included|a (?:total |possible |score )*range)\b)[^.;]*",
    re.IGNORECASE,
)
"""What goes on after a rule with a word that may join a further condition to it, and not another outcome or what the scale is."""

NO_CONDITION = re.compile(
    r"\bfirst \d+ items of\b|\bno (?:treatment or study |treatment |study )?discontinuation\b|\bnot (?:considered|counted|regarded) (?:to have|as having|as)\b[^.;]*|\b0 ?(?:to|-|through|and) ?\d+\b|\byes ?= ?1\b|\bno ?= ?0\b"
    r"|\b(?:considered|counted|imputed|treated|regarded|assumed|classified|analy[sz]ed) (?:to be |as |as being )*non-?\s?(?:respon|remi)\w*",
    re.IGNORECASE,
)
"""That nobody left, how those not seen are counted and the range of a scale: no further condition."""

_READ_ELSEWHERE = re.compile(
    r"\b(?:study )?(?:days?|weeks?|wks?|months?|hours?|hrs?|visits?)[\s-]*#?-?\d+(?:\.\d+)?(?:\s*(?:,|/|&|\band\b|\bor\b|\bto\b|\bthrough\b|\buntil\b|-)+\s*(?:(?:day|week|wk|month|hour|visit)s?\s*)?\d+(?:\.\d+)?)*(?![\w%])"
    r"|(?<![\w.])(?:\d+(?:\.\d+)?(?:\s*(?:,|/|&|\band\b|\bor\b|\bto\b|-)+\s*\d+)*|one|two|three|four|six|eight|ten|twelve)[\s-]*(?:days?|weeks?|wks?|months?|hours?|hrs?|h|minutes?|mins?)\b"
    r"|\btime[\s-]?points?\b|\bperiods? \d(?:\s*(?:and|&|-)\s*\d)*|\b(?:first|initial|1st) (?:dose|infusion)\b|\bprior to\b|\bend of (?:the )?(?:day|week|month)s?\b|\bweek by week\b"
    r"|\b(?:maintenance|optimi[sz]ation|extension|continuation)(?: \(\w+\))?(?:/\w+)? (?:phase|period)\b|\bopen[- ]label(?: \(OL\))? extension\b|\bextension study\b|\bsingle[- ]blind\b"
    r"|\b(?:after (?:the |a )?)?(?:placebo |sham )(?:run|lead)-?in\b(?: (?:phase|period)\b)?|\bat any (?:time(?:[- ]?point)?|visit)\b|\bany visit\b|\bcumulative(?:ly)?\b|\bleast squares?\b|(?<=\x01)(?:[\s,-]*\(?\d+[\s-]*items?\)?)?[\s,-]*self[- ]?report(?:ed)?\b"
    r"|\bno\.? of\b|\bdose increase\b|\b(?:with )?(?:missing|drop-?outs?)\s*(?:=|as\b|counted as\b|considered\b|imputed as\b|treated as\b)(?=\s*(?:;|non))"
    r"|\b(?:after|following|despite) (?:an? |the )?(?:(?:inadequate|insufficient|prior|previous|initial|treatment) ){0,2}(?:(?<=inadequate )response|(?<=insufficient )response|failure|resistance|nonresponse)(?: to (?:an? |the |prior |oral )*(?:SSRIs?|SNRIs?|antidepressants?|ADs?|treatments?|therapy))?\b"
    r"|(?<=\x01) ?\d+ or \d+\b|(?:\b\d+|(?<=\x01))[\s-]*items?(?: depression module)?\b|\(?\b[nN]\s*=\s*\d+(?:\s*[,;/]\s*(?:n\s*=\s*)?\d+)*",
    re.IGNORECASE,
)
"""Visits and spans of time; those without response, how those not seen are counted, and what was tried before; numbers of items and of those
analysed. Each is read elsewhere.
"""


def check_titles(
    figure: Figure, texts: Iterable[Text], understood: Collection[str], ordinary: Collection[str], *, at_one_visit: bool
) -> None:
    """Raise for a title with words that aren't known. ``understood`` are words that something was read from, ``ordinary`` those that a mapping
    says change nothing, and ``at_one_visit`` says that an outcome is taken as that of one visit.
    """
    counted = listed_words(_OUTCOMES) if figure.measure.param in COUNTED else frozenset()
    counted |= {f"non{word}" for word in counted}
    groups = frozenset(word for group in figure.measure.groups.values() for word in _of_group(group.title))
    for text in texts:
        known = listed_words(_KNOWN) | counted | frozenset(ordinary)
        known -= frozenset() if _OF_PEOPLE.search(text.words) else listed_words(_TIMES_COUNTED) - frozenset(ordinary)
        known -= frozenset() if counted else listed_words(_OF_SHARES) - frozenset(ordinary)
        known -= frozenset() if text.place == "title" else listed_words(_OF_PARTS) - frozenset(ordinary)
        known -= frozenset(word for word, form in _ONLY_IN.items() if not form.search(text.words)) - frozenset(ordinary)
        if counted and (found := _LOOKED_AT.search(text.words)) and not set(tokens(found[0])) <= set(ordinary):
            raise NotTakenError(f"`{found[0]}` in the {text.place}: it may count those who were looked at")
        known -= listed_words(_LASTING) - frozenset(ordinary) if at_one_visit and counted else frozenset()
        non = "non" if counted else r"\g<0>"
        _check(
            Text(text.place, _AFTER.sub(" ", _without_arms(_NON.sub(non, text.words), groups - known))),
            f"the {text.place} has",
            [_NON.sub(non, words) for words in understood],
            known,
        )


def _without_arms(words: str, groups: Collection[str]) -> str:
    """A title without the names of its measure's groups, where it says who was given what: `in Ketamine Versus Placebo`, `With Ketamine`. A name
    elsewhere, or a control's alone, may name those who are counted: `Placebo Responders`, `After Ketamine`.
    """
    if not groups:
        return words
    name = rf"(?:{'|'.join(sorted(map(re.escape, groups), key=len, reverse=True))})\b"
    joined = (
        rf"{name}(?:(?:[\s,/&+-]|\b(?:and|or|plus|versus|vs\.?|compared (?:to|with)|the|\d+(?:\.\d+)? ?mg(?:/kg)?)\b)+{name})*"
    )
    said = rf"(?:\b(?:in|with|for|to|of|between|on|under|from|by)\s+(?:the )?|^(?=[^:]*:)|[:(]\s*|\s-\s*){joined}(?!\s*-?(?:non-?)?(?:respon|remi))"
    return re.sub(said, lambda m: " " if set(tokens(m[0])) & (set(groups) - _CONTROLS) else m[0], words, flags=re.IGNORECASE)


def check_rule(sentence: Text, rules: Collection[str], ordinary: Collection[str], *, at_one_visit: bool) -> None:
    """Raise for a sentence that gives a rule, and more than ``rules`` and that the outcome is so defined: it may be another condition or other visits."""
    if at_one_visit and (found := _EITHER.search(sentence.words)):
        raise NotTakenError(f"`{found[0]}` may be another condition, or one that may be met at any visit until then")
    said = Text(sentence.place, NO_CONDITION.sub(" ; ", sentence.words))
    ends = [said.words.rfind(rule) + len(rule) for rule in rules if rule in said.words]
    tail = re.sub(r"\([^()]*\)", " ", said.words[max(ends) :]) if ends else ""
    known = (
        (listed_words(_KNOWN) - listed_words(_OF_TITLES))
        | listed_words(_OUTCOMES)
        | listed_words(_DEFINING)
        | frozenset(ordinary)
    )
    _check(said, f"the sentence `{sentence.words[:120]}` has", rules, known)
    if at_one_visit and (found := _MORE_THAN_THE_RULE.search(tail)):
        raise NotTakenError(f"`{found[0].strip()}` after the rule may be another condition: `{sentence.words[:200]}`")


def check_population(
    population: Text, understood: Collection[str], ordinary: Collection[str], *, people: str, of_some: bool
) -> None:
    """Raise for a population that asks more of its participants than an ordinary set does, or that has words that aren't known. ``people`` is the set that it
    was read as, and ``of_some`` says that the figure is taken as one of some of the participants.
    """
    words = " ".join(part.words for part in sentences(population) if not says_missing(part))
    words = NO_CONDITION.sub(" ; ", re.sub(r"[<>]=? ?\d+", " ; ", words) if of_some else words)
    for form in (_ASKED, *([_KEPT_TO_PROTOCOL] if people == "per-protocol" else [])):
        words = form.sub(" ; ", words)
    known = listed_words(_POPULATION) | (listed_words(_OF_SOME) if of_some else frozenset()) | frozenset(ordinary)
    words = _NON.sub("", words) if of_some else words
    _check(Text(population.place, words), "the population has", understood, known)


_DESCRIBING = """
    abnormal according administered analogue anchored answered answers appetite apparent appearance assess assesses assessing asks calculated carried category cluster commonly component comprise comprised comprises comprising compute computed concentration core
    criterion current currently defined denotes depend depending derive derived describe designed details detect detects developed diagnosis diagnostic difficulties difficulty direct displayed distress domain domains eight elevated episode episodes estimate
    estimated evaluate evaluates evaluating extent extreme factor factors fashion feelings five fixed four frequency frequently function functioning general guilt higher illness impact impaired impairment inability independent individual
    individuals inner intensity instrument interest interval intervals item items lassitude likert low lowest manual maximal mild milder minimal minimally moderate mood most much nine none nor normal normally normality observed occurrence often ordinal out overall
    pessimistic point possible presence present presented provide provided psychometric quantify question questionnaire questions random rater raters ranges reduced reflect reflects reliable remitted represent represented represents responses same scored scoring
    scores self sensitive seven several severely sevenpoint sign signs six sleep slight slightly so specific standard standardised statistic statistics status structured sums tension terms test ten three thoughts tool treatment-related twelve two up validated
    error errors se sem deviation deviations larger greatest features
    clinicians measuring trained blinded yields yield past presented sd interviews sigma sigh reliability inter high
    condition conditions summed summing add adding adds answer descriptors
    version very well widely widespread worst worsening worse zero less lesser fewer negative positive one absent no not
"""
"""Words of a sentence that says what a scale is, beside those of titles, rules and populations."""


def unknown_in(words: str) -> list[str]:
    """The words of a sentence of a description that are known of no scale, rule, set or analysis."""
    lists = (_KNOWN, _OUTCOMES, _OF_TITLES, _DEFINING, _POPULATION, _DESCRIBING)
    known = frozenset().union(*map(listed_words, lists))
    return unknown_words(words, lambda word: len(word) <= word.isascii() or word[0].isdigit() or word in known)


_WITHIN = r"(?<![^\W\d_])"
"""Not within a word: `FAS` isn't part of `mFAS`."""


def _check(text: Text, what: str, understood: Collection[str], known: frozenset[str]) -> None:
    words = text.words
    for said in sorted(understood, key=len, reverse=True):
        words = re.sub(rf"{_WITHIN if said[0].isalpha() else ''}{re.escape(said)}\w*", " ; ", words)
    words = without_scales(words)
    words = re.sub(r"\b[Aa]\b" if words.isupper() else r"\ba\b|(?:^|(?<=[.;:] ))A\b", " ", words)
    words = _READ_ELSEWHERE.sub(" ; ", words)
    if unread := unknown_words(words, known.__contains__):
        raise NotTakenError(
            f"{what} words that aren't understood: `{', '.join(dict.fromkeys(unread))}`. They may make it another figure, or one of a "
            "part of the participants; if they don't, list them under `words` in the mapping"
        )


@cache
def _of_group(title: str) -> frozenset[str]:
    """The words of a group's title that a measure's title may have too: its treatment's name and its panel."""
    panel = re.search(r"\b(panel)s? ([A-Z])\b", title, re.IGNORECASE)
    return words_for(title) | (frozenset(tokens(panel[0])) if panel else frozenset())
