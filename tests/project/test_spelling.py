"""British spelling, by codespell's own list of the words that are spelt in two ways, read the other way round."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).parents[2]
WHERE = ["*.md", "docs/**/*", ".github/**/*", "registry/**/*", "schemas/*", "schemas/[mv]*/*", "validation/**/*"]
TEXTS = {".md", ".py", ".csv", ".jinja", ".js", ".yml"}
PATHS = sorted({path for one in WHERE for path in ROOT.glob(one) if path.suffix in TEXTS})

NAMES = {
    *(
        "analyze",
        "capitalize",
        "deserialize",
        "finalize",
        "initialize",
        "normalize",
        "optimize",
        "parallelize",
        "serialize",
    ),  # functions of libraries, SQL
    "randomized",  # a value of the API of ClinicalTrials.gov
    *("center", "color", "colors", "miter"),  # CSS and matplotlib
    "writable",  # what typer may ask of a path
    *("authorization", "license", "licenses", "organization"),  # a header of HTTP, members of a data package
    *(
        "artifact",
        "math",
        "optimizer",
        "program",
        "programs",
        "summarize",
    ),  # an action, a module, a part and a word of DuckDB; of computers
}
"""Words that others have as names."""


def _american() -> dict[str, str]:
    listed = (files("codespell_lib") / "data" / "dictionary_en-GB_to_en-US.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("->") for line in listed if "->" in line]
    return {american: british for british, word in pairs if (american := word.strip(" ,")) not in NAMES}


def test_spelling_is_british() -> None:
    american = _american()
    assert american["behavior"] == "behaviour"
    assert len(PATHS) > 200
    found = [
        f"{path.relative_to(ROOT)}:{number}: {word} is {american[word.lower()]} here"
        for path in PATHS
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for word in re.findall(r"[A-Za-z]+", line)
        if word.lower() in american
    ]
    assert not found, "\n".join(found)
