// The search as one types, by htmx: what is too short is not asked, and "back" finds it again.
"use strict";

(() => {
  const form = document.querySelector("[data-search]");
  const results = () => document.querySelector("[data-results]");
  const fields = [...form.querySelectorAll("input[type=search], select")];
  const isEmpty = () => fields.every((each) => !each.value.trim());
  // The browser's own memory of this visit: "back" from a case shows the results again.
  const remember = () => history.replaceState({ search: Object.fromEntries(fields.map((each) => [each.name, each.value])) }, "");

  form.addEventListener("htmx:before:request", (event) => {
    const typed = form.elements.namedItem("text").value.trim().length;
    const isTyping = event.detail.ctx.sourceEvent?.type === "input";
    if (isTyping && (isEmpty() || typed === 1 || typed === 2)) event.preventDefault();
  });
  form.addEventListener("input", () => {
    if (!isEmpty()) return;
    htmx.trigger(form, "htmx:abort");
    results().replaceChildren();
    remember();
  });
  form.addEventListener("htmx:after:swap", remember);

  const kept = history.state?.search;
  if (kept && isEmpty()) {
    for (const each of fields) each.value = kept[each.name] ?? "";
    if (!isEmpty()) document.addEventListener("DOMContentLoaded", () => setTimeout(() => form.requestSubmit()));
  }
})();
