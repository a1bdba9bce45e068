"""The arithmetic of the rules against brute force: exact fractions, every count, every sum, real samples."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.rules.conftest import Package
from validation.catalogue import catalogue
from validation.printed import counts_giving, denominators_giving, half_unit, percent_of

SchemaOf = Callable[[str], pl.Schema]
ROUNDINGS = (ROUND_HALF_UP, ROUND_HALF_EVEN)
relaxed = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def held(rule_id: str, schema_of: SchemaOf, **row: Any) -> bool | None:
    rule = catalogue()[rule_id]
    value: bool | None = pl.DataFrame([row], schema=schema_of(rule.over)).select(h=rule.expression())["h"].item()
    return value


def shown(value: Fraction, places: int, rounding: str) -> str:
    """The fraction as it is printed, exactly: Decimal is only used to round a whole number over two."""
    tenths, rest = divmod(value * 10**places, 1)
    half = Decimal("0.5") if rest == Fraction(1, 2) else Decimal(0) if rest < Fraction(1, 2) else Decimal("0.6")
    digits = int((Decimal(int(tenths)) + half).quantize(Decimal(1), rounding=rounding))
    return f"{Decimal(digits).scaleb(-places):.{places}f}"


def fits(text: str, value: Fraction) -> bool:
    """Whether the text may stand for the value: half a printed unit apart at most."""
    places = len(text.partition(".")[2])
    return abs(Fraction(text) - value) <= Fraction(1, 2 * 10**places)


counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
places = st.integers(0, 3)
percents = st.builds(lambda p, d: f"{Decimal(p).scaleb(-d):.{d}f}", st.integers(-50, 130_000), places)


@relaxed
@given(counts, places, st.sampled_from(ROUNDINGS))
def test_a_percentage_made_from_a_count_is_accepted(
    schema_of: SchemaOf, count: tuple[int, int], places: int, rounding: str
) -> None:
    events, n = count
    text = shown(Fraction(100 * events, n), places, rounding)
    row = {"percent_reported": text, "events": events, "n_analysed": n}
    assert held("OUT003", schema_of, **row) is True
    assert held("OUT004", schema_of, **row) is True
    assert events in counts_giving(text, n)


@relaxed
@given(percents, counts)
def test_percentages_against_every_count(schema_of: SchemaOf, text: str, count: tuple[int, int]) -> None:
    events, n = count
    solutions = [k for k in range(n + 1) if fits(text, Fraction(100 * k, n))]
    row = {"percent_reported": text, "events": events, "n_analysed": n, "value_origin": "derived-from-percent"}
    assert held("OUT004", schema_of, **row) is bool(solutions)
    assert held("OUT003", schema_of, **row) is ((events in solutions) if solutions else None)
    assert held("OUT005", schema_of, **row) is ((len(solutions) == 1) if solutions else None)
    assert list(counts_giving(text, n)) == solutions


@relaxed
@given(percents, st.integers(1, 150), st.integers(1, 200))
def test_the_denominators_named_are_the_nearest_that_fit(text: str, near: int, most: int) -> None:
    fitting = [n for n in range(1, most + 1) if any(fits(text, Fraction(100 * k, n)) for k in range(n + 1))]
    nearest = sorted(sorted(fitting, key=lambda n: (abs(n - near), n))[:5])
    assert denominators_giving(text, near, most) == nearest


@relaxed
@given(counts, places)
def test_percentages_in_messages_are_rounded_as_people_round(count: tuple[int, int], places: int) -> None:
    text = "1" + "." * (places > 0) + "0" * places
    assert percent_of(*count, text) == shown(Fraction(100 * count[0], count[1]), places, ROUND_HALF_UP)


samples = st.integers(0, 60).flatmap(
    lambda low: st.integers(low, 60).flatmap(lambda high: st.lists(st.integers(low, high), min_size=2, max_size=60))
)


@relaxed
@given(samples, st.integers(0, 3), st.sampled_from(ROUNDINGS), st.booleans())
def test_no_real_sample_breaks_the_rules_of_means(
    schema_of: SchemaOf, scores: list[int], places: int, rounding: str, verbatim: bool
) -> None:
    mean = shown(Fraction(sum(scores), len(scores)), places, rounding)
    sd = f"{statistics.stdev(scores):.{places}f}"
    row: dict[str, Any] = {
        "estimate": "raw",
        "statistic": "endpoint",
        "value_origin": "reported",
        "whole_numbers": True,
        "instrument_minimum": 0.0,
        "instrument_maximum": 60.0,
        "n": len(scores),
        "mean": float(mean),
        "sd": float(sd),
        **({"mean_reported": mean, "sd_reported": sd} if verbatim else {}),
    }
    for rule in ("SCR001", "SCR004", "SCR005"):
        assert held(rule, schema_of, **row) in {True, None}, rule


@relaxed
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=2, max_size=40), st.integers(0, 2))
def test_no_real_changes_break_the_rules_of_changes(schema_of: SchemaOf, pairs: list[tuple[int, int]], places: int) -> None:
    n = len(pairs)
    changes = [after - before for before, after in pairs]
    texts = {
        name: shown(Fraction(sum(values), n), places, ROUND_HALF_EVEN)
        for name, values in {
            "mean": changes,
            "baseline_mean": [before for before, _ in pairs],
            "endpoint_mean": [after for _, after in pairs],
        }.items()
    }
    printed = {f"{name}_reported": text for name, text in texts.items()}
    row: dict[str, Any] = {"statistic": "change", "estimate": "raw", "n": n} | {k: float(v) for k, v in texts.items()}
    assert held("SCR006", schema_of, **row, **printed) is True
    assert held("SCR006", schema_of, **row) is True
    sd = statistics.stdev(changes)
    spread = {"sd": sd, "instrument_minimum": 0.0, "instrument_maximum": 60.0, "mean": row["mean"], "n": n}
    assert held("SCR004", schema_of, statistic="change", estimate="raw", mean_reported=texts["mean"], **spread) is True
    assert held("SCR002", schema_of, statistic="change", **spread) is True


@relaxed
@given(st.integers(-6_000, 6_000), st.integers(1, 120), st.integers(0, 3))
def test_grim_against_every_sum(schema_of: SchemaOf, digits: int, n: int, places: int) -> None:
    text = f"{Decimal(digits).scaleb(-places):.{places}f}"
    near = int(Fraction(text) * n)
    possible = any(fits(text, Fraction(total, n)) for total in range(near - 2, near + 3))
    row = {"estimate": "raw", "whole_numbers": True, "value_origin": "reported", "mean_reported": text, "n": n}
    expected = possible if n < 10**places else None
    assert held("SCR005", schema_of, **row) is expected
    if expected is False:
        rule = catalogue()["SCR005"]
        assert rule.details
        for nearest in rule.details(row)["nearest"].split(" or "):
            assert held("SCR005", schema_of, **{**row, "mean_reported": nearest}) is True


@pytest.mark.parametrize(
    ("text", "n", "possible"), [("5.27", 43, False), ("5.19", 28, False), ("5.18", 28, True), ("3.45", 20, True)]
)
def test_grim_on_known_means(schema_of: SchemaOf, text: str, n: int, possible: bool) -> None:
    row = {"estimate": "raw", "whole_numbers": True, "value_origin": "reported", "mean_reported": text, "n": n}
    assert held("SCR005", schema_of, **row) is possible


@relaxed
@given(
    st.integers(0, 60),
    st.integers(2, 200),
    st.floats(0, 1),
    st.sampled_from(["endpoint", "baseline"]),
)
def test_the_widest_sample_is_at_the_bound(schema_of: SchemaOf, top: int, n: int, share: float, statistic: str) -> None:
    """Everybody at one end or the other reaches the bound, and a tenth more is beyond it."""
    high = min(round(share * n), n)
    scores = [60] * high + [0] * (n - high)
    row: dict[str, Any] = {
        "estimate": "raw",
        "statistic": statistic,
        "instrument_minimum": 0.0,
        "instrument_maximum": 60.0,
        "n": n,
        "mean": sum(scores) / n,
        "mean_reported": f"{sum(scores) / n:.9f}",
    }
    sd = statistics.stdev(scores)
    assert held("SCR004", schema_of, **row, sd=sd, sd_reported=f"{sd:.9f}") is True
    assert held("SCR004", schema_of, **row, sd=sd * 1.1 + 0.1, sd_reported=f"{sd * 1.1 + 0.1:.9f}") is False


@given(st.integers(1, 60), st.data())
def test_remission_implies_response_where_the_rule_says_so(entry: int, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, entry // 2))
    baselines = data.draw(st.lists(st.integers(entry, 60), min_size=1, max_size=30))
    scores = [data.draw(st.integers(0, 60)) for _ in baselines]
    remitters = {i for i, s in enumerate(scores) if s <= cut}
    responders = {i for i, (b, s) in enumerate(zip(baselines, scores, strict=True)) if 2 * s <= b}
    assert remitters <= responders


@pytest.mark.parametrize(
    ("text", "value", "half"),
    [("27.60", 27.6, 0.005), (None, 27.67, 0.005), (None, 19.0, 0.5), ("19.0", 19.0, 0.05), (None, None, 0.0), ("19", 19.0, 0.5)],
)
def test_precision(text: str | None, value: float | None, half: float) -> None:
    frame = pl.DataFrame({"t": [text], "v": [value]}, schema={"t": pl.String, "v": pl.Float64})
    assert frame.select(half_unit(pl.col("t"), pl.col("v"))).item() == pytest.approx(half)


@pytest.mark.parametrize(
    ("response", "broken"),
    [
        ({"value_low": 45.0}, [2]),
        ({"value_low": 45.0, "value_bound": "about"}, [2]),
        ({"value_low": 40.0, "value_high": 45.0}, [2]),
        ({"value_low": 45.0, "value_bound": "at-least"}, []),  # all of them may have responded
        ({"value_low": 60.0}, []),
    ],
)
def test_remission_is_held_against_the_most_that_may_have_responded(
    package: Package, response: dict[str, object], broken: list[int]
) -> None:
    plain = {"subject": "ssri", "unit": "%", "population_id": "unstated"}
    remission = {"claim_id": "r", "attribute": "remission-rate", "value_low": 60.0, **plain}
    package.add("claims", remission, {"claim_id": "s", "attribute": "response-rate", **plain, **response})
    assert package.look("CLM001").broken == broken
