"""Why trials that had both an SSRI and placebo, and those that join them by third drugs, differ: the network again, stratum by stratum.

    python -m tests.comparing.direct_indirect [DATABASE]

prints the table of docs/cipriani-2018.md. Below it, a meta-regression: the ratio of indirect to direct odds ratios (the
inconsistency of the network's loop) with and without letting the effect of every drug against placebo depend on what the trials differ in.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import exp, log
from typing import NamedTuple

import duckdb

from registry.pooling.network_rows import network_of, network_trials
from registry.strata.rows import Row, cited, read_rows

DRUG, PLACEBO = "ssri", "placebo"


class Trial(NamedTuple):
    """What a trial differs in from others; None where that isn't known."""

    year: float | None
    arms: int
    placebo: float | None
    """The share of responders on placebo."""
    n: int
    scale: str


def rows_of_stratum(con: duckdb.DuckDBPyConnection) -> list[Row]:
    """The rows by which ``compare ssri placebo`` leads, of response."""
    every = [row for row in read_rows(con) if row.outcome == "response" and not row.imputed and not row.unstated]
    most = max({row.stratum for row in every}, key=lambda stratum: sum(row.stratum == stratum for row in every))
    return [row for row in every if row.stratum == most]


def trials_of(con: duckdb.DuckDBPyConnection, rows: Sequence[Row]) -> dict[str, Trial]:
    """Each trial with what it differs in."""
    years = {
        (package, study): year for package, study, year in con.execute("SELECT package, study_id, year FROM studies").fetchall()
    }
    found = {}
    for trial in sorted({row.trial for row in rows}):
        own = [row for row in rows if row.trial == trial]
        control = [row for row in own if row.class_ == PLACEBO]
        found[trial] = Trial(
            next((years[row.package, row.study_id] for row in own if years[row.package, row.study_id]), None),
            len({row.node for row in own}),
            sum(row.events for row in control) / sum(row.n for row in control) if control else None,
            sum(row.n for row in own),
            own[0].definition.split(".")[1],
        )
    return found


def strata(rows: Sequence[Row], about: Mapping[str, Trial]) -> Iterator[tuple[str, list[Row]]]:
    """The rows again without what may explain the difference, each time by a name."""
    classes = {trial: {row.class_ for row in rows if row.trial == trial} for trial in about}

    def of(kept: Callable[[Trial], bool]) -> list[Row]:
        return [row for row in rows if kept(about[row.trial])]

    yield "all", list(rows)
    yield "published", [row for row in rows if row.publication == "published"]
    yield "unpublished", [row for row in rows if row.publication == "unpublished"]
    yield "before 2000", of(lambda trial: trial.year is not None and trial.year < 2000)
    yield "2000 and later", of(lambda trial: trial.year is not None and trial.year >= 2000)
    yield "two drugs a trial", of(lambda trial: trial.arms == 2)
    yield "three or more", of(lambda trial: trial.arms > 2)
    yield "up to 200 people", of(lambda trial: trial.n <= 200)
    yield "over 200", of(lambda trial: trial.n > 200)
    yield "placebo up to 35%, or none", of(lambda trial: trial.placebo is None or trial.placebo <= 0.35)
    yield "placebo over 35%, or none", of(lambda trial: trial.placebo is None or trial.placebo > 0.35)
    yield "HAM-D21, 24 or 31", of(lambda trial: trial.scale not in ("hamd17", "madrs"))
    yield "HAM-D17 alone", of(lambda trial: trial.scale == "hamd17")
    yield "MADRS alone", of(lambda trial: trial.scale == "madrs")
    yield "HAM-D17 or MADRS", of(lambda trial: trial.scale in ("hamd17", "madrs"))
    for gone in sorted({one for some in classes.values() for one in some} - {DRUG, PLACEBO}):
        if sum(gone in some for some in classes.values()) >= 10:
            yield f"without {gone}", [row for row in rows if gone not in classes[row.trial]]


def table(con: duckdb.DuckDBPyConnection) -> str:
    """Direct and indirect odds ratios in each, in Markdown."""
    rows = rows_of_stratum(con)
    about = trials_of(con, rows)
    lines = ["| trials | k | direct | indirect | ratio | p |", "|---|---|---|---|---|---|"]
    for name, some in strata(rows, about):
        k = len({row.trial for row in some})
        found = network_of(some, DRUG, PLACEBO)[0] if some else None
        if found is None or found.direct is None or found.indirect is None:
            lines.append(f"| {name} | {k} | – | – | – | – |")
            continue
        direct, indirect = found.direct, found.indirect
        cells = [f"{one.estimate:.2f} ({one.low:.2f} to {one.high:.2f})" for one in (direct, indirect)]
        lines.append(f"| {name} | {k} | {cells[0]} | {cells[1]} | {indirect.estimate / direct.estimate:.2f} | {found.p:.2f} |")
    return "\n".join(lines) + "\n"


COVARIATES: Mapping[str, Callable[[Trial], float | None]] = {
    "year": lambda trial: trial.year,
    "2000 and later": lambda trial: None if trial.year is None else float(trial.year >= 2000),
    "three or more drugs": lambda trial: float(trial.arms > 2),
    "log of the people": lambda trial: log(trial.n),
    "HAM-D17": lambda trial: float(trial.scale == "hamd17"),
    "MADRS": lambda trial: float(trial.scale == "madrs"),
}


def regression(con: duckdb.DuckDBPyConnection) -> str:
    """The ratio of indirect to direct with the trials in which something is known, without and with it as an effect modifier, in Markdown."""
    rows = rows_of_stratum(con)
    about = trials_of(con, rows)
    whole = network_of(rows, DRUG, PLACEBO)[0]
    assert whole is not None
    lines = ["| effect may depend on | k | ratio | ratio with it | its own odds ratio |", "|---|---|---|---|---|"]
    for name, of in COVARIATES.items():
        known = {trial: value for trial, one in about.items() if (value := of(one)) is not None}
        some = [row for row in rows if row.trial in known]
        (plain, _), (with_it, own) = _loop(some, {}, whole.tau), _loop(some, known, whole.tau)
        lines.append(f"| {name} | {len(known)} | {_ratio(plain)} | {_ratio(with_it)} | {_ratio(own)} |")
    return "\n".join(lines) + "\n"


def _ratio(found: tuple[float, float]) -> str:
    at, se = found
    return " ".join([f"{exp(at):.2f}", f"({exp(at - 1.96 * se):.2f} to {exp(at + 1.96 * se):.2f})"])


def _loop(rows: Sequence[Row], values: Mapping[str, float], tau: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """The log of indirect to direct, and the covariate's coefficient, each with its standard error, by generalised least squares on the trials'
    contrasts. Tau is the network's, and half an event is added to each cell of a trial with an empty one.
    """
    import numpy as np

    trials = [trial for trial in network_trials(rows, lambda row: row.class_) if len(trial.arms) > 1]
    drugs = sorted({arm.treatment for trial in trials for arm in trial.arms} - {PLACEBO})
    names = {cited(row.study, row.trial): row.trial for row in rows}
    middle = float(np.mean([values[names[trial.label]] for trial in trials])) if values else 0.0
    size = len(drugs) + 1 + bool(values)
    information, score = np.zeros((size, size)), np.zeros(size)
    for trial in trials:
        arms = sorted(trial.arms, key=lambda arm: arm.treatment != PLACEBO)
        half = 0.5 * any(arm.events in (0, arm.n) for arm in arms)
        odds = [log((arm.events + half) / (arm.n - arm.events + half)) for arm in arms]
        spread = [1 / (arm.events + half) + 1 / (arm.n - arm.events + half) for arm in arms]
        design = np.zeros((len(arms) - 1, size))
        for i, arm in enumerate(arms[1:]):
            design[i, drugs.index(arm.treatment)] = 1
            if arms[0].treatment != PLACEBO:
                design[i, drugs.index(arms[0].treatment)] -= 1
            else:
                design[i, len(drugs)] = -float(arm.treatment == DRUG)
                if values:
                    design[i, -1] = values[names[trial.label]] - middle
        between = np.full((len(arms) - 1,) * 2, spread[0] + tau**2 / 2) + np.diag(np.array(spread[1:]) + tau**2 / 2)
        weighted = design.T @ np.linalg.inv(between)
        information += weighted @ design
        score += weighted @ (np.array(odds[1:]) - odds[0])
    cover = np.linalg.inv(information)
    found = cover @ score
    return (float(found[len(drugs)]), float(cover[len(drugs), len(drugs)]) ** 0.5), (
        float(found[-1]),
        float(cover[-1, -1]) ** 0.5,
    )


def main(database: str = "registry.duckdb") -> None:
    with duckdb.connect(database, read_only=True) as con:
        sys.stdout.write(f"{table(con)}\n{regression(con)}")


if __name__ == "__main__":
    main(*sys.argv[1:])
