"""A stratum's rows as the trials of a network of drugs, or of classes.

Arms of one treatment in one trial are one arm; a control is its control's class. A trial is taken at one setting: the one at which it has the
most treatments, then the most participants. An arm of a crossover is left out, since the same people are in its other arms.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from registry.pooling.networks import Network, NetworkArm, NetworkTrial, networks
from registry.strata.rows import Row

__all__ = ["network_between", "of_classes", "treatment_in"]


def of_classes(rows: Sequence[Row], a: str, b: str) -> bool:
    """Whether one of the two is a class and no drug, so that theirs is a contrast of classes."""
    drugs = {row.node for row in rows}
    return not {a, b} <= drugs


def treatment_in(rows: Sequence[Row], a: str, b: str) -> Callable[[Row], str]:
    """What an arm is in the network that compares a with b: its drug, or its class if one of the two is a class, but for arms of the other."""
    if not of_classes(rows, a, b):
        return lambda row: row.node
    return lambda row: row.node if row.node in (a, b) else row.class_


def network_between(rows: Sequence[Row], a: str, b: str) -> Network | None:
    """The network that has both; None if nothing leads from one to the other, or there is no third treatment."""
    found = networks(_trials(rows, treatment_in(rows, a, b)))
    return next((one for one in found if {a, b} <= set(one.treatments) and len(one.treatments) > 2), None)


def _trials(rows: Sequence[Row], treatment: Callable[[Row], str]) -> list[NetworkTrial]:
    settings: dict[str, dict[str, list[Row]]] = {}
    for row in rows:
        if row.arm_kind != "crossover":
            settings.setdefault(row.trial, {}).setdefault(repr((row.study_id, row.setting)), []).append(row)
    trials = []
    for trial, found in sorted(settings.items()):
        arms = max(found.values(), key=lambda some: (len({treatment(row) for row in some}), sum(row.n for row in some)))
        counted: dict[str, list[Row]] = {}
        for row in arms:
            counted.setdefault(treatment(row), []).append(row)
        trials.append(
            NetworkTrial(
                f"{arms[0].study} ({trial})" if arms[0].study != trial else trial,
                tuple(
                    NetworkArm(name, sum(row.events for row in some), sum(row.n for row in some))
                    for name, some in sorted(counted.items())
                ),
            )
        )
    return trials
