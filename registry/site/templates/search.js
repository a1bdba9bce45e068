// Every word of the question must begin a word of a page's title or of what it is known by.
(() => {
  const input = document.getElementById("q"), list = document.getElementById("found");
  if (!input || !list || !window.PAGES) return;
  const top = document.querySelector("nav.top .home").getAttribute("href").replace(/index\.html$/, "");
  const plain = text => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const compared = window.COMPARED.map(({ a, b, title }) => ["comparison", title, `comparisons/${a}--${b}.html`, `${a} ${b} versus compare`]);
  const pages = [...window.PAGES, ...compared].map(([kind, title, path, words]) => [kind, title, path, " " + plain(title + " " + words).replace(/[^\p{L}\p{N}≤≥<>%.]+/gu, " "), plain(title)]);
  const show = () => {
    const asked = plain(input.value).split(/[^\p{L}\p{N}≤≥<>%.]+/u).filter(Boolean);
    list.replaceChildren();
    if (!asked.length) return;
    const hits = pages.filter(page => asked.every(word => page[3].includes(" " + word)));
    // Comparisons, of which there are hundreds of one treatment, come last.
    hits.sort((a, b) => (a[0] === "comparison") - (b[0] === "comparison") || b[4].startsWith(asked[0]) - a[4].startsWith(asked[0]) || a[1].length - b[1].length);
    for (const [kind, title, path] of hits.slice(0, 30)) {
      const item = document.createElement("li"), link = document.createElement("a"), what = document.createElement("span");
      link.href = top + path.split("/").map(encodeURIComponent).join("/"); link.textContent = title; what.className = "soft"; what.textContent = kind;
      item.append(link, what); list.append(item);
    }
    const rest = document.createElement("li");
    rest.className = "soft";
    rest.textContent = hits.length > 30 ? `and ${hits.length - 30} more: add a word to find them` : hits.length ? "" : "nothing found";
    if (rest.textContent) list.append(rest);
  };
  input.addEventListener("input", show);
  show();
})();
