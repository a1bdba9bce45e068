"""A stratum's rows as networks of drugs, or of classes.

Arms of one treatment in one trial are one arm; a control is its control's class. A trial is taken at one setting: the one at which it has the
most treatments, then the most participants. An arm of a crossover is left out, since the same people are in its other arms, and so is one of clusters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from functools import lru_cache
from itertools import combinations

from registry.pooling.by_subject import grouped
from registry.pooling.network_effects import NetworkArm, NetworkEffect, NetworkTrial, NoEstimate, NoModeError
from registry.pooling.network_paths import FEWEST, unbounded
from registry.pooling.networks import Network, networks
from registry.strata.rows import Row, cited
from registry.strata.subjects import overlapping
from schemas.classes import classes_above

__all__ = [
    "drugs_apart",
    "every_network_effect",
    "network_arms",
    "network_effects",
    "network_of",
    "network_trials",
    "of_classes",
    "trials_joined",
]


def of_classes(rows: Sequence[Row], a: str, b: str) -> bool:
    """Whether one of the two is a class and no drug, so that theirs is a contrast of classes."""
    return not {a, b} <= {row.node for row in rows}


def network_effects(asked: Sequence[tuple[Sequence[Row], str, str]]) -> list[NetworkEffect | None]:
    """Of each the odds ratio of a against b by the network that has both in the rows of one stratum, those of one network all computed at once;
    None where there is none.
    """
    together: dict[tuple[int, frozenset[str] | None], list[int]] = {}
    for i, (rows, a, b) in enumerate(asked):
        together.setdefault((id(rows), drugs_apart(rows, a, b)), []).append(i)
    found: list[NetworkEffect | None] = [None] * len(asked)
    for (_, apart), some in together.items():
        for network in _joined(asked[some[0]][0], apart)[0]:
            inside = [i for i in some if _tells_more(network, *asked[i][1:])]
            for i, one in zip(inside, _effects(network, [asked[i][1:] for i in inside]), strict=True):
                found[i] = None if isinstance(one, NoEstimate) else one
    return found


def network_of(rows: Sequence[Row], a: str, b: str) -> tuple[NetworkEffect | None, NoEstimate | None]:
    """The same of one, or why trials that join the two give none; None of both where no trials join them with a third.

    In a contrast of classes every arm is its class, but for those of a or b if that is a drug, or a class of several.
    """
    found, without = _joined(rows, drugs_apart(rows, a, b))
    for network in found:
        if _tells_more(network, a, b):
            (one,) = _effects(network, [(a, b)])
            return (None, one) if isinstance(one, NoEstimate) else (one, None)
    return None, next((one if one.a == a else one.turned() for one in without if {one.a, one.b} == {a, b}), None)


def drugs_apart(rows: Sequence[Row], a: str, b: str) -> frozenset[str] | None:
    """Which drugs, or classes of several classes, are treatments of their own in the network that :func:`network_of` takes for the two, the others being
    their classes; None where all drugs are. It is the whole of what the two decide about a stratum's networks.
    """
    drugs = {row.node for row in rows}
    return None if {a, b} <= drugs else frozenset({a, b} & (drugs | _wider(rows)))


def _wider(rows: Sequence[Row]) -> set[str]:
    """The classes of several classes."""
    return {one for row in rows for one in classes_above(row.class_)}


def trials_joined(rows: Sequence[Row], apart: frozenset[str] | None) -> list[tuple[NetworkTrial, ...]]:
    """The trials of each network in the rows of one stratum, with the drugs of their own that :func:`drugs_apart` gives."""
    return [network.trials for network in _joined(rows, apart)[0]]


def every_network_effect(rows: Sequence[Row]) -> Iterator[tuple[str, str, NetworkEffect | NoEstimate]]:
    """Either of every two drugs, and every two classes, in the rows of one stratum."""
    overlap = overlapping(row.subjects for row in rows)
    wider = _wider(rows)
    for apart in (None, frozenset[str](), *({one} for one in sorted(wider))):

        def asked(a: str, b: str, apart: Set[str] | None = apart) -> bool:
            """Whether this is the network of the two."""
            return of_classes(rows, a, b) is (apart is not None) and {a, b} & wider == (apart or set()) and (a, b) not in overlap

        found, without = _joined(rows, apart)
        for network in found:
            pairs = [pair for pair in combinations(network.treatments, 2) if asked(*pair) and _tells_more(network, *pair)]
            yield from ((a, b, effect) for (a, b), effect in zip(pairs, _effects(network, pairs), strict=True))
        yield from ((one.a, one.b, one) for one in without if asked(one.a, one.b))


def _tells_more(network: Network, a: str, b: str) -> bool:
    """Whether the two are in a network, and not in all of its trials: what had both would else be all that there is, whatever other arms it had."""
    pair = {a, b}
    return pair <= set(network.treatments) and not all(pair <= trial.treatments for trial in network.trials)


def _joined(rows: Sequence[Row], apart: Set[str] | None) -> tuple[list[Network], list[NoEstimate]]:
    def named(row: Row) -> str:
        return row.node if apart is None else next(iter(apart & row.subjects), row.class_)

    return _found(tuple(network_trials(rows, named)))


def _effects(network: Network, pairs: Sequence[tuple[str, str]]) -> Sequence[NetworkEffect | NoEstimate]:
    """The effects, or, if not all of their maxima are found, of each pair either."""
    try:
        return network.effects(pairs)
    except NoModeError:
        if len(pairs) > 1:
            return [one for pair in pairs for one in _effects(network, [pair])]
        n = sum(arm.n for trial in network.trials for arm in trial.arms)
        return [NoEstimate(*pairs[0], None, (), (), len(network.trials), n, network.treatments)]


@lru_cache(maxsize=1 << 10)
def _found(trials: tuple[NetworkTrial, ...]) -> tuple[list[Network], list[NoEstimate]]:
    """An audit or a comparison asks for the same networks many times; what one has computed it keeps."""
    found = [one for one in networks(trials) if len(one.treatments) >= FEWEST]
    return found, [one for one in unbounded(trials) if one.k > 1]


def network_trials(rows: Sequence[Row], treatment: Callable[[Row], str]) -> list[NetworkTrial]:
    """The trials of rows as a network takes them."""
    trials = []
    for trial, arms in network_arms(rows, treatment):
        counted: dict[str, list[Row]] = {}
        for row in arms:
            counted.setdefault(treatment(row), []).append(row)
        each = (
            NetworkArm(name, sum(row.events for row in some), sum(row.n for row in some))
            for name, some in sorted(counted.items())
        )
        trials.append(NetworkTrial(cited(arms[0].study, trial), tuple(each)))
    return trials


def network_arms(rows: Sequence[Row], treatment: Callable[[Row], str]) -> Iterator[tuple[str, list[Row]]]:
    """Each trial's arms that may be compared: those at the setting with the most treatments, then the most people; none of a crossover or of clusters."""
    trials = grouped((row for row in rows if row.independent), lambda row: row.trial)
    for trial, arms in sorted(trials.items()):
        settings = grouped(arms, lambda row: (row.study_id, row.setting))
        yield trial, max(settings.values(), key=lambda some: (len({treatment(row) for row in some}), sum(row.n for row in some)))
