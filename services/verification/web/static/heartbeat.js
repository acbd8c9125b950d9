// Keeps the case of an open page: as long as it is looked at and somebody works there.
"use strict";

(() => {
  const EVERY_MS = 60_000;
  const IDLE_MS = 10 * 60_000;
  const form = document.querySelector("[data-heartbeat]");
  if (!form) return;
  let active = Date.now();
  for (const kind of ["keydown", "pointerdown", "pointermove", "wheel"]) {
    addEventListener(kind, () => (active = Date.now()), { passive: true });
  }
  const lost = (text) => {
    clearInterval(timer);
    const note = Object.assign(document.createElement("div"), {
      className: "alert alert-danger",
      textContent: `${text} Salin isian Anda bila perlu, lalu muat ulang halaman ini.`,
    });
    note.setAttribute("role", "alert");
    form.closest(".alert").replaceWith(note);
  };
  const beat = async () => {
    if (document.hidden || Date.now() - active > IDLE_MS) return;
    try {
      const answer = await fetch(form.dataset.heartbeat, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
        redirect: "manual",
      });
      if (answer.status === 200) document.querySelector("[data-claim-until]").textContent = await answer.text();
      else if (answer.status === 409) lost(await answer.text());
    } catch {
      // No network: the next beat tries again, and a claim lives for fifteen minutes.
    }
  };
  const timer = setInterval(beat, EVERY_MS);
})();
