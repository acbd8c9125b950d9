// The checklists: counts, "all match", what is still missing for the decision. Without this script
// the server says what is missing.
"use strict";

(() => {
  const form = document.getElementById("periksa");
  if (!form) return;
  const STATES = ["matches", "does_not_match", "unreadable"];
  const TOLD = { does_not_match: "tidak sesuai", unreadable: "tak terbaca" };
  const missing = form.querySelector("[data-missing]");
  const decide = form.querySelector("[data-needs]");
  const answers = [...document.querySelectorAll("[data-answer]")];
  const note = form.elements.namedItem("forward_note");
  const lists = [...document.querySelectorAll("[data-checklist]")].map((box) => {
    const panel = box.closest("[data-about]");
    return {
      panel,
      title: panel.querySelector(".card-title").firstChild.textContent.trim(),
      items: [...box.querySelectorAll("[data-item]")],
      all: box.querySelector("[data-all]"),
      count: box.querySelector("[data-count]"),
      mark: document.querySelector(`[data-show="${panel.dataset.about}"] [data-mark]`),
    };
  });
  const valueOf = (item) => item.querySelector("input:checked")?.value;
  const choose = (item, value) => {
    item.querySelector(`input[value=${value}]`).checked = true;
  };

  // One unreadable item spoils the document, one that differs settles it, all must match.
  const resultOf = (list) => {
    const found = list.items.map(valueOf);
    if (found.includes("unreadable")) return "unreadable";
    if (found.includes("does_not_match")) return "does_not_match";
    return found.includes(undefined) ? "" : "matches";
  };

  const gaps = () => {
    const texts = [];
    let doubts = false;
    for (const list of lists) {
      const result = resultOf(list);
      const open = list.items.filter((item) => !valueOf(item)).length;
      doubts ||= result !== "matches";
      if (!result) texts.push(`${list.title}: ${open} butir belum`);
      else if (result !== "matches" && decide.dataset.needs === "matches") texts.push(`${list.title}: ${TOLD[result]}`);
    }
    const silent = answers.filter((each) => each.value.trim().length < 2).length;
    if (silent) texts.push(`${silent} peringatan belum dijawab`);
    if (decide.dataset.needs === "matches") {
      if (form.dataset.undecided) texts.push(`mungkin orang yang sama, putuskan dulu: ${form.dataset.undecided}`);
    } else if (doubts && !texts.length && !note.value.trim()) texts.push("ada berkas yang tidak sesuai: tulis catatan untuk Pengantar Kerja");
    return texts;
  };

  const say = (text) => {
    missing.textContent = text;
    missing.hidden = !text;
  };

  const update = () => {
    for (const list of lists) {
      const result = resultOf(list);
      const known = list.items.filter(valueOf).length;
      list.count.textContent = `${known} dari ${list.items.length}`;
      list.all.checked = result === "matches";
      list.all.indeterminate = known > 0 && result !== "matches";
      list.panel.dataset.result = result;
      if (list.mark) list.mark.textContent = result === "matches" ? "✓ " : result ? "✕ " : "";
    }
    const texts = gaps();
    decide.disabled = texts.length > 0;
    say(texts.length ? `Belum: ${texts.join("; ")}.` : "");
  };

  const fill = (list) => {
    for (const item of list.items) if (!valueOf(item)) choose(item, "matches");
  };
  const clear = (list) => {
    for (const input of list.panel.querySelectorAll("[data-item] input[value=matches]")) input.checked = false;
  };
  const current = () => lists.find((list) => list.panel.classList.contains("is-current"));
  const isSeen = () => {
    const image = document.querySelector(".viewer-document:not([hidden]) img");
    return !image || (image.complete && image.naturalWidth === Number(image.getAttribute("width")));
  };

  for (const list of lists) {
    list.all.addEventListener("change", () => {
      (list.all.checked ? fill : clear)(list);
      update();
    });
  }
  document.addEventListener("change", update);
  for (const field of [...answers, ...(note ? [note] : [])]) field.addEventListener("input", update);

  document.addEventListener("desk:key", (event) => {
    const key = event.detail;
    if (decide.dataset.key === key) {
      missing.classList.add("is-asked");
      missing.scrollIntoView({ block: "nearest", behavior: "instant" });
      event.preventDefault();
      return;
    }
    const list = current();
    if (!list || !/^[0-9]$/.test(key)) return;
    event.preventDefault();
    if (key === "0") {
      if (!isSeen()) return say("Tunggu sampai berkasnya tampil, lalu tekan 0 lagi.");
      fill(list);
    } else {
      const item = list.items[Number(key) - 1];
      if (!item) return;
      choose(item, STATES[(STATES.indexOf(valueOf(item)) + 1) % STATES.length]);
      item.scrollIntoView({ block: "nearest", behavior: "instant" });
    }
    update();
  });
  update();
})();
