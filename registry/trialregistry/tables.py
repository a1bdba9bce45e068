"""From what was read of an entry to rows of a package: its study and the parts of it, arms, outcomes, scores, contrasts and harms.

What isn't taken is noted with its reason. A figure that two measures give differently is none's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from registry.trialregistry.arms import LeftOut, TrialPart, key_of, make_arms, table_of
from registry.trialregistry.contrasts import contrasts_of
from registry.trialregistry.designs import design_of
from registry.trialregistry.entries import RegistryEntry
from registry.trialregistry.flow import held_to_flow, started_in
from registry.trialregistry.groups import (
    PartKey,
    group_key,
    is_whole,
    part_of_reading,
    tied,
    without_single_panels,
)
from registry.trialregistry.harms import harms_of
from registry.trialregistry.histories import most_beside_others, of_another_phase, of_more_people, shared_titles
from registry.trialregistry.options import TrialOptions
from registry.trialregistry.reading import Reading, read_figures
from registry.trialregistry.texts import clean

__all__ = ["EntryRows", "rows_of"]

Row = dict[str, str]
_RELATIONS = {"follow-up": "period", "open-label": "extension", "maintenance": "extension", "extension": "extension"}


@dataclass
class EntryRows:
    """The rows of an entry's tables, and what was left out."""

    tables: dict[str, list[Row]] = field(default_factory=dict)
    left_out: list[LeftOut] = field(default_factory=list)
    unread: list[LeftOut] = field(default_factory=list)
    """Those of the figures left out that weren't understood; the others are of a group that isn't."""

    in_part: list[LeftOut] = field(default_factory=list)
    """What isn't taken of figures that are, such as a standard error beside a mean."""

    placed: list[tuple[Reading, Row]] = field(default_factory=list)
    """Each figure that is taken, with the row that has it."""


def rows_of(entry: RegistryEntry, options: TrialOptions) -> EntryRows:
    """The rows that an entry gives, with what the mapping says about the trial (``options``)."""
    rows = EntryRows()
    readings: list[Reading] = []
    flow = entry.participant_flow
    started = started_in(flow, masked=entry.masking not in {"", "NONE"}, crossed=entry.model == "CROSSOVER") if flow else {}
    found = [
        held_to_flow(reading, started, entry.allocation)
        for reading in read_figures(entry.figures, options.ordinary, options.measures)
    ]
    beside = most_beside_others(entry.figures)
    for reading in found:
        why = (
            reading.refused
            or of_another_phase(reading)
            or of_more_people(reading, beside)
            or options.reason(reading.figure.measure.number, reading.figure.class_title)
        )
        if why:
            rows.left_out.append(LeftOut(reading.figure.row, table_of(reading), why))
            rows.unread += [rows.left_out[-1]] if reading.refused else []
        else:
            readings.append(reading)
    parts = _parts(entry, readings)
    for part in parts:
        _beside(part, found)
        arms, out = make_arms(entry, part, options, started)
        rows.tables.setdefault("arms", []).extend(arms)
        rows.left_out += out
    parts = [part for part in parts if part.arms]
    _studies(entry, parts, options, rows)
    for part in parts:
        _figures(entry, part, rows)
    harms, untaken = harms_of(entry, parts)
    rows.left_out += [LeftOut(len(entry.figures) + number, "harms", why) for number, why in untaken.items()]
    if harms:
        rows.tables["harms"] = harms
    if not {"outcomes", "scores", "harms"} & rows.tables.keys():  # arms without a figure say nothing
        rows.tables.clear()
    else:
        rows.tables["sources"] = [_source(entry, options)]
    rows.in_part = [LeftOut(r.figure.row, table_of(r), r.untaken) for r, _ in rows.placed if r.untaken]
    contrasts, reasons, in_part = contrasts_of(entry, rows.placed, options.ordinary)
    if contrasts:
        rows.tables["contrasts"] = contrasts
    figures = len(entry.figures) + len(entry.harms)
    rows.left_out += [LeftOut(figures + number, "contrasts", why) for number, why in reasons.items()]
    rows.in_part += [LeftOut(figures + number, "contrasts", why) for number, left in in_part.items() for why in left]
    rows.left_out.sort(key=lambda out: out.row)
    return rows


def _parts(entry: RegistryEntry, readings: Sequence[Reading]) -> list[TrialPart]:
    """The parts of the trial with what was read of each; one part where nothing tells parts apart."""
    keyed = without_single_panels([(part_of_reading(reading), reading) for reading in readings])
    masked = entry.masking not in {"", "NONE"}
    for name in ("panel", "phase"):  # what all figures have in common makes no part, unless it can't be the whole
        common = {getattr(key, name) for key, _ in keyed}
        if len(common) == 1 and (name == "panel" or is_whole(next(iter(common)), masked=masked)):
            keyed = [(PartKey(**{**vars(key), name: ""}), reading) for key, reading in keyed]
    sets: dict[PartKey, dict[tuple[str, ...], set[str]]] = {}
    for key, reading in keyed:
        sets.setdefault(key, {}).setdefault(_together(entry, reading), set()).add(key_of(reading))
    base = entry.registration.lower()
    parts: dict[tuple[PartKey, int], TrialPart] = {}
    groups = {key: tied(measures.values()) for key, measures in sets.items()}
    for key, reading in keyed:
        number = groups[key][key_of(reading)]
        several = len(set(groups[key].values())) > 1
        if (key, number) not in parts:
            name = "-".join(filter(None, [key.slug, str(number + 1) if several else ""]))
            parts[key, number] = TrialPart(key, f"{base}-{name}" if name else base)
        parts[key, number].readings.append(reading)
    found = [parts[key] for key in sorted(parts)]
    if len(found) == 1 and not found[0].key.subset and not found[0].key.phase:
        found[0].study_id = base
    return found


def _together(entry: RegistryEntry, reading: Reading) -> tuple[str, ...]:
    """What the groups that were compared with one another have in common: their measure, or its texts where a randomised trial posts each arm in one."""
    measure = reading.figure.measure
    if entry.allocation == "RANDOMIZED" and len(measure.groups) == 1:
        return (clean(measure.title), clean(measure.time_frame))
    return (str(measure.number),)


def _beside(part: TrialPart, readings: Sequence[Reading]) -> None:
    """Note the groups of a part's measures, whatever is taken of them: those beside a group of the part, in any measure of the same stage."""
    own = {key_of(reading) for reading in part.readings}
    stages = {part_of_reading(reading) for reading in part.readings}
    for reading in readings:
        if part_of_reading(reading) in stages and key_of(reading) in own:
            groups = reading.figure.measure.groups.values()
            there = [g for g in groups if part_of_reading(replace(reading, figure=replace(reading.figure, group=g))) in stages]
            part.beside |= {group_key(group.title): group for group in there}
            part.shared |= shared_titles(groups)


def _studies(entry: RegistryEntry, parts: Sequence[TrialPart], options: TrialOptions, rows: EntryRows) -> None:
    """A row for each part, and one for the whole where none of them is it."""
    if not parts:
        return
    base = entry.registration.lower()
    plain = [part for part in parts if part.key == PartKey() and part.study_id == base]
    first = plain or [p for p in parts if not p.key.panel and not p.key.subset and p.key.phase in {"", "period 1"}]
    if len(first) == 1:
        old, first[0].study_id = first[0].study_id, base
        for arm in rows.tables["arms"]:
            arm["study_id"] = base if arm["study_id"] == old else arm["study_id"]
        whole, rest = first[0], [part for part in parts if part is not first[0]]
    else:
        whole, rest = None, list(parts)
    made = [_study(entry, whole, base, options)]
    made += [_study(entry, part, part.study_id, options) | {"part_of": base, "part_relation": _relation(part)} for part in rest]
    rows.tables["studies"] = [row | dict(options.parts.get(row["study_id"], {})) for row in made]


def _relation(part: TrialPart) -> str:
    populations = [r.figure.measure.population.lower() for r in part.readings]
    if any("re-random" in words or "randomly re-" in words for words in populations):
        return "re-randomised"
    if part.key.subset or (part.key.panel and part.key.phase in {"", "period 1"}):
        return "subset"
    return _RELATIONS.get(part.key.phase, "period")


def _study(entry: RegistryEntry, part: TrialPart | None, study_id: str, options: TrialOptions) -> Row:
    name = entry.acronym or entry.registration
    which = " ".join(filter(None, vars(part.key).values())) if part is not None else ""
    phase, groups = (part.key.phase, part.beside.values()) if part else ("", ())
    design, randomised, masking = design_of(entry, phase, [group.title for group in groups])
    row = {
        "study_id": study_id,
        "label": f"{name}, {which}" if which else name,
        "registration_id": entry.registration,
        "design": design,
        "randomised": randomised,
        "masking": masking,
        "phase": "unstated",
        "population_id": "unstated",
        "setting": "unstated",
        "source_id": entry.registration.lower(),
    }
    return row | dict(options.study)


def _figures(entry: RegistryEntry, part: TrialPart, rows: EntryRows) -> None:
    """The outcomes and scores of a part. Of figures in one place the same one counts once; those that differ are left out."""
    placed: dict[tuple[str, ...], list[tuple[Reading, Row]]] = {}
    for reading in part.readings:
        row = _outcome(reading, part, entry) if reading.count else _score(reading, part, entry)
        what = reading.definition or f"{reading.scale.term} {reading.statistic}"
        place = (row["arm_id"], what, row["timepoint_days"], row["timepoint_anchor"], row["analysis_set"], row["missing_data"])
        placed.setdefault(place, []).append((reading, row))
    for found in placed.values():
        kept = [(reading, row) for reading, row in found if not reading.time.later] or found
        figures = {(_figure(reading), _several(reading, kept)) for reading, _ in kept}
        reading, row = kept[0]
        numbers = ", ".join(str(n) for n in sorted({r.figure.measure.number for r, _ in kept}))
        table = table_of(reading)
        if len(figures) == 1:
            rows.tables.setdefault(table, []).append(row)
            rows.placed += [(other, row) for other, _ in kept]
        for other, _ in found:
            if len(figures) > 1 and (other, _) in kept:
                why = _why_none(kept, numbers)
            elif other is reading:
                continue
            elif (other, _) in kept:
                why = f"measure {reading.figure.measure.number} gives the same figure"
            else:
                why = "it was seen some hours after a dose, on a day that has a figure"
            rows.left_out.append(LeftOut(other.figure.row, table, why))


def _why_none(kept: Sequence[tuple[Reading, Row]], numbers: str) -> str:
    times = list(dict.fromkeys(reading.time.read.words for reading, _ in kept))
    if len(times) > 1 and all(times) and not kept[0][0].time.day:
        return (
            f"{', '.join(f'`{words}`' for words in times)} are times that give no number of days, and of figures without a day only one can be "
            "taken; to keep it, list the others under `leave_out` in the mapping"
        )
    if any(_several(reading, kept) for reading, _ in kept):
        return f"measure {numbers}: several of its classes or categories are one figure by what was read or stated; state each one's by itself"
    return f"measures {numbers} give different figures for one arm, time, set and handling of missing data"


def _several(reading: Reading, kept: Sequence[tuple[Reading, Row]]) -> str:
    """The class and category of a figure, where its measure has several beside it: they contradict one another, whatever their numbers."""
    own = [other.figure for other, _ in kept if other.figure.measure.number == reading.figure.measure.number]
    return f"{reading.figure.class_title}, {reading.figure.category_title}" if len(own) > 1 else ""


def _figure(reading: Reading) -> tuple[Any, ...]:
    return (reading.n, reading.count and reading.count.events, reading.mean, reading.sd)


def _placed(reading: Reading, part: TrialPart, entry: RegistryEntry) -> Row:
    figure = reading.figure
    where = [f"outcome measure {figure.measure.number}"]
    where += [
        f'{place} "{clean(title)}"'
        for place, title in (("class", figure.class_title), ("category", figure.category_title))
        if title
    ]
    return {
        "study_id": part.study_id,
        "arm_id": part.arms[key_of(reading)],
        "timepoint_days": reading.time.day,
        "timepoint_anchor": reading.anchor.term,
        "analysis_set": reading.people.term,
        "missing_data": reading.missing.term,
        "source_id": entry.registration.lower(),
        "source_locator": f"{', '.join(where)}; " + "; ".join(f"{name}: {words}" for name, words in reading.read_from.items()),
    }


def _outcome(reading: Reading, part: TrialPart, entry: RegistryEntry) -> Row:
    assert reading.count is not None  # noqa: S101  an outcome was counted
    return _placed(reading, part, entry) | {
        "definition_id": reading.definition,
        "n_analysed": str(reading.n),
        "events": str(reading.count.events),
        "percent_reported": reading.count.percent,
        "value_origin": reading.count.origin,
    }


def _score(reading: Reading, part: TrialPart, entry: RegistryEntry) -> Row:
    return _placed(reading, part, entry) | {
        "instrument_id": reading.scale.term,
        "statistic": reading.statistic,
        "estimate": reading.estimate,
        "n": str(reading.n),
        "mean": reading.mean,
        "sd": reading.sd,
        "mean_reported": reading.printed if reading.printed == reading.mean else "",
        "sd_reported": reading.sd,
        "value_origin": "reported",
    }


def _source(entry: RegistryEntry, options: TrialOptions) -> Row:
    row = {
        "source_id": entry.registration.lower(),
        "kind": "registry-record",
        "title": f"{entry.registration}{f' ({entry.acronym})' if entry.acronym else ''}: results posted at ClinicalTrials.gov",
        "url": f"https://clinicaltrials.gov/study/{entry.registration}",
        "sha256": entry.sha256,
        "correction_status": "unchecked",
    }
    return row | dict(options.source)
