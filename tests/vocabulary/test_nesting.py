"""Which definitions lie inside one another, beside every score after every baseline."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from schemas.nesting import inside
from schemas.vocabulary import fill, rows

_HIGHEST = 60


def _meets(rule: Mapping[str, str], baseline: int, score: int, *, exactly_half: bool) -> bool:
    """Whether a score meets the rule; where it leaves open whether a fall by exactly so much counts, it does or not as is asked."""
    fall, wanted = 100 * (baseline - score), float(rule["percent_reduction"] or 0) * baseline
    met = {">=": fall >= wanted, ">": fall > wanted, "": fall >= wanted if exactly_half else fall > wanted}[
        rule["percent_comparator"]
    ]
    below = {"<=": score <= float(rule["threshold"] or 0), "<": score < float(rule["threshold"] or 0), "": False}[
        rule["comparator"]
    ]
    if not rule["percent_reduction"]:
        return below
    return {"": met, "and": met and below, "or": met or below}[rule["combine"]]


def _scores(rule: Mapping[str, str], *, exactly_half: bool) -> frozenset[tuple[int, int]]:
    every = ((baseline, score) for baseline in range(1, _HIGHEST) for score in range(_HIGHEST))
    return frozenset(pair for pair in every if _meets(rule, *pair, exactly_half=exactly_half))


def test_a_definition_lies_inside_another_as_its_scores_do() -> None:
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA vocabulary")
        fill(con, ["definitions"])
        found = set(con.execute(inside("FROM vocabulary.definitions")).fetchall())
    ruled = [
        rule
        for rule in rows("definitions")
        if rule["comparator"] in ("", "<", "<=")
        and (rule["threshold"] or rule["percent_reduction"])
        and not (
            rule["threshold_upper"] or rule["instrument_id"].endswith("unstated") or rule["definition_id"].endswith("-screening")
        )
    ]
    narrow = {rule["definition_id"]: _scores(rule, exactly_half=True) for rule in ruled}
    wide = {rule["definition_id"]: _scores(rule, exactly_half=False) for rule in ruled}
    looked = ("ascertainment", "visits", "days")
    expected = {
        (one["definition_id"], other["definition_id"])
        for one in ruled
        for other in ruled
        if one is not other
        and one["instrument_id"] == other["instrument_id"]
        and (all(one[name] == other[name] for name in looked) or (one[looked[0]], other[looked[0]]) == ("point", "any-visit"))
        and narrow[one["definition_id"]] <= wide[other["definition_id"]]
    }
    assert found == expected
    assert len(found) > 50
    assert ("remission.madrs.le10-and-ge50pct", "response.madrs.ge50pct") in found
    assert ("remission.madrs.le10-and-ge50pct", "response.madrs.gt50pct") not in found
    assert ("response.madrs.ge50pct", "response.madrs.ge50pct-any-visit") in found
