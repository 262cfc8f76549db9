// The review desk: keys, the picture, and what is typed proved by the server as it is typed.
"use strict";

const desk = document.querySelector(".desk");
const word = document.getElementById("word");
const KEYS_OFF = "piaogen-keys-off";

/** Whether what is typed into this element belongs to it. */
function takesText(element) {
  return element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && element.type !== "checkbox");
}

/** The picture: a drawing whose view is moved, made larger and turned. */
class Board {
  constructor(drawing) {
    this.drawing = drawing;
    this.group = drawing.querySelector("g");
    this.middle = [Number(drawing.dataset.width) / 2, Number(drawing.dataset.height) / 2];
    this.first = { turn: Number(drawing.dataset.turn), box: drawing.getAttribute("viewBox").split(" ").map(Number) };
    this.fit();
    this.drag();
    drawing.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(event.deltaY < 0 ? 0.85 : 1 / 0.85, this.at(event));
    }, { passive: false });
  }

  show() {
    this.group.setAttribute("transform", `rotate(${this.turned} ${this.middle[0]} ${this.middle[1]})`);
    this.drawing.setAttribute("viewBox", this.box.map((number) => number.toFixed(1)).join(" "));
  }

  fit() {
    this.turned = this.first.turn;
    this.box = [...this.first.box];
    this.show();
  }

  /** Make smaller (above 1) or larger what is seen, about a point of the drawing. */
  zoom(factor, point) {
    const [left, top, width, height] = this.box;
    const wide = Math.min(Math.max(width * factor, this.first.box[2] / 20), Math.max(...this.first.box.slice(2)) * 2);
    const by = wide / width;
    const [x, y] = point ?? [left + width / 2, top + height / 2];
    this.box = [x - (x - left) * by, y - (y - top) * by, wide, height * by];
    this.show();
  }

  /** A quarter more to the right, what is seen turning with it. */
  turn() {
    const [left, top, width, height] = this.box;
    const away = [left + width / 2 - this.middle[0], top + height / 2 - this.middle[1]];
    const [x, y] = [this.middle[0] - away[1], this.middle[1] + away[0]];
    this.turned += 90;
    this.box = [x - height / 2, y - width / 2, height, width];
    this.show();
  }

  /** Where in the drawing something points. */
  at(event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(this.drawing.getScreenCTM().inverse());
    return [point.x, point.y];
  }

  drag() {
    let from = null;
    this.moved = false;
    this.drawing.addEventListener("pointerdown", (event) => {
      from = this.at(event);
      this.moved = false;
    });
    this.drawing.addEventListener("pointermove", (event) => {
      if (from === null || !event.buttons) return;
      const [x, y] = this.at(event);
      if (!this.moved && Math.hypot(x - from[0], y - from[1]) < this.box[2] / 100) return;
      this.moved = true;
      this.box[0] -= x - from[0];
      this.box[1] -= y - from[1];
      this.show();
    });
    window.addEventListener("pointerup", () => {
      from = null;
    });
  }

  /** Light up the place of a field; what is beyond the edge is brought in. */
  light(key) {
    for (const box of this.group.querySelectorAll(".box")) box.classList.toggle("active", box.dataset.field === key);
    const lit = this.group.querySelector(".box.active");
    if (!lit) return;
    const [seen, frame] = [lit.getBoundingClientRect(), this.drawing.getBoundingClientRect()];
    if (seen.left >= frame.left && seen.right <= frame.right && seen.top >= frame.top && seen.bottom <= frame.bottom) return;
    const [x, y] = this.at({ clientX: (seen.left + seen.right) / 2, clientY: (seen.top + seen.bottom) / 2 });
    this.box[0] = x - this.box[2] / 2;
    this.box[1] = y - this.box[3] / 2;
    this.show();
  }
}

/** The form: what is typed is proved by the server, and a click on the print fills the field that was typed in last. */
class Word {
  constructor(form, board) {
    this.form = form;
    this.board = board;
    this.proof = document.getElementById("proof");
    this.into = form.querySelector("[autofocus]") ?? form.querySelector(".desk-field input[type=text]");
    this.asked = 0;
    this.name = document.getElementById("save");
    this.before = this.said();
    form.addEventListener("focusin", (event) => {
      if (event.target.type !== "text") return;
      this.into = event.target;
      board?.light(event.target.dataset.field ?? "");
    });
    form.addEventListener("input", () => this.changed());
    form.addEventListener("keydown", (event) => {
      // A key that is held down from the invoice before, or that ends a Chinese character, says nothing of this one.
      if (event.key === "Enter" && (event.repeat || event.isComposing)) event.preventDefault();
      if (event.key === "ArrowDown" || event.key === "ArrowUp") this.step(event, event.key === "ArrowDown" ? 1 : -1);
    });
    form.addEventListener("click", (event) => {
      const fill = event.target.closest(".fill");
      if (fill) this.fill(document.getElementById(fill.dataset.into), fill.dataset.value);
    });
    document.getElementById("kind")?.addEventListener("change", (event) => {
      document.getElementById("kind-name").textContent = event.target.selectedOptions[0].textContent;
    });
    this.table();
    if (this.name) this.prove();
    board?.light(this.into?.dataset.field ?? "");
    board?.drawing.addEventListener("click", (event) => {
      const text = event.target.dataset?.text;
      if (text && !board.moved && this.into) this.fill(this.into, text);
    });
  }

  /** What the form would send. */
  said() {
    return new URLSearchParams(new FormData(this.form)).toString();
  }

  /** The next field, or the one before. */
  step(event, by) {
    const fields = [...this.form.querySelectorAll(".desk-field input[type=text]")].filter((input) => input.offsetParent !== null);
    const next = fields[fields.indexOf(event.target) + by];
    if (!fields.includes(event.target) || !next || event.isComposing) return;
    event.preventDefault();
    next.focus();
    next.select();
  }

  fill(input, text) {
    if (input.readOnly) return;
    input.value = text;
    input.focus();
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  changed() {
    if (this.name) this.name.firstChild.textContent = `${this.said() === this.before ? this.name.dataset.confirm : this.name.dataset.save} `;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.prove(), 250);
  }

  /** Show what proof says of what is typed; of several answers the last that was asked for counts. */
  async prove() {
    this.asked += 1;
    const mine = this.asked;
    const answer = await fetch(this.form.dataset.proof, { method: "POST", body: new URLSearchParams(this.said()), headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok || mine !== this.asked) return;
    const body = await answer.text();
    if (mine !== this.asked) return;
    this.proof.innerHTML = body;
    const told = this.proof.querySelector(".proof-body");
    for (const input of this.form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
    if (told.dataset.invalid) document.getElementById(`field-${told.dataset.invalid}`)?.setAttribute("aria-invalid", "true");
    this.list(told.dataset.listed.split(" "));
  }

  /** The fields of another kind are listed where those of the kind are. */
  list(keys) {
    const [usual, more] = [document.getElementById("rows-kind"), document.getElementById("rows-more")];
    for (const row of [...usual.children, ...more.children]) {
      const place = keys.includes(row.dataset.row) || row.dataset.group === "kind" ? usual : more;
      if (row.parentElement !== place) place.append(row);
    }
  }

  /** Rows of the table are added and removed. */
  table() {
    const table = this.form.querySelector(".desk-items");
    if (!table || !this.name) return;
    const body = table.tBodies[0];
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet";
    button.textContent = table.dataset.add;
    button.addEventListener("click", () => {
      const row = body.lastElementChild.cloneNode(true);
      const number = body.children.length;
      for (const input of row.querySelectorAll("input")) {
        input.name = input.name.replace(/\d+/, String(number));
        input.setAttribute("aria-label", input.getAttribute("aria-label").replace(/\d+/, String(number + 1)));
        input.value = "";
      }
      row.querySelector(".remove")?.remove();
      body.append(row);
      this.removable(row, table);
      row.querySelector("input").focus();
    });
    table.parentElement.after(button);
    for (const row of body.children) this.removable(row, table);
  }

  removable(row, table) {
    const number = Array.prototype.indexOf.call(row.parentElement.children, row) + 1;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "remove";
    button.textContent = "×";
    button.setAttribute("aria-label", table.dataset.remove.replace("%", String(number)));
    button.addEventListener("click", () => {
      for (const input of row.querySelectorAll("input")) input.value = "";
      row.hidden = true;
      this.changed();
    });
    row.lastElementChild.append(button);
  }
}

/** Open a fold, and go to what is typed into it. */
function unfold(id) {
  const fold = document.getElementById(id);
  if (!fold) return;
  if (fold instanceof HTMLDetailsElement) fold.open = true;
  const reason = fold.querySelector("input[name=reason], input[name=accept_reason]");
  reason?.focus();
  reason?.select();
}

function keys(board) {
  const help = document.getElementById("keys");
  const does = {
    j: () => document.getElementById("next")?.click(),
    k: () => document.getElementById("previous")?.click(),
    r: () => unfold("aside-retake"),
    x: () => unfold("aside-not_invoice"),
    o: () => unfold("accept"),
    "?": () => {
      if (help) help.open = !help.open;
      if (help?.open) help.querySelector("summary").focus();
    },
    "+": () => board?.zoom(0.8),
    "=": () => board?.zoom(0.8),
    "-": () => board?.zoom(1.25),
    t: () => board?.turn(),
    escape: () => document.getElementById("to-list")?.click(),
    enter: () => document.getElementById("save")?.click(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing || event.defaultPrevented) return;
    const key = event.key.toLowerCase();
    if (takesText(event.target)) {
      if (key === "escape") event.target.blur();
      return;
    }
    // A button or link that is focused answers Enter itself.
    if (key === "enter" && event.target.closest("a, button, summary, input")) return;
    if (key !== "escape" && key !== "enter" && localStorage.getItem(KEYS_OFF)) return;
    if (!does[key]) return;
    event.preventDefault();
    does[key]();
  });
}

/** Single keys can be switched off: who speaks to the machine would press them by accident. */
function keysSwitch() {
  const box = document.getElementById("keys-on");
  if (!box) return;
  box.checked = !localStorage.getItem(KEYS_OFF);
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, "1");
  });
}

if (desk) {
  const drawing = desk.querySelector(".drawing");
  const board = drawing ? new Board(drawing) : null;
  const tools = { in: () => board.zoom(0.8), out: () => board.zoom(1.25), turn: () => board.turn(), fit: () => board.fit() };
  desk.querySelectorAll("[data-do]").forEach((button) => button.addEventListener("click", () => board && tools[button.dataset.do]()));
  if (word) new Word(word, board);
  keysSwitch();
  keys(board);
  const first = document.querySelector("[autofocus]");
  first?.focus();
  if (takesText(first)) first.select();
} else {
  keys(null);
}
