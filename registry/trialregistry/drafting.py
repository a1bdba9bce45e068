"""A package of registry entries, from end to end: files in, and a mapping of what they don't say if there is one; a package out, or nothing."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from textwrap import indent
from typing import Any

from registry.importing.accounting import Dropped, ImportReport, InputUse
from registry.importing.bounds import Limits
from registry.importing.child import EndedError, run
from registry.importing.inputs import find_files
from registry.importing.presets import CLINICALTRIALS
from registry.importing.problems import (
    ImportProblem,
    OutOfReachError,
    Problems,
    WrongPathError,
    as_plain,
    from_plain,
    nearest,
    ranges,
)
from registry.packages.finding import MAPPING
from registry.packages.initialising import fault_of_name
from registry.packages.writing import OccupiedError, write_csv, write_package
from registry.trialregistry.arms import LeftOut
from registry.trialregistry.entries import RegistryEntry, read_entries
from registry.trialregistry.given import given_in
from registry.trialregistry.groups import group_key
from registry.trialregistry.options import EVERY_ARM, Options, TrialOptions, read_options
from registry.trialregistry.stated import NEEDED, misfit
from registry.trialregistry.tables import EntryRows, rows_of
from registry.trialregistry.telling import readme_of
from registry.trialregistry.texts import Text, clean, sentences, tokens
from registry.trialregistry.values import COUNTED, MEANS
from schemas.tables import TABLES
from schemas.wording import counted

__all__ = ["draft", "draft_package", "json_files", "run_in_child", "suggest_trials"]

_LICENCE = {"name": "CC0-1.0", "path": "https://creativecommons.org/publicdomain/zero/1.0/"}


_TO_SAY = {"study": {"population_id": "unstated"}, "arms": {EVERY_ARM: {"background_id": "unstated"}}}
_UNNAMED = "my-trials"
_UNREAD = """  # No figure of these was understood. To state what one is, complete its line and remove its `#` and that of `measures`.
  # measures:"""
_ONWARDS = (
    "\n`outcomes import FILES --preset clinicaltrials --suggest > mapping.yaml` writes a mapping in which to state what they are."
)


def draft_package(files: Iterable[Path], mapping: Path | None, to: Path) -> ImportReport:
    """Make a package of registry entries in the folder ``to``. Without a mapping one is written beside the data, to be filled and run again.

    The entries are read in a process with the limits of an import. A README is written where there is none. Raises ``MappingError`` where the mapping
    is wrong or doesn't fit the entries, ``WrongPathError`` for a path that leads to nothing that can be read or written,
    ``OutOfReachError`` where the machine or the limits don't let it be done and ``ImportProblem`` where a file isn't what it should be;
    in any case nothing on disk is changed.
    """
    if mapping is None and (fault := fault_of_name(to.name)):
        raise WrongPathError(f"{to}: {fault}.")
    arguments = {"files": [str(path) for path in files], "mapping": str(mapping) if mapping else None, "name": to.name}
    with tempfile.TemporaryDirectory(prefix="outcomes-import-") as scratch:
        done = run_in_child(draft, {**arguments, "scratch": scratch}, Path(scratch))
        report = ImportReport.of(done["report"])
        tables = {name: (Path(scratch) / f"{name}.csv").read_bytes() for name in report.tables}
    beside = {} if mapping and mapping.resolve() == (to / MAPPING).resolve() else {MAPPING: done["mapping"].encode()}
    if mapping is None and (to / MAPPING).exists():
        raise WrongPathError(f"{to / 'mapping.yaml'} already exists. Give it with --mapping, or choose another folder.")
    if not (to / "README.md").exists():
        beside["README.md"] = done["readme"].encode()
    try:
        write_package(to, tables, done["descriptor"], beside=beside)
    except OccupiedError as error:
        raise WrongPathError(f"{error}.") from error
    except OSError as error:
        raise OutOfReachError(f"{to}: the package can't be written: {error.strerror or error}.") from error
    return report


def suggest_trials(files: Iterable[Path]) -> str:
    """A mapping of registry entries, to be filled: with a line for each measure of which no figure was taken. Raises as :func:`draft_package` does."""
    arguments = {"files": [str(path) for path in files], "mapping": None, "name": _UNNAMED}
    with tempfile.TemporaryDirectory(prefix="outcomes-import-") as scratch:
        found: str = run_in_child(draft, {**arguments, "scratch": None}, Path(scratch))["mapping"]
    return found


def run_in_child(work: Callable[..., Any], arguments: dict[str, Any], scratch: Path) -> dict[str, Any]:
    """What the work gives in a process of its own, with the limits of an import. Raises ``ImportProblem`` where it names one, and where it ended early."""
    try:
        done: dict[str, Any] = run(work, arguments, scratch=scratch, limits=Limits())
    except EndedError as ended:
        at = ended.at.get("doing", "reading the entries") if isinstance(ended.at, dict) else "reading the entries"
        raise OutOfReachError(
            f"{at} takes more time or memory than an import may use, or failed: {ended.said.strip()}."
        ) from ended
    except OSError as error:
        raise OutOfReachError(f"{error.filename or scratch}: {error.strerror or error}.") from error
    if "problem" in done:
        raise from_plain(done["problem"])
    return done


def draft(
    tell: Callable[[dict[str, Any]], None], *, files: list[str], mapping: str | None, name: str, scratch: str | None
) -> dict[str, Any]:
    """Write each table that has rows as ``TABLE.csv`` into the folder ``scratch``, and give the ``report``, the ``descriptor``, the
    ``mapping`` and a ``readme``; or the ``problem`` for which there is none of this. Without a folder give the mapping alone.
    """
    try:
        return _drafted(
            tell, [Path(file) for file in files], Path(mapping) if mapping else None, name, Path(scratch) if scratch else None
        )
    except ImportProblem as problem:
        return {"problem": as_plain(problem)}


def _drafted(
    tell: Callable[[dict[str, Any]], None], files: Sequence[Path], mapping: Path | None, name: str, scratch: Path | None
) -> dict[str, Any]:
    options = read_options(mapping) if mapping else None
    if options and mapping:
        problems = Problems(mapping)
        paths = list(find_files(options.written, files, problems).values())
    else:
        paths = json_files(files)
    tell({"doing": f"{', '.join(map(str, paths))}: reading the entries"})
    without: list[str] = []
    entries = read_entries(paths, without)
    made = {entry.registration: rows_of(entry, _options_of(options, entry)) for entry in entries}
    if options and mapping:
        _check_fits(options, entries, made, Problems(mapping))
    text = mapping.read_text(encoding="utf-8") if mapping else _mapping(name, entries, made)
    if scratch is None:
        return {"mapping": text}
    report = _report(name if options is None else options.package["name"], entries, made)
    report.notes += without
    for table in TABLES:
        rows = [row for one in made.values() for row in one.tables.get(table, ())]
        if rows:
            report.tables[table] = len(rows)
            _write(table, rows, scratch / f"{table}.csv")
    if not report.tables:
        raise ImportProblem(
            f"{', '.join(map(str, paths))}: no figure was taken. {_none_taken(report)}{'' if mapping else _ONWARDS}"
        )
    return {
        "report": asdict(report),
        "descriptor": _descriptor(options, name, entries, report),
        "mapping": text,
        "readme": readme_of(report, entries, made),
    }


def json_files(files: Sequence[Path]) -> list[Path]:
    """The files, and those of the folders among them. Raises ``WrongPathError`` where there is none, or two have one name."""
    found = [path for file in files for path in (sorted(file.glob("*.json")) if file.is_dir() else [file])]
    if not found:
        raise WrongPathError(f"{', '.join(map(str, files))}: there is no .json file in it.")
    names = [path.name for path in found]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise WrongPathError(
            f"{twice}: two of the files are called so. Give each a name of its own, so that a mapping can tell them apart."
        )
    return found


def _options_of(options: Options | None, entry: RegistryEntry) -> TrialOptions:
    return options.trials.get(entry.registration, TrialOptions()) if options else TrialOptions()


def _check_fits(options: Options, entries: Sequence[RegistryEntry], made: Mapping[str, EntryRows], problems: Problems) -> None:
    """Note what the mapping says about trials, groups and measures that the entries haven't got: it would be passed over in silence."""
    known = {entry.registration: entry for entry in entries}
    for name, trial in options.trials.items():
        if name not in known:
            problems.add(options.places[name], f"No entry is of the trial `{name}`. {nearest(name, known)}")
            continue
        titles = {group_key(f.group.title): f.group.title for f in known[name].figures}
        given = {term for title in titles.values() if not (has := given_in(title)).besides for term in has.treatments}
        for title in trial.arms:
            if title != EVERY_ARM and title not in given and group_key(title) not in titles:
                said = f"{name} has no group `{title}`, nor one that had this treatment."
                problems.add(trial.places[title], f"{said} {nearest(title, [*titles.values(), *sorted(given)])}")
        studies = {row["study_id"] for row in made[name].tables.get("studies", ())}
        for study in trial.parts:
            if study not in studies:
                problems.add(trial.places[study], f"{name} has no part `{study}`. {nearest(study, sorted(studies))}")
        there = {(f.measure.number, title) for f in known[name].figures for title in ("", f.class_title)}
        for number, title in sorted(set(trial.leave_out) - there):
            what = f"measure {number} with the class `{title}`" if title else f"measure {number}"
            problems.add(options.places[name], f"{name} has no {what}. Measures are counted from 0.")
        for place, stated in sorted(trial.measures.items()):
            of = [
                f
                for f in known[name].figures
                if place[0] == f.measure.number and place[1] in {"", f.class_title} and place[2] in {"", f.category_title}
            ]
            if not of:
                named = "".join(
                    f" with the {what} `{title}`" for what, title in zip(("class", "category"), place[1:], strict=True) if title
                )
                problems.add(options.places[name], f"{name} has no measure {place[0]}{named}. Measures are counted from 0.")
            elif why := misfit(of[0], stated):
                problems.add(options.places[name], f"{name}: measure {place[0]} {why}.")
        read = [(f.class_title, f.category_title, f.measure) for f in known[name].figures]
        texts = {f"{own} {more} {m.title} {m.description} {m.population} {m.time_frame}" for own, more, m in read}
        texts |= {group.description for *_, m in read for group in m.groups.values()} | {a.param for a in known[name].analyses}
        for word in sorted(trial.words - {token for text in texts for token in tokens(clean(text))}):
            problems.add(options.places[name], f"{name} has no measure with the word `{word}`.")
        told = {
            part.words for m in {m.number: m for *_, m in read}.values() for part in sentences(Text("", clean(m.description)))
        }
        for sentence in sorted(trial.sentences - told):
            problems.add(options.places[name], f"{name} has no measure whose description has the sentence `{sentence}`.")
    problems.stop_if_any()


def _write(table: str, rows: Sequence[dict[str, str]], to: Path) -> None:
    import polars as pl

    names = [f.name for f in TABLES[table].fields()]
    frame = pl.DataFrame(
        [[row.get(n) or None for n in names] for row in rows], schema=dict.fromkeys(names, pl.String), orient="row"
    )
    with to.open("wb") as file:
        write_csv(table, frame, file)


def _report(name: str, entries: Sequence[RegistryEntry], made: dict[str, EntryRows]) -> ImportReport:
    report = ImportReport(name)
    for entry in entries:
        out = made[entry.registration].left_out
        rows = len(entry.figures) + len(entry.harms) + len(entry.analyses)
        use = InputUse(entry.file, rows, rows - len(out))
        use.dropped = [Dropped(t, reason, len(numbers), tuple(numbers)) for (t, reason), numbers in _by_reason(out).items()]
        report.inputs[entry.registration.lower()] = use
        for (table, reason), numbers in _by_reason(made[entry.registration].in_part).items():
            report.notes.append(f"{entry.registration}, {table}: {reason} (rows {ranges(numbers)})")
    return report


def _by_reason(out: Iterable[LeftOut]) -> dict[tuple[str, str], list[int]]:
    """The rows that share a table and a reason."""
    reasons: dict[tuple[str, str], list[int]] = {}
    for one in out:
        reasons.setdefault((one.table, one.reason), []).append(one.row)
    return reasons


def _none_taken(report: ImportReport) -> str:
    lines = [line for use in report.inputs.values() for line in (f"{use.file}: {counted(use.rows, 'row')}", *use.told())]
    return (
        "\n".join(["These are the reasons:", *lines])
        if any(use.dropped for use in report.inputs.values())
        else "The entries have no outcome measures."
    )


def _descriptor(options: Options | None, name: str, entries: Sequence[RegistryEntry], report: ImportReport) -> dict[str, Any]:
    package = dict(options.package) if options else _package(name, entries)
    waivers = package.pop("waivers", None)
    origins = {spec.sha256: spec.origin for spec in options.inputs.values()} if options else {}
    return {
        **package,
        "sources": [_origin(entry, origins.get(entry.sha256) or _origin_of(entry.file, entries)) for entry in entries],
        "mapping": MAPPING,
        "import": {"inputs": {key: use.plain() for key, use in report.inputs.items()}},
        **({"waivers": waivers} if waivers else {}),
    }


def _origin(entry: RegistryEntry, origin: dict[str, Any]) -> dict[str, Any]:
    said = {"title": "Results posted at ClinicalTrials.gov", **origin}
    source = {
        "title": said["title"],
        "path": said["url"],
        "version": said.get("commit"),
        "file": said.get("path", entry.file),
        "sha256": entry.sha256,
        "licence": said["licence"],
        "note": said.get("note"),
    }
    return {key: value for key, value in source.items() if value is not None}


def _origin_of(file: str, entries: Sequence[RegistryEntry]) -> dict[str, str]:
    """Where a file comes from, as a mapping says it: the study's page, where the file is of one study."""
    within = [entry.registration for entry in entries if entry.file == file]
    page = f"https://clinicaltrials.gov/study/{within[0]}" if len(within) == 1 else "https://clinicaltrials.gov/"
    return {"url": page, "licence": "public domain"}


def _package(name: str, entries: Sequence[RegistryEntry]) -> dict[str, Any]:
    which = entries[0].registration if len(entries) == 1 else f"{len(entries)} trials"
    return {
        "name": name,
        "version": "0.1.0",
        "title": f"Results of {which} posted at ClinicalTrials.gov",
        "licenses": [_LICENCE],
    }


def _mapping(name: str, entries: Sequence[RegistryEntry], made: Mapping[str, EntryRows]) -> str:
    """A mapping that makes the same package again, to be filled with what the entries don't say."""
    files: dict[str, RegistryEntry] = {}
    for entry in entries:
        if entry.file not in {other.file for other in files.values()}:
            files["in_" + re.sub("[^a-z0-9]+", "_", Path(entry.file).stem.lower())] = entry
    said = {
        "preset": CLINICALTRIALS,
        "package": _package(name, entries),
        "inputs": {
            key: {
                "file": entry.file,
                "sha256": entry.sha256,
                "origin": _origin_of(entry.file, entries),
            }
            for key, entry in files.items()
        },
    }
    head = "# What the entries don't say. docs/clinicaltrials.md explains it; run it again with `outcomes import FILES --mapping mapping.yaml --to DIR`.\n"
    trials = (indent(_dumped({e.registration: _TO_SAY}) + _unread(e, made[e.registration].unread), "  ") for e in entries)
    return head + _dumped(said) + "trials:\n" + "".join(trials)


def _dumped(said: Mapping[str, Any]) -> str:
    import yaml

    text: str = yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=120)
    return text


def _unread(entry: RegistryEntry, unread: Iterable[LeftOut]) -> str:
    """A line, commented out, for each measure with means or counts of which none was understood, or for each of its classes and categories."""
    whys = {out.row: out.reason for out in unread}
    lines = []
    for number, same in groupby(entry.figures, key=lambda figure: figure.measure.number):
        figures = list(same)
        measure = figures[0].measure
        if measure.param in {*MEANS, *COUNTED} and all(figure.row in whys for figure in figures):
            fields = (*NEEDED["scores" if measure.param in MEANS else "outcomes"], "timepoint_days", "reason")
            places = {(figure.class_title, figure.category_title): figure.row for figure in reversed(figures)}
            for place, row in sorted(places.items(), key=lambda item: item[1]):
                named = zip(("class", "category"), place, strict=True) if len(places) > 1 else ()
                which = "".join(f"{what}: {json.dumps(title, ensure_ascii=False)}, " for what, title in named if title)
                said = f"{{measure: {number}, {which}{', '.join(f'{name}: ' for name in fields)}}}"
                lines.append(f"  # - {said}  # {clean(measure.title)}: {clean(whys[row])}")
    return "\n".join([_UNREAD, *lines, ""]) if lines else ""
