// The check page: takes the code behind the #, which no server sees, and says what became of it.
import { BLOCK, checkCard, readStatusList } from './card-check.js';

const KEYS = '/.well-known/jwks.json';
const KEPT = 'spk-cek'; // what this phone checks with when it has no line
const PATIENCE = 8000; // milliseconds
const STATES = ['valid', 'revoked', 'overdue', 'placed'];
const place = document.getElementById('hasil'), facts = document.getElementById('isi-kartu');
const { zone, education, lists } = place.dataset;
const local = (options) => new Intl.DateTimeFormat('id-ID', { timeZone: zone, ...options });
const day = (seconds, timeZone = zone) => local({ dateStyle: 'long', timeZone }).format(seconds * 1000);
const moment = (seconds) => `${day(seconds)} pukul ${local({ hour: '2-digit', minute: '2-digit', hour12: false }).format(seconds * 1000)} WIB`;

// Newest from the network, else what is kept; `isLive` tells which.
async function load(path, cache) {
  const kept = await globalThis.caches?.open(KEPT).catch(() => null);
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    const answer = await fetch(path, { cache, credentials: 'omit', signal: patience.signal });
    if (answer.ok) {
      const text = await answer.clone().text();
      await kept?.put(path, answer).catch(() => {});
      return { text, isLive: true };
    }
  } catch { /* no line */ } finally { clearTimeout(timer); }
  const found = await kept?.match(path);
  return found ? { text: await found.text(), isLive: false } : null;
}

async function loadKeys(cache) {
  const loaded = await load(KEYS, cache);
  return loaded && JSON.parse(loaded.text).keys;
}

async function check(code) {
  let keys = await loadKeys('default');
  if (!keys || !crypto.subtle) return { state: 'impossible' };
  const now = Date.now() / 1000;
  let found = await checkCard(code, keys, now);
  if (found.state === 'unknown-key') { // perhaps a new one
    keys = (await loadKeys('reload')) || keys;
    found = await checkCard(code, keys, now);
  }
  if (found.state !== 'signed') return found;
  const number = Math.floor(found.card.index / BLOCK), index = found.card.index % BLOCK;
  const loaded = await load(`/status/${number}`, 'no-cache');
  const list = loaded && (await readStatusList(loaded.text, keys, lists + number, now));
  const state = STATES[list?.stateOf(index)];
  if (!state) return { ...found, at: null };
  // Only "valid" may have changed unseen; the others stay true until the office says otherwise.
  const isUnsure = state === 'valid' && !(loaded.isLive && list.isFresh);
  return { ...found, state: isUnsure ? 'signed' : state, at: list.at };
}

function show(target, name, values) {
  const made = document.getElementById(`kata-${name}`).content.cloneNode(true);
  for (const slot of made.querySelectorAll('[data-isi]')) slot.textContent = values[slot.dataset.isi];
  for (const part of made.querySelectorAll('[data-bila]')) part.hidden = !values[part.dataset.bila];
  target.replaceChildren(made);
}

function since(at) {
  const minutes = Math.max(0, Math.floor((Date.now() / 1000 - at) / 60));
  if (minutes < 60) return `${minutes} menit lalu`;
  return minutes < 2880 ? `${Math.floor(minutes / 60)} jam lalu` : `${Math.floor(minutes / 1440)} hari lalu`;
}

function words({ state, card, at }) {
  const age = at ? `data per ${moment(at)}, ${since(at)}` : 'belum ada data status di HP ini';
  const values = { age, now: moment(Date.now() / 1000) };
  if (!card) return values;
  return {
    ...values,
    until: day(card.expires),
    ended: day(card.expires + 1),
    number: card.number.replace(/^(\d{4})(\d{6})(\d{6})$/, '$1 $2 $3'),
    name: card.name,
    isCut: card.name.endsWith('…'),
    born: day(card.born, 'UTC'),
    nik: `•••• •••• •••• ${card.nik}`,
    education: education.split('|')[card.education - 1] || '-',
  };
}

let turn = 0;
async function begin() {
  const mine = ++turn, code = location.hash.slice(1);
  document.getElementById('tanpa-kode').hidden = Boolean(code);
  place.replaceChildren();
  facts.replaceChildren();
  if (!code) { loadKeys('default'); return; } // kept for a check without a line
  show(place, 'busy', {});
  const found = await check(code).catch(() => ({ state: 'impossible' }));
  if (mine !== turn) return; // another card was scanned meanwhile
  const values = words(found);
  show(place, found.state, values);
  if (found.card) show(facts, 'card', values);
  document.title = `${place.querySelector('h2').lastElementChild.textContent} – ${document.title.split(' – ').pop()}`;
}

addEventListener('hashchange', begin);
begin();
