// Static files from the cache, pages from the network; without it the check of a card, and one page.
const NAME = 'spk-VERSION';
const OFFLINE = '/luring', CHECK = '/V';
const KEPT = 'spk-cek'; // keys and lists that the check page keeps itself

addEventListener('install', (event) => event.waitUntil((async () => {
  const cache = await caches.open(NAME);
  await cache.addAll(FILES);
  for (const path of [OFFLINE, CHECK]) {
    await cache.put(path, await fetch(path, { credentials: 'omit', cache: 'no-store' }));
  }
  await skipWaiting();
})()));

addEventListener('activate', (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== NAME && name !== KEPT) await caches.delete(name);
  await registration.navigationPreload?.enable();
  await clients.claim();
})()));

addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.mode === 'navigate') event.respondWith(page(event));
  else if (request.method === 'GET' && pathname.startsWith('/static/')) event.respondWith(file(request));
});

async function page(event) {
  try {
    return (await event.preloadResponse) || (await fetch(event.request));
  } catch {
    const { method, url } = event.request;
    const isCheck = method === 'GET' && new URL(url).pathname.toUpperCase() === CHECK;
    return (await caches.match(isCheck ? CHECK : OFFLINE)) || Response.error();
  }
}

async function file(request) {
  const cache = await caches.open(NAME);
  const found = await cache.match(request);
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}
