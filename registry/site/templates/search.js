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
    // Comparisons, of which there are hundreds of one treatment, come last, but first where two are asked for.
    const few = hits.filter(page => page[0] === "comparison").length <= 5 ? -1 : 1, last = page => few * (page[0] === "comparison");
    hits.sort((a, b) => last(a) - last(b) || b[4].startsWith(asked[0]) - a[4].startsWith(asked[0]) || a[1].length - b[1].length);
    const say = text => { const item = document.createElement("li"); item.className = "soft"; item.textContent = text; list.append(item); };
    const put = ([kind, title, path]) => {
      const item = document.createElement("li"), link = document.createElement("a"), what = document.createElement("span");
      link.href = top + path.split("/").map(encodeURIComponent).join("/"); link.textContent = title; what.className = "soft"; what.textContent = kind;
      item.append(link, what); list.append(item);
    };
    hits.slice(0, 30).forEach(put);
    if (hits.length > 30) return say(`and ${hits.length - 30} more: add a word to find them`);
    // Few pages have every word of a question: those whose title begins with one of them are what it is about.
    const near = hits.length > 5 || asked.length < 2 ? [] : pages.filter(page => page[0] !== "comparison" && !hits.includes(page) && asked.some(word => word.length > 2 && page[4].startsWith(word)));
    near.sort((a, b) => a[1].length - b[1].length);
    if (near.length) say(hits.length ? "By one of the words" : "Nothing has every word; by one of them");
    near.slice(0, 10).forEach(put);
    if (!hits.length && !near.length) say("nothing found");
  };
  input.addEventListener("input", show);
  show();
})();
