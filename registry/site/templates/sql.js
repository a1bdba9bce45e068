// Queries in the browser: the engine and the database are loaded when somebody first asks, and from this site alone.
(() => {
  const ask = document.querySelector(".ask"), box = document.getElementById("sql"), said = document.getElementById("said");
  const run = document.getElementById("run"), csv = document.getElementById("csv"), table = document.getElementById("rows");
  const MOST = 1000;
  let connection, found;
  if (location.protocol === "file:" && ask.dataset.engine) { document.getElementById("served").hidden = false; run.disabled = true; }
  const asked = new URLSearchParams(location.search).get("sql");
  if (asked) box.value = asked;
  for (const link of document.querySelectorAll("a.example")) link.addEventListener("click", event => {
    event.preventDefault();
    box.value = new URL(link.href).searchParams.get("sql");
    if (!run.disabled) start();
  });

  const opened = async () => {
    const here = name => new URL("engine/" + name, location.href).href;
    const duckdb = await import(here("duckdb-wasm.mjs"));
    const database = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), new Worker(here("duckdb-browser-eh.worker.js")));
    await database.instantiate(here("duckdb-eh.wasm"));
    await database.registerFileURL("registry.duckdb", here("registry.duckdb"), duckdb.DuckDBDataProtocol.HTTP, true);
    const made = await database.connect();
    await made.query("SET autoload_known_extensions = false");
    await made.query("ATTACH 'registry.duckdb' AS registry (READ_ONLY)");
    await made.query("USE registry");
    return made;
  };
  const plain = value => value === null || value === undefined ? "" : typeof value === "object" && typeof value.toArray === "function" ? Array.from(value.toArray(), plain).join(", ") : String(value);
  const show = () => {
    const names = found.schema.fields.map(field => field.name), head = table.createTHead(), body = document.createElement("tbody");
    const top = head.insertRow();
    for (const name of names) { const cell = document.createElement("th"); cell.scope = "col"; cell.textContent = name; top.append(cell); }
    for (const row of found.toArray().slice(0, MOST)) { const line = body.insertRow(); for (const name of names) line.insertCell().textContent = plain(row[name]); }
    table.append(body);
  };
  const start = async () => {
    run.disabled = csv.disabled = true;
    table.replaceChildren();
    history.replaceState(null, "", "?sql=" + encodeURIComponent(box.value));
    try {
      said.textContent = connection ? "asking …" : "loading the engine …";
      connection ??= await opened();
      const began = performance.now();
      found = await connection.query(box.value);
      show();
      const rows = found.numRows;
      said.textContent = `${rows.toLocaleString("en")} ${rows === 1 ? "row" : "rows"} in ${((performance.now() - began) / 1000).toFixed(2)} s${rows > MOST ? `, the first ${MOST} shown` : ""}. This page's address holds the query.`;
      csv.disabled = false;
    } catch (fault) {
      said.textContent = String(fault.message ?? fault);
    } finally {
      run.disabled = false;
    }
  };
  run.addEventListener("click", start);
  box.addEventListener("keydown", event => { if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !run.disabled) start(); });
  csv.addEventListener("click", () => {
    const quoted = text => /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    const names = found.schema.fields.map(field => field.name);
    const lines = [names, ...found.toArray().map(row => names.map(name => plain(row[name])))];
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([lines.map(line => line.map(quoted).join(",")).join("\n") + "\n"], { type: "text/csv" }));
    link.download = "outcomes.csv";
    link.click();
    URL.revokeObjectURL(link.href);
  });
})();
