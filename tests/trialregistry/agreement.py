"""How far the reader of ClinicalTrials.gov's entries agrees with a person's reading of the same figures.

    python -m tests.trialregistry.agreement FOLDER [--all]

``FOLDER`` holds entries (``NCT….json``) and ``measures.csv``, a row a figure with a reader's opinion. It is a check and never an input. Of
the rows that the person called response, remission or a mean change, it prints how many were taken, how many of these are right in the
outcome's word, definition, day, number analysed and events, and, apart, what was refused, unstated and wrong. With ``--all`` each
difference is listed.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from registry.trialregistry.entries import read_entries
from registry.trialregistry.reading import Reading, read_figures

WORDS = {"response": "response", "remission": "remission", "mean change": "change"}
DEFINITIONS = {
    "MADRS >=50% improvement from baseline": "response.madrs.ge50pct",
    "MADRS >=50% reduction from baseline": "response.madrs.ge50pct",
    "MADRS total <=10": "remission.madrs.le10",
    "MADRS total <=12": "remission.madrs.le12",
    "MADRS total <=10 and no discontinuation before Week 8": "remission.madrs.le10",
}
SCALES = {"MADRS": "madrs", "PHQ-9": "phq9", "CGI-S": "cgi-s", "QIDS-SR16": "qids-sr16"}
TAKEN, RIGHT = 0.90, 0.95
"""The least shares that count as agreement."""


@dataclass(frozen=True)
class Compared:
    """A row of the person's with what was read of it: ``right``, ``refused``, ``unstated`` (some word of it) or ``wrong``, and why."""

    trial: str
    row: dict[str, str]
    verdict: str
    why: str = ""


def compared(folder: Path) -> Iterator[Compared]:
    """Every row that the person called response, remission or a mean change, beside what was read."""
    with (folder / "measures.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["outcome"] in WORDS]
    readings = {}
    for entry in read_entries(sorted(folder.glob("NCT*.json"))):
        for r in read_figures(entry.figures):
            f = r.figure
            readings[entry.registration, str(f.measure.number), f.class_title, f.category_title or "", f.group.id] = r
    for row in rows:
        reading = readings[row["nct"], row["measure_index"], row["class_title"], "", row["group_id"]]
        yield Compared(row["nct"], row, *_judged(row, reading))


def _judged(row: dict[str, str], reading: Reading) -> tuple[str, str]:
    if reading.refused:
        return "refused", reading.refused
    word = WORDS[row["outcome"]]
    if word == "change":
        wanted = {"word": "change", "scale": SCALES[row["definition"].split()[0]], "value": row["value"], "n": row["denominator"]}
        got = {"word": reading.statistic, "scale": reading.scale.term, "value": reading.mean, "n": str(reading.n)}
    else:
        assert reading.count is not None
        wanted = {
            "word": word,
            "definition": DEFINITIONS[row["definition"]],
            "n": row["denominator"],
            "events": row["events_implied"],
        }
        got = {
            "word": reading.word.term,
            "definition": reading.definition,
            "n": str(reading.n),
            "events": str(reading.count.events),
        }
    wanted["day"], got["day"] = row["day"], reading.time.day
    if row["day"] == "1" and 0 < float(reading.time.day or 0) < 1:
        got["day"] = "1"  # the person wrote the visit, `Day 1 (2 hour)`, and not how long after the dose it was
    wrong = {
        name: f"{name} is {got[name]!r}, and the person read {wanted[name]!r}" for name in wanted if got[name] != wanted[name]
    }
    if not wrong:
        return "right", ""
    unstated = all(got[name] in {"", "unstated"} or got[name].endswith(".unstated") for name in wrong)
    return "unstated" if unstated else "wrong", "; ".join(wrong.values())


def main(folder: Path, *, everything: bool = False) -> int:
    """Print the table, and give 0 where both shares are reached and nothing is wrong, 1 elsewhere."""
    found = list(compared(folder))
    tables: dict[str, Counter[str]] = {}
    for one in found:
        tables.setdefault(one.trial, Counter())[one.verdict] += 1
    tables["all"] = sum(tables.values(), Counter[str]())
    columns = ("rows", "taken", "right", "refused", "unstated", "wrong")
    print(f"{'trial':12}", *(f"{name:>9}" for name in columns))
    for trial, counts in tables.items():
        rows = counts.total()
        cells = (rows, rows - counts["refused"], counts["right"], counts["refused"], counts["unstated"], counts["wrong"])
        print(f"{trial:12}", *(f"{cell:9}" for cell in cells))
    for one in found:
        if one.verdict != "right" and (everything or one.verdict == "wrong"):
            print(
                f"{one.verdict}: {one.trial} measure {one.row['measure_index']} {one.row['class_title']} {one.row['group_id']}: {one.why}"
            )
    whole = tables["all"]
    taken = whole.total() - whole["refused"]
    print(f"taken {taken / whole.total():.1%}, of these right {whole['right'] / taken:.1%}")
    return int(taken < TAKEN * whole.total() or whole["right"] < RIGHT * taken or whole["wrong"] > 0)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), everything="--all" in sys.argv))
