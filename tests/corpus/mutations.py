"""Ways of spoiling a package, each with the rules one of which must find it.

A mutation is given a source of chance and a package to change; it returns the rules, or ``None`` where the package has nothing
of the kind. ``foreign=False`` keeps Frictionless away from what would make it wait or fetch.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from dataclasses import dataclass

from schemas.tables import TABLES
from tests.corpus.packages import DESCRIPTOR, Package, fifo, link, some

Spoil = Callable[[random.Random, Package], set[str] | None]


@dataclass(frozen=True)
class Mutation:
    name: str
    spoil: Spoil
    foreign: bool


MUTATIONS: list[Mutation] = []


def mutation(function: Spoil | None = None, *, foreign: bool = True) -> Callable[[Spoil], Spoil] | Spoil:
    def add(spoil: Spoil) -> Spoil:
        MUTATIONS.append(Mutation(spoil.__name__, spoil, foreign))  # type: ignore[attr-defined]
        return spoil

    return add if function is None else add(function)


def _file(rng: random.Random, package: Package) -> str:
    return f"data/{rng.choice(package.tables)}.csv"


def _with_rows(rng: random.Random, package: Package) -> tuple[str, list[bytes], int]:
    """A file, its lines, and the number of one that isn't the header."""
    table = rng.choice([t for t in package.tables if package.rows(t)])
    lines = package.files[f"data/{table}.csv"].splitlines(keepends=True)
    return f"data/{table}.csv", lines, rng.randrange(1, len(lines))


# -- bytes --------------------------------------------------------------------------------------------------------------------


@mutation
def byte_order_mark(rng, package):
    path = _file(rng, package)
    package.files[path] = b"\xef\xbb\xbf" + package.files[path]
    return {"PKG023"}


@mutation
def bytes_of_another_encoding(rng, package):
    path, lines, i = _with_rows(rng, package)
    lines[i] = lines[i][:-1] + bytes([rng.randrange(0x80, 0x100)]) + b"\n"
    package.files[path] = b"".join(lines)
    return {"PKG022"}


@mutation
def nul_byte(rng, package):
    path = _file(rng, package)
    at = rng.randrange(len(package.files[path]))
    package.files[path] = package.files[path][:at] + b"\0" + package.files[path][at:]
    return {"PKG022"}


@mutation
def utf_16(rng, package):
    path = _file(rng, package)
    package.files[path] = package.files[path].decode().encode("utf-16")
    return {"PKG022"}


@mutation
def utf_32(rng, package):
    path = _file(rng, package)
    package.files[path] = package.files[path].decode().encode("utf-32")
    return {"PKG022"}


@mutation
def zipped(rng, package):
    path = _file(rng, package)
    package.files[path] = gzip.compress(package.files[path], mtime=0)
    return {"PKG022"}


@mutation
def empty_file(rng, package):
    package.files[_file(rng, package)] = b""
    return {"PKG020"}


@mutation
def cut_off_within_a_row(rng, package):
    path, lines, i = _with_rows(rng, package)
    comma = lines[i].index(b",")
    package.files[path] = b"".join(lines[:i]) + lines[i][: comma + 1]
    return {"PKG030"}


@mutation
def carriage_returns(rng, package):
    path = _file(rng, package)
    package.files[path] = package.files[path].replace(b"\n", b"\r\n")
    return {"PKG025"}


@mutation
def line_of_a_mebibyte(rng, package):
    path, lines, i = _with_rows(rng, package)
    lines[i] = lines[i][:-1] + b"x" * (1 << 20) + b"\n"
    package.files[path] = b"".join(lines)
    return {"PKG024"}


@mutation
def changed_byte(rng, package):
    path, lines, i = _with_rows(rng, package)
    at = rng.randrange(len(lines[i]) - 1)
    lines[i] = lines[i][:at] + (b"y" if lines[i][at : at + 1] == b"x" else b"x") + lines[i][at + 1 :]
    package.files[path] = b"".join(lines)
    package.sealed = False
    return {"PKG021"}


@mutation
def wrong_hash(rng, package):
    rng.choice(package.data["resources"])["hash"] = f"sha256:{rng.getrandbits(256):064x}"
    package.sealed = False
    return {"PKG021"}


@mutation
def wrong_md5(rng, package):
    rng.choice(package.data["resources"])["hash"] = f"{rng.getrandbits(128):032x}"
    package.sealed = False
    return {"PKG021"}


@mutation
def wrong_size(rng, package):
    rng.choice(package.data["resources"])["bytes"] = rng.randrange(10**9, 10**10)
    package.sealed = False
    return {"PKG021"}


@mutation
def wrong_stats(rng, package):
    """Where the resource says nothing itself, Frictionless goes by what older tools say."""
    resource = rng.choice(package.data["resources"])
    del resource["hash"], resource["bytes"]
    resource["stats"] = rng.choice(
        [
            {"sha256": f"{rng.getrandbits(256):064x}"},
            {"md5": f"{rng.getrandbits(128):032x}"},
            {"bytes": rng.randrange(10**9, 10**10)},
        ]
    )
    return {"PKG021"}


@mutation
def wrong_number_of_rows_or_fields(rng, package):
    resource, size = rng.choice(package.data["resources"]), {rng.choice(["rows", "fields"]): rng.randrange(10**5, 10**6)}
    resource |= rng.choice([size, {"stats": size}])
    return {"PKG021"}


# -- rows ---------------------------------------------------------------------------------------------------------------------


@mutation
def empty_line(rng, package):
    path, lines, i = _with_rows(rng, package)
    package.files[path] = b"".join([*lines[:i], b"\n", *lines[i:]])
    return {"PKG030"}


@mutation
def empty_first_line(rng, package):
    path = _file(rng, package)
    package.files[path] = b"\n" + package.files[path]
    return {"PKG026"}


@mutation
def cell_too_few(rng, package):
    path, lines, i = _with_rows(rng, package)
    lines[i] = lines[i].rstrip(b"\n").rsplit(b",", 1)[0] + b"\n"
    package.files[path] = b"".join(lines)
    return {"PKG030"}


@mutation
def cell_too_many(rng, package):
    path, lines, i = _with_rows(rng, package)
    lines[i] = lines[i].rstrip(b"\n") + b",extra\n"
    package.files[path] = b"".join(lines)
    return {"PKG030"}


@mutation
def empty_cell_too_many(rng, package):
    path, lines, i = _with_rows(rng, package)
    lines[i] = lines[i].rstrip(b"\n") + b",\n"
    package.files[path] = b"".join(lines)
    return {"PKG030"}


@mutation
def unclosed_quote(rng, package):
    path, lines, i = _with_rows(rng, package)
    lines[i] = b'"' + lines[i]
    package.files[path] = b"".join(lines)
    return {"PKG030"}


@mutation
def semicolons(rng, package):
    path = _file(rng, package)
    package.files[path] = package.files[path].replace(b",", b";")
    return {"PKG027"}


# -- columns ------------------------------------------------------------------------------------------------------------------


def _header(package: Package, table: str) -> list[str]:
    return [f.name for f in package.columns(table)]


@mutation
def column_left_out(rng, package):
    table = rng.choice(package.tables)
    header = _header(package, table)
    header.remove(rng.choice(header))
    package.put(table, package.rows(table), header)
    return {"PKG027"}


@mutation
def column_renamed(rng, package):
    path = _file(rng, package)
    head, _, body = package.files[path].partition(b"\n")
    names = head.split(b",")
    i = rng.randrange(len(names))
    names[i] = names[i] + b"x"
    package.files[path] = b",".join(names) + b"\n" + body
    return {"PKG027"}


@mutation
def column_in_capitals(rng, package):
    path = _file(rng, package)
    head, _, body = package.files[path].partition(b"\n")
    names = head.split(b",")
    i = rng.randrange(len(names))
    names[i] = names[i].title()
    package.files[path] = b",".join(names) + b"\n" + body
    return {"PKG027"}


@mutation
def columns_exchanged(rng, package):
    table = rng.choice(package.tables)
    header = _header(package, table)
    i, j = rng.sample(range(len(header)), 2)
    header[i], header[j] = header[j], header[i]
    package.put(table, package.rows(table), header)
    return {"PKG027"}


@mutation
def names_exchanged(rng, package):
    path = _file(rng, package)
    head, _, body = package.files[path].partition(b"\n")
    names = head.split(b",")
    i, j = rng.sample(range(len(names)), 2)
    names[i], names[j] = names[j], names[i]
    package.files[path] = b",".join(names) + b"\n" + body
    return {"PKG027"}


@mutation
def column_twice(rng, package):
    path = _file(rng, package)
    head, *body = package.files[path].splitlines()
    name = rng.choice(head.split(b","))
    package.files[path] = b"\n".join([head + b"," + name, *(line + b"," for line in body)]) + b"\n"
    return {"PKG026"}


@mutation
def column_without_a_name(rng, package):
    path = _file(rng, package)
    head, *body = package.files[path].splitlines()
    package.files[path] = b"\n".join([head + b",", *(line + b"," for line in body)]) + b"\n"
    return {"PKG026"}


@mutation
def column_of_names(rng, package):
    path = _file(rng, package)
    head, *body = package.files[path].splitlines()
    name = rng.choice([b"patient_name", b"e-mail", b"date_of_birth", b"phone"])
    package.files[path] = b"\n".join([head + b"," + name, *(line + b",x" for line in body)]) + b"\n"
    return {"PKG028"}


@mutation
def header_left_out(rng, package):
    path, lines, _ = _with_rows(rng, package)
    package.files[path] = b"".join(lines[1:])
    return {"PKG026", "PKG027"}


# -- cells --------------------------------------------------------------------------------------------------------------------


def _cell(rng, package, kinds, values, rules, **wanted):
    place = some(rng, package, kinds, **wanted)
    if place is None:
        return None
    table, column, i = place
    rows = package.rows(table)
    rows[i][column] = rng.choice(values)
    package.put(table, rows)
    return rules


@mutation
def count_that_is_none(rng, package):
    return _cell(
        rng, package, {"count"}, ["1,5", "1e3", " 7", "７", "NaN", "12.5", "n/a", "<5", "9" * 30, "07x", "1 000"], {"PKG031"}
    )


@mutation
def number_that_is_none(rng, package):
    return _cell(rng, package, {"number"}, ["1,5", "1e3x", "twelve", "1.2.3", "5%", "56 days"], {"PKG031"})


@mutation
def flag_that_is_none(rng, package):
    return _cell(rng, package, {"flag"}, ["yes", "ja", "2", "wahr"], {"PKG031"})


@mutation
def date_that_is_none(rng, package):
    return _cell(rng, package, {"date"}, ["2026-02-30", "23.11.2026", "2026", "yesterday", "2026-13-01"], {"PKG031"})


@mutation
def word_that_is_no_term(rng, package):
    return _cell(rng, package, {"term"}, ["ITT", "no such term", "Unstated", "hamd", "MADRS"], {"PKG032"})


@mutation
def required_cell_emptied(rng, package):
    return _cell(rng, package, {"term", "identifier", "reference", "text"}, [""], {"PKG033"}, required=True)


@mutation
def count_below_zero(rng, package):
    return _cell(rng, package, {"count"}, ["-1", "-40"], {"PKG036"})


@mutation
def printed_number_with_a_sign(rng, package):
    return _cell(rng, package, {"verbatim"}, ["60%", "~60", "60,0", "sixty"], {"PKG036"})


@mutation
def identifier_with_spaces(rng, package):
    return _cell(rng, package, {"identifier"}, ["a b", "-a", "a/b", "ä"], {"PKG036"})


@mutation
def formula(rng, package):
    return _cell(rng, package, {"text"}, ["=1+1", "+1", "@SUM(A1)", "-x"], {"PKG037"}, pattern=None)


@mutation
def address_of_a_person(rng, package):
    ways = [
        "jane.doe@example.org",
        "JANE@EXAMPLE.ORG",
        "ring +44 20 7946 0958",
        "555-123-4567",
        "born 12 March 1931",
        "a woman aged 94",
    ]
    return _cell(rng, package, {"text"}, ways, {"PKG038"}, pattern=None)


@mutation
def control_character(rng, package):
    return _cell(
        rng,
        package,
        {"text"},
        ["a\x07b", "\x1b[31m", "a\ufffd", "a\u200bb", "so\u00adft", "a\ue000", "a\U000e0041", "a" + "\u0301" * 9],
        {"PKG039"},
        pattern=None,
    )


@mutation
def break_within_a_cell_and_a_fault_after_it(rng, package):
    place = some(rng, package, {"text"}, pattern=None)
    if place is None:
        return None
    table, column, _ = place
    rows = package.rows(table)
    rows[0][column] = "two\nlines"
    term = next(f.name for f in TABLES[table].fields() if f.kind in {"term", "count"})
    rows[-1][term] = "no such term"
    package.put(table, rows)
    return {"PKG031", "PKG032"}


@mutation
def several_cells(rng, package):
    expected = set()
    for spoil in rng.sample([count_that_is_none, word_that_is_no_term, required_cell_emptied, count_below_zero], 3):
        expected |= spoil(rng, package) or set()
    return expected


@mutation
def more_events_than_people(rng, package):
    for table, many, few in (("outcomes", "events", "n_analysed"), ("harms", "events", "n_at_risk")):
        rows = package.rows(table) if table in package.tables else []
        filled = [r for r in rows if r[many] and r[few]]
        if filled:
            row = rng.choice(filled)
            row[many] = str(int(row[few]) + rng.randrange(1, 50))
            package.put(table, rows)
            return {"OUT001"} if table == "outcomes" else {"OUT013", "OUT014", "OUT015", "HRM001"}
    return None


# -- keys ---------------------------------------------------------------------------------------------------------------------


@mutation
def row_twice(rng, package):
    path, lines, i = _with_rows(rng, package)
    package.files[path] = b"".join([*lines, lines[i]])
    return {"PKG034"}


@mutation
def key_twice(rng, package):
    table = rng.choice([t for t in package.tables if len(package.rows(t)) > 1])
    rows = package.rows(table)
    one, other = rng.sample(range(len(rows)), 2)
    for name in TABLES[table].key():
        rows[other][name] = rows[one][name]
    package.put(table, rows)
    return {"PKG034"}


@mutation
def reference_to_nothing(rng, package):
    return _cell(rng, package, {"reference"}, ["nobody", "nowhere-2020"], {"PKG035"})


@mutation
def source_taken_away(rng, package):
    rows = package.rows("sources")
    gone = rng.randrange(len(rows))
    package.put("sources", rows[:gone] + rows[gone + 1 :])
    return {"PKG035"}


@mutation
def arm_taken_away(rng, package):
    used = {
        (r["study_id"], r["arm_id"])
        for t in package.tables
        if t in {"outcomes", "scores", "harms", "participants"}
        for r in package.rows(t)
    }
    rows = package.rows("arms") if "arms" in package.tables else []
    gone = [i for i, r in enumerate(rows) if (r["study_id"], r["arm_id"]) in used]
    if not gone:
        return None
    i = rng.choice(gone)
    package.put("arms", rows[:i] + rows[i + 1 :])
    return {"PKG035"}


@mutation
def table_taken_away(rng, package):
    package.data["resources"] = [r for r in package.data["resources"] if r["name"] != "sources"]
    return {"PKG008"}


# -- the descriptor -----------------------------------------------------------------------------------------------------------


def _raw(package: Package) -> str:
    return json.dumps(package.data, ensure_ascii=False)


@mutation
def descriptor_cut_off(rng, package):
    text = _raw(package)
    package.raw = text[: rng.randrange(1, len(text) - 1)].encode()
    return {"PKG001"}


@mutation
def descriptor_a_list(rng, package):
    package.raw = f"[{_raw(package)}]".encode()
    return {"PKG001"}


@mutation
def descriptor_in_utf_16(rng, package):
    package.raw = _raw(package).encode("utf-16")
    return {"PKG001"}


@mutation
def descriptor_with_a_member_twice(rng, package):
    package.raw = ('{"name": "other", ' + _raw(package)[1:]).encode()
    return {"PKG001"}


@mutation
def descriptor_with_nan(rng, package):
    package.raw = ('{"size": NaN, ' + _raw(package)[1:]).encode()
    return {"PKG001"}


@mutation
def descriptor_with_a_number_too_large(rng, package):
    package.raw = ('{"size": 1e999, ' + _raw(package)[1:]).encode()
    return {"PKG001"}


@mutation
def member_taken_away(rng, package):
    rules = {"name": {"PKG012"}, "version": {"PKG011"}, "licenses": {"PKG010"}, "resources": {"PKG002"}}
    member = rng.choice(sorted(rules))
    package.sealed = False
    del package.data[member]
    return rules[member]


@mutation
def member_of_another_type(rng, package):
    member = rng.choice(["title", "licenses", "contributors", "keywords", "sources", "description", "image"])
    package.data[member] = rng.choice([5, {"a": 1}])
    return {"PKG002"}


@mutation
def created_on_no_day(rng, package):
    package.data["created"] = "yesterday"
    return {"PKG002"}


@mutation
def version_of_two_numbers(rng, package):
    package.data["version"] = rng.choice(["1.0", "v1.0.0", "1", "1.0.0.0", "01.0.0"])
    return {"PKG011"}


@mutation
def name_of_another_folder(rng, package):
    package.data["name"] = rng.choice(["another", "Not A Name", "linde"])
    return {"PKG012"}


@mutation
def licence_not_open(rng, package):
    package.data["licenses"] = [{"name": rng.choice(["CC-BY-NC-4.0", "proprietary", "cc0"])}]
    return {"PKG010"}


@mutation
def licence_without_a_name(rng, package):
    package.data["licenses"] = [{"title": "open"}]
    return {"PKG010"}


@mutation
def resource_twice(rng, package):
    package.data["resources"].append(dict(rng.choice(package.data["resources"])))
    return {"PKG007"}


@mutation
def resource_that_is_none(rng, package):
    package.data["resources"].append(rng.choice([3, "x.json", None, ["a"]]))
    return {"PKG002"}


@mutation
def resource_renamed(rng, package):
    rng.choice(package.data["resources"])["name"] += "s"
    return {"PKG005"}


@mutation
def resource_without_a_path(rng, package):
    del rng.choice(package.data["resources"])["path"]
    package.sealed = False
    return {"PKG003"}


@mutation
def field_of_another_type(rng, package):
    f = rng.choice(rng.choice(package.data["resources"])["schema"]["fields"])
    f["type"] = rng.choice([t for t in ("integer", "number", "boolean", "date", "string", "year") if t != f["type"]])
    return {"PKG009"}


@mutation
def field_of_no_type(rng, package):
    rng.choice(rng.choice(package.data["resources"])["schema"]["fields"])["type"] = "whatever"
    return {"PKG002"}


@mutation
def field_renamed(rng, package):
    rng.choice(rng.choice(package.data["resources"])["schema"]["fields"])["name"] += "x"
    return {"PKG009"}


@mutation
def field_twice(rng, package):
    fields = rng.choice(package.data["resources"])["schema"]["fields"]
    fields.append(dict(rng.choice(fields)))
    return {"PKG009"}


@mutation
def field_left_out_of_the_schema(rng, package):
    fields = rng.choice(package.data["resources"])["schema"]["fields"]
    fields.remove(rng.choice(fields))
    return {"PKG027"}


@mutation
def fields_in_another_order(rng, package):
    fields = rng.choice(package.data["resources"])["schema"]["fields"]
    i, j = rng.sample(range(len(fields)), 2)
    fields[i], fields[j] = fields[j], fields[i]
    return {"PKG027"}


@mutation
def constraint_of_its_own(rng, package):
    f = rng.choice(rng.choice(package.data["resources"])["schema"]["fields"])
    f.setdefault("constraints", {})[rng.choice(["enum", "pattern"])] = rng.choice([["never"], "never"])
    return {"PKG009"}


@mutation
def required_where_it_is_not(rng, package):
    f = rng.choice(
        [f for r in package.data["resources"] for f in r["schema"]["fields"] if not f.get("constraints", {}).get("required")]
    )
    f.setdefault("constraints", {})["required"] = True
    return {"PKG009"}


@mutation
def other_words_for_missing(rng, package):
    rng.choice(package.data["resources"])["schema"]["missingValues"] = rng.choice([["", "unstated"], ["NA"], []])
    return {"PKG009"}


@mutation
def other_words_for_missing_in_a_field(rng, package):
    rng.choice(rng.choice(package.data["resources"])["schema"]["fields"])["missingValues"] = rng.choice([["13"], ["", "NA"], []])
    return {"PKG009"}


@mutation
def another_key(rng, package):
    schema = rng.choice(package.data["resources"])["schema"]
    schema["primaryKey"] = [schema["fields"][-1]["name"]]
    return {"PKG009"}


@mutation
def another_reference(rng, package):
    schema = package.resource("studies" if "studies" in package.tables else "sources")["schema"]
    schema["foreignKeys"] = [{"fields": [schema["fields"][0]["name"]], "reference": {"resource": "sources", "fields": ["title"]}}]
    return {"PKG009"}


@mutation
def schema_elsewhere(rng, package):
    rng.choice(package.data["resources"])["schema"] = "schema.json"
    return {"PKG002", "PKG009"}


@mutation
def another_dialect(rng, package):
    rng.choice(package.data["resources"])["dialect"] = rng.choice(
        [{"delimiter": ";"}, {"header": False}, {"quoteChar": "'"}, {"commentChar": "#"}]
    )
    return {"PKG006"}


@mutation
def another_format(rng, package):
    member, value = rng.choice(
        [
            ("format", "xlsx"),
            ("mediatype", "application/json"),
            ("encoding", "latin-1"),
            ("compression", "gz"),
            ("extrapaths", ["data/sources.csv"]),
            ("layout", {"header": False}),
            ("layout", {"headerRows": [2]}),
        ]
    )
    rng.choice(package.data["resources"])[member] = value
    return {"PKG006"}


@mutation
def waiver_without_a_reason(rng, package):
    package.data["waivers"] = [
        {"rule": "OUT001", "where": {"study_id": "any"}, "approver": "A. Maintainer", "until": "2099-12-31"}
    ]
    return {"PKG040"}


@mutation
def waiver_of_everything(rng, package):
    waiver = {"rule": "OUT001", "reason": "x", "approver": "A. Maintainer", "until": "2099-12-31"}
    package.data["waivers"] = [rng.choice([waiver, waiver | {"where": {}}])]
    return {"PKG040"}


@mutation
def waiver_of_nothing(rng, package):
    package.data["waivers"] = [_waiver()]
    return {"PKG042"}


@mutation
def waiver_past_its_day(rng, package):
    package.data["waivers"] = [_waiver(until="2001-12-31")]
    return {"PKG041"}


@mutation
def waiver_of_a_whole_table(rng, package):
    where = rng.choice([{"file": "data/outcomes.csv"}, {"column": "events"}, {"arm_id": "a"}])
    package.data["waivers"] = [_waiver(rule="OUT001", where=where)]
    return {"PKG043"}


@mutation
def waiver_for_ever(rng, package):
    package.data["waivers"] = [_waiver(until=rng.choice(["9999-12-31", "2100-01-01"]))]
    return {"PKG044"}


@mutation
def waiver_of_its_own(rng, package):
    package.data["waivers"] = [_waiver(approver=rng.choice(["me", "I", "x", "Self", "n/a", "?"]))]
    return {"PKG045"}


def _waiver(**other):
    whole = {"rule": "STU001", "where": {"study_id": "none"}, "reason": "x", "approver": "A. Maintainer", "until": "2027-12-31"}
    return whole | other


# -- paths --------------------------------------------------------------------------------------------------------------------


@mutation
def path_to_nothing(rng, package):
    rng.choice(package.data["resources"])["path"] = "data/nothing.csv"
    return {"PKG004"}


@mutation
def file_taken_away(rng, package):
    del package.files[_file(rng, package)]
    package.sealed = False
    return {"PKG004"}


@mutation
def path_out_of_the_package(rng, package):
    rng.choice(package.data["resources"])["path"] = rng.choice(["/etc/passwd", "../x.csv", "data/../../x.csv", "C:\\x.csv"])
    return {"PKG003"}


@mutation(foreign=False)
def path_of_another_machine(rng, package):
    rng.choice(package.data["resources"])["path"] = rng.choice(
        ["http://127.0.0.1:1/x.csv", "ftp://example.org/x.csv", "s3://a/b.csv"]
    )
    return {"PKG003"}


@mutation
def path_to_a_folder(rng, package):
    rng.choice(package.data["resources"])["path"] = rng.choice(["data", "."])
    return {"PKG003"}


@mutation
def path_twice(rng, package):
    one, other = rng.sample(package.data["resources"], 2)
    one["path"] = other["path"]
    return {"PKG007"}


@mutation
def path_with_another_ending(rng, package):
    resource = rng.choice(package.data["resources"])
    path = resource["path"]
    resource["path"] = path.replace(".csv", rng.choice([".txt", ".tsv", ".csv.gz"]))
    package.files[resource["path"]] = package.files.pop(path)
    return {"PKG006"}


@mutation
def file_a_link(rng, package):
    path = _file(rng, package)
    package.files["data/real.txt"] = package.files[path]
    package.late.append(link(path, "real.txt"))
    return {"PKG003"}


@mutation(foreign=False)
def file_a_fifo(rng, package):
    package.late.append(fifo(_file(rng, package)))
    return {"PKG003"}


@mutation(foreign=False)
def descriptor_a_fifo(rng, package):
    package.late.append(fifo(DESCRIPTOR))
    return {"PKG001"}
