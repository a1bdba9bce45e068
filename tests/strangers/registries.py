"""Registries in which every text that a stranger may write is one that was chosen, and everything that the commands write of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from schemas.sql import identifier
from schemas.tables import TABLES
from tests import sample
from tests.cases.test_cases import BASE
from tests.cli.invoking import outcomes

DOI = "10.1000/a&lt;b&gt;{{7*7}}${x}%22#[y](z)"
PAINT = (
    "x\x1b[31m \x1b]0;t\x07\x9b2J\x7f \u202egnp\u2066\u200f\u200b\u00ad\ufeff\ue000\U000e0041\u3164 e"
    + "\u0301" * 9
    + "\ta\nb\r\nc\u2028d"
)
"""What can't be seen, or isn't where it is."""

URL = "https://example.org/a?b=(c)&lt;i&gt;=[x]#*y*"

_OWN_FORM: dict[str, str | None] = {"doi": DOI, "url": URL, "pmid": None, "registration_id": None, "sha256": None}


def rows() -> dict[str, list[dict[str, str]]]:
    """The sample, with rows in every table."""
    tables = {name: [dict(r) for r in listed] for name, listed in sample.TABLES.items()}
    tables |= {name: [dict(row)] for name, row in BASE.items()}
    tables["harms"][0] |= {"n_at_risk": "40", "events": "4"}
    tables["scores"][0] |= {"mean": "12.5", "sd": "7.5"}
    tables["visits"][0] |= {"total": "12", "visit_day": "7"}
    tables["profiles"] = [
        {"treatment_id": t, "attribute": a, "source_id": "report"}
        for t in ("sertraline", "ssri", "placebo")
        for a in ("delivery", "mechanism", "side-effects", "onset")
    ]
    tables["claims"] = [
        {**BASE["claims"], "claim_id": f"claim{i}", "value_low": low, "unit": "%"} for i, low in enumerate(("45", "20"), 1)
    ]
    return tables


def said(text: str, changed: Mapping[str, Mapping[str, str]] | None = None) -> dict[str, list[dict[str, str]]]:
    """The rows with the text in every cell that takes any."""
    tables = rows()
    for name, listed in tables.items():
        for f in TABLES[name].fields():
            if (
                f.kind != "text"
                or (f.pattern is not None and f.name not in _OWN_FORM)
                or (name, f.name) in {("claims", "unit"), ("arms", "includes")}
                or (name == "terms" and f.name not in {"label", "description", "source"})
            ):
                continue
            value = _OWN_FORM.get(f.name, f"{text} {name}.{f.name}")
            if value is not None:
                for row in listed:
                    row[f.name] = value
        for row in listed:
            row.update((changed or {}).get(name, {}))
    return tables


def described(text: str) -> dict[str, Any]:
    """Members of a descriptor, each with the text wherever it may stand."""
    return {
        "title": f"{text} title",
        "description": f"{text} description",
        "keywords": [f"{text} keyword"],
        "homepage": URL,
        "contributors": [{"title": f"{text} contributor", "roles": ["author"]}],
        "licenses": [{"name": "CC0-1.0", "title": f"{text} licence"}],
        "sources": [{"title": f"{text} source", "path": URL, "version": f"{text} version"}],
        "lineage": [{"package": "two", "relation": "same-trials", "note": f"{text} lineage"}],
        "waivers": [
            {
                "rule": "SRC011",
                "where": {"study_id": "trial"},
                "reason": f"{text} reason",
                "approver": f"{text} approver",
                "until": "2027-11-30",
            }
        ],
        f"{text} member": f"{text} value",
    }


def written(root: Path, text: str) -> Path:
    """A registry of two packages that report one trial, with other counts, and say other things of its source; one was accepted, and has
    changed since.
    """
    one = root / "datapackages" / "one"
    sample.write(one, said(f"{text} before", {"outcomes": {"extractions": "1"}}), described(text))
    (one / "README.md").write_text(f"# {text}\n\n{text}\n", encoding="utf-8")
    accepted = run(root, "accept", "one", "--by", text, "--note", text)
    assert accepted.startswith("Accepted"), accepted
    sample.write(one, said(text, {"outcomes": {"extractions": "1"}}), described(text) | {"version": "1.0.1"})
    two = said(text, {"sources": {"correction_status": "erratum"}, "studies": {"population_id": "trd"}})
    for row in two["outcomes"]:
        row |= {"events": str(int(row["events"]) - 3), "percent_reported": ""}
    sample.write(root / "datapackages" / "two", two, described(text) | {"lineage": None, "waivers": None})
    return root


def pages(root: Path, folder: Path, text: str) -> dict[str, str]:
    """Every page that shows data of a registry, by a name for each."""
    folder.mkdir()
    run(root, "build", "--drafts")
    run(root, "validate", "--registry", "--format", "html", "-o", str(folder / "validate.html"))
    subjects = ("compare", "ssri", "placebo", "--with-unstated", "--across", "population", "--reason", text)
    run(root, *subjects, "--format", "html", "-o", str(folder / "compare.html"), "--plot", str(folder / "plot.html"))
    run(root, *subjects, "--plot", str(folder / "plot.svg"))
    run(root, "docs", "-o", str(folder / "site"))
    made = [p for p in folder.rglob("*") if p.suffix in {".html", ".svg"}]
    return {f"{'site/' * (folder / 'site' in p.parents)}{p.name}": p.read_text(encoding="utf-8") for p in sorted(made)}


def answers(root: Path, text: str) -> dict[str, str]:
    """What every command that shows data of a registry says, by the command."""
    tables = ("sources", "studies", "arms", "findings", "verdicts", "waivers", "packages", "lineage", "harms", "profiles")
    commands = [
        (
            "build",
            "--drafts",
        ),
        *(("validate", "--verbose", "--format", form) for form in ("text", "json")),
        *(
            ("compare", "ssri", "placebo", "--across", "population", "--reason", text, "-v", "--format", form)
            for form in ("text", "json")
        ),
        *(("audit", "one", "--verbose", "--format", form) for form in ("text", "json")),
        *(("diff", "one@1.0.0", "one", "--format", form) for form in ("text", "json")),
        *(("history", "--format", form) for form in ("text", "json")),
        *(("sql", f"FROM {table}", "--format", form) for table in tables for form in ("table", "csv", "json")),
        *(("export", form, "--stratum", "response | trd") for form in ("--metafor", "--metapsy", "--csv")),
        ("export", "one", "--prov"),
        *(("list",), ("show", "one"), ("show", "two"), ("verify",)),
        ("retract", "one@1.0.0", "--reason", text, "--by", text),
        *(("retract", "one@1.0.0", "--reason", f"{text} again", "--by", text), ("show", "one")),
    ]
    return {" ".join(command).replace(text, "…"): run(root, *command) for command in commands}


def everything(root: Path) -> dict[str, dict[str, str]]:
    """What is told in a registry in which every text is :data:`PAINT`: by the commands, in the tables of its database, of a broken package, and of mappings
    with many mistakes.
    """
    told = answers(written(root, PAINT), PAINT)
    tables, mistakes = {}, {}
    with duckdb.connect(str(root / "registry.duckdb"), read_only=True) as con:
        for schema, table in con.execute("SELECT schema_name, table_name FROM duckdb_tables() ORDER BY ALL").fetchall():
            tables[f"{schema}.{table}"] = repr(con.execute(f"FROM {schema}.{identifier(table)}").fetchall())
    path = broken(root / "datapackages" / "spoilt", "x <y>", "file") / "datapackage.json"
    words = {f"unknown{n}": n for n in range(40)}
    data = json.loads(path.read_text(encoding="utf-8"))
    for resource in data["resources"][:3]:
        resource["schema"]["fields"][0].update(words | {"constraints": words})
        resource.update(words | {"dialect": words})
    data["waivers"], data["lineage"] = [{**data["waivers"][0], **words}], [words]
    path.write_text(json.dumps(data | words), encoding="utf-8")
    for form in ("text", "json", "html"):
        mistakes[f"spoilt.{form}"] = outcomes("validate", "spoilt", "--format", form, cwd=root).stdout
    mistakes["skipped"] = outcomes("build", "--drafts", "--skip-rejected", cwd=root).stdout
    (root / "in.csv").write_text("a,b,b\n1,2,3\n", encoding="utf-8")
    for number, mapping in enumerate(MAPPINGS):
        (root / f"m{number}.yaml").write_text(mapping, encoding="utf-8")
        done = outcomes("import", "in.csv", "-m", f"m{number}.yaml", "--to", "out", cwd=root)
        assert done.returncode, done
        mistakes[f"import {number}"] = done.stderr
    return {"answers": told, "tables": tables, "mistakes": mistakes}


MAPPINGS = (
    f"package: {{name: p, version: 1.0.0, {', '.join(f'w{n}: 1' for n in range(30))}}}\ninputs: {{i: {{file: in.csv}}}}\ntables: {{}}\n",
    "package: {name: p, version: 1.0.0, title: T}\ninputs:\n  i: {file: in.csv, sha256: x}\ntables:\n"
    f"  sources:\n  - {{from: i, fields: {{{', '.join(f'f{n}: {{column: c{n}}}' for n in range(30))}}}}}\n"
    "  studies:\n  - {from: j, split: [{a: 1, b: 2, c: 3, d: 4}, {e: 1, f: 2, g: 3, h: 4}], fields: {}}\n",
)


def run(root: Path, *command: str) -> str:
    """What a command that doesn't fail says."""
    done = outcomes(*command, cwd=root)
    assert done.returncode in {0, 1}, (command, done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout + done.stderr


def broken(folder: Path, text: str, file: str) -> Path:
    """A package in which everything is the text, whether it may be or not: names of columns, files and tables, numbers, terms and ids."""
    sample.write(folder, rows(), described(text))
    path = folder / "datapackage.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    for number, resource in enumerate(data["resources"]):
        kept = number % 3
        table = folder / resource["path"]
        header, *lines = table.read_text(encoding="utf-8").splitlines()
        cells = ",".join(['"' + text.replace('"', '""') + '"'] * len(header.split(",")))
        names = header if kept else cells + header
        table.write_text("\n".join([names, cells, *lines, cells + "," + cells]) + "\n", encoding="utf-8")
        if kept == 1:
            table.rename(folder / "data" / f"{number}{file}.csv")
            resource["path"] = f"data/{number}{file}.csv"
        resource |= {"title": text, "description": text, text: text, "hash": text, "format": text, "dialect": {text: text}}
        resource["schema"]["fields"][0] |= {"type": text, "constraints": {text: text}}
        resource["schema"]["primaryKey"] = [text]
    data["resources"] += [{"name": text, "path": f"data/{text}.csv"}, {"name": "sources", "path": text}]
    data |= {
        "name": text,
        "version": text,
        "licenses": [{"name": text}],
        "lineage": [{text: text}, {"package": text, "relation": text}],
    }
    data["waivers"] += [{text: text}, {**data["waivers"][0], "rule": text}, {**data["waivers"][0], "until": text}]
    path.write_text(json.dumps(data), encoding="utf-8")
    return folder
