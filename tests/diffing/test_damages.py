"""What processes do to a whole package, done to the fixed ones: none of it is ever a patch, and the pattern is named."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from registry.diffing import Bump, Kind, difference, sufficient
from registry.packages.finding import entries
from tests import fixed
from tests.diffing.packages import InMemory, copied, real, typed

NAMES = [e.name for e in entries(fixed.registry()) if "outcomes" in e.tables]
_SEED = 3


def _has(package: InMemory, table: str, column: str, fewest: int = 3) -> bool:
    return table in package.frames and package.frames[table][column].drop_nulls().len() >= fewest


def _of(table: str, column: str, made: pl.Expr, fewest: int = 3) -> Callable[[InMemory], InMemory | None]:
    """A column made anew, if it has something in it."""
    return lambda package: package.with_columns(table, **{column: made}) if _has(package, table, column, fewest) else None


def _arms_exchanged(trials: float) -> Callable[[InMemory], InMemory | None]:
    """In that many trials, or that share of them, the first two arms have each other's counts."""

    def exchange(package: InMemory) -> InMemory | None:
        outcomes = package.frames["outcomes"]
        figures = ["n_analysed", "events", "percent_reported"]
        key = [
            n
            for n in ("study_id", "definition_id", "timepoint_days", "timepoint_anchor", "analysis_set", "missing_data")
            if n in outcomes.columns
        ]
        rows = outcomes.with_row_index("row").with_columns(nth=pl.col("arm_id").rank("dense").over(key), arms=pl.len().over(key))
        two = rows.filter((pl.col("arms") > 1) & (pl.col("nth") <= 2) & pl.col("events").is_not_null())
        whole = two.filter((pl.len().over(key) == 2) & (pl.struct(figures).n_unique().over(key) == 2))
        studies = whole["study_id"].unique(maintain_order=True)
        count = int(trials) if trials > 1 else int(studies.len() * trials)
        if count < 2 or studies.len() < count:
            return None
        some = whole.filter(pl.col("study_id").is_in(studies[:count].implode())).sort(*key, "arm_id")
        turned = some.with_columns(pl.col(figures).reverse().over(key))
        put = rows.drop("nth", "arms").update(turned.select("row", *figures), on="row").drop("row")
        return package.having("outcomes", put)

    return exchange


def _shuffled(table: str, *columns: str) -> Callable[[InMemory], InMemory | None]:
    """The figures under other keys."""

    def shuffle(package: InMemory) -> InMemory | None:
        if not _has(package, table, columns[0], 12):
            return None
        some = package.frames[table].select(columns).sample(fraction=1, shuffle=True, seed=_SEED)
        return package.with_columns(table, **{name: some[name] for name in columns})

    return shuffle


def _slipped(table: str, column: str) -> Callable[[InMemory], InMemory | None]:
    return lambda package: (
        package.with_columns(table, **{column: pl.col(column).shift(1)})
        if _has(package, table, column) and package.frames[table][column].n_unique() > 3
        else None
    )


DAMAGES: dict[str, Callable[[InMemory], InMemory | None]] = {
    "signs turned": _of("scores", "mean", -pl.col("mean")),
    "means in hundreds": _of("scores", "mean", pl.col("mean") * 100),
    "errors for deviations": _of("scores", "sd", (pl.col("sd") / pl.col("n").sqrt()).round(2), 20),
    "days as weeks": _of("outcomes", "timepoint_days", pl.col("timepoint_days") / 7),
    "doses as grams": _of("arms", "dose", pl.col("dose") / 1000),
    "another unit of doses": _of("arms", "dose_unit", pl.lit("g", pl.String), 1),
    "events are those without": _of("outcomes", "events", pl.col("n_analysed") - pl.col("events"), 20),
    "events without the last digit": _of("outcomes", "events", pl.col("events") // 10, 20),
    "percentages cut": _of("outcomes", "percent_reported", pl.col("percent_reported").str.replace(r"\..*$", "")),
    "arms exchanged in two trials": _arms_exchanged(2),
    "arms exchanged in a fifth of the trials": _arms_exchanged(0.2),
    "counts shuffled": _shuffled("outcomes", "n_analysed", "events", "percent_reported"),
    "means shuffled": _shuffled("scores", "mean", "sd", "n"),
    "sizes shuffled": _shuffled("arms", "n_randomised"),
    "identifiers mangled": _of("studies", "doi", pl.col("doi").str.slice(1)),
    "DOIs without their slashes": _of("studies", "doi", pl.col("doi").str.replace("/", "")),
    "registrations slipped": _slipped("studies", "registration_id"),
    "years slipped": _slipped("studies", "year"),
    "labels cut": _of("studies", "label", pl.col("label").str.slice(0, 5)),
    "labels in a wrong encoding": _of("studies", "label", pl.col("label").str.replace("e", "\ufffd")),
    "numbers without noughts": _of("studies", "pmid", pl.col("pmid").str.slice(0, 5)),
    "another population": _of("studies", "population_id", pl.lit("trd", pl.String)),
    "the rules unstated": _of("outcomes", "definition_id", pl.lit("response.unstated", pl.String)),
    "everybody analysed": _of("outcomes", "n_analysed", pl.col("n_analysed") + 10, 20),
    "treatments of the first arm": _of("arms", "treatment_id", pl.col("treatment_id").first().over("study_id")),
}


NAMED = {
    "signs turned": Kind.SIGN,
    "means in hundreds": Kind.TIMES_100,
    "percentages cut": Kind.LOST_PRECISION,
    "arms exchanged in two trials": Kind.EXCHANGED,
    "arms exchanged in a fifth of the trials": Kind.EXCHANGED,
    "counts shuffled": Kind.EXCHANGED,
    "means shuffled": Kind.EXCHANGED,
    "identifiers mangled": Kind.LOST_CHARACTERS,
    "labels cut": Kind.SHORTENED,
}
"""Of some damages, what the reasons call it in every package of several trials."""


@pytest.mark.parametrize("damage", DAMAGES)
def test_no_damage_of_a_process_is_a_patch(damage: str) -> None:
    """Of every package that has what it takes, and it is done to one of them at least."""
    done = []
    for name in NAMES:
        old = copied(real(name))
        new = DAMAGES[damage](old)
        if new is None or all(old.frames[t].equals(new.frames[t]) for t in old.frames):
            continue
        found = difference(old, new)
        if found.empty:
            continue
        done.append(name)
        told = [f"{r.rule.id}: {r}" for r in found.reasons]
        assert found.owed is Bump.MAJOR, (name, told)
        if damage in NAMED and old.frames["studies"].height > 1:
            assert NAMED[damage] in {p.kind for table in found.tables for p in table.systematic}, (name, told)
    assert done


@pytest.mark.parametrize("name", [n for n in NAMES if n not in {"dia-duloxetine", "sypres-psilocybin"}])
def test_two_arms_put_right_in_one_trial_are_a_correction(name: str) -> None:
    old = copied(real(name))
    new = _arms_exchanged(2)(old)
    assert new is not None
    first = difference(old, new).table("outcomes").keys["study_id"][0]
    of_one = pl.col("study_id") == first
    mixed = pl.concat([new.frames["outcomes"].filter(of_one), old.frames["outcomes"].filter(~of_one)])
    found = difference(old, old.having("outcomes", mixed))
    assert (found.owed, {r.rule.id for r in found.reasons}) == (Bump.PATCH, {"data-corrected"})


def test_200_of_201_effects_with_another_sign_owe_a_major_version() -> None:
    """What a living database once shipped as a patch, in effects that its sources print."""
    rows = [
        {
            "study_id": f"s{i}", "arm_id": "drug", "other_arm_id": "placebo", "instrument_id": "hamd17", "timepoint_days": "56",
            "timepoint_anchor": "randomisation", "analysis_set": "randomised", "missing_data": "mmrm", "measure": "smd",
            "adjusted": "false", "value": f"{-0.2 - i / 500:.3f}", "value_reported": f"{-0.2 - i / 500:.3f}",
        }
        for i in range(201)
    ]  # fmt: skip
    old = InMemory({"contrasts": typed("contrasts", rows)})
    turned = pl.when(pl.int_range(pl.len()) < 200).then(-pl.col("value")).otherwise(pl.col("value"))
    found = difference(old, old.with_columns("contrasts", value=turned))
    assert found.owed is Bump.MAJOR
    assert "200 of 201 cells changed sign" in str(found.reasons[0])
    refused = sufficient(found, "1.0.0", "1.0.1")
    assert refused is not None
    assert "The smallest sufficient version is 2.0.0" in str(refused)
