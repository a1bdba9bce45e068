"""What a figure's value is: a count of participants, a percentage that may become one, or a mean."""

from __future__ import annotations

import re
from dataclasses import dataclass

from registry.trialregistry.figures import Figure
from registry.trialregistry.texts import clean, listed_words, unknown_words
from schemas.vocabulary import rows
from validation.printed import counts_giving

__all__ = [
    "COUNTED",
    "MEANS",
    "MODEL",
    "Count",
    "NotTakenError",
    "analysed",
    "count_of",
    "estimate_of",
    "number_of",
    "refuse_no_mean",
    "spread_of",
]

COUNTED = {"NUMBER", "COUNT_OF_PARTICIPANTS"}
MEANS = {"MEAN": "raw", "LEAST_SQUARES_MEAN": "adjusted"}
"""Kinds of value that are means, with what they are estimates of."""

_NO_MEAN = re.compile(r"\bmedians?\b|\bgeometric\b|\bmean ranks?\b|\bmodal\b", re.IGNORECASE)
_OF_SEVERAL = re.compile(
    r"\b(?:best|worst|maximum|minimum|maximal|peak|highest|lowest|largest|smallest|greatest|nadir|averaged?(?= (?:over|across|from|of (?:the|all)))|averaged)\b",
    re.IGNORECASE,
)
"""In a title: that a score is of several visits."""

MODEL = re.compile(
    r"\bMMRM\b|mixed[- ](?:effects?|model|linear|repeated)|\bANCOVA\b|\banalysis of covariance\b|\bleast[- ]squares?\b|\bLS[- ]?(?:means?|M\b|estimates?)|\bLS\b|\bregression\b|\bGEE\b|\bcovariates?\b"
    r"|\badjusted (?:mean|for|by|change|score|estimate|value)|\b(?:covariate|baseline|model)[- ]adjusted|\bmodell?(?:s|ed|ing|-based)?\b|\bestimated\b|\bmarginal\b",
    re.IGNORECASE,
)
"""A model by which a mean may be one that was adjusted."""

_ERROR = re.compile(
    r"\bSEM?\b|\bS\.E\.(?:M\.)?|\b[Ss]tandard [Ee]rrors?\b|\b[Mm]eans?\b[^.;]{0,20}(?:\bCI\b|[Cc]onfidence|\brange\b|\bIQR\b|[Qq]uartile)"
)
"""What is beside a mean, other than a standard deviation."""

_NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,15})?")
_N_IN_TITLE = re.compile(r"\(?\b[nN]\s*=\s*(\d+(?:\s*[,;/]\s*(?:n\s*=\s*)?\d+)*)", re.IGNORECASE)


_NUMBER_AND_SHARE = re.compile(
    r"\b(?:numbers?|counts?)\b.*(?:percent|%)|(?:percent|%).*\b(?:numbers?|counts?)\b|^(?:participants|patients|subjects) \(",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"(?<!and )(?<!number \()\b(?:percent(?:age)?s?|proportions?|shares?) of (?:the |all )*(?:participants|patients|subjects|individuals|people|responders|remitters)\b|\brates? \(%\)|^(?:percent\w*|%|proportion)$",
    re.IGNORECASE,
)

_UNIT_OF_PEOPLE = """
    a achieved achieving all analysed and count counts evaluable fraction had have having in individual individuals number numbers of participant participants patient
    patients people percent percentage percentages person persons proportion proportions randomised rate rates ratio remission remitter remitters responded responder responders
    responding response share study subject subjects that the treated were who with
"""
"""Words of a unit of participants, or of a share of them: any other may be of eyes, visits, points or sites."""


class NotTakenError(Exception):
    """Why a figure isn't taken."""


@dataclass(frozen=True)
class Count:
    """How many had the outcome, of how many; the percentage as printed, if there is one, and whether the count was worked out from it."""

    events: int
    percent: str
    origin: str


def analysed(figure: Figure) -> int:
    """How many were analysed: by the class's title where it has a number for each group, in their order. Raises :class:`NotTakenError` where that
    isn't said, where the title and the denominators contradict one another, or nobody was.
    """
    if figure.measure.counted.lower() not in {"participants", ""}:
        raise NotTakenError(f"it is counted in `{figure.measure.counted}`, not in participants")
    told = _N_IN_TITLE.search(figure.class_title)
    numbers = [int(n) for n in re.findall(r"\d+", told[1])] if told else []
    if told and len(numbers) == len(figure.measure.groups):
        own = numbers[list(figure.measure.groups).index(figure.group.id)]
        if figure.n not in {figure.n_measure, own} or (figure.n is not None and own > figure.n):
            raise NotTakenError(f"the class's title gives {own} analysed (`{told[0]}`), and the denominator is {figure.n}")
        return own or _nobody()
    if told and numbers != [figure.n]:
        raise NotTakenError(f"the class's title gives numbers analysed that aren't one for each group: `{told[0]}`")
    if figure.n is None:
        raise NotTakenError("the number analysed isn't given as a whole number")
    return figure.n or _nobody()


def _nobody() -> int:
    raise NotTakenError("nobody was analysed")


def number_of(figure: Figure) -> str:
    """The value as printed. Raises :class:`NotTakenError` where it isn't a number."""
    if not _NUMBER.fullmatch(figure.value):
        raise NotTakenError(f"the value is `{figure.value or 'empty'}`, which isn't a number")
    return figure.value


def refuse_no_mean(figure: Figure) -> None:
    """Raise where the words about a mean say that it is another value, or one over several visits."""
    measure = figure.measure
    named = (measure.title, figure.class_title, figure.category_title, measure.unit)
    for pattern, texts in ((_NO_MEAN, (*named, measure.description)), (_OF_SEVERAL, named)):
        if found := next((match[0] for text in texts if (match := pattern.search(clean(text)))), ""):
            raise NotTakenError(f"it is posted as a mean, and its text says `{found}`")


def estimate_of(figure: Figure) -> str:
    """What a mean is an estimate of: a plain one whose text names a model may be either."""
    measure = figure.measure
    texts = (measure.title, figure.class_title, figure.category_title, measure.unit, measure.description, measure.population)
    modelled = any(MODEL.search(clean(text)) for text in texts)
    return "unstated" if MEANS[measure.param] == "raw" and modelled else MEANS[measure.param]


def negative(mean: str) -> str:
    """The mean with its sign turned, digit for digit."""
    return mean[1:] if mean.startswith("-") else mean if not float(mean) else f"-{mean}"


def check_range(scale: str, statistic: str, mean: str) -> None:
    """Raise where a mean can't be one on its scale."""
    row = next(r for r in rows("instruments") if r["instrument_id"] == scale)
    if not (row["minimum"] and row["maximum"]):
        return
    low, high = float(row["minimum"]), float(row["maximum"])
    low, high = (low - high, high - low) if statistic == "change" else (low, high)
    if not low <= float(mean) <= high:
        raise NotTakenError(f"{mean} is outside what can be on this scale ({statistic})")


def spread_of(figure: Figure) -> tuple[str, str]:
    """The standard deviation as printed, or nothing; and what else is printed beside the value, which isn't taken."""
    kind = clean(figure.measure.dispersion)
    if not (figure.spread or figure.lower or figure.upper):
        return "", ""
    if figure.measure.param not in MEANS or not re.fullmatch(r"standard deviation|SD", kind, re.IGNORECASE):
        return "", f"the figure is taken without what is printed beside it: {kind or 'a spread of which nothing says what it is'}"
    told = (figure.measure.title, figure.class_title, figure.category_title, figure.measure.unit, figure.measure.description)
    if error := next((found[0] for text in told if (found := _ERROR.search(clean(text)))), ""):
        return "", f"the figure is taken without its standard deviation, as its text says `{error}`"
    if not _NUMBER.fullmatch(figure.spread) or figure.spread.startswith("-"):
        return "", f"the figure is taken without its standard deviation, which is `{figure.spread or 'empty'}`"
    return figure.spread, ""


def count_of(figure: Figure, n: int, missing: str) -> Count:
    """The count of a figure that counts participants.

    A percentage becomes a count only if exactly one whole number of the ``n`` prints so. Raises :class:`NotTakenError`.
    """
    value = number_of(figure)
    unit, title = clean(figure.measure.unit).lower(), clean(figure.measure.title).lower()
    if re.search(r"kaplan|estimat|probabilit|odds|adjusted|model", f"{unit} {title}"):
        raise NotTakenError("the value is an estimate, not a count or a share of participants")
    if unread := unknown_words(unit, listed_words(_UNIT_OF_PEOPLE).__contains__):
        raise NotTakenError(
            f"the unit is `{figure.measure.unit}`, which counts no participants as far as it is understood (`{', '.join(unread)}` isn't)"
        )
    if figure.measure.param != "COUNT_OF_PARTICIPANTS" and _NUMBER_AND_SHARE.search(unit):
        raise NotTakenError(f"the unit is `{figure.measure.unit}`, which may be a number or a percentage")
    if figure.measure.param != "COUNT_OF_PARTICIPANTS" and re.search(r"percent|%", unit):
        return _from_percent(value, value, n, missing)
    if figure.measure.param != "COUNT_OF_PARTICIPANTS" and re.search(r"proportion|fraction|ratio|\brate", unit):
        if float(value) > 1:
            raise NotTakenError(f"the unit is `{figure.measure.unit}`, and {value} is over 1")
        return _from_percent(_times_100(value), "", n, missing)
    if not re.search(r"participant|subject|patient|responder|remitter|people|person|individual", unit):
        raise NotTakenError(f"the unit is `{figure.measure.unit}`, which counts no participants")
    if "." in value or value.startswith("-"):
        raise NotTakenError(f"the unit is `{figure.measure.unit}`, and {value} isn't a whole number of them")
    if figure.measure.param != "COUNT_OF_PARTICIPANTS" and (share := _share_in(figure)):
        raise NotTakenError(f"the {share} gives a percentage, and the unit is `{figure.measure.unit}`")
    if int(value) > n:
        raise NotTakenError(f"{value} participants of {n} are more than all")
    return Count(int(value), "", "reported")


def _share_in(figure: Figure) -> str:
    """Which text of a measure (title, class, category or description) gives a share of the participants."""
    measure = figure.measure
    if re.match(r"(?:the )?(?:percent\w*|%|proportion|rate)", clean(measure.title), re.IGNORECASE):
        return "title"
    texts = {
        "title": measure.title,
        "class": figure.class_title,
        "category": figure.category_title,
        "description": measure.description,
    }
    return next((place for place, text in texts.items() if _SHARE.search(clean(text))), "")


def _from_percent(percent: str, printed: str, n: int, missing: str) -> Count:
    if missing == "multiple-imputation":
        raise NotTakenError("a percentage over data sets in which values were filled in is of no whole number of participants")
    counts = [] if percent.startswith("-") else counts_giving(percent, n)
    if printed and 0 < float(percent) < 1:
        raise NotTakenError(f"whether {percent} is in per cent, or a share of {percent}, isn't said")
    if len(counts) != 1:
        which = (
            f"{counts[0]} to {counts[-1]} of {n} print as {percent}%"
            if counts
            else f"no whole number of {n} prints as {percent}%"
        )
        raise NotTakenError(which)
    return Count(counts[0], printed, "derived-from-percent")


def _times_100(value: str) -> str:
    """A share as a percentage, digit for digit: 0.451 is 45.1."""
    whole, _, rest = value.partition(".")
    digits = f"{whole}{rest.ljust(2, '0')[:2]}".lstrip("0") or "0"
    return f"{digits}.{rest[2:]}" if len(rest) > 2 else digits
