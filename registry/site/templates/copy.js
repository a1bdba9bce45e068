// A button at each piece of code that copies it.
(() => {
  for (const code of document.querySelectorAll(".behind pre")) {
    const line = document.createElement("p"), button = document.createElement("button"), told = document.createElement("span");
    button.type = "button"; button.textContent = "Copy as R"; told.setAttribute("role", "status");
    button.addEventListener("click", async () => {
      getSelection().selectAllChildren(code);
      const copied = await navigator.clipboard?.writeText(code.textContent).then(() => true, () => false) || document.execCommand("copy");
      told.textContent = copied ? "copied" : "selected";
    });
    line.append(button, " ", told);
    code.before(line);
  }
})();
