"""Adopting a term that a package proposes: into the vocabulary's file, and into the package's cells.

Everything is worked out and checked first; then the vocabulary is written, and then the package, whose descriptor comes last. If that is
interrupted, the vocabulary has a term more, and the package still its own, which is valid.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from registry.diffing import difference, sufficient
from registry.errors import RequestError
from registry.ledger.refreshing import refresh
from registry.ledger.releases import released
from registry.ledger.store import STORE, FolderStore, ledger_of
from registry.packages.atomic import write_whole
from registry.packages.descriptor import as_bytes, as_parquet, path_of, resource_of, resources, waivers
from registry.packages.finding import DESCRIPTOR, MAPPING, Entry, read_entry
from registry.packages.opening import Within
from registry.packages.package import draft
from schemas.adopting import faults_with, file_of, text_with, why_not_open
from schemas.proposing import columns, holding, is_proposed
from schemas.tables import TABLES
from schemas.vocabulary import VOCABULARIES, terms
from schemas.wording import counted
from validation.engine import validate_package
from validation.report import Validity

__all__ = ["Adopted", "adopt"]

TERMS = "terms"
_CLASSES = "comparability_classes"


@dataclass(frozen=True)
class Adopted:
    """What was done: the term's new id, its vocabulary, the files that were written with what was written there, and the package's version
    before and after; ``mapping`` says that the package is made by a mapping, and wasn't rewritten.
    """

    id: str
    vocabulary: str
    written: Mapping[str, str] = field(default_factory=dict)
    before: str | None = None
    version: str | None = None
    mapping: bool = False


def adopt(root: Path, entry: Entry, term: str, *, id_: str | None = None, class_: str | None = None) -> Adopted:
    """Move a proposed term into its vocabulary, and rewrite the package that proposes it.

    ``id_`` is the id that it gets, by default the proposed one without ``x.``; ``class_`` is a definition's comparability class, by default a
    new one of its own. A package of which a version is accepted gets the smallest version that its changes allow. Raises ``RequestError``
    with the reason where the term can't be adopted; nothing is written then.
    """
    row = _row(entry, term)
    vocabulary, new = row["vocabulary"], id_ or term.removeprefix("x.")
    if (why := why_not_open(vocabulary)) is not None:
        raise RequestError(why)
    if is_proposed(new) or new in terms(vocabulary):
        what = "is a proposed id" if is_proposed(new) else f"is a term of `{vocabulary}` already"
        raise RequestError(f"`{new}` {what}; give another id with --as")
    report = validate_package(entry.folder, granted=ledger_of(FolderStore(root / STORE)).granted)
    if report.verdict is Validity.INVALID:
        raise RequestError(f"{entry.name} is invalid; fix what `outcomes validate {entry.name}` lists first")
    vocabularies = _vocabularies(vocabulary, row, new, class_)
    if (entry.folder / MAPPING).exists():
        said = _write_vocabularies(vocabularies)
        return Adopted(new, vocabulary, said, mapping=True)
    with tempfile.TemporaryDirectory(prefix="outcomes-") as scratch:
        changed = _Rewritten(root, entry, Path(scratch) / entry.name, _Renaming(term, new, vocabulary))
        said = {**_write_vocabularies(vocabularies), **changed.write()}
    return Adopted(new, vocabulary, said, entry.version, changed.version)


def _row(entry: Entry, term: str) -> dict[str, str]:
    """The row of the package's ``terms`` that proposes the term."""
    if entry.folder.is_symlink():
        raise RequestError(f"{entry.folder} is a link; name the package where it is")
    if parquet := next(filter(None, map(as_parquet, resources(entry.descriptor))), None):
        raise RequestError(f"{entry.folder / parquet} is Parquet, and only CSV is rewritten; write the table as CSV alone first")
    there = resource_of(entry.descriptor, TERMS)
    listed = [] if there is None else _read(entry.folder, str(path_of(there)))
    found = [row for row in listed if row.get("id") == term]
    if len(found) == 1:
        return found[0]
    if found:
        raise RequestError(f"{entry.name} proposes `{term}` to {len(found)} vocabularies; give each an id of its own first")
    proposed = ", ".join(f"`{row.get('id')}`" for row in listed[:20])
    raise RequestError(f"{entry.name} does not propose `{term}`; it proposes {proposed or 'no terms'}")


def _read(folder: Path, path: str) -> list[dict[str, str]]:
    with Within(folder, path).text() as file:
        return list(csv.DictReader(file))


def _vocabularies(vocabulary: str, row: Mapping[str, str], new: str, class_: str | None) -> dict[str, dict[str, str]]:
    """The rows that vocabularies get, by vocabulary; checked by their models."""
    refers = VOCABULARIES[vocabulary].refers
    for column, held in columns(vocabulary).items():
        if column in refers and held != "id" and is_proposed(row.get(held)):
            raise RequestError(f"`{row['id']}` refers to `{row[held]}`, which is proposed too; adopt that first")
    adopted = {column: new if held == "id" else row.get(held) or "" for column, held in columns(vocabulary).items()}
    found = {vocabulary: adopted}
    if vocabulary != "definitions" and class_ is not None:
        raise RequestError("only a definition has a comparability class; leave out --class")
    if vocabulary == "definitions":
        if class_ is not None and class_ not in terms(_CLASSES):
            raise RequestError(f"`{class_}` is not a comparability class; `outcomes vocab {_CLASSES}` lists them")
        if class_ is None and new in terms(_CLASSES):
            raise RequestError(
                f"there is a comparability class `{new}` already; choose it with --class {new}, or another id with --as"
            )
        adopted["comparability_class"] = class_ or new
        if class_ is None:
            about = "Pooled with itself only: another rule may count other people."
            found[_CLASSES] = {
                "class_id": new,
                "label": row["label"],
                "broader": "",
                "description": about,
                "source": row["source"],
            }
    own = ("comparability_class",) if _CLASSES in found else ()
    for name, cells in found.items():
        if faults := faults_with(name, cells, own if name == vocabulary else ()):
            raise RequestError(f"`{new}` can't be a term of `{name}`: {'; '.join(faults)}")
    return found


def _write_vocabularies(found: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    said = {}
    # A definition's class is there before the definition.
    for name in sorted(found, key=lambda n: n != _CLASSES):
        text, line = text_with(name, found[name])
        write_whole(file_of(name), text.encode("utf-8"))
        said[f"schemas/vocabularies/{name}.csv"] = f"line {line} is new"
    return said


@dataclass(frozen=True)
class _Renaming:
    """A proposed term, the id that it gets, and its vocabulary."""

    term: str
    new: str
    vocabulary: str


class _Rewritten:
    """A copy of a package in which an adopted term stands for a proposed one, with the version that this needs."""

    def __init__(self, root: Path, entry: Entry, folder: Path, renaming: _Renaming) -> None:
        self.entry, self.folder = entry, folder
        self.changed: dict[str, str] = {}
        self.gone: list[str] = []
        shutil.copytree(entry.folder, folder)
        held = holding(renaming.vocabulary)
        descriptor: dict[str, Any] = json.loads(json.dumps(dict(entry.descriptor)))
        for resource in resources(descriptor):
            fields = (
                [f.name for f in TABLES[resource["name"]].fields() if f.vocabulary in held] if resource["name"] in TABLES else []
            )
            self._rewrite(resource, fields, renaming)
        descriptor["resources"] = [r for r in resources(descriptor) if path_of(r) not in self.gone]
        for cells in (w["where"] for w in waivers(descriptor) if isinstance(w.get("where"), dict)):
            cells.update({name: renaming.new for name, value in cells.items() if value == renaming.term})
        self._describe(descriptor)
        self.version = self._version(root)
        if self.version != entry.version:
            self._describe({**descriptor, "version": self.version})
        refresh(folder.parent, read_entry(folder))

    def _rewrite(self, resource: Mapping[str, Any], fields: list[str], renaming: _Renaming) -> None:
        path = str(path_of(resource))
        rows = _read(self.folder, path)
        if not rows:
            return
        names = list(rows[0])
        cells = [(row, name) for row in rows for name in fields if row.get(name) == renaming.term]
        for row, name in cells:
            row[name] = renaming.new
        left = [row for row in rows if row.get("id") != renaming.term] if resource["name"] == TERMS else rows
        if not left:
            (self.folder / path).unlink()
            self.gone.append(path)
        elif cells or len(left) < len(rows):
            to = io.StringIO()
            writer = csv.DictWriter(to, names, lineterminator="\n")
            writer.writeheader()
            writer.writerows(left)
            (self.folder / path).write_text(to.getvalue(), encoding="utf-8", newline="")
            removed = ["1 row removed"] if len(left) < len(rows) else []
            self.changed[path] = ", ".join([*([counted(len(cells), "cell")] if cells else []), *removed])

    def _describe(self, descriptor: Mapping[str, Any]) -> None:
        (self.folder / DESCRIPTOR).write_bytes(as_bytes(descriptor))

    def _version(self, root: Path) -> str | None:
        """The version that the release rules ask for: the present one where nothing is accepted."""
        store = FolderStore(root / STORE)
        latest = ledger_of(store).latest(self.entry.name)
        if latest is None:
            return self.entry.version
        changes = difference(released(store, latest), draft(read_entry(self.folder)))
        refusal = sufficient(changes, str(latest.version), self.entry.version)
        return self.entry.version if refusal is None else refusal.smallest

    def write(self) -> dict[str, str]:
        """Put the changed files in the package's place, the descriptor last. What was written where."""
        for path in self.changed:
            write_whole(self.entry.folder / path, (self.folder / path).read_bytes(), named=False)
        write_whole(self.entry.folder / DESCRIPTOR, (self.folder / DESCRIPTOR).read_bytes(), named=False)
        for path in self.gone:
            (self.entry.folder / path).unlink()
        gone = dict.fromkeys(self.gone, "removed, since it was empty")
        return {f"{self.entry.name}/{path}": what for path, what in {**self.changed, **gone}.items()}
