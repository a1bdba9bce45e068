"""A trial's entry as the API gives it: one study, or a page of them. What an entry holds of its protocol may be thin."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from registry.importing.problems import ImportProblem, check_regular
from registry.importing.records import parse_json
from registry.trialregistry.figures import Analysis, Figure, analyses_of, figures_of
from registry.trialregistry.places import JsonAt
from validation.hints import shortened

__all__ = ["MOST_BYTES", "Harm", "RegistryEntry", "read_entries"]

MOST_BYTES = 100_000_000
"""Of a file. The entry with the most results has a tenth of it."""

_REGISTRATION = r"NCT[0-9]{8}"


@dataclass(frozen=True)
class Harm:
    """An adverse event: how many participants of a group had it. ``place`` is its path in the entry; ``time_frame`` and ``about`` are of all events."""

    term: str
    serious: bool
    group: str
    n_at_risk: int | None
    events: int | None
    place: str
    description: str = ""
    """Of the group, among the adverse events."""

    time_frame: str = ""
    about: str = ""


@dataclass(frozen=True)
class RegistryEntry:
    """A trial's entry: its registration, what its protocol section says, and its posted results.

    ``arm_types`` has the type of each arm of the protocol by the arm's label. ``masked`` are those who did not know the allocation.
    """

    file: str
    sha256: str
    registration: str
    title: str
    acronym: str
    year: str
    allocation: str
    model: str
    masking: str
    masked: tuple[str, ...]
    arm_types: Mapping[str, str] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    harms: tuple[Harm, ...] = ()
    analyses: tuple[Analysis, ...] = ()
    participant_flow: JsonAt | None = None


def read_entries(paths: Iterable[Path], passed_over: list[str] | None = None) -> list[RegistryEntry]:
    """The entries in some files, in the order of their registrations. Of a page the studies without results are noted in ``passed_over``.

    Raises ``ImportProblem`` for a file that can't be read or isn't what the API gives, with the path of what is wrong and what must
    be there, for an entry without results, and for one that is there twice.
    """
    entries: dict[str, RegistryEntry] = {}
    for path in paths:
        for entry in _read(path, [] if passed_over is None else passed_over):
            if entry.registration in entries:
                raise ImportProblem(
                    f"{path}: {entry.registration} is in {entries[entry.registration].file} too. Give each trial once."
                )
            entries[entry.registration] = entry
    return [entries[key] for key in sorted(entries)]


def _read(path: Path, passed_over: list[str]) -> list[RegistryEntry]:
    check_regular(path, "the file")
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise ImportProblem(
            f"{path}: the file has over {MOST_BYTES:,} bytes, the most that are allowed. Give fewer studies a file."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportProblem(f"{path}: the file isn't UTF-8 text (byte {error.start}). JSON must be.") from error
    document = JsonAt(path, "", parse_json(path, text))
    if not isinstance(document.value, dict) or not {"studies", "protocolSection"} & set(document.value):
        raise document.problem(
            "this isn't a study of ClinicalTrials.gov's API: it has neither `protocolSection` nor `studies`. "
            "Give what https://clinicaltrials.gov/api/v2/studies/NCT… answers, or a page of studies"
        )
    studies = document.get("studies").items() if "studies" in document.value else [document]
    if not studies:
        raise document.get("studies").problem("there is no study in this page")
    posted = [study for study in studies if study.get("resultsSection").value is not None]
    if posted:
        passed_over += [
            f"{study.get('protocolSection', 'identificationModule', 'nctId').text()} ({path.name}) has no results"
            for study in studies
            if study not in posted
        ]
        studies = posted
    digest = hashlib.sha256(content).hexdigest()
    return [_entry(study, digest) for study in studies]


def _entry(study: JsonAt, digest: str) -> RegistryEntry:
    protocol, results = study.get("protocolSection"), study.get("resultsSection")
    number = protocol.get("identificationModule", "nctId")
    if not re.fullmatch(_REGISTRATION, number.needed()):
        raise number.problem(f"this is `{shortened(number.text())}`. It must be a registration such as NCT01234567")
    if results.value is None:
        raise results.problem(f"{number.text()} has no results. Only posted results can be read")
    design = protocol.get("designModule", "designInfo")
    who = design.get("maskingInfo", "whoMasked")
    if who.value is not None and not isinstance(who.value, list):
        raise who.problem("this must be a list of texts")
    arms = protocol.get("armsInterventionsModule", "armGroups").items()
    date = protocol.get("statusModule", "resultsFirstPostDateStruct", "date").text()
    return RegistryEntry(
        file=str(study.file.name),
        sha256=digest,
        registration=number.text(),
        title=protocol.get("identificationModule", "briefTitle").text(),
        acronym=protocol.get("identificationModule", "acronym").text(),
        year=date[:4] if re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", date) else "",
        allocation=design.get("allocation").text(),
        model=design.get("interventionModel").text(),
        masking=design.get("maskingInfo", "masking").text(),
        masked=tuple(str(word) for word in who.value or ()),
        arm_types={arm.get("label").text(): arm.get("type").text() for arm in arms},
        figures=tuple(figures_of(results.get("outcomeMeasuresModule", "outcomeMeasures"))),
        harms=tuple(_harms(results.get("adverseEventsModule"))),
        participant_flow=results.get("participantFlowModule"),
        analyses=tuple(analyses_of(results.get("outcomeMeasuresModule", "outcomeMeasures"))),
    )


def _harms(module: JsonAt) -> Iterable[Harm]:
    groups = {
        group.get("id").needed(): (group.get("title").needed(), group.get("description").text())
        for group in module.get("eventGroups").items()
    }
    of_all = {"time_frame": module.get("timeFrame").text(), "about": module.get("description").text()}
    for key, serious in (("seriousEvents", True), ("otherEvents", False)):
        for event in module.get(key).items():
            for stat in event.get("stats").items():
                group = stat.get("groupId")
                if group.needed() not in groups:
                    raise group.problem(f"there is no group `{shortened(group.text())}` in `eventGroups`")
                title, description = groups[group.text()]
                yield Harm(
                    term=event.get("term").needed(),
                    serious=serious,
                    group=title,
                    description=description,
                    n_at_risk=stat.get("numAtRisk").count(),
                    events=stat.get("numAffected").count(),
                    place=stat.path,
                    **of_all,
                )
