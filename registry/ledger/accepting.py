"""Accepting a package: validate it, freeze its files in the store, and say so in the ledger."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.ledger.canonical import content_digest, table_digest
from registry.ledger.fitness import lack_of
from registry.ledger.layout import STAGING
from registry.ledger.records import Ledger, Record, digest_of, moment
from registry.ledger.releases import released
from registry.ledger.standing import says_the_same
from registry.ledger.store import STORE, FolderStore, Store, ledger_of, object_path, release_path
from registry.ledger.writer import Writer, staging
from registry.packages.descriptor import as_bytes, as_parquet, path_of, resources, waivers
from registry.packages.finding import DESCRIPTOR, Entry, read_entry
from registry.packages.frozen import contents, hash_file, hashes_of, paths_of, unfit
from registry.packages.package import draft
from registry.packages.room import Writing

if TYPE_CHECKING:
    import io

    import duckdb

    from registry.diffing import Difference
    from validation.engine import Granted, Sink
    from validation.report import PackageReport, Report, Validity, Waiver
    from validation.subjects import LoadedTable

__all__ = ["Acceptance", "Answer", "accept"]

_CHUNK = 1 << 20
_LOOK_AT_WAIVERS = "it waives errors; check each waiver, then add --with-waivers to accept them too"


class Answer(StrEnum):
    """The outcome of the request."""

    ACCEPTED = "accepted"
    WOULD = "would be accepted"
    ALREADY = "already accepted"
    INVALID = "invalid"
    REFUSED = "refused"


@dataclass(frozen=True)
class Acceptance:
    """``report`` is the validation's, None where none was needed. ``record`` is the release's, if it is in the ledger; ``reason`` says
    why the package was refused although it is valid. ``difference`` is what changed since the version before.
    """

    answer: Answer
    package: str
    version: str | None
    report: Report | None = None
    record: Record | None = None
    reason: str | None = None
    difference: Difference | None = None

    @property
    def waived(self) -> list[tuple[Waiver, int]]:
        """The waivers that lift errors of the package, each with how many it covers."""
        return [] if self.report is None else _waived_errors(self.report)


@dataclass(frozen=True)
class _Prepared:
    """A package that was validated, with its files prepared in the staging folder by their path in the store."""

    descriptor: Mapping[str, Any]
    files: dict[str, dict[str, Any]]
    tables: dict[str, dict[str, Any]]
    objects: dict[str, Path]
    report: str

    @property
    def content(self) -> str:
        data = set(map(path_of, resources(self.descriptor)))
        others = {p: f["hash"] for p, f in self.files.items() if p not in data and p != DESCRIPTOR}
        return content_digest(self.descriptor, {n: t["digest"] for n, t in self.tables.items()}, others)


def accept(
    root: Path,
    entry: Entry,
    *,
    by: str,
    note: str | None = None,
    with_waivers: bool = False,
    dry_run: bool = False,
    gate: Callable[[Entry], PackageReport] | None = None,
    today: datetime.date | None = None,
    now: datetime.datetime | None = None,
) -> Acceptance:
    """Accept the package that is in the entry's folder as ``name@version``.

    What is validated is what is frozen, a copy made first. ``by`` is who accepts. The same content again isn't
    a second release; other content under an accepted version, and a version that promises more than what changed allows, are refused,
    and so is a package that waives errors, unless ``with_waivers`` says that they were checked, and one that lacks a title, contributors, a
    README of its own or anything to answer with. ``gate`` says what the registry as a whole finds in a new version; of errors there, the
    package is invalid. ``dry_run`` says what would happen, and writes nothing.
    Raises ``LedgerError`` where the ledger was changed.
    """
    store = root / STORE
    if (why := _elsewhere(entry)) is not None:
        return Acceptance(Answer.REFUSED, entry.name, entry.version, reason=why)
    if (known := _known(store, entry)) is not None:
        return known
    with Writing(store, store / STAGING), staging(store) as folder:
        copy, files = _copied(entry, folder)
        ledger = ledger_of(FolderStore(store))
        report, tables = _validated(copy, folder, today, ledger.granted)
        if report.packages[0].verdict is not _valid() or copy.version is None:
            # What can't be copied, such as a link, has its own words where it lies.
            listed = resources(entry.descriptor)
            lacking = {DESCRIPTOR, *map(path_of, listed), *filter(None, map(as_parquet, listed))} - files.keys()
            whole = _report(entry, today, ledger.granted) if lacking else report
            return Acceptance(Answer.INVALID, entry.name, entry.version, whole)
        new = copy.version not in ledger.accepted(copy.name)
        unseen = new and not with_waivers and _waived_errors(report)
        lacks = lack_of(copy, {name: table["rows"] for name, table in tables.items()}) if new else None
        if (why := unfit(entry) or lacks or (_LOOK_AT_WAIVERS if unseen else None)) is not None:
            return Acceptance(Answer.REFUSED, entry.name, entry.version, report, reason=why)
        prepared = _prepare(copy, folder, files, tables, report)
        about = gate if new else None
        return _settled(store, copy, prepared, report, about, dry_run=dry_run, folder=folder, by=by, note=note, now=now)


def _settled(
    store: Path,
    copy: Entry,
    prepared: _Prepared,
    report: Report,
    gate: Callable[[Entry], PackageReport] | None,
    *,
    dry_run: bool,
    **said: Any,
) -> Acceptance:
    """The answer of the registry as a whole and of the ledger, and, if it is yes, the new record."""
    with ExitStack() as held:
        seen, writer = ledger_of(FolderStore(store)), None
        # Twice at most: what was accepted meanwhile may share the package's trials, and the second time nobody else writes.
        while True:
            if gate is not None and (found := gate(copy)).verdict is not _valid():
                whole = replace(report, packages=(*report.packages, found))
                return Acceptance(Answer.INVALID, copy.name, copy.version, whole)
            if writer is None and not dry_run:
                writer = held.enter_context(Writer(store))
            standing = seen if writer is None else writer.ledger
            before, answer = _decide(standing, FolderStore(store), copy, prepared)
            if answer is not None:
                return _known(store, copy) or replace(answer, report=report)
            if writer is None:
                return Acceptance(Answer.WOULD, copy.name, copy.version, report)
            if standing.head == seen.head:
                record = _write(writer, copy, prepared, report, before, **said)
                return Acceptance(Answer.ACCEPTED, copy.name, copy.version, report, record)
            seen = standing


def _elsewhere(entry: Entry) -> str | None:
    """Why what is in the folder isn't the registry's: a link may lead to what nobody meant to publish."""
    link = next((folder for folder in (entry.folder, entry.folder.parent) if folder.is_symlink()), None)
    return None if link is None else f"{link} is a link; copy the package into the registry's own folder"


def _valid() -> Validity:
    from validation.report import Validity

    return Validity.VALID


def _waived_errors(report: Report) -> list[tuple[Waiver, int]]:
    from validation.rule import Severity

    return report.packages[0].waived(Severity.ERROR)


def _copied(entry: Entry, folder: Path) -> tuple[Entry, dict[str, dict[str, Any]]]:
    """A copy of the package that nobody else changes: what is validated from here on is what is frozen. Also the details to record for
    each file.
    """
    target = folder / "package" / entry.name
    target.mkdir(parents=True)
    files = {}
    for path, content in contents(entry.folder, paths_of(entry)):
        copy = target / path
        if copy.exists():
            continue  # the same file, written otherwise: validation has a word for it
        copy.parent.mkdir(parents=True, exist_ok=True)
        digest = _copy(content, copy)
        files[path] = {"path": path, "hash": digest, "bytes": copy.stat().st_size}
    return read_entry(target), files


def _known(store: Path, entry: Entry) -> Acceptance | None:
    """The answer where these very bytes were accepted already."""
    ledger = ledger_of(FolderStore(store))
    record = ledger.accepted(entry.name).get(str(entry.version))
    if record is None or {f["path"]: f["hash"] for f in record.data["files"]} != hashes_of(entry):
        return None
    return _again(ledger, record)


def _again(ledger: Ledger, record: Record) -> Acceptance:
    name, version = record.package, str(record.version)
    retraction = ledger.retraction(name, version)
    if retraction is not None:
        why = f"{record.label} was retracted ({retraction.data['reason']}): a retraction can't be undone; give the package a new version"
        return Acceptance(Answer.REFUSED, name, version, record=record, reason=why)
    return Acceptance(Answer.ALREADY, name, version, record=record)


def _report(entry: Entry, today: datetime.date | None, granted: Granted, sink: Sink | None = None) -> Report:
    from validation.catalogue import ruleset
    from validation.engine import validate_package
    from validation.report import Report

    found = validate_package(entry.folder, today=today, sink=sink, granted=granted)
    return Report(ruleset(), (replace(found, name=entry.name, path=f"datapackages/{entry.name}"),))


def _validated(
    entry: Entry, folder: Path, today: datetime.date | None, granted: Granted
) -> tuple[Report, dict[str, dict[str, Any]]]:
    """The report, and of a package that is accepted each table, as Parquet in the folder, with the details to record."""
    from schemas.sql import literal
    from validation.workspace import frame_of

    facts: dict[str, dict[str, Any]] = {}

    def take(con: duckdb.DuckDBPyConnection, found: PackageReport, tables: Mapping[str, LoadedTable]) -> None:
        if found.verdict is not _valid():
            return
        for name, table in tables.items():
            columns = ", ".join(f'"{f.name}"' for f in table.fields if f.name in table.present)
            query = f'SELECT {columns} FROM "{name}" ORDER BY _line'
            path = folder / f"{name}.parquet"
            con.execute(f"COPY ({query}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION zstd)")
            frame = frame_of(con, query)
            with path.open("rb") as file:
                digest = hash_file(file)
            parquet = {"path": object_path(digest, path.name), "hash": digest, "bytes": path.stat().st_size}
            facts[name] = {"rows": frame.height, "digest": table_digest(frame), "parquet": parquet}

    return _report(entry, today, granted, take), facts


def _prepare(
    entry: Entry, folder: Path, files: dict[str, dict[str, Any]], tables: Mapping[str, dict[str, Any]], report: Report
) -> _Prepared:
    """Name everything by its hash."""
    from validation.formats.json_report import render_json

    objects = {t["parquet"]["path"]: folder / f"{name}.parquet" for name, t in tables.items()}
    objects |= {object_path(f["hash"], path): entry.folder / path for path, f in files.items()}
    words = render_json(report).encode()
    (folder / "report.json").write_bytes(words)
    told = object_path(digest_of(words), "report.json")
    objects[told] = folder / "report.json"
    return _Prepared(entry.descriptor, files, dict(tables), objects, told)


def _decide(ledger: Ledger, store: Store, entry: Entry, prepared: _Prepared) -> tuple[Record | None, Acceptance | None]:
    """The version before this one, and the answer, if it isn't yes."""
    name, version = entry.name, str(entry.version)
    accepted = ledger.accepted(name)
    if version in accepted:
        record = accepted[version]
        if record.data["content"] == prepared.content or says_the_same(store, record, entry):
            return None, _again(ledger, record)
        why = (
            f"it was accepted on {record.data['at'][:10]} with other content, and an accepted version never changes; "
            f"`outcomes diff {record.label} {record.package}` shows which version is needed"
        )
        return None, Acceptance(Answer.REFUSED, name, version, record=record, reason=why)
    before, why_not = _predecessor(accepted, version)
    if why_not is not None:
        return before, Acceptance(Answer.REFUSED, name, version, reason=why_not)
    if before is None:
        return None, None
    from registry.diffing import difference, sufficient

    for earlier in _compared_with(accepted, before, version):
        changes = difference(released(store, earlier), draft(entry))
        refusal = sufficient(changes, str(earlier.version), version)
        if refusal is not None:
            return before, Acceptance(Answer.REFUSED, name, version, reason=str(refusal), difference=changes)
    return before, None


def _compared_with(accepted: Mapping[str, Record], before: Record, version: str) -> list[Record]:
    """The version before, and the first of the new one's major line: what may not change at once may not change by instalments. A
    pre-release begins no line: it promises nothing.
    """
    from semver import Version

    major = Version.parse(version).major
    line = (r for v, r in accepted.items() if (p := Version.parse(v)).major == major and p.prerelease is None)
    first = next(line, before)
    return [before] if first is before else [before, first]


def _predecessor(accepted: Mapping[str, Record], version: str) -> tuple[Record | None, str | None]:
    """The highest version below this one, retracted or not: what users of the package had. Or why there can't be such a version.

    A version is above every other of its major line: one between two others would change what the higher one promises to the lower.
    """
    from semver import Version

    new = Version.parse(version)
    known = {v: Version.parse(v) for v in accepted}
    for v, old in known.items():
        if old.compare(new) == 0:
            return (
                None,
                f"it differs from the accepted {v} only after the `+`, so it counts as the same version",
            )
    if above := [v for v, old in known.items() if old.major == new.major and old > new]:
        return None, f"{above[-1]} is already accepted; within a major version, a new version must be higher"
    lower = [v for v, old in known.items() if old < new]
    if not lower and known:
        return None, f"it is lower than every accepted version ({', '.join(known)}); a new version must be higher"
    return (accepted[lower[-1]] if lower else None), None


def _write(
    writer: Writer,
    entry: Entry,
    prepared: _Prepared,
    report: Report,
    before: Record | None,
    *,
    folder: Path,
    by: str,
    note: str | None,
    now: datetime.datetime | None,
) -> Record:
    """Put the files in their places, and say so in the ledger: in this order, so that a record never names what isn't there."""
    name, version = entry.name, str(entry.version)
    descriptor = as_bytes(_release(prepared))
    for path, source in prepared.objects.items():
        writer.put(source, path)
    (folder / "release.json").write_bytes(descriptor)
    writer.put(folder / "release.json", release_path(name, version))
    at = moment(now)
    return writer.append(
        {
            "kind": "accept",
            "package": name,
            "version": version,
            "since": None if before is None else before.version,
            "at": at,
            "by": by,
            "note": note,
            "release": {"path": release_path(name, version), "hash": digest_of(descriptor), "bytes": len(descriptor)},
            **_facts(prepared, report),
        }
    )


def _copy(old: io.BufferedReader, target: Path) -> str:
    digest = hashlib.sha256()
    with target.open("xb") as new:
        while chunk := old.read(_CHUNK):
            digest.update(chunk)
            new.write(chunk)
    return f"sha256:{digest.hexdigest()}"


def _release(prepared: _Prepared) -> dict[str, Any]:
    """The descriptor as it is in the store: the package's own, each resource at the place of its object, with its hashes."""
    from validation.profile import TABULAR

    listed = []
    for resource in resources(prepared.descriptor):
        file = prepared.files[str(path_of(resource))]
        table = prepared.tables[resource["name"]]
        listed.append(
            {
                "profile": TABULAR,
                **resource,
                "path": object_path(file["hash"], file["path"]),
                "hash": file["hash"],
                "bytes": file["bytes"],
                "rows": table["rows"],
                "digest": table["digest"],
                "parquet": table["parquet"],
            }
        )
    kept = [{**f, "object": object_path(f["hash"], p)} for p, f in prepared.files.items()]
    return {**prepared.descriptor, "resources": listed, "files": kept, "report": prepared.report}


def _facts(prepared: _Prepared, report: Report) -> dict[str, Any]:
    """What the record says about the package, its files and what was found."""
    summary = report.summary
    (package,) = report.packages
    return {
        "content": prepared.content,
        "files": list(prepared.files.values()),
        "tables": prepared.tables,
        "ruleset": {"version": report.ruleset.version, "digest": report.ruleset.digest},
        "report": prepared.report,
        "summary": {"errors": summary.errors, "warnings": summary.warnings, "notes": summary.notes, "waived": summary.waived},
        "findings": {o.rule: o.violations for o in package.outcomes if o.violations},
        "waivers": waivers(prepared.descriptor),
    }
