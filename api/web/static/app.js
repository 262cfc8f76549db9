// What the pages do beyond HTML: follow an upload, and tie fields to their places on the paper.
"use strict";

document.documentElement.classList.add("scripted");

/** The path under which a proxy shows the service; empty at the root. */
const at = document.body.dataset.at;

/** Tell those who listen instead of looking. */
function announce(words) {
  document.getElementById("announcement").textContent = words;
}

/** Keep the table of a batch up to date until the batch has ended; the server renders it, so the words live in one place. */
function follow(section, batch) {
  let wanted = false;
  let running = null;
  /** Resolves when the table shows everything that was known when this was called. */
  function refresh() {
    wanted = true;
    running ??= load().finally(() => {
      running = null;
    });
    return running;
  }
  async function load() {
    // What changes while an answer is on its way is asked for once more.
    while (wanted) {
      wanted = false;
      const answer = await fetch(`${at}/batches/${batch}/files${section.dataset.query ?? ""}`, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(`${answer.status}`);
      section.innerHTML = await answer.text();
    }
  }
  const events = new EventSource(`${at}/v1/batches/${batch}/events`);
  // A table that could not be fetched stays as it is: the browser connects again and hears of the end once more.
  events.addEventListener("file", () => refresh().catch(() => {}));
  events.addEventListener("end", () =>
    refresh().then(
      () => {
        events.close();
        section.dataset.finished = "true";
        announce(section.querySelector(".progress-line").textContent);
      },
      () => {},
    ),
  );
}

/** Pointing at a field lights its place on the paper, and the other way round. */
function tieFields(sheet) {
  const parts = (key) => document.querySelectorAll(`[data-field="${key}"]`);
  const light = (key, on) => parts(key).forEach((part) => part.classList.toggle("active", on));
  document.querySelectorAll("[data-field]").forEach((part) => {
    const key = part.dataset.field;
    part.addEventListener("mouseenter", () => light(key, true));
    part.addEventListener("mouseleave", () => light(key, false));
    part.addEventListener("focus", () => light(key, true));
    part.addEventListener("blur", () => light(key, false));
  });
  sheet.querySelectorAll("polygon").forEach((box) => {
    box.addEventListener("click", () => {
      const row = document.querySelector(`tr[data-field="${box.dataset.field}"]`);
      row.scrollIntoView({ block: "center" });
      row.focus();
    });
  });
}

document.querySelectorAll("section[data-batch][data-finished=false]").forEach((section) => follow(section, section.dataset.batch));
// On a phone the answer would lie below the form.
const results = document.querySelector("#results[data-asked]");
if (results && window.innerWidth < 700) results.scrollIntoView();
const sheet = document.querySelector(".sheet");
if (sheet) tieFields(sheet);

/** Read the labels of papers with the camera, where the browser can: each is added to the box that they can be typed into. */
function scanLabels(scanner) {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  const [button, video, into] = [scanner.querySelector("button"), scanner.querySelector("video"), document.getElementById(scanner.dataset.into)];
  const start = button.textContent;
  let stream = null;
  scanner.hidden = false;

  function stop() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.hidden = true;
    button.textContent = start;
  }
  /** A code that stands there already is seen many times a second while the label is held to the camera. */
  function add(code) {
    if (into.value.split("\n").includes(code)) return;
    into.value = [...into.value.split("\n").filter(Boolean), code].join("\n") + "\n";
    announce(code);
    navigator.vibrate?.(60);
  }
  async function look(detector) {
    while (stream !== null) {
      const codes = await detector.detect(video).catch(() => []);
      codes.forEach((code) => add(code.rawValue));
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  button.addEventListener("click", async () => {
    if (stream !== null) return stop();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      video.hidden = false;
      await video.play();
      button.textContent = button.dataset.stop;
      await look(new BarcodeDetector({ formats: ["qr_code"] }));
    } catch {
      stop();
      announce(scanner.dataset.denied);
      into.focus();
    }
  });
}
document.querySelectorAll(".scanner").forEach(scanLabels);

/** The invoices that a page lists, in its order: the page of one leads to its neighbours. */
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("main a[href*='/invoices/']");
  if (!link) return;
  const ids = Array.from(document.querySelectorAll("main a[href*='/invoices/']"), (one) => one.pathname.match(/\/invoices\/([0-9a-f]{20}-\d+)$/)?.[1]);
  const listed = [...new Set(ids.filter(Boolean))];
  const own = location.pathname.match(/\/invoices\/([0-9a-f]{20}-\d+)$/);
  if (!own && listed.length > 1) sessionStorage.setItem("piaogen-list", JSON.stringify(listed));
});
