// Optional: keeps what is typed on this phone until it is saved. Text only, no secrets, no files.
(() => {
  'use strict';
  const own = window.trustedTypes?.createPolicy('spk-worker', { createScriptURL: () => '/sw.js' });
  navigator.serviceWorker?.register(own ? own.createScriptURL('') : '/sw.js').catch(() => {});
  let store;
  try { store = localStorage; store.getItem(''); } catch { return; }
  const keys = (end) => Object.keys(store).filter((key) => key.startsWith('spk|') && key.endsWith(end));
  const clear = (end = '') => keys(end).forEach((key) => store.removeItem(key));
  const read = (key) => { try { return JSON.parse(store[key]); } catch { return null; } };

  // The server says in a cookie what it saved: only then may it be forgotten here.
  const saved = /(?:^|; )tersimpan=([^;]*)/.exec(document.cookie);
  if (saved) {
    document.cookie = 'tersimpan=; Max-Age=0; Path=/; SameSite=Lax';
    const path = decodeURIComponent(saved[1]);
    clear(path === '*' ? '' : `|${path}`);
  }
  const oldest = Date.now() - 3 * 864e5;
  for (const key of keys('')) if (!(read(key)?.at > oldest)) store.removeItem(key);

  const show = (name, on = true) => document.querySelectorAll(`[data-kept=${name}]`).forEach((e) => { e.hidden = !on; });
  if (document.querySelector('[data-offline]')) {
    show('there', keys('').length > 0);
    addEventListener('online', () => location.replace(location.pathname + location.search));
  }
  const form = document.querySelector('form[data-keep]');
  if (!form) return;
  const key = `spk|${form.dataset.keep}|${new URL(form.action).pathname}`;
  const secret = form.dataset.private.split(' ');
  const isChoice = (e) => /radio|checkbox/.test(e.type);
  const fields = () => [...form.elements].filter((e) => e.name && !secret.includes(e.name.replace(/^\w+-\d+-/, ''))
    && (isChoice(e) || /^(text|email|tel|number|search|textarea|select-one)$/.test(e.type)));

  function keep() {
    const values = { ...read(key)?.values };
    for (const e of fields()) values[e.name] = [];
    for (const e of fields()) { // what looks like a NIK is a secret in any field
      if (isChoice(e) ? e.checked : !/(\d\D?){16}/.test(e.value)) values[e.name].push(e.value);
    }
    write(values);
  }
  function write(values) {
    try { store[key] = JSON.stringify({ at: Date.now(), values }); } catch { return; } // full
    show('note', document.querySelector('[data-kept=restored]').hidden);
  }
  function restore(values) {
    let changed = false;
    for (const e of fields()) {
      const [what, value] = isChoice(e) ? ['checked', values[e.name]?.includes(e.value)] : ['value', values[e.name]?.[0]];
      if (value === undefined || e[what] === value) continue;
      e[what] = value;
      changed = changed || e[what] === value;
    }
    return changed;
  }

  const kept = read(key);
  if (kept) {
    const changed = restore(kept.values);
    show(changed ? 'restored' : 'note');
  }
  form.addEventListener('input', keep);
  form.addEventListener('submit', (event) => {
    keep();
    const { name, value } = event.submitter || {};
    if (name !== 'hapus') return;
    const left = Object.entries(read(key)?.values || {}).filter(([each]) => !each.startsWith(`${value}-`));
    write(Object.fromEntries(left));
  });
  document.addEventListener('click', (event) => {
    if (!event.target.matches('[data-kept] button')) return;
    clear();
    form.reset();
    show('note', false);
    show('restored', false);
    show('cleared');
  });
})();
