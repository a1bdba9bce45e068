"""The comparisons of arms that an entry prints as rows of ``contrasts``: those of figures that are taken themselves.

No entry states the direction of a difference, and the order of the groups' ids means nothing. The arms' own figures say it, where
the printed interval holds their difference (or ratio) one way round and not the other; elsewhere the comparison isn't taken.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from math import log
from statistics import NormalDist

from registry.trialregistry.entries import RegistryEntry
from registry.trialregistry.figures import Analysis
from registry.trialregistry.given import words_for
from registry.trialregistry.people import missing_of, refuse_other_set
from registry.trialregistry.reading import Reading, refuse_other_words
from registry.trialregistry.scales import without_scales
from registry.trialregistry.texts import Text, clean, tokens, unknown_words
from registry.trialregistry.values import NotTakenError
from schemas.grammar import PRINTED_P

__all__ = ["contrasts_of"]

Row = dict[str, str]

_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,9}(?:\.[0-9]{1,15})?|\.[0-9]{1,15})")
_OTHER = re.compile(r"\blog\b|\bmedian|\bslope\b|\bhodges|\bgeometric|\bratio of\b|\bpercent(?:age)? change", re.IGNORECASE)
_MEASURES = {
    "hazard-ratio": re.compile(r"\bhazards?\b", re.IGNORECASE),
    "odds-ratio": re.compile(r"\bodds ratio\b", re.IGNORECASE),
    "risk-ratio": re.compile(r"\b(?:risk|rate|response) ratio\b|\brelative risk\b", re.IGNORECASE),
    "risk-difference": re.compile(
        r"\brisk difference\b|\bdifference (?:in|of|between) (?:the )?(?:proportion|percent|(?:response|remission) rate|rate)|%",
        re.IGNORECASE,
    ),
    "smd": re.compile(r"standardi[sz]ed|\bcohen|\bhedges|\beffect size", re.IGNORECASE),
    "mean-difference": re.compile(r"\bmeans?\b.*\bdifference|\bdifference\b.*\bmeans?\b", re.IGNORECASE),
}
_NAMING = """
    a adjusted analysis ancova and arm arms at baseline between change changes cohen cohen's compared crude d difference differences effect estimate estimated final for from g group groups hedges hedges'
    in least ls lsm lsmd lsmeans md mean means minus mixed mmrm model net odds of on or participants patients percent percentage percentages point points proportion proportions rate rates ratio raw rd
    relative risk rr score scores size smd square squares standardised subjects test the to total treatment unadjusted units values versus vs with
"""
"""Words of an effect's name, beside the outcome, scale, day and treatments of the figures that it compares. Any other may make it one of something else."""

_OTHER_METHOD = re.compile(r"\bcox\b|log[- ]?rank|kaplan|survival|wilcoxon|mann[- ]whitney|kruskal|hodges|poisson", re.IGNORECASE)
_OF_COUNTS = {"odds-ratio", "risk-ratio", "risk-difference"}
_RATIOS = {"odds-ratio", "risk-ratio"}
_SOME = re.compile(
    r"\b(?:participants|patients|subjects|those) (?:with|without|who|whose|aged|having)\b(?! (?:both )?(?:an? |the )?(?:baseline|respect|regard|to (?:be|a|the|placebo|treat)))[^.;]*",
    re.IGNORECASE,
)
"""Words of a comparison that may be of fewer than its measure's figures are."""

_ADJUSTED = re.compile(r"\bLS\b|least[- ]squares?|\bANCOVA\b|covarian|\bMMRM\b|mixed|\badjusted", re.IGNORECASE)
_ONE_SIDED = re.compile(
    r"\b(?:1|one)[- ]?(?:sided|tail)|\b(?:not|non|nor|than|isn't)[- ](?:a )?(?:2|two)[- ]?(?:sided|tail)", re.IGNORECASE
)
_TWO_SIDED = re.compile(r"\b(?:2|two)[- ]?(?:sided|tail)", re.IGNORECASE)
_OTHER_P = re.compile(
    r"\binteraction|\bnon-?inferior|\bequivalen|\bbaseline (?:comparison|difference|imbalance)|\boverall\b|\bomnibus|\bglobal\b|\bheterogen|\btrend\b|\b[Ff][- ]?(?:test|statistic)\b"
    r"|\bwilcoxon|\bmann|\bkruskal|\blog[- ]?rank|\brank\b|\b(?:all|three|3|four|4) (?:groups|arms)\b|\bper[- ]protocol|\bcompleters?\b|\b(?:week|day|month|visit) \d",
    re.IGNORECASE,
)
"""What a p value may be of, if not of the effect beside it."""


def contrasts_of(
    entry: RegistryEntry, placed: Sequence[tuple[Reading, Row]], ordinary: Collection[str] = ()
) -> tuple[list[Row], dict[int, str], dict[int, list[str]]]:
    """The rows of an entry's comparisons; why the others aren't taken, by their numbers; and what of those taken isn't. ``placed`` has the
    figures taken, with their rows.
    """
    made: dict[tuple[str, ...], list[tuple[int, Row]]] = {}
    reasons: dict[int, str] = {}
    in_part: dict[int, list[str]] = {}
    for analysis in entry.analyses:
        try:
            row, left = _contrast(
                entry, analysis, [pair for pair in placed if pair[0].figure.measure.number == analysis.measure.number], ordinary
            )
        except NotTakenError as refused:
            reasons[analysis.number] = str(refused)
            continue
        in_part[analysis.number] = left
        arms = sorted([row["arm_id"], row["other_arm_id"]])
        rest = ("definition_id", "instrument_id", "timepoint_days", "timepoint_anchor", "analysis_set", "missing_data")
        made.setdefault((row["study_id"], *arms, row["measure"], row["adjusted"], *(row[name] for name in rest)), []).append(
            (analysis.number, row)
        )
    rows = []
    for same in made.values():
        figures = {tuple(v for name, v in row.items() if name != "source_locator") for _, row in same}
        if len(figures) == 1:
            rows.append(same[0][1])
            reasons |= {number: "another measure prints the same comparison" for number, _ in same[1:]}
        else:
            why = "the entry prints different comparisons of these arms for one time, set and handling of missing data"
            reasons |= {number: why for number, _ in same}
    return rows, reasons, {number: left for number, left in in_part.items() if left and number not in reasons}


def _contrast(
    entry: RegistryEntry, analysis: Analysis, placed: Sequence[tuple[Reading, Row]], ordinary: Collection[str]
) -> tuple[Row, list[str]]:
    """The row of a comparison, and what of it isn't taken."""
    if len(analysis.groups) != 2 or analysis.groups[0] == analysis.groups[1]:
        raise NotTakenError(f"it names {len(analysis.groups)} groups, so which two arms are compared isn't said")
    number = analysis.measure.number
    places = {(figure.class_title, figure.category_title) for figure in entry.figures if figure.measure.number == number}
    if not placed:
        raise NotTakenError("the figures of its measure aren't taken")
    if len(places) > 1:
        raise NotTakenError("its measure has several classes or categories, and which of them are compared isn't said")
    measure = _measure_of(analysis, of_counts=placed[0][0].count is not None)
    arms = [next((pair for pair in placed if pair[0].figure.group == group), None) for group in analysis.groups]
    if (one := arms[0]) is None or (two := arms[1]) is None:
        raise NotTakenError("the figures of one of its groups aren't taken")
    _check_name(analysis, one[0], ordinary)
    shared = ("study_id", "timepoint_days", "timepoint_anchor", "analysis_set", "missing_data")
    if any(one[1][name] != two[1][name] for name in shared):
        raise NotTakenError("its two groups aren't arms of one part of the trial with one day, set and handling of missing data")
    value, low, high = (
        _number(text, what) for text, what in zip(_limits(analysis), ("value", "lower limit", "upper limit"), strict=True)
    )
    bounds = [_share(measure, analysis, text) for text in (value, low, high)]
    if measure in _RATIOS and min(bounds) <= 0:
        raise NotTakenError("it is a ratio, and a figure of it isn't above 0")
    if found := _OTHER_METHOD.search(clean(analysis.method)):
        raise NotTakenError(f"its method is `{found[0]}`, which is of times or ranks, and not of the arms' counts or means")
    refuse_other_words(Text("comparison's text", clean(analysis.told)), one[0], ordinary)
    refuse_other_set(Text("method", clean(analysis.method)), one[0].people)
    if some := _SOME.search(clean(analysis.told)):
        raise NotTakenError(f"it may be of some of the participants: `{some[0]}`")
    first, second = (one, two) if _is_first(measure, one[0], two[0], bounds) else (two, one)
    adjusted = bool(_ADJUSTED.search(f"{clean(analysis.param)} {clean(analysis.method)} {clean(analysis.told)}"))
    p, about = _p(analysis, measure, value, low, high)
    se, no_se = _se(analysis, measure)
    said = [f"outcome measure {number}, comparison {analysis.number}", f'"{clean(analysis.param)}"']
    said += [f'method "{clean(analysis.method)}"'] if analysis.method else []
    said += [about] if about else []
    row = {name: first[1][name] for name in ("study_id", "arm_id")} | {
        "other_arm_id": second[1]["arm_id"],
        "definition_id": first[1].get("definition_id", ""),
        "instrument_id": first[1].get("instrument_id", ""),
        **{name: first[1][name] for name in shared[1:]},
        "missing_data": _missing(analysis, first[1]),
        "measure": measure,
        "adjusted": "true" if adjusted else "",
        "value": _plain(measure, analysis, value),
        "se": _plain(measure, analysis, se) if se else "",
        "low": _plain(measure, analysis, low),
        "high": _plain(measure, analysis, high),
        "level": analysis.level,
        "p": "" if p.startswith(">") else p.lstrip("<"),  # a bound from below isn't a value that p may have
        "value_reported": value,
        "se_reported": se,
        "low_reported": low,
        "high_reported": high,
        "p_reported": p,
        "value_origin": "reported",
        "source_id": entry.registration.lower(),
        "source_locator": "; ".join(said),
    }
    no_p = about if about and not p else ""
    return row, [why for why in (no_p, no_se) if why]


def _se(analysis: Analysis, measure: str) -> tuple[str, str]:
    """The standard error as printed, or nothing; and why one isn't taken."""
    if not analysis.spread:
        return "", ""
    printed = f"{clean(analysis.dispersion).lower().replace('_', ' ') or 'dispersion'} {clean(analysis.spread)}"
    if not re.search(r"standard.error", analysis.dispersion, re.IGNORECASE):
        return "", f"{printed} is left out: it isn't a standard error of the effect"
    if measure in _RATIOS:
        return "", f"{printed} is left out: whether it is of the ratio or of its logarithm isn't said"
    if not re.fullmatch(_NUMBER, analysis.spread) or analysis.spread.startswith("-"):
        return "", f"{printed} is left out: it isn't a number"
    return analysis.spread, ""


def _measure_of(analysis: Analysis, *, of_counts: bool) -> str:
    name = clean(analysis.param)
    if _OTHER.search(name):
        raise NotTakenError(f"a `{name}` is none of the measures that are kept")
    found = next((term for term, pattern in _MEASURES.items() if pattern.search(name)), None)
    if found is None or found == "hazard-ratio":
        raise NotTakenError(f"the effect is `{name or 'unnamed'}`, which isn't one of the arms' counts or means")
    if (found in _OF_COUNTS) != of_counts:
        kind = "counts participants" if of_counts else "gives means"
        raise NotTakenError(f"the effect is called `{name}`, and its measure {kind}: what it is of isn't said")
    return found


def _check_name(analysis: Analysis, figure: Reading, ordinary: Collection[str]) -> None:
    """Raise where an effect's name has words besides those of its kind and of the figures: it may be of those without the outcome, of some people or another day."""
    name = without_scales(clean(analysis.param))
    for day in filter(None, [figure.time.read.words]):
        name = re.sub(rf"{re.escape(day)}(?!\w)", " ", name, flags=re.IGNORECASE)
    known = frozenset(tokens(_NAMING)).union(*(words_for(group.title) for group in analysis.groups), ordinary)
    stem = figure.word.term[: len("remi" if figure.word.term == "remission" else "respon")] if figure.count else "\0"
    if unread := unknown_words(name, lambda word: word in known or word.startswith(stem)):
        raise NotTakenError(
            f"the effect's name has words that aren't understood: `{', '.join(unread)}`. They may make it one of something else than its measure's "
            "figures; if they don't, list them under `words` in the mapping"
        )


def _missing(analysis: Analysis, row: Row) -> str:
    """As of the figures; the comparison's own words may say it where their measure doesn't, and otherwise not."""
    told = (missing_of(Text(place, clean(words))) for place, words in (("method", analysis.method), ("text", analysis.told)))
    found = next((one for one in told if one.term != "unstated"), None)
    if found is None or row["missing_data"] in {"unstated", found.term}:
        return row["missing_data"] if found is None else found.term
    raise NotTakenError(f"it says `{found.words}`, and its measure's figures are by {row['missing_data']}")


def _limits(analysis: Analysis) -> tuple[str, str, str]:
    if analysis.sides.upper() == "ONE_SIDED":
        raise NotTakenError("its interval is one-sided")
    level = analysis.level
    if not re.fullmatch(r"[0-9]{2}(?:\.[0-9]{1,6})?", level) or not 50 <= float(level) <= 99.99:
        raise NotTakenError("it has no interval with a level, and what its value is of can't be checked without one")
    return analysis.value, analysis.low, analysis.high


def _number(text: str, what: str) -> str:
    if not _NUMBER.fullmatch(text):
        raise NotTakenError(f"its {what} is `{text or 'empty'}`, which isn't a number")
    return text


def _in_percent(measure: str, analysis: Analysis) -> bool:
    return measure == "risk-difference" and bool(
        re.search(r"percent|%", f"{analysis.measure.unit} {analysis.param}", re.IGNORECASE)
    )


def _share(measure: str, analysis: Analysis, text: str) -> float:
    return float(text) / 100 if _in_percent(measure, analysis) else float(text)


def _plain(measure: str, analysis: Analysis, text: str) -> str:
    """The number as the table holds it: a risk difference in per cent as a share, digit for digit."""
    from decimal import Decimal

    number = Decimal(text)
    return f"{number.scaleb(-2) if _in_percent(measure, analysis) else number:f}"


def _is_first(measure: str, one: Reading, two: Reading, bounds: Sequence[float]) -> bool:
    """Whether the effect is of ``one``: the interval must hold the arms' own effect that way round and not the other, or the reverse."""
    own, (_, low, high) = _own(measure, one, two), bounds
    forward, backward = low <= own <= high, low <= (1 / own if measure in _RATIOS else -own) <= high
    if forward == backward:
        fits = "fit both ways round" if forward else "are outside its interval both ways round"
        raise NotTakenError(f"which group is compared with which isn't said, and the arms' own figures {fits}")
    return forward


def _own(measure: str, one: Reading, two: Reading) -> float:
    if measure == "mean-difference":
        return float(one.mean) - float(two.mean)
    if measure == "smd":
        if not (one.sd and two.sd and one.n and two.n and one.n + two.n > 2 and float(one.sd) + float(two.sd) > 0):
            raise NotTakenError(
                "which group is compared with which isn't said, and the arms have no standard deviations that tell it"
            )
        within = ((one.n - 1) * float(one.sd) ** 2 + (two.n - 1) * float(two.sd) ** 2) / (one.n + two.n - 2)
        return (float(one.mean) - float(two.mean)) / float(within**0.5)
    shares = []
    for arm in (one, two):
        assert arm.count is not None and arm.n  # noqa: S101, PT018  an outcome was counted
        shares.append(arm.count.events / arm.n)
    if measure == "risk-difference":
        return shares[0] - shares[1]
    if min(shares) <= 0 or (measure == "odds-ratio" and max(shares) >= 1):
        raise NotTakenError("which group is compared with which isn't said, and an arm has none or all of its participants")
    odds = [share / (1 - share) if measure == "odds-ratio" else share for share in shares]
    return odds[0] / odds[1]


def _p(analysis: Analysis, measure: str, value: str, low: str, high: str) -> tuple[str, str]:
    """The p value if it is two-sided, else nothing; and what was seen of its sides.

    Where the entry doesn't say how many sides it has, the interval must: the two-sided value that it gives is nearer to the printed one than
    half of it.
    """
    printed = re.sub(r"\s+", "", clean(analysis.p)).lstrip("=")
    comment = clean(analysis.comment)
    if not re.fullmatch(PRINTED_P, printed):
        return "", f'p "{clean(analysis.p)}" isn\'t a number' if printed else ""
    if _ONE_SIDED.search(comment) or _OTHER_P.search(comment):
        return "", f'p {printed} is left out: "{comment}"'
    if _TWO_SIDED.search(comment):
        return printed, f'p "{comment}"'
    implied = _two_sided(measure, value, low, high, float(analysis.level))
    if float(printed.lstrip("<>")) >= implied / 2**0.5:
        return printed, ""
    return "", f"p {printed} is left out: how many sides it has isn't said, and its interval gives {implied:.2g} for two"


def _two_sided(measure: str, value: str, low: str, high: str, level: float) -> float:
    """The p value that an effect and its interval give; 1 where the interval has no width."""
    at, lower, upper = (log(float(text)) if measure in _RATIOS else float(text) for text in (value, low, high))
    normal = NormalDist()
    width = upper - lower
    return 2 * normal.cdf(-abs(at) * 2 * normal.inv_cdf(0.5 + level / 200) / width) if width > 0 else 1.0
