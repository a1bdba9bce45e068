"""Claims, definitions and knowledge made by hand, for arguments of a few lines."""

from __future__ import annotations

from functools import cache
from typing import Any

import duckdb

from registry.auditing.auditing import judge
from registry.auditing.claims import Claim
from registry.auditing.grounds import Verdict
from registry.auditing.knowledge import Definition, Knowledge, ProfileStatement
from registry.strata.rows import Row
from schemas.nesting import inside
from schemas.vocabulary import fill
from tests.comparing.rows import row

DEFINITIONS = {
    "response.madrs.ge50pct": Definition("MADRS reduced ≥ 50%", "response.ge50pct.clinician", "madrs", True, "ge50"),
    "response.unstated.ge50pct": Definition("Scale not stated, reduced ≥ 50%", "response.unstated.ge50pct", None, True, "ge50"),
    "remission.madrs.le10-and-ge50pct": Definition(
        "MADRS ≤ 10 and reduced ≥ 50%", "remission.madrs.le10-and-ge50pct", "madrs", True, "le10-and-ge50"
    ),
    "response.unstated": Definition("Response rule not stated", "response.unstated", None, False),
    "remission.madrs.le12": Definition("MADRS ≤ 12", "remission.madrs.le12", "madrs", True),
    "remission.qids-sr16.le5": Definition("QIDS-SR16 ≤ 5", "remission.qids-sr16.le5", "qids-sr16", True),
    "remission.hamd17.le7": Definition("HAM-D17 ≤ 7", "remission.hamd17.le7", "hamd17", True),
    "remission.unstated": Definition("Remission rule not stated", "remission.unstated", None, False),
}

PARENTS = {"mdd": None, "mdd.primary-care": "mdd", "trd": None, "trd.late-life": "trd"}
CLASSES = {"sertraline": "ssri", "ketamine": "nmda-antagonist", "esketamine": "nmda-antagonist", "placebo": "placebo"}

KETAMINE = {"treatment": "ketamine", "class_": "nmda-antagonist"}
PLACEBO = {"treatment": "placebo", "class_": "placebo", "role": "placebo"}

WHOLE = {"population": "mdd", "definition": "response.madrs.ge50pct", "day": 56.0}
"""A claim of response that states all it must."""


def claim(name: str = "c1", **members: Any) -> Claim:
    """A claim of response in per cent on SSRIs, whose source states nothing else."""
    plain: dict[str, Any] = {
        "statement": "So many respond.",
        "source": "an article",
        "locator": "page 1",
        "subject": "ssri",
        "attribute": "response-rate",
        "unit": "%",
        "definition": "response.unstated",
    }
    return Claim(name, **{**plain, **members})


def knowing(*rows: Row, statements: tuple[ProfileStatement, ...] = (), **members: Any) -> Knowledge:
    return Knowledge(rows, DEFINITIONS, statements, parents=PARENTS, classes=CLASSES, nested=_nested(), **members)


@cache
def _nested() -> frozenset[tuple[str, str]]:
    with duckdb.connect() as con:
        con.execute("CREATE SCHEMA vocabulary")
        fill(con, ["definitions"])
        return frozenset(con.execute(inside("FROM vocabulary.definitions")).fetchall())


def verdicts(*claims: Claim, known: Knowledge | None = None) -> dict[str, Verdict]:
    return {v.claim.claim_id: v for v in judge(claims, known or knowing())}


def trials(counts: list[tuple[int, int]], **members: Any) -> list[Row]:
    """Rows of as many trials, each with its events and number analysed."""
    return [row(f"t{number}", events, n, **members) for number, (events, n) in enumerate(counts)]
