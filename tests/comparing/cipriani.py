"""Our answers beside Cipriani 2018: each antidepressant against placebo, and what makes the difference, one cause after the other.

    python -m tests.comparing.cipriani [DATABASE]

writes the table of docs/cipriani-2018.md anew, from a database in which griselda-2018 is. ``cipriani.csv`` has the odds ratios that could be
seen: two in the article's abstract, and all 21 in a re-analysis of the same trials.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import log
from pathlib import Path

import duckdb

from registry.comparing.ladder import ladder
from registry.comparing.rung import Rung
from registry.pooling.network_rows import network_of
from registry.strata.rows import Row, read_rows

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "cipriani-2018.md"
MARKS = "<!-- cipriani -->\n", "<!-- /cipriani -->\n"
PACKAGE = "griselda-2018"
FAR = 0.1
"""A difference of two log odds ratios that has to be explained."""

WINDOW = "days 42-70"


def published() -> tuple[dict[str, float], dict[str, float]]:
    """The odds ratios against placebo of the abstract, and of the re-analysis."""
    with (HERE / "cipriani.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    abstract, again = (
        {row["treatment"]: float(row["odds_ratio"]) for row in rows if (row["place"] == "abstract") is seen}
        for seen in (True, False)
    )
    return abstract, again


def causes(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, Callable[[str], float | None]]]:
    """What the answer of the registry becomes when one cause after the other goes: its name, and the odds ratio of a drug."""
    every = [row for row in read_rows(con) if row.outcome == "response"]
    yield (
        "as compare answers",
        lambda drug: _leading(ladder([row for row in every if row.population == "mdd.non-trd"], drug, "placebo")),
    )
    theirs = {trial for (trial,) in con.execute("SELECT trial_id FROM trials WHERE package = ?", [PACKAGE]).fetchall()}
    theirs |= {row.trial for row in every if row.package == PACKAGE}
    rows = [row for row in every if row.trial in theirs]
    steps: Mapping[str, Callable[[Row], bool]] = {
        "any rule": lambda row: row.window == WINDOW and not row.imputed,
        "any week": lambda row: not row.imputed,
        "worked out from means": lambda row: True,
    }
    for name, kept in steps.items():
        yield name, _by([row for row in rows if kept(row)])
    yield "all randomised", _by([_of_all(row) for row in rows if row.n_randomised])
    yield "the sheet alone", _by(_of_the_sheet(con, rows[0]))


def _leading(rungs: Sequence[Rung]) -> float | None:
    if not rungs or rungs[0].assumptions:
        return None
    lead = rungs[0]
    if lead.network is not None:
        return lead.network.network.estimate
    effect = None if lead.effect is None else lead.effect.effects.get("odds ratio")
    return None if effect is None else float(getattr(effect, "estimate", float("nan")))


def _by(rows: Sequence[Row]) -> Callable[[str], float | None]:
    def of(drug: str) -> float | None:
        found = network_of(rows, drug, "placebo")[0]
        return None if found is None else found.network.estimate

    return of


def _of_all(row: Row) -> Row:
    """The row with everybody randomised below the line."""
    return replace(row, n=max(row.n, row.n_randomised or row.n), analysis_set="randomised", missing_data="non-responder")


def _of_the_sheet(con: duckdb.DuckDBPyConnection, like: Row) -> list[Row]:
    """Each trial by its own row of the sheet, whatever other packages have, those that are there twice twice."""
    found = con.execute(
        "SELECT study_id, arm_id, treatment, events, n_randomised FROM all_response_rates JOIN arms USING (package, study_id, arm_id)"
        " WHERE package = ? AND events IS NOT NULL AND n_randomised IS NOT NULL ORDER BY ALL",
        [PACKAGE],
    ).fetchall()
    return [
        replace(
            like,
            trial=study,
            study=study,
            study_id=study,
            arm_id=arm,
            node=drug,
            treatment=drug,
            events=events,
            n=n,
            definition="any",
            day=None,
        )
        for study, arm, drug, events, n in found
    ]


def table(con: duckdb.DuckDBPyConnection) -> str:
    """The table in Markdown: an odds ratio that is over a tenth off on the log scale is in bold type."""
    abstract, again = published()
    columns = [(name, {drug: of(drug) for drug in again}) for name, of in causes(con)]
    names = ["drug", "abstract", "re-analysis", *(name for name, _ in columns), "what makes the difference"]
    lines = ["| " + " | ".join(names) + " |", "|---" * len(names) + "|"]
    for drug, there in again.items():
        cells = [_cell(ours[drug], there) for _, ours in columns]
        seen = f"{abstract[drug]:.2f}" if drug in abstract else "–"
        lines.append(
            "| " + " | ".join([drug, seen, f"{there:.2f}", *cells, _why([(n, ours[drug]) for n, ours in columns], there)]) + " |"
        )
    return "\n".join(lines) + "\n"


def _cell(ours: float | None, there: float) -> str:
    if ours is None:
        return "none"
    return f"**{ours:.2f}**" if abs(log(ours / there)) > FAR else f"{ours:.2f}"


def _why(steps: Sequence[tuple[str, float | None]], there: float) -> str:
    """The first step from which on nothing is far off any more."""
    far = [i for i, (_, ours) in enumerate(steps) if ours is None or abs(log(ours / there)) > FAR]
    return "" if not far else steps[far[-1] + 1][0] if far[-1] + 1 < len(steps) else "not explained"


def main(database: str = "registry.duckdb") -> None:
    with duckdb.connect(database, read_only=True) as con:
        made = table(con)
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(MARKS[0])
    PAGE.write_text(before + MARKS[0] + made + MARKS[1] + rest.partition(MARKS[1])[2], encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
