"""From the text of a mapping to what it says: the package, the inputs, and (in ``reading_blocks``) the
tables.

Everything that can be judged without the inputs is judged here: shapes, names of tables and fields, terms of
vocabularies.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Any

from registry.importing.keys import CODED, CONSULTED, CONTRIBUTOR, INPUT, LICENCE, LINEAGE, MAPPING, ORIGIN, PACKAGE, WAIVER, WAYS
from registry.importing.mapping import ARCHIVE, FORMATS, Input, Mapping
from registry.importing.nodes import Node, read_nodes
from registry.importing.problems import Problems, listed
from registry.importing.reading_blocks import read_block
from registry.importing.shapes import as_count, as_items, as_map, as_text, checked
from schemas.grammar import NAME_IN_WORDS, PACKAGE_NAME, SEMVER, WEB_ADDRESS
from schemas.tables import TABLES
from validation.hints import shortened
from validation.rules.lineage import RELATIONS

__all__ = ["read_inputs", "read_mapping", "read_package"]

INPUT_NAME = r"[a-z][a-z0-9_]*"
INSTEAD = {
    **dict.fromkeys(("xls", "xlsb", "xlt", "ods", "numbers"), "an Excel workbook (.xlsx)"),
    "sas7bdat": "a SAS transport file (.xpt)",
    "por": "an SPSS file (.sav)",
}
"""Endings of files that their program can save in another form, which is read."""
OF_NAMES = {"idna", "punycode"}  # encodings of domain names, not of files
ONLY_IN = {
    "sheet": ("xlsx",),
    "header_row": ("xlsx", "csv"),
    **dict.fromkeys(WAYS, ("xlsx",)),
    "delimiter": ("csv",),
    "encoding": ("csv", "r", "stata", "spss", "sas"),
    "rows": ("json",),
    "object": ("r",),
    **dict.fromkeys(CODED, ("r", "stata", "spss")),
    "missing_codes": ("r", "stata", "spss", "sas"),
}  # elsewhere they would be passed over in silence


def read_mapping(path: Path) -> Mapping:
    """Read and judge a mapping.

    Raises ``MappingError`` with every problem found, and ``ImportProblem`` where the file can't be read.
    """
    problems = Problems(path)
    root = as_map(read_nodes(path), "The mapping", problems, **MAPPING._asdict())
    problems.stop_if_any()
    entries = root.entries
    inputs = read_inputs(entries["inputs"], problems)
    mapping = Mapping(
        package=read_package(entries["package"], problems),
        package_place=root.keys["package"],
        inputs=inputs,
        blocks=tuple(
            read_block(table, node, inputs, problems)
            for table, nodes in _tables(entries["tables"], problems).items()
            for node in nodes
        ),
    )
    read = {b.source for b in mapping.blocks} | {j.input for b in mapping.blocks for j in b.joins}
    for source in inputs.values():
        if source.name not in read:
            problems.add(
                source.place,
                f"The input `{source.name}` is not used. Use it in a `from` or `join`, or remove it.",
            )
    problems.stop_if_any()
    return mapping


def read_package(node: Node, problems: Problems) -> dict[str, Any]:
    """What a mapping says about its package, in the order of a descriptor. What is wrong is noted."""
    entries = as_map(node, "The package", problems, **PACKAGE._asdict()).entries
    checked(entries.get("name"), "The package's name", PACKAGE_NAME, NAME_IN_WORDS, problems)
    checked(
        entries.get("version"),
        "The package's version",
        SEMVER,
        "a semantic version such as `1.0.0`",
        problems,
    )
    checked(
        entries.get("homepage"),
        "The package's homepage",
        WEB_ADDRESS,
        "an address that begins with https://, with non-ASCII characters percent-encoded",
        problems,
    )
    for key in ("title", "description"):
        as_text(entries.get(key), f"The package's {key}", problems)
    for licence in as_items(entries.get("licenses"), "The package's licenses", problems):
        if not {"name", "path"} & set(as_map(licence, "A licence", problems, **LICENCE._asdict()).entries):
            problems.add(licence.place, "A licence has neither `name` nor `path`. Give its SPDX identifier as `name`.")
    if "licenses" in entries and entries["licenses"].kind == "list" and not entries["licenses"].items:
        problems.add(
            entries["licenses"].place,
            "The package has no licence. Give its SPDX identifier: `- {name: CC-BY-4.0}`.",
        )
    for person in as_items(entries.get("contributors"), "The package's contributors", problems):
        as_map(person, "A contributor", problems, **CONTRIBUTOR._asdict())
    for word in as_items(entries.get("keywords"), "The package's keywords", problems):
        as_text(word, "A keyword", problems)
    for other in as_items(entries.get("lineage"), "The package's lineage", problems):
        parts = as_map(other, "An entry of the lineage", problems, **LINEAGE._asdict()).entries
        checked(parts.get("package"), "A lineage's package", PACKAGE_NAME, "the name of another package", problems)
        checked(parts.get("relation"), "A lineage's relation", "|".join(RELATIONS), f"one of: {listed(RELATIONS)}", problems)
        as_text(parts.get("note"), "A lineage's note", problems)
    consulted = [_consulted(n, problems) for n in as_items(entries.get("corrections"), "The package's corrections", problems)]
    for waiver in as_items(entries.get("waivers"), "The package's waivers", problems):
        parts = as_map(waiver, "A waiver", problems, must=WAIVER.must).entries
        as_map(parts.get("where", Node("map", waiver.place)), "A waiver's `where`", problems)
    order = ["name", "version", "title", "description", *PACKAGE.may[1:], "licenses"]
    package = {key: entries[key].plain() for key in order if key in entries}
    return {**package, "corrections": consulted} if consulted else package


def _consulted(node: Node, problems: Problems) -> dict[str, Any]:
    """A file in which corrections to the sources were looked up, as `outcomes sources check` writes it, with its origin."""
    what = "A file of the corrections"
    entries = as_map(node, what, problems, **CONSULTED._asdict()).entries
    for key in ("file", "what"):
        as_text(entries.get(key), f"{what}: its {key}", problems)
    checked(entries.get("sha256"), f"{what}: its sha256", "[0-9a-f]{64}", "64 hexadecimal digits (`sha256sum FILE`)", problems)
    checked(entries.get("on"), f"{what}: its day", r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a day such as 2026-11-27", problems)
    _origin(entries.get("origin"), what, problems)
    number = as_count(entries.get("records"), f"{what}: its number of records", problems)
    return {key: number if key == "records" else value.plain() for key, value in entries.items()}


def read_inputs(node: Node, problems: Problems) -> dict[str, Input]:
    """The inputs of a mapping by their names. What is wrong is noted."""
    inputs = {}
    for name, spec in as_map(node, "`inputs`", problems).entries.items():
        place = node.keys[name]
        what = f"The input `{name}`"
        if not re.fullmatch(INPUT_NAME, name):
            problems.add(place, f"An input is called `{name}`. Its name must be small letters, digits and `_`.")
        entries = as_map(spec, what, problems, **INPUT._asdict()).entries
        file = as_text(entries.get("file"), f"{what}'s file", problems)
        if file and (Path(file).is_absolute() or ".." in Path(file).parts or "\\" in file):
            problems.add(
                entries["file"].place,
                f"{what}'s file is `{file}`. It must be a file name, not a path.",
            )
        if file and file.rpartition(".")[2].lower() not in {*FORMATS, ARCHIVE}:
            problems.add(
                entries["file"].place,
                f"{what}'s file is `{file}`. It must end in one of: {listed([*FORMATS, ARCHIVE], 20)}."
                + (f" Save it as {better}." if (better := INSTEAD.get(file.rpartition(".")[2].lower())) else ""),
            )
        sha256 = checked(
            entries.get("sha256"),
            f"{what}'s sha256",
            r"[0-9a-fA-F]{64}",
            "64 hexadecimal digits (`sha256sum FILE`)",
            problems,
        ).lower()
        for key, pattern, which in (
            ("delimiter", r'[^"\r\n]', "not a quotation mark or line end"),
            ("decimal", "[,.]", "a comma or a point"),
        ):
            if key in entries and not re.fullmatch(pattern, _character(entries[key])):
                found = f"{what}'s {key} is {entries[key].in_words}. It must be one character, quoted: {which}."
                problems.add(entries[key].place, found)
        _check_encoding(entries.get("encoding"), what, problems)
        inputs[name] = Input(
            name=name,
            place=place,
            file=file,
            sha256=sha256,
            sha256_place=entries["sha256"].place if "sha256" in entries else place,
            origin=_origin(entries.get("origin"), what, problems),
            delimiter=_character(entries.get("delimiter"))
            or ("\t" if (_text(entries.get("member")) or file).lower().endswith(".tsv") else ","),
            decimal=_character(entries.get("decimal")) or ".",
            encoding=_text(entries.get("encoding")) or "utf-8",
            encoding_place=entries["encoding"].place if "encoding" in entries else place,
            sheet=_text(entries.get("sheet")),
            missing=tuple(
                as_text(item, f"A `missing` text of {what}", problems)
                for item in as_items(entries.get("missing"), "`missing`", problems)
            ),
            rows=as_text(entries.get("rows"), f"{what}'s rows", problems) or None,
            member=as_text(entries.get("member"), f"{what}'s member", problems) or None,
            object=as_text(entries.get("object"), f"{what}'s object", problems) or None,
            labels_of=_labels_of(entries.get("labels"), what, problems),
            header=_header_rows(entries.get("header_row"), what, problems),
            **{
                key: checked(entries.get(key), f"{what}'s {key}", "|".join(ways), f"one of: {listed(ways)}", problems)
                for key, ways in {**WAYS, **CODED}.items()
                if key not in entries or entries[key].kind != "list" or key != "labels"
            },
        )
        member = inputs[name].member
        if "member" in entries and not file.lower().endswith(f".{ARCHIVE}"):
            problems.add(spec.keys["member"], f"`member` has no meaning for the file `{file}`, only for `.{ARCHIVE}`. Remove it.")
        elif member is not None and inputs[name].format not in {"csv", "json"}:
            within = listed([ending for ending, read_as in FORMATS.items() if read_as in {"csv", "json"}], 20)
            problems.add(
                entries["member"].place, f"{what}'s member is `{member}`. It must end in one of: {within}. Unpack any other."
            )
        for key, only in ONLY_IN.items():
            if key in entries and inputs[name].format not in {*only, ""}:
                endings = listed(f".{ending}" for ending, read_as in FORMATS.items() if read_as in only)
                problems.add(spec.keys[key], f"`{key}` has no meaning for the file `{file}`, only for {endings}. Remove it.")
    return inputs


def _header_rows(node: Node | None, what: str, problems: Problems) -> tuple[int, ...]:
    """The numbers of the rows of a header, as the program that shows the sheet counts them: one, or a list of them."""
    if node is None:
        return ()
    numbers = tuple(
        as_count(item, f"{what}'s header_row", problems) or 0 for item in (node.items if node.kind == "list" else [node])
    )
    if not numbers or numbers[0] < 1 or list(numbers) != sorted(set(numbers)):
        problems.add(
            node.place, f"{what}'s header_row must be the number of a row of the sheet, from 1, or a list of them in order."
        )
    return numbers


def _labels_of(node: Node | None, what: str, problems: Problems) -> tuple[str, ...]:
    """The columns whose labels are read, where they are listed."""
    if node is None or node.kind != "list":
        return ()
    if not node.items:
        problems.add(node.place, f"{what}'s labels list no column. List some, or write `labels: codes`.")
    return tuple(as_text(item, f"A column of {what}'s labels", problems) for item in node.items)


def _text(node: Node | None) -> str | None:
    return node.text if node is not None else None


def _character(node: Node | None) -> str:
    return (_text(node) or "").replace("\\t", "\t")


def _check_encoding(node: Node | None, what: str, problems: Problems) -> None:
    name = as_text(node, f"{what}'s encoding", problems)
    if node is not None and name:
        try:
            "a".encode(name)  # a codec that isn't of text, such as base64, is found but refuses
            known = codecs.lookup(name).name not in OF_NAMES
        except (LookupError, ValueError):
            known = False
        if not known:
            problems.add(
                node.place,
                f"{what}'s encoding is `{shortened(name)}`, which isn't a known text encoding. "
                "Try `utf-8`, `cp1252` or `utf-16`.",
            )


def _origin(node: Node | None, what: str, problems: Problems) -> dict[str, Any]:
    if node is None:
        return {}
    entries = as_map(node, f"{what}'s origin", problems, **ORIGIN._asdict()).entries
    for key, value in entries.items():
        as_text(value, f"{what}'s origin's {key}", problems)
    checked(
        entries.get("url"),
        f"{what}'s origin's url",
        WEB_ADDRESS,
        "an address that begins with https://, with non-ASCII characters percent-encoded",
        problems,
    )
    return {key: value.text for key, value in entries.items()}


def _tables(node: Node, problems: Problems) -> dict[str, list[Node]]:
    entries = as_map(node, "`tables`", problems, may=TABLES).entries
    return {table: value.items if value.kind == "list" else [value] for table, value in entries.items() if table in TABLES}
