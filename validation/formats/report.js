
(() => {
  "use strict";
  // Without this script the page shows everything; with it, what doesn't match is put out of sight.
  const form = document.querySelector(".filter");
  const words = document.getElementById("words");
  const shown = document.getElementById("shown");
  const rules = [...document.querySelectorAll("details.rule")].map((rule) => ({
    rule,
    heading: [...rule.querySelectorAll("summary, .must, .why, .advice")].map((e) => e.textContent).join(" ").toLowerCase(),
    rows: [...rule.querySelectorAll("tr.finding")].map((row) => ({ row, text: row.textContent.toLowerCase() })),
  }));
  if (rules.length === 0) return;
  const filter = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const severities = new Set([...form.querySelectorAll("input:checked")].map((box) => box.value));
    let count = 0, all = 0;
    for (const { rule, heading, rows } of rules) {
      let kept = 0;
      for (const { row, text } of rows) {
        const match = wanted.every((word) => text.includes(word) || heading.includes(word));
        row.toggleAttribute("data-out", !match);
        kept += match ? 1 : 0;
      }
      const empty = rows.length === 0 && wanted.every((word) => heading.includes(word));
      const visible = severities.has(rule.dataset.severity) && (kept > 0 || empty);
      rule.toggleAttribute("data-out", !visible);
      all += rows.length;
      count += visible ? kept : 0;
    }
    shown.textContent = count === all ? "" : `${count} of ${all} listed findings match`;
  };
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  filter();
})();
