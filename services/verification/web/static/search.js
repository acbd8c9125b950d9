// Answers as one types. Without this script the button sends the same form.
"use strict";

(() => {
  const form = document.querySelector("[data-search]");
  const results = document.querySelector("[data-results]");
  if (!form || !results) return;
  const own = window.trustedTypes?.createPolicy("spk-answer", { createHTML: (text) => text }); // pages of our own
  const parse = (text) => new DOMParser().parseFromString(own ? own.createHTML(text) : text, "text/html");
  const field = form.elements.namedItem("text");
  const PAUSE = 250; // milliseconds without a key
  let timer, running;

  const fields = () => [...form.querySelectorAll("input[type=search], select")];
  // The browser's own memory of this visit: "back" from a case shows the results again.
  const remember = () => history.replaceState({ search: Object.fromEntries(fields().map((each) => [each.name, each.value])) }, "");

  const search = async (after) => {
    clearTimeout(timer);
    running?.abort();
    running = new AbortController();
    const data = new URLSearchParams(new FormData(form));
    if (after) data.set("after", after);
    results.classList.add("is-searching");
    try {
      const answer = await fetch(form.action, { method: "POST", body: data, signal: running.signal });
      const page = parse(await answer.text()).querySelector("[data-results]");
      if (answer.redirected || !page) return form.submit(); // signed out, or a page that tells what is wrong
      results.replaceChildren(...page.childNodes);
      results.classList.remove("is-searching");
      remember();
    } catch (error) {
      if (error.name === "AbortError") return;
      results.classList.remove("is-searching");
      const note = Object.assign(document.createElement("div"), {
        className: "alert alert-danger",
        textContent: "Tidak dapat terhubung. Periksa jaringan, lalu tekan Cari.",
      });
      note.setAttribute("role", "alert");
      results.replaceChildren(note);
    }
  };

  const soon = () => {
    clearTimeout(timer);
    const length = field.value.trim().length;
    if (length === 0 || length > 2) timer = setTimeout(() => search(""), PAUSE);
  };
  const isEmpty = () => fields().every((each) => !each.value.trim());

  form.addEventListener("input", () => {
    if (!isEmpty()) return soon();
    clearTimeout(timer);
    running?.abort();
    results.replaceChildren();
    remember();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    search(event.submitter?.name === "after" ? event.submitter.value : "");
  });

  const kept = history.state?.search;
  if (kept && isEmpty()) {
    for (const each of fields()) each.value = kept[each.name] ?? "";
    if (!isEmpty()) search("");
  }
})();
