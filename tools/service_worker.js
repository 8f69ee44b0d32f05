// Keeps whole versions of a built site on the device and answers from them; tools/site.py writes VERSION and FILES.
//
// The files of a version have addresses of their own (/static/<version>/…), so a page never gets files of two. A version is kept
// once every file of it was found to be what FILES says; files that did not change are not fetched again. Beside the one
// that pages open with are kept the one before, for pages that are still open, and the one that waits to be taken. /api,
// and whatever else is not in such a folder, is never touched.
//
// Each file is kept under the address that pages ask for it by: only then has the browser a place for the code that it
// compiles from it.
"use strict";

const VERSION = "@version@";
const FILES = JSON.parse('@files@'); // path below the version's folder: SHA-256
const TAKEN_VERSIONS = 2;

const ROOT = new URL("./", self.location.href).href;
const CACHE = "podi-site";
const addressOf = (version, path) => `${ROOT}static/${version}/${path}`;
// Which files a version has: there once it is whole. That it was taken is noted beside it.
const LIST = "files.json";
const TAKEN = "taken";

const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// From the server, and only what it should be. The page's policy is among the headers; the body is kept unpacked.
const bring = async (address, hash) => {
  let answer = await fetch(address);
  let body = await answer.arrayBuffer();
  if (hex(await crypto.subtle.digest("SHA-256", body)) !== hash) {
    // What the browser has kept may be damaged; what the server has may be another version, or a page of its own.
    answer = await fetch(address, { cache: "reload" });
    body = await answer.arrayBuffer();
    if (hex(await crypto.subtle.digest("SHA-256", body)) !== hash) {
      throw new Error(`${address.slice(addressOf(VERSION, "").length)} is not of this version (HTTP ${answer.status})`);
    }
  }
  const headers = new Headers(answer.headers);
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  return new Response(body, { headers });
};

const OWN = addressOf(VERSION, "");

// The folders of versions that have this file, oldest first.
const foldersWith = async (cache, name) =>
  (await cache.keys()).filter(({ url }) => url.endsWith(`/${name}`)).map(({ url }) => new URL("./", url).href);

const forget = async (cache, isOld) => {
  const old = (await cache.keys()).filter(({ url }) => isOld(url.slice(0, OWN.length)));
  await Promise.all(old.map((request) => cache.delete(request)));
};

const keep = async (cache) => {
  const whole = (await foldersWith(cache, LIST)).filter((folder) => folder !== OWN);
  // What an attempt that failed has left would be in the way of every later one.
  await forget(cache, (folder) => folder !== OWN && !whole.includes(folder));
  const before = whole.at(-1);
  const known = before ? await (await cache.match(before + LIST)).json() : {};
  for (const [path, hash] of Object.entries(FILES)) {
    const address = addressOf(VERSION, path);
    if (!(await cache.match(address))) {
      const same = known[path] === hash && (await cache.match(before + path));
      await cache.put(address, same || (await bring(address, hash)));
    }
  }
  // Last, because its being there says that the version is whole.
  await cache.put(OWN + LIST, new Response(JSON.stringify(FILES)));
  // One that waited to be taken until now never will be.
  const taken = await foldersWith(cache, TAKEN);
  await forget(cache, (folder) => folder !== OWN && !taken.includes(folder));
};

// From now on pages open with this version. One that is just being kept is not touched.
const take = async (cache) => {
  await cache.put(OWN + TAKEN, new Response(""));
  const old = (await foldersWith(cache, TAKEN)).slice(0, -TAKEN_VERSIONS);
  await forget(cache, (folder) => old.includes(folder));
};

const announce = async (message) => {
  for (const client of await self.clients.matchAll({ includeUncontrolled: true, type: "window" })) {
    client.postMessage(message);
  }
};

const install = async () => {
  try {
    await keep(await caches.open(CACHE));
  } catch (error) {
    await announce({ podi: "not kept", version: VERSION, reason: String(error?.message ?? error) });
    throw error;
  }
};

// What the browser itself has had of the server. With it, Chromium has the code that it compiled on the first visit.
const own = async ({ url }) => {
  const answer = await fetch(url, { mode: "same-origin", cache: "only-if-cached" });
  return answer.ok ? answer : undefined;
};

const kept = (version, path) => caches.match(addressOf(version, path), { cacheName: CACHE });

// What the browser has thrown away comes from the server again, as if there were no worker.
const answer = async (request, version, path) => {
  const nothing = () => undefined;
  const code = path.endsWith(".wasm") && (await own(request).catch(nothing));
  return code || (await kept(version, path).catch(nothing)) || fetch(request);
};

const placeOf = ({ url, method, mode }) => {
  const { origin, pathname, searchParams } = new URL(url);
  if (method !== "GET" || !(origin + pathname).startsWith(ROOT)) {
    return undefined;
  }
  const place = (origin + pathname).slice(ROOT.length);
  if (place === "" || place === "index.html") {
    return mode === "navigate" && searchParams.get("podi.worker") !== "off" ? [VERSION, "index.html"] : undefined;
  }
  const [, version, path] = /^static\/([0-9a-f]{16})\/(.+)$/.exec(place) ?? [];
  return version && [version, path];
};

self.addEventListener("install", (event) => event.waitUntil(install()));

self.addEventListener("activate", (event) => event.waitUntil(caches.open(CACHE).then(take)));

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
