"""Pages in a browser: nothing sticks out of a page, whatever its width, and axe finds no fault in them, light or dark."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import threading
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from registry.answers.ladder_words import no_rung
from tests.cli.invoking import outcomes
from tests.loading.test_browser import Handler
from tests.loading.test_plain_tools import installed, there

pytestmark = pytest.mark.slow

_WIDTHS = (360, 768, 1280)
_KINDS = (
    "index.html",
    "changes.html",
    "gate.html",
    "sql.html",
    "trials/index.html",
    "comparisons/index.html",
    "comparisons/ketamine--ssri.html",
    "comparisons/placebo--venlafaxine.html",
    "treatments/esketamine.html",
    "definitions/remission.hamd17.le7.html",
    "classes/remission.clinician.usual-cut-off.html",
    "classes/remission.madrs.le11.html",
    "definitions/remission.madrs.le11.html",
    "populations/index.html",
    "populations/mdd.html",
    "populations/trd.episode.prospective.html",
    "instruments/index.html",
    "instruments/madrs.html",
    "instruments/hamd17.html",
    "packages/ketamine-esketamine.html",
    "claims/claims-ssri-vs-ketamine.html",
    "rules/OUT001.html",
    "rules/REG020.html",
    "trials/ketamine-esketamine/transform-1.html",
    "treatments/placebo.html",
    "treatments/placebo/2.html",
    "treatments/placebo/times-response.html",
    "definitions/index.html",
    "claims/claims-stard.html",
    "claims/claims-ssri-vs-ketamine/response-ssri-rates.html",
)
_ALONE = {
    "compared.html": ("compare", "ssri", "placebo", "--outcome", "remission", "--format", "html"),
    "audit.html": ("audit", "claims-stard", "--format", "html"),
}
"""Pages that are mailed, by the words that make them."""

_MEASURE = """<!doctype html><meta charset="utf-8"><body><script type="module">
const found = [], axe = await (await fetch("axe.min.js")).text();
for (const path of PATHS) for (const width of WIDTHS) {
  const frame = document.createElement("iframe");
  frame.width = width; frame.height = 900; frame.src = path;
  await new Promise(done => { frame.onload = done; document.body.append(frame); });
  const page = frame.contentDocument, edge = page.documentElement.clientWidth;
  for (const folded of page.querySelectorAll("details")) folded.open = true;
  for (const picture of page.querySelectorAll("main svg")) {
    const whole = picture.getBoundingClientRect(), words = [...picture.querySelectorAll("text")].map(text => [text.textContent, text.getBoundingClientRect()]);
    const scale = whole.width / picture.viewBox.baseVal.width;
    const small = [...picture.querySelectorAll("text")].find(text => scale * text.getAttribute("font-size") < 11);
    if (whole.width && small) found.push([path, width, `too small to read: ${small.textContent}`]);
    words.forEach(([one, box], i) => {
      if (box.left < whole.left - 1 || box.right > whole.right + 1 || box.bottom > whole.bottom + 1) found.push([path, width, `cut: ${one}`]);
      for (const [other, theirs] of words.slice(i + 1)) {
        const wide = Math.min(box.right, theirs.right) - Math.max(box.left, theirs.left), high = Math.min(box.bottom, theirs.bottom) - Math.max(box.top, theirs.top);
        if (wide > 1 && high > 0.4 * Math.min(box.height, theirs.height)) found.push([path, width, `on each other: ${one} | ${other}`]);
      }
    });
  }
  for (const box of page.querySelectorAll("main :has(> svg)"))
    if (box.scrollWidth > box.clientWidth + 1) found.push([path, width, `a picture scrolls sideways: ${box.outerHTML.slice(0, 120)}`]);
  for (const figure of page.querySelectorAll("figure:has(svg)")) {
    const seen = [...figure.querySelectorAll("svg")].filter(one => one.getBoundingClientRect().width);
    if (seen.length !== 1) found.push([path, width, `${seen.length} of one picture: ${figure.textContent.slice(0, 60)}`]);
  }
  if (page.documentElement.scrollWidth > edge) found.push([path, width, "the page is wider than the window"]);
  for (const part of page.querySelectorAll("main *, nav *, footer *")) {
    const box = part.getBoundingClientRect();
    if (box.width && box.right > edge + 1 && !part.closest(".wide, pre")) found.push([path, width, part.outerHTML.slice(0, 120)]);
  }
  const script = page.createElement("script");
  script.textContent = axe; page.head.append(script);
  const checked = await frame.contentWindow.axe.run(page, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa"], preload: false });
  for (const one of checked.violations) found.push([path, width, `${one.impact}: ${one.id} ${one.nodes[0].html.slice(0, 120)}`]);
  frame.remove();
}
await fetch("/shown", { method: "POST", body: JSON.stringify(found) });
</script>"""


_CHOOSE = """<!doctype html><meta charset="utf-8"><body><script type="module">
const found = [];
for (const [a, b] of PAIRS) {
  const frame = document.createElement("iframe");
  frame.src = `comparisons/index.html?a=${a}&b=${b}`;
  await new Promise(done => { frame.onload = done; document.body.append(frame); });
  const left = new Promise(done => { frame.onload = done; }), page = frame.contentDocument;
  page.querySelector("#choose button").click();
  const said = page.getElementById("refused").textContent;
  if (!said) await left;
  found.push(said || frame.contentWindow.location.pathname);
  frame.remove();
}
await fetch("/shown", { method: "POST", body: JSON.stringify(found) });
</script>"""


def shown(folder: Path, page: str, profile: Path, *options: str) -> Any:
    """What a page that is put into the folder of a site posts when a browser shows it."""
    there("chromium")
    (folder / "measure.html").write_text(page, encoding="utf-8")
    always = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--remote-debugging-port=0",
        f"--user-data-dir={profile}",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ]
    Handler.shown.clear()
    Handler.ready.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = subprocess.Popen(
            ["chromium", *always, *options, f"http://127.0.0.1:{server.server_port}/measure.html"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert Handler.ready.wait(900), "the browser measured nothing"
        finally:
            browser.terminate()
            browser.wait(20)
            server.shutdown()
    return json.loads(Handler.shown[0])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out_and_axe_finds_no_fault(site: Path, real_registry: Path, tmp_path: Path, scheme: str) -> None:
    """Nor do words in a picture lie on each other, or come out below 11 pixels, or does a picture scroll; all that is folded is unfolded."""
    there("chromium")
    installed(tmp_path, "axe-core")
    folder = Path(shutil.copytree(site, tmp_path / "site"))
    shutil.copy(tmp_path / "node_modules" / "axe-core" / "axe.min.js", folder)
    for name, words in _ALONE.items():
        # Their own policy lets nothing run, axe neither.
        text = outcomes(*words, cwd=real_registry).stdout
        (folder / name).write_text(re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text), encoding="utf-8")
    paths = [path for path in (*_KINDS, *_ALONE) if (folder / path).is_file()]
    assert paths == [*_KINDS, *_ALONE]
    page = _MEASURE.replace("PATHS", json.dumps(paths)).replace("WIDTHS", json.dumps(_WIDTHS))
    colours = f"--blink-settings=preferredColorScheme={0 if scheme == 'dark' else 1}"
    assert shown(folder, page, tmp_path / "profile", colours) == []


_COPY = """<!doctype html><meta charset="utf-8"><body><script type="module">
const frame = document.createElement("iframe");
frame.src = "comparisons/ketamine--ssri.html";
await new Promise(done => { frame.onload = done; document.body.append(frame); });
const page = frame.contentDocument, button = page.querySelector(".behind button"), told = page.querySelector(".behind [role=status]");
button.closest("details").open = true;
button.click();
while (!told.textContent) await new Promise(done => setTimeout(done, 20));
await fetch("/shown", { method: "POST", body: JSON.stringify([button.textContent, String(frame.contentWindow.getSelection()).split("\\n")[0]]) });
</script>"""


def test_a_picture_s_code_is_copied_by_a_button(site: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(site, tmp_path / "site"))
    assert shown(folder, _COPY, tmp_path / "profile") == ["Copy as R", 'd <- read.csv("ladder-remission.csv")']


def test_two_that_are_chosen_lead_to_their_page_or_are_refused(site: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(site, tmp_path / "site"))
    asked = [("ssri", "ketamine"), ("sertraline", "ssri"), ("ssri", "ssri"), ("ssri", ""), ("ssri", "sugar-alcohol")]
    asked.append(("active-placebo", "ect"))
    told = shown(folder, _CHOOSE.replace("PAIRS", json.dumps(asked)), tmp_path / "profile")
    assert told == [
        "/comparisons/ketamine--ssri.html",
        "Sertraline and SSRI overlap: one contains the other, so every arm would be on both sides.",
        "These are the same.",
        "Choose one of each list.",
        "Nothing is compared: the registry has no response or remission rate of Sugar alcohol as a treatment.",
        no_rung("response"),
    ]


_SEARCH = """<!doctype html><meta charset="utf-8"><body><script type="module">
const frame = document.createElement("iframe"), found = [];
frame.src = "index.html";
await new Promise(done => { frame.onload = done; document.body.append(frame); });
const page = frame.contentDocument, input = page.getElementById("q");
for (const words of ASKED) {
  input.value = words;
  input.dispatchEvent(new Event("input"));
  found.push([...page.querySelectorAll("#found li")].map(item => item.textContent));
}
await fetch("/shown", { method: "POST", body: JSON.stringify(found) });
</script>"""


def test_a_search_leads_with_what_its_words_name(site: Path, tmp_path: Path) -> None:
    """A comparison where two are named, a treatment before its hundreds of comparisons, and what one word names where no page has both."""
    folder = Path(shutil.copytree(site, tmp_path / "site"))
    asked = ["ketamine ssri", "ketamine", "esketamine remission", "esketamine zzz", "zzz"]
    two, one, both, half, none = shown(folder, _SEARCH.replace("ASKED", json.dumps(asked)), tmp_path / "profile")
    assert two[0] == "Ketamine and SSRIcomparison"
    assert one[0] == "Ketaminetreatment"
    assert "comparison" in " ".join(one)
    assert both.index("Esketaminetreatment") > both.index("By one of the words")
    assert half[:2] == ["Nothing has every word; by one of them", "Esketaminetreatment"]
    assert none == ["nothing found"]
