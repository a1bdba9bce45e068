"""What difference a definition makes: the same people's rate by each rule that their trial reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.forest.blocks import draw_block
from registry.forest.lines import Line, Panel
from registry.forest.pictures import Picture
from registry.pooling.measures import PROPORTION
from schemas.outcome_words import IMPUTED
from schemas.windows import counted_from
from schemas.wording import counted
from validation.formats.visible import visible

__all__ = ["ByRule", "RuleRate", "by_rules", "rules_picture", "spread_picture"]

_JOINED = ("outcome", "package", "study_id", "arm_id", "day", "analysis_set", "missing_data")
"""What two rates share that differ by their rule alone, beside what their days count from."""

_SPREAD = "Dots: one rule each; bars join the rules by which one trial counts the same people."

_CODE = """group <- unique(d$group)
y <- rev(seq_along(group))[match(d$group, group)]
par(mar = c(4, 18, 1, 1))
plot(100 * d$rate, y, xlim = c(0, 100), pch = 19, xlab = "Rate, %", ylab = "", yaxt = "n")
for (one in group) lines(100 * d$rate[d$group == one], y[d$group == one])
axis(2, rev(seq_along(group)), group, las = 1, cex.axis = 0.6)
"""


@dataclass(frozen=True)
class RuleRate:
    """A rate by one rule, which is called ``rule``."""

    rule: str
    events: int | None
    n: int | None
    rate: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class ByRule:
    """The same people at the same visit by several rules, from the lowest rate to the highest; ``link`` is where the trial is shown."""

    study: str
    arm: str
    when: str
    outcome: str
    rates: tuple[RuleRate, ...]
    link: str | None = None

    @property
    def spread(self) -> float:
        """From the lowest rate to the highest."""
        return self.rates[-1].rate - self.rates[0].rate

    @property
    def name(self) -> str:
        """The trial, its arm, outcome and visit."""
        return visible(f"{self.study}: {self.arm}, {self.outcome}, {self.when}")


def by_rules(rates: Sequence[Mapping[str, Any]]) -> list[ByRule]:
    """The arms of trials at the visits at which several rules count the same people, the widest spread first.

    Rates are rows of ``all_response_rates`` and ``all_remission_rates`` with ``outcome``, ``definition_label`` and ``when``; a day that isn't stated
    joins nothing, and neither do rates without one of ``primary``, nor those that were worked out from means, which count nobody.
    """
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for row in rates:
        counts = row["rate"] is not None and row["value_origin"] != IMPUTED
        if counts and row["primary"] and row["day"] is not None and row["day"] > 0:
            key = (counted_from(row["anchor"] or "unstated"), *(row[name] for name in _JOINED))
            groups.setdefault(key, []).append(row)
    found = []
    for some in groups.values():
        by_rule = {row["definition"]: row for row in some}
        if len(by_rule) > 1:
            ordered = sorted(by_rule.values(), key=lambda row: (row["rate"], row["definition"]))
            first = some[0]
            found.append(
                ByRule(
                    first["study"],
                    first["arm"] or first["arm_id"],
                    first["when"],
                    first["outcome"],
                    tuple(RuleRate(r["definition_label"], r["events"], r["n"], r["rate"], r["low"], r["high"]) for r in ordered),
                    first.get("link"),
                )
            )
    return sorted(found, key=lambda one: (-one.spread, one.name))


def rules_picture(groups: Sequence[ByRule], study: str) -> Picture:
    """One trial's rates by each rule: a line a rule, with its interval. There must be a group."""
    panel = _panel("Counted as", ("Events/n",), tuple(line for group in groups for line in _lines(group)), joined=True)
    return _picture("rules", f"One trial, several rules: {visible(study)}", groups, panel)


def spread_picture(groups: Sequence[ByRule]) -> Picture:
    """All trials that report several rules, a line an arm. There must be a group."""
    visits: dict[str, list[ByRule]] = {}
    for group in groups:
        visits.setdefault(f"{group.study}: {group.outcome}, {group.when}", []).append(group)
    lines = [line for visit, some in visits.items() for line in (Line("stratum", visible(visit), 2), *map(_spread, some))]
    return _picture(
        "rules", "The same people by several rules", groups, _panel("Trial, arm", ("Rules",), tuple(lines), note=_SPREAD)
    )


def _spread(group: ByRule) -> Line:
    low, high = group.rates[0].rate, group.rates[-1].rate
    return Line(
        "bar",
        visible(group.arm),
        2,
        cells=(f"{len(group.rates)}",),
        figure=f"{_number(low)}–{_number(high)}",
        low=low,
        high=high,
        dots=tuple(one.rate for one in group.rates),
        link=group.link,
    )


def _lines(group: ByRule) -> Iterator[Line]:
    scale = PROPORTION.scale
    yield Line("stratum", visible(f"{group.arm}: {group.outcome}, {group.when}"), 2)
    for one in group.rates:
        stated = one.low is not None and one.high is not None
        yield Line(
            "trial",
            visible(one.rule),
            0,
            cells=(f"{one.events:,}/{one.n:,}" if one.events is not None and one.n is not None else "–",),
            figure=f"{_number(one.rate)} {scale.ends(one.low, one.high) if one.low is not None and one.high is not None else ''}".strip(),
            estimate=one.rate,
            low=one.low if stated else one.rate,
            high=one.high if stated else one.rate,
        )


def _number(rate: float) -> str:
    return PROPORTION.scale.number(rate)


def _panel(label_head: str, heads: tuple[str, ...], lines: tuple[Line, ...], *, joined: bool = False, note: str = "") -> Panel:
    scale = PROPORTION.scale
    figure_head = f"Rate{scale.unit} [95%\u00a0CI]" if joined else f"Rates{scale.unit}"
    return Panel(scale, heads, figure_head, lines, note=note, label_head=label_head, joined=joined)


def _picture(name: str, title: str, groups: Sequence[ByRule], panel: Panel) -> Picture:
    table: list[dict[str, Any]] = [
        {
            "group": group.name,
            "study": group.study,
            "arm": group.arm,
            "outcome": group.outcome,
            "when": group.when,
            "rule": one.rule,
            "events": one.events,
            "n": one.n,
            "rate": one.rate,
            "low": one.low,
            "high": one.high,
        }
        for group in groups
        for one in group.rates
    ]
    widest = max(groups, key=lambda group: group.spread)
    low, high = (f"{_number(one.rate)}% by “{visible(one.rule)}”" for one in (widest.rates[0], widest.rates[-1]))
    return Picture(
        name,
        title,
        f"{counted(len(groups), 'arm')}, each counted by several rules. The widest spread: {widest.name}, from {low} to {high}.",
        table,
        _CODE,
        lambda sheet, x, y, width: draw_block(sheet, panel, x, y, width),
    )
