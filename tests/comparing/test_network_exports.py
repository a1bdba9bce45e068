"""A stratum as a network and as means: the columns that netmeta, gemtc, multinma, MetaInsight and metafor document, and figures as metafor computes them."""

from __future__ import annotations

import csv
import math
import re
import subprocess
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from registry.exporting.exports import export_stratum, written
from registry.exporting.means import means_table
from registry.exporting.networks import contrasts_table
from registry.form import fill_views
from registry.strata.rows import MAIN, read_rows, taken_in
from tests.cli.invoking import outcomes
from tests.comparing.fixtures import has_metafor
from tests.comparing.test_exports import DOCS, exported, table, trial
from tests.comparing.test_means import score
from tests.registry.small_registry import arm, registry_of

STRATUM = "response.ge50pct.clinician | mdd | days 42-70 | start | acute, none | randomised"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Trials of two and three treatments, two arms of one, empty and full cells, and one that is alone."""
    folder = tmp_path_factory.mktemp("registry")
    (folder / "datapackages").mkdir()
    con = registry_of(
        folder,
        trials=[
            trial("two", arm("sertraline", response=(30, 60)), arm("placebo", response=(20, 61)), label="Same 2001"),
            trial(
                "three",
                arm("sertraline", response=(12, 40), name="low"),
                arm("sertraline", response=(18, 42), name="high"),
                arm("quetiapine-xr", response=(11, 41)),
                arm("placebo", response=(9, 39)),
                label="Same 2001",
            ),
            trial("empty", arm("fluoxetine", response=(4, 20)), arm("placebo", response=(0, 21)), label="=Empty, “2004”"),
            trial("none", arm("fluoxetine", response=(0, 9)), arm("placebo", response=(0, 8)), label="None 2005"),
            trial("full", arm("sertraline", response=(11, 11)), arm("placebo", response=(10, 10)), label="Full 2006"),
            trial("alone", arm("sertraline", response=(5, 30)), label="Alone 2007"),
        ],
    )
    con.execute("UPDATE arms SET role = if(treatment_id = 'placebo', 'placebo', 'experimental')")
    fill_views(con)
    con.close()
    return folder


def test_a_network_is_an_arm_a_row_with_the_columns_that_its_tools_name(root: Path) -> None:
    done = exported(root, "--network")
    found = table(done)
    assert list(found[0])[:4] == ["study", "treatment", "responders", "sampleSize"]
    assert max(Counter((r["study"], r["treatment"]) for r in found).values()) == 1
    assert min(Counter(r["study"] for r in found).values()) > 1, "a study of one treatment is no part of a network"
    assert "1 trial has no such comparison and is left out" in done.stderr
    # gemtc and MetaInsight: letters, digits and the underscore
    assert all(re.fullmatch(r"\w+", r["treatment"], re.ASCII) for r in found)
    assert {r["treatment"]: r["node"] for r in found}["quetiapine_xr"] == "quetiapine-xr"
    three = [r for r in found if r["trial"] == "trials/three"]
    assert [(r["treatment"], r["responders"], r["sampleSize"]) for r in three] == [
        ("placebo", "9", "39"),
        ("quetiapine_xr", "11", "41"),
        ("sertraline", "30", "82"),
    ]
    assert {r["study"] for r in found if r["study"].startswith("Same")} == {"Same 2001 (trials/two)", "Same 2001 (trials/three)"}
    asked = table(exported(root, "--network", "--a", "sertraline", "--b", "placebo"))
    assert {r["treatment"] for r in asked} == {"sertraline", "placebo"}


ARGUMENTS = {
    "pairwise": {"treat", "event", "n", "studlab", "data", "sm"},
    "multinma::set_agd_arm": {"study", "trt", "r", "n"},
}
"""Arguments that meta (guido-s/meta at e1233ac, R/pairwise.R) and multinma (dmphillippo/multinma at 25e2d99, man/set_agd_arm.Rd) document for counts."""

GEMTC = {"study", "treatment", "responders", "sampleSize"}
"""Columns of gemtc's arm-level counts: gertvv/gemtc at b94d86a, gemtc/man/mtc.network.Rd and mtc.model.Rd."""

METAINSIGHT = {"Study": "study", "T": "treatment", "R": "responders", "N": "sampleSize"}
"""Columns that MetaInsight requires of counts in long format, and what they hold: CRSU-Apps/MetaInsight at 9dcd7d2, inst/shiny/modules/setup_load.md."""

NETMETA = {"TE", "seTE", "treat1", "treat2", "studlab"}
"""Arguments that netmeta names for comparisons: guido-s/netmeta at 1c70ea2, R/netmeta.R."""


def test_the_code_in_the_documentation_gives_each_tool_the_columns_it_documents(root: Path) -> None:
    held = list(table(exported(root, "--network"))[0])
    (code,) = re.findall(r"^```R\n([^`]*network\.csv[^`]*)^```$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    for function, documented in ARGUMENTS.items():
        (inside,) = re.findall(rf"{function}\((?:n, )?([^()]*)\)", code)
        given = dict(part.split(" = ") for part in inside.split(", "))
        assert set(given) == documented
        assert set(given.values()) - {"n", '"OR"'} == GEMTC, "each argument is a column of the file"
    (asked,) = re.findall(r"mtc\.network\(n\[c\(([^)]*)\)\]\)", code)
    assert set(re.findall(r'"(\w+)"', asked)) == GEMTC <= set(held)
    (renamed,) = re.findall(r"names\(n\)\[1:4\] <- c\(([^)]*)\)", code)
    assert dict(zip(re.findall(r'"(\w+)"', renamed), held, strict=False)) == METAINSIGHT
    # MetaInsight takes a column for one of its own by these names, with a number for an arm in wide format.
    assert not [
        name for name in held[4:] if re.fullmatch(r"(study|t|r|n)(\.\d+)?|(covar|rob)\..*|rob|indirectness", name, re.IGNORECASE)
    ]
    assert set(table(exported(root, "--contrasts"))[0]) >= NETMETA


def test_contrasts_are_a_row_for_each_pair_of_treatments(root: Path) -> None:
    done = exported(root, "--contrasts")
    found = table(done)
    assert list(found[0])[:9] == ["studlab", "treat1", "treat2", "TE", "seTE", "event1", "n1", "event2", "n2"]
    assert Counter(r["trial"] for r in found)["trials/three"] == 3
    silent = {r["trial"] for r in found if not r["TE"]}
    assert silent == {"trials/none", "trials/full"}


@pytest.mark.slow
def test_contrasts_are_those_of_metafor(root: Path, tmp_path: Path) -> None:
    done = exported(root, "--contrasts")
    found = table(done)
    if not has_metafor():
        pytest.skip("R with metafor isn't installed")
    (tmp_path / "c.csv").write_text(done.stdout, encoding="utf-8")
    script = (
        "suppressPackageStartupMessages(library(metafor)); d <- read.csv('c.csv')\n"
        "e <- suppressWarnings(escalc('OR', ai = event1, n1i = n1, ci = event2, n2i = n2, data = d, drop00 = TRUE))\n"
        "cat(isTRUE(all.equal(as.vector(e$yi), d$TE, tolerance = 1e-12)), isTRUE(all.equal(sqrt(e$vi), d$seTE, tolerance = 1e-12)), nrow(d))\n"
    )
    ran = subprocess.run(["Rscript", "-e", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.stdout.split() == ["TRUE", "TRUE", str(len(found))], ran.stderr


def test_a_contrast_follows_the_order_of_its_treatments(root: Path) -> None:
    with duckdb.connect(str(root / "registry.duckdb"), read_only=True) as con:
        rows = [row for row in read_rows(con) if row.stratum == STRATUM and row.trial == "trials/two"]
    ((made,),) = [contrasts_table(rows)]
    assert (made["treat1"], made["treat2"]) == ("placebo", "sertraline")
    assert made["TE"] == pytest.approx(math.log(20 / 41 / (30 / 30)))


MEANS = [
    score("t1", "ketamine", -12.0),
    score("t1", "placebo", -8.0),
    score("t2", "ketamine", -10.0),
    score("t2", "ketamine", -14.0, n=30),
    score("t2", "placebo", -7.0),
    score("t3", "ketamine", -9.0),
    score("t4", "ketamine", -9.0, unstated=("population",)),
    score("t4", "placebo", -5.0, unstated=("population",)),
]


STATED = taken_in(MEANS, MAIN)


def test_means_are_pairs_or_arms_as_escalc_takes_them() -> None:
    pairs = means_table(STATED, "ketamine", "placebo")
    assert [r["n1i"] for r in pairs] == [50, 80]
    assert pairs[1]["m1i"] == pytest.approx((-10 * 50 - 14 * 30) / 80)
    assert [r["n1i"] for r in means_table(MEANS, "ketamine", "placebo")] == [50, 80, 50]
    arms = means_table(STATED)
    assert [(r["subject"], r["mi"], r["sdi"], r["ni"]) for r in arms][:2] == [
        ("ketamine", -12.0, 9.0, 50),
        ("placebo", -8.0, 9.0, 50),
    ]
    assert len(arms) == 6
    assert len(means_table(STATED, "ketamine-class")) == 4


@pytest.mark.slow
def test_metafor_takes_the_means(tmp_path: Path) -> None:
    pairs = means_table(STATED, "ketamine", "placebo")
    if not has_metafor():
        pytest.skip("R with metafor isn't installed")
    (tmp_path / "means.csv").write_text("".join(written(pairs)), encoding="utf-8")
    (block,) = re.findall(r"^```R\n([^`]*means\.csv[^`]*)^```$", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    script = f"{block}\ncat(format(c(g$yi, fit$k, fit$beta), digits = 15))"
    ran = subprocess.run(["Rscript", "-e", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    first, second, k, _ = map(float, ran.stdout.split()[-4:])
    # Hedges' g of t1: -4 / 9 by the exact correction.
    exact = math.exp(math.lgamma(49) - math.log(math.sqrt(49)) - math.lgamma(48.5))
    assert (first, k) == (pytest.approx(-4 / 9 * exact, rel=1e-6), 2)
    assert second < 0


def test_a_stratum_of_means_is_found_by_its_words(real_registry: Path) -> None:
    with duckdb.connect(str(real_registry / "registry.duckdb"), read_only=True) as con:
        name, n, stated = con.execute(
            "SELECT stratum, count(*), count(*) FILTER (len(unstated) = 0) FROM comparable_scores GROUP BY 1 ORDER BY 2 DESC, 1"
        ).fetchone()  # type: ignore[misc]
        made = export_stratum(con, "means", name, with_unstated=True)
        assert len(made.table) == n
        assert len(list(csv.DictReader(made.text.splitlines()))) == n
        told = [
            note
            for note in made.notes
            if note.startswith(f"included, although something is unstated: {n - stated} of {n} means (")
        ]
        assert len(told) == (n > stated)
    done = outcomes("export", "--means", "--stratum", "no such scale", cwd=real_registry)
    assert "no stratum of means is called" in done.stderr
    assert "FROM comparable_scores" in done.stderr
    assert (done.returncode, "no stratum" in done.stderr) == (2, True)
    assert outcomes("export", "--means", cwd=real_registry).returncode == 2
    assert outcomes("export", "--means", "--stratum", name, "--outcome", "response", cwd=real_registry).returncode == 2
