"""Validating a package: the gates in their order, each rule with an outcome."""

from __future__ import annotations

import datetime
import logging
import traceback
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.proposing import holding
from validation.catalogue import catalogue, ruleset
from validation.files import scan
from validation.interruption import is_interruption, is_of_the_disk, is_out_of_memory
from validation.listing import Tally
from validation.meaning import Judged, judge, view_of, waivable_tables
from validation.parquet import Looked, look
from validation.proposed import TERMS, proposed_in
from validation.reading import Form, Ragged, TextTable, read_header, read_tables
from validation.report import NO_DESCRIPTOR, Finding, PackageReport, Report, Waiver
from validation.rule import Problem, Rule, Unlisted
from validation.subjects import Cells, DataFile, Descriptor, Folder, LoadedTable, Resource
from validation.subjects.descriptor import DESCRIPTOR
from validation.waiving import WaiverBook
from validation.workspace import Room, workspace

if TYPE_CHECKING:
    import duckdb
    import polars as pl

__all__ = ["MAX_FINDINGS", "Granted", "empty_view", "validate", "validate_package"]

MAX_FINDINGS = 20
"""The default number of findings listed per rule; all are counted."""

_TOGETHER = 200
_BYTES_TOGETHER = 4 << 20
"""So many packages at most are looked at together, and of so many bytes."""

_log = logging.getLogger(__name__)

Granted = Callable[[str, str | None], Sequence[Mapping[str, Any]]]
"""Gives the waivers with which a version of a package was accepted; none if it wasn't."""


Sink = Callable[["duckdb.DuckDBPyConnection", PackageReport, Mapping[str, LoadedTable]], None]
SinkOfMany = Callable[["duckdb.DuckDBPyConnection", Sequence[tuple[PackageReport, Mapping[str, LoadedTable]]]], None]


def validate(
    paths: Iterable[Path | str] | Path | str,
    *,
    today: datetime.date | None = None,
    max_findings: int = MAX_FINDINGS,
    progress: Callable[[str], None] | None = None,
    sink: SinkOfMany | None = None,
    granted: Granted | None = None,
) -> Report:
    """Validate packages: folders that hold a ``datapackage.json``, or that file itself.

    ``today`` is the day on which waivers and look-ups must be valid, by default the present one. ``progress`` gets the name of each
    package before it is checked. ``sink`` is given the connection that holds the typed tables of packages that were looked at together, each
    row with the number of its ``_package``, and by that number each one's report and tables, after every rule has checked them: what is
    validated is what is loaded. A package whose descriptor can't be read has none. ``granted`` gives the waivers with which a package's
    version was accepted, if it was: what is asked of new waivers isn't asked of them. Bad data never raises; ``OSError`` does where a file can't be read at all.
    """
    listed = [paths] if isinstance(paths, str | Path) else list(paths)
    day = today or datetime.datetime.now(datetime.UTC).date()
    reports: list[PackageReport] = []
    batch: list[_Validation] = []
    size = 0
    for path in listed:
        if progress is not None:
            progress(Path(path).name)
        check = _Validation(_folder(path), day, max_findings, granted)
        size += check.size
        if batch and (len(batch) == _TOGETHER or size > _BYTES_TOGETHER):
            reports += _finished(batch, day, sink)
            batch, size = [], check.size
        batch.append(check)
    return Report(ruleset(), (*reports, *_finished(batch, day, sink)))


def validate_package(
    path: Path | str,
    *,
    today: datetime.date | None = None,
    max_findings: int = MAX_FINDINGS,
    sink: Sink | None = None,
    granted: Granted | None = None,
) -> PackageReport:
    """Validate one package. ``sink`` is given the connection that holds the package's typed tables, the report and the tables, and
    ``granted`` is as in :func:`validate`.
    """
    day = today or datetime.datetime.now(datetime.UTC).date()
    alone: SinkOfMany | None = None if sink is None else lambda con, held: sink(con, *held[0])
    (report,) = _finished([_Validation(_folder(path), day, max_findings, granted)], day, alone)
    return report


def _folder(path: Path | str) -> Path:
    folder = Path(path)
    return folder.parent if folder.name == DESCRIPTOR and not folder.is_dir() else folder


def _finished(batch: Sequence[_Validation], today: datetime.date, sink: SinkOfMany | None) -> list[PackageReport]:
    """The reports of packages that are looked at together: each question to DuckDB is asked of all of them."""
    readable = [check for check in batch if check.readable is not None]
    # A package's own terms are terms in its cells alone.
    apart = [([check], check.proposed) for check in readable if check.proposed]
    together = [check for check in readable if not check.proposed]
    for some, proposed in [*([(together, {})] if together else []), *apart]:
        with workspace(sum(check.size for check in some), today, proposed) as room:
            tables = _load(room, [check.readable or [] for check in some])
            room.propose()
            cells = [check.cells(room, n, tables[n]) for n, check in enumerate(some)]
            books = [check.check_cells(cells_of) for check, cells_of in zip(some, cells, strict=True)]
            judged = [check.judged(cells_of, book) for check, cells_of, book in zip(some, cells, books, strict=True)]
            room.forget_texts()
            judge(room, judged)
            for check, book in zip(some, books, strict=True):
                check.finish(book)
            if sink is not None:
                sink(room.con, [(check.report(), tables[n]) for n, check in enumerate(some)])
    return [check.report() for check in batch]


class _Validation:
    """One package on its way through the gates."""

    def __init__(self, folder: Path, today: datetime.date, limit: int, granted: Granted | None) -> None:
        self.folder, self.today, self.limit, self.granted = folder, today, limit, granted
        self.name = folder.resolve().name
        # Rules over the whole registry have nothing to say of one package.
        self.tallies = {r.id: Tally(r) for r in catalogue().values() if r.relation is None}
        self.by_stage: dict[str | None, list[Tally]] = {}
        for tally in self.tallies.values():
            self.by_stage.setdefault(tally.rule.stage, []).append(tally)
        self.waivers: Sequence[tuple[Waiver, int]] = ()
        self.readable = self.open()

    def open(self) -> list[DataFile] | None:
        """Ask all that can be asked without the cells. The files that can be read; None where the descriptor can't."""
        opened = Folder(self.folder)
        self.ask("folder", [opened])
        self.descriptor = opened.descriptor
        if opened.fault is not None:
            self.skip_unseen(NO_DESCRIPTOR)
            return None
        self.ask("descriptor", [self.descriptor])
        self.ask("resource", self.descriptor.files)
        files = [f for f in map(_opened, _chosen(self.descriptor.files)) if f is not None]
        self.ask("file", files)
        return [f for f in files if f.readable]

    @cached_property
    def size(self) -> int:
        """The bytes of text that have to be read."""
        return sum(f.weight for f in self.readable or ())

    @cached_property
    def proposed(self) -> Mapping[str, Collection[str]]:
        """The terms that the package proposes, by every vocabulary among whose terms they are."""
        found: dict[str, set[str]] = {}
        for file in self.readable or ():
            for vocabulary, term in proposed_in(file) if file.resource.name == TERMS and not file.resource.as_well else ():
                for name in holding(vocabulary):
                    found.setdefault(name, set()).add(term)
        return found

    def cells(self, room: Room, number: int, tables: Mapping[str, LoadedTable]) -> Cells:
        """The cells that were read."""
        unread = {r.name for r in self.descriptor.resources} - {n for n, t in tables.items() if t.whole}
        return Cells(room, number, tables, self.limit, frozenset(unread))

    def check_cells(self, cells: Cells) -> WaiverBook:
        """Ask all about the cells. The waivers that are in force."""
        self.ask("cells", [cells] if cells.tables else [])
        self.ask("terms", [replace(cells, counted=(TERMS,))] if TERMS in cells.tables else [])
        return self.book(self.descriptor)

    def judged(self, cells: Cells, book: WaiverBook) -> Judged:
        """What the second gate is asked about."""
        repeats = any(cells.may_repeat(table) for table in cells.tables.values())
        groups = any(cells.has_groups(table) for table in cells.tables.values())
        return Judged(cells.package, self.name, cells.tables, book.in_force, self.limit, self.tallies, repeats, groups)

    def finish(self, book: WaiverBook) -> None:
        """Ask about the waivers, once it is known what each covers."""
        for tally in self.tallies.values():
            if tally.fault is not None and tally.rule.table is not None:
                _log.error("%s could not be run on %s\n%s", tally.rule.id, self.folder, tally.fault)
        used = Counter({n: covers for t in self.tallies.values() for n, covers in t.used.items()})
        self.ask("waivers", [replace(book, used=used)] if book.stated else [])
        self.skip_unseen("nothing in the package for this rule to check")
        self.waivers = [(book.understood[n], used[n]) for n in sorted(used)]

    def book(self, descriptor: Descriptor) -> WaiverBook:
        stated = descriptor.data.get("waivers")
        granted = self.granted(self.name, descriptor.version) if stated and self.granted is not None else ()
        return WaiverBook.of(stated, waivable_tables(), self.today, granted)

    def ask(self, stage: str, subjects: Sequence[Any]) -> None:
        """Run each rule of a stage on each subject."""
        for tally in self.by_stage.get(stage, ()):
            for subject in subjects:
                tally.checked += subject.rows if isinstance(subject, Cells) else 1
                try:
                    self.take(tally, tally.rule.problems(subject))
                except OSError:  # a file that changed or went away while it was read is no bug of a rule's
                    raise
                except Exception as error:  # a rule's bug is told as ours, never as a finding
                    if is_interruption(error):
                        raise KeyboardInterrupt from error
                    if is_out_of_memory(error) or is_of_the_disk(error):
                        raise
                    tally.fault = traceback.format_exc()
                    _log.exception("%s could not be run on %s", tally.rule.id, self.folder)

    def take(self, tally: Tally, problems: Iterator[Problem | Unlisted]) -> None:
        for problem in problems:
            if isinstance(problem, Unlisted):
                tally.violations += problem.count
                continue
            tally.violations += 1
            if len(tally.findings) < self.limit:
                tally.findings.append(_as_finding(tally.rule, self.name, problem))

    def skip_unseen(self, why: str) -> None:
        for tally in self.tallies.values():
            if not tally.checked and not tally.violations and tally.fault is None and tally.skipped is None:
                tally.skipped = why if tally.rule.stage is not None or why == NO_DESCRIPTOR else None

    def report(self) -> PackageReport:
        return PackageReport(
            name=self.name,
            version=self.descriptor.version if self.readable is not None else None,
            path=str(self.folder),
            outcomes=tuple(t.outcome() for t in self.tallies.values()),
            findings=tuple(f for t in self.tallies.values() for f in t.findings),
            waivers=tuple(self.waivers),
            severities={r.id: r.severity for r in catalogue().values()},
            flagged=self.flagged(),
        )

    def flagged(self) -> Mapping[str, Collection[int]]:
        found: dict[str, set[int]] = {}
        for tally in self.tallies.values():
            if tally.broken and tally.rule.table is not None:
                found.setdefault(view_of(tally.rule.table).place, set()).update(tally.broken)
        return found


def _as_finding(rule: Rule, package: str, problem: Problem) -> Finding:
    return Finding(
        rule=rule.id,
        severity=rule.severity,
        package=package,
        message=problem.message,
        file=problem.file,
        line=problem.line,
        column=problem.column,
        key=dict(problem.key),
    )


def _chosen(resources: Sequence[Resource]) -> Iterator[Resource]:
    """The resources whose files are checked: the first of each name, and what it has beside it."""
    seen: dict[str, int] = {}
    for resource in resources:
        if seen.setdefault(resource.name, resource.index) == resource.index:
            yield resource


def _opened(resource: Resource) -> DataFile | None:
    if resource.file is None or resource.absent or resource.fields is None:
        return None
    seen = scan(resource.file, md5=any(not str(h).casefold().startswith("sha256:") for h in resource.hashes.values()))
    file = DataFile(resource, resource.file, str(resource.stated_path), seen, [])
    if resource.form is Form.PARQUET:
        found = Looked() if file.is_pointer or not seen.size else look(resource.file, resource.name)
        return replace(file, scan=seen.without_lines(found.rows), header=list(found.header), looked=found)
    header: list[str] | Ragged = read_header(resource.file) if file.decodable else []
    return replace(file, header=header)


def empty_view(over: str, today: datetime.date) -> pl.DataFrame:
    """A table or view of a package without rows, typed: what a rule over it is given. Raises ``KeyError`` for one that isn't there."""
    with workspace(0, today) as room:
        return room.frame(view_of(over).query)


def _load(room: Room, packages: Sequence[Sequence[DataFile]]) -> list[dict[str, LoadedTable]]:
    """Fill the tables of the registry from the files of packages. The tables of each.

    Raises ``OSError`` where a file isn't the one any more whose bytes were checked.
    """
    found = {(n, f.resource.name, f.resource.as_well): (_text(n, f), f) for n, files in enumerate(packages) for f in files}
    loaded: list[dict[str, LoadedTable]] = [{} for _ in packages]
    for t in read_tables(room, [text for (_, _, as_well), (text, _) in found.items() if text.kept and not as_well]):
        file = found[t.package, t.name, False][1]
        beside, _ = found.get((t.package, t.name, True), (None, None))
        fields = file.resource.fields or ()
        loaded[t.package][t.name] = LoadedTable(t.name, file.name, fields, t.kept, t.package, t.rows, t, beside)
    return loaded


def _text(package: int, file: DataFile) -> TextTable:
    from schemas.tables import TABLES

    name = file.resource.name
    return TextTable(package, name, file.file, tuple(file.columns), TABLES[name].fields(), file.scan, form=file.resource.form)
