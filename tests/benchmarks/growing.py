"""What grows: many of one thing, and twice as many.

``python -m tests.benchmarks.growing`` measures it all and prints the table; with KIND SIZE FOLDER it makes so many of that kind, in a
process of its own. The slope is the CPU time of twice as many over that of so many, what a command takes in any case left out of both:
2 is linear, 4 quadratic.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.contenders import OUTCOMES
from tests.benchmarks.measuring import ROOT, Measured, interleaved, median

__all__ = ["GROWING", "Growing", "grown", "slope", "table"]


@dataclass(frozen=True)
class Growing:
    """``make`` writes so many of it into a folder, ``words`` are those of the command that looks at them."""

    what: str
    size: int
    make: Callable[[Path, int], object]
    words: Callable[[Path, int], list[str]]

    def command(self, folder: Path, size: int) -> list[str]:
        """The command as a process is started with it."""
        return [OUTCOMES, *self.words(folder, size)]


def slope(one: float, some: float, twice: float) -> str:
    """How many times as long twice as many take, by the CPU seconds for one, some and twice as many. Of less than a tenth of a second
    there is nothing to say.
    """
    return f"{(twice - one) / (some - one):.1f}" if some - one >= 0.1 else "–"


_TOO_MANY = {"events": "50", "percent_reported": ""}
"""More events than people."""


def _broken(folder: Path, size: int, waivers: int = 0) -> None:
    from tests import sample
    from tests.growth.packages import KEY, with_rows

    rows = [
        sample.TABLES["outcomes"][n % 4] | {"study_id": f"trial-{n // 4}"}
        for n in range(0, size, max(size // max(waivers, 1), 1))
    ]
    said = {"rule": "OUT001", "reason": "It is printed so.", "approver": "A. Maintainer", "until": "2027-12-31"}
    stated = [{**said, "where": {name: row[name] for name in KEY}} for row in rows[:waivers]]
    with_rows(folder, size, lambda _: _TOO_MANY, {"waivers": stated})


def _terms(folder: Path, size: int) -> None:
    from tests.growth.packages import with_rows

    with_rows(folder, size, lambda n: {"analysis_set": f"set-{n}"})


def _resources(folder: Path, size: int) -> None:
    from tests import sample

    sample.write(folder)
    path = folder / "datapackage.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    data["resources"] += [{"name": f"r{n // 2}", "path": f"data/r{n // 2}.csv"} for n in range(size)]
    data["licenses"] = [{"name": f"CC-{n}"} for n in range(size)]
    path.write_text(json.dumps(data), encoding="utf-8")


def _columns(folder: Path, size: int) -> None:
    from tests import sample

    path = sample.write(folder) / "data" / "sources.csv"
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    wide = [",".join([head, *(f"sorce-{n}" for n in range(size))]), *(row + "," * size for row in rows)]
    path.write_text("\n".join(wide) + "\n", encoding="utf-8")


def _packages(folder: Path, size: int) -> None:
    for number in range(size):
        package = folder / "datapackages" / f"package-{number}"
        package.mkdir(parents=True)
        (package / "datapackage.json").write_text(json.dumps({"name": package.name}), encoding="utf-8")


def _half(folder: Path, size: int) -> None:
    from tests.growth.packages import with_rows

    with_rows(folder, size, lambda n: _TOO_MANY if n % 2 else {})


def _generated(folder: Path, size: int, rows: int) -> None:
    from tests.benchmarks.generator import make_package

    (folder / "datapackages").mkdir(parents=True)
    for number in range(size):
        make_package(folder / "datapackages" / f"package-{number}", rows, first=number * (rows // 16 + 1), seed=number)


def _visits(folder: Path, size: int) -> None:
    from tests.benchmarks.visits import make_visits

    make_visits(folder, size)


def _ledger(folder: Path, size: int) -> None:
    from registry.ledger.records import FIRST, Record, canonical_json, digest_of

    _packages(folder, 1)
    (folder / ".registry").mkdir()
    none = digest_of(b"")
    said = {
        **{"kind": "accept", "version": "1.0.0", "since": None, "note": None, "at": "2026-11-23T00:00:00Z", "by": "benchmark"},
        **{"content": none, "report": f"objects/{none[7:]}.json", "tables": {}, "findings": {}, "waivers": []},
        "files": [{"path": "datapackage.json", "hash": none, "bytes": 0}],
        "ruleset": {"version": "0", "digest": none},
        "summary": dict.fromkeys(("errors", "warnings", "notes", "waived"), 0),
    }
    previous = FIRST
    with (folder / ".registry" / "ledger.jsonl").open("wb") as file:
        for number in range(1, size + 1):
            name = f"package-{number}"
            release = {"path": f"{name}@1.0.0.json", "hash": none, "bytes": 0}
            data = {**said, "package": name, "release": release, "sequence": number, "previous": previous}
            previous = digest_of(canonical_json(data))
            file.write(Record({**data, "hash": previous}).line())


def _wide(folder: Path, size: int) -> None:
    for version in ("old", "new"):
        _columns(folder / version, size)
        path = folder / version / "data" / "sources.csv"
        head, *rows = path.read_text(encoding="utf-8").splitlines()
        filled = [head, *(row.rstrip(",") + f",{version}" * size for row in rows)]
        path.write_text("\n".join(filled) + "\n", encoding="utf-8")
        descriptor = path.parents[1] / "datapackage.json"
        data = json.loads(descriptor.read_text(encoding="utf-8"))
        for resource in data["resources"]:
            if resource["name"] == "sources":
                resource["schema"]["fields"] += [{"name": f"sorce-{n}", "type": "string"} for n in range(size)]
        descriptor.write_text(json.dumps(data), encoding="utf-8")


def _validated(folder: Path, size: int) -> list[str]:
    return ["validate", str(folder), "--fail-on", "never", "--max-findings", "20"]


def _listed(folder: Path, size: int) -> list[str]:
    return ["validate", str(folder), "--fail-on", "never", "--max-findings", str(size), "--format", "json"]


def _of_root(*words: str) -> Callable[[Path, int], list[str]]:
    return lambda folder, _: [*words, "--root", str(folder)]


def _named(folder: Path, size: int) -> list[str]:
    names = [f"package-{n}" for n in range(max(size // 25, 1))]
    return ["validate", *names, "--fail-on", "never", "--root", str(folder)]


def _locked(folder: Path, size: int) -> list[str]:
    return ["lock", "--root", str(folder), "--output", str(folder / "outcomes.lock")]


def _compared(folder: Path, size: int) -> list[str]:
    return ["diff", str(folder / "old"), str(folder / "new")]


_ROWS = 50
_FEW_ROWS = 8  # of one trial, whose like no other package has: n reports of one trial are n² pairs of them

GROWING: Mapping[str, Growing] = {
    "broken": Growing("rows that break a rule", 100_000, _broken, _validated),
    "waived": Growing(
        "such rows, a waiver for every hundredth", 100_000, lambda folder, n: _broken(folder, n, n // 100), _validated
    ),
    "listed": Growing("such rows, each of them listed", 20_000, _broken, _listed),
    "half": Growing("rows, every other of them in breach and listed", 50_000, _half, _listed),
    "terms": Growing("words that are not terms, each of them listed", 20_000, _terms, _listed),
    "resources": Growing("repeated resources, and as many wrong licences", 20_000, _resources, _validated),
    "columns": Growing("columns that nobody knows", 5_000, _columns, _validated),
    "compared": Growing("such columns, all changed from one version to the next", 250, _wide, _compared),
    "named": Growing("packages, a 25th of them validated by name", 2_500, _packages, _named),
    "generated": Growing(
        f"packages of {_ROWS} rows, validated", 500, lambda folder, n: _generated(folder, n, _ROWS), _of_root("validate")
    ),
    "built": Growing(
        "packages of one trial, built", 200, lambda folder, n: _generated(folder, n, _FEW_ROWS), _of_root("build", "--drafts")
    ),
    "visits": Growing("visits of participants, validated", 1_000_000, _visits, _validated),
    "listing": Growing("packages, listed", 5_000, _packages, _of_root("list")),
    "locked": Growing("records of a ledger, locked", 5_000, _ledger, _locked),
    "history": Growing("records of a ledger, told", 5_000, _ledger, _of_root("history")),
}


def grown(work: Path, rounds: int = 3, share: int = 1) -> dict[str, tuple[int, list[Measured]]]:
    """Of each kind the size, and what one, so many, and twice as many took; ``share`` makes them fewer."""
    found = {}
    for kind, growing in GROWING.items():
        sys.stderr.write(f"growing: {growing.what}\n")
        size = growing.size // share
        sizes = (1, size, 2 * size)
        folders = {n: work / f"growing-{kind}-{n}" for n in sizes}
        for n, folder in folders.items():
            subprocess.run([sys.executable, "-m", "tests.benchmarks.growing", kind, str(n), str(folder)], cwd=ROOT, check=True)
        runs = interleaved({str(n): growing.command(folder, n) for n, folder in folders.items()}, rounds)
        found[kind] = size, [median(runs[str(n)]) for n in sizes]
    return found


def table(found: Mapping[str, tuple[int, list[Measured]]]) -> str:
    """The table of the page on benchmarks."""
    lines = ["| | n | n, CPU s | 2n, CPU s | slope |", "|---|---:|---:|---:|---:|"]
    for kind, (size, (one, some, twice)) in found.items():
        cells = [
            GROWING[kind].what,
            f"{size:,}",
            f"{some.cpu:.2f}",
            f"{twice.cpu:.2f}",
            slope(one.cpu, some.cpu, twice.cpu),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    if sys.argv[1:]:
        kind, size, folder = sys.argv[1:]
        GROWING[kind].make(Path(folder), int(size))
        return
    with tempfile.TemporaryDirectory(prefix="outcomes-bench-") as scratch:
        sys.stdout.write(table(grown(Path(scratch))) + "\n")


if __name__ == "__main__":
    main()
