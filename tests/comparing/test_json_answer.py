from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import registry.answers
from registry.access import Registry
from registry.answers.comparison_json import SCHEMA_VERSION, as_data
from registry.answers.comparison_json import render as render_json
from registry.comparing.compare import compare_rows
from registry.comparing.comparison import Comparison
from registry.strata.rows import VARIANTS
from registry.strata.stratum import DIMENSIONS
from tests.cli.invoking import outcomes
from tests.comparing.made import compared, head_to_head, hostile, respects, row, rows

SCHEMA = json.loads((Path(registry.answers.__file__).parent / "comparison.schema.json").read_text(encoding="utf-8"))


def checked(comparison: Comparison) -> Any:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    text = render_json(comparison, respects=respects())
    assert text.endswith("}\n")
    assert text == render_json(comparison, respects=respects())
    data = json.loads(text.encode("utf-8"), parse_constant=refuse)
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(data)
    assert data == as_data(comparison, respects())
    return data


@pytest.mark.parametrize(
    "comparison",
    [
        compared(),
        compared(across=("population", "window"), reason="To see", with_unstated=True),
        compared(population="trd", outcomes=["remission"]),
        hostile(),
        compare_rows([], "up", "down"),
        compare_rows(head_to_head(2, analysis_set="full-analysis", extractions=1), "up", "down"),
    ],
)
def test_json_keeps_its_schema(comparison: Comparison) -> None:
    data = checked(comparison)
    assert data["schema_version"] == SCHEMA_VERSION
    assert [answer["summary"] for answer in data["outcomes"]] == [answer.summary for answer in comparison.outcomes]


def test_counts_and_rates_are_exact_and_every_trial_has_its_sources() -> None:
    data = checked(compared())
    by_key = {(r.trial, r.treatment): r for r in rows()}
    seen = set()
    for answer in data["outcomes"]:
        sides = [side for one in answer["shared"] for side in (one["a"], one["b"])] + [one["side"] for one in answer["apart"]]
        for side in sides:
            assert side["pooled"]["k"] == len(side["trials"])
            for trial in side["trials"]:
                assert trial["events"] == sum(arm["events"] for arm in trial["arms"])
                assert trial["estimate"] == trial["events"] / trial["n"]
                for arm in trial["arms"]:
                    read = by_key[arm["trial"], arm["treatment"]]
                    seen.add((arm["trial"], arm["treatment"]))
                    assert (arm["events"], arm["n"], arm["rate"]) == (read.events, read.n, read.events / read.n)
                    assert (arm["source"], arm["locator"]) == (read.source, read.locator)
    assert len(seen) == 12


def test_a_contrast_names_its_trials_and_an_indirect_one_its_third() -> None:
    (direct, *others) = checked(compared())["outcomes"][0]["shared"]
    assert direct["contrast"]["direct"] is True
    assert [t["trial"] for t in direct["contrast"]["trials"]] == ["t00", "t01", "t02"]
    assert next((t["events_a"], t["n_a"], t["events_b"], t["n_b"]) for t in direct["contrast"]["trials"]) == (20, 50, 12, 48)
    indirect = next(one["contrast"] for one in others if one["contrast"] is not None)
    assert (indirect["direct"], indirect["via"], indirect["trials"]) == (False, "placebo-class", [])
    assert (indirect["ratio"]["k_ac"], indirect["ratio"]["k_bc"]) == (1, 1)
    assert None in [one["contrast"] for one in others]


def test_what_stands_apart_says_in_what_it_differs() -> None:
    apart = checked(compared())["outcomes"][0]["apart"]
    other = next(one for one in apart if one["side"]["subject"] == "down")
    assert other["nearest"][0]["differences"] == {"window": {"here": "days 42-70", "there": "days 21-41"}}
    assert other["nearest"][0]["analysis_sets"] == {"here": ["observed-cases"], "there": ["randomised"]}
    assert other["side"]["trials"][0]["arms"][0]["link"] is None
    assert other["side"]["trials"][0]["arms"][0]["source"] == "a table in a drawer"


def test_what_is_not_pooled_says_why() -> None:
    (unpooled,) = checked(compared())["outcomes"][0]["unpooled"]
    assert unpooled["unstated"] == ["population"]
    assert unpooled["arms"][0]["source"] is None


def test_numbers_that_json_has_not_got_are_null() -> None:
    comparison = compare_rows(head_to_head(), "up", "down")
    (answer, rest) = comparison.outcomes
    shared = answer.shared[0]
    rate = replace(shared.a.pooled, high=float("inf"), q=float("nan"))
    broken = replace(shared.a, pool=lambda: rate)
    data = checked(replace(comparison, outcomes=(replace(answer, shared=(replace(shared, a=broken),)), rest)))
    pooled = data["outcomes"][0]["shared"][0]["a"]["pooled"]
    assert pooled["high"] is None
    assert pooled["q"] is None


def test_links_are_addresses_alone_and_half_letters_are_replaced() -> None:
    data = checked(hostile())
    text = json.dumps(data)
    assert '"link": "javascript' not in text
    made = compare_rows([row("half\ud800", "up", 1, 9)], "up", "down")
    assert "half\ufffd" in render_json(made, respects=[], indent=None)


def test_every_variant_of_a_pooling_is_known_to_the_schema() -> None:
    assert set(SCHEMA["$defs"]["variant"]["enum"]) == set(VARIANTS) == set(checked(compared())["variants"])


def test_schema_names_every_dimension() -> None:
    found = json.dumps(SCHEMA).count(json.dumps(list(DIMENSIONS)))
    assert found == 2  # those crossed, and those in which a nearest stratum differs


def test_python_names_every_dimension_that_it_crosses() -> None:
    assert [name for name in DIMENSIONS if f"``{name}``" not in str(Registry.compare.__doc__)] == []


_INTERVAL = re.compile(r"([−+-]?[\d,]+(?:\.\d+)?)(%?) \((?:95% CI )?([−+-]?[\d.,]+)%? to ([−+-]?[\d.,]*\d)")
_PAIRS = [("ssri", "placebo"), ("escitalopram", "placebo"), ("tca.unspecified", "hypericum"), ("placebo", "rmao-a.unspecified")]


@pytest.mark.parametrize("pair", _PAIRS, ids=" ".join)
def test_every_interval_that_is_shown_is_in_the_json(pair: tuple[str, str], real_registry: Path) -> None:
    text, page, told = (outcomes("compare", *pair, "--format", f, cwd=real_registry).stdout for f in ("text", "html", "json"))
    data = json.loads(told)
    known = [
        (one["estimate"], one["low"], one["high"])
        for one in _objects(data)
        if {"estimate", "low", "high"} <= one.keys() and None not in (one["estimate"], one["low"], one["high"])
    ]
    for shown in (text, re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)):
        found = _INTERVAL.findall(" ".join(shown.split()))
        assert len(found) >= 6
        for estimate, percent, low, high in found:
            # Of another prior a page has the share without its sign.
            scales = (100,) if percent else (1, 100)
            assert any(_rounds_to(of, (estimate, low, high), scale) for of in known for scale in scales), (estimate, low, high)


def _rounds_to(exact: Sequence[float], said: Sequence[str], scale: int) -> bool:
    """Whether each of the numbers, written with as many places, is what was said."""

    def near(number: float, words: str) -> bool:
        plain = words.replace(",", "").replace("−", "-")
        return abs(scale * number - float(plain)) <= 0.5 * 10 ** -len(plain.partition(".")[2]) + 1e-9

    return all(map(near, exact, said))


def _objects(data: object) -> Iterator[dict[str, Any]]:
    """Every object in the data."""
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    if isinstance(data, dict):
        yield data
    for one in inner:
        yield from _objects(one)
