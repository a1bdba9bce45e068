"""The provenance of a package: its tables, their origins, and who did what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from registry.access import Registry
from registry.ledger.records import Record
from registry.packages.descriptor import licences, objects
from registry.provenance.documents import LITERAL, Subject, subject, text
from registry.provenance.statements import Name, Statements, named

__all__ = ["provenance"]


def provenance(registry: Registry, name: str, version: str | None = None, form: str = "json") -> str:
    """The provenance of a package as W3C PROV-JSON, or as JSON-LD (``jsonld``), the same for the same package and ledger. The package is found as ``load`` finds it.

    Raises what :meth:`registry.access.Registry.load` raises, ``UnreadableTableError`` for a draft whose tables can't be read, and
    ``ModuleNotFoundError`` where the library ``prov`` isn't installed.
    """
    return _Telling(subject(registry, name, version)).all().written(form)


class _Telling:
    def __init__(self, of: Subject) -> None:
        self.of = of
        self.say = Statements()
        self.descriptor = of.package.descriptor
        self.package = named("sha256", _hex(of.digest))

    def all(self) -> Statements:
        self._package()
        making = self._making()
        for table, path, digest in self.of.tables():
            self._table(table, path, digest, making)
        if self.of.record is not None:
            self._acceptance(self.of.record)
            self._retraction(self.of.record)
        return self.say

    def _package(self) -> None:
        of, d = self.of, self.descriptor
        family = self.say.entity(named("outcomes", "package", of.name), {"prov:label": of.name})
        kind = "Draft" if of.record is None else "Release"
        said = {
            "prov:type": [Name("prov:Collection"), named("outcomes", kind)],
            "prov:label": f"{of.name} {of.package.version or ''}".strip() + (" (draft)" if of.record is None else ""),
            "dcterms:title": text(d.get("title")),
            "dcterms:license": licences(d),
            "outcomes:version": text(of.package.version),
        }
        self.say.entity(self.package, said)
        self.say.relate("specializationOf", self.package, family)
        for path, digest in of.files.items():
            self._member(digest, {"prov:label": path})
        for person, _ in self._contributors():
            self.say.relate("wasAttributedTo", self.package, person)
        for other in objects(d.get("lineage")):
            if other.get("relation") == "derived-from" and (label := text(other.get("package"))):
                source = self.say.entity(named("outcomes", "package", label), {"prov:label": label})
                self.say.relate("wasDerivedFrom", self.package, source)

    def _member(self, digest: str, said: Mapping[str, object]) -> Name:
        member = self.say.entity(named("sha256", _hex(digest)), said)
        self.say.relate("hadMember", self.package, member)
        return member

    def _contributors(self) -> Iterator[tuple[Name, list[str]]]:
        for person in objects(self.descriptor.get("contributors")):
            if title := text(person.get("title")):
                roles = person.get("roles", [person.get("role")])
                said = [role for role in map(text, roles if isinstance(roles, list) else []) if role]
                yield self._agent(title, {"prov:location": text(person.get("path"))}), said

    def _agent(self, name: str, said: Mapping[str, object] | None = None) -> Name:
        return self.say.agent(named("outcomes", "agent", name), {"prov:label": name, **(said or {})})

    def _software(self, release: str | None = None) -> Name:
        """The program; of what was done before it was recorded by which release, that isn't known."""
        label = "trial-outcomes" if release is None else f"trial-outcomes@{release}"
        kind = {"prov:type": Name("prov:SoftwareAgent"), "prov:label": label.replace("@", " ")}
        return self.say.agent(named("outcomes", "software", label), {**kind, "outcomes:version": release})

    def _making(self) -> Name:
        """How the tables came about: by a mapping from original files, or by reading documents."""
        of = self.of
        words = "extraction from documents" if of.mapping is None else "import by the mapping"
        making = self.say.activity(self._step("extraction" if of.mapping is None else "import"), {"prov:label": words})
        for person, roles in self._contributors():
            self.say.relate("wasAssociatedWith", making, person, said={"prov:role": list(roles)})
        if of.mapping is not None:
            plan = self._member(of.files[of.mapping], {"prov:type": [Name("prov:Plan"), named("outcomes", "Mapping")]})
            self.say.relate("wasAssociatedWith", making, self._software(), plan)
            self.say.relate("used", making, plan)
        for original in self._originals().values():
            self.say.relate("used", making, original)
        return making

    def _step(self, what: str) -> Name:
        return named("outcomes", self.of.label, what)

    def _originals(self) -> dict[str, Name]:
        """The original files, by their SHA-256; one without is named by its place in the descriptor."""
        found = {}
        for number, source in enumerate(objects(self.descriptor.get("sources")), 1):
            key = text(source.get("sha256")) or str(number)
            name = named("sha256", key) if len(key) == 64 else named("outcomes", "original", self.of.name, key)
            said = {
                "prov:type": named("outcomes", "Original"),
                "prov:label": text(source.get("title")),
                "prov:location": text(source.get("path")),
                "dcterms:license": text(source.get("licence")),
                "outcomes:file": text(source.get("file")),
                "outcomes:version": text(source.get("version")),
            }
            found[key] = self.say.entity(name, said)
        return found

    def _table(self, table: str, path: str, digest: str, making: Name) -> None:
        kind = {"prov:type": named("outcomes", "Table"), "prov:label": path, "outcomes:table": table}
        made = self._member(digest, kind)
        self.say.relate("wasGeneratedBy", made, making)
        read = set(self._read_for(table))
        documents = self._documents(table)
        for source in read | set(documents):
            # A mapping reads originals, which somebody had made from documents: the import itself never saw these.
            steps = [making] if source in read or self.of.mapping is None else []
            self.say.relate("wasDerivedFrom", made, source, *steps, said=documents.get(source, {}))
            for step in steps:
                self.say.relate("used", step, source)

    def _read_for(self, table: str) -> Iterator[Name]:
        """The originals that the table was made from, and the mapping where it holds rows itself."""
        originals, inputs = self._originals(), self.of.inputs
        for key in originals if inputs is None else inputs.get(table, ()):
            if key in originals:
                yield originals[key]
            elif key == LITERAL:
                yield named("sha256", _hex(self.of.files[str(self.of.mapping)]))

    def _documents(self, table: str) -> dict[Name, dict[str, Any]]:
        """The documents that the table's rows name, each with how many do, and by which names."""
        if table == "sources" or "sources" not in self.of.package.tables:
            return {}
        frame = self.of.table(table)
        if "source_id" not in frame.columns:
            return {}
        counts = dict(frame["source_id"].drop_nulls().value_counts().iter_rows())
        found: dict[Name, dict[str, Any]] = {}
        for row in self.of.table("sources").iter_rows(named=True):
            if rows := counts.get(row.get("source_id")):
                said = found.setdefault(self._document(row), {"outcomes:rows": 0, "outcomes:source": []})
                said["outcomes:rows"] += rows
                said["outcomes:source"].append(row["source_id"])
        return found

    def _document(self, row: Mapping[str, Any]) -> Name:
        """A row of ``sources``: by its DOI, its PubMed number or its file's digest, else by its name in the package."""
        doi, pmid, digest = (text(row.get(column)) for column in ("doi", "pmid", "sha256"))
        own = named("outcomes", "source", self.of.name, str(row["source_id"]))
        name = named("doi", doi.lower()) if doi else named("pmid", pmid) if pmid else named("sha256", digest) if digest else own
        said = {
            "prov:type": named("outcomes", "Document"),
            "prov:label": text(row.get("title")),
            "prov:location": text(row.get("url")),
            "dcterms:license": text(row.get("licence")),
            "outcomes:kind": text(row.get("kind")),
            "outcomes:correctionStatus": text(row.get("correction_status")),
            "outcomes:pmid": pmid,
        }
        self.say.entity(name, said)
        if digest and name != named("sha256", digest):
            self.say.relate("wasDerivedFrom", self.say.entity(named("sha256", digest)), name)
        return name

    def _acceptance(self, record: Record) -> None:
        data = record.data
        accepting, validating = self._step("acceptance"), self._step("validation")
        release = data["ruleset"]["version"]
        digest = data["ruleset"]["digest"]
        rules = {
            "prov:type": [Name("prov:Plan"), named("outcomes", "RuleSet")],
            "prov:label": f"rule set of trial-outcomes {release}",
        }
        plan = self.say.entity(named("sha256", _hex(digest)), {**rules, "outcomes:version": release})
        self.say.activity(validating, {"prov:label": "validation by the rule set"})
        self.say.relate("wasAssociatedWith", validating, self._software(release), plan)
        self.say.relate("used", validating, plan)
        counts = {f"outcomes:{what}": number for what, number in data["summary"].items()}
        report = self.say.entity(
            named("sha256", data["report"].removeprefix("objects/").partition(".")[0]),
            {"prov:type": named("outcomes", "Report"), "prov:label": "report of the validation", **counts},
        )
        self.say.relate("wasGeneratedBy", report, validating)
        said = {"prov:label": "acceptance", "outcomes:note": data["note"], "outcomes:record": record.hash}
        self.say.activity(accepting, said, at=data["at"])
        self.say.relate("wasInformedBy", accepting, validating)
        self.say.relate("used", accepting, report)
        self.say.relate("wasAssociatedWith", accepting, self._agent(data["by"]), said={"prov:role": "accepted"})
        self.say.relate("wasGeneratedBy", self.package, accepting)
        for waiver in objects(data["waivers"]):
            if approver := text(waiver.get("approver")):
                role = {"prov:role": f"approved the waiver of {waiver.get('rule')}"}
                self.say.relate("wasAssociatedWith", accepting, self._agent(approver), said=role)
        self._frozen(record, validating, accepting)
        if (before := self._other(f"{record.package}@{data['since']}")) is not None:
            self.say.relate("wasRevisionOf", self.package, before)

    def _frozen(self, record: Record, validating: Name, accepting: Name) -> None:
        """Each table that was validated, and the Parquet file that was made of it; a package may have had that very file."""
        for table, path, digest in self.of.tables():
            file = named("sha256", _hex(digest))
            self.say.relate("used", validating, file)
            self.say.relate("used", accepting, file)
            facts = record.data["tables"][table]
            self.say.entity(file, {"outcomes:rows": facts["rows"], "outcomes:contentDigest": facts["digest"]})
            said = {
                "prov:type": named("outcomes", "Table"),
                "prov:label": f"{path.removesuffix('.csv').removesuffix('.parquet')}.parquet",
                "outcomes:table": table,
                "outcomes:rows": facts["rows"],
                "outcomes:contentDigest": facts["digest"],
            }
            if facts["parquet"]["hash"] == digest:
                continue
            parquet = self._member(facts["parquet"]["hash"], said)
            self.say.relate("wasGeneratedBy", parquet, accepting)
            self.say.relate("wasDerivedFrom", parquet, file, accepting)

    def _retraction(self, record: Record) -> None:
        retraction = self.of.ledger.retraction(record.package, str(record.version))
        if retraction is None:
            return
        data = retraction.data
        instead = self._other(data["superseded_by"])
        said = {"prov:label": "retraction", "outcomes:reason": data["reason"], "outcomes:supersededBy": instead}
        doing = self.say.activity(named("outcomes", "record", _hex(retraction.hash)), said, at=data["at"])
        self.say.relate("wasAssociatedWith", doing, self._agent(data["by"]), said={"prov:role": "retracted"})
        self.say.relate("wasInvalidatedBy", self.package, doing)

    def _other(self, label: str | None) -> Name | None:
        """Another release, by ``name@version``."""
        name, _, number = (label or "").partition("@")
        record = self.of.ledger.accepted(name).get(number)
        if record is None:
            return None
        said = {"prov:type": named("outcomes", "Release"), "prov:label": f"{name} {number}", "outcomes:version": number}
        return self.say.entity(named("sha256", _hex(record.release)), said)


def _hex(digest: str) -> str:
    return digest.removeprefix("sha256:")
