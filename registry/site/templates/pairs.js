// The comparisons that have a page, out of a row a subject: its term, its name, and a bit for each subject after it, four to a letter.
window.COMPARED = (window.PAIRS ?? []).flatMap(([a, one, bits], i, all) =>
  all.slice(i + 1).flatMap(([b, other], j) => (parseInt(bits[j >> 2] ?? "0", 16) >> (j & 3)) & 1 ? [{ a, b, title: `${one} and ${other}` }] : []));
