"""The page of queries in a browser without a network: what is asked by a click or by hand is answered as DuckDB answers it here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.cli.invoking import outcomes
from tests.loading.test_browser import with_engine
from tests.loading.test_plain_tools import there
from tests.site.test_in_a_browser import shown

pytestmark = pytest.mark.slow

_ASK = """<!doctype html><meta charset="utf-8"><body><script type="module">
let blob;
const frame = document.createElement("iframe");
frame.width = 360; frame.height = 900; frame.src = "sql.html" + ADDRESS;
await new Promise(done => { frame.onload = done; document.body.append(frame); });
const page = frame.contentDocument, inside = frame.contentWindow, box = page.getElementById("sql"), said = page.getElementById("said"), drawn = page.getElementById("drawn");
inside.URL.createObjectURL = given => { blob = given; return "#"; };
const loaded = () => inside.performance.getEntriesByType("resource").map(one => new URL(one.name).pathname).filter(path => path.startsWith("/engine/"));
const before = loaded();
const answered = async () => {
  while (!/^[\\d,]+ rows? in|Error/.test(said.textContent)) await new Promise(done => setTimeout(done, 20));
  const told = said.textContent, rows = [...page.querySelectorAll("#rows tr")].map(row => [...row.cells].map(cell => cell.textContent));
  said.textContent = "";
  return { told, rows, columns: [...drawn.options].map(option => option.value).slice(1) };
};
const found = [];
for (const link of page.querySelectorAll("a.example")) if (EXAMPLES) { link.click(); found.push({ sql: box.value, ...await answered() }); }
for (const sql of QUERIES) { if (sql !== null) box.value = sql; page.getElementById("run").click(); found.push({ sql: box.value, ...await answered() }); }
const pick = DRAWN;
if (pick !== null) { drawn.value = pick; drawn.dispatchEvent(new Event("change")); }
page.getElementById("csv").click();
const chart = page.getElementById("chart"), edge = page.documentElement.clientWidth;
const bars = [...chart.querySelectorAll(".track")].map(track => [track.previousSibling.textContent, ...[...track.children].map(mark => [mark.className, mark.getBoundingClientRect().left - track.getBoundingClientRect().left, track.getBoundingClientRect().right - mark.getBoundingClientRect().right]), track.nextSibling.textContent]);
const wide = [...chart.querySelectorAll("*")].filter(part => part.getBoundingClientRect().right > edge + 1).length;
await fetch("/shown", { method: "POST", body: JSON.stringify({ before, after: loaded(), found, csv: await blob.text(), hidden: chart.hidden, caption: chart.querySelector("figcaption").textContent, bars, wide, address: inside.location.search }) });
</script>"""


@pytest.fixture(scope="module")
def site(real_registry: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    there("chromium")
    engine = with_engine(tmp_path_factory.mktemp("engine"))
    folder = tmp_path_factory.mktemp("made") / "site"
    made = outcomes("site", "--engine", str(engine), "--output", str(folder), cwd=real_registry)
    assert made.returncode == 0, made.stderr
    return folder


def _asked(
    site: Path, profile: Path, *queries: str | None, examples: bool = False, drawn: str | None = None, address: str = ""
) -> Any:
    page = _ASK.replace("QUERIES", json.dumps(queries)).replace("EXAMPLES", json.dumps(examples))
    return shown(site, page.replace("DRAWN", json.dumps(drawn)).replace("ADDRESS", json.dumps(address)), profile)


def _here(site: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(site / "engine" / "registry.duckdb"), read_only=True) as con:
        return con.execute(sql).fetchall()


def test_every_table_and_view_answers_and_the_engine_is_loaded_by_a_click(site: Path, tmp_path: Path) -> None:
    named = _here(
        site,
        "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT internal "
        "UNION ALL SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1",
    )
    assert len(named) > 50
    queries = [f"SELECT count(*) AS rows, count(DISTINCT hash(t)) AS others FROM {name} t" for (name,) in named]
    told = _asked(site, tmp_path / "profile", *queries, examples=True)
    assert told["before"] == []
    assert "/engine/duckdb-wasm.mjs" in told["after"]
    examples = told["found"][: -len(queries)]
    assert len(examples) == 4
    for one in examples:
        assert one["told"].split()[0] == f"{len(_here(site, one['sql'])):,}", one["sql"]
    for one in told["found"][-len(queries) :]:
        ((rows, others),) = _here(site, one["sql"])
        assert one["rows"] == [["rows", "others"], [str(rows), str(others)]], one["sql"]


def test_values_of_every_kind_are_shown_as_they_are(site: Path, tmp_path: Path) -> None:
    sql = (
        "SELECT DATE '2026-11-28' AS day, DATE '1899-12-31' AS long_ago, TIMESTAMP '2026-11-28 12:30:00' AS instant, 12.50::DECIMAL(6, 2) AS decimal, "
        "-0.05::DECIMAL(18, 2) AS less, [1.5, 0.25] AS several, sum(x)::HUGEINT AS huge, 9007199254740993 AS whole, 0.1::DOUBLE AS real, "
        "true AS flag, NULL AS nothing, ['a', 'b'] AS listed, 'a \"b\", c' AS words FROM range(3) r(x)"
    )
    told = _asked(site, tmp_path / "profile", sql)
    ((names, values),) = [one["rows"] for one in told["found"]]
    assert dict(zip(names, values, strict=True)) == {
        "day": "2026-11-28",
        "long_ago": "1899-12-31",
        "instant": "2026-11-28 12:30:00",
        "decimal": "12.50",
        "less": "-0.05",
        "several": "1.50, 0.25",
        "huge": "3",
        "whole": "9007199254740993",
        "real": "0.1",
        "flag": "true",
        "nothing": "",
        "listed": "a, b",
        "words": 'a "b", c',
    }
    assert (
        told["csv"].splitlines()[1]
        == '2026-11-28,1899-12-31,2026-11-28 12:30:00,12.50,-0.05,"1.50, 0.25",3,9007199254740993,0.1,true,,"a, b","a ""b"", c"'
    )


def test_a_query_that_fails_says_why(site: Path, tmp_path: Path) -> None:
    told = _asked(site, tmp_path / "profile", "SELECT nothing FROM nowhere", "SELECT 1 AS one")
    assert "nowhere" in told["found"][0]["told"]
    assert told["found"][1]["rows"] == [["one"], ["1"]]


def test_a_column_of_numbers_is_drawn_and_the_address_brings_it_back(site: Path, tmp_path: Path) -> None:
    sql = "SELECT study, arm, rate, low, high, n FROM remission_rates WHERE events > 0 ORDER BY ALL LIMIT 7"
    rows = _here(site, sql)
    told = _asked(site, tmp_path / "one", sql, drawn="rate")
    assert told["found"][0]["columns"] == ["rate", "low", "high", "n"]
    assert told["address"].endswith("&chart=rate")
    again = _asked(site, tmp_path / "two", None, address=told["address"])
    for shown_now in (told, again):
        assert not shown_now["hidden"]
        assert shown_now["wide"] == 0, "at 360 pixels nothing sticks out"
        assert shown_now["caption"].startswith("rate by study, arm. Lines go from low to high")
        bars = shown_now["bars"]
        assert [bar[0] for bar in bars] == [f"{row[0]}, {row[1]}" for row in rows]
        assert [float(bar[-1]) for bar in bars] == [pytest.approx(row[2], rel=1e-3) for row in rows]
        ends = [next(mark for mark in bar[1:-1] if mark[0] == "span") for bar in bars]
        assert min(right for *_, right in ends) == pytest.approx(0, abs=1), "the highest end is where the picture ends"
        lefts = [left for _, left, _ in ends]
        scale = max(lefts) / max(row[3] for row in rows)
        assert lefts == [pytest.approx(row[3] * scale, abs=1.5) for row in rows]
    counts = _asked(site, tmp_path / "three", sql, drawn="n")
    assert {mark[0] for bar in counts["bars"] for mark in bar[1:-1]} == {"bar", "zero"}
    assert counts["caption"].startswith("n by study, arm. Bars begin at 0")
