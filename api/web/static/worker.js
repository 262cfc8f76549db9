// The phone's page without a network, what other apps share, and sending in the background. AT, SHELL and queue.js stand before this.
"use strict";

const STORE = `piaogen-shell-${SHELL_NAME}`;
const PAGE = `${AT}/phone`;
const outbox = new Outbox(AT);

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(STORE).then((store) => store.addAll(SHELL)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => names.filter((name) => name.startsWith("piaogen-shell-") && name !== STORE));
  event.waitUntil(old.then((names) => Promise.all(names.map((name) => caches.delete(name)))).then(() => self.clients.claim()).then(() => page(new Request(PAGE))));
});

/** The page as it is now, or as it was last seen. A login that it leads to is no page to keep. */
async function page(request) {
  const store = await caches.open(STORE);
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) await store.put(PAGE, answer.clone());
    return answer;
  } catch (error) {
    const kept = await store.match(PAGE);
    if (kept) return kept;
    throw error;
  }
}

/** What another app shares goes where photos go; whoever shared it is led to the tray. */
async function taken(request) {
  const form = await request.formData();
  const files = form.getAll("files").filter((file) => file instanceof File && file.size);
  const batch = await outbox.begin("phone");
  const kept = await outbox.add(batch, files);
  // What could not be written down would go with this worker.
  if (kept.some((file) => file.loose)) await outbox.send({ patient: false });
  return Response.redirect(`${PAGE}?shared=${files.length}`, 303);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "POST" && url.pathname === `${PAGE}/share`) event.respondWith(taken(request));
  else if (request.mode === "navigate" && request.method === "GET" && url.pathname === PAGE) event.respondWith(page(request));
  else if (SHELL.includes(url.pathname + url.search)) event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
});

self.addEventListener("sync", (event) => {
  if (event.tag !== "piaogen-outbox") return;
  event.waitUntil(
    outbox.send({ patient: false }).then((isDone) => {
      // The browser tries again by and by.
      if (!isDone) throw new Error("not everything could be sent yet");
    }),
  );
});
