"""Pages in a browser: nothing sticks out of a page, whatever its width, and axe finds no fault in them, light or dark."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

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
    "comparisons/ketamine--ssri.html",
    "treatments/esketamine.html",
    "definitions/remission.hamd17.le7.html",
    "packages/ketamine-esketamine.html",
    "claims/claims-ssri-vs-ketamine.html",
    "rules/OUT001.html",
    "rules/REG020.html",
    "trials/ketamine-esketamine/transform-1.html",
)

_MEASURE = """<!doctype html><meta charset="utf-8"><body><script type="module">
const found = [], axe = await (await fetch("axe.min.js")).text();
for (const path of PATHS) for (const width of WIDTHS) {
  const frame = document.createElement("iframe");
  frame.width = width; frame.height = 900; frame.src = path;
  await new Promise(done => { frame.onload = done; document.body.append(frame); });
  const page = frame.contentDocument, edge = page.documentElement.clientWidth;
  if (page.documentElement.scrollWidth > edge) found.push([path, width, "the page is wider than the window"]);
  for (const part of page.querySelectorAll("main *, nav *, footer *")) {
    const box = part.getBoundingClientRect();
    if (box.width && box.right > edge + 1 && !part.closest(".wide")) found.push([path, width, part.outerHTML.slice(0, 120)]);
  }
  const script = page.createElement("script");
  script.textContent = axe; page.head.append(script);
  const checked = await frame.contentWindow.axe.run(page, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa"], preload: false });
  for (const one of checked.violations) found.push([path, width, `${one.impact}: ${one.id} ${one.nodes[0].html.slice(0, 120)}`]);
  frame.remove();
}
await fetch("/shown", { method: "POST", body: JSON.stringify(found) });
</script>"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out_and_axe_finds_no_fault(site: Path, tmp_path: Path, scheme: str) -> None:
    there("chromium")
    installed(tmp_path, "axe-core")
    folder = Path(shutil.copytree(site, tmp_path / "site"))
    shutil.copy(tmp_path / "node_modules" / "axe-core" / "axe.min.js", folder)
    paths = [path for path in _KINDS if (folder / path).is_file()]
    assert paths == list(_KINDS)
    measure = folder / "measure.html"
    measure.write_text(_MEASURE.replace("PATHS", json.dumps(paths)).replace("WIDTHS", json.dumps(_WIDTHS)), encoding="utf-8")
    options = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--remote-debugging-port=0",
        f"--blink-settings=preferredColorScheme={0 if scheme == 'dark' else 1}",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    ]
    Handler.shown.clear()
    Handler.ready.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = subprocess.Popen(
            ["chromium", *options, f"http://127.0.0.1:{server.server_port}/measure.html"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert Handler.ready.wait(200), "the browser measured nothing"
        finally:
            browser.terminate()
            browser.wait(20)
            server.shutdown()
    assert json.loads(Handler.shown[0]) == []
