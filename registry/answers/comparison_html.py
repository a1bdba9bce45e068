"""A comparison as one HTML page that needs nothing else: to be read on a telephone, printed, mailed and kept.

Words of data are escaped by the template engine, only addresses that begin with http and DOIs become links, and the page's own policy lets a
browser load nothing and run nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from registry.answers.cautions import caution_of_contrast, caution_of_rung
from registry.answers.ladder_words import bottom_line, rung_words, sensitivity_words, silent_words, unchanged_words
from registry.answers.mean_words import mean_words
from registry.answers.network_words import gap_words, network_words
from registry.answers.pages import style, template
from registry.answers.pictured import pictured
from registry.comparing.comparison import ApartStratum, Comparison, OutcomeAnswer, SharedStratum
from registry.comparing.rung import Rung
from registry.comparing.sides import Side
from registry.comparing.trials import trials_in, trials_of
from registry.forest.ladder_picture import ladder_of
from registry.forest.lines import Words
from registry.forest.network_picture import networks_of
from registry.forest.plotting import panels_of_stratum
from registry.pooling.by_subject import Contrast
from registry.pooling.contrasts import Indirect
from registry.pooling.counts import Pair
from registry.pooling.measures import LEADING, PROPORTION, Measure, measure_named
from registry.pooling.method_words import prior_words
from registry.pooling.random_effects import METHODS
from registry.strata.rows import VARIANTS
from registry.strata.stratum import Stratum
from schemas.wording import counted
from validation.formats.visible import visible, well_formed

if TYPE_CHECKING:
    from registry.comparing.respects import Respect
    from registry.pooling.random_effects import Pooled, Range
    from registry.pooling.scales import Scale

__all__ = ["render"]

_RATES = PROPORTION.scale

_FEW = 6
"""Strata or trials up to which what belongs to them is unfolded at once."""


def render(
    comparison: Comparison,
    *,
    respects: Sequence[Respect] = (),
    labels: Mapping[str, str] | None = None,
    measure: str = LEADING,
    **_: object,
) -> str:
    """The comparison as a self-contained page, the same text for the same comparison.

    ``labels`` gives words for the ids of vocabularies; an id that has one is shown when its words are pointed at. Without ``respects`` their
    table is left out. ``measure`` names the measure shown first, in the plots and in the table of variants.
    """
    told = _Told(comparison, Words(labels), measure_named(measure))
    page = template("page.html.jinja").render(
        records=METHODS,
        a=comparison.a,
        b=comparison.b,
        comparison=comparison,
        respects=respects,
        outcomes=[told.outcome(answer, number) for number, answer in enumerate(comparison.outcomes, 1)],
        means=[mean_words(found, told.words) for found in comparison.means],
        variants={name: words for name, (_, words) in VARIANTS.items()},
        told=told,
        style=style("page.css", "picture.css"),
    )
    return well_formed(page.rstrip()) + "\n"


class _Told:
    """What the template shows, in words and numbers; it has no logic of its own but loops."""

    def __init__(self, comparison: Comparison, words: Words, leading: Measure[Pair]) -> None:
        self.comparison, self.words, self.leading = comparison, words, leading
        self.two = comparison.a, comparison.b

    def word(self, term: str) -> Markup:
        """The words for an id, with the id shown when they are pointed at."""
        said = self.words(term)
        return (
            Markup('<span title="{}">{}</span>').format(visible(term), said)
            if said != visible(term)
            else Markup("{}").format(said)
        )

    def stratum(self, stratum: Stratum) -> Markup:
        """A stratum's dimensions, with its name as a tooltip."""
        return Markup('<span title="{}">{}</span>').format(visible(str(stratum)), " · ".join(stratum.in_words(self.words)))

    def terms(self, terms: Sequence[str]) -> Markup:
        """Several ids in a line."""
        return Markup(", ").join(self.word(term) for term in terms)

    def outcome(self, answer: OutcomeAnswer, number: int) -> dict[str, Any]:
        """One outcome, with an anchor of its own."""
        sensitive = [line for rung in answer.rungs[:1] for line in sensitivity_words(rung, answer.sensitivity, self.leading.name)]
        return {
            "id": f"outcome-{number}",
            "of": answer,
            "line": []
            if self.comparison.across or (self.comparison.strict and not answer.rungs)
            else bottom_line(
                answer.rungs,
                *self.two,
                answer.outcome,
                self.words,
                without=answer.without,
                measure=self.leading.name,
                population=self.comparison.population,
                elsewhere=answer.elsewhere,
            ),
            "ladder": [pictured(one) for one in ladder_of(answer, self.two, self.words)],
            "rungs": [self.rung(rung) for rung in answer.rungs],
            "sensitivity": sensitive[:1] + [line for line in sensitive if line[2:5] != sensitive[0][2:5]],
            "unchanged": unchanged_words([line for line in sensitive[1:] if line[2:5] == sensitive[0][2:5]]),
            "shared": [
                {**self.shared(one, answer.outcome), "graph": graph and pictured(graph)}
                for one, graph in zip(answer.shared, networks_of(answer, self.words), strict=True)
            ],
            "apart": [self.apart(one, answer.outcome) for one in answer.apart],
            "unpooled": answer.unpooled,
            "arms": sum(len(one.rows) for one in answer.unpooled),
            "unfolded": len(answer.apart) <= _FEW,
            "near": any(one.nearest for one in answer.apart),
        }

    def rung(self, rung: Rung) -> dict[str, Any]:
        """A rung in words, with the trials of either side and the warning that belongs beside its ratio."""
        return {
            "assumed": rung.assumed,
            "words": rung_words(rung, *self.two, self.words, self.leading.name),
            "caution": caution_of_rung(rung, self.leading.name),
            "trials": [trials_in(rung.rows_a, rung.a), trials_in(rung.rows_b, rung.b)],
        }

    def shared(self, one: SharedStratum, outcome: str) -> dict[str, Any]:
        return {
            "of": one,
            "panels": self.panels(one, outcome, 0),
            "sides": [self.side(one.a), self.side(one.b)],
            "network": self.network(one),
            "contrast": None
            if one.contrast is None
            else _contrast(one.contrast, self.leading.name, lambda label: self.words(one.study(label))),
            "caution": caution_of_contrast(one.contrast, self.leading.name),
            "variants": [
                (name, _rate(one.a.variants.get(name)), _rate(one.b.variants.get(name)), self.brief(one.contrasts.get(name)))
                for name in VARIANTS
                if name in one.a.variants or name in one.b.variants or name in one.contrasts
            ],
        }

    def network(self, one: SharedStratum) -> list[str] | None:
        if one.network is not None:
            return network_words(one.network, one.a.subject, one.b.subject, self.words, classes=one.of_classes)
        return None if one.network_gap is None else gap_words(one.network_gap, self.words)

    def apart(self, one: ApartStratum, outcome: str) -> dict[str, Any]:
        return {
            "of": one,
            "panels": self.panels(one, outcome, int(one.side.subject == self.comparison.b)),
            "sides": [self.side(one.side)],
            "variants": [(name, _rate(one.side.variants.get(name))) for name in VARIANTS if name in one.side.variants],
            "nearest": [(near, _rate(near.side.pooled)) for near in one.nearest],
        }

    def side(self, side: Side) -> dict[str, Any]:
        pooled = side.pooled
        return {
            "of": side,
            "rate": f"{_RATES.number(pooled.estimate)}%",
            "interval": _interval(pooled.low, pooled.high),
            "common": None if pooled.common is None else _interval(pooled.common.low, pooled.common.high),
            "method": str(pooled.method),
            "prior": prior_words(pooled, partial(_range, _RATES)),
            "prediction": None if pooled.prediction_low is None else _interval(pooled.prediction_low, pooled.prediction_high),
            "i2": None if pooled.i2 is None else f"{pooled.i2:.0f}%",
            "tau2": None if pooled.tau2 is None else f"{pooled.tau2:.3f}",
            "trials": [(one, _rate_of(one.effect)) for one in trials_of(side)],
            "unfolded": pooled.k <= _FEW,
        }

    def brief(self, found: Contrast | None) -> str:
        """A contrast by the leading measure alone."""
        if found is None or self.leading.name not in found.effects:
            return "–"
        effect, scale = found.effects[self.leading.name], self.leading.scale
        return f"{scale.number(effect.estimate)} ({scale.numbers(effect.low, effect.high)})"

    def panels(self, one: SharedStratum | ApartStratum, outcome: str, series: int) -> list[Markup]:
        title = f"Forest plot: {visible(outcome)}, {self.words.stratum(one.stratum)}"
        return panels_of_stratum(one, outcome, title, labels=self.words.labels, series=series, measure=self.leading.name)


def _contrast(found: Contrast, leading: str, cited: Callable[[str], str]) -> dict[str, Any]:
    told = found.led_by(leading)
    _, first = told[0]
    return {
        "of": found,
        "measures": [_effect(measure, effect) for measure, effect in told],
        "trials": f"{first.k_ac} and {first.k_bc}" if isinstance(first, Indirect) else counted(len(found.trials), "trial"),
        "silent": silent_words(found, cited),
        "indirect": not found.is_direct,
    }


def _effect(measure: Measure[Pair], effect: Pooled | Indirect) -> dict[str, Any]:
    scale = measure.scale
    pooled = effect if not isinstance(effect, Indirect) else None
    return {
        "head": measure.head,
        "name": measure.name,
        "method": str(effect.method),
        "estimate": scale.number(effect.estimate),
        "interval": scale.numbers(effect.low, effect.high),
        "common": None if pooled is None or pooled.common is None else _range(scale, pooled.common),
        "prior": None if pooled is None else prior_words(pooled, partial(_range, scale)),
        "prediction": None
        if pooled is None or pooled.prediction_low is None or pooled.prediction_high is None
        else scale.numbers(pooled.prediction_low, pooled.prediction_high),
        "i2": None if pooled is None or pooled.i2 is None else f"{pooled.i2:.0f}%",
    }


def _range(scale: Scale, of: Range) -> str:
    return f"{scale.number(of.estimate)} ({scale.numbers(of.low, of.high)})"


def _rate(pooled: Pooled | None) -> str:
    if pooled is None:
        return "–"
    return f"{_rate_of(pooled)}, {pooled.k:,} trial{'' if pooled.k == 1 else 's'}, n = {pooled.n:,}"


def _rate_of(of: Any) -> str:
    return f"{_RATES.number(of.estimate)}% ({_interval(of.low, of.high)})"


def _interval(low: float | None, high: float | None) -> str:
    return "–" if low is None or high is None else _RATES.numbers(low, high)
