// Follows an export that is being made; without it the page has a link that looks again.
"use strict";
(() => {
  const running = document.getElementById("export-running");
  const told = document.getElementById("export-told");
  const bar = document.getElementById("export-progress");
  if (!running) return;
  const at = document.body.dataset.at;
  const words = told.dataset.told;
  const number = new Intl.NumberFormat("en");
  let pause = 500;
  async function look() {
    try {
      const answer = await fetch(`${at}/v1/exports/${running.dataset.export}`, { headers: { Accept: "application/json" } });
      if (answer.status === 404 || answer.status === 401) return location.reload();
      if (answer.ok) {
        const job = await answer.json();
        if (job.state === "done" || job.state === "failed") return location.reload();
        bar.max = job.total || 1;
        bar.value = job.done;
        told.textContent = words.replace("{done}", number.format(job.done)).replace("{total}", number.format(job.total || 0));
      }
    } catch {
      // The network is away: the next look tries again.
    }
    pause = Math.min(pause * 1.3, 5000);
    return setTimeout(look, pause);
  }
  setTimeout(look, pause);
})();
