"""Who is in a denominator, what stands in for those not seen, and of which part of the participants a measure is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from registry.trialregistry.scales import OTHER, other_than, scales_in
from registry.trialregistry.texts import UNSTATED, Read, Text, sentences
from registry.trialregistry.values import NotTakenError

__all__ = ["is_of_those_seen", "missing_of", "named_in", "refuse_other_set", "says_missing", "set_of", "subset_of"]


_NOTHING = Text("", "")


def _p(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_PEOPLE = r"(?:participants|patients|subjects|individuals)"
_PARTLY = r"(?:for (?:lack|inefficacy|adverse|safety)|(?:due to|because of|owing to)(?! any\b)|(?:before|prior to|by) (?:the )?(?:first|weeks? (?:1|2|one|two)\b))"
"""Why or when people left, if not all who did are meant."""

_GONE = r"(?:discontinu|missing|missed|withdr[ae]w|drop(?:ped)?[ -]?out|lost to|terminat|not assessed|no post)"
_HELD_FOR = r"(?:considered|counted|treated|classified|imputed|regarded|assigned|analy[sz]ed|assumed|categori[sz]ed|scored|coded|deemed|defined|set|rated)"
_AS = r"(?:[\s\"'(,=:-]+(?:as|to|be|being|been|having|have|had|a|an|all|the|treatment|therapy|clinical|using|by|with|via|in|also|automatically|conservatively|and|or|that|they|were|was|are|is|value|values|status|of|under|assumption)\b)*[\s\"'(,=:-]+"
"""Between how those not seen are handled and what they are taken for, and nothing else."""

_MISSING = {
    "bocf": _p(r"\bBOCF\b|(?<!post )(?<!post-)\bbaseline (?:observation|value|score)s?[^.;]{0,30}carried forward"),
    "locf": _p(r"\bLOCF\b|last (?:[\w-]+ ){0,3}(?:observation|value|assessment|score)s?\b[^.;]{0,80}carried forward|last[- ]observation[- ]carried"),
    "multiple-imputation": _p(r"\bmultiple(?:ly)?[- ]imput"),
    "non-responder": _p(
        rf"non-?respon\w*[- ]imputation|\bNRI\b"
        rf"|{_GONE}(?:(?!\b{_PARTLY})[^.;]){{0,90}}{_HELD_FOR}{_AS}(?:non-?respon|non-?remi|not (?:to )?(?:have|be|having|being|meet\w*|achiev\w*|in|a|an|respon|remi)[^.;]{{0,40}}(?:respon|remi|criteri)|not (?:respon|remi)|failures?\b|no\b(?=[\"']? *(?:[.;,)]|$|respon|remi)))(?:[^.;]{{0,50}}\bno\b(?=[\"']? *(?:[.;,)]|$)))?"
        rf"|{_GONE}[^.;]{{0,60}}\bnot (?:considered|counted|regarded|classified) (?:to|as|among|in)\b(?=(?! non)[^.;,]{{0,40}}(?<!non)(?<!non-)(?:respon|remi))"
        rf"|(?:remission|responder|response)\b[^.;]{{0,80}}\bno (?:treatment or study |treatment |study )?discontinuation"
    ),
    "observed": _p(r"\bobserved (?:data|cases?|values?)\b|\bas observed\b|\(OC\)|\bOC (?:data|analysis)\b"),
    "mmrm": _p(r"\bMMRM\b|mixed[- ]*(?:effects?)?[- ]*models?(?: for| using| with| of)?(?: a)? repeated"),
}  # fmt: skip
_NOT_COUNTED = _p(
    rf"^(?:all |any |the )*(?:{_PEOPLE}|those|participant|patient|missing\b)[^.;]*?(?:\bnot (?:meet|achiev|reach|attain|fulfil)|\b{_GONE})[^.;]*{_HELD_FOR}{_AS}(?:non-?\s?(?:respon|remi)|not\b|failures?\b|no\b)"
    rf"|\bnon-?respon\w*[- ]imputation|\bNRI\b"
)
_BESIDES = _p(
    r"\b(?:rescue|medication|only|except|unless|started|took|taking|used|using|adverse|exclu\w+|relaps\w*|hospital\w*)\b"
)
_AT_VISITS = _p(
    r"(?:evaluable|analy[sz]ed|available|assessed|data)[^.;]{0,60}\bat (?:the )?(?:each |specified |given |particular |that |indicated |respective |different )+(?:time ?points?|visits?)"
)
_EVALUABLE = _p(
    r"\bonly (?:the |those )?(?:participants|patients|subjects|individuals|those|observed|data|cases)\b[^.;]{0,60}\b(?:data|assess\w*|scores?|values?|measure\w*|observed|visit|evaluat\w*|complete\w*)|\bwith (?:\w+ ){0,4}data\b|\bevaluable\b|\bwith (?:available |non-missing )?(?:data|assessments?) (?:at|for|available)|\bwho had (?:data|an? assessment)|\bwith both baseline and|\bwith (?:a )?baseline and (?:at least )?"
)
_TO = r"(?: +(?:to|into|in|for) +(?:(?:the|an?|any|their|one|either|both|of|study|double-blind|blinded|active|assigned|investigational) +)*(?:treatments?|drugs?|medication|products?|therapy|interventions?|groups?|arms?|study|trial))?"
_CONDITION = rf"(?!{_TO}[\s,;(-]*(?:\([^)]*\) )?(?:who|that|which|with|whose|having|treated|dosed|received|taking|for whom|and,? +(?:\w+ +)?(?:who|that|with|having|treated|dosed|received|took|had|have|completed|evaluable|evaluated)\b))"
"""What makes those randomised, to a treatment or not, fewer than all: `who received …`, `to treatment with a baseline value`."""

_NAMES = {
    "per-protocol": _p(r"\bper[- ]protocol\b|\bPPS\b"),
    "completers": _p(rf"(?<!non-)(?<!non )\bcompleters?\b|{_PEOPLE}[^.;]{{0,80}}\bwho (?:had )?completed\b(?! (?:at least|an? |one|\d|the (?:baseline|first|MADRS|assessment|questionnaire|scale)))"),
    "safety": _p(r"\bsafety (?:analysis )?(?:set|population|sample)\b"),
    "modified-itt": _p(r"\bmodified[- ]*(?:full analysis|intent(?:ion)?(?:[- ]to[- ]treat)?|ITT)|\bmITT\b|\bmFAS\b"),
    "full-analysis": _p(r"\bfull (?:\([^)]*\) )?(?:efficacy )?analysis (?:set|population)\b|\bFAS\b"),
    "itt": _p(r"\bintent(?:ion)?[- ]to[- ]treat\b|\bITT\b"),
}  # fmt: skip
"""What sets are called. Of an ITT set the name doesn't say who is in it."""

_NARROW = {"per-protocol", "completers"}
_DEFINES = _p(
    r"^[^.;]{0,60}?(?::|\b(?:defined|include\w*|including|consist\w*|compris\w+|contain\w*|is|was|are|were|refers?)\b|,? (?:all|those|a subset)\b)"
)
_DESCRIBED = {
    "randomised": _p(rf"\ball (?:the )?randomi[sz]ed {_PEOPLE}\b{_CONDITION}|\ball {_PEOPLE}(?: who were)? randomi[sz]ed\b{_CONDITION}|\ball {_PEOPLE} (?:who were )?randomly (?:assigned|allocated)\b{_CONDITION}"),
    "full-analysis": _NAMES["full-analysis"],
    "modified-itt": _p(r"\b(?:randomi[sz]ed|ITT|intent(?:ion)?[- ]to[- ]treat)\b[^.;]{0,80}\b(?:who|that|and) (?:had )?(?:received|took|were (?:dosed|treated))"),
}  # fmt: skip
_NOT_ALL_BEFORE = _p(
    r"\b(?:not|nearly|almost|virtually|most|some|part|subset|sample|half|portion|fraction|majority|few\w*|less|out|\d+ ?%?)(?:\s+(?:of|than|the|from))*\s*$"
)
_NOT_ALL_AFTER = _p(
    r"^[\s,;:(-]*(?:except|excluding|other than|apart from|but\b|minus|less\b|without|whose|for whom|having|evaluable|analy[sz]able|remaining|available|still|in the study|(?:in|from|of|within) (?:the )?(?:[\w-]+ ){0,3}(?:set|population|sample|FAS|ITT|PPS)\b)"
)
"""What makes `all randomized participants` fewer than all: `not all randomized participants`, `all randomized participants except …`."""

_LEFT_OUT = _p(
    r"\bonly\b[^.;]{0,40}\b(?:included|analy[sz]ed|evaluated|counted)|\b(?:had no|lacked|without)\b[^.;]{0,30}\b(?:data|assessments?|values?|scores?|measurements?)"
    r"|\b(?:data|values?|scores?) excluded\b|\b(?:was|were|is|are)\s+(?:not\s+(?:\w+\s+)?(?:analy[sz]|include|assess|evaluat|counted)|excluded|omitted|left out)\w*"
)
"""That some of those randomised aren't in the figure."""

_OF_ALL = {"randomised", "full-analysis", "modified-itt"}
_SUBSET = _p(
    rf"\b(?:in|among) {_PEOPLE} (?:with|who|whose|without) (?P<which>[^.;]+?)(?=\s+(?:at|by|on|during|from|over|up to|through|as|using|based)\b|\s*\((?!but)|[,:-]\s|$)"
)
_SUBSET_BY_NAME = _p(r"\b(?:in|among) (?:the )?(?P<which>(?:placebo |stable |non-?|week \d+ )*(?:responders|remitters))\b")
_NOT_A_SUBSET = _p(
    r"^(?:major|depress|MDD|TRD|treatment[- ]resist|postpartum|PPD|bipolar|response\b|remission\b|sustained|onset|a response|severe|current)"
)

_METHODS = r"(?:[MB]?[BL]OCF|MMRM|NRI|multiple imputation|(?:last|baseline) observations?(?: carried forward)?|imputations?)"
_FILLER = (
    rf"(?:be|been|being|an?|the|any|of|use|used|using|by|with|to|as|such|like|data|missing|values?|scores?|imput\w+|carried|forward|based|on|for|appl\w+|methods?"
    rf"|approach\w*|analys\w+|handl\w+|replac\w+|filled|in|estimat\w+|performed|done|made|via|through|and|or|nor|was|were|is|are|plans?|planned|need\w*|reasons?"
    rf"|intention|attempts?|(?:participant|patient|subject)s?(?:'s?)?|form|kind|sort|type|{_METHODS}|multiple|last|baseline|observations?)"
)
_NOT_BEFORE = _p(
    rf"(?:\b(?:no|not|non|without|never|neither|nor|none|nothing|nobody|cannot|exclud\w+|rather than|instead of|in place of|in lieu of|other than|unlike|as opposed to|in contrast (?:to|with)|contrary to|avoid\w*"
    rf"|(?:compared|comparison|similar|comparable|identical) (?:to|with)|versus|vs\.?)(?!\w)|n't\b)(?:[\s,/(\"'-]+{_FILLER}\b)*[\s,/(\"'-]*$"
)
_UNDONE = r"(?:used|applied|performed|done|made|conducted|implemented|employed|undertaken|carried out|needed|necessary|required|possible|feasible|applicable|planned|allowed|permitted)"
_NOT_AFTER = _p(
    rf"^(?:[\s,/&)(\"'-]|\b(?:and|or|nor|{_METHODS})\b)*(?:\([^)]*\)\s*)?(?:(?:imputations?|methods?|approach|analysis|population|set|data|values?|procedure|forward)\s+){{0,3}}"
    r"(?:(?:was|were|is|are|has|have|had|will|would|did|does|do|could)(?:\s+[\w-]+)?\s+(?:not|never|avoided|abandoned|rejected|omitted|dropped|replaced|prohibited|discouraged)\b|(?:was|were|is|are)\s+(?:excluded|omitted|left out)\b|\w+n't\b|not\s+(?:used|applied|performed|done))"
    rf"|^(?:(?!{_METHODS})[^.]){{0,60}}(?:\b(?:not|never)\b|n't\b)\s+(?:[\w-]+\s+){{0,2}}{_UNDONE}\b"
)
_NEAR = 120
"""Characters within which a negation is of the words beside it."""

_NOT_CARRIED = _p(
    rf"(?:\b(?:not|never|nor|without|rather than|instead of)|n't)\s+(?:(?:to|be|been|being|have)\s+)*(?:carried|{_HELD_FOR}|imputing|replac\w+|counting|considering|treating)\b(?! (?:to|as|among|in)(?:$| (?!.{{0,20}}(?:non-?|fail))))"
    r"|\bno (?:[\w-]+ ){0,3}(?:imput|carr|replac|substitut)\w*"
)
"""Within the words that say how those not seen are handled: that this was not done."""

_NONE_FILLED_IN = _p(r"\bno (?:\w+ )?imputation|\bnot (?:be |been )?imputed|\bwithout (?:any )?imputation")
_FILLED_IN = {"bocf", "locf", "multiple-imputation", "non-responder"}
_NOT_THIS = _p(
    r"\b(?:will|would|should|may|might|could|foresaw|planned|intended|proposed|foreseen|envisaged|to be (?:used|applied|imputed|performed|handled|considered|counted|treated))\b(?<!as planned)"
    r"|\b(?:only|solely|exclusively|just)\s+(?:for|in|to|on|at|when|where|with)\b|\bfor [^.;]{0,40}\bonly\b|\bexcept\b(?! (?:for )?(?:the )?baseline)|\b(?:apart from|other than)\b"
    r"|\b(?:previous|prior|earlier|another|other) (?:\w+ )?(?:study|studies|trials?|report|publication)\b"
    r"|\b(?:safety|secondary|exploratory|laboratory|tolerability|quality of life|pharmacokinetic|disability|anxiety|cognitive|other) (?:\w+ )?(?:outcome|endpoint|end point|measure|variable|parameter|scale|analys|assessment|evaluation)\w*"
)
"""A sentence about what was planned, or what was done for other figures than this one."""

_OF_ITEMS = _p(
    r"\bmissing (?:\w+ )?items?\b|\bitems? (?:\w+ )?(?:(?:were|was|are|is) )?missing\b|\bmissing (?:answer|response)s? (?:to|on|of)\b"
)
"""A sentence about answers missing from a rating that was made."""

_LISTED = _p(r"(?:[\s,;/&()+-]|\b(?:and|or|the|set|population|analysis|PP|PPS|FAS|ITT)\b)*")
"""What is between names of sets that are only listed: `Full analysis set (FAS), completers and per protocol set`."""


_ASIDE = _p(
    r"\bsensitivity\b|\bsupplement(?:ary|al)\b|\bsecondary analys|\bpost[- ]hoc\b|\bexploratory analys|\b(?:additional|supportive|alternative|secondary|further|other) (?:\w+ )?analys"
    r"|\b(?:similar|consistent|comparable|same|identical|unchanged|confirm\w*|robust)\b[^.;]{0,40}\b(?:results?|findings?|conclusions?|estimates?|outcomes?)\b|\b(?:results?|findings?|conclusions?|estimates?) (?:\w+ ){0,3}(?:similar|consistent|comparable|the same|identical|unchanged|confirm\w*|differ\w*)\b"
    r"|\brobustness\b|\balso (?:\w+ )?(?:analy[sz]|imput|estimat|calculate|done|perform|examine|us)|\b(?:was|were) (?:repeated|re-?analy[sz]ed)|\bfor comparison\b"
)
"""An analysis beside the one that the figure is of."""

_GOES_ON = _p(r"^(?:it|this|these|they|here|in (?:this|that|these|those|it|them)|for (?:this|that|these|those)|there)\b")


def _main(text: Text) -> Text:
    """A text without its sentences about an analysis beside the main one, such as a sensitivity analysis."""
    kept: list[str] = []
    aside = False
    for part in re.split(r"(?<=[.;])\s+", text.words):
        aside = bool(_ASIDE.search(part)) or (aside and bool(_GOES_ON.match(part)))
        kept += [] if aside else [part]
    return Text(text.place, " ".join(kept))


def missing_of(title: Text, description: Text = _NOTHING, population: Text = _NOTHING, scale: Read = UNSTATED) -> Read:
    """What stands in for those not seen. The title comes first, then the rest; a text that says two things says none. A sentence that names
    other scales alone is passed over.
    """
    if not _ASIDE.search(title.words):
        description, population = _main(description), _main(population)
    for text in (title, description, population):
        found = {term: words for term, pattern in _MISSING.items() if (words := _said(pattern, text, scale))}
        if len(found) > 1:
            found.pop("mmrm", None)  # a model beside a way of filling in: the figure is of what was filled in
        if len(found) == 1:
            ((term, words),) = found.items()
            both = term in _FILLED_IN and _NONE_FILLED_IN.search(text.words)
            return UNSTATED if both else Read(term, words, text.place)
        if found:
            return UNSTATED
    if at := _AT_VISITS.search(population.words):
        return Read("observed", at[0], population.place)
    return UNSTATED


def _said(pattern: re.Pattern[str], text: Text, scale: Read) -> str:
    """The first words of the pattern that no negation is of, in a sentence that isn't about a plan or about other figures."""
    for part in sentences(text):
        if _OF_ITEMS.search(part.words) or (text.place != "title" and (_NOT_THIS.search(part.words) or _of_others(part, scale))):
            continue
        for match in pattern.finditer(part.words):
            if not _negated(match, part.words):
                return match[0]
    return ""


def says_missing(part: Text) -> bool:
    """Whether a sentence says no more than how those not seen, or those who don't meet the rule, are taken."""
    return bool(_NOT_COUNTED.search(part.words) or _MISSING["non-responder"].search(part.words)) and not _BESIDES.search(
        part.words
    )


def _of_others(part: Text, scale: Read) -> bool:
    """Whether a sentence names scales, and all of them are others than the figure's."""
    named = scales_in(part)
    if not named or scale.term in {"unstated", OTHER}:
        return False
    return all(found.term == OTHER for found in named) or bool(other_than(scale, [part]))


def _negated(match: re.Match[str], words: str) -> bool:
    """Whether the words found are said not to be so: `LOCF was not used`, `not imputed by LOCF`, `without LOCF`."""
    return bool(
        _NOT_BEFORE.search(words[max(0, match.start() - _NEAR) : match.start()])
        or _NOT_AFTER.match(words[match.end() : match.end() + _NEAR])
        or _NOT_CARRIED.search(match[0])
    )


def set_of(title: Text, population: Text, missing: Read) -> Read:
    """Who was analysed. Where the population is cut down to those evaluable, and nothing stands in for the others, they are the cases
    observed if the text says so or counts them visit by visit, and otherwise not stated. Raises :class:`NotTakenError` where the title
    names another set than the population.
    """
    titled, named = _set_in(title), _set_in(population if _ASIDE.search(title.words) else _main(population))
    if (
        UNSTATED not in (titled, named)
        and titled.term != named.term
        and {titled.term, named.term} != {"full-analysis", "randomised"}
    ):
        raise NotTakenError(f"the title is of `{titled.words}`, and the population is `{named.words}`")
    named = titled if named == UNSTATED else named
    if named.term not in _OF_ALL:
        return named
    if missing.term == "observed":
        return Read("observed-cases", missing.words, missing.place)
    if not is_of_those_seen(population):
        return named
    if missing.term in {"locf", "bocf", "non-responder", "multiple-imputation"}:
        return Read("full-analysis" if named.term == "full-analysis" else "modified-itt", named.words, named.place)
    return UNSTATED


def named_in(own: Sequence[Text], title: Text) -> Text:
    """The class or category that names a set, or how those not seen count; else the title."""
    return next((t for t in own if {missing_of(t).term, set_of(t, _NOTHING, UNSTATED).term} != {"unstated"}), title)


def refuse_other_set(text: Text, people: Read) -> None:
    """Raise where a text beside figures names another set than theirs."""
    if (told := set_of(text, _NOTHING, UNSTATED)).term not in {"unstated", people.term}:
        raise NotTakenError(f"`{told.words}` in the {text.place} isn't the set of the figures that it compares")


def is_of_those_seen(population: Text) -> bool:
    """Whether the population is cut down to those who could be evaluated."""
    return bool(_AT_VISITS.search(population.words) or _EVALUABLE.search(population.words))


def _set_in(text: Text) -> Read:
    """The set that a text names or, where it names none, describes. Of several names the one that the others define is the set, or the
    narrower one; where neither is clear, nothing is said.
    """
    found: list[tuple[int, int, Read]] = []
    rest = text.words
    for term, pattern in _NAMES.items():
        matches = [match for match in pattern.finditer(rest) if not _negated(match, rest)]
        found += [(match.start(), match.end(), Read(term, match[0], text.place)) for match in matches]
        rest = pattern.sub(lambda m: " " * len(m[0]), rest)
    found.sort(key=lambda one: one[0])
    terms = {name.term for *_, name in found}
    if len(terms) > 1:
        (_, end, named), second = found[0], next(start for start, _, name in found if name.term != found[0][2].term)
        if re.search(r"[.;]\s", text.words[end:second]):
            return UNSTATED  # two sentences name two sets: one says what a set is, and the other perhaps which was used
        if _DEFINES.search(text.words[end:second]):
            terms = {named.term}
        elif _LISTED.fullmatch(text.words[end:second]) or len(terms & _NARROW) != 1:
            return UNSTATED
        else:
            terms &= _NARROW
    (term,) = terms or {""}
    described = _described(text)
    if term in {"", "itt"} or (term == "full-analysis" and described.term == "randomised"):
        return described
    return next(name for *_, name in found if name.term == term)


def _described(text: Text) -> Read:
    """The set that a text describes. Those randomised are all of them only if nothing in the text leaves some out."""
    for term, pattern in _DESCRIBED.items():
        for match in pattern.finditer(text.words):
            before, after = text.words[max(0, match.start() - _NEAR) : match.start()], text.words[match.end() :]
            if term == "randomised" and (
                _NOT_ALL_BEFORE.search(before) or _NOT_ALL_AFTER.match(after) or _LEFT_OUT.search(text.words)
            ):
                return UNSTATED
            if not _negated(match, text.words):
                return Read(term, match[0], text.place)
    return UNSTATED


def subset_of(title: Text) -> str:
    """Which of a group's participants a measure is of, in the title's words: `stable remission`; empty for all of them."""
    if by_name := _SUBSET_BY_NAME.search(title.words):
        return by_name["which"]
    match = _SUBSET.search(title.words)
    return match["which"].strip() if match and not _NOT_A_SUBSET.search(match["which"].strip()) else ""
