"""``python -m tests.benchmarks.registries FOLDER COUNT EXTRA``: a registry with so many accepted packages, and a few more to accept.

The packages are the sample that the tests use, each under a name and with figures of its own.
"""

from __future__ import annotations

import sys
import zlib
from pathlib import Path

from registry.ledger.accepting import accept
from registry.packages.finding import find_entry
from tests import sample
from tests.benchmarks.contenders import extra_name

__all__ = ["make"]

_SIZES = 401
"""So many sizes an arm may have."""


def make(folder: Path, count: int, extra: int) -> None:
    """Write the registry. Every package is accepted as the command line accepts it, in one process."""
    for name in [f"package-{n}" for n in range(count)]:
        _write(folder, name)
        done = accept(folder, find_entry(folder, name), by="benchmark", today=sample.TODAY)
        if done.record is None:
            raise RuntimeError(f"{name} was not accepted: {done.reason}")
    for number in range(extra):
        _write(folder, extra_name(number))


def _write(folder: Path, name: str) -> None:
    tables = {table: [dict(row) for row in rows] for table, rows in sample.TABLES.items()}
    # A trial of its own: `accept` refuses one that two packages have and neither declares, and where many have one author or arms of one size,
    # there are as many pairs to look at as no registry has.
    number = zlib.crc32(name.encode()) % 10**8
    author = f"{number:08d}".translate(str.maketrans("0123456789", "abcdefghij")).capitalize()
    sizes = {"drug": 40 + number % _SIZES, "placebo": 40 + number // _SIZES % _SIZES}
    for result in tables["outcomes"]:
        n = str(sizes[result["arm_id"]])
        result.update({"source_locator": f"Table 2 of {name}", "n_analysed": n, "percent_reported": ""})
    for arm in tables["arms"]:
        arm.update(dict.fromkeys(("n_randomised", "n_treated"), str(sizes[arm["arm_id"]])))
    (source,), (study,) = tables["sources"], tables["studies"]
    source |= {"doi": f"10.1000/{name}", "title": f"The report of {name}"}
    study |= {"registration_id": f"NCT{number:08d}", "label": f"{author} 2020", "n_randomised": str(sum(sizes.values()))}
    sample.write(folder / "datapackages" / name, tables)


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
