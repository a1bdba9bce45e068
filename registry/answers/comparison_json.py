"""A comparison as JSON, the same bytes for the same comparison. ``comparison.schema.json`` describes it.

Counts are whole numbers and rates what they give, unrounded; what isn't known, or isn't finite, is null. Every trial of a rate has its arms,
each with the source and the place in it that the counts were read in; a contrast names the trials it is made of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from registry.comparing.comparison import ApartStratum, Comparison, Nearest, OutcomeAnswer, SharedStratum
from registry.comparing.respects import link_of
from registry.comparing.rung import Rung
from registry.comparing.sides import Side
from registry.comparing.trials import PairedTrial, Trial, pairs_of_stratum, trials_of
from registry.pooling.contrasts import Indirect
from registry.pooling.measures import LEADING, ODDS_RATIO
from registry.pooling.networks import DECISION
from registry.pooling.random_effects import METHODS
from registry.strata.rows import VARIANTS, Row
from registry.strata.stratum import DIMENSIONS, Stratum
from validation.formats.visible import as_json, finite

if TYPE_CHECKING:
    from registry.comparing.means import MeanContrast
    from registry.comparing.respects import Cell, Respect
    from registry.comparing.sensitivity import Sensitivity
    from registry.pooling.bounds import Bounds, Extreme
    from registry.pooling.by_subject import Contrast
    from registry.pooling.counts import Effect
    from registry.pooling.network_effects import Estimate, NetworkEffect, NoEstimate
    from registry.pooling.random_effects import Pooled, Range
    from registry.pooling.score_effects import PooledScore

__all__ = ["SCHEMA_VERSION", "as_data", "render"]

SCHEMA_VERSION = "1.8"
"""Of the answer's form. The second number grows with a new member, the first when one changes its meaning."""

_OF_EFFECT = ("estimate", "low", "high", "weight", "corrected", "model_estimate", "model_se")
"""The members of one trial's effect; null where it says nothing about the measure."""

_BEFORE_EFFECTS = {"ratio": "risk ratio", "difference": "risk difference"}
"""Members that hold what ``effects`` holds by the measure's name, from before there was that."""


def render(comparison: Comparison, *, respects: Sequence[Respect] = (), indent: int | None = 2, **_: object) -> str:
    """The comparison as JSON that ends with a newline, in a single line where ``indent`` is ``None``."""
    return as_json(as_data(comparison, respects), indent=indent) + "\n"


def as_data(comparison: Comparison, respects: Sequence[Respect]) -> dict[str, Any]:
    """The comparison as dictionaries, lists, texts and finite numbers; ``respects`` may be empty."""
    data = {
        "schema_version": SCHEMA_VERSION,
        "a": comparison.a,
        "b": comparison.b,
        "population": comparison.population,
        "with_unstated": comparison.with_unstated,
        "strict": comparison.strict,
        "across": list(comparison.across),
        "reason": comparison.reason,
        "warnings": list(comparison.warnings),
        "drafts": list(comparison.drafts),
        "variants": {name: words for name, (_, words) in VARIANTS.items()},
        "respects": [{"name": respect.name, "a": _cell(respect.a), "b": _cell(respect.b)} for respect in respects],
        "outcomes": [_outcome(answer) for answer in comparison.outcomes],
        "means": [_mean(found) for found in comparison.means],
    }
    found: dict[str, Any] = finite(data)
    return found


def _mean(found: MeanContrast) -> dict[str, Any]:
    dimensions = ("instrument", "statistic", "population", "window", "counted_from", "strategy", "arm_kind")
    return {
        "stratum": {"id": found.stratum, **{name: getattr(found, name) for name in dimensions}},
        "pooling": found.pooling,
        "effects": _scores(found.effects),
        "flagged": found.flagged,
        "unflagged": _scores(found.unflagged),
        "trials": [asdict(pair) for pair in found.pairs],
        "warning": found.warning or None,
    }


def _scores(effects: dict[str, PooledScore]) -> dict[str, Any]:
    return {name: _score(effect) for name, effect in effects.items()}


def _score(effect: PooledScore) -> dict[str, Any]:
    names = ("measure", "k", "n", "estimate", "low", "high", "prediction_low", "prediction_high", "tau")
    trials = [{"trial": of.label, "estimate": of.estimate, "low": of.low, "high": of.high} for of in effect.trials]
    method = {"method": str(effect.method), "method_record": METHODS}
    prior = {"prior_halved": _range(effect.half), "prior_doubled": _range(effect.double)}
    return {**{name: getattr(effect, name) for name in names}, **method, **prior, "trials": trials}


def _cell(cell: Cell) -> list[dict[str, Any]]:
    return [
        {"text": one.text, "source": one.source, "link": link_of(one.link), "locator": one.locator} for one in cell.statements
    ]


def _outcome(answer: OutcomeAnswer) -> dict[str, Any]:
    return {
        "outcome": answer.outcome,
        "summary": answer.summary,
        "pooling": answer.pooling,
        "rungs": [_rung(rung) for rung in answer.rungs],
        "sensitivity": [_sensitivity(one) for one in answer.sensitivity],
        "shared": [_shared(one) for one in answer.shared],
        "apart": [_apart(one) for one in answer.apart],
        "unpooled": [
            {
                "stratum": _stratum(one.stratum),
                "subject": one.subject,
                "unstated": list(one.words),
                "arms": [_arm(row) for row in one.rows],
            }
            for one in answer.unpooled
        ],
    }


def _rung(rung: Rung) -> dict[str, Any]:
    return {
        "assumptions": list(rung.assumptions),
        "assumed": rung.assumed,
        "head_to_head": rung.head_to_head,
        "same_trials": rung.same_trials,
        "a": _rung_side(rung.a, rung.sets[0], rung.bounds_a),
        "b": _rung_side(rung.b, rung.sets[1], rung.bounds_b),
        "difference": rung.difference,
        "effect": _leading(rung.effect),
        "effect_bounds": _bounds(rung.bounds_effect),
        "contrast": None if rung.effect is None or not rung.effect.effects else _contrast(rung.effect, []),
        "network": _network_in_short(rung.network),
        "changed": {name: {"a": list(a), "b": list(b)} for name, (a, b) in rung.changed().items()},
        "unstated": rung.left_open(),
    }


def _ends(of: Pooled | Indirect | Estimate | Range | Extreme) -> dict[str, float]:
    return {"estimate": of.estimate, "low": of.low, "high": of.high}


def _leading(effect: Contrast | None) -> dict[str, Any] | None:
    found = None if effect is None else effect.effects.get(LEADING)
    return None if found is None else {"measure": LEADING, **_ends(found)}


def _network_in_short(of: NetworkEffect | None) -> dict[str, Any] | None:
    if of is None:
        return None
    return {"measure": ODDS_RATIO.name, **asdict(of.network), **_evidence(of), "k_direct": of.k_direct, "k": of.k}


def _evidence(of: NetworkEffect) -> dict[str, Any]:
    return {name: None if found is None else asdict(found) for name, found in (("direct", of.direct), ("indirect", of.indirect))}


def _rung_side(pooled: Pooled, sets: Sequence[str], bounds: Bounds | None) -> dict[str, Any]:
    counted = {name: getattr(pooled, name) for name in ("k", "n", "events")}
    trials = [trial.label for trial in pooled.trials]
    return {**_ends(pooled), **counted, "trials": trials, "analysis_sets": list(sets), "bounds": _bounds(bounds)}


def _bounds(of: Bounds | None) -> dict[str, Any] | None:
    """The lowest and highest that a figure can be, with the interval of the trials at that end and those of the open trials that are in it."""
    if of is None:
        return None
    ends = {
        name: {**_ends(end), "k": end.k, "trials": list(end.taken)}
        for name, end in (("lowest", of.lowest), ("highest", of.highest))
    }
    return {**ends, "open": list(of.open_)}


def _sensitivity(one: Sensitivity) -> dict[str, Any]:
    sides = {name: None if of is None else {**_ends(of), "k": of.k, "n": of.n} for name, of in (("a", one.a), ("b", one.b))}
    compared = {"effect": _leading(one.effect), "network": _network_in_short(one.network)}
    return {"variant": one.variant, "changed": one.changed, "unstated": one.unstated or None, **sides, **compared}


def _stratum(stratum: Stratum) -> dict[str, str]:
    return {"id": str(stratum), **dict(zip(DIMENSIONS, stratum.values, strict=True))}


def _shared(one: SharedStratum) -> dict[str, Any]:
    contrast = None if one.contrast is None else _contrast(one.contrast, pairs_of_stratum(one))
    return {
        "stratum": _stratum(one.stratum),
        "a": _side(one.a),
        "b": _side(one.b),
        "contrast": contrast,
        "network": None if one.network is None else _network(one.network, classes=one.of_classes),
        "network_gap": None if one.network_gap is None else _network_gap(one.network_gap),
        "variants": {name: _contrast(found, []) for name, found in one.contrasts.items()},
        "warning": one.warning or None,
    }


def _network(of: NetworkEffect, *, classes: bool) -> dict[str, Any]:
    return {
        "measure": ODDS_RATIO.name,
        "classes": classes,
        **asdict(of.network),
        "prediction_low": of.prediction_low,
        "prediction_high": of.prediction_high,
        **_evidence(of),
        "p": of.p,
        "k_direct": of.k_direct,
        "through": list(of.through),
        "k": of.k,
        "n": of.n,
        "treatments": list(of.treatments),
        "tau": of.tau,
        "left_out": list(of.left_out),
        "method": str(of.method),
        "decision": DECISION,
    }


def _network_gap(of: NoEstimate) -> dict[str, Any]:
    told = {name: value for name, value in asdict(of).items() if name not in ("a", "b")}
    return {**told, "why": of.in_words(), "decision": DECISION}


def _apart(one: ApartStratum) -> dict[str, Any]:
    return {"stratum": _stratum(one.stratum), "side": _side(one.side), "nearest": [_nearest(near) for near in one.nearest]}


def _nearest(near: Nearest) -> dict[str, Any]:
    """A stratum of the other subject; its trials stand where that stratum itself does, under ``shared`` or ``apart``."""
    return {
        "stratum": _stratum(near.stratum),
        "subject": near.side.subject,
        "pooled": _pooled(near.side.pooled),
        "differences": {name: {"here": here, "there": there} for name, (here, there) in near.differences.items()},
        "analysis_sets": None if near.sets is None else {"here": list(near.sets[0]), "there": list(near.sets[1])},
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "subject": side.subject,
        "analysis_sets": list(side.sets),
        "routes": list(side.routes),
        "pooled": _pooled(side.pooled),
        "trials": [_trial(one) for one in trials_of(side)],
        "variants": {name: _pooled(pooled) for name, pooled in side.variants.items()},
    }


def _trial(one: Trial) -> dict[str, Any]:
    return {
        "trial": one.trial,
        "study": one.name,
        "events": one.effect.events,
        "n": one.effect.n,
        **_effect(one.effect),
        "arms": [_arm(row) for row in one.rows],
    }


def _effect(effect: Effect) -> dict[str, Any]:
    return {name: getattr(effect, name) for name in _OF_EFFECT}


def _arm(row: Row) -> dict[str, Any]:
    """A row with all its members but those of the stratum, which are above it."""
    above = {"outcome", "stratum", "comparability_class", "population", "window", "counted_from", "strategy", "arm_kind"}
    arm = {field.name.removesuffix("_"): getattr(row, field.name) for field in fields(row) if field.name not in above}
    return arm | {"unstated": list(row.unstated), "rate": row.events / row.n if row.n else None, "link": link_of(row.source)}


def _pooled(pooled: Pooled) -> dict[str, Any]:
    """The pooled figures without the trials, which are in a member of their own."""
    return {
        "measure": pooled.measure,
        "k": pooled.k,
        "n": pooled.n,
        "events": pooled.events,
        **_interval(pooled),
        "common": _range(pooled.common),
        "prior_halved": _range(pooled.half),
        "prior_doubled": _range(pooled.double),
        "mean": pooled.mean,
        "normal_low": None if pooled.common is None else pooled.common.low,
        "normal_high": None if pooled.common is None else pooled.common.high,
        "prediction_low": pooled.prediction_low,
        "prediction_high": pooled.prediction_high,
        "i2": pooled.i2,
        "tau2": pooled.tau2,
        "q": pooled.q,
        "q_p": pooled.q_p,
        "left_out": list(pooled.left_out),
        "method": str(pooled.method),
        "method_record": METHODS,
    }


def _range(of: Range | None) -> dict[str, float] | None:
    return None if of is None else _ends(of)


def _interval(of: Pooled | Indirect) -> dict[str, Any]:
    return {
        "estimate": of.estimate,
        "low": of.low,
        "high": of.high,
        "model_estimate": of.model_estimate,
        "model_se": of.model_se,
    }


def _indirect(of: Indirect) -> dict[str, Any]:
    return {
        "measure": of.measure,
        **_interval(of),
        "k_ac": of.k_ac,
        "k_bc": of.k_bc,
        "n_ac": of.n_ac,
        "n_bc": of.n_bc,
        "shared": list(of.shared),
        "method": str(of.method),
    }


def _contrast(found: Contrast, pairs: Sequence[PairedTrial]) -> dict[str, Any]:
    effects = {name: _indirect(of) if isinstance(of, Indirect) else _pooled(of) for name, of in found.effects.items()}
    return {
        "direct": found.is_direct,
        "via": found.via,
        "effects": effects,
        **{member: effects.get(name) for member, name in _BEFORE_EFFECTS.items()},
        "trials": [_paired(pair) for pair in pairs],
    }


def _paired(pair: PairedTrial) -> dict[str, Any]:
    effects = {name: _effect(effect) for name, effect in pair.effects.items()}
    return {
        "trial": pair.trial,
        "study": pair.name,
        "events_a": pair.counts.events_a,
        "n_a": pair.counts.n_a,
        "events_b": pair.counts.events_b,
        "n_b": pair.counts.n_b,
        "effects": effects,
        **effects.get(_BEFORE_EFFECTS["ratio"], dict.fromkeys(_OF_EFFECT)),
    }
