"""The README of a package that was drafted from registry entries: what is in it, what wasn't taken and why, and what is still to be said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from registry.importing.accounting import ImportReport
from registry.trialregistry.entries import RegistryEntry
from registry.trialregistry.tables import EntryRows
from schemas.wording import counted

__all__ = ["readme_of"]


def readme_of(report: ImportReport, entries: Sequence[RegistryEntry], made: Mapping[str, EntryRows]) -> str:
    """The README, in Markdown."""
    lines = [
        f"# {report.package}",
        "",
        f"Results posted at ClinicalTrials.gov of {counted(len(entries), 'trial')}, read by `outcomes import --preset clinicaltrials`:",
        "",
        "| table | rows |",
        "|---|---|",
        *(f"| `{table}` | {rows} |" for table, rows in report.tables.items()),
        "",
        "Each figure's `source_locator` has its outcome measure, counted from 0, and the words that rule, scale, day, set and missing data were",
        "read from. What the entry doesn't say is `unstated`, unless [`mapping.yaml`](mapping.yaml) says it. Percentages became counts only where",
        "exactly one whole number of participants prints so.",
        "",
        "## What was not taken",
        "",
        "The descriptor's `import` lists the rows by number.",
        "",
        "| trial | figures | taken | not taken, and why |",
        "|---|---|---|---|",
    ]
    for entry in entries:
        use = report.inputs[entry.registration.lower()]
        reasons = Counter(one.reason for one in made[entry.registration].left_out)
        said = "<br>".join(f"{count}: {_cell(reason)}" for reason, count in reasons.most_common())
        lines.append(f"| {entry.registration} | {use.rows} | {use.used} | {said} |")
    if any(made[entry.registration].in_part for entry in entries):
        lines += ["", "## What was left out of a figure", ""]
    for entry in entries:
        parts = Counter((one.table, one.reason) for one in made[entry.registration].in_part)
        lines += [
            f"* {entry.registration}, `{table}`: {_cell(reason)} ({counted(n, 'figure')})."
            for (table, reason), n in parts.items()
        ]
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
