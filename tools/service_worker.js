// Keeps whole versions of a built site on the device and answers from them; tools/site.py writes VERSION and FILES.
//
// The files of a version have addresses of their own (/<version>/…), so a page never gets files of two. A version is kept
// once every file of it was found to be what FILES says; files that did not change are not fetched again. The one before
// is kept too, for pages that are still open. /api, and whatever else is not in such a folder, is never touched.
"use strict";

const VERSION = "@version@";
const FILES = JSON.parse('@files@'); // path below the version's folder: SHA-256
const KEPT_VERSIONS = 2;

const ROOT = new URL("./", self.location.href).href;
const CACHE = "podi-site";
const listOf = (version) => `${ROOT}${version}/files.json`;
const keyOf = (hash) => `${ROOT}by-hash/${hash}`;

const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const bring = async (cache, path, hash) => {
  if (await cache.match(keyOf(hash))) {
    return;
  }
  const address = `${ROOT}${VERSION}/${path}`;
  let answer = await fetch(address);
  let body = await answer.arrayBuffer();
  if (hex(await crypto.subtle.digest("SHA-256", body)) !== hash) {
    // What the browser has kept may be damaged; what the server has may be another version, or a page of its own.
    answer = await fetch(address, { cache: "reload" });
    body = await answer.arrayBuffer();
    if (hex(await crypto.subtle.digest("SHA-256", body)) !== hash) {
      throw new Error(`${path} is not of this version (HTTP ${answer.status})`);
    }
  }
  // The page's policy is among the headers. The body is kept unpacked.
  const headers = new Headers(answer.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  await cache.put(keyOf(hash), new Response(body, { headers }));
};

// Forgets all but the newest versions, and every file that none of them has.
const tidy = async (cache) => {
  const keys = (await cache.keys()).map(({ url }) => url);
  const lists = keys.filter((url) => url.endsWith("/files.json"));
  const spared = new Set(lists.slice(-KEPT_VERSIONS));
  for (const list of [...spared]) {
    Object.values(await (await cache.match(list)).json()).forEach((hash) => spared.add(keyOf(hash)));
  }
  await Promise.all(keys.filter((url) => !spared.has(url)).map((url) => cache.delete(url)));
};

const tell = async (message) => {
  for (const client of await self.clients.matchAll({ includeUncontrolled: true, type: "window" })) {
    client.postMessage(message);
  }
};

const install = async () => {
  try {
    const cache = await caches.open(CACHE);
    for (const [path, hash] of Object.entries(FILES)) {
      await bring(cache, path, hash);
    }
    // Last, because its being there says that the version is whole.
    await cache.put(listOf(VERSION), new Response(JSON.stringify(FILES)));
  } catch (error) {
    await tell({ podi: "not kept", version: VERSION, reason: String(error?.message ?? error) });
    throw error;
  }
};

const kept = (key) => caches.match(key, { cacheName: CACHE });

const lists = new Map();

const filesOf = async (version) => {
  if (!lists.has(version)) {
    const list = await kept(listOf(version));
    lists.set(version, list ? await list.json() : {});
  }
  return lists.get(version);
};

// What the browser has thrown away comes from the server again, as if there were no worker.
const find = async (version, path) => {
  try {
    const files = await filesOf(version);
    return Object.hasOwn(files, path) ? await kept(keyOf(files[path])) : undefined;
  } catch {
    return undefined;
  }
};

// The interpreter's wasm comes from the browser's own cache while that has it: Chromium keeps the code that it compiled
// with what is there, and with nothing that is answered from here.
const COMPILED = "static/vendor/snapshot/pyodide.asm.wasm";

const withCode = async ({ url }) => {
  try {
    const answer = await fetch(url, { mode: "same-origin", cache: "only-if-cached" });
    return answer.ok ? answer : undefined;
  } catch {
    return undefined;
  }
};

const answer = async (request, version, path) =>
  (path === COMPILED && (await withCode(request))) || (await find(version, path)) || fetch(request);

const placeOf = ({ url, method, mode }) => {
  const { origin, pathname, searchParams } = new URL(url);
  if (method !== "GET" || !(origin + pathname).startsWith(ROOT)) {
    return undefined;
  }
  const place = (origin + pathname).slice(ROOT.length);
  if (place === "" || place === "index.html") {
    return mode === "navigate" && searchParams.get("podi.worker") !== "off" ? [VERSION, "index.html"] : undefined;
  }
  const [, version, path] = /^([0-9a-f]{16})\/(.+)$/.exec(place) ?? [];
  return version && [version, path];
};

self.addEventListener("install", (event) => event.waitUntil(install()));

self.addEventListener("activate", (event) => event.waitUntil(caches.open(CACHE).then(tidy)));

self.addEventListener("message", ({ data }) => {
  if (data === "take over") {
    self.skipWaiting();
  }
});

self.addEventListener("fetch", (event) => {
  const place = placeOf(event.request);
  if (place) {
    event.respondWith(answer(event.request, ...place));
  }
});
