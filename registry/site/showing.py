"""Pictures on the pages of a site, each with its table as a file beside its page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from registry.answers.pictured import pictured
from registry.forest.ladder_picture import ladder_picture, stored_step
from registry.forest.network_picture import network_of_stratum
from registry.forest.pictures import Picture, csv_of
from registry.forest.rules_picture import ByRule, by_rules
from registry.forest.times_picture import times_of
from registry.site import places
from registry.site.facts import Facts
from registry.site.rendering import said_day
from registry.strata.rows import rows_of
from schemas.outcome_words import COMPARED

__all__ = ["files_of", "ladder_pictures", "network_pictures", "rule_groups", "shown", "times_pictures"]


def shown(pictures: Iterable[Picture], page: str, seen_from: str | None = None, *, table: bool = True) -> Markup:
    """Pictures as a page has them; ``seen_from`` is another page that shows them too."""
    told = (pictured(one, places.relative(places.figures(page, one.file), seen_from or page), table=table) for one in pictures)
    return Markup().join(told)


def files_of(pictures: Iterable[Picture], page: str) -> dict[str, str]:
    """The files of the figures behind them, by their paths."""
    return {places.figures(page, one.file): csv_of(one) for one in pictures}


def network_pictures(facts: Facts, networks: Sequence[Mapping[str, Any]], a: str, b: str) -> list[Picture]:
    """The network of each stratum in which one joins the two, of rows of the table ``pooled_networks``."""
    told = dict.fromkeys((row["outcome"], row["stratum"]) for row in networks)
    found = (
        network_of_stratum(facts.strata.get(key, ()), (a, b), f"network-{key[0]}-{number}", facts.stratum(key[1]), facts.words)
        for number, key in enumerate(told, 1)
    )
    return [picture for picture in found if picture is not None]


def times_pictures(facts: Facts, subject: str) -> list[Picture]:
    """The rates of a treatment or class over time, of each outcome that has any."""
    own = rows_of(facts.comparable, subject)
    found = (times_of(own, (subject,), outcome, facts.words) for outcome in COMPARED)
    return [picture for picture in found if picture is not None]


def rule_groups(rates: Iterable[Mapping[str, Any]], page: str) -> list[ByRule]:
    """The arms of trials that several rules count, as ``page`` links to them."""
    told = (
        {
            **row,
            "when": said_day(row["day"], row["anchor"]),
            "link": places.relative(f"{places.trial(row['package'], row['study_id'])}#rules", page),
        }
        for row in rates
    )
    return by_rules(list(told))


def ladder_pictures(rungs: Mapping[str, Sequence[Mapping[str, Any]]], names: tuple[str, str]) -> dict[str, Picture]:
    """The ladder of each outcome that has one, of rows of the table ``ladder``."""
    return {outcome: ladder_picture([stored_step(row) for row in rows], names, outcome) for outcome, rows in rungs.items()}
