"""The site: every rate has its place, every link leads somewhere, nothing is loaded from elsewhere, and only what changed is written."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote

import duckdb
import pytest
from markupsafe import Markup

import registry
from registry.answers.cautions import WIDE
from registry.building import build
from registry.ledger.accepting import accept
from registry.ledger.retracting import retract
from registry.packages.finding import find_entry
from registry.site import places, showing
from registry.site.content import Content
from registry.site.facts import Facts
from registry.site.making import make_site
from registry.site.rendering import rendered
from tests import sample
from tests.cli.invoking import outcomes
from tests.docs.examples import ROOT
from tests.strangers.registries import described, said

HEAVIEST = 300_000
"""Bytes of a page."""

BARE: dict[str, Any] = {"nav": (), "entries": set(), "paths": set(), "version": "", "ledger": None, "drafts": [], "feed": None}
"""A site without navigation, for a page alone."""


class Page(HTMLParser):
    """The addresses and the places of a page, and what it loads and runs."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.places: set[str] = set()
        self.inline: list[str] = []
        self._script = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            assert given["id"] not in self.places, given["id"]
            self.places.add(str(given["id"]))
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        if tag in {"script", "img", "iframe", "link"}:
            self.loaded += [str(given[name]) for name in ("src", "href") if given.get(name)]
        self._script = tag == "script" and "src" not in given
        assert not any(name.startswith("on") for name in given)

    def handle_data(self, data: str) -> None:
        if self._script:
            self.inline.append(data)
        self._script = False


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in site.rglob("*.html")}


def test_every_link_leads_somewhere(site: Path, pages: dict[Path, Page]) -> None:
    assert len(pages) > 400
    for path, page in pages.items():
        for link in page.links:
            target, _, place = re.sub(r"\?[^#]*", "", link).partition("#")
            if re.match(r"https?:", target):
                continue
            to = (path.parent / unquote(target)).resolve() if target else path
            assert to.is_file(), (path, link)
            assert to.is_relative_to(site.resolve())
            assert not place or place in (pages[to] if to in pages else Page(to)).places, (path, link)


def test_a_table_that_is_too_long_for_its_picture_has_its_pages(real_registry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("registry.site.showing._BESIDE", 0)
    # The tests' registry has networks with something unstated alone, which are not drawn.
    monkeypatch.setattr("registry.site.content.MAIN", "with-unstated")
    monkeypatch.setattr("registry.site.content.network_pictures", lambda facts, *_: showing.times_pictures(facts, "ssri"))
    with registry.open(real_registry).connect() as con:
        made = list(Content(Facts(con), {}, None).pages())
    linked = {
        (page.kind, normpath(join(dirname(page.path), href)))
        for page in made
        if page.kind != "part"  # pictures are on the first
        for shown in page.given.values()
        if isinstance(shown, Markup)
        for href in re.findall(r'<a href="([^"]+)">As a table', shown)
    }
    assert {"comparison", "treatment", "trial"} <= {kind for kind, _ in linked}
    assert {path for _, path in linked} <= {page.path for page in made}


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        for address in page.loaded:
            if address == "data:,":  # no picture is asked for
                continue
            assert (path.parent / address).resolve().is_file(), (path, address)
        assert all(json.loads(text) for text in page.inline), path
    assert "http" not in "".join(
        (site / name).read_text() for name in ("pairs.js", "search.js", "choose.js", "copy.js", "sql.js", "site.css")
    )


def test_the_style_sheet_is_as_it_was_written(site: Path) -> None:
    """Nothing in it is escaped, which would have a browser leave out each rule with ``>`` in it."""
    text = (site / "site.css").read_text(encoding="utf-8")
    own = (ROOT / "registry" / "site" / "templates" / "site.css").read_text(encoding="utf-8")
    assert " > " in own
    assert text.endswith(own)
    assert "&" not in text


def test_no_page_is_heavy(pages: dict[Path, Page]) -> None:
    assert {str(path): path.stat().st_size for path in pages if path.stat().st_size > HEAVIEST} == {}


def test_every_rate_has_its_place_with_its_figures(site: Path, real_registry: Path) -> None:
    """Those of outcomes that aren't compared too."""
    keys = ("arm_id", "definition_id", "timepoint_days", "timepoint_anchor", "analysis_set", "missing_data")
    with duckdb.connect(str(real_registry / "registry.duckdb"), read_only=True) as con:
        rows = con.execute(
            f"SELECT package, study_id, outcome, events, n_analysed, {', '.join(keys)} FROM outcomes JOIN vocabulary.definitions USING (definition_id)"
        ).fetchall()
    assert {"response", "remission", "dropout"} <= {outcome for _, _, outcome, *_ in rows}
    for package, study, outcome, events, n, *key in rows:
        text = (site / places.trial(package, study)).read_text(encoding="utf-8")
        at = text.index(f'id="{places.anchor("rate", (outcome, *key))}"')
        row = text[at : text.index("</tr>", at)]
        told = "/".join("–" if figure is None else f"{figure:,}" for figure in (events, n))
        assert told in row, (package, study, key)


def test_any_two_can_be_chosen(site: Path) -> None:
    """What the page of comparisons knows of each treatment agrees with the pages that there are."""
    text = (site / "comparisons" / "index.html").read_text(encoding="utf-8")
    options = re.findall(r'<option value="([^"]+)" data-within="([^"]*)" data-rates="([^"]*)">', text)
    known = {term: (within, set(rates.split())) for term, within, rates in options}
    assert {"ssri", "ketamine", "placebo"} <= {term for term, (_, rates) in known.items() if rates}
    there = 0
    for (a, (of_a, rates_a)), (b, (of_b, rates_b)) in combinations(known.items(), 2):
        if (site / places.comparison(a, b)).is_file():
            there += 1
            assert rates_a & rates_b, (a, b)
            assert b != of_a, (a, b)
            assert a != of_b, (a, b)
            for one, other in ((a, b), (b, a)):
                page = (site / places.treatment(one)).read_text(encoding="utf-8")
                assert f'href="../{places.comparison(a, b)}"' in page, (one, other)
            assert f'href="../{places.treatment(a)}#against"' in text
    assert there == len(list((site / "comparisons").glob("*--*.html")))


def test_the_search_knows_every_page_but_lists(site: Path, pages: dict[Path, Page]) -> None:
    lines = (site / "search-index.js").read_text(encoding="utf-8").splitlines()
    found, pairs = (json.loads(line.partition(" = ")[2].rstrip(";")) for line in lines)
    listed = {path for _, _, path, _ in found}
    for number, (a, _, letters) in enumerate(pairs, 1):
        bits = [int(letter, 16) >> place & 1 for letter in letters for place in range(4)]
        listed |= {places.comparison(a, b) for (b, _, _), bit in zip(pairs[number:], bits, strict=False) if bit}
        assert not any(bits[len(pairs) - number :])
    made = {path.relative_to(site).as_posix() for path in pages}
    assert made - listed == {
        path
        for path in made
        if Path(path).name == "index.html"
        or path in {"changes.html", "sql.html"}
        or re.search(r"/\d+\.html$", path)
        or (site / path).with_suffix(".csv").is_file()  # the table behind a picture
    }


def test_accepted_files_can_be_downloaded_as_they_lie(site: Path, real_registry: Path) -> None:
    opened = registry.open(real_registry)
    for name in opened.packages:
        for path in (real_registry / "datapackages" / name).rglob("*.csv"):
            copy = site / "packages" / name / path.relative_to(real_registry / "datapackages" / name)
            assert copy.read_bytes() == path.read_bytes()


def test_words_of_data_are_words(tmp_path: Path) -> None:
    """What is in a registry of markup stays text, on every page and in what the search is given."""
    text = "</script><script>x</script><b onload=x>"
    sample.write(tmp_path / "datapackages" / "one", said(text), described(text))
    assert build(tmp_path, today=sample.TODAY, drafts=True).database
    opened = registry.open(tmp_path)
    with opened.connect() as con:
        make_site(opened, con, tmp_path / "site")
    home = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "drafts that nobody has accepted" in home
    for path in (tmp_path / "site").rglob("*.html"):
        page = Page(path)
        assert all(json.loads(text) for text in page.inline)
        assert "<b onload" not in path.read_text(encoding="utf-8")
    assert "</script" not in (tmp_path / "site" / "search-index.js").read_text(encoding="utf-8")


def test_a_release_without_a_note_is_among_the_changes(tmp_path: Path) -> None:
    sample.write(tmp_path / "datapackages" / "sample")
    assert accept(tmp_path, find_entry(tmp_path, "sample"), by="A", today=sample.TODAY).record
    retract(tmp_path, "sample", None, reason="Withdrawn", by="B")
    assert build(tmp_path, today=sample.TODAY).database
    opened = registry.open(tmp_path)
    with opened.connect() as con:
        make_site(opened, con, tmp_path / "site")
    changes = text_of(tmp_path / "site" / "changes.html")
    assert "retracted sample (every version) By B Why Withdrawn" in changes
    assert "accepted sample 1.0.0 By A Why No note." in changes


def text_of(path: Path) -> str:
    """What a page says, as one line of words."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8").partition("<main")[2])).split())


@pytest.mark.parametrize(
    "leading",
    [
        "network IS NOT NULL",
        "network IS NULL AND via IS NOT NULL",
        "network IS NULL AND estimate IS NOT NULL AND via IS NULL",
        "'population' IN assumptions",
        "'population' NOT IN assumptions AND estimate IS NULL AND network IS NULL",
    ],
)
def test_a_comparison_leads_with_what_compare_says(site: Path, real_registry: Path, leading: str) -> None:
    """The first figures of an outcome, and what compares them, are those of the command, in its direction."""
    with duckdb.connect(str(real_registry / "registry.duckdb"), read_only=True) as con:
        found = con.execute(f"SELECT outcome, a, b FROM ladder WHERE place = 1 AND {leading} ORDER BY ALL LIMIT 1").fetchone()
    assert found is not None
    outcome, a, b = found
    page = text_of(site / places.comparison(a, b))
    told = " ".join(outcomes("compare", a, b, "--outcome", outcome, cwd=real_registry).stdout.split())
    part = re.search(r"─ ((Like with like|Not like with like).*?\..*?)(?: Or assuming| In:|sensitivity)", told)
    section = re.search(
        rf" {outcome.capitalize()} (They|Like) .*?(?= Response | Remission | Within each | Where the figures )", page
    )
    assert part is not None, told
    assert section is not None, page
    assert (part[2] == "Not like with like") == ("They can’t be compared" in section[0])
    rates = re.findall(r"(\d+\.\d%) \(95% CI (\d+)% to (\d+)%; (\d+) trial", part[1])
    assert len(rates) == 2
    for rate in rates:
        assert "{} ({}% to {}%) {} trial".format(*rate) in section[0]
    summary = section[0].partition("What has to be assumed")[0]
    effect = re.search(r"(?i)(odds ratio|risk ratio) (\S+) \(95% CI (\S+) to (\S+)\)", part[1])
    if effect is None:
        assert "ratio" not in summary
    else:
        name, *figures = effect.groups()
        assert "{} {} ({} to {})".format(name.lower(), *figures) in summary


def test_pairs_are_stored_in_the_order_of_their_page(real_registry: Path) -> None:
    """So an effect is that of the first one named against the other."""
    with duckdb.connect(str(real_registry / "registry.duckdb"), read_only=True) as con:
        for table in ("ladder", "pooled_contrasts", "pooled_networks"):
            assert con.execute(f"SELECT count(*), count_if(a >= b) FROM {table}").fetchone()[1:] == (0,), table  # type: ignore[index]


def test_strata_and_assumptions_are_in_words(site: Path, real_registry: Path) -> None:
    page = text_of(site / places.comparison("ketamine", "ssri"))
    assert "Anchor. Ketamine: start; SSRI: not stated" in page
    assert "SSRI: Depressive disorder in primary care" in page
    with duckdb.connect(str(real_registry / "registry.duckdb"), read_only=True) as con:
        terms = {
            term
            for (term,) in con.execute(
                "SELECT class_id FROM vocabulary.comparability_classes WHERE class_id LIKE '%.%'"
            ).fetchall()
        }
    for path in (site / "comparisons").glob("*.html"):
        assert not terms & set(text_of(path).split()), path
        assert "All randomised" not in re.sub(r"Denominator\..*?(?=\d+\.\d%)", "", text_of(path)), (
            "a kind of arm is no analysis set"
        )


def test_a_picture_has_its_figures_as_a_table_and_a_file(site: Path) -> None:
    """Beside it or on pages of their own: every row of the file is there."""
    there = 0
    for path in [*(site / "treatments").glob("*.html"), site / "definitions" / "index.html", *(site / "claims").glob("*.html")]:
        text = path.read_text(encoding="utf-8")
        for figures in re.findall(r'<details class="behind">.*?</details>', text, re.DOTALL):
            file = path.parent / unescape(re.findall(r'href="([^"]+\.csv)"', figures)[0])
            rows = file.read_text(encoding="utf-8").count("\n") - 1
            own = file.with_suffix(".html")
            parts = [own, *own.with_suffix("").glob("*.html")] if own.is_file() else []
            assert rows == sum(
                (part.read_text(encoding="utf-8") if parts else figures).count("<tr><td>") for part in parts or [path]
            )
            assert f'href="{own.relative_to(path.parent).as_posix()}"' in text or not parts
            assert "read.csv(" in figures
            there += 1
    assert there > 30


def test_claims_are_shown_as_the_audit_shows_them(site: Path, real_registry: Path) -> None:
    """The claim, its verdict, what it was compared with, a plot, and then the rest."""
    told = outcomes("audit", "claims-ssri-vs-ketamine", "--format", "html", cwd=real_registry).stdout
    page = (site / places.claims("claims-ssri-vs-ketamine")).read_text(encoding="utf-8")
    for text in (told, page):
        (article,) = [one for one in re.findall(r"<article>.*?</article>", text, re.DOTALL) if ">response-ssri</span>" in one]
        marks = ("<blockquote>", 'class="verdict', "Readings of the claim", '<figure class="picture">', "To change it.")
        assert sorted(marks, key=article.index) == list(marks)
        assert article.count('style="fill:var(--series-a') > 1
    assert re.findall(r"<circle[^>]*>", page) == re.findall(r"<circle[^>]*>", told)


def test_a_wide_ratio_that_no_trial_measured_has_its_warning(site: Path, real_registry: Path) -> None:
    """Beside its rung, and beside no other."""
    with duckdb.connect(str(real_registry / "registry.duckdb"), read_only=True) as con:
        rows = con.execute(
            "SELECT a, b, network IS NOT NULL, 'population' NOT IN assumptions AND CASE WHEN network IS NULL "
            "THEN via IS NOT NULL AND high >= $wide * low ELSE network_direct = 0 AND network_high >= $wide * network_low END FROM ladder",
            {"wide": WIDE},
        ).fetchall()
    wide = Counter((a, b) for a, b, _, is_wide in rows if is_wide)
    assert 0 < wide.total() < len(rows)
    assert {by_network for _, _, by_network, is_wide in rows if is_wide} == {True, False}
    for a, b in {(a, b) for a, b, _, _ in rows}:
        ladders, _, _ = text_of(site / places.comparison(a, b)).partition("Within each stratum")
        assert ladders.count("Wide and indirect") == wide[a, b], (a, b)


def test_a_networks_odds_ratio_says_how_many_trials_had_both(site: Path, real_registry: Path) -> None:
    with duckdb.connect(str(real_registry / "registry.duckdb"), read_only=True) as con:
        rows = con.execute("SELECT a, b, network_k, network_direct FROM ladder WHERE network IS NOT NULL").fetchall()
    assert 0 < sum(direct == 0 for *_, direct in rows) < len(rows)
    for a, b in {(a, b) for a, b, _, _ in rows}:
        said = re.findall(
            r"by a network of ([0-9]+) trials, ([0-9]+|none) of them head to head", text_of(site / places.comparison(a, b))
        )
        assert {(str(k), str(direct or "none")) for *pair, k, direct in rows if pair == [a, b]} == set(said), (a, b)


def test_a_wide_odds_ratio_of_a_network_has_its_warning_where_no_trial_had_both(real_registry: Path, tmp_path: Path) -> None:
    """Of each stratum once; none where its table has a line of trials that had both, whose interval may be as wide."""
    shutil.copy(real_registry / "registry.duckdb", tmp_path)
    with duckdb.connect(str(tmp_path / "registry.duckdb")) as con:
        con.execute("UPDATE pooled_networks SET variant = 'main' WHERE variant = 'with-unstated'")
        con.execute(
            "UPDATE pooled_networks SET high = 5 * low WHERE kind = 'network' AND (outcome, stratum, a, b) IN "
            "(SELECT (outcome, stratum, a, b) FROM pooled_networks WHERE kind = 'direct' ORDER BY ALL LIMIT 5)"
        )
        rows = con.execute(
            "SELECT a, b, stratum, bool_or(kind = 'direct'), bool_or(kind = 'network' AND high >= $wide * low) "
            "FROM pooled_networks WHERE kind <> 'none' AND variant = 'main' GROUP BY outcome, stratum, a, b",
            {"wide": WIDE},
        ).fetchall()
        pages = {
            (page.given["a"], page.given["b"]): rendered(page, {**BARE, "kept": {}}).decode()
            for page in Content(Facts(con)).comparisons()
        }
    assert {(direct, wide) for *_, direct, wide in rows} >= {(True, True), (False, True), (False, False)}
    due = Counter((a, b) for a, b, _, direct, wide in rows if wide and not direct)
    for pair in {(a, b) for a, b, *_ in rows}:
        table = pages[pair].partition("In the network of its stratum")[2]
        assert table.count("Wide and indirect") == due[pair], pair


def test_the_first_page_says_what_is_refused(site: Path) -> None:
    page = text_of(site / "index.html")
    assert "They can’t be compared like with like" in page.partition("35%")[0]
    assert "isn’t an effect" in page.partition("35%")[0]


def test_figures_that_differ_are_told_apart(site: Path, real_registry: Path) -> None:
    """Two means of an arm at a visit, by two analysis sets, don't look like one that was printed twice; each has its source."""
    with duckdb.connect(str(real_registry / "registry.duckdb"), read_only=True) as con:
        some = con.execute("SELECT package, study_id FROM scores GROUP BY ALL ORDER BY count(*) DESC LIMIT 3").fetchall()
    assert some
    for package, study in some:
        table = (site / places.trial(package, study)).read_text(encoding="utf-8").partition("<h2>Scores</h2>")[2]
        rows = re.findall(r'<tr id="score-.*?</tr>', table)
        assert len({re.sub(r' id="[^"]*"', "", row) for row in rows}) == len(rows) > 0
        assert not [row for row in rows if 'class="source"' not in row or "no source stated" in row]


def test_long_lists_of_trials_are_on_several_pages(real_registry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of the registry and of a package, each trial once; only the first page has all else. A page has a hundredth of the links here."""
    monkeypatch.setattr(showing, "_LINKS_ON_A_PAGE", 10)
    with duckdb.connect(str(real_registry / "registry.duckdb"), read_only=True) as con:
        made = {page.path: page for page in Content(Facts(con)).pages()}
        studies = con.execute("SELECT package, study_id FROM studies").fetchall()
    every = [places.trial(*key) for key in studies]
    package = Counter(name for name, _ in studies).most_common(1)[0][0]
    of_package = [places.trial(*key) for key in studies if key[0] == package]
    bare = {**BARE, "paths": made.keys(), "kept": {}}
    for first, trials, once in (
        ("trials/index.html", every, "Search the whole registry"),
        (places.package(package), of_package, "What is in it"),
    ):
        paths = [first, *(f"{first.removesuffix('.html')}/{n}.html" for n in range(2, -(-len(trials) // 10) + 1))]
        assert len(paths) > 2
        texts = [rendered(made[path], bare).decode() for path in paths]
        hrefs = [re.findall(r'href="([^"#]+)"', text) for text in texts]
        linked = [
            {normpath(join(dirname(path), unquote(href))) for href in some} & set(trials)
            for path, some in zip(paths, hrefs, strict=True)
        ]
        assert sorted(one for some in linked for one in some) == sorted(trials)
        assert max(map(len, linked)) <= 10
        assert [once in text for text in texts] == [True, *[False] * (len(paths) - 1)]
        assert made[paths[1]].kind == "part"
        assert f"{paths[-1].removesuffix('.html')}/{len(paths) + 1}.html" not in made


def test_what_a_treatment_is_compared_with_is_on_its_first_page(site: Path) -> None:
    parts = sorted((site / "treatments" / "placebo").glob("*.html"))
    assert parts
    assert "Compared with" in (site / places.treatment("placebo")).read_text(encoding="utf-8")
    assert not any("Compared with" in path.read_text(encoding="utf-8") for path in parts)
