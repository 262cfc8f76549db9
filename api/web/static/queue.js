// Files on their way to the archive. Each is written into this browser's database before it counts as kept, is sent under a key of its own,
// and goes only when the archive has said that it holds it: no network, a closed tab or an empty battery loses nothing. Pages and the
// service worker share this file.
"use strict";

const GROUP_FILES = 20;
const GROUP_BYTES = 8_000_000;
/** Milliseconds between tries where nobody says how long to wait; the last one counts from then on. */
const PAUSES = [2_000, 4_000, 8_000, 15_000, 30_000, 60_000];
const KEPT_MILLISECONDS = 24 * 3_600_000;

function randomHex() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Split files so that each request stays small: one that breaks off costs little, and none meets the server's limits. */
function inGroups(files) {
  const groups = [];
  let bytes = 0;
  for (const file of files) {
    const last = groups.at(-1);
    if (!last || last.length >= GROUP_FILES || bytes + file.size > GROUP_BYTES) {
      groups.push([file]);
      bytes = file.size;
    } else {
      last.push(file);
      bytes += file.size;
    }
  }
  return groups;
}

/** What a request of the database brings. */
function brought(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** Resolves when a transaction is on the disk. */
function durable(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

/**
 * The files that this browser still holds.
 *
 * A batch: `{id, source, label, department, expected, owner, begun, sent}`; `owner` is who was logged in, empty where nobody knows; `sent` is how
 * many of its files the archive has. A file: `{id, batch, key, name, type, size, state, why, wait, thumb, note}`,
 * its bytes apart from it. `state` is `waiting`, `stored` (the archive has it; the bytes are gone), `refused` (`why` says the reason) or
 * `seen` (somebody has read it).
 * `wait` is when it may be sent at the earliest.
 */
class Outbox {
  constructor(at, changed = () => {}) {
    this.at = at;
    /** Who is logged in; null for a worker, which does not know. */
    this.owner = null;
    this.changed = changed;
    this.name = `piaogen${at}`;
    /** How sending goes: `idle`, `sending`, `offline`, `waiting` (until `until`), `login`, `forbidden`. */
    this.status = "idle";
    this.until = 0;
    this.why = "";
    this.loose = new Map();
    this.tries = 0;
    this.running = null;
    this.opened = null;
    this.channel = "BroadcastChannel" in self ? new BroadcastChannel(this.name) : null;
    this.channel?.addEventListener("message", () => this.changed());
  }

  database() {
    this.opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(this.name, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("batches", { keyPath: "id" });
        request.result.createObjectStore("files", { keyPath: "id", autoIncrement: true });
        request.result.createObjectStore("bytes");
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return this.opened;
  }

  async writing(work) {
    const database = await this.database();
    const transaction = database.transaction(["batches", "files", "bytes"], "readwrite", { durability: "strict" });
    const done = durable(transaction);
    const stores = Object.fromEntries(["batches", "files", "bytes"].map((name) => [name, transaction.objectStore(name)]));
    const [result] = await Promise.all([work(stores), done]);
    return result;
  }

  async all(store) {
    const database = await this.database();
    return brought(database.transaction(store).objectStore(store).getAll());
  }

  tell() {
    this.channel?.postMessage("changed");
    this.changed();
  }

  /** Begin a batch, which the archive will know by the id that is returned. */
  async begin(source, { label = "", department = null, expected = null, owner = "" } = {}) {
    const batch = { id: `${source}-${randomHex()}`, source, label, department, expected, owner: this.owner ?? owner, begun: Date.now(), sent: 0 };
    await this.writing((stores) => brought(stores.batches.add(batch))).catch(() => this.loose.set(batch.id, batch));
    return batch.id;
  }

  /**
   * Keep files of a batch; resolves with each one's record when it is on the disk. Several small files travel in one request with `grouped`.
   * One that the browser has no room for is held by this page alone, and its record says so (`loose`).
   */
  async add(batch, files, { grouped = false, more = () => ({}) } = {}) {
    const kept = [];
    for (const group of grouped ? inGroups(files) : files.map((file) => [file])) {
      const key = randomHex();
      const records = group.map((file) => ({ batch, key, name: file.name, type: file.type, size: file.size, state: "waiting", why: "", wait: 0, added: Date.now(), ...more(file) }));
      await this.keep(records, group);
      kept.push(...records);
      this.tell();
    }
    return kept;
  }

  /** Write files down, those of one request together; what there is no room for stays with this page. */
  async keep(records, files) {
    try {
      const bytes = await Promise.all(files.map((file) => file.arrayBuffer()));
      const ids = await this.writing(async (stores) => {
        const made = await Promise.all(records.map((record) => brought(stores.files.add(record))));
        await Promise.all(made.map((id, place) => brought(stores.bytes.put(bytes[place], id))));
        return made;
      });
      for (const [place, record] of records.entries()) record.id = ids[place];
    } catch {
      for (const [place, record] of records.entries()) {
        Object.assign(record, { id: `loose-${randomHex()}`, loose: files[place] });
        this.loose.set(record.id, record);
      }
    }
  }

  /** Every batch of the last day, the oldest first, each with the files of it that are here. */
  async list() {
    const loose = Array.from(this.loose.values());
    const found = await Promise.all([this.all("batches"), this.all("files")]).catch(() => [[], []]);
    const batches = [...found[0], ...loose.filter((one) => one.source)].map((batch) => ({ ...batch, files: [] }));
    const byId = new Map(batches.map((batch) => [batch.id, batch]));
    for (const file of [...found[1], ...loose.filter((one) => one.key)]) byId.get(file.batch)?.files.push(file);
    return batches.sort((one, other) => one.begun - other.begun);
  }

  /** Whether a batch may be sent by whoever is here. */
  isMine(batch) {
    return !batch.owner || this.owner === null || batch.owner === this.owner;
  }

  /** The batches of other people who left files here, each a list of batches by its owner. */
  async others() {
    const left = (await this.list()).filter((batch) => !this.isMine(batch) && batch.files.some((file) => file.state === "waiting"));
    return Array.from(new Set(left.map((batch) => batch.owner)), (owner) => ({ owner, batches: left.filter((batch) => batch.owner === owner) }));
  }

  /** Send what somebody else left here as one's own. */
  async adopt(batches) {
    for (const batch of batches) await this.rename({ ...batch, department: null });
    return this.send();
  }

  async change(record, values) {
    Object.assign(record, values);
    if (!this.loose.has(record.id)) await this.writing((stores) => brought(stores.files.put(record)));
    this.tell();
  }

  /** Forget a file: it was taken again, or whoever sent it has read why it was refused. */
  async drop(record) {
    if (this.loose.delete(record.id)) return this.tell();
    await this.writing(async (stores) => {
      await brought(stores.files.delete(record.id));
      await brought(stores.bytes.delete(record.id));
    });
    this.tell();
  }

  /** Forget what the archive has had for a day, and batches without files. */
  async tidy() {
    const [batches, files] = await Promise.all([this.all("batches"), this.all("files")]);
    const over = files.filter((file) => file.state !== "waiting" && file.added < Date.now() - KEPT_MILLISECONDS);
    const left = new Set(files.filter((file) => !over.includes(file)).map((file) => file.batch));
    const empty = batches.filter((batch) => !left.has(batch.id) && batch.begun < Date.now() - KEPT_MILLISECONDS);
    if (!over.length && !empty.length) return;
    await this.writing(async (stores) => {
      for (const file of over) await brought(stores.files.delete(file.id));
      for (const batch of empty) await brought(stores.batches.delete(batch.id));
    });
  }

  /** Send what waits; one page or worker of this browser does so at a time. Resolves when nothing is left or nothing can be done now. */
  send({ patient = true } = {}) {
    this.again = true;
    this.running ??= this.alone(() => this.drain(patient)).finally(() => {
      this.running = null;
      // Something was added in the very moment in which the last round ended.
      if (this.again && this.status === "idle") this.send({ patient });
    });
    return this.running;
  }

  alone(work) {
    return navigator.locks ? navigator.locks.request(this.name, work) : work();
  }

  /** Whether everything that may be sent is sent. */
  async drain(patient) {
    while (this.again) {
      this.again = false;
      for (let group = await this.next(); group; group = await this.next()) {
        const seconds = await this.attempt(group);
        if (seconds === null) continue;
        if (!patient || seconds === Infinity) return false;
        await this.pause(seconds * 1000);
      }
    }
    this.set("idle");
    return true;
  }

  set(status, until = 0) {
    const isNew = status !== this.status || until !== this.until;
    this.status = status;
    this.until = until;
    if (isNew) this.changed();
  }

  /** Wait, but not longer than until the network is back or the page is looked at again. */
  pause(milliseconds) {
    return new Promise((resolve) => {
      this.wake = resolve;
      setTimeout(resolve, milliseconds);
    });
  }

  /** The network may be back, or somebody has logged in. */
  nudge() {
    if (this.status === "offline") this.wake?.();
    return this.send();
  }

  async next() {
    for (const batch of (await this.list()).filter((one) => this.isMine(one))) {
      const due = batch.files.find((file) => file.state === "waiting" && file.wait <= Date.now());
      if (due) return { batch, files: batch.files.filter((file) => file.state === "waiting" && file.key === due.key) };
    }
    return null;
  }

  async bytesOf(file) {
    if (file.loose) return file.loose;
    const database = await this.database();
    return new Blob([await brought(database.transaction("bytes").objectStore("bytes").get(file.id))], { type: file.type });
  }

  /** One request; null to go on at once, else after how many seconds, Infinity for not before somebody has done something. */
  async attempt({ batch, files }) {
    this.set("sending");
    const meta = { source: batch.source, batch: batch.id, priority: batch.files.length === 1 ? 1 : 0 };
    if (batch.expected) meta.expected = batch.expected;
    if (batch.department) meta.department = batch.department;
    if (batch.owner) meta.sender = batch.owner;
    const body = new FormData();
    body.append("meta", JSON.stringify(meta));
    let answer = null;
    try {
      for (const file of files) body.append("files", await this.bytesOf(file), file.name);
      answer = await fetch(`${this.at}/v1/uploads`, { method: "POST", body, headers: { "Idempotency-Key": files[0].key, Accept: "application/json" } });
    } catch {
      return this.later("offline");
    }
    return this.answered(answer, batch, files);
  }

  later(status, told = 0) {
    const seconds = told || PAUSES[Math.min(this.tries, PAUSES.length - 1)] / 1000;
    this.tries += 1;
    this.set(status, Date.now() + seconds * 1000);
    return seconds;
  }

  async answered(answer, batch, files) {
    if (answer.status === 202) {
      const said = await answer.json().catch(() => ({ files: [] }));
      try {
        await this.settle(batch, files, said.files);
      } catch {
        return this.later("waiting");
      }
      this.tries = 0;
      return null;
    }
    const problem = await answer.json().catch(() => ({}));
    if (answer.status === 401 || answer.status === 403) {
      this.set(answer.status === 401 ? "login" : "forbidden");
      return Infinity;
    }
    this.why = problem.code ?? "";
    if (answer.status === 429 || answer.status >= 500) return this.later("waiting", Number(answer.headers.get("Retry-After")) || 0);
    return this.refuse(answer.status, problem.code ?? `http_${answer.status}`, batch, files);
  }

  /** What comes back the same however often it is sent. */
  async refuse(status, code, batch, files) {
    if (code === "batch_not_found") await this.rename(batch);
    else if (code === "idempotency_conflict") for (const file of files) await this.change(file, { key: randomHex() });
    else if (status === 413 && files.length > 1) for (const file of files) await this.change(file, { key: randomHex() });
    else for (const file of files) await this.change(file, { state: "refused", why: status === 413 ? "file_too_large" : code });
    return null;
  }

  /** The batch is somebody else's: another person logged in on this device, and goes on in a batch of their own. */
  async rename(batch) {
    const waiting = batch.files.filter((file) => file.state === "waiting");
    const id = await this.begin(batch.source, { ...batch, expected: batch.expected && waiting.length });
    for (const file of waiting) await this.change(file, { batch: id, key: randomHex() });
  }

  /** The archive holds these: the bytes go now, and not before. */
  async settle(batch, files, said) {
    const isPhone = batch.source === "phone";
    await this.writing(async (stores) => {
      const known = await brought(stores.batches.get(batch.id));
      const counted = known ?? this.loose.get(batch.id);
      if (counted) counted.sent = (counted.sent ?? 0) + files.length;
      if (known) await brought(stores.batches.put(known));
      for (const [place, file] of files.entries()) {
        if (file.loose) {
          this.loose.delete(file.id);
          continue;
        }
        // It may have been taken again meanwhile.
        if ((await brought(stores.files.get(file.id))) === undefined) continue;
        const told = files.length === 1 && said.length === 1 ? said[0] : said.find((one) => one.file_name === file.name) ?? said[place];
        const isRefused = isPhone && told?.state === "refused";
        const state = isRefused ? { state: "refused", why: told.error?.code ?? "" } : { state: "stored", advice: told?.advice ?? [] };
        if (isPhone) await brought(stores.files.put({ ...file, ...state }));
        else await brought(stores.files.delete(file.id));
        await brought(stores.bytes.delete(file.id));
      }
    });
    this.stored?.(batch, files);
    this.tell();
  }
}
