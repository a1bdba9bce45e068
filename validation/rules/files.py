"""PKG: the bytes of a file and its header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial

from schemas.wording import counted as in_number
from validation.files import LONGEST_LINE
from validation.hints import Suggestions, did_you_mean, named, shown
from validation.opening import IS_POINTER
from validation.reading import Ragged
from validation.rule import Problem, Severity, rule
from validation.subjects import DESCRIPTOR, DataFile

_CSV = "RFC 4180; Data Package v2, Data Resource, https://datapackage.org/standard/data-resource/"
_NAMES = re.compile(
    r"(first|last|given|family|sur|full|patient|participant|subject)?_?name|surname|forename|initials|e?_?-?mail|"
    r"(tele)?phone(_?number)?|mobile|dob|(date_of_)?birth(_?date)?|birthday|address|post_?code|zip(_?code)?|ssn|nhs_?number|mrn",
    re.IGNORECASE,
)


@rule(
    "PKG020",
    stage="file",
    severity=Severity.ERROR,
    fix="Write the table to the file, or remove the resource from the descriptor.",
    source=_CSV,
    breaks=[""],
    keeps=["source_id,kind\n"],
)
def file_empty(file: DataFile) -> Iterator[Problem]:
    """A file must hold at least a header.

    An empty file is what a failed export leaves behind; a table without rows still has its columns.
    """
    if not file.scan.size:
        must = "it must begin with a header" if file.looked is None else "a table without rows has its columns"
        yield Problem(f"{file.name} has 0 bytes; {must}", file=file.name, line=file.head)


@rule(
    "PKG029",
    stage="file",
    severity=Severity.ERROR,
    fix="Run `git lfs pull`, and check the package again.",
    source="Git LFS specification, https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md",
    breaks=["version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n"],
    keeps=["source_id,kind\n"],
)
def pointer_in_place_of_file(file: DataFile) -> Iterator[Problem]:
    """A table must be the file itself, not a pointer that Git LFS keeps in its place.

    A clone without the large files has pointers of three lines. Nothing else is said about such a file.
    """
    if file.is_pointer:
        yield Problem(f"{file.name} is {IS_POINTER}", file=file.name, line=file.head)


@rule(
    "PKG021",
    stage="file",
    severity=Severity.ERROR,
    fix="First find out which is right, the file or the descriptor; then update the hash.",
    source="Data Package v2, Data Resource `hash` and `bytes`, https://datapackage.org/standard/data-resource/",
    breaks=[
        {"hash": "sha256:00"},
        {"hash": "00"},
        {"bytes": 1},
        {"hash": "crc32:00"},
        {"hash": 7},
        {"rows": 7},
        {"fields": 3},
        {"stats": {"sha256": "00"}},
        {"stats": {"md5": "00"}},
        {"stats": {"hash": "00"}},
        {"stats": {"bytes": 3}},
        {"stats": {"rows": 5}},
        {"stats": {"fields": 3}},
        {"stats": []},
    ],
    keeps=[{}, {"bytes": None}, {"rows": 1, "fields": 12}, {"stats": {"rows": 1, "fields": 12}}],
)
def hash_or_size_differs(file: DataFile) -> Iterator[Problem]:
    """A file must have the hash and the size that the descriptor states.

    If a byte has changed, a figure may have changed. Sizes may be stated in bytes, rows or fields; older tools keep them
    in `stats`, and still use them.
    """
    if file.is_pointer:
        return
    stats = file.resource.data.get("stats", {})
    if not isinstance(stats, dict):
        yield Problem(
            f"{file.name}: `stats` is {shown(stats)}; it must be an object or left out", file=DESCRIPTOR, column="stats"
        )
    for member, stated in file.resource.hashes.items():
        algorithm, _, digest = stated.rpartition(":") if isinstance(stated, str) else ("", "", "")
        found = {"sha256": file.scan.sha256, "md5": file.scan.md5, "": file.scan.md5}.get(algorithm.casefold())
        if found is None:
            yield Problem(
                f"{file.name}: the hash {shown(stated)} is neither SHA-256 nor MD5; write `sha256:` and the digest",
                file=DESCRIPTOR,
                column=member,
            )
        elif found != digest.casefold():
            yield Problem(f"{file.name} has the hash {found}; the descriptor says {shown(digest)}", file=file.name, column=member)
    for member, stated in file.resource.stated("bytes", "rows", "fields").items():
        unit = member.removeprefix("stats.")
        size = file.size_in(unit)
        if size is not None and (isinstance(stated, bool) or stated != size):
            yield Problem(
                f"{file.name} has {in_number(size, unit[:-1])}; the descriptor says {shown(stated)}",
                file=file.name,
                column=member,
            )


@rule(
    "PKG022",
    stage="file",
    severity=Severity.ERROR,
    fix="Save the file as UTF-8 without a byte-order mark (spreadsheets call it `CSV UTF-8`), from the original.",
    source=_CSV,
    breaks=[b"source_id,title\na,caf\xe9\n", b"\xff\xfea\x00", b"a,b\n1,\x002\n", b"\x1f\x8b\x08\x00", b"PK\x03\x04"],
    keeps=["source_id,title\na,café\n"],
)
def file_not_utf8_text(file: DataFile) -> Iterator[Problem]:
    """A file must be text in UTF-8.

    In another encoding, names and signs change without a warning.
    """
    if file.looked is not None:
        return
    kinds = {b"\x1f\x8b": "a gzip archive", b"PK\x03\x04": "a zip archive or spreadsheet", b"\xfd7zXZ": "an xz archive"}
    kinds |= {b"BZh": "a bzip2 archive", b"\x28\xb5\x2f\xfd": "a zstd archive", b"PAR1": "a Parquet file"}
    kinds |= {b"\xff\xfe\0\0": "UTF-32", b"\0\0\xfe\xff": "UTF-32"}  # before UTF-16, whose mark is the first half of one of these
    kinds |= {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"\xd0\xcf\x11\xe0": "an old spreadsheet"}
    kind = next((name for magic, name in kinds.items() if file.scan.first_bytes.startswith(magic)), None)
    if kind:
        yield Problem(f"{file.name} is {kind}; it must be text in UTF-8", file=file.name, line=1)
    elif file.scan.nul_on_line:
        yield Problem(f"{file.name} holds a NUL byte; it must be text in UTF-8", file=file.name, line=file.scan.nul_on_line)
    elif file.scan.not_utf8_on_line:
        yield Problem(
            f"{file.name} holds bytes that are not UTF-8; it must be text in UTF-8",
            file=file.name,
            line=file.scan.not_utf8_on_line,
        )


@rule(
    "PKG023",
    stage="file",
    severity=Severity.ERROR,
    fix="Save the file as UTF-8 without a byte-order mark.",
    source="RFC 3629, section 6",
    breaks=[b"\xef\xbb\xbfsource_id\n"],
    keeps=["source_id\n"],
)
def byte_order_mark(file: DataFile) -> Iterator[Problem]:
    """A file must not begin with a byte-order mark.

    Many programs read it as part of the first column's name, and then don't find the column.
    """
    if file.scan.byte_order_mark:
        yield Problem(f"{file.name} begins with a byte-order mark; it must begin with its header", file=file.name, line=1)


@rule(
    "PKG024",
    stage="file",
    severity=Severity.ERROR,
    fix="Look at the line: an unclosed quotation mark joins all that follows into one cell.",
    source=_CSV,
    breaks=["a" * (LONGEST_LINE + 1)],
    keeps=["source_id\n" + "a" * 1000],
)
def line_too_long(file: DataFile) -> Iterator[Problem]:
    """No line may be longer than a mebibyte.

    No row of these tables is that long, and programs reserve memory for the longest possible line.
    """
    if file.scan.long_line:
        yield Problem(
            f"line {file.scan.long_line} of {file.name} has more than {LONGEST_LINE:,} bytes",
            file=file.name,
            line=file.scan.long_line,
        )


@rule(
    "PKG025",
    stage="file",
    severity=Severity.NOTE,
    fix="Save the file with line feeds only.",
    source="The registry writes tables one way, so that a change of bytes is a change of data",
    breaks=["source_id\r\na\r\n"],
    keeps=["source_id\na\n"],
)
def carriage_returns(file: DataFile) -> Iterator[Problem]:
    """Lines should end in a line feed only.

    Carriage returns are read too, but a file saved by another program then differs in every line.
    """
    if file.scan.carriage_returns:
        yield Problem(
            f"{file.name} holds {in_number(file.scan.carriage_returns, 'carriage return')}; lines should end in a line feed only",
            file=file.name,
            line=file.scan.return_on_line,
        )


@rule(
    "PKG026",
    stage="file",
    severity=Severity.ERROR,
    fix="Begin the file with its header, and give every column a different name.",
    source="Table Schema v2, https://datapackage.org/standard/table-schema/",
    breaks=["source_id,kind,kind\n", "source_id,,kind\n", "source_id,Kind,kind\n", "\nsource_id,kind\n"],
    keeps=["source_id,kind\n"],
)
def header_repeated_or_blank(file: DataFile) -> Iterator[Problem]:
    """Every column must have a name, and no two may have the same.

    If two columns share a name, a program may read either.
    """
    if isinstance(file.header, Ragged):
        if file.decodable:
            yield Problem(f"{file.name}: the header can't be read: {file.header.message}", file=file.name, line=file.head)
        return
    if file.decodable and not file.header:
        what = "the first line is empty; it must be the header" if file.looked is None else "it has no columns"
        yield Problem(f"{file.name}: {what}", file=file.name, line=file.head)
    seen: set[str] = set()
    for i, column in enumerate(file.header, 1):
        if not column:
            yield Problem(f"column {i} has no name", file=file.name, line=file.head)
        elif column.casefold() in seen:
            yield Problem(
                f"column {i} is called {named(column)}, like an earlier one", file=file.name, line=file.head, column=column
            )
        seen.add(column.casefold())


@rule(
    "PKG027",
    stage="file",
    severity=Severity.ERROR,
    fix="Give the file the columns of the table; docs/dictionary.md lists them.",
    source="The registry's tables, docs/dictionary.md",
    breaks=["source_id\n", "source_id,kind,title,correction_status,colour\n", "source_id;kind;title\n"],
    keeps=["source_id,kind,title,doi,pmid,url,accessed,sha256,licence,correction_status,checked_on,accessed_at\n"],
)
def header_differs(file: DataFile) -> Iterator[Problem]:
    """A file must have the columns that its table and its schema have, and no others.

    Nobody reads a column with an unknown name.
    """
    fields = file.resource.fields
    if fields is None or not file.columns or file.is_pointer:
        return
    names = [f.name for f in fields]
    if separator := _separator(file.columns, names):
        yield Problem(
            f"the cells are separated by {shown(separator)}; they must be separated by ','", file=file.name, line=file.head
        )
        return
    schema = file.resource.data.get("schema")
    listed = schema.get("fields") if isinstance(schema, dict) else None
    stated = [f.get("name") for f in listed if isinstance(f, dict)] if isinstance(listed, list) else names
    missing = [f.name for f in fields if f.name not in file.columns and (f.required or f.key or f.name in stated)]
    suggest = Suggestions(partial(did_you_mean, known=[n for n in names if n not in file.columns], lead="; "))
    for name in file.columns:
        if name and name not in names:
            yield Problem(
                f"{named(name)} isn't a field of `{file.resource.name}`{suggest(name)}",
                file=file.name,
                line=file.head,
                column=name,
            )
        elif name and name not in stated:
            yield Problem(f"`{name}` is not in the schema of `{file.resource.name}`", file=file.name, line=file.head, column=name)
    for name in missing:
        yield Problem(f"the column `{name}` is missing", file=file.name, line=file.head, column=name)
    shared = [n for n in stated if n in file.columns]
    if not missing and shared != [c for c in file.columns if c in shared]:
        order = ", ".join(f"`{n}`" for n in shared)
        yield Problem(f"the columns are in another order than the schema's: {order}", file=file.name, line=file.head)


def _separator(columns: Sequence[str], names: Sequence[str]) -> str | None:
    """What separates the columns of a file that has one only, as it is read; None where it may be one."""
    return next(
        (s for s in ";\t|" if len(columns) == 1 and s in columns[0] and set(columns[0].split(s)).intersection(names)), None
    )


@rule(
    "PKG028",
    stage="file",
    severity=Severity.ERROR,
    fix="Remove the column, in every earlier version too, and inform the person who gave you the data.",
    source="ICH E6(R2) 2.11; HIPAA Safe Harbor, 45 CFR 164.514(b)(2)",
    breaks=["source_id,patient_name\n", "source_id,e-mail\n", "source_id,date_of_birth\n"],
    keeps=["source_id,kind\n"],
)
def column_of_identifiers(file: DataFile) -> Iterator[Problem]:
    """No column may be for names, addresses, telephone numbers or dates of birth.

    Participants agreed to be counted, not to be found.
    """
    for column in file.columns:
        if _NAMES.fullmatch(column.strip()):
            yield Problem(f"a column {named(column)} identifies people", file=file.name, line=file.head, column=column)
