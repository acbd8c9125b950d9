// Keys of the desk: one key presses the button that shows it. Off in inputs, with modifiers, and
// where somebody has switched them off.
"use strict";

(() => {
  const STORE = "spk-keys";
  const dialog = document.querySelector("[data-keys-dialog]");
  if (!dialog) return;
  const toggle = dialog.querySelector("[data-keys-switch]");
  const opener = document.querySelector("[data-keys-help]");
  const SAME = { "=": "+", _: "-", "−": "-" };
  let isOn = true;
  try {
    isOn = localStorage.getItem(STORE) !== "off";
  } catch {
    // No storage: the keys work, the choice is not remembered.
  }

  const show = () => {
    document.documentElement.classList.toggle("has-keys", isOn);
    toggle.checked = isOn;
  };
  const open = () => {
    if (!dialog.open) dialog.showModal();
  };
  const move = (by) => {
    const links = [...document.querySelectorAll(".queue-link")];
    if (!links.length) return false;
    const at = links.indexOf(document.activeElement);
    links[Math.min(links.length - 1, Math.max(0, at < 0 ? 0 : at + by))].focus();
    return true;
  };
  const press = (key) => {
    if (key === "?") return open(), true;
    if (key === "j" || key === "k") return move(key === "j" ? 1 : -1);
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!target || target.disabled) {
      // Who listens may answer: the checklist takes digits and says what is missing.
      return !document.dispatchEvent(new CustomEvent("desk:key", { detail: key, cancelable: true }));
    }
    if (target.matches("textarea")) target.focus();
    else target.click();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    // Out of an input again, so that keys work.
    if (isOn && event.key === "Escape" && event.target.matches?.("input, textarea, select")) event.target.blur();
    if (!isOn || event.repeat || event.isComposing || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const typing = "textarea, select, [contenteditable], input:not([type=radio], [type=checkbox])";
    if (event.target.closest?.(typing) || event.key.length !== 1) return;
    const key = SAME[event.key] ?? event.key.toLowerCase();
    if (key === " " || !press(key)) return;
    event.preventDefault();
  });
  toggle.addEventListener("change", () => {
    isOn = toggle.checked;
    try {
      localStorage.setItem(STORE, isOn ? "on" : "off");
    } catch {
      // As above.
    }
    show();
  });
  opener.addEventListener("click", open);
  dialog.querySelector("[data-keys-close]").addEventListener("click", () => dialog.close());
  document.querySelector("[data-keys-foot]").hidden = false;
  show();
})();
