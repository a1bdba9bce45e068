"""The networks that a build stores, for SQL to read what ``compare`` prints: table ``pooled_networks``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from registry.pooling.by_subject import grouped
from registry.pooling.network_effects import DECISION, NetworkEffect, NoEstimate
from registry.pooling.network_rows import every_network_effect, of_classes
from registry.pooling.stored import included, interval
from registry.strata.rows import BASES, MAIN, Row, read_rows, variant
from registry.strata.views import fill_table, outcomes_in_words

if TYPE_CHECKING:
    import duckdb

__all__ = ["NETWORKS", "of_stratum", "store_networks"]

NETWORKS: Mapping[str, tuple[str, Mapping[str, tuple[str, str]]]] = {
    "pooled_networks": (
        "The odds ratio of two drugs or two classes by all trials of a stratum together; direct and indirect evidence apart.",
        {
            "outcome": ("VARCHAR", f"{outcomes_in_words('or')}."),
            "stratum": ("VARCHAR", "The stratum (view strata)."),
            "variant": included("rows", BASES),
            "a": ("VARCHAR", "The one."),
            "b": ("VARCHAR", "The other."),
            "classes": ("BOOLEAN", "Whether this is a contrast of classes, whose drugs are taken as one."),
            "kind": (
                "VARCHAR",
                "network – from all trials; direct – from those that had both; indirect – from the others: all three by one model. "
                "none – trials join the two, and yet there is no odds ratio: why is in method.",
            ),
            "k": ("BIGINT", "Trials."),
            "n": ("BIGINT", "Participants in the network; null for direct and indirect."),
            "treatments": ("VARCHAR[]", "What is in the network."),
            "estimate": ("DOUBLE", "The odds ratio of a against b; null for none, and so are its interval and prediction."),
            **interval(),
            "prediction_low": ("DOUBLE", "Lower end of the 95% interval for another trial; of the network alone."),
            "prediction_high": ("DOUBLE", "Upper end of it."),
            "p": (
                "DOUBLE",
                "How easily chance alone makes direct and indirect differ as much (node-splitting); null unless there is both.",
            ),
            "tau": ("DOUBLE", "Standard deviation of a log odds ratio between the network's trials."),
            "method": ("VARCHAR", f"The method in words; {DECISION} has the reasons."),
        },
    )
}
"""The table, with what it is and its columns."""


def store_networks(con: duckdb.DuckDBPyConnection) -> None:
    """Pool the networks of every stratum of the database that the connection is in, and fill the table."""
    strata = grouped(read_rows(con), lambda row: (row.outcome, row.stratum))
    fill_table(con, "pooled_networks", [row for rows in strata.values() for row in of_stratum(rows)])


def of_stratum(rows: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """The table's rows for the rows of one stratum."""
    main = variant(rows, MAIN)
    for name in BASES:
        taken = variant(rows, name)
        if taken and (name == MAIN or taken != main):
            where = {"outcome": rows[0].outcome, "stratum": rows[0].stratum, "variant": name}
            for a, b, effect in every_network_effect(taken):
                pair = {**where, "a": a, "b": b, "classes": of_classes(taken, a, b)}
                yield from (
                    {**pair, **figures} for figures in (_none(effect) if isinstance(effect, NoEstimate) else _kinds(effect))
                )


def _none(gap: NoEstimate) -> Iterator[dict[str, Any]]:
    yield {"kind": "none", "k": gap.k, "n": gap.n, "treatments": list(gap.treatments), "method": gap.in_words()}


def _kinds(effect: NetworkEffect) -> Iterator[dict[str, Any]]:
    shared = {"treatments": list(effect.treatments), "p": effect.p, "tau": effect.tau, "method": str(effect.method)}
    kinds = {
        "network": (effect.network, effect.k, effect.n, effect.prediction_low, effect.prediction_high),
        "direct": (effect.direct, effect.k_direct, None, None, None),
        "indirect": (effect.indirect, effect.k - effect.k_direct, None, None, None),
    }
    for kind, (of, k, n, below, above) in kinds.items():
        if of is not None:
            own = {"kind": kind, "k": k, "n": n, "estimate": of.estimate, "low": of.low, "high": of.high}
            yield {**shared, **own, "prediction_low": below, "prediction_high": above}
