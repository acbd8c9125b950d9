// What every page with htmx needs: trusted types, and answers that are no part of this page.
"use strict";

(() => {
  // htmx parses pages of our own only. No script comes with an answer or stands in an attribute.
  const rules = { createHTML: (text) => text.replace(/<script\b[^]*?<\/script>/gi, "") };
  const policy = window.trustedTypes?.createPolicy("spk-answer", rules) ?? rules;
  const refuse = function () {
    throw new Error("no scripts in attributes");
  };
  htmx.registerExtension("desk", {
    init: (api) => api.initSecurity(policy, refuse, refuse),
  });

  // Signed out meanwhile, or a page that tells what is wrong: shown as a whole page.
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = event.detail;
    if (!ctx.select || (!ctx.response.raw.redirected && ctx.text.includes(ctx.select.replace(/[[\]]/g, "")))) return;
    event.preventDefault();
    const form = ctx.sourceElement.closest("form");
    if (form) form.submit();
    else location.reload();
  });

  document.addEventListener("htmx:error", (event) => {
    const { ctx } = event.detail;
    if (!ctx.target?.isConnected || ctx.sourceElement.hasAttribute("data-quiet")) return;
    const note = Object.assign(document.createElement("div"), {
      className: "alert alert-danger",
      textContent: "Tidak dapat terhubung. Periksa jaringan, lalu coba lagi.",
    });
    note.setAttribute("role", "alert");
    if (ctx.sourceElement.hasAttribute("data-keep")) {
      ctx.sourceElement.querySelector(".alert-danger")?.remove();
      ctx.sourceElement.prepend(note); // what is typed there stays
    } else ctx.target.replaceChildren(note);
  });
})();
