// Document viewer: one document at a time, zoom, rotate, drag. Zoom and rotation are remembered for
// each kind of document. Without this script all pages simply stand below one another.
"use strict";

(() => {
  const viewer = document.querySelector("[data-viewer]");
  if (!viewer) return;
  const body = viewer.querySelector("[data-body]");
  const articles = [...viewer.querySelectorAll("[data-document]")];
  const tabs = [...viewer.querySelectorAll("[data-show]")];
  const panels = [...document.querySelectorAll("[data-about]")];
  const STORE = "spk-viewer";
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem(STORE) ?? "{}") ?? {};
  } catch {
    // Nothing readable is kept.
  }
  const stateOf = ({ zoom, turns } = {}) => ({
    zoom: zoom >= 0.5 && zoom <= 6 ? zoom : 1,
    turns: [1, 2, 3].includes(turns) ? turns : 0,
  });
  const states = new Map(articles.map((each) => [each.dataset.document, stateOf(kept[each.dataset.kind])]));
  let current = articles[0]?.dataset.document;
  if (!current) return;

  const place = (article) => {
    const { zoom, turns } = states.get(article.dataset.document);
    const shown = (body.clientWidth - 24) * zoom;
    const tall = "whole" in article.dataset ? 0.95 : 1.25;
    const height = Math.max(body.clientHeight, window.innerHeight * 0.6);
    for (const link of article.querySelectorAll("[data-page]")) {
      const image = link.querySelector("img");
      const ratio = Number(image.getAttribute("width")) / Number(image.getAttribute("height"));
      const lies = turns % 2 === 1;
      // At zoom 1 a portrait is seen whole; a page is a little taller than the window, to be read.
      const fits = Math.min(shown, height * zoom * (lies ? 1 / ratio : ratio) * tall);
      const width = lies ? fits * ratio : fits;
      image.style.width = `${width}px`;
      image.style.height = `${width / ratio}px`;
      image.style.transform = `translate(-50%, -50%) rotate(${turns * 90}deg)`;
      link.style.width = `${fits}px`;
      link.style.height = `${lies ? width : width / ratio}px`;
    }
  };

  const show = (id) => {
    if (!states.has(id)) return;
    current = id;
    for (const each of articles) each.hidden = each.dataset.document !== id;
    for (const each of tabs) each.classList.toggle("is-current", each.dataset.show === id);
    for (const each of panels) each.classList.toggle("is-current", each.dataset.about === id);
    place(articles.find((each) => each.dataset.document === id));
    body.scrollTo(0, 0);
  };

  const change = (what) => {
    const article = articles.find((each) => each.dataset.document === current);
    what(states.get(current));
    place(article);
    kept[article.dataset.kind] = states.get(current);
    try {
      localStorage.setItem(STORE, JSON.stringify(kept));
    } catch {
      // Not remembered, then.
    }
  };

  for (const tab of tabs) {
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      show(tab.dataset.show);
    });
  }
  // Working on a document's data brings the document into view.
  for (const panel of panels) {
    panel.addEventListener("focusin", () => {
      if (panel.dataset.about !== current) show(panel.dataset.about);
    });
    panel.addEventListener("click", () => {
      if (panel.dataset.about !== current) show(panel.dataset.about);
    });
  }
  for (const button of viewer.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => {
      change((state) => {
        const factor = Number(button.dataset.zoom) > 0 ? 1.25 : 0.8;
        state.zoom = Math.min(6, Math.max(0.5, state.zoom * factor));
      });
    });
  }
  for (const button of viewer.querySelectorAll("[data-step]")) {
    button.addEventListener("click", () => {
      const at = articles.findIndex((each) => each.dataset.document === current);
      const next = articles[(at + Number(button.dataset.step) + articles.length) % articles.length];
      show(next.dataset.document);
      panels.find((each) => each.dataset.about === current)?.scrollIntoView({ block: "start", behavior: "instant" });
    });
  }
  viewer.querySelector("[data-rotate]").addEventListener("click", () => {
    change((state) => {
      state.turns = (state.turns + 1) % 4;
    });
  });

  let drag = null;
  body.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0) return;
    drag = { x: event.clientX, y: event.clientY, moved: false };
  });
  body.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (Math.abs(dx) + Math.abs(dy) > 3) drag.moved = true;
    body.scrollBy(-dx, -dy);
    drag.x = event.clientX;
    drag.y = event.clientY;
  });
  window.addEventListener("pointerup", () => {
    setTimeout(() => {
      drag = null;
    });
  });
  body.addEventListener("dragstart", (event) => event.preventDefault());
  body.addEventListener("click", (event) => {
    if (drag?.moved) event.preventDefault();
  });

  viewer.classList.add("is-live");
  viewer.querySelector("[data-tools]").hidden = false;
  show(current);
  window.addEventListener("resize", () => show(current));
})();
