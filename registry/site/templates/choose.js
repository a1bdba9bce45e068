// Leads to the page of the two that were chosen, or says why there is none; the address keeps the choice.
(() => {
  const form = document.getElementById("choose"), told = document.getElementById("refused");
  if (!form) return;
  const chosen = name => form.elements[name].selectedOptions[0];
  const page = (a, b) => [a.value, b.value].sort().join("--") + ".html";
  const pages = new Set(window.COMPARED.map(one => page({ value: one.a }, { value: one.b })));
  const called = one => one.textContent.replace(/ \(class\)$/, "");
  const refusal = (a, b) => {
    if (!a.value || !b.value) return "Choose one of each list.";
    if (a.value === b.value) return "These are the same.";
    if (a.value === b.dataset.within || b.value === a.dataset.within) return `${called(a)} and ${called(b)} overlap: one contains the other, so every arm would be on both sides.`;
    const without = [a, b].filter(one => !one.dataset.rates).map(called);
    if (without.length) return `Nothing is compared: the registry has no response or remission rate of ${without.join(" or of ")} as a treatment.`;
    const shared = a.dataset.rates.split(" ").filter(outcome => b.dataset.rates.split(" ").includes(outcome));
    if (!shared.length) return `Nothing is compared: of ${called(a)} the registry has rates of ${a.dataset.rates} alone, of ${called(b)} of ${b.dataset.rates}.`;
    if (!pages.has(page(a, b))) return form.dataset.norung.replace("{outcomes}", shared.join(" or "));
    return "";
  };
  form.addEventListener("submit", event => {
    event.preventDefault();
    const [a, b] = [chosen("a"), chosen("b")];
    told.textContent = refusal(a, b);
    history.replaceState(null, "", "?" + new URLSearchParams(new FormData(form)));
    if (!told.textContent) location.href = page(a, b);
  });
  const asked = new URLSearchParams(location.search);
  for (const name of ["a", "b"]) if (asked.get(name)) form.elements[name].value = asked.get(name);
})();
