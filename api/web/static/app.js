// What the pages do beyond HTML: send files with a progress bar, follow an upload, and tie fields to their places on the paper.
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
      const answer = await fetch(`${at}/batches/${batch}/files`, { headers: { Accept: "text/html" } });
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

/** Split files so that each request stays under the server's limits; a file that is too large travels alone and is told so. */
function inGroups(files, maxBytes, maxFiles) {
  const groups = [];
  let group = [];
  let bytes = 0;
  for (const file of files) {
    if (group.length && (bytes + file.size > maxBytes * 0.98 || group.length >= Math.min(maxFiles, 20))) {
      groups.push(group);
      group = [];
      bytes = 0;
    }
    group.push(file);
    bytes += file.size;
  }
  if (group.length) groups.push(group);
  return groups;
}

class Sending {
  constructor(form, files, list) {
    this.form = form;
    this.files = files;
    // The key stays the same over retries, so that an answer lost on the way is repeated and not a second upload.
    this.key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    this.section = document.createElement("section");
    this.section.className = "card";
    list.prepend(this.section);
  }

  say(words, ...more) {
    const line = document.createElement("p");
    line.textContent = words;
    const names = document.createElement("p");
    names.className = "small muted name";
    names.textContent = this.files.map((file) => file.name).join("、");
    this.section.replaceChildren(line, ...more, names);
  }

  fail(words, again) {
    const parts = [];
    if (again) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button secondary";
      button.textContent = this.form.dataset.sayRetry;
      button.addEventListener("click", () => this.send());
      parts.push(button);
    }
    this.say(words, ...parts);
    announce(words);
    this.section.classList.add("notice", "bad-notice");
  }

  /** Resolves when the files are safe or the reason why not is shown. */
  send() {
    this.section.classList.remove("notice", "bad-notice");
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", this.form.dataset.saySending);
    this.say(this.form.dataset.saySending, bar);
    const body = new FormData();
    for (const file of this.files) body.append("files", file, file.name);
    const department = this.form.elements.namedItem("department");
    if (department) body.append("department", department.value);
    body.append("meta", JSON.stringify({ source: "web", priority: this.files.length === 1 ? 1 : 0 }));
    const request = new XMLHttpRequest();
    request.open("POST", `${at}/v1/uploads`);
    request.setRequestHeader("Idempotency-Key", this.key);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    });
    return new Promise((resolve) => {
      request.addEventListener("load", () => {
        this.answered(request);
        resolve();
      });
      request.addEventListener("error", () => {
        this.fail(this.form.dataset.sayFailed, true);
        resolve();
      });
      request.send(body);
    });
  }

  answered(request) {
    if (request.status === 202) {
      const batch = JSON.parse(request.responseText);
      this.say(this.form.dataset.saySafe);
      announce(this.form.dataset.saySafe);
      this.section.dataset.batch = batch.id;
      follow(this.section, batch.id);
    } else if (request.status === 413) {
      this.fail(this.form.dataset.sayTooLarge, false);
    } else {
      this.fail(request.status === 503 ? this.form.dataset.sayUnavailable : this.form.dataset.sayFailed, true);
    }
  }
}

function uploadPage(form) {
  const list = document.getElementById("sendings");
  const drop = document.getElementById("drop");
  let unsent = 0;
  async function take(files) {
    const sendings = inGroups(Array.from(files), Number(form.dataset.maxBytes), Number(form.dataset.maxFiles)).map((group) => new Sending(form, group, list));
    unsent += sendings.length;
    for (const sending of sendings) {
      await sending.send();
      unsent -= 1;
    }
  }
  window.addEventListener("beforeunload", (event) => {
    if (unsent > 0) event.preventDefault();
  });
  for (const input of form.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      const files = Array.from(input.files);
      input.value = "";
      take(files);
    });
  }
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files);
  });
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

const uploadForm = document.getElementById("upload");
if (uploadForm) uploadPage(uploadForm);
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
