// Queries in the browser: the engine and the database are loaded when somebody first asks, and from this site alone.
(() => {
  const ask = document.querySelector(".ask"), box = document.getElementById("sql"), said = document.getElementById("said");
  const run = document.getElementById("run"), csv = document.getElementById("csv"), table = document.getElementById("rows");
  const drawn = document.getElementById("drawn"), chart = document.getElementById("chart");
  const MOST = 1000, MOST_DRAWN = 60;
  let connection, found;
  if (location.protocol === "file:" && ask.dataset.engine) { document.getElementById("served").hidden = false; run.disabled = true; }
  const given = new URLSearchParams(location.search);
  let wanted = given.get("chart");
  if (given.get("sql")) box.value = given.get("sql");
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
  // A decimal is a whole number of so many places, and a day or an instant is in milliseconds: either is written as DuckDB writes it.
  const decimal = (value, scale) => {
    let whole = typeof value === "bigint" ? value : [...value].reduceRight((sum, word) => (sum << 32n) + BigInt(word), 0n);
    if (typeof value !== "bigint") whole = BigInt.asIntN(32 * value.length, whole);
    const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, "0"), cut = digits.length - scale;
    return (whole < 0n ? "-" : "") + digits.slice(0, cut) + (scale ? "." + digits.slice(cut) : "");
  };
  const plain = (value, type) => {
    const kind = String(type);
    if (value === null || value === undefined) return "";
    if (kind.startsWith("Decimal")) return decimal(value, type.scale);
    if (kind.startsWith("Date")) return new Date(Number(value)).toISOString().slice(0, 10);
    if (kind.startsWith("Timestamp")) return new Date(Number(value)).toISOString().replace("T", " ").replace(/(\.0+)?Z$/, "");
    if (kind.startsWith("List")) return Array.from(value, one => plain(one, type.children[0].type)).join(", ");
    return String(value);
  };
  const NUMBERS = /^(U?[Ii]nt|Float|Decimal)/;
  // What was asked, by column: its name, its cells as text, and as numbers where they are.
  const columns_of = table => table.schema.fields.map(({ name, type }, place) => {
    const values = Array.from(table.getChildAt(place)), texts = values.map(value => plain(value, type));
    return { name, texts, numbers: NUMBERS.test(type) ? texts.map(text => text === "" ? NaN : Number(text)) : null };
  });
  const show = () => {
    const body = document.createElement("tbody"), top = table.createTHead().insertRow();
    for (const { name } of found) { const cell = document.createElement("th"); cell.scope = "col"; cell.textContent = name; top.append(cell); }
    for (let place = 0; place < Math.min(count(), MOST); place++) { const line = body.insertRow(); for (const { texts } of found) line.insertCell().textContent = texts[place]; }
    table.append(body);
  };
  const count = () => found.length ? found[0].texts.length : 0;
  const address = () => history.replaceState(null, "", "?sql=" + encodeURIComponent(box.value) + (drawn.value ? "&chart=" + encodeURIComponent(drawn.value) : ""));
  // What can be drawn: a column of numbers.
  const offer = () => {
    const names = found.filter(({ numbers }) => numbers && !numbers.every(Number.isNaN)).map(({ name }) => name);
    drawn.replaceChildren(drawn.options[0], ...names.map(name => new Option(name, name)));
    drawn.disabled = !names.length;
    drawn.value = names.includes(wanted) ? wanted : "";
    draw();
  };
  const draw = () => {
    const [caption, bars] = chart.children, name = drawn.value;
    chart.hidden = !name;
    bars.replaceChildren();
    if (!name) return;
    const column = called => found.find(one => one.name === called), { numbers } = column(name);
    const words = found.filter(one => !one.numbers).slice(0, 3), low = column("low")?.numbers, high = column("high")?.numbers;
    const rows = numbers.flatMap((value, place) => Number.isNaN(value) ? [] : [place]).slice(0, MOST_DRAWN);
    const between = low && high && numbers !== low && numbers !== high && rows.every(row => low[row] <= numbers[row] && numbers[row] <= high[row]);
    const all = rows.flatMap(row => between ? [low[row], high[row]] : [numbers[row]]), least = Math.min(0, ...all), most = Math.max(0, ...all);
    const at = value => 100 * (value - least) / (most - least || 1);
    const mark = (kind, from, to) => { const made = document.createElement("i"); made.className = kind; made.style.left = `${at(Math.min(from, to))}%`; made.style.right = `${100 - at(Math.max(from, to))}%`; return made; };
    for (const row of rows) {
      const label = document.createElement("span"), track = document.createElement("span"), told = document.createElement("span");
      label.textContent = words.map(({ texts }) => texts[row]).filter(Boolean).join(", ") || `row ${row + 1}`;
      track.className = "track"; track.setAttribute("aria-hidden", "true");
      track.append(mark("zero", 0, 0), ...(between ? [mark("span", low[row], high[row]), mark("dot", numbers[row], numbers[row])] : [mark("bar", 0, numbers[row])]));
      told.className = "told"; told.textContent = numbers[row].toLocaleString("en", { maximumSignificantDigits: 4 });
      bars.append(label, track, told);
    }
    const by = words.length ? ` by ${words.map(one => one.name).join(", ")}` : "", left = numbers.length - rows.length;
    caption.textContent = `${name}${by}${left ? `: ${rows.length} of ${numbers.length.toLocaleString("en")} rows, the first that have one` : ""}. ${between ? "Lines go from low to high" : "Bars begin at 0"}; figures have four digits here, and all in the table.`;
  };
  drawn.addEventListener("change", () => { wanted = drawn.value; draw(); address(); });
  const start = async () => {
    run.disabled = csv.disabled = drawn.disabled = true;
    table.replaceChildren();
    chart.hidden = true;
    address();
    try {
      said.textContent = connection ? "asking …" : "loading the engine …";
      connection ??= await opened();
      const began = performance.now();
      found = columns_of(await connection.query(box.value));
      show();
      offer();
      address();
      const rows = count();
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
    const lines = [found.map(({ name }) => name), ...Array.from({ length: count() }, (_, row) => found.map(({ texts }) => texts[row]))];
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([lines.map(line => line.map(quoted).join(",")).join("\n") + "\n"], { type: "text/csv" }));
    link.download = "outcomes.csv";
    link.click();
    URL.revokeObjectURL(link.href);
  });
})();
