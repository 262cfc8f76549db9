// Handing in at a desk: files, folders and zips are dropped or chosen, kept in this browser and sent as one batch; see queue.js.
"use strict";

(() => {
  const form = document.getElementById("upload");
  if (!form) return;
  const list = document.getElementById("sendings");
  const say = form.dataset;
  const whys = JSON.parse(say.whys);
  const cards = new Map();
  const outbox = new Outbox(at, () => draw());
  outbox.owner = say.owner;
  /** Names that a computer puts into folders by itself. */
  const NO_DOCUMENT = /^(\..*|thumbs\.db|desktop\.ini|__macosx)$/i;

  function words(pattern, values) {
    return pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  function element(name, className, text = "") {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  }

  class Card {
    constructor(id) {
      this.id = id;
      this.section = element("section", "card sending");
      this.section.dataset.batch = id;
      this.line = element("p", "sending-line");
      this.bar = document.createElement("progress");
      this.bar.setAttribute("aria-label", say.saySending);
      this.trouble = element("ul", "sending-trouble");
      this.link = element("a", "", say.sayOpen);
      this.link.href = `${at}/batches/${id}`;
      this.more = element("p", "small");
      this.more.append(this.link);
      this.more.hidden = true;
      this.table = element("div", "sending-files");
      this.table.dataset.finished = "false";
      this.section.append(this.line, this.bar, this.trouble, this.more, this.table);
      list.prepend(this.section);
    }

    show(batch) {
      const waiting = batch?.files.filter((file) => file.state === "waiting").length ?? 0;
      const refused = batch?.files.filter((file) => file.state === "refused") ?? [];
      const seen = batch?.files.filter((file) => file.state === "seen").length ?? 0;
      const sent = batch?.sent ?? 0;
      this.total = Math.max(this.total ?? 0, batch?.expected ?? 0);
      this.bar.max = this.total;
      this.bar.value = sent;
      const isMoving = waiting > 0 || this.keeping;
      this.bar.hidden = !isMoving;
      this.tell(isMoving ? this.status(sent, batch) : this.outcome(sent, refused.length + seen), isMoving);
      this.trouble.replaceChildren(...refused.map((file) => this.refusal(file)));
      if (batch?.files.some((file) => file.loose)) this.trouble.append(element("li", "warn", say.sayLoose));
    }

    tell(text, isMoving) {
      if (this.line.textContent === text) return;
      this.line.textContent = text;
      if (!isMoving) announce(text);
    }

    /** What is said at the end; of files that the page could not keep before it was closed, nobody has the bytes any more. */
    outcome(sent, refused) {
      const lost = this.total - sent - refused;
      const safe = words(say.saySafe, { count: sent });
      return lost > 0 ? `${safe} ${words(say.sayLost, { count: lost })}` : safe;
    }

    status(sent, batch) {
      const seconds = Math.max(1, Math.ceil((outbox.until - Date.now()) / 1000));
      const how = { offline: say.sayOffline, waiting: words(/unavailable/.test(outbox.why) ? say.sayUnavailable : say.sayWaiting, { seconds }), login: say.sayLogin, forbidden: say.sayForbidden };
      const line = words(say.sayProgress, { sent, total: this.total, label: batch.label ? `${batch.label} · ` : "" });
      return how[outbox.status] ? `${line} · ${how[outbox.status]}` : line;
    }

    refusal(file) {
      const line = element("li", "bad");
      line.append(element("span", "name", file.name), ` — ${whys[file.why] ?? whys.refused_input} `);
      const seen = element("button", "button quiet small-button", say.saySeen);
      seen.type = "button";
      seen.addEventListener("click", () => outbox.change(file, { state: "seen" }));
      line.append(seen);
      return line;
    }

    /** Something of it is in the archive: from now on its own list is shown. */
    arrived() {
      this.more.hidden = false;
      if (this.table.dataset.finished === "following") return;
      this.table.dataset.finished = "following";
      follow(this.table, this.id);
    }
  }

  function cardOf(id) {
    if (!cards.has(id)) cards.set(id, new Card(id));
    return cards.get(id);
  }

  const left = element("div", "left-by-others");
  list.before(left);
  function leftBy({ owner, batches }) {
    const count = batches.flatMap((batch) => batch.files).filter((file) => file.state === "waiting").length;
    const line = element("p", "card notice", `${words(say.sayLeft, { owner: owner.replace(/^\w+:/, ""), count })} `);
    const adopt = element("button", "button secondary", say.sayAdopt);
    adopt.type = "button";
    adopt.addEventListener("click", () => outbox.adopt(batches));
    line.append(adopt);
    return line;
  }

  let drawing = null;
  function draw() {
    drawing ??= requestAnimationFrame(async () => {
      drawing = null;
      const batches = new Map((await outbox.list()).filter((batch) => batch.source === "web" && outbox.isMine(batch)).map((batch) => [batch.id, batch]));
      for (const batch of batches.values()) if (batch.files.some((file) => file.state !== "seen")) cardOf(batch.id);
      for (const [id, card] of cards) card.show(batches.get(id));
      left.replaceChildren(...(await outbox.others()).map(leftBy));
    });
  }
  outbox.stored = (batch) => cards.get(batch.id)?.arrived();

  /** The files in what was dropped, folders and all. */
  async function filesIn(entry) {
    if (NO_DOCUMENT.test(entry.name)) return [];
    if (entry.isFile) return [await new Promise((resolve, reject) => entry.file(resolve, reject))];
    const reader = entry.createReader();
    const found = [];
    // A folder is told in pieces, the last of which is empty.
    for (let piece = await read(reader); piece.length; piece = await read(reader)) {
      for (const inner of piece) found.push(...(await filesIn(inner)));
    }
    return found;
  }

  function read(reader) {
    return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
  }

  async function take(files, label) {
    const wanted = files.filter((file) => !NO_DOCUMENT.test(file.name));
    if (!wanted.length) return announce(say.sayNothing);
    const department = form.elements.namedItem("department")?.value || null;
    const id = await outbox.begin("web", { label, department, expected: wanted.length });
    const card = cardOf(id);
    card.total = wanted.length;
    card.keeping = true;
    card.tell(words(say.sayKeeping, { total: wanted.length }), true);
    card.section.scrollIntoView({ block: "nearest" });
    keeping += 1;
    try {
      // The first are sent while the others are still being kept.
      for (let at = 0; at < wanted.length; at += GROUP_FILES) {
        await outbox.add(id, wanted.slice(at, at + GROUP_FILES), { grouped: true });
        outbox.send();
      }
    } finally {
      keeping -= 1;
      card.keeping = false;
    }
    draw();
  }

  let keeping = 0;
  window.addEventListener("beforeunload", (event) => {
    if (keeping > 0 || outbox.loose.size > 0) event.preventDefault();
  });
  for (const input of form.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      const files = Array.from(input.files);
      const folder = files[0]?.webkitRelativePath?.split("/")[0] ?? "";
      input.value = "";
      take(files, folder);
    });
  }

  const drop = document.getElementById("drop");
  for (const name of ["dragenter", "dragover"]) {
    document.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) document.addEventListener(name, () => drop.classList.remove("over"));
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    // Both must be asked for before the first wait: after it the list is empty.
    const files = Array.from(event.dataTransfer.files);
    const entries = Array.from(event.dataTransfer.items, (item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (!entries.some((entry) => entry.isDirectory)) return take(files, "");
    const found = [];
    for (const entry of entries) found.push(...(await filesIn(entry)));
    take(found, entries.length === 1 ? entries[0].name : "");
  });

  // What an earlier page left is sent on; where the network was away, it is tried when it may be back.
  outbox.tidy().catch(() => {});
  draw();
  outbox.send();
  for (const name of ["online", "focus"]) window.addEventListener(name, () => outbox.nudge());
  setInterval(() => outbox.status !== "idle" && draw(), 1000);
})();
