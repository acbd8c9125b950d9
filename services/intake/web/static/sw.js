// Static files from the cache, pages from the network alone, and one page for when there is none.
const NAME = 'spk-VERSION';
const OFFLINE = '/luring';

addEventListener('install', (event) => event.waitUntil((async () => {
  const cache = await caches.open(NAME);
  await cache.addAll(FILES);
  await cache.put(OFFLINE, await fetch(OFFLINE, { credentials: 'omit', cache: 'no-store' }));
  await skipWaiting();
})()));

addEventListener('activate', (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== NAME) await caches.delete(name);
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
    return (await caches.match(OFFLINE)) || Response.error();
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
