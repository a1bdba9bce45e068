"""The code for R, run by R: it prints our figures, or the common effect that it says it prints."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from registry.exporting.r_code import r_code
from registry.pooling.counts import Pair
from registry.pooling.random_effects import pooled_effects
from tests.cli.invoking import outcomes
from tests.comparing.fixtures import has_metafor

STRATA = {
    "one": [(30, 60, 20, 61)],
    "two": [(30, 60, 20, 61), (41, 70, 15, 66)],
    "three": [(30, 60, 20, 61), (41, 70, 15, 66), (22, 90, 30, 85)],
    "five": [(30, 60, 20, 61), (41, 70, 15, 66), (22, 90, 30, 85), (50, 120, 31, 118), (12, 40, 9, 44)],
    "three far apart": [(950, 1000, 900, 1000), (12, 100, 10, 100), (11, 100, 10, 100)],
    "sparse three": [(30, 60, 20, 61), (4, 20, 0, 21), (3, 40, 9, 44)],
    "one with an empty cell": [(0, 10, 2, 100)],
    "one in which all did": [(10, 10, 160, 200)],
    "all on one side": [(3, 3, 40, 60), (2, 2, 30, 40)],
    "none on one side and other sizes": [(0, 10, 2, 100), (0, 12, 5, 40)],
    "none on one side": [(4, 30, 0, 30), (5, 30, 0, 30)],
    "none on one side of four": [(0, 30, 4, 30), (0, 30, 5, 30), (0, 12, 2, 13), (0, 40, 1, 40)],
    "sparse four": [(10, 20, 7, 21), (4, 20, 0, 21), (3, 30, 9, 34), (5, 25, 2, 26), (0, 9, 0, 8)],
}


def pairs_of(name: str) -> list[Pair]:
    return [Pair(f"t{i}", *counts) for i, counts in enumerate(STRATA[name])]


def test_each_figure_is_in_a_comment_with_its_method() -> None:
    for name in STRATA:
        (found,) = pooled_effects([pairs_of(name)])
        text = r_code(pairs_of(name), "a", "b", "pairs.csv")
        for measure, pooled in found.items():
            assert f"# {measure} {pooled.estimate:.4g} ({pooled.low:.4g} to {pooled.high:.4g}): {pooled.method}" in text


@pytest.mark.slow
def test_r_prints_our_figures(tmp_path: Path) -> None:
    if not has_metafor("BiasedUrn"):
        pytest.skip("R with metafor and BiasedUrn isn't installed")
    expected = []
    for name, counts in STRATA.items():
        file = tmp_path / name.replace(" ", "-")
        rows = ["ai,n1i,ci,n2i", *(",".join(map(str, row)) for row in counts)]
        file.with_suffix(".csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
        text = r_code(pairs_of(name), "a", "b", f"{file.name}.csv")
        file.with_suffix(".R").write_text(text, encoding="utf-8")
        (found,) = pooled_effects([pairs_of(name)])
        for block in re.split(r"\n\n(?=# )", text)[1:]:
            (measure,) = (name for name in found if block.startswith(f"# {name} "))
            pooled = found[measure]
            expected.append((f"{name}: {measure}", pooled.common if "the common effect" in block else pooled))
    run = "options(warn = -1, digits = 12); for (f in c({})) source(f)".format(
        ", ".join(f"'{name.replace(' ', '-')}.R'" for name in STRATA)
    )
    done = subprocess.run(["Rscript", "-e", run], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    printed = [[float(n) for n in line.split()[1:]] for line in done.stdout.splitlines() if line.startswith("[1]")]
    assert len(printed) == len(expected) == 3 * len(STRATA)
    for (what, ours), line in zip(expected, printed, strict=True):
        assert ours is not None
        assert line == pytest.approx([ours.estimate, ours.low, ours.high], rel=1e-3), what


def test_code_needs_two_subjects(tmp_path: Path) -> None:
    for words in (["--csv", "--a", "ssri", "--b", "placebo"], ["--metafor", "--a", "ssri"]):
        done = outcomes("export", "--stratum", "x", "--code", "R", *words, cwd=tmp_path)
        assert (done.returncode, "--code writes code for --metafor with --a and --b" in done.stderr) == (2, True)
