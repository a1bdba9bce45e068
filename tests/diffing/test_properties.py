"""What holds of any two versions."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.diffing import Bump, Kind, difference
from tests.diffing.packages import InMemory, typed

relaxed = settings(suppress_health_check=[HealthCheck.too_slow])

WORDS = st.text(st.sampled_from("abé ü 0.1\t\n"), max_size=8)
COUNTS = st.one_of(st.none(), st.integers(0, 50))


@st.composite
def versions(draw: st.DrawFn, rows: int = 8) -> InMemory:
    """A package of outcomes of a few arms, whose keys are unique, with their arms."""
    keys = draw(
        st.lists(
            st.tuples(
                st.sampled_from(["s1", "s2"]),
                st.sampled_from(["a", "b"]),
                st.sampled_from(["response.madrs.ge50pct", "remission.madrs.le12", "remission.unstated"]),
                st.sampled_from([None, 28.0, 56.5]),
                st.sampled_from(["randomised", "completers", "unstated"]),
            ),
            max_size=rows,
            unique=True,
        )
    )
    outcomes = []
    for study, arm, definition, day, analysed in keys:
        outcomes.append(
            {
                "study_id": study,
                "arm_id": arm,
                "definition_id": definition,
                "timepoint_days": None if day is None else str(day),
                "analysis_set": analysed,
                "missing_data": draw(st.sampled_from(["locf", "unstated"])),
                "n_analysed": _text(draw(COUNTS)),
                "events": _text(draw(COUNTS)),
                "percent_reported": draw(st.sampled_from([None, "50.0", "50", "33.3"])),
                "source_locator": draw(WORDS),
            }
        )
    arms = [{"study_id": s, "arm_id": a, "label": draw(WORDS)} for s, a in sorted({k[:2] for k in keys})]
    return InMemory({"arms": typed("arms", arms), "outcomes": typed("outcomes", outcomes)})


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)


@relaxed
@given(versions())
def test_a_version_differs_in_nothing_from_itself(package: InMemory) -> None:
    found = difference(package, package)
    assert found.empty
    assert found.owed is None
    assert found.systematic == ()


@relaxed
@given(versions(), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_and_white_space_are_no_change(package: InMemory, random: Any) -> None:
    other = package
    for name, frame in package.frames.items():
        rows, columns = list(range(frame.height)), list(frame.columns)
        random.shuffle(rows)
        random.shuffle(columns)
        spaced = frame[rows].select(columns).with_columns(pl.col(pl.String).str.replace_all(r"\s", "\u00a0 ").name.keep() + "\n")
        other = other.having(name, spaced)
    assert difference(package, other).empty
    assert difference(other, package).empty


@relaxed
@given(versions(), versions())
def test_the_other_way_round_removed_is_added_and_every_change_is_undone(a: InMemory, b: InMemory) -> None:
    there, back = difference(a, b), difference(b, a)
    assert there.empty == back.empty
    for table in there.tables:
        other = back.table(table.name)
        assert sorted(map(str, table.removed_keys())) == sorted(map(str, other.added_keys()))
        assert sorted(map(str, table.added_keys())) == sorted(map(str, other.removed_keys()))
        turned = sorted((c.column, str(c.old), str(c.new)) for c in table.changes())
        assert turned == sorted((c.column, str(c.new), str(c.old)) for c in other.changes())


@relaxed
@given(versions(), versions())
def test_rows_are_accounted_for_and_every_change_has_its_reason(a: InMemory, b: InMemory) -> None:
    found = difference(a, b)
    for table in found.tables:
        assert table.old_rows - table.removed.height == table.new_rows - table.added.height
        assert table.cells_changed == len(list(table.changes())) == table.cells.height
        reasons = {(r.table, r.column) for r in found.reasons}
        assert all((table.name, column) in reasons for column in table.changed)
        assert (table.removed.height > 0) == any(r.rule.id == "rows-removed" and r.table == table.name for r in found.reasons)
    assert found.owed == max((r.bump for r in found.reasons), key=lambda bump: bump.size, default=None)


INJECTED = {
    "sign": (Kind.SIGN, "mean", lambda x: -x),
    "ten": (Kind.TIMES_10, "mean", lambda x: x * 10),
    "hundred": (Kind.TIMES_100, "mean", lambda x: x * 100),
    "tenth": (Kind.DIVIDED_BY_10, "mean", lambda x: x / 10),
    "hundredth": (Kind.DIVIDED_BY_100, "mean", lambda x: x / 100),
    "cut": (Kind.LOST_PRECISION, "mean", round),
    "gone": (Kind.EMPTIED, "mean", lambda _: None),
}


@relaxed
@given(st.lists(st.integers(-4999, 4999), min_size=1, max_size=40), st.sampled_from(sorted(INJECTED)), st.data())
def test_an_injected_change_is_found_with_its_kind(cents: list[int], name: str, data: st.DataObject) -> None:
    means = [c + (0.25 if c >= 0 else -0.25) for c in cents]
    rows = [
        {"study_id": f"s{i:03}", "arm_id": "a", "instrument_id": "madrs", "statistic": "change", "mean": str(m)}
        for i, m in enumerate(means)
    ]
    old = InMemory({"scores": typed("scores", rows)})
    kind, column, change = INJECTED[name]
    where = data.draw(st.sets(st.integers(0, len(means) - 1), min_size=1))
    changed = [change(m) if i in where else m for i, m in enumerate(means)]
    found = difference(old, old.with_columns("scores", **{column: pl.Series(changed, dtype=pl.Float64)}))
    assert {(c.key["study_id"], c.kind) for c in found.changes()} == {(f"s{i:03}", kind) for i in where}
    wide = len(where) >= 3 and len(where) >= 0.1 * len(means)
    assert [p.kind for p in found.systematic if p.kind is kind] == ([kind] if wide else [])
    assert found.owed is (Bump.MAJOR if wide else Bump.PATCH)


@relaxed
@given(versions(), st.data())
def test_a_row_taken_out_is_the_one_that_is_missed(package: InMemory, data: st.DataObject) -> None:
    rows = package.frames["outcomes"].height
    if not rows:
        return
    row = data.draw(st.integers(0, rows - 1))
    found = difference(package, package.without("outcomes", row))
    assert found.table("outcomes").removed_keys() == [
        {
            n: None if v is None else str(v).removesuffix(".0")
            for n, v in package.frames["outcomes"].row(row, named=True).items()
            if n in found.table("outcomes").layout.key
        }
    ]
    assert [r.rule.id for r in found.reasons] == ["rows-removed"]
