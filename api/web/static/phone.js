// The tray of a phone: photos are kept on it first, looked at while the paper is still there, and sent when there is a network.
"use strict";

(() => {
  const tray = document.getElementById("tray");
  if (!tray) return;
  const say = tray.dataset;
  const advices = JSON.parse(say.advices);
  const whys = JSON.parse(say.whys);
  const tiles = document.getElementById("tiles");
  const count = document.getElementById("tray-count");
  const status = document.getElementById("tray-status");
  const camera = document.getElementById("camera");
  const video = camera.querySelector("video");
  const system = document.getElementById("system-camera");
  /** A photo with something amiss waits so long for somebody to take it again; then it is sent as it is. */
  const HELD_MILLISECONDS = 90_000;
  const A_ROUND = 30 * 60_000;
  const THUMBNAIL = 240;
  const outbox = new Outbox(at, () => draw());
  outbox.owner = say.owner;
  const detector = "BarcodeDetector" in window ? new BarcodeDetector({ formats: ["qr_code"] }) : null;
  let stream = null;
  let retaken = null;
  let round = null;
  /** Photos are kept one after the other, in the order in which they were taken. */
  let keeping = Promise.resolve();

  function words(pattern, values) {
    return pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  function element(name, className, text = "") {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  }

  function button(text, className, act) {
    const made = element("button", `button ${className}`, text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  /** The batch of this round: what is taken within half an hour belongs together. */
  async function batchOf(isNew = false) {
    const last = (await outbox.list()).filter((batch) => batch.source === "phone" && outbox.isMine(batch)).at(-1);
    const isOpen = last && Math.max(...last.files.map((file) => file.added)) > Date.now() - A_ROUND;
    if (!isNew && round) return round;
    round = !isNew && isOpen ? last.id : await outbox.begin("phone", { department: department() });
    return round;
  }

  function department() {
    return document.getElementById("department")?.value || null;
  }

  /** Look at a picture: what is wrong with it, its code, and a small copy to show. Anything else than a picture has none of these. */
  async function looked(file) {
    if (!file.type.startsWith("image/")) return { advice: [], qr: "", thumb: null };
    try {
      const picture = await createImageBitmap(file);
      const advice = adviceOn(picture, picture.width, picture.height);
      const codes = detector ? await detector.detect(picture).catch(() => []) : [];
      const found = { advice, qr: codes.map((code) => numberIn(code.rawValue)).find(Boolean) ?? "", thumb: await small(picture) };
      picture.close();
      return found;
    } catch {
      return { advice: [], qr: "", thumb: null };
    }
  }

  /** The invoice's number in its code: the fourth of the parts between commas. */
  function numberIn(text) {
    const parts = text.split(",");
    return parts[0] === "01" && /^\d{8,20}$/.test(parts[3] ?? "") ? parts[3] : "";
  }

  async function small(picture) {
    const scale = THUMBNAIL / Math.max(picture.width, picture.height);
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.7));
    return blob.arrayBuffer();
  }

  /** Keep files on the phone, and show each once it is there. */
  function take(files, instead = null) {
    keeping = keeping.then(async () => {
      for (const file of files) {
        const found = await looked(file);
        const id = await batchOf();
        const wait = found.advice.length ? Date.now() + HELD_MILLISECONDS : 0;
        const [kept] = await outbox.add(id, [file], { more: () => ({ ...found, wait }) });
        if (instead && !kept.loose) await outbox.drop(instead);
        if (found.advice.length) announce(found.advice.map((code) => advices[code]).join(" "));
        instead = null;
        outbox.send();
      }
      wantBackground();
    });
    return keeping;
  }

  const shown = new Map();
  let drawing = null;
  function draw() {
    drawing ??= requestAnimationFrame(async () => {
      drawing = null;
      const batches = (await outbox.list()).filter((batch) => batch.source === "phone" && outbox.isMine(batch));
      const files = batches.flatMap((batch) => batch.files);
      const ids = new Set(files.map((file) => file.id));
      for (const [id, tile] of shown) if (!ids.has(id)) tile.remove(), shown.delete(id);
      for (const file of files) show(file);
      const waiting = files.filter((file) => file.state === "waiting").length;
      const stored = files.filter((file) => file.state === "stored").length;
      count.textContent = files.length ? words(say.sayCount, { stored, waiting }) : say.sayEmpty;
      count.dataset.waiting = waiting;
      count.dataset.stored = stored;
      status.replaceChildren(...how(waiting), ...(await outbox.others()).map(leftBy));
      const newest = batches.at(-1);
      const link = document.getElementById("tray-batch");
      link.hidden = !newest || !stored;
      if (newest) link.href = `${at}/batches/${newest.id}`;
    });
  }

  function leftBy({ owner, batches }) {
    const many = batches.flatMap((batch) => batch.files).filter((file) => file.state === "waiting").length;
    const line = element("p", "notice", `${words(say.sayLeft, { owner: owner.replace(/^\w+:/, ""), count: many })} `);
    line.append(button(say.sayAdopt, "secondary", () => outbox.adopt(batches)));
    return line;
  }

  function how(waiting) {
    if (!waiting) return [];
    const seconds = Math.max(1, Math.ceil((outbox.until - Date.now()) / 1000));
    if (outbox.status === "login") {
      const link = element("a", "button", say.sayLoginLink);
      link.href = `${at}/login?next=/phone`;
      return [element("p", "warn", say.sayLogin), link];
    }
    const line = { offline: say.sayOffline, waiting: words(/unavailable/.test(outbox.why) ? say.sayUnavailable : say.sayWaiting, { seconds }), forbidden: say.sayForbidden }[outbox.status];
    return line ? [element("p", "warn", line)] : [];
  }

  function show(file) {
    const state = `${file.state} ${file.loose ? "loose" : ""} ${file.wait > Date.now() ? "held" : ""}`;
    let tile = shown.get(file.id);
    if (tile?.dataset.state === state) return;
    if (!tile) {
      tile = element("li", "tile");
      shown.set(file.id, tile);
      tiles.prepend(tile);
    }
    tile.dataset.state = state;
    const parts = [picture(file), element("p", `tile-state ${file.state}`, stateWords(file))];
    // What is no picture is told apart by its name alone.
    if (!file.thumb) parts.splice(1, 0, element("p", "small name", file.name));
    if (file.qr) parts.push(element("p", "small", words(say.sayQr, { number: file.qr })));
    for (const code of file.state === "waiting" ? file.advice ?? [] : []) parts.push(element("p", "small warn", `⚑ ${advices[code]}`));
    for (const told of file.state === "stored" ? file.advice ?? [] : []) if (told.message) parts.push(element("p", "small warn", `⚑ ${document.documentElement.lang === "en" ? told.message_en : told.message}`));
    const acts = element("div", "tile-acts");
    if (file.state !== "stored") acts.append(button(say.sayRetake, "secondary", () => retake(file)));
    if (file.wait > Date.now() && file.state === "waiting") acts.append(button(say.sayUse, "quiet", () => outbox.change(file, { wait: 0 }).then(() => outbox.send())));
    if (file.state === "refused") acts.append(button(say.sayDrop, "quiet", () => outbox.drop(file)));
    tile.replaceChildren(...parts, acts);
  }

  /** Drawn, since no address of a picture in the page's memory may be loaded. */
  function picture(file) {
    const canvas = element("canvas", "tile-picture");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", file.name);
    [canvas.width, canvas.height] = [THUMBNAIL, THUMBNAIL];
    if (file.thumb) {
      createImageBitmap(new Blob([file.thumb], { type: "image/jpeg" })).then((small) => {
        [canvas.width, canvas.height] = [small.width, small.height];
        canvas.getContext("2d").drawImage(small, 0, 0);
      });
    }
    return canvas;
  }

  function stateWords(file) {
    if (file.loose) return say.sayNotKept;
    if (file.state === "stored") return say.sayStored;
    if (file.state === "refused") return words(say.sayRefused, { why: whys[file.why] ?? whys.refused_input });
    return say.sayKept;
  }

  function retake(file) {
    retaken = file;
    openCamera();
  }

  async function openCamera() {
    if (!navigator.mediaDevices?.getUserMedia) return system.click();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 3840 }, height: { ideal: 2160 } } });
    } catch {
      announce(say.sayDenied);
      return system.click();
    }
    video.srcObject = stream;
    camera.showModal();
    await video.play();
  }

  async function shoot() {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    canvas.getContext("2d").drawImage(video, 0, 0);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.92));
    const time = new Date().toISOString().replace(/[-:T]/g, "").slice(0, 14);
    navigator.vibrate?.(40);
    const instead = retaken;
    retaken = null;
    await take([new File([blob], `photo-${time}-${randomHex().slice(0, 4)}.jpg`, { type: "image/jpeg" })], instead);
    if (instead) camera.close();
  }

  document.getElementById("open-camera").addEventListener("click", () => openCamera());
  document.getElementById("shoot").addEventListener("click", () => shoot());
  document.getElementById("close-camera").addEventListener("click", () => camera.close());
  camera.addEventListener("close", () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    retaken = null;
  });
  for (const input of document.querySelectorAll("#tray input[type=file]")) {
    input.addEventListener("change", () => {
      const files = Array.from(input.files);
      input.value = "";
      const instead = retaken;
      retaken = null;
      take(files, instead);
    });
  }
  document.getElementById("tray-again").addEventListener("click", () => batchOf(true));

  /** Have the browser send what is left when the network is back, also with this page closed, where it can. */
  async function wantBackground() {
    const ready = await navigator.serviceWorker?.getRegistration(`${at}/phone`);
    await ready?.sync?.register("piaogen-outbox").catch(() => {});
  }

  async function begin() {
    document.getElementById("insecure").hidden = window.isSecureContext;
    if ("serviceWorker" in navigator) navigator.serviceWorker.register(`${at}/phone/worker.js`, { scope: `${at}/phone` }).catch(() => {});
    // Without this a browser that runs short of room may forget what it keeps.
    navigator.storage?.persist?.();
    await outbox.tidy().catch(() => {});
    draw();
    outbox.send();
  }

  for (const name of ["online", "focus", "pageshow"]) window.addEventListener(name, () => outbox.nudge());
  setInterval(() => {
    if (Number(count.dataset.waiting) === 0) return;
    draw();
    // One that was held for a retake may have become due.
    if (outbox.status === "idle") outbox.send();
  }, 2000);
  begin();
})();
