"""The ledger: one JSON object a line, each with the hash of the record before it and its own.

A record has one form only: members sorted, no spaces, UTF-8, a line feed at the end. So any byte that is changed anywhere is
found, in the last record too. A record is in the ledger once its line feed is: anything after the last line feed is an unfinished
write, and doesn't count.
"""

from __future__ import annotations

import codecs
import datetime
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from registry.errors import ChangedError
from registry.ledger.model import fault_of_record
from registry.packages.descriptor import waivers
from registry.packages.opening import IS_POINTER, POINTER

__all__ = [
    "FIRST",
    "LINE_ENDS",
    "Ledger",
    "LedgerError",
    "Record",
    "canonical_json",
    "digest_of",
    "moment",
    "next_record",
    "read_ledger",
]

FIRST = "sha256:" + "0" * 64
"""What the first record gives as the hash of the record before it."""

LINE_ENDS = (
    "git or an editor has changed the file's line ends. Add `.registry/** -text` to .gitattributes and check the file out again"
)
"""The advice about a file that is as it was recorded but for carriage returns."""

LONGEST_RECORD = 8 << 20
"""Bytes. A record holds less than a descriptor may, and JSON of so many bytes takes some 25 times as many when it is read."""


class LedgerError(ChangedError):
    """A line of the ledger is not the record that was written. The message says which line, and what is wrong."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"ledger.jsonl, line {line}: {what}")
        self.line = line


def canonical_json(data: object) -> bytes:
    """The one form of a JSON value that is hashed here: members sorted, no spaces, UTF-8."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def moment(now: datetime.datetime | None = None) -> str:
    """A time as it is in a record: UTC, to the second."""
    return (now or datetime.datetime.now(datetime.UTC)).astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def digest_of(content: bytes) -> str:
    """The SHA-256 of bytes, as ``sha256:`` and 64 hexadecimal digits."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


@dataclass(frozen=True)
class Record:
    """One line of the ledger: ``kind`` is ``accept`` or ``retract``; ``version`` is None where every version is retracted.

    ``data`` holds every member as written. Times are UTC, ISO 8601.
    """

    data: Mapping[str, Any]

    @property
    def sequence(self) -> int:
        """1 for the first record."""
        return int(self.data["sequence"])

    @property
    def kind(self) -> str:
        return str(self.data["kind"])

    @property
    def package(self) -> str:
        return str(self.data["package"])

    @property
    def version(self) -> str | None:
        version = self.data["version"]
        return None if version is None else str(version)

    @property
    def hash(self) -> str:
        return str(self.data["hash"])

    @property
    def release(self) -> str:
        """Digest of the release's descriptor, which holds the hash of each of its files."""
        return str(self.data["release"]["hash"])

    @property
    def label(self) -> str:
        return self.package if self.version is None else f"{self.package}@{self.version}"

    def line(self) -> bytes:
        """The record as it is in the ledger."""
        return canonical_json(self.data) + b"\n"


class Ledger:
    """The records in their order. ``unfinished`` counts the bytes behind the last line feed: an unfinished write, which doesn't
    count; or, where ``unended`` is true, the last record without its line feed, which is.
    """

    def __init__(self, records: tuple[Record, ...] = (), unfinished: int = 0, *, unended: bool = False) -> None:
        self.records = records
        self.unfinished = unfinished
        self.unended = unended

    @property
    def head(self) -> str:
        """The hash of the last record: it stands for the whole ledger."""
        return self.records[-1].hash if self.records else FIRST

    @cached_property
    def packages(self) -> tuple[str, ...]:
        """The names of all that was ever accepted, sorted."""
        return tuple(sorted(name for name, own in self._by_package.items() if any(r.kind == "accept" for r in own)))

    def of(self, package: str) -> tuple[Record, ...]:
        """The records of one package, in their order."""
        return tuple(self._by_package.get(package, ()))

    def accepted(self, package: str) -> dict[str, Record]:
        """The accepted versions of a package with their records, lowest version first. Retracted ones are among them."""
        from semver import Version

        found = {str(r.version): r for r in self.of(package) if r.kind == "accept"}
        return dict(sorted(found.items(), key=lambda item: Version.parse(item[0])))

    def retraction(self, package: str, version: str) -> Record | None:
        """The record that retracts the version, if one does."""
        return self._retractions.get((package, version))

    def granted(self, package: str, version: str | None) -> list[dict[str, Any]]:
        """The waivers with which the version was accepted; none where it wasn't."""
        record = next((r for r in self.of(package) if r.kind == "accept" and r.version == version), None)
        return [] if record is None else waivers(record.data)

    @cached_property
    def _by_package(self) -> dict[str, list[Record]]:
        found: dict[str, list[Record]] = {}
        for record in self.records:
            found.setdefault(record.package, []).append(record)
        return found

    @cached_property
    def _retractions(self) -> dict[tuple[str, str], Record]:
        found: dict[tuple[str, str], Record] = {}
        for record in self.records:
            if record.kind == "retract":
                for version in record.data["versions"]:
                    found.setdefault((record.package, version), record)
        return found

    def withdrawn(self, package: str) -> bool:
        """Whether the package as a whole was retracted, and nothing accepted of it since."""
        last = self.of(package)[-1:]
        return any(r.kind == "retract" and r.version is None for r in last)

    def latest(self, package: str) -> Record | None:
        """The record of the highest version that isn't retracted; a pre-release only where there is nothing else."""
        from semver import Version

        standing = [r for v, r in self.accepted(package).items() if self.retraction(package, v) is None]
        final = [r for r in standing if Version.parse(str(r.version)).prerelease is None]
        return next(iter((final or standing)[-1:]), None)


def next_record(ledger: Ledger, members: Mapping[str, Any]) -> Record:
    """The record with these members that follows the ledger's last. Raises ``ValueError`` for what nobody could read again."""
    data = {**members, "sequence": len(ledger.records) + 1, "previous": ledger.head}
    data["hash"] = digest_of(canonical_json(data))
    accepted = {r.label: r.sequence for r in ledger.records if r.kind == "accept"}
    record = Record(data)
    if fault := fault_of_record(data) or _fault_among(data, accepted) or _fault_of_length(record.line()):
        raise ValueError(f"this can't be written into the ledger: {fault}")
    return record


@lru_cache(maxsize=1)  # a command asks for it at each of its steps
def read_ledger(content: bytes, well_formed: frozenset[str] = frozenset()) -> Ledger:
    """The ledger in these bytes, every hash recomputed. Records with the hashes in ``well_formed`` were found to have a record's form before.

    Raises :class:`LedgerError` for the first line that isn't as it was written.
    """
    end = content.rfind(b"\n") + 1
    rest = content[end:]
    unended = _is_whole(rest, content.count(b"\n") + 1)
    records = tuple(_records(content[:end] + (rest + b"\n" if unended else b""), well_formed))
    return Ledger(records, len(rest), unended=unended)


def _records(content: bytes, well_formed: frozenset[str]) -> Iterator[Record]:
    previous, accepted = FIRST, dict[str, int]()
    for number, line in enumerate(io.BytesIO(content), 1):  # line by line: millions of them would take many times their bytes
        data = _data(line, number)
        if data.get("previous") != previous or data.get("sequence") != number:
            raise LedgerError(number, f"it doesn't follow the record before it ({previous}): a record was removed or inserted")
        fault = None if data["hash"] in well_formed else fault_of_record(data)
        if fault := fault or _fault_among(data, accepted):
            raise LedgerError(number, f"{fault}; this version of outcomes can't read it")
        record = Record(data)
        if record.kind == "accept":
            accepted[record.label] = number
        previous = record.hash
        yield record


def _fault_among(data: Mapping[str, Any], accepted: Mapping[str, int]) -> str | None:
    """Why the record can't follow the present ones: an accepted version never changes, and only an accepted version can be retracted."""
    package = data["package"]
    if data["kind"] == "accept":
        named = [f"{package}@{data['since']}"] if data["since"] is not None else []
        if number := accepted.get(f"{package}@{data['version']}"):
            return f"{package}@{data['version']} was already accepted by record {number}"
    else:
        named = [f"{package}@{version}" for version in data["versions"]]
        named += [data["superseded_by"]] if data["superseded_by"] is not None else []
    return next((f"it names {label[:120]}, which was never accepted" for label in named if label not in accepted), None)


def _fault_of_length(line: bytes) -> str | None:
    return f"it is longer than the {LONGEST_RECORD:,} bytes that a record may have" if len(line) > LONGEST_RECORD else None


def _data(line: bytes, number: int) -> dict[str, Any]:
    if fault := _fault_of_length(line):
        raise LedgerError(number, fault)
    if fault := _fault_of_others(line, number):
        raise LedgerError(number, fault)
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LedgerError(number, f"it is no longer JSON: {error}") from error
    if line.endswith(b"\r\n"):
        raise LedgerError(number, f"it ends with a carriage return and a line feed: {LINE_ENDS}")
    if not isinstance(data, dict) or not isinstance(data.get("hash"), str):
        raise LedgerError(number, "it is not a record")
    try:
        # What is hashed is the record without its hash, which can't be in that a second time.
        own = f',"hash":"{data["hash"]}"'.encode()
        form = canonical_json(data)
        is_of_hash = digest_of(form.replace(own, b"", 1)) == data["hash"]
        same = is_of_hash and form + b"\n" == line
    except (ValueError, RecursionError):  # a text that isn't Unicode, a number that isn't JSON's, lists in lists
        same = is_of_hash = False
    if is_of_hash and not same:
        raise LedgerError(
            number, "it says what was recorded in other bytes: spaces, order or escapes were changed. Restore the file"
        )
    if not same:
        raise LedgerError(number, f"its content doesn't have the hash that it states ({data['hash'][:80]}): it was changed")
    return data


def _fault_of_others(line: bytes, number: int) -> str | None:
    """What other programs leave in a ledger: an editor, or git."""
    if number == 1 and line.startswith(POINTER):
        return f"it is {IS_POINTER}"
    if number == 1 and line.startswith(codecs.BOM_UTF8):
        return "it begins with a byte order mark, which an editor added: restore the file"
    if line.isspace():
        return "it is no longer JSON but blank: every line is a record. Remove it"
    if line.startswith((b"<<<<<<< ", b"||||||| ", b">>>>>>> ")) or line in {b"=======\n", b"=======\r\n"}:
        return "it is a mark of a merge that git left undone: keep one branch's ledger, and accept there again what the other accepted"
    return None


def _is_whole(rest: bytes, number: int) -> bool:
    """Whether the bytes after the last line feed are a complete record. Otherwise they are the start of one, or damage."""
    if not rest:
        return False
    if fault := _fault_of_length(rest):
        raise LedgerError(number, fault)
    begins = b'{"at":"'
    if not rest.startswith(begins[: len(rest)]):
        raise LedgerError(number, "its content was never written as a record")
    try:
        text = rest.decode()
        _, end = json.JSONDecoder().raw_decode(text)
    except UnicodeDecodeError as error:
        if error.end < len(rest) or error.reason != "unexpected end of data":
            raise LedgerError(number, "it is no longer UTF-8") from error
        return False
    except ValueError:
        return False
    except RecursionError as error:
        raise LedgerError(number, "it is nested too deeply for a record") from error
    if end != len(text):
        raise LedgerError(number, "the line feed that ends it was changed")
    return True
