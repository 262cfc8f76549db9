// The page of one invoice: the ones before and after it in the list that somebody came from.
"use strict";

const walk = document.getElementById("walk");
if (walk) {
  const list = JSON.parse(sessionStorage.getItem("piaogen-list") ?? "[]");
  const place = list.indexOf(walk.dataset.invoice);
  const link = (id, words) => {
    const made = document.createElement("a");
    made.className = "button quiet";
    made.href = `${document.body.dataset.at}/invoices/${id}`;
    made.textContent = words;
    return made;
  };
  if (place >= 0 && list.length > 1) {
    const told = document.createElement("span");
    told.className = "digits muted";
    told.textContent = `${place + 1} / ${list.length}`;
    if (place > 0) walk.append(link(list[place - 1], walk.dataset.previous));
    walk.append(told);
    if (place < list.length - 1) walk.append(link(list[place + 1], walk.dataset.next));
    walk.hidden = false;
  }
}
