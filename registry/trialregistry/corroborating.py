"""A package laid beside the entries of its trials, figure by figure: the same, different, or not checkable, and why."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.importing.problems import ImportProblem, as_plain
from registry.trialregistry.drafting import json_files, run_in_child
from registry.trialregistry.entries import read_entries
from registry.trialregistry.options import TrialOptions
from registry.trialregistry.tables import rows_of

if TYPE_CHECKING:
    from registry.packages.package import Package

__all__ = ["Corroboration", "FigureVerdict", "corroborate", "read_rows"]

Row = Mapping[str, Any]
_FIGURES = {"outcomes": ("n_analysed", "events"), "scores": ("n", "mean", "sd"), "harms": ("n_at_risk", "events")}
_WHAT = {"outcomes": ("definition_id",), "scores": ("instrument_id", "statistic"), "harms": ("term", "serious")}
_WORDS = ("analysis_set", "missing_data")
SAME, DIFFERENT, UNCHECKABLE = "same", "different", "not checkable"


@dataclass(frozen=True)
class FigureVerdict:
    """One figure of the package, compared. ``here`` is the figure in the package, ``there`` in the entry; ``why`` explains the verdict
    where it isn't ``same``, and ``place`` is the figure's place in the entry.
    """

    registration: str
    table: str
    study_id: str
    arm_id: str
    what: str
    timepoint_days: str
    analysis_set: str
    missing_data: str
    verdict: str
    here: str
    there: str = ""
    why: str = ""
    place: str = ""


@dataclass(frozen=True)
class Corroboration:
    """All figures of the package's trials that the entries are of, the trials of the package without an entry, and entries of no trial of it."""

    package: str
    version: str
    entries: tuple[str, ...]
    verdicts: tuple[FigureVerdict, ...]
    without_entry: tuple[str, ...]
    without_trial: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many figures have each verdict."""
        found = Counter(v.verdict for v in self.verdicts)
        return {verdict: found[verdict] for verdict in (SAME, DIFFERENT, UNCHECKABLE)}


def corroborate(package: Package, files: Sequence[Path]) -> Corroboration:
    """Compare the outcomes, scores and harms of a package with its trials' entries. Raises ``ImportProblem`` for a file that can't be read."""
    with tempfile.TemporaryDirectory(prefix="outcomes-import-") as scratch:
        done = run_in_child(read_rows, {"files": [str(file) for file in files]}, Path(scratch))
    entries: Mapping[str, Mapping[str, list[Row]]] = done["entries"]
    tables = {name: package.table(name).to_dicts() for name in ("studies", "arms", *_FIGURES) if name in package.tables}
    trials = {row["study_id"]: _registration(row.get("registration_id")) for row in tables.get("studies", ())}
    verdicts = [
        verdict
        for study in tables.get("studies", ())
        if (number := trials[study["study_id"]]) in entries
        for verdict in _study(study, number, tables, entries[number])
    ]
    known = {number for number in trials.values() if number}
    return Corroboration(
        package=package.name,
        version=str(package.version),
        entries=tuple(entries),
        verdicts=tuple(verdicts),
        without_entry=tuple(sorted(known - set(entries))),
        without_trial=tuple(number for number in entries if number not in known),
    )


def read_rows(tell: Callable[[dict[str, Any]], None], *, files: list[str]) -> dict[str, Any]:
    """The rows that each entry gives, by its registration and table; or the ``problem`` for which there are none."""
    tell({"doing": "reading the entries"})
    try:
        entries = read_entries(json_files([Path(file) for file in files]))
        return {"entries": {entry.registration: rows_of(entry, TrialOptions()).tables for entry in entries}}
    except ImportProblem as problem:
        return {"problem": as_plain(problem)}


def _registration(text: Any) -> str:
    found = re.search(r"NCT[0-9]{8}", str(text or "").upper())
    return found[0] if found else ""


def _study(
    study: Row, number: str, tables: Mapping[str, Sequence[Row]], entry: Mapping[str, list[Row]]
) -> Iterator[FigureVerdict]:
    """The verdicts on the figures of one study."""
    name = study["study_id"]
    arms = [arm for arm in tables.get("arms", ()) if arm["study_id"] == name]
    part, matched, why = _part(study, arms, entry)
    for table in _FIGURES:
        theirs = [row for row in entry.get(table, ()) if row["study_id"] == part]
        for row in (row for row in tables.get(table, ()) if row["study_id"] == name):
            arm = matched.get(row["arm_id"])
            own = [other for other in theirs if other["arm_id"] == arm]
            yield _verdict(table, number, row, _looked_up(table, row, own) if arm else (UNCHECKABLE, why, None))


def _part(study: Row, arms: Sequence[Row], entry: Mapping[str, list[Row]]) -> tuple[str, dict[str, str], str]:
    """The part of the entry that has a study's arms, which arm is which, and why there is none."""
    found: dict[str, dict[str, str]] = {}
    relations = {row["study_id"]: row.get("part_relation") or "" for row in entry.get("studies", ())}
    for part in relations:
        theirs = [arm for arm in entry.get("arms", ()) if arm["study_id"] == part]
        if pairs := _paired({arm["arm_id"]: {t["arm_id"] for t in theirs if _alike(arm, t)} for arm in arms}):
            found[part] = pairs
    if not found:
        return "", {}, "no part of the entry has these arms"
    if len(found) > 1:
        mine = study.get("part_relation") or ""
        later = {"re-randomised", "extension", "period"}
        fitting = {
            part: arms
            for part, arms in found.items()
            if (relations[part] == mine if mine in later else relations[part] not in later)
        }
        found = fitting or found
    if len(found) > 1:
        return "", {}, f"several parts of the entry have these arms ({', '.join(found)})"
    ((part, matched),) = found.items()
    return part, matched, ""


def _paired(candidates: dict[str, set[str]]) -> dict[str, str]:
    """Each arm with the one it must be, once those that are taken are gone; nothing where an arm has none left, or several."""
    pairs: dict[str, str] = {}
    while sure := {
        arm: next(iter(left))
        for arm, same in candidates.items()
        if arm not in pairs and len(left := same - {*pairs.values()}) == 1
    }:
        if len(set(sure.values())) < len(sure):
            return {}
        pairs |= sure
    return pairs if len(pairs) == len(candidates) else {}


def _alike(arm: Row, other: Row) -> bool:
    """Whether two arms may have had the same: the treatment, and a dose of both where both have one."""
    doses = [{Decimal(str(row[name])) for name in ("dose", "dose_max") if not _missing(row, name)} for row in (arm, other)]
    return arm["treatment_id"] == other["treatment_id"] and (not all(doses) or bool(doses[0] & doses[1]))


def _verdict(table: str, number: str, row: Row, found: tuple[str, str, Row | None]) -> FigureVerdict:
    verdict, why, other = found
    return FigureVerdict(
        registration=number,
        table=table,
        study_id=row["study_id"],
        arm_id=row["arm_id"],
        what=" ".join(_plain(row.get(name)) for name in _WHAT[table]),
        timepoint_days=_plain(row.get("timepoint_days")),
        analysis_set=row.get("analysis_set") or "",
        missing_data=row.get("missing_data") or "",
        verdict=verdict,
        here=_figure(table, row),
        there=_figure(table, other) if other else "",
        why=why,
        place=other["source_locator"] if other else "",
    )


def _looked_up(table: str, row: Row, theirs: Sequence[Row]) -> tuple[str, str, Row | None]:
    """The verdict on a figure, the reason, and the figure of the entry that it was compared with; ``theirs`` are those of its arm."""
    same = [r for r in theirs if all(_equal(row.get(n), r.get(n)) for n in _WHAT[table])]
    if not same:
        return UNCHECKABLE, "the entry has no such figure that could be read", None
    at = [r for r in same if table == "harms" or _equal(row.get("timepoint_days"), r.get("timepoint_days"))]
    if not at:
        days = ", ".join(sorted({r["timepoint_days"] or "not stated" for r in same}, key=lambda d: (len(d), d)))
        return UNCHECKABLE, f"the entry has it for other days: {days}", None
    told = () if table == "harms" else _WORDS
    exact = [r for r in at if all(_plain(row.get(w)) == r[w] for w in told)]
    other, sure = _nearest(table, row, exact), True
    if other is None:
        loose = [r for r in at if all("unstated" in {_plain(row.get(w)), r[w]} or _plain(row.get(w)) == r[w] for w in told)]
        other, sure = _nearest(table, row, loose), False
    if other is None:
        sets = "; ".join(sorted({f"{r['analysis_set']}, {r['missing_data']}" for r in at}))
        return UNCHECKABLE, f"the entry has it for another set or another handling of missing data ({sets})", at[0]
    verdict, why = _compared(table, row, other)
    if verdict == DIFFERENT and not (sure or _equal(row.get(_FIGURES[table][0]), other.get(_FIGURES[table][0]))):
        return (
            UNCHECKABLE,
            "the set or missing data isn't stated in one of them, and the numbers analysed differ: these may be two analyses",
            other,
        )
    elsewhere = [r["timepoint_days"] for r in same if r not in at and _compared(table, row, r)[0] == SAME]
    if verdict == DIFFERENT and elsewhere:
        why += f"; the entry has this figure on day {', '.join(dict.fromkeys(elsewhere))}"
    return verdict, why, other


def _nearest(table: str, row: Row, others: Sequence[Row]) -> Row | None:
    """Of several figures the one that agrees, else one of as many analysed, else the first."""
    agreeing = [r for r in others if _compared(table, row, r)[0] == SAME]
    sized = [r for r in others if _equal(row.get(_FIGURES[table][0]), r.get(_FIGURES[table][0]))]
    return next(iter([*agreeing, *sized, *others]), None)


def _compared(table: str, row: Row, other: Row) -> tuple[str, str]:
    """Whether the numbers agree. One printed with fewer digits may be the other one rounded; one that is missing says nothing."""
    wrong = [
        name
        for name in _FIGURES[table]
        if not _missing(row, name) and not _missing(other, name) and not _equal(row[name], other[name])
    ]
    if wrong:
        return DIFFERENT, f"{', '.join(wrong)} differ{'s' if len(wrong) == 1 else ''}"
    if any(_missing(row, name) or _missing(other, name) for name in _FIGURES[table][:2]):
        return UNCHECKABLE, "a number is missing in one of the two"
    return SAME, ""


def _missing(row: Row, name: str) -> bool:
    return row.get(name) in {None, ""}


def _equal(a: Any, b: Any) -> bool:
    """Whether two cells say the same: numbers, as far as the one with fewer digits goes; other texts but for capitals."""
    x, y = _plain(a), _plain(b)
    if not (re.fullmatch(r"-?\d+(\.\d+)?", x) and re.fullmatch(r"-?\d+(\.\d+)?", y)):
        return x.casefold() == y.casefold()
    one, two = Decimal(x), Decimal(y)
    places = min(len(x.partition(".")[2]), len(y.partition(".")[2]))
    return one == two if not places else abs(one - two) * 2 * 10**places < 1 or one == two


def _plain(value: Any) -> str:
    """A cell as text: numbers without a point where they are whole."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".")
    return str(value)


def _figure(table: str, row: Row) -> str:
    n, value, *rest = (_plain(row.get(name)) or "?" for name in _FIGURES[table])
    if table == "scores":
        return f"{value} (SD {rest[0]}), n = {n}"
    percent = row.get("percent_reported")
    return f"{value} of {n}" + (f" ({percent}%)" if percent else "")
