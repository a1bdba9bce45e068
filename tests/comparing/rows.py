"""Rows of a registry made by hand, each of which differs from the plainest in what the test is about."""

from __future__ import annotations

from typing import Any

from registry.strata.rows import Row
from registry.strata.stratum import DIMENSIONS

PLAIN: dict[str, Any] = {
    "outcome": "response",
    "stratum": "",
    "comparability_class": "response.ge50pct.clinician",
    "population": "mdd",
    "window": "days 42-70",
    "counted_from": "start",
    "strategy": "acute, none",
    "arm_kind": "randomised",
    "trial": "t1",
    "package": "p",
    "study_id": "",
    "study": "",
    "arm_id": "",
    "arm": "an arm",
    "treatment": "sertraline",
    "class_": "ssri",
    "route": "oral",
    "role": "experimental",
    "definition": "response.madrs.ge50pct",
    "day": 56.0,
    "anchor": "randomisation",
    "analysis_set": "randomised",
    "missing_data": "non-responder",
    "n": 100,
    "events": 50,
    "rate": 0.5,
    "low": 0.4,
    "high": 0.6,
    "n_randomised": 100,
    "unstated": (),
    "value_origin": "reported",
    "extractions": 2,
    "flagged": False,
    "source": "doi:10.1000/xyz123",
    "locator": "Table 2",
}

KETAMINE = {"treatment": "ketamine", "class_": "nmda-antagonist"}
PLACEBO = {"treatment": "placebo", "class_": "placebo", "role": "placebo"}


def row(trial: str = "t1", events: int = 50, n: int = 100, **members: Any) -> Row:
    """A row of a trial; the study and arm are named by the trial and treatment."""
    data = {**PLAIN, "trial": trial, "study_id": trial, "study": trial, "events": events, "n": n, "rate": events / n, **members}
    data["n_randomised"] = members.get("n_randomised", n)
    data["arm_id"] = members.get("arm_id", data["treatment"])
    data["node"] = members.get("node", data["treatment"])
    data["stratum"] = " | ".join(data[one.column] for one in DIMENSIONS.values())
    return Row(**data)
