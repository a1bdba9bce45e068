"""``docs/versions.md`` is true: its table is that of the rules, and its example runs and prints what it says."""

from __future__ import annotations

import contextlib
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from registry.diffing.kinds import DAMAGE, Kind
from registry.diffing.rules import FEWEST, LEAST_SHARE, REWRITTEN_FEWEST, REWRITTEN_SHARE, RULES
from tests import fixed
from tests.cli.invoking import outcomes
from tests.diffing.packages import ROOT

PAGE = ROOT / "docs" / "versions.md"
TEXT = PAGE.read_text(encoding="utf-8")
HEAD = ["| rule | needs | what changed | why |", "|---|---|---|---|"]


def table() -> str:
    """The rules as the page has them."""
    rows = [f"| `{r.id}` | {r.bump} | {r.what} | {r.why} |" for r in RULES.values()]
    return "\n".join([*HEAD, *rows])


def test_the_table_of_rules_is_the_rules() -> None:
    assert table() in TEXT, "the page has another table than `python -m tests.diffing.test_page` prints"


def test_every_kind_is_there_with_what_it_needs_throughout_a_column() -> None:
    for line in re.findall(r"^\| (`[^|]*) \|[^|]*\| ([^|]*) \|$", TEXT, re.MULTILINE):
        kinds = re.findall("`([^`]+)`", line[0])
        if kinds[0] in {k.value for k in Kind}:
            assert {line[1] == "major"} == {Kind(k) in DAMAGE for k in kinds}, line
    assert [k.value for k in Kind if f"`{k.value}`" not in TEXT] == []
    assert (FEWEST, LEAST_SHARE, REWRITTEN_FEWEST, REWRITTEN_SHARE) == (3, 0.1, 10, 0.5)
    assert "at least 3 cells, and at least a tenth" in TEXT
    assert "at least 10 and at least half" in TEXT


def replayed(folder: Path) -> str:
    """The page with the outputs that its commands print in a registry, one block after the other."""

    def block(match: re.Match[str]) -> str:
        language, body = match.groups()
        if language == "python":
            with contextlib.chdir(folder):
                exec(compile(body, str(PAGE), "exec"), {})  # noqa: S102  the page's own example
            return match[0]
        lines = [line.removeprefix("$ ") for line in body.splitlines() if re.match(r"(\$ )?outcomes ", line)]
        printed = []
        for line in lines:
            done = outcomes(*shlex.split(line)[1:], cwd=folder)
            said = "\n".join(part.rstrip() for part in (done.stdout + done.stderr).splitlines())
            printed.append(f"$ {line}\n{said}")
        if language == "sh":
            return match[0]
        return "```console\n" + "\n".join(printed) + "\n```"

    return re.sub(r"^```(console|sh|python)\n(.*?)^```$", block, TEXT, flags=re.DOTALL | re.MULTILINE)


@pytest.mark.usefixtures("command")
def test_the_example_prints_what_the_page_says(tmp_path: Path) -> None:
    shutil.copytree(fixed.registry() / "datapackages", tmp_path / "datapackages")
    assert replayed(tmp_path) == TEXT


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
