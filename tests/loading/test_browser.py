"""The page of docs/loading.md in a browser without a network: DuckDB for the web opens the small database, and every table and view answers."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

import duckdb
import pytest

from registry.form import write_small
from tests.loading.pages import BLOCK, PAGES, ROOT
from tests.loading.test_plain_tools import installed, there

pytestmark = pytest.mark.slow

_WATCH = """<!doctype html><iframe id="page" src="page.html?sql=SQL"></iframe><script>
const timer = setInterval(() => {
  const shown = document.getElementById("page").contentDocument?.getElementById("shown")?.textContent;
  if (shown) { clearInterval(timer); fetch("/shown", { method: "POST", body: shown }); }
}, 100);
</script>"""


class Handler(SimpleHTTPRequestHandler):
    shown: ClassVar[list[str]] = []
    ready = threading.Event()

    def do_POST(self) -> None:
        self.shown.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.ready.set()
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def with_engine(folder: Path) -> Path:
    """The folder with DuckDB for browsers: one module, its worker and its code."""
    installed(folder, "@duckdb/duckdb-wasm", "esbuild")
    dist = folder / "node_modules" / "@duckdb" / "duckdb-wasm" / "dist"
    words = ["npx", "esbuild", "--bundle", "--format=esm", "--outfile=duckdb-wasm.mjs", str(dist / "duckdb-browser.mjs")]
    subprocess.run(words, cwd=folder, check=True, capture_output=True)
    for name in ("duckdb-browser-eh.worker.js", "duckdb-eh.wasm"):
        shutil.copy(dist / name, folder)
    return folder


@pytest.fixture(scope="module")
def site(real_registry: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    there("chromium")
    folder = with_engine(tmp_path_factory.mktemp("site"))
    (body,) = (b for _, name, b in BLOCK.findall((ROOT / PAGES[0]).read_text(encoding="utf-8")) if name == "page.html")
    (folder / "page.html").write_text(body, encoding="utf-8")
    write_small(real_registry / "registry.duckdb", folder / "registry.web.duckdb")
    return folder


@pytest.fixture
def port(site: Path) -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(site))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


def asked(site: Path, port: int, sql: str) -> list[dict[str, object]]:
    """What the page shows for a query."""
    (site / "watch.html").write_text(_WATCH.replace("SQL", quote(sql)), encoding="utf-8")
    Handler.shown.clear()
    Handler.ready.clear()
    options = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--remote-debugging-port=0",
        f"--user-data-dir={site / 'profile'}",
    ]
    nowhere = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    browser = subprocess.Popen(
        ["chromium", *options, nowhere, f"http://127.0.0.1:{port}/watch.html"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert Handler.ready.wait(120), "the page showed nothing"
    finally:
        browser.terminate()
        browser.wait(20)
    found: list[dict[str, object]] = json.loads(Handler.shown[0])
    return found


def test_every_table_and_view_answers_in_the_browser(site: Path, port: int) -> None:
    with duckdb.connect(str(site / "registry.web.duckdb"), read_only=True) as con:
        names = con.execute(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT internal "
            "UNION ALL SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE NOT internal ORDER BY 1"
        ).fetchall()
        # Every column is computed, and none is cut off by the optimiser.
        parts = [f"SELECT '{name}' AS name, count(DISTINCT hash(t)) AS rows FROM {name} t" for (name,) in names]
        sql = f"SELECT name, rows::INT AS rows FROM ({' UNION ALL '.join(parts)}) ORDER BY name"
        here = [{"name": name, "rows": rows} for name, rows in con.execute(sql).fetchall()]
    assert len(here) > 50
    assert asked(site, port, sql) == here


def test_the_pages_own_query_counts_trials(site: Path, port: int) -> None:
    with duckdb.connect(str(site / "registry.web.duckdb"), read_only=True) as con:
        sql = re.search(r'\?\? "(SELECT [^"]+)"', (site / "page.html").read_text(encoding="utf-8"))
        assert sql is not None
        ((trials,),) = con.execute(sql[1]).fetchall()
    assert asked(site, port, sql[1]) == [{"trials": trials}]
