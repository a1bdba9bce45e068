"""Rows made by hand, and the comparisons of them: what a person, a page and a machine are shown."""

from __future__ import annotations

from typing import Any

from registry.comparing.compare import compare_rows
from registry.comparing.comparison import Comparison
from registry.comparing.respects import Cell, Respect, Statement
from registry.strata.rows import Row
from registry.strata.stratum import DIMENSIONS

HOSTILE = '<script>alert("x")</script>$\\frac{1}$&amp;\x1b[31m\u202e'


def row(trial: str, treatment: str, events: int, n: int, **more: Any) -> Row:
    """An arm of everybody randomised, of which every word is stated."""
    words: dict[str, Any] = {
        "outcome": "response",
        "comparability_class": "response.ge50pct.clinician",
        "population": "trd",
        "window": "days 21-41",
        "counted_from": "start",
        "strategy": "acute, none",
        "arm_kind": "randomised",
        "trial": trial,
        "package": "made",
        "study_id": trial,
        "study": f"Trial {trial}",
        "arm_id": treatment,
        "arm": treatment,
        "treatment": treatment,
        "node": treatment,
        "class_": f"{treatment}-class",
        "route": "oral",
        "role": "experimental",
        "definition": "response.madrs.ge50pct",
        "day": 28.0,
        "anchor": "randomisation",
        "analysis_set": "randomised",
        "missing_data": "non-responder",
        "n": n,
        "events": events,
        "rate": events / n,
        "low": 0.0,
        "high": 1.0,
        "n_randomised": n + 2,
        "unstated": (),
        "value_origin": "reported",
        "extractions": 2,
        "flagged": False,
        "source": f"doi:10.1000/{trial}",
        "locator": f"table {len(trial)} of {trial}",
    } | more
    stratum = " | ".join(str(words[one.column]) for one in DIMENSIONS.values())
    return Row(stratum=stratum, **words)


def head_to_head(trials: int = 3, **more: Any) -> list[Row]:
    """Trials that had both ``up`` and ``down``."""
    return [
        one
        for i in range(trials)
        for one in (row(f"t{i:02}", "up", 20 + i, 50 + 3 * i, **more), row(f"t{i:02}", "down", 12 + i % 5, 48 + 3 * i, **more))
    ]


def rows() -> list[Row]:
    """A stratum that is compared head to head, one that is indirectly, one that holds both without a comparator, some that hold one, an unstated one."""
    indirect = {"population": "mdd"}
    bare = {"population": "cancer"}
    return [
        *head_to_head(),
        *(row("i1", t, e, 60, **indirect) for t, e in (("up", 30), ("placebo", 20))),
        *(row("i2", t, e, 70, **indirect) for t, e in (("down", 25), ("placebo", 22))),
        row("n1", "up", 9, 30, **bare),
        row("n2", "down", 8, 30, source="https://example.org/n2", **bare),
        row("alone", "up", 5, 40, window="days 5-10"),
        row(
            "other", "down", 0, 33, window="days 42-70", analysis_set="observed-cases", source="a table in a drawer", locator=None
        ),
        row("vague", "down", 3, 20, population="unstated", unstated=("population",), source=None),
    ]


def compared(**more: Any) -> Comparison:
    return compare_rows(rows(), "up", "down", **more)


def hostile() -> Comparison:
    """Words of data that would be markup, mathematics, an escape of a terminal, or a link that runs a program."""
    words = {"study": HOSTILE, "arm": HOSTILE, "locator": HOSTILE, "population": HOSTILE}
    made = [
        row("h1", "up", 3, 20, source="javascript:alert(1)", **words),
        row("h1", "down", 4, 20, source='https://example.org/"><script>alert(1)</script>', **words),
        row("h2", "down", 4, 20, window="days 5-10", source="data:text/html,<script>", **words),
        row("h3", "down", 4, 20, source=HOSTILE, unstated=("day",), **words),
    ]
    return compare_rows(made, "up", "down", across=("window",), reason=HOSTILE)


def respects() -> list[Respect]:
    def cell(text: str, source: str | None, link: str | None, locator: str | None) -> Cell:
        return Cell((Statement(text, source, link, locator),))

    return [
        Respect("Delivery", cell("A tablet.", "doi:10.1000/up", "https://doi.org/10.1000/up", "page 1"), Cell(())),
        Respect("Onset", cell(HOSTILE, HOSTILE, "javascript:alert(2)", HOSTILE), cell("Soon.", "a book", None, None)),
        Respect("Side effects", cell("Two.", "doi:10.1000/x; https://example.org/y", None, None), Cell(())),
    ]
