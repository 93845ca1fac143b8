/* Without network: a page that says what to do, and the look it needs. Kept are files under /static/ and that page, nothing
   else: no record, no name, no answer of the product is ever put aside here. Pages and files come from the network first,
   so that an upgraded product is never mixed with old scripts. Served at /sw.js (desk/views/offline.py). */
const KEPT = "fengqiao-static-1";
const PAGE = "/offline/";

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(KEPT);
    const answer = await fetch(PAGE, { credentials: "omit", cache: "no-store" });
    const page = await answer.clone().text();
    const needed = new Set([...page.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((found) => found[1]));
    await cache.put(PAGE, answer);
    await cache.addAll([...needed]);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    // only what an older one of us kept: the phone app under /phone/ keeps caches of its own
    for (const name of await caches.keys()) if (name.startsWith("fengqiao-static-") && name !== KEPT) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(PAGE)));
  else if (address.pathname.startsWith("/static/")) event.respondWith(fresh(request));
});

async function fresh(request) {
  try {
    const answer = await fetch(request);
    if (answer.status === 200) (await caches.open(KEPT)).put(request, answer.clone());
    return answer;
  } catch (gone) {
    const kept = await caches.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw gone;
  }
}
