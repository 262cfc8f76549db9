/* Choosing all rows of a page by one box; everything else of the register works without scripts. */
"use strict";

const table = document.querySelector("table.register");
const all = table?.querySelector("[data-all]");
const boxes = table ? [...table.querySelectorAll("tbody input[name=ids]")] : [];

function tell() {
  const chosen = boxes.filter((box) => box.checked).length;
  all.checked = chosen === boxes.length;
  all.indeterminate = chosen > 0 && chosen < boxes.length;
}

if (all && boxes.length) {
  all.closest("label").hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
  });
  for (const box of boxes) box.addEventListener("change", tell);
  tell();
}
