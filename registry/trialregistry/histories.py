"""Whether a group is what its title says: one that is named by an earlier treatment, or described as having had another, makes no arm."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from registry.trialregistry.figures import Figure, ResultGroup
from registry.trialregistry.given import Given, treatments_in, with_signs, words_for, words_in_titles
from registry.trialregistry.groups import group_key, part_of_reading
from registry.trialregistry.measures import Reading
from registry.trialregistry.phases import is_double_blind, phase_of
from registry.trialregistry.scales import without_scales
from registry.trialregistry.texts import Text, clean, listed_words, sentences, tokens, unknown_words

__all__ = [
    "in_another_phase",
    "most_beside_others",
    "named_by_another_phase",
    "of_another_phase",
    "of_more_people",
    "same_people",
    "shared_titles",
    "told_otherwise",
]

_PHASE = r"(?:phase|period|part|stage|(?:previous|prior|parent|feeder|original|core) (?:study|trial)|(?:study|trial) \d+)\b"
_GIVEN = r"(?:received|were\s+(?:\w+\s+)?(?:treated|given|randomi[sz]ed|assigned|allocated)|had\s+been|took|had)\b"
_EARLIER = re.compile(
    rf"\b(?:who|that|having)\s+(?:\w+\s+)?{_GIVEN}[^.;]{{0,120}}\b{_PHASE}[^.;]{{0,60}}?\b(?:received|continu\w+|switch\w*|entered|crossed|rolled|were\s+(?:given|switched|re-?\w+))\b"
    rf"|\b(?:previous|former|original|initial)(?:ly)?\s+(?:\w+\s+)?(?:{_GIVEN}|treated|randomi[sz]ed|assigned|received)|\bcross(?:ed)?[\s-]?over\s+to\b|\brolled\s+over\b|\bswitched\s+(?:to|from)\b",
    re.IGNORECASE,
)
"""That its people came from an earlier phase, or from another treatment."""

_SOME = re.compile(
    r"^(?:the |all |those |a )*(?:\w+ )?(?:non-?\s?)?(?:responders|remitters|completers|sub-?(?:group|set|sample))\b",
    re.IGNORECASE,
)
_THEN = re.compile(r"\b(?:followed (?:by|up|for|in)|then|before|prior to|until|after which)\b", re.IGNORECASE)
_GIVEN_IN = re.compile(
    r"\b(?:in|during|of|throughout|within)\s+((?:(?!\b(?:in|during|of|with|after|and)\b)[^.;,()])*)", re.IGNORECASE
)
"""Before what came after a treatment, and before when it was given."""

_OWN, _OTHER = "\x02", "\x01"
"""Stand for the characters of a name: of the group's own treatment, and of another."""

_DRUG = rf"(?:(?:an?|the|oral|intranasal|active|study) )*(?:[{_OWN}{_OTHER}]+|[A-Za-z]{{2,6}}-\d+|Esk\b|drug\b)(?:[\s-]+\d+(?:\.\d+)? ?mg\b)?(?: (?:XR|ER|CR|SR|XL|extended release|nasal spray|capsules?|tablets?|solution))?"
_LOOKS_LIKE = re.compile(
    rf"{_DRUG}[\s-]+(?:(?:matching|matched|match|dummy|oral|intranasal)[\s-]+)*placebos?\b"
    rf"|\bdummy {_DRUG}|(?:\bplacebos? )?[(]?\b(?:matching|matched|placebo[\s-]+to[\s-]+match|placebos? (?:\(?for|to)|identical(?: in \w+)?|similar(?: in \w+)?|indistinguishable|mimicking|(?:looking|tasting) like|in place|instead)(?: to| of| from)? {_DRUG}",
    re.IGNORECASE,
)
"""What a placebo looks like, with the name of the treatment that it isn't."""

_NOT_HAD = re.compile(
    rf"\b(?:compared (?:to|with)|versus|vs\.?|(?:is )?(?:an? )?(?:SSRI|SNRI|TCA|antidepressant)s? (?:like|such as)) {_OTHER}+"
    rf"|(?:\bwith )?{_OTHER}+ (?:as|was|is|served as|being) (?:an? |the )?(?:active )?(?:comparator|control|placebo)\b|{_OTHER}+ (?:was|were|is|are)(?: also)? not (?:permitted|allowed)\b",
    re.IGNORECASE,
)
"""What others were given, what the treatment is called by, and what nobody was allowed."""

_FORM_OF = re.compile(r"\([^()]*\b(?:enantiomer|isomer) of [^()]*\)", re.IGNORECASE)
_DRUGS_TO = r"(?:(?!\b(?:received|administered|given|treated|took)\b)[^.;])*"
_ONE_OF = re.compile(
    rf"\b(?:one|1) of (?:the )?(?:\w+ )?following\b{_DRUGS_TO}|\b(?:antidepressants?|ADs?|SSRIs?|SNRIs?)(?: (?:treatment|therapy|medication)s?)?(?: \((?:AD|ADT|OAD)s?\))? ?(?:\([^()]*\)|:{_DRUGS_TO})",
    re.IGNORECASE,
)
"""The antidepressants of which all arms have one."""

_AFTERWARDS = re.compile(
    r"(?:^|(?<=[.;] ))(?:after|upon|following|at) (?:the )?(?:end|completion)\b[^.;]*\b(?:could|may|might|were eligible|were offered|had the option)\b[^.;]*"
    r"|(?:^|(?<=[.;:] ))(?:responders|participants|completers|those)\b[^.;:]*\bwere eligible to\b[^.;]*",
    re.IGNORECASE,
)
_SECTION = re.compile(r"(?=\b[A-Z][\w-]*(?: \(\w+\))?(?: [\w-]+){0,3}? (?:phase|period)\b[^:.]{0,30}:)")
"""Where a description that goes through the phases of a trial goes on to the next."""

_STEPS = re.compile(
    r"\bactive placebo\b|\b(?:based (?:up)?on|according to|depending on) (?:\w+ )?response\b|\bthen (?=\d|once|twice|one|two|three|every|increas|decreas|reduc|titrat)|\bfollowed by (?=\d[\d.]* ?mg)|\bpsychological support\b|\binadequate response\b|\bswitched to (?=\x02)"
    r"|\b(?:with or )?without food\b|\bnot exceed\w*\b|\b(?:antidepressant|oral|study|blinded|assigned|drug) (?:therapy|treatment|intervention)s?\b|\bduring (?:the )?(?:(?:study|double-blind|acute|induction|maintenance) )*treatment\b|\btreatment with (?=[\x01\x02])"
    r"|\b(?:double-blind|acute|induction|maintenance) treatment\b|\bdose\b\)? (?:for|in) [^\])]*|\baugmented (?=with [\x01\x02])|\b(?:sprays?|capsules?|tablets?|injections?|infusions?|pills?|doses?) of placebo\b|\b(?:and|plus) placebo\b"
    r"|\bafter (?=(?:the |their |an? )*(?:first|last|\d|breakfast|meal|week|day|month|food|dos|randomi[sz]|inadequate))|\S+…|\bNCT\d{8}\b|\bfrom stud(?:y|ies)\b(?:[\s,;]|\bor\b|\band\b|[A-Z]{3,}\d{4,})+|\bentered (?=(?:the )?(?:double-blind |acute |treatment )*induction phase)",
    re.IGNORECASE,
)
"""Steps of a dose, and treatments that are not a second one."""

_INERT = re.compile(r"\b(?:placebos?|match\w*|dummy|inactive|inert|sugar|saline|identical)\b", re.IGNORECASE)
_TOLD = """
    de te dummy initial delivered trained therapist therapists individual manual manualised above according ad add additional additionally adjust adjusted adjustment administer administered administration administrations adt adult along also and
    antidepressant antidepressants appearance appearing applicable arrival as assessment assessments based be began beginning blinding body bodyweight cap caps care
    characteristics chloride clinic clinical clinician coated contain contained containing could course current decrease decreased dependent depending depression
    depressive described direct discretion disorder dissolved distilled down due duration effect effective efficacy either eligible elsewhere end equivalent
    escalated escalation fifth film first followed following food fumarate half hcp highest hospital identical identically if included including increase increased
    increasing increments infuse initiated instructed intake intervals into investigator investigator's investigators isotonic judgement lactose last least
    less level local looking lowest made maintain maintained major mdd meal meals milliliter milliliters must new newly nostril nostrils occasions one ongoing onward
    onwards outpatient overnight own permitted physician plan planned plus prepared prescribed product professional provided pump range ranging rate reach reached
    recommended reduced regimen regimens remained required same schedule scheduled scheme self serving session sessions simultaneously smpc snri snris soc
    sodium ssri ssris standard started step steps sterile subsequently sugar summary supervised supervision supplied support symptoms tab tabs take than that
    tolerability tolerable tolerance tolerate tolerated towards trd underwent unit units until upon use used using usual vehicle visit visits volume water
    weight whole
"""
"""Words of a group's description beside those of titles: how a treatment was given, in which steps, by whom and for what. None of them can be a
second treatment, or name some of the participants.
"""

_OF_STAGES = "aged postreatment intransal again criteria eligible entered entry had inventory item nonresponders not posttreatment proceed quick re reduction relapsed remission report responded responders score stable studies symptomatology transferred when"
"""Words of descriptions of a later phase, beside those: who entered it."""

_NOT_TOLD = listed_words(
    "after before comparator control delayed high intervention long low medication medicine naive no non nonremitters nonresponder nonresponders not pooled post pre previously reference remission"
    " responder responders response run screening second sequence stratum test then therapy third treatment treatments washout without"
)
"""Words of titles that in a description may be a second treatment, another time or some of the participants."""


def told_otherwise(
    group: ResultGroup, treatment: str, phase: str, ordinary: Collection[str], phases: Collection[str] = ()
) -> str:
    """Why a group's description says that it isn't one that had the treatment of its title, and began with it, or leaves that open: nothing where each
    of its words is understood. ``phase`` is the phase that its part is named by, so that its description may name earlier ones; ``ordinary`` has the
    words and sentences of which a mapping says that they change nothing, and ``phases`` those that its figures are of.
    """
    words = _of_phase(
        " ".join(part.words for part in sentences(Text("", clean(group.description))) if part.words not in ordinary), phase
    )
    begun = re.sub(rf"\bswitched to (?:\w+ )?{re.escape(treatment)}\b", " ", words, flags=re.IGNORECASE)
    if not phase and (found := _EARLIER.search(begun) or _SOME.search(begun)):
        return f"its description says `{found[0]}`: what it had, or which of the participants it holds, isn't clear"
    if not phase and (other := _other_phase(words, treatment, phases)):
        return f"its description says `{other}`, which its figures aren't of"
    words = _FORM_OF.sub(lambda m: m[0] if treatment in treatments_in(m[0]) else " ", words)
    told, others = with_signs(words, dict.fromkeys((treatment, *treatment.split("+")), _OWN), _OTHER)
    for form, instead in ((_AFTERWARDS, " "), (_ONE_OF, " antidepressant "), (_LOOKS_LIKE, " placebo "), (_NOT_HAD, " ")):
        told = " ".join(form.sub(instead, told).split())
    if _OTHER in told or others:
        named = [term for term in treatments_in(words) if term not in {treatment, "placebo"}] or others
        return f"its description names `{', '.join(named)}`, and its title {treatment}"
    own = words_for(group.title)
    if treatment != "placebo" and _OWN not in told and not own & set(tokens(told)) and (inert := _INERT.search(told)):
        return f"its description says `{inert[0]}`, and its title {treatment}"
    known = (words_in_titles() - _NOT_TOLD) | listed_words(_TOLD) | frozenset([*tokens(group.title), *ordinary])
    known |= words_in_titles() | listed_words(_OF_STAGES) | {"placebo"} if phase else frozenset()
    if unread := unknown_words(_STEPS.sub(" ; ", without_scales(told)), lambda word: word in known or _is_short(word, treatment)):
        said = ", ".join(dict.fromkeys(unread))
        return f"its description has words that aren't understood, `{said}` (if they change nothing, list them under `words`)"
    return ""


def in_another_phase(words: str, treatment: str, phase: str) -> str:
    """The words of a group's description by which its people had the treatment in another phase, or came from one; nothing of a group of a phase that is named."""
    found = None if phase else _EARLIER.search(words) or _SOME.search(words)
    return found[0] if found else "" if phase else _other_phase(words, treatment, ())


def _other_phase(words: str, treatment: str, phases: Collection[str]) -> str:
    """The words by which a treatment was given in another phase than those of the figures, or openly in a trial that is masked."""
    openly = rf"\bopen[- ]label\b(?=\s*(?:[.,;:()]|$|{re.escape(treatment)}))"
    if "open-label" not in phases and (found := re.search(openly, words, re.IGNORECASE)):
        return found[0]
    first = _THEN.split(words)[0]
    named = (told for told in _GIVEN_IN.findall(first) if phase_of([told]) not in {"", "period 1", *phases})
    return "" if is_double_blind(first) else next(named, "").strip()


def _is_short(word: str, treatment: str) -> bool:
    """Whether a word is a letter, a number, or the beginning of the treatment's name."""
    return len(word) <= word.isascii() or word[0].isdigit() or (len(word) > 2 and treatment.startswith(word))


def _of_phase(words: str, phase: str) -> str:
    """What a description that goes through several phases says about this one; all of it where it doesn't."""
    parts = _SECTION.split(words)
    own = [part for part in parts if phase_of([part]) in {"", phase}]
    return " ".join(own if len(parts) > 1 and own else parts)


_TELLING = """
    ad ads adt adjunctive all and antidepressant antidepressants any arm bid capsule capsules combined continued controlled cr daily day dose doses er every extended fixed flexible form formulation group high immediate intermittent ir
    group low medium month monthly new of od once oral other overall plus pooled qd release slow soc solution sr ssri standard sustained tablet tablets the thrice tid times titrated total twice week weekly with xl xr
"""
"""Words by which two arms of one treatment differ: how often it was given, in which form, and beside what."""

_OFTEN = re.compile(r"\b\d+ ?(?:x|times)?\s*(?:/|\bper\b|\ba\b)\s*(?=(?:week|day|month)\b)|\b\d+-\d+\b", re.IGNORECASE)


def named_by_another_phase(title: str, phase: str, phases: Iterable[str], groups: Iterable[Given]) -> str:
    """Why the groups of an open-label phase or extension are named by what they had before: one is called by the double-blind phase, or by a placebo."""
    if is_double_blind(title) and {"open-label", "extension"} & set(phases):
        return f"`{title}` is named by the double-blind phase, and its figures are of another: what it had there isn't said"
    if phase == "open-label" and any("placebo" in group.treatments for group in groups):
        return f"`{title}` is beside a placebo in an open-label phase: the groups are named by what they had before"
    return ""


def of_another_phase(reading: Reading) -> str:
    """Why a figure isn't taken whose population is that of another phase than it is itself."""
    named = phase_of(part.words for part in sentences(Text("", clean(reading.figure.measure.population))))
    if reading.stated or named in {"", part_of_reading(reading).phase} or named.startswith("period"):
        return ""
    return f"the population is of the {named} phase, and the measure names another or none"


def most_beside_others(figures: Iterable[Figure]) -> dict[str, int]:
    """By the key of a group its most people in a measure that has other groups, too."""
    most: dict[str, int] = {}
    for figure in figures:
        if len(figure.measure.groups) > 1 and figure.n is not None:
            key = group_key(figure.group.title)
            most[key] = max(most.get(key, 0), figure.n)
    return most


def of_more_people(reading: Reading, most: Mapping[str, int]) -> str:
    """Why a figure isn't taken of a group that is alone in its measure, and larger there than beside others: before people were randomised, or after the trial,
    all of them may have had the treatment.
    """
    beside, n = most.get(group_key(reading.figure.group.title), 0), reading.n
    if reading.stated or len(reading.figure.measure.groups) > 1 or n is None or not beside or n <= beside:
        return ""
    return f"the group is alone in its measure, of {n}, and beside others it has {beside} at most: it may be of another phase"


def same_people(key: str, groups: Mapping[str, Given], titles: Mapping[str, str], beside: Iterable[Collection[str]]) -> str:
    """Why a group may be people of another one: groups of one treatment and dose that are ``beside`` one another in a measure, whose titles differ by more
    than how it was given, may be the same people at two times (`Pre-Sertraline`, `Ketamine Infusion 6`), or some of them.
    """
    together = {k for keys in beside if key in keys for k in keys} & set(groups) - {key}
    for other in sorted(together):
        if groups[other].besides or any(
            getattr(groups[key], name) != getattr(groups[other], name) for name in ("treatments", "doses", "unit", "route")
        ):
            continue
        one, two = (set(tokens(_OFTEN.sub(" ", titles[k]))) - words_for(titles[k]) for k in (key, other))
        if differing := (one ^ two) - listed_words(_TELLING):
            said = f"`{titles[key]}` and `{titles[other]}` had the same treatment, and differ by `{', '.join(sorted(differing))}`"
            return f"{said}: they may be the same participants at two times, or some of them"
    return ""


def shared_titles(groups: Iterable[ResultGroup]) -> frozenset[str]:
    """The keys of titles that several groups of a measure have: which is which isn't said."""
    return frozenset(key for key, number in Counter(group_key(group.title) for group in groups).items() if number > 1)
