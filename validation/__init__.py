"""What must hold of a data package, and finding out whether it does.

``validate`` runs every rule on packages; ``schema`` gives the pandera schema of a table with its rules, for use alone;
``catalogue`` lists the rules. ``judge_studies`` is the rules as a function of Arrow tables, for parts of a package that ``split_studies``
makes and ``merged`` puts together; ``judge_in_processes`` does all three with the cores of a machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from validation.arrow import arrow_schema
    from validation.catalogue import catalogue
    from validation.engine import validate
    from validation.judging import StudyContext, StudyFindings, judge_studies, merged
    from validation.meaning import schema
    from validation.report import Report
    from validation.splitting import split_studies
    from validation.spreading import judge_in_processes

__all__ = [
    "Report",
    "StudyContext",
    "StudyFindings",
    "arrow_schema",
    "catalogue",
    "judge_in_processes",
    "judge_studies",
    "merged",
    "schema",
    "split_studies",
    "validate",
]

_HOME = {
    **{"catalogue": "catalogue", "validate": "engine", "schema": "meaning", "Report": "report", "split_studies": "splitting"},
    "arrow_schema": "arrow",
    "judge_in_processes": "spreading",
    **dict.fromkeys(("StudyFindings", "StudyContext", "judge_studies", "merged"), "judging"),
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: the catalogue alone needs no data-frame library."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
