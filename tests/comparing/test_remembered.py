"""What a build pooled is recalled as it was pooled, to the last bit, and never for other counts or by other code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NoReturn

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.access import open as open_registry
from registry.answers import render
from registry.auditing.auditing import audit
from registry.comparing import asking
from registry.comparing.asking import ask
from registry.comparing.terms import labels_of
from registry.pooling import once, remembered
from registry.pooling.counts import Counts, Pair
from registry.pooling.once import BOUNDS, EFFECTS, RATES, Pooling, pooled_once
from registry.pooling.remembered import POOLINGS, collected, recalling
from tests.comparing.test_properties import few, pairs, strata

TRIALS = (Counts("one", 10, 40), Counts("two", 13, 50), Counts("three", 9, 30))


def empty() -> duckdb.DuckDBPyConnection:
    """A database with the table alone."""
    con = duckdb.connect()
    columns = ", ".join(f'"{name}" {kind}' for name, (kind, _) in POOLINGS["poolings"][1].items())
    con.execute(f"CREATE TABLE poolings ({columns})")
    return con


@pytest.fixture
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    forget(monkeypatch)


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the process knows."""
    monkeypatch.setattr(once, "_KNOWN", {})


def refusing(kind: Pooling[Any, Any]) -> Pooling[Any, Any]:
    """The same, but for new figures."""
    return Pooling(kind.name, never)


def never(_: Sequence[object]) -> NoReturn:
    raise AssertionError("pooled anew")


@pytest.fixture
def con(real_registry: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as found:
        found.execute(f"ATTACH '{real_registry / 'registry.duckdb'}' AS built (READ_ONLY)")
        found.execute("USE built")
        yield found


@few
@given(st.lists(strata, max_size=3), st.lists(pairs, max_size=3))
def test_what_is_recalled_is_what_was_pooled(rates: list[list[Counts]], effects: list[list[Pair]]) -> None:
    asked: list[tuple[Pooling[Any, Any], list[Any]]] = [
        (RATES, [tuple(trials) for trials in rates]),
        (EFFECTS, [tuple(trials) for trials in effects]),
        (BOUNDS, [(tuple(trials), frozenset({trials[0].label})) for trials in rates]),
    ]
    with empty() as con, pytest.MonkeyPatch.context() as patch:
        forget(patch)
        with collected(con):
            pooled = [pooled_once(kind, some) for kind, some in asked]
        forget(patch)
        with recalling(con):
            recalled = [pooled_once(refusing(kind), some) for kind, some in asked]
        forget(patch)
        anew = [pooled_once(kind, some) for kind, some in asked]
    # By their words: two figures that aren't there are not equal.
    assert repr(recalled) == repr(pooled) == repr(anew)


@pytest.mark.usefixtures("_nothing_known")
@pytest.mark.parametrize(
    "other",
    [
        (Counts("one", 10, 40), Counts("two", 13, 50), Counts("three", 9, 31)),
        (Counts("one", 10, 40), Counts("two", 14, 50), Counts("three", 9, 30)),
        (Counts("one", 10, 40), Counts("2", 13, 50), Counts("three", 9, 30)),
        (Counts("two", 13, 50), Counts("one", 10, 40), Counts("three", 9, 30)),
        TRIALS[:2],
    ],
)
def test_of_other_trials_nothing_is_recalled(other: tuple[Counts, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    with empty() as con:
        with collected(con):
            pooled_once(RATES, [TRIALS])
        forget(monkeypatch)
        with recalling(con):
            assert pooled_once(refusing(RATES), [TRIALS])
            with pytest.raises(AssertionError, match="pooled anew"):
                pooled_once(refusing(RATES), [other])


@pytest.mark.usefixtures("_nothing_known")
@pytest.mark.parametrize("what", ["code", "measures"])
def test_by_other_code_nothing_is_recalled(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with empty() as con:
        with collected(con):
            pooled_once(RATES, [TRIALS])
        forget(monkeypatch)
        if what == "code":
            monkeypatch.setattr(remembered, "_code", lambda: "another")
        else:
            monkeypatch.setattr(remembered, "MEASURES", {})
        with recalling(con), pytest.raises(AssertionError, match="pooled anew"):
            pooled_once(refusing(RATES), [TRIALS])


@pytest.mark.usefixtures("_nothing_known")
def test_the_digest_is_of_every_module_that_pools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Path(remembered.__file__).parent
    for path in home.glob("*.py"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(remembered, "__file__", str(tmp_path / "remembered.py"))
    before = remembered._code.__wrapped__()
    (tmp_path / "rates.py").write_bytes((tmp_path / "rates.py").read_bytes() + b"\n")
    assert remembered._code.__wrapped__() != before


@pytest.mark.usefixtures("_nothing_known")
@pytest.mark.parametrize(("a", "b"), [("ssri", "ketamine"), ("esketamine", "placebo")])
def test_a_comparison_is_the_same_recalled_or_pooled(
    a: str, b: str, con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer() -> str:
        forget(monkeypatch)
        comparison, respects = ask(con, a, b)
        return render("comparison", "json", comparison, respects=respects, labels=labels_of(con))

    recalled = answer()
    monkeypatch.setattr(asking, "recalling", nullcontext)
    assert answer() == recalled


@pytest.mark.usefixtures("_nothing_known")
def test_a_comparison_of_what_the_build_pooled_pools_nothing(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("registry.pooling.by_subject", "registry.comparing.ladder"):
        for kind in (RATES, EFFECTS, BOUNDS):
            monkeypatch.setattr(f"{module}.{kind.name.upper()}", refusing(kind), raising=False)
    comparison, respects = ask(con, "ssri", "ketamine")
    assert respects
    assert all(answer.rungs for answer in comparison.outcomes)


@pytest.mark.usefixtures("_nothing_known")
def test_an_audit_of_what_the_build_pooled_pools_nothing(real_registry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    registry = open_registry(real_registry)
    with registry.asking() as asked:
        pooled = audit(asked, "claims-ssri-vs-ketamine")
    forget(monkeypatch)
    for kind in (RATES, EFFECTS):
        monkeypatch.setattr(f"registry.pooling.by_subject.{kind.name.upper()}", refusing(kind))
    assert registry.audit("claims-ssri-vs-ketamine") == pooled
