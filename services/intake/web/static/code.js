// Optional: copies the draft's code, prints its page. Without it a tap selects the code.
(() => {
  'use strict';
  const all = (name) => document.querySelectorAll(`button[data-${name}]`);
  for (const button of navigator.clipboard ? all('copy') : []) {
    button.hidden = false;
    button.addEventListener('click', async () => {
      const note = button.parentElement.querySelector('[data-copied]');
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
        note.textContent = 'Kode sudah disalin.';
      } catch {
        note.textContent = 'Kode tidak bisa disalin. Catat atau foto kodenya.';
      }
    });
  }
  for (const button of all('print')) {
    button.hidden = false;
    button.addEventListener('click', () => print());
  }
})();
